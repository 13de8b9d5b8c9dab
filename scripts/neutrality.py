"""Leading (倾向性、诱导性) wording in what callback staff (回访人员) say beyond the questions as printed: 5.4.4."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from scripts.matching import MAX_JUDGED, QUOTED, check_matching, check_ways, compiled, expand
from scripts.reading import Check, PackHead, PackStruct
from scripts.wording import Finding

MAX_RULES = 60
MAX_EXPRESSION = 4_000
"""Characters of one pattern with its parts filled in: the longest in the shipped pack has half of that."""

_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
"""Characters that no reader sees; a pasted text may hold them inside a word."""

_CLAUSE_MARK = re.compile(r"[。！？!?；;，,：:\s]")

Span = tuple[int, int]

_HIDDEN = "\ufffc"  # stands for a character that is not judged: no word of a rule holds it, and it ends no clause


class NeutralityRule(PackStruct, frozen=True, kw_only=True):
    """One way of leading: `reason` says what is wrong with it, `advice` is what to say instead.

    `question` names the survey question (a clause of B.4) whose printed text is to be read in its place. With `whole`
    the clause of the sentence in which a match ends is the finding, from its beginning: a tag (对吧) alone says little.
    A finding that touches an `exempt` form is innocent.
    """

    id: str
    label: str
    clause: str
    reason: str
    advice: str
    question: str = ""
    whole: bool = False
    words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    exempt: tuple[str, ...] = ()


class NeutralityPack(PackHead, frozen=True, kw_only=True):
    """neutrality.toml. `neutral` finds what no rule may judge: all five grades in their order, an answer read back.
    Where two rules find the same place, the earlier one has the word.

    Its patterns, as those of the rules, are put together from `parts`; a part may use the parts above it. After
    `prepare_neutrality` no pattern holds a `{part}` any more.
    """

    parts: dict[str, str] = msgspec.field(default_factory=dict)
    neutral: tuple[str, ...] = ()
    rules: tuple[NeutralityRule, ...]


@dataclass(frozen=True)
class LeadingFinding(Finding):
    """A leading place of the text. `question` is the clause of the question to read instead, or nothing."""

    reason: str
    question: str = ""


def leading(pack: NeutralityPack, text: str) -> list[LeadingFinding]:
    """What leads the claimant (诉求人), in the order of the text, one finding for each place.

    Only the first `MAX_JUDGED` characters are looked at. What stands in full-width quotation marks is the claimant's
    and is not judged, however it is worded. The spans are those of `text` itself.
    """
    head = text[:MAX_JUDGED]
    seen, places = _seen(head)
    judged = _hide(_hide(seen, QUOTED), compiled((), pack.neutral))
    clauses = [0, *(mark.end() for mark in _CLAUSE_MARK.finditer(judged))]
    findings = (
        LeadingFinding(span, head[slice(*span)], rule.id, rule.clause, rule.advice, rule.reason, rule.question)
        for rule in pack.rules
        for span in _places(_matches(rule, judged, clauses), places)
    )
    return _one_each(findings, len(head))


def prepare_neutrality(pack: NeutralityPack, check: Check) -> NeutralityPack:
    """The pack ready for use; raises `PackError` for a rule that cannot work or could stall the screen."""
    if len(pack.rules) > MAX_RULES:
        raise check.error("rules", f"规则超过 {MAX_RULES} 条，请合并")
    check.unique(rule.id for rule in pack.rules)
    parts: dict[str, str] = {}
    for name, part in pack.parts.items():
        (parts[name],) = expand(check, f"parts {name}", (part,), parts)
    neutral = _sound(check, "neutral", (), expand(check, "neutral", pack.neutral, parts))
    return msgspec.structs.replace(
        pack, neutral=neutral, rules=tuple(_ready(rule, parts, check) for rule in pack.rules)
    )


def _ready(rule: NeutralityRule, parts: dict[str, str], check: Check) -> NeutralityRule:
    check.clause(rule.id, rule.clause, *filter(None, (rule.question,)))
    check.filled(rule.id, label=rule.label, reason=rule.reason, advice=rule.advice)
    if not rule.words and not rule.patterns:
        raise check.error(rule.id, "words 和 patterns 至少要有一个")
    patterns = _sound(check, rule.id, rule.words, expand(check, rule.id, rule.patterns, parts))
    exempt = _sound(check, rule.id, (), expand(check, rule.id, rule.exempt, parts))
    return msgspec.structs.replace(rule, patterns=patterns, exempt=exempt)


def _sound(check: Check, entry: str, words: tuple[str, ...], patterns: tuple[str, ...]) -> tuple[str, ...]:
    if any(len(pattern) > MAX_EXPRESSION for pattern in patterns):
        raise check.error(entry, f"有一条规则展开后超过 {MAX_EXPRESSION} 个字符，请拆成几条")
    check_matching(check, entry, words, patterns)
    check_ways(check, entry, patterns)
    return patterns


def _seen(text: str) -> tuple[str, list[int]]:
    """The text as a reader sees it, and for each of its characters the place in `text` (nothing where they agree)."""
    if not _UNSEEN.search(text):
        return text, []
    places = [at for at, char in enumerate(text) if not _UNSEEN.match(char)]
    return "".join(text[at] for at in places), places


def _hide(text: str, found: re.Pattern[str]) -> str:
    return found.sub(lambda match: _HIDDEN * len(match[0]), text)


def _matches(rule: NeutralityRule, text: str, clauses: list[int]) -> Iterable[Span]:
    """The rule's matches that touch no innocent form; all come sorted, so that one look-up a match is enough."""
    found = [match.span() for match in compiled(rule.words, rule.patterns).finditer(text)]
    if found and rule.whole:
        found = [(clauses[bisect_right(clauses, start) - 1], end) for start, end in found]
    innocent = [match.span() for match in compiled((), rule.exempt).finditer(text)] if found and rule.exempt else []
    starts = [start for start, _ in innocent]
    for start, end in found:
        before = bisect_left(starts, end)  # innocent forms that begin inside the match or before it
        if not before or innocent[before - 1][1] <= start:
            yield start, end


def _places(spans: Iterable[Span], places: list[int]) -> Iterable[Span]:
    for start, end in spans:
        yield (places[start], places[end - 1] + 1) if places else (start, end)


def _one_each(findings: Iterable[LeadingFinding], length: int) -> list[LeadingFinding]:
    """Of findings that overlap, which say the same twice, the one that came first, in the order of the text."""
    taken = bytearray(length)
    kept = []
    for finding in findings:
        start, end = finding.span
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            kept.append(finding)
    return sorted(kept, key=lambda each: each.span)
