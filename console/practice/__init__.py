"""Practice (业务培训, 6.3.2): the call desk on a store of its own, a caller who is simulated, and the score of a call."""
