"""The pages of the desk 评价 (7.1.3)."""
