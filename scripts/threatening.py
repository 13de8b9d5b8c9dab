"""The threats (威胁) of one text: what was said with each of them, and whether the words as said are quoted (C.4)."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice, pairwise

from scripts.element_pack import ElementPack, Threat
from scripts.matching import QUOTED, compiled
from scripts.telling import told

CLAUSE_END = re.compile(r"[。！？；!?;\n\r，,、\s]")
_SENTENCE_END = re.compile(r"[。！？；!?;\n\r]")
_MARKS = re.compile("[“”]")
_MAX_THREATS = 10  # each is looked around for its time and place
_FAR = 200  # characters of a sentence that are looked at on either side of a threat

Span = tuple[int, int]


class Threatening:
    """The threats that stand in the judged head of a text."""

    def __init__(self, pack: ElementPack, text: str) -> None:
        self.pack = pack
        self.text = text
        rule = pack.threat
        self.spans = _threats(rule, text, plain=False)
        self.plain = _threats(rule, text, plain=True) if self.spans else ()
        self._quotes = [each.span() for each in QUOTED.finditer(text)] if self.spans else []

    def sentences(self) -> Iterable[str]:
        """Each sentence in which a threat stands; full stops inside the same quotation do not end it."""
        for span in self.spans:
            start, end = self._sentence(span)
            yield self.text[start:end]

    def said_with(self) -> Iterable[str]:
        """What was said with a threat of its time and place: its own clause, and a clause beside it or before its
        quotation that tells a time to come or where the claimant stands, never the rest of the grievance."""
        rule = self.pack.threat
        before, after = compiled((), rule.before), compiled((), rule.after)
        for span in self.spans:
            clauses = self._clauses(*self._sentence(span))
            at = next(i for i, (_, end) in enumerate(clauses) if span[0] < end)
            last = next(i for i, (_, end) in enumerate(clauses) if span[1] <= end or i + 1 == len(clauses))
            yield self.text[clauses[at][0] : clauses[last][1]]
            if at and before.search(earlier := self._piece(clauses[at - 1])):
                yield earlier
            if last + 1 < len(clauses) and after.search(later := self._piece(clauses[last + 1])):
                yield later

    def words_as_said(self) -> Iterable[Span]:
        """Where the claimant's own words with a threat stand outside of full-width marks: the first person, after a
        reporting verb where there is one. What the agent tells of the claimant is not theirs word for word."""
        for span in self._unquoted():
            if words := self._own(span):
                yield words

    def quoted(self, noted_down: str) -> bool:
        """Whether every threat is quoted, in the text or by the own words of the field: one in the first
        person where it stands, one that the agent retells by a quotation of the same sort of threat."""
        inside = [self.text[start:end] for start, end in self._quotes]
        noted = QUOTED.findall(noted_down)
        for span in self._unquoted():
            mentioned = self.text[slice(*span)]
            quotes = noted if self._own(span) else [*noted, *inside]
            if not any(self._alike(mentioned, quote) for quote in quotes):
                return False
        return True

    def _alike(self, mentioned: str, quote: str) -> bool:
        sorts = [compiled((), (sort,)) for sort in self.pack.own_words.alike]
        known = [sort for sort in sorts if sort.search(mentioned)]
        if known:
            return any(sort.search(quote) for sort in known)
        rule = self.pack.threat
        return compiled(rule.words, (*rule.plain, *rule.patterns)).search(quote) is not None

    def _own(self, span: Span) -> Span | None:
        rule = self.pack.own_words
        start, end = next(each for each in self._clauses(*self._sentence(span)) if span[0] < each[1])
        end = max(end, span[1])
        reported = list(compiled((), (rule.reported,)).finditer(self.text, start, span[1]))
        if reported:
            speaker = self.text[start : reported[-1].start()]
            if speaker.strip() and not compiled((), (rule.claimant,)).search(speaker):
                return None
            start = reported[-1].end()
        words = self.text[start : span[1]]
        if not compiled((), (rule.first_person,)).search(words) or compiled((), (rule.third_person,)).search(words):
            return None
        return start, end

    def _unquoted(self) -> list[Span]:
        return [span for span in self.spans if self._quote(span) is None]

    def _quote(self, span: Span) -> Span | None:
        return next((quote for quote in self._quotes if quote[0] <= span[0] < quote[1]), None)

    def _sentence(self, span: Span) -> Span:
        quote = self._quote(span)
        left, right = (min(span[0], quote[0]), max(span[1], quote[1])) if quote else span
        before = [cut.end() for cut in _SENTENCE_END.finditer(self.text, max(0, left - _FAR), left)]
        after = _SENTENCE_END.search(self.text, right, right + _FAR)
        end = after.start() if after else min(len(self.text), right + _FAR)
        return before[-1] if before else max(0, left - _FAR), end

    def _clauses(self, start: int, end: int) -> list[Span]:
        """The clauses between two points; a quotation mark ends a clause as a comma does."""
        cuts = sorted(
            {
                start,
                end,
                *(cut.start() for rule in (CLAUSE_END, _MARKS) for cut in rule.finditer(self.text, start, end)),
            }
        )
        spans = [(a + (a > start or self._is_cut(a)), b) for a, b in pairwise(cuts)]
        return [span for span in spans if span[0] < span[1]] or [(start, end)]

    def _is_cut(self, at: int) -> bool:
        return CLAUSE_END.match(self.text, at) is not None or _MARKS.match(self.text, at) is not None

    def _piece(self, span: Span) -> str:
        return self.text[slice(*span)]


@lru_cache(maxsize=8)  # each judgement asks for the threats of one text several times
def _threats(rule: Threat, text: str, *, plain: bool) -> tuple[Span, ...]:
    words, patterns = ((), rule.plain) if plain else (rule.words, (*rule.plain, *rule.patterns))
    found = told(text, words, patterns, exempt=rule.exempt, supposed=rule.supposed)
    return tuple(each.span() for each in islice(found, _MAX_THREATS))
