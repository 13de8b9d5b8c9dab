"""The knowledge base (热线数据库, 3.7 and 6.3): articles, segmentation, index, search, import and export.

Screens and commands need ``kb.search.KnowledgeBase`` (ask, read, add) and ``kb.importer`` / ``kb.exporter``
(files). Nothing heavy is imported until the first search or import.
"""
