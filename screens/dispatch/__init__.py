"""The pages that the dispatch desk opens: the unit, the words, the telephone call, the report."""
