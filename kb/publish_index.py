"""The search index of the public pages: which articles have which two neighbouring characters.

A browser that opens the pages as files may load scripts but read no data, so the index is JavaScript, cut into
shards of some 24 KB that are loaded when a query needs them: two characters fall into a shard by a hash that
``site/search.js`` computes as `shard_hash` does. A shard maps characters to three lists of article numbers, for
title, for questions and keywords, and for the text: ``"title|asked|text"``, each number as its distance from the one
before, in the base-64 digits that source maps use. ``~`` begins a number counted from zero. ``*`` stands for a text
list of more than a quarter of all articles, which would tell none from another.

Memory is bounded: the lists of 5,000 articles at a time are sorted into a file, and the files are merged.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import groupby, pairwise
from pathlib import Path
from typing import IO

BLOCK = 5_000  # articles whose lists are held in memory
SHARD_BYTES = 24_000
MOST_BITS = 13
COMMON_LEAST = 1_000  # a list shorter than this is kept, however common its characters are

_RUNS = re.compile(r"[^\W_]+")
_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_MORE = 32  # the bit of a digit that says that another follows


def runs(text: str) -> list[str]:
    """Unbroken letters, digits and characters, folded as ``site/search.js`` folds a query."""
    return _RUNS.findall(unicodedata.normalize("NFKC", text).lower())


def pairs(text: str) -> set[str]:
    """All neighbouring characters of a text; one that stands alone by itself."""
    found: set[str] = set()
    for run in runs(text):
        if len(run) == 1:
            found.add(run)
        else:
            found.update(map("".join, pairwise(run)))
    return found


def characters(text: str) -> set[str]:
    """All single characters of a text, for a query of one character."""
    return {character for run in runs(text) for character in run}


def shard_hash(key: str) -> int:
    """16 bits of which the first ones choose the shard."""
    first, second = ord(key[0]), ord(key[1]) if len(key) > 1 else 0
    return (first * 40_503 + second * 60_497) % 65_536


def number_text(number: int) -> str:
    """A number in base-64 digits, the lowest five bits first."""
    text = ""
    while number >= _MORE:
        text += _DIGITS[number % _MORE | _MORE]
        number //= _MORE
    return text + _DIGITS[number]


_SHORT = [number_text(number) for number in range(1 << 10)]


def list_text(numbers: list[int]) -> str:
    """Rising numbers, the first counted from zero, each other as its distance from the one before."""
    if not numbers:
        return ""
    parts = ["~", number_text(numbers[0])]
    before = numbers[0]
    for number in numbers[1:]:
        distance = number - before
        parts.append(_SHORT[distance] if distance < len(_SHORT) else number_text(distance))
        before = number
    return "".join(parts)


class PublicIndex:
    """Collects articles in rising order of their numbers, then yields the shards.

    Args:
        folder: a private folder for the sorted files.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: list[Path] = []
        self._lists: tuple[dict[str, list[int]], ...] = ({}, {}, {})
        self._articles = 0
        self._held = 0

    def add(self, number: int, title: str, asked: Iterable[str], text: str) -> None:
        """Take in one article: its title, its questions and keywords, its text.

        Raises:
            OSError: the disk is full.
        """
        asked_line = "\n".join(asked)
        in_title = pairs(title) | characters(title)
        in_asked = (pairs(asked_line) | characters(asked_line)) - in_title
        in_text = pairs(text) - in_title - in_asked
        for lists, keys in zip(self._lists, (in_title, in_asked, in_text), strict=True):
            for key in keys:
                if (held := lists.get(key)) is None:
                    lists[key] = [number]
                else:
                    held.append(number)
        self._articles += 1
        self._held += 1
        if self._held == BLOCK:
            self._spill()

    def _spill(self) -> None:
        titles, asked, texts = self._lists
        path = self._folder / f"lists-{len(self._files)}"
        keys = sorted((shard_hash(key), key) for key in titles.keys() | asked.keys() | texts.keys())
        with path.open("w", encoding="utf-8", newline="\n") as out:
            for code, key in keys:
                lists = [each.get(key, []) for each in (titles, asked, texts)]
                columns = "\t".join(map(list_text, lists))
                out.write(f"{code:04x}{key}\t{columns}\t{len(lists[2])}\n")
        self._files.append(path)
        for each in self._lists:
            each.clear()
        self._held = 0

    def finish(self) -> int:
        """Take in no more; returns how many bits of the hash choose a shard.

        Raises:
            OSError: the disk is full.
        """
        self._spill()
        size = sum(path.stat().st_size for path in self._files)
        return min(MOST_BITS, (size // SHARD_BYTES).bit_length())

    def shards(self, bits: int) -> Iterator[str]:
        """The scripts of all shards in order, also of those that hold nothing."""
        written = 0
        for shard, rows in groupby(self._merged(), key=lambda row: int(row[0][:4], 16) >> (16 - bits)):
            yield from (_shard(empty, ()) for empty in range(written, shard))
            yield _shard(shard, rows)
            written = shard + 1
        yield from (_shard(empty, ()) for empty in range(written, 1 << bits))

    def _merged(self) -> Iterator[tuple[str, str]]:
        """Hash and characters with their lists, in order."""
        common = max(COMMON_LEAST, self._articles // 4)
        files = [path.open(encoding="utf-8", newline="\n") for path in self._files]
        try:
            rows = merge(*map(_rows, files), key=lambda row: row[0])
            for key, same in groupby(rows, key=lambda row: row[0]):
                columns = list(zip(*(row[1:] for row in same), strict=True))
                title, asked, text = map("".join, columns[:3])
                often = sum(map(int, columns[3])) > common
                yield key, f"{title}|{asked}|{'*' if often else text}"
        finally:
            for file in files:
                file.close()


def _rows(file: IO[str]) -> Iterator[list[str]]:
    return (line.rstrip("\n").split("\t") for line in file)


def _shard(number: int, rows: Iterable[tuple[str, str]]) -> str:
    # Letters, digits and base-64 digits: nothing here needs an escape.
    entries = ",\n".join(f'"{key[4:]}":"{lists}"' for key, lists in rows)
    return f"kbWords({number},{{\n{entries}}});\n"
