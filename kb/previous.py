"""The index of the word table before this one: searched until there is one of this.

New words ask for a new index, and a city's takes minutes to make; reading the articles themselves at each key would
take seconds. The index before is whole, whoever made it, and its own word table, which the cache keeps, cuts a query
as it was cut. What changed after it is read from the articles, as with any index that is behind.
"""

from pathlib import Path

import msgspec

from kb.index import Index, generations, opened, other_keys
from kb.keeper import Keeper
from kb.segment import Segmenter
from kb.store import Store


class Previous(msgspec.Struct, frozen=True):
    """Whose index is looked at, and what cuts a query for it."""

    keeper: Keeper
    segmenter: Segmenter


def previous(store: Store, cache: Path, own: Index) -> Previous | None:
    """The newest index beside a database that another word table's cuts can be asked of, None where there is none.

    Args:
        cache: where the word tables are.
        own: this word table's, of which none is meant.
    """
    for key in other_keys(own.folder, own.key):
        made = generations(own.folder, key)
        view = opened(made[-1]) if made else None
        segmenter = None if view is None else Segmenter.kept(cache, view.about.words_version)
        if segmenter is not None and (index := Index(store.path, segmenter)).key == key:
            return Previous(Keeper(store, index), segmenter)
    return None
