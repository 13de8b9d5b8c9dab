"""Finding the elements of appendix C in what was written: which words of the text show that a thing is there."""

import re
from collections.abc import Iterable
from itertools import islice

from scripts.element_pack import Element, ElementPack
from scripts.matching import MAX_JUDGED, QUOTED, compiled

_CLAUSE_END = re.compile(r"[。！？；!?;\n\r，,、\s]")
_SENTENCE_END = re.compile(r"[。！？；!?;\n\r]")
_MAX_EVIDENCE = 60
_MAX_THREATS = 10  # each is looked around for its time and place
_NOT_A_VALUE = {"", "未提供", "待补充", "待核实"}


class Evidence:
    """One text under judgement: the head of it that is looked at, and its threats, found once."""

    def __init__(self, pack: ElementPack, text: str) -> None:
        self.pack = pack
        self.text = text[:MAX_JUDGED]
        appeals = compiled((), pack.substance.appeals)
        self.told = _blanked(appeals, self.text)
        threats = compiled(pack.threat.words, pack.threat.patterns).finditer(self.text)
        self.threats = [found.span() for found in islice(threats, _MAX_THREATS)]

    def of(self, element: Element) -> str:
        """The words of the text that show the element, or nothing."""
        if element.scope == "substance":
            return self._substance(element)
        if element.scope == "quotes":
            return self._own_words()
        if element.scope == "threat":
            return next(filter(None, (_longest(element, sentence) for sentence in self._threat_sentences())), "")
        if element.scope == "concerned":
            return _longest(element, _blanked(compiled((), self.pack.substance.told), self.told))
        return _longest(element, self.told)

    def refused(self, element: Element) -> str:
        """The words of the text that say the element was asked for and not given, or nothing."""
        return _first(compiled((), (element.refused,)), self.text) if element.refused else ""

    def place_unclear(self, place_value: str) -> bool:
        """Whether the place is described as one that cannot be named."""
        rule = compiled(self.pack.unclear_place.words, self.pack.unclear_place.patterns)
        return any(rule.search(text) is not None for text in (self.text, place_value.strip()[:MAX_JUDGED]))

    def place_unnamed(self) -> bool:
        """Whether the text tells the place by a common noun or a gesture: 医院门口, 那边."""
        return compiled((), self.pack.unclear_place.mentions).search(self.told) is not None

    def unquoted_threats(self) -> Iterable[tuple[int, int]]:
        """Where each clause with a threat outside of full-width marks begins and ends."""
        for start, end in self.threats:
            if any(quote.start() <= start < quote.end() for quote in QUOTED.finditer(self.text)):
                continue
            before = [cut.end() for cut in _CLAUSE_END.finditer(self.text, 0, start)]
            after = _CLAUSE_END.search(self.text, end)
            yield before[-1] if before else 0, after.start() if after else len(self.text)

    def _substance(self, element: Element) -> str:
        told = compiled((), self.pack.substance.strip).sub("，", self.text)
        if sum(map(str.isalnum, told)) < element.min_chars or not compiled(element.words).search(told):
            return ""
        clauses = _CLAUSE_END.split(told)
        return max(clauses, key=len).strip()[:_MAX_EVIDENCE]

    def _own_words(self) -> str:
        for found in QUOTED.finditer(self.text):
            # Beside a threat, a name or a greeting in marks is not what C.4 wants word for word.
            threatens = any(found.start() <= start < found.end() for start, _ in self.threats)
            if self.threats and not threatens and not compiled((), self.pack.own_words.cues).search(found[1]):
                continue
            if quotes_own_words(self.pack, found[1], self.text[max(0, found.start() - 12) : found.start()]):
                return found[0][:_MAX_EVIDENCE]
        return ""

    def _threat_sentences(self) -> Iterable[str]:
        """Each sentence in which a threat stands; full stops inside the same quotation do not end it."""
        for start, end in self.threats:
            quote = next((q for q in QUOTED.finditer(self.text) if q.start() <= start < q.end()), None)
            left, right = (min(start, quote.start()), max(end, quote.end())) if quote else (start, end)
            before = [cut.end() for cut in _SENTENCE_END.finditer(self.text, max(0, left - 200), left)]
            after = _SENTENCE_END.search(self.text, right, right + 200)
            yield self.text[before[-1] if before else max(0, left - 200) : after.start() if after else right + 200]


def quotes_own_words(pack: ElementPack, quoted: str, before: str) -> bool:
    """Whether the text between “ and ” is somebody's words and not just a name; `before` is what precedes it."""
    rule = pack.own_words
    words = quoted.strip()
    if not any(map(str.isalnum, words)):
        return False
    if compiled((), rule.cues).search(words) or compiled((), (rule.speech,)).search(before):
        return True
    return len(words) >= rule.min_chars and not compiled((), (rule.not_words,)).search(words)


def given(value: str) -> str:
    """A field's value when it says something: not blank, not only punctuation, not a mark for "to be filled in"."""
    stripped = value.strip()
    if stripped in _NOT_A_VALUE or not any(map(str.isalnum, stripped[:MAX_JUDGED])):
        return ""
    return stripped


def names(element: Element, value: str) -> bool:
    """Whether something is left to go by when the element's common nouns and gestures are taken away."""
    return not element.vague or sum(map(str.isalnum, compiled((), element.vague).sub("", value))) > 1


def _blanked(rule: re.Pattern[str], text: str) -> str:
    return rule.sub(lambda found: "，" * len(found[0]), text)


def _longest(element: Element, text: str) -> str:
    """The longest run of adjoining matches, so that a date and its hour are one piece of evidence."""
    best = ""
    for run in _runs(compiled(element.words, element.patterns), text):
        piece = _trimmed(element, run)
        if len(piece) >= element.min_evidence and len(piece) > len(best):
            best = piece
    return best[:_MAX_EVIDENCE]


def _runs(rule: re.Pattern[str], text: str) -> Iterable[str]:
    start = end = -1
    for found in rule.finditer(text):
        if found.start() == end:
            end = found.end()
            continue
        if end > start:
            yield text[start:end]
        start, end = found.span()
    if end > start:
        yield text[start:end]


def _trimmed(element: Element, run: str) -> str:
    while cut := next((word for word in element.trim if run.startswith(word) and len(run) > len(word)), ""):
        run = run[len(cut) :]
    if not names(element, run):
        return ""
    if (
        element.cut
        and (found := compiled((), (element.cut,)).match(run))
        and len(run) - found.end() > element.min_evidence
    ):
        run = run[found.end() :]
    return run


def _first(rule: re.Pattern[str], text: str) -> str:
    found = rule.search(text)
    return found[0][:_MAX_EVIDENCE] if found else ""
