"""The parts and dialogs of the call-taker's desk (受理)."""
