"""Where everything is kept: tickets and their events, the outbox, the dispatch queue, people, reference tables.

This room imports no sibling: what a desk does with the kept things lives in ``console``.
"""
