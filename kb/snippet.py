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
        self._marks = {fold(mark) for mark in marks if mark}

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
        """(start, end, mark) from left to right; of several that begin at a place the longest, and none within it.

        Each mark is looked for: making a pattern of them would serve one keystroke only.
        """
        folded = fold(text)
        longest: dict[int, str] = {}
        for mark in self._marks:
            at = folded.find(mark)
            while at >= 0:
                if len(mark) > len(longest.get(at, "")) and not _within_number(folded, at, mark):
                    longest[at] = mark
                at = folded.find(mark, at + 1)
        found: list[tuple[int, int, str]] = []
        free = 0
        for at in sorted(longest):
            if at >= free:
                free = at + len(longest[at])
                found.append((at, free, longest[at]))
        return found


def _within_number(text: str, at: int, mark: str) -> bool:
    """Letters and digits do not match within longer ones: 5 is not in 2025."""
    return at > 0 and _plain(mark[0]) and _plain(text[at - 1])


def _plain(character: str) -> bool:
    return character.isascii() and character.isalnum()
