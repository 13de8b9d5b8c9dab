"""How well each card was known in a practice call: from what the trainee did in it, not from what they say. Pure.

The ratings are those of the package fsrs:

* again (1): it was not done. A phrase was not said, an element neither asked for nor recorded, or recorded without having
  been told; a danger or a kind was not seen, a route, a unit, an answer chosen wrongly, nothing registered, nobody told
  of an emergency number or of the report.
* hard (2): it was done late or by half. A phrase in another wording or out of its order; an element that was asked for,
  and then not recorded or recorded wrongly; a type or a kind too many; the right route with a wrong choice; an answer
  after 15 s; a dispatch after its limit; and whatever was right only after the coach had given its hint.
* good (3): it was right. No call shows that something was easy (4), so that is never given.

A call that was lost unanswered tells only of the 15 s: nothing else was tried. What a call gave no chance to show, such as
the unit of a request that was classified by mistake, is not rated either.
"""

from collections.abc import Iterable

from console.practice.cards import ANSWER, asked_by, dispatch_limit
from console.practice.phrasing import ENDING, NAMES
from console.practice.scoring import Deviation, Played
from scripts.pack import Packs
from scripts.scenarios import DANGER_MISSED

AGAIN, HARD, GOOD = 1, 2, 3
RATINGS = {AGAIN: "没有做到", HARD: "做到一半", GOOD: "做对了"}

_RULES: dict[str, tuple[str, int]] = {
    DANGER_MISSED: ("rule:danger", AGAIN),
    "emergency_untold": ("rule:emergency", AGAIN),
    "kind_missed": ("rule:kinds", AGAIN),
    "kind_added": ("rule:kinds", HARD),
    "unreported": ("rule:report", AGAIN),
    "type_missed": ("rule:types", AGAIN),
    "type_added": ("rule:types", HARD),
    "outcome_wrong": ("rule:outcome", AGAIN),
    "unregistered": ("rule:outcome", AGAIN),
    "unit_wrong": ("rule:unit", AGAIN),
    "article_wrong": ("rule:article", AGAIN),
    "repeat_missed": ("rule:repeat", AGAIN),
    "background": ("rule:background", AGAIN),
    "unquoted": ("rule:quote", AGAIN),
    "disclosed": ("rule:confidential", AGAIN),
    "wording_record": ("rule:wording", HARD),
    "order": ("rule:order", HARD),
    "slow_answer": (ANSWER, HARD),
    "lost": (ANSWER, AGAIN),
}
_ALSO = {"invented": "rule:invented", DANGER_MISSED: "rule:kinds"}  # the other card that such a deviation tells of
_WORDED = {NAMES[act][1]: act for act in ("greeting", *ENDING)}  # whose wording is judged, by clause
_OF_OUTCOME = ("rule:unit", "rule:article")  # cannot be shown where another outcome was chosen


def ratings(
    packs: Packs, played: Played, deviations: Iterable[Deviation], hinted: frozenset[str] = frozenset()
) -> dict[str, int]:
    """Rate every card that a call judged.

    Args:
        packs: those in force.
        played: what the trainee did.
        deviations: what the score found in it.
        hinted: the ids of the cards of which the coach gave a hint during the call.
    """
    found = _missed(packs, played, deviations)
    if played.answered_at is None:
        return {ANSWER: AGAIN}
    judged = asked_by(packs, played.case)
    if played.outcome != played.case.truth.outcome:
        route = f"rule:route-{played.case.truth.route}"
        judged = [each for each in judged if each not in (*_OF_OUTCOME, route, dispatch_limit(packs, played.case))]
    if played.waits:
        judged.append("phrase:wait_over")
    if any(each.act == "waiting" for each in played.heard):
        judged.append("phrase:waiting")
    good = {each: HARD if each in hinted else GOOD for each in judged}
    return good | found


def card_of(packs: Packs, played: Played, deviation: Deviation) -> tuple[str, int]:
    """The card that a deviation is about, and how it was rated."""
    rule, of = deviation.rule, deviation.of
    if rule in ("missing", "danger_missing"):
        asked = any(each.act == of for each in played.heard)
        return f"element:{of}", HARD if asked and of in played.told else AGAIN
    if rule in ("wrong", "invented"):
        return f"element:{of}", HARD if rule == "wrong" else AGAIN
    if rule == "wording":
        return f"phrase:{_WORDED[deviation.clause]}", HARD
    if rule in ("route_wrong", "choice_wrong"):
        return f"rule:route-{played.case.truth.route}", AGAIN if rule == "route_wrong" else HARD
    if rule == "late":
        return dispatch_limit(packs, played.case), HARD
    return _RULES.get(rule, (f"phrase:{rule}", AGAIN))


def _missed(packs: Packs, played: Played, deviations: Iterable[Deviation]) -> dict[str, int]:
    """The worst rating of each card that something was wrong with."""
    found: dict[str, int] = {}
    for each in deviations:
        pairs = [card_of(packs, played, each)]
        if each.rule in _ALSO:
            pairs.append((_ALSO[each.rule], AGAIN))
        for card, rating in pairs:
            found[card] = min(rating, found.get(card, rating))
    return found
