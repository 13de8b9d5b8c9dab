"""The index of the word table before this one: searched until there is one of this.

New words ask for a new index, and a city's takes minutes to make; reading the articles themselves at each key would
take seconds. The index before is whole, whoever made it, and its own word table, which the cache keeps, cuts a query
as it was cut. What changed after it is read from the articles, as with any index that is behind.
"""

from pathlib import Path

import msgspec

from kb.index import Index, View, generations, opened
from kb.segment import Segmenter
from kb.store import Change, Store


class Previous(msgspec.Struct, frozen=True):
    """An index, and what cuts a query for it."""

    index: Index
    segmenter: Segmenter

    def view(self, store: Store, newest: Change) -> View | None:
        """The index as it stands, None where it is gone or belongs to a database that was here before."""
        view = self.index.view(newest)
        return view if view is not None and store.knows(view.about.reached) else None


def previous(database: Path, cache: Path, own: Index) -> Previous | None:
    """The newest index beside a database that another word table's cuts can be asked of, None where there is none.

    Args:
        cache: where the word tables are.
        own: this word table's, of which none is meant.
    """
    folder = own.folder
    keys = {path.name.split(".")[0] for path in folder.glob("*.*") if path.is_dir()} - {own.key}
    newest = sorted((made[-1] for key in keys if (made := generations(folder, key))), key=_made, reverse=True)
    for path in newest:
        view = opened(path)
        segmenter = None if view is None else Segmenter.kept(cache, view.about.words_version)
        if segmenter is not None and (index := Index(database, segmenter)).key == path.name.split(".")[0]:
            return Previous(index, segmenter)
    return None


def _made(path: Path) -> float:
    return path.stat().st_mtime
