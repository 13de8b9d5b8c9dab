"""Vague words (含糊不清的答复) and reproaching questions (质问、反问) in what an agent writes: 5.1.3.4."""

from dataclasses import dataclass

from scripts.matching import MAX_JUDGED, QUOTED, check_matching, compiled
from scripts.reading import Check, PackHead, PackStruct


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
    """wording.toml."""

    rules: tuple[WordingRule, ...]


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

    Only the first `MAX_JUDGED` characters are looked at. What stands in full-width quotation marks is skipped: it is
    the claimant's (诉求人) own words, which must be written down as they were said.
    """
    head = text[:MAX_JUDGED]
    quoted = [found.span() for found in QUOTED.finditer(head)]
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
    for rule in pack.rules:
        check.clause(rule.id, rule.clause)
        check.filled(rule.id, label=rule.label, advice=rule.advice)
        if not rule.words and not rule.patterns:
            raise check.error(rule.id, "words 和 patterns 至少要有一个")
        check_matching(check, rule.id, rule.words, (*rule.patterns, *rule.exempt))
    return pack


def _touches(span: tuple[int, int], others: list[tuple[int, int]]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in others)


def _one_each(findings: list[Finding]) -> list[Finding]:
    """Overlapping findings say the same twice: the first and longest stays."""
    kept: list[Finding] = []
    for finding in findings:
        if not kept or finding.span[0] >= kept[-1].span[1]:
            kept.append(finding)
    return kept
