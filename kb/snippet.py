"""Where the words of a query stand in a text: spans for any output, no markup."""

import re
from collections.abc import Iterable

from kb.segment import fold

SNIPPET_WIDTH = 60  # characters
LEAD = 12  # characters shown before the first match, fewer where a clause begins in between

_CLAUSE_END = re.compile(r"[，。；：！？、,;:!?\s]")

Spans = tuple[tuple[int, int], ...]


class Marker:
    """Finds the words of one query in any number of texts, whatever their width and case."""

    def __init__(self, marks: Iterable[str]) -> None:
        # Longest first, so that 公积金 is marked whole where 公积 is asked for too.
        ordered = sorted({fold(mark) for mark in marks if mark}, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(_whole, ordered))) if ordered else None

    def spans(self, text: str) -> Spans:
        """Non-overlapping (start, end) of what matches in ``text``; neighbours are one span."""
        merged: list[tuple[int, int]] = []
        for start, end, _ in self._found(text):
            if merged and merged[-1][1] == start:
                merged[-1] = (merged[-1][0], end)
            else:
                merged.append((start, end))
        return tuple(merged)

    def snippet(self, text: str, width: int = SNIPPET_WIDTH) -> tuple[str, Spans]:
        """The part of ``text`` in which most different words stand, on one line, and the spans in it.

        A part that does not begin or end with the text has "…" there.
        """
        flat = re.sub(r"\s", " ", text)
        match = self._densest(flat, width)
        start = max(match - LEAD, 0)
        if start:
            clauses = [found.end() for found in _CLAUSE_END.finditer(flat, start, match)]
            start = clauses[-1] if clauses else start
        start = min(start, max(len(flat) - width, 0))
        part = flat[start : start + width]
        part = ("…" if start else "") + part + ("…" if start + width < len(flat) else "")
        return part, self.spans(part)

    def _densest(self, text: str, width: int) -> int:
        """Start of the match from which a window holds the greatest length of different words."""
        found = self._found(text)
        best, best_weight = 0, 0
        last = 0
        for index, (start, _, _) in enumerate(found):
            while last < len(found) and found[last][0] < start + width - LEAD:
                last += 1
            weight = sum(map(len, {word for _, _, word in found[index:last]}))
            if weight > best_weight:
                best, best_weight = start, weight
        return best

    def _found(self, text: str) -> list[tuple[int, int, str]]:
        if self._pattern is None:
            return []
        return [(*match.span(), match.group()) for match in self._pattern.finditer(fold(text))]


def _whole(mark: str) -> str:
    """The pattern of a word; letters and digits do not match within longer ones: 5 is not in 2025."""
    escaped = re.escape(mark)
    return f"(?<![0-9a-z]){escaped}" if mark[0].isascii() and mark[0].isalnum() else escaped
