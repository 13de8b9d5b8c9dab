"""The pages of the desk 质检 (7.1.2, 7.2)."""
