"""Vague words (含糊不清的答复) and reproaching questions (质问、反问) in what an agent writes: 5.1.3.4."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from scripts.matching import MAX_JUDGED, QUOTED, check_matching, compiled
from scripts.reading import Check, PackHead, PackStruct

_SENTENCE = re.compile(r"[^。！？；!?;\n\r]+")


class WordingRule(PackStruct, frozen=True, kw_only=True):
    """One form to avoid, and better words; a match that touches an `exempt` one is innocent."""

    id: str
    label: str
    clause: str
    words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    exempt: tuple[str, ...] = ()
    advice: str


class WordingPack(PackHead, frozen=True, kw_only=True):
    """wording.toml. `claimant` finds words that announce what somebody else says (诉求人称, 物业说) or are said in the
    claimant's own person (我家); `desk` finds words with which an answer of the desk or a unit begins."""

    rules: tuple[WordingRule, ...]
    claimant: tuple[str, ...] = ()
    desk: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One place in the text: `span` in characters (start, end), the words there, the rule and better words."""

    span: tuple[int, int]
    text: str
    rule: str
    clause: str
    advice: str


def check(pack: WordingPack, text: str) -> list[Finding]:
    """What to reword, in the order of the text, one finding for each place.

    Only the first `MAX_JUDGED` characters are looked at. 5.1.3.4 is about what is said to the claimant (诉求人), so
    their own words are skipped, which must be written down as they were said (5.1.4.1): what stands in full-width
    quotation marks, and the sentence that is told as theirs, up to where an answer to them begins.
    """
    head = text[:MAX_JUDGED]
    quoted = [*(found.span() for found in QUOTED.finditer(head)), *_told_by_others(pack, head)]
    findings: list[Finding] = []
    for rule in pack.rules:
        innocent = [found.span() for found in compiled((), rule.exempt).finditer(head)]
        for found in compiled(rule.words, rule.patterns).finditer(head):
            if not _touches(found.span(), quoted) and not _touches(found.span(), innocent):
                findings.append(Finding(found.span(), found[0], rule.id, rule.clause, rule.advice))
    return _one_each(sorted(findings, key=lambda each: (each.span[0], -each.span[1])))


def prepare_wording(pack: WordingPack, check: Check) -> WordingPack:
    """The pack as it is; raises `PackError` for a rule that cannot work."""
    check.unique(rule.id for rule in pack.rules)
    check_matching(check, "claimant", (), pack.claimant)
    check_matching(check, "desk", (), pack.desk)
    for rule in pack.rules:
        check.clause(rule.id, rule.clause)
        check.filled(rule.id, label=rule.label, advice=rule.advice)
        if not rule.words and not rule.patterns:
            raise check.error(rule.id, "words 和 patterns 至少要有一个")
        check_matching(check, rule.id, rule.words, (*rule.patterns, *rule.exempt))
    return pack


def _told_by_others(pack: WordingPack, text: str) -> Iterable[tuple[int, int]]:
    """Where each sentence of somebody else begins and ends, without what the desk says in it before or after."""
    claimant, desk = compiled((), pack.claimant), compiled((), pack.desk)
    for sentence in _SENTENCE.finditer(text):
        if found := claimant.search(text, *sentence.span()):
            answer = desk.search(text, found.end(), sentence.end())
            before = desk.search(text, sentence.start(), found.start())
            yield found.start() if before else sentence.start(), answer.start() if answer else sentence.end()


def _touches(span: tuple[int, int], others: list[tuple[int, int]]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in others)


def _one_each(findings: list[Finding]) -> list[Finding]:
    """Overlapping findings say the same twice: the first and longest stays."""
    kept: list[Finding] = []
    for finding in findings:
        if not kept or finding.span[0] >= kept[-1].span[1]:
            kept.append(finding)
    return kept
