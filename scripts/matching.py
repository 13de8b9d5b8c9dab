"""Words and patterns of the packs as compiled regular expressions: compiled late, and safe on any text.

A city may write its own patterns, and a citizen may paste a megabyte. Two rules keep every search linear in the
length of the text: a pattern may repeat only with an upper bound (no `*`, `+` or `{2,}`) and may not repeat a
group, and no more than `MAX_JUDGED` characters of a text are looked at.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from scripts.reading import Check

MAX_JUDGED = 20_000
"""Characters of a text that are judged. A record is a page; beyond this only the head is looked at."""

MAX_REPEAT = 30
"""The highest bound a pattern may give to a repetition."""

QUOTED = re.compile(r"“((?:[^“”]++|“[^“”]*+”)*+)”")
"""A pair of full-width quotation marks: the only form that marks the claimant's (诉求人) own words, C.4.

A pair may stand inside it, as of a claimant who quotes somebody.
"""

MAX_WAYS = 5_000
"""In how many ways a pattern with its own limit (`check_ways`) may be tried from one character of a text."""

_PART = re.compile(r"\{([a-z_]+)\}")
_REPEAT = re.compile(r"\{(\d*)(,?)(\d*)\}")


@cache
def compiled(words: tuple[str, ...], patterns: tuple[str, ...] = ()) -> re.Pattern[str]:
    """One expression that finds any of the words or patterns; words are plain text, the longest first."""
    plain = [re.escape(word) for word in sorted(words, key=len, reverse=True)]
    return re.compile("|".join([*patterns, *plain]) or r"(?!)")


def expand(check: Check, entry: str, patterns: Iterable[str], parts: Mapping[str, str]) -> tuple[str, ...]:
    """The patterns with each `{part}` replaced; raises `PackError` for a part that the pack does not define."""

    def part(found: re.Match[str]) -> str:
        if found[1] not in parts:
            raise check.error(entry, f"规则里用了没有定义的片段 {{{found[1]}}}")
        text = parts[found[1]]
        # a lone character class may be repeated by the pattern around it; alternatives need brackets of their own
        return text if text.startswith("[") and "|" not in text else f"(?:{text})"

    return tuple(_PART.sub(part, pattern) for pattern in patterns)


def check_matching(check: Check, entry: str, words: Iterable[str] = (), patterns: Iterable[str] = ()) -> None:
    """Raises `PackError` for an empty word, and (where patterns are to be compiled) for a pattern that does not
    compile, is found in an empty text, or could run away."""
    if any(not word.strip() for word in words):
        raise check.error(entry, "词表里有空词，请删去")
    for pattern in patterns if check.compile else ():
        try:
            expression = re.compile(pattern)
        except (re.error, OverflowError, RecursionError) as error:
            raise check.error(entry, f"规则“{pattern}”不是正确的正则表达式（{error}）") from error
        if expression.search("") is not None:
            raise check.error(entry, f"规则“{pattern}”连空文字也会命中，请写得具体些")
        if reason := _runaway(pattern):
            raise check.error(entry, f"规则“{pattern}”{reason}")


def check_ways(check: Check, entry: str, patterns: Iterable[str]) -> None:
    """Raises `PackError` (where patterns are to be compiled) for a pattern whose bounded repetitions multiply: five
    times `.{0,30}` is twenty million ways at each character of a text."""
    for pattern in patterns if check.compile else ():
        if _ways(pattern) > MAX_WAYS:
            raise check.error(entry, f"规则“{pattern[:60]}”里可有可无、可多可少的部分太多，会很慢，请拆成几条")


def _ways(pattern: str) -> int:
    """The product of the choices that the repetitions of a sound pattern leave; of alternatives the widest counts."""
    done: list[tuple[int, int]] = []  # for each open group: the widest alternative so far, and the present one
    widest, here, last = 0, 1, 1
    at = 0
    while at < len(pattern):
        char = pattern[at]
        step = 1
        if char == "\\":
            step, last = 2, 1
        elif char == "[":
            step, last = _class_end(pattern, at) - at, 1
        elif char == "(":
            done.append((widest, here))
            widest, here = 0, 1
            step = 2 if pattern[at + 1 : at + 2] == "?" else 1  # the mark of (?: or (?= repeats nothing
        elif char == "|":
            widest, here = max(widest, here), 1
        elif char == ")":
            last = max(widest, here)
            widest, here = done.pop()
            here *= last
        elif char == "?":
            here += here // last  # the same again without what it makes optional
        elif char == "{" and (repeat := _REPEAT.match(pattern, at)):
            step = len(repeat[0])
            here *= int(repeat[3] or repeat[1]) - int(repeat[1] or 0) + 1
        else:
            last = 1
        at += step
    return max(widest, here)


def _runaway(pattern: str) -> str:
    """Why the pattern may take more than linear time, or nothing. Reads past escapes and character classes."""
    at, after_group = 0, False
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            at, after_group = at + 2, False
        elif char == "[":
            at, after_group = _class_end(pattern, at), False
        elif char in "*+" or (char == "{" and (repeat := _REPEAT.match(pattern, at))):
            bound = "" if char in "*+" else (repeat[3] if repeat[2] else repeat[1])  # type: ignore[index]
            if not bound or int(bound) > MAX_REPEAT:
                return f"的重复没有上限或超过 {MAX_REPEAT} 次，请写成 {{0,{MAX_REPEAT}}} 这样"
            if after_group:
                return "重复了一个括号，可能极慢，请展开来写"
            at, after_group = pattern.index("}", at) + 1, False
        else:
            at, after_group = at + 1, char == ")"
    return ""


def _class_end(pattern: str, start: int) -> int:
    at = start + 2 if pattern[start + 1 : start + 2] in ("^", "]") else start + 1
    if pattern[start + 1 : start + 3] == "^]":
        at = start + 3
    while pattern[at] != "]":
        at += 2 if pattern[at] == "\\" else 1
    return at + 1
