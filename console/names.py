"""Narrowing a list of names while someone types: by characters, by full pinyin, by initials, or a mixture.

Every list of the console (regions, units, topics, phrases, articles) narrows here, so that all behave alike. The
keys are precomputed in the tables; no pinyin is made while typing. Nothing is remembered between calls.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from rapidfuzz.distance import OSA

# Better kinds of match come first in the list.
_EXACT, _PREFIX, _SUBSTRING, _KEY_PREFIX, _MIXED, _KEY_SUBSTRING, _SCATTERED = range(7)

# Below these lengths one wrong letter leaves too little to tell names apart.
_TYPO_LETTERS, _TYPO_CHARACTERS = 4, 3


class Nameable(Protocol):
    """What can be found by its name: a region, a unit, a topic, or a `Named` wrapper around anything else."""

    @property
    def name(self) -> str:
        """The name shown."""
        ...

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other names it goes by."""
        ...

    @property
    def pinyin(self) -> tuple[str, ...]:
        """Full pinyin without spaces, one for each reading; ``v`` stands for ü."""
        ...

    @property
    def initials(self) -> tuple[str, ...]:
        """First letters of the syllables, one text for each reading."""
        ...


N = TypeVar("N", bound=Nameable)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Named(Generic[T]):
    """A name for a thing that carries no typing keys of its own."""

    name: str
    item: T
    aliases: tuple[str, ...] = ()
    pinyin: tuple[str, ...] = ()
    initials: tuple[str, ...] = ()


def narrow(query: str, items: Sequence[N], limit: int = 20) -> list[N]:
    """Return the items that a query may mean, the likeliest first, at most ``limit``.

    Order: the whole name, its beginning, inside it; the beginning of its pinyin or initials, inside these; its
    characters in order with gaps. Among equals the shorter name, then the list's own order. Only where nothing of
    that is found, names that differ by one typing error. An empty query returns the list's beginning. Case,
    full-width forms, spaces and the apostrophe of pinyin do not count.
    """
    text = _normal(query)
    if not text:
        return list(items[:limit])
    wanted = _Query(text)
    ranked = [(hit, at) for at, item in enumerate(items) if (hit := wanted.match(item))]
    if not ranked:
        ranked = [((0, len(item.name)), at) for at, item in enumerate(items) if wanted.typo(item)]
    ranked.sort()
    return [items[at] for _, at in ranked[:limit]]


class _Query:
    """A normalised query, taken apart once for all items."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.letters = text.isascii()
        runs = re.findall(r"[\x00-\x7f]+|[^\x00-\x7f]+", text)
        self.mixed = runs if len(runs) > 1 else []
        gaps = ".*".join(map(re.escape, text))
        self.scattered = re.compile(gaps) if len(text) > 1 and not self.letters else None

    def match(self, item: Nameable) -> tuple[int, int] | None:
        """Return the kind of match and a length (less is better for both), or None."""
        names = (item.name.casefold(), *map(str.casefold, item.aliases))
        holding = [name for name in names if self.text in name]
        if holding:
            return min((self._rank(name), len(name)) for name in holding)
        if self.letters:
            rank = self._key_rank(item)
        elif self.mixed and self._mixes(names, (*item.pinyin, *item.initials)):
            rank = _MIXED
        elif self.scattered and any(map(self.scattered.search, names)):
            rank = _SCATTERED
        else:
            rank = None
        return None if rank is None else (rank, len(item.name))

    def typo(self, item: Nameable) -> bool:
        """Tell whether the item's name or pinyin begins with the query but for one error."""
        if self.letters:
            return len(self.text) >= _TYPO_LETTERS and self._nearly_begins(item.pinyin)
        return len(self.text) >= _TYPO_CHARACTERS and self._nearly_begins((item.name, *item.aliases))

    def _rank(self, name: str) -> int:
        if name == self.text:
            return _EXACT
        return _PREFIX if name.startswith(self.text) else _SUBSTRING

    def _key_rank(self, item: Nameable) -> int | None:
        keys = (*item.initials, *item.pinyin)
        if any(key.startswith(self.text) for key in keys):
            return _KEY_PREFIX
        # One or two letters stand inside nearly every pinyin, so they count inside initials only.
        inside = keys if len(self.text) > 2 else item.initials
        return _KEY_SUBSTRING if any(self.text in key for key in inside) else None

    def _mixes(self, names: Sequence[str], keys: Sequence[str]) -> bool:
        """Tell whether each run of characters stands in a name and each run of letters in a key."""
        return all(any(run in text for text in (keys if run.isascii() else names)) for run in self.mixed)

    def _nearly_begins(self, texts: Iterable[str]) -> bool:
        length = len(self.text)
        return any(
            OSA.distance(self.text, text[:taken], score_cutoff=1) <= 1
            for text in texts
            for taken in (length, length - 1, length + 1)
        )


def _normal(query: str) -> str:
    text = unicodedata.normalize("NFKC", query).casefold().replace("ü", "v")
    return re.sub(r"[\s'’]+", "", text)
