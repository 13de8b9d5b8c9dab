"""The pages of the callback desk (回访, 5.4)."""
