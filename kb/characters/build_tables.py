"""Refresh the tables of characters: their readings, and the simplified forms of traditional ones.

Run by hand, with two packages that the console itself never needs:

    pip install pypinyin==0.55.0 opencc==1.4.2
    python kb/characters/build_tables.py

Both tables are facts of the language as these packages (MIT, Apache-2.0) know them, so that no session spends the
57 MB of pypinyin, and no article waits for it. A character has its usual reading first, then every other one that is
not a rarity: a name or an article is to be found by any of them.
"""

from collections import Counter, defaultdict
from pathlib import Path

from opencc import OpenCC
from pypinyin.constants import PINYIN_DICT
from pypinyin.contrib.tone_convert import to_normal
from pypinyin.phrases_dict import phrases_dict

HERE = Path(__file__).parent
HAN = range(0x4E00, 0xA000)
RARE_TIMES, RARE_SHARE = 3, 0.04  # a reading in fewer of a character's phrases is a rarity
PAIRS_A_LINE = 40


def main() -> None:
    """Write both tables."""
    heard: dict[str, Counter[str]] = defaultdict(Counter)
    for phrase, readings in phrases_dict.items():
        if len(phrase) == len(readings):
            for character, reading in zip(phrase, readings, strict=True):
                heard[character][to_normal(reading[0])] += 1
    characters: dict[str, list[str]] = defaultdict(list)
    for character in map(chr, HAN):
        if not (character in heard or _encodes(character, "gb2312")) or ord(character) not in PINYIN_DICT:
            continue
        usual = to_normal(PINYIN_DICT[ord(character)].split(",")[0])
        times = heard[character]
        common = [
            reading
            for reading, count in times.most_common()
            if count >= RARE_TIMES and count >= RARE_SHARE * times.total()
        ]
        for reading in dict.fromkeys((*common, usual)):
            characters[reading.replace("ü", "v")].append(character)
    lines = [f"{reading} {''.join(those)}" for reading, those in sorted(characters.items()) if reading.isalpha()]
    _write("pinyin.txt", lines)

    convert = OpenCC("t2s").convert
    pairs = [
        character + simple
        for character in map(chr, HAN)
        if (simple := convert(character)) != character and _encodes(character, "big5hkscs") and ord(simple) in HAN
    ]
    _write("traditional.txt", [" ".join(pairs[at : at + PAIRS_A_LINE]) for at in range(0, len(pairs), PAIRS_A_LINE)])


def _encodes(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _write(name: str, lines: list[str]) -> None:
    (HERE / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{name}: {len(lines)} lines")


if __name__ == "__main__":
    main()
