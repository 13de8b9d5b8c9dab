"""Where the words of a query stand in a text: spans for any output, no markup."""

import re
from collections.abc import Iterable

from kb.segment import fold

SNIPPET_WIDTH = 60  # characters
LEAD = 6  # characters shown before the first match

Spans = tuple[tuple[int, int], ...]


def spans(text: str, marks: Iterable[str]) -> Spans:
    """Non-overlapping (start, end) of every mark in ``text``, whatever its width and case."""
    pattern = _pattern(marks)
    if pattern is None:
        return ()
    merged: list[tuple[int, int]] = []
    for match in pattern.finditer(fold(text)):
        if merged and merged[-1][1] == match.start():
            merged[-1] = (merged[-1][0], match.end())
        else:
            merged.append(match.span())
    return tuple(merged)


def snippet(text: str, marks: Iterable[str], width: int = SNIPPET_WIDTH) -> tuple[str, Spans]:
    """The part of ``text`` in which most different marks stand, on one line, and the spans in it.

    A part that does not begin or end with the text has "…" there.
    """
    marks = tuple(marks)
    flat = re.sub(r"\s", " ", text)
    start = max(_densest(flat, marks, width) - LEAD, 0)
    start = min(start, max(len(flat) - width, 0))
    part = flat[start : start + width]
    part = ("…" if start else "") + part + ("…" if start + width < len(flat) else "")
    return part, spans(part, marks)


def _densest(text: str, marks: tuple[str, ...], width: int) -> int:
    """Start of the match from which a window holds the greatest length of different marks."""
    pattern = _pattern(marks)
    if pattern is None:
        return 0
    found = [(match.start(), match.group()) for match in pattern.finditer(fold(text))]
    best, best_weight = 0, 0
    last = 0
    for index, (start, _) in enumerate(found):
        while last < len(found) and found[last][0] < start + width - LEAD:
            last += 1
        weight = sum(map(len, {word for _, word in found[index:last]}))
        if weight > best_weight:
            best, best_weight = start, weight
    return best


def _pattern(marks: Iterable[str]) -> re.Pattern[str] | None:
    # Longest first, so that 公积金 is marked whole where 公积 is asked for too; 5 is not marked within 2025.
    ordered = sorted({fold(mark) for mark in marks if mark}, key=len, reverse=True)
    if not ordered:
        return None
    return re.compile("|".join(_whole(mark) for mark in ordered))


def _whole(mark: str) -> str:
    escaped = re.escape(mark)
    if mark[0].isascii() and mark[0].isalnum():
        return f"(?<![0-9a-z]){escaped}"
    return escaped
