"""Which phrases of a practice call were said, in their place and in an accepted wording (7.1.2.2a, appendix B.1). Pure."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from console.practice.talk import OPENING, Heard
from scripts.pack import Packs
from scripts.phrases import said_as

if TYPE_CHECKING:
    from console.practice.case import Case
    from console.practice.scoring import Found, Played

ENDING = ("closing", "rating", "farewell")
NAMES = {
    "greeting": ("首问语", "B.1.2"),
    "recording": ("“请稍等，我帮您记录一下”", "B.1.3.1"),
    "looking_up": ("“请稍等，我帮您查询一下”", "B.1.3.2"),
    "waiting": ("等待超过 30 秒的安抚语", "B.1.3.3"),
    "wait_over": ("“让您久等了”", "B.1.3.4"),
    "closing": ("结束前询问还有没有其他需要", "B.1.4.1"),
    "rating": ("评价提示", "5.3.3"),
    "farewell": ("结束语", "B.1.4.2"),
    "soothe": ("对情绪激动的来电人的安抚", "5.1.3.3"),
    "caution": ("对辱骂的文明提醒", "5.1.3.3"),
}


def phrase_deviations(packs: Packs, played: "Played") -> "Iterator[Found]":
    """Yield what is not as appendix B has it; nothing for a call that was never answered."""
    if played.answered_at is None:
        return
    heard = [each for each in played.heard if each.act != OPENING]
    acts = [each.act for each in heard]
    for act in _expected(played):
        if act not in acts:
            name, clause = NAMES[act]
            yield act, "phrases", f"没有说{name}", clause, ""
    if "greeting" in acts and acts[0] != "greeting":
        yield "order", "phrases", "首问语不在最前", "B.1.2", ""
    ending = [act for act in acts if act in ENDING]
    if list(dict.fromkeys(ending)) != sorted(set(ending), key=ENDING.index):
        yield "order", "phrases", "结束的用语次序不对：先询问，再提示评价，最后道别", "B.1.4", ""
    for each in misworded(packs, played):
        name, clause = NAMES[each.act]
        yield "wording", "phrases", f"{name}的说法不规范：“{each.text[:20]}”", clause, ""


def misworded(packs: Packs, played: "Played") -> list[Heard]:
    """The greetings and endings that were said in no accepted wording."""
    fixed = ("greeting", *ENDING)
    said = [each for each in played.heard if each.act in fixed]
    return [each for each in said if not _worded(packs, each.act, each.text, played.greeting)]


def expected_phrases(case: "Case") -> list[str]:
    """The phrases that a case calls for whatever the trainee does, in their order."""
    soothing = ["caution" if case.abusive else "soothe"] if case.upset else []
    helping = "looking_up" if case.truth.outcome == "reply" else "recording"
    return ["greeting", *soothing, helping, *ENDING]


def _expected(played: "Played") -> list[str]:
    """The phrases that this call calls for, in their order."""
    waiting = []
    longest = max((until - since for since, until in played.waits), default=timedelta())
    if longest > timedelta(seconds=30):
        waiting.append("waiting")
    if played.waits:
        waiting.append("wait_over")
    *before, closing, rating, farewell = expected_phrases(played.case)
    return [*before, *waiting, closing, rating, farewell]


def _worded(packs: Packs, act: str, text: str, greeting: str) -> bool:
    """Whether a sentence is an accepted wording of its step; of the greetings the one of that day counts, if known."""
    if greeting and act == "greeting":
        phrases = [packs.phrases.phrase(greeting)]
    else:
        phrases = [each for each in packs.phrases.phrases if each.step == act]
    return any(said_as(phrase, text) for phrase in phrases)
