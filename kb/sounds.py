"""How words sound: full pinyin and initials, for whoever types letters or a wrong character of the same sound.

Every common reading of a character counts (银行 is found by yinhang and by yinxing), and what a city calls its own
places (`data/reference/readings.csv`). The readings are a table of our own making, so that neither a session nor an
article waits for pypinyin.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice, product
from pathlib import Path

from kb.segment import fold

READINGS_LIMIT = 8  # readings of a word that count: 长长长长 has sixteen
LETTERS_LIMIT = 40  # letters of a query that count

_TABLE = Path(__file__).parent / "characters" / "pinyin.txt"


def sounds(word: str) -> Iterator[tuple[str, ...]]:
    """Each way to read a folded word, as its syllables; letters and digits stand for themselves."""
    return islice(product(*_parts(word)), READINGS_LIMIT)


def keys(word: str) -> tuple[set[str], set[str]]:
    """The full pinyin and the initials by which a folded word of Han is found; none of a word without Han."""
    if not any("\u4e00" <= character <= "\u9fff" for character in word):
        return set(), set()
    read = list(sounds(word))
    return (
        {"".join(syllables) for syllables in map(_flat, read)},
        {"".join(syllable[0] for syllable in syllables) for syllables in map(_flat, read)} if len(word) > 1 else set(),
    )


def letters(text: str) -> str:
    """What was typed as pinyin, without blanks and apostrophes and with v for ü; "" where it is none."""
    typed = re.sub(r"[\s'’]+", "", fold(text)).replace("ü", "v")[:LETTERS_LIMIT]
    return typed if re.fullmatch(r"[a-z]+", typed) else ""


def divide(typed: str, known: Callable[[str], bool], begins: Callable[[str], bool]) -> list[str]:
    """Cut letters into the fewest keys that cover most of them; the last may be the beginning of one.

    Args:
        known: whether a key is one of some word.
        begins: whether some word's key begins so.
    """
    # From each place on: letters left over, keys used, and the keys.
    best: list[tuple[int, int, list[str]]] = [(0, 0, [])]
    for start in range(len(typed) - 1, -1, -1):
        rest = typed[start:]
        left, used, those = best[0]
        found = (left + 1, used, those)
        for end in range(1, len(rest) + 1):
            if known(rest[:end]) or (end == len(rest) and end > 1 and begins(rest)):
                left, used, those = best[end - 1]
                found = min(found, (left, used + 1, [rest[:end], *those]))
        best.insert(0, found)
    return best[0][2]


def _flat(syllables: tuple[str, ...]) -> list[str]:
    return " ".join(syllables).split()


def _parts(word: str) -> Iterator[tuple[str, ...]]:
    """The readings of each character, or of several where a place has its own."""
    table, local = _readings(), _local_readings()
    at = 0
    while at < len(word):
        place = next((name for name in local.get(word[at], ()) if word.startswith(name, at)), None)
        if place is not None:
            yield local[word[at]][place]
            at += len(place)
            continue
        yield table.get(word[at], (word[at],))
        at += 1


@cache
def _readings() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        reading, characters = line.split()
        for character in characters:
            found[character] = (*found.get(character, ()), reading)
    return found


@cache
def _local_readings() -> dict[str, dict[str, tuple[str, ...]]]:
    """By the first character of the place."""
    from data.tables import SHIPPED, read_csv  # late: most searches are by characters

    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for _, row in read_csv(SHIPPED / "readings.csv", ("name", "readings")):
        found.setdefault(row["name"][0], {})[row["name"]] = tuple(row["readings"].split("|"))
    return found
