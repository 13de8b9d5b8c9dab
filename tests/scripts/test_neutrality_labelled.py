"""Sentences labelled leading or neutral (5.4.4): how many the rules find, and how many they wrongly find; `-s` prints it.

The first and the second set were written before any rule, the third after the rules of words (it was found at 0.943 and
0.825), the fourth after the rules of structure. Rules were tuned on the first and the kinds, the rules of structure on what
the second and the third showed as well: only the fourth tells how sentences fare that nobody tuned for.
"""

import tomllib
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import pytest

from scripts.neutrality import leading
from scripts.pack import Packs

SETS = ("first", "second", "third", "fourth", "kinds")


class Figures(NamedTuple):
    precision: float
    recall: float


def sentences(name: str) -> dict[str, list[str]]:
    """The labelled sentences of one set, by label."""
    return tomllib.loads((Path(__file__).parent / f"neutrality_{name}.toml").read_text("utf-8"))


def figures(packs: Packs, name: str) -> Figures:
    """What the rules make of one set, printed."""
    labelled = sentences(name)
    found = sum(bool(leading(packs.neutrality, text)) for text in labelled["leading"])
    wrong = sum(bool(leading(packs.neutrality, text)) for text in labelled["neutral"])
    result = Figures(found / (found + wrong), found / len(labelled["leading"]))
    print(
        f"\n{name}: {found} of {len(labelled['leading'])} leading found, {wrong} of {len(labelled['neutral'])} neutral"
        f" flagged: precision {result.precision:.3f}, recall {result.recall:.3f}"
    )
    return result


@pytest.mark.clause("5.4.4")
@pytest.mark.parametrize("name", ["first", "second", "third", "kinds"])
def test_leading_sentences_are_told_from_neutral_ones(packs: Packs, name: str) -> None:
    """You should see precision and recall of at least 0.95."""
    measured = figures(packs, name)
    assert measured.precision >= 0.95
    assert measured.recall >= 0.95


@pytest.mark.clause("5.4.4")
def test_sentences_never_seen_are_told_apart_as_well_as_when_first_measured(packs: Packs) -> None:
    """You should see the figures of the set that no rule was tuned on, 0.946 and 0.883 when it was written, not fall."""
    measured = figures(packs, "fourth")
    assert measured.precision >= 0.94
    assert measured.recall >= 0.88


def test_the_labelled_sentences_are_enough() -> None:
    """You should see eighty of each label in the first sets, forty and sixty in the later ones, and none twice but B.4.5's own question."""
    sets = {name: sentences(name) for name in SETS}
    for name, least in (("first", 80), ("second", 80), ("third", 40), ("fourth", 60)):
        assert min(len(sets[name]["leading"]), len(sets[name]["neutral"])) >= least
    everyone = [texts for labelled in sets.values() for texts in labelled.values()]
    assert all(len(texts) == len(set(texts)) for texts in everyone)
    shared = {text for some, others in combinations(everyone, 2) for text in set(some) & set(others)}
    assert shared <= {"请问您对哪方面不满意？"}
