"""Other search engines over the same words: what `kb` is measured beside, each as its makers advise.

A document is its id and its words, cut by jieba as ours are; a query is words too, each once, but for a long text as
often as it has them where that serves the peer.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

Documents = Iterable[tuple[str, Sequence[str]]]
Ask = Callable[[Sequence[str], int], list[str]]


class Peer(NamedTuple):
    """How to build an index in a folder, and how to open it."""

    build: Callable[[Path, Documents], None]
    opened: Callable[[Path], Ask]


def build_fts5(folder: Path, documents: Documents) -> None:
    """SQLite's FTS5, untuned but for its tokenizer, which must leave the words whole."""
    connection = sqlite3.connect(folder / "fts5.db")
    connection.execute("CREATE TABLE ids (number INTEGER PRIMARY KEY, id TEXT)")
    connection.execute(
        """CREATE VIRTUAL TABLE words USING fts5(body, tokenize="unicode61 remove_diacritics 0 tokenchars '+#&._%-'")"""
    )
    for number, (id, words) in enumerate(documents):
        connection.execute("INSERT INTO ids VALUES (?, ?)", (number, id))
        connection.execute("INSERT INTO words (rowid, body) VALUES (?, ?)", (number, " ".join(words)))
    connection.commit()
    connection.close()


def open_fts5(folder: Path) -> Ask:
    """Ask it."""
    connection = sqlite3.connect(folder / "fts5.db")

    def ask(words: Sequence[str], limit: int) -> list[str]:
        quoted = " OR ".join('"' + word.replace('"', '""') + '"' for word in dict.fromkeys(words))
        found = connection.execute(
            """SELECT id FROM (SELECT rowid AS number FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?)
               JOIN ids USING (number)""",
            (quoted, limit),
        )
        return [id for (id,) in found] if quoted else []

    return ask


def _tantivy_schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("body", tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def build_tantivy(folder: Path, documents: Documents) -> None:
    """tantivy-py, one field."""
    import tantivy

    writer = tantivy.Index(_tantivy_schema(), path=str(folder)).writer(100_000_000, 1)
    for id, words in documents:
        writer.add_document(tantivy.Document(id=id, body=" ".join(words)))
    writer.commit()
    writer.wait_merging_threads()


def open_tantivy(folder: Path) -> Ask:
    """Ask it."""
    import tantivy

    index = tantivy.Index.open(str(folder))
    searcher, schema = index.searcher(), index.schema

    def ask(words: Sequence[str], limit: int) -> list[str]:
        terms = [(tantivy.Occur.Should, tantivy.Query.term_query(schema, "body", word, "freq")) for word in words]
        hits = searcher.search(tantivy.Query.boolean_query(terms), limit, count=False).hits
        return [str(searcher.doc(address)["id"][0]) for _, address in hits]

    return ask


def build_bm25s(folder: Path, documents: Documents) -> None:
    """bm25s as it comes (Lucene's BM25), its matrix on disk."""
    import bm25s

    ids, words = [], []
    for id, cut in documents:
        ids.append(id)
        words.append(list(cut))
    model = bm25s.BM25()
    model.index(words, show_progress=False)
    model.save(str(folder / "model"))
    (folder / "ids.json").write_text(json.dumps(ids), encoding="utf-8")


def open_bm25s(folder: Path) -> Ask:
    """Ask it."""
    import bm25s

    model = bm25s.BM25.load(str(folder / "model"), mmap=True)
    ids = json.loads((folder / "ids.json").read_text(encoding="utf-8"))

    def ask(words: Sequence[str], limit: int) -> list[str]:
        known = [word for word in words if word in model.vocab_dict]
        if not known:
            return []
        found, scores = model.retrieve([known], k=min(limit, len(ids)), show_progress=False)
        return [ids[at] for at, score in zip(found[0], scores[0], strict=True) if score > 0]

    return ask


def build_whoosh(folder: Path, documents: Documents) -> None:
    """Whoosh, as whoosh-reloaded keeps it."""
    from whoosh import fields, index
    from whoosh.analysis import SpaceSeparatedTokenizer

    schema = fields.Schema(id=fields.STORED, body=fields.TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=False))
    writer = index.create_in(str(folder), schema).writer(limitmb=256)
    for id, words in documents:
        writer.add_document(id=id, body=" ".join(words))
    writer.commit()


def open_whoosh(folder: Path) -> Ask:
    """Ask it."""
    from whoosh import index, query

    searcher = index.open_dir(str(folder)).searcher()

    def ask(words: Sequence[str], limit: int) -> list[str]:
        terms = query.Or([query.Term("body", word) for word in words])
        return [hit["id"] for hit in searcher.search(terms, limit=limit)]

    return ask


PEERS = {
    "plain FTS5": Peer(build_fts5, open_fts5),
    "tantivy-py": Peer(build_tantivy, open_tantivy),
    "bm25s": Peer(build_bm25s, open_bm25s),
    "Whoosh": Peer(build_whoosh, open_whoosh),
}
