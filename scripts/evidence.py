"""Finding the elements of appendix C in what was written: which words of the text show that a thing is there."""

import re
from collections.abc import Callable, Iterable
from functools import cache, lru_cache

from scripts.element_pack import LANDMARK, Element, ElementPack
from scripts.matching import MAX_JUDGED, QUOTED, compiled
from scripts.telling import told
from scripts.threatening import CLAUSE_END, Threatening

_Strings = tuple[str, ...]

_MAX_EVIDENCE = 60
_AFTER = 24  # characters after 去, 在, 从 in which the place of a threat is looked for


class Evidence:
    """One text under judgement: the head of it that is looked at, and its threats, found once."""

    def __init__(self, pack: ElementPack, text: str) -> None:
        self.pack = pack
        self.text = text[:MAX_JUDGED]
        appeals = compiled((), pack.substance.appeals)
        self.told = _blanked(appeals, self.text)
        self.threatening = Threatening(pack, self.text)
        self.threats = self.threatening.spans
        self._shown: dict[tuple[str, str], str] = {}

    def of(self, element: Element, place: str = "") -> str:
        """The words of the text that show the element, or nothing; `place` is the place (地点) by name, as far as it
        is known, for a threat that only says 从工地楼顶."""
        asked = (element.id, place if element.scope == "threat_place" else "")
        if asked not in self._shown:  # a place is asked about for itself, and for whether it is named
            self._shown[asked] = self._found(element, place)
        return self._shown[asked]

    def _found(self, element: Element, place: str) -> str:
        if element.scope == "substance":
            return self._substance(element)
        if element.scope == "quotes":
            return self._own_words()
        if element.scope == "threat":
            return next(filter(None, (_longest(element, said) for said in self.threatening.said_with())), "")
        if element.scope == "threat_place":
            return next(
                filter(None, (self._threat_place(element, said, place) for said in self.threatening.said_with())), ""
            )
        if element.scope == "concerned":
            return _longest(element, _blanked(compiled((), self.pack.substance.told), self.told))
        return _longest(element, self.told)

    def refused(self, element: Element) -> str:
        """The words of the text that say the element was asked for and not given, or nothing."""
        if not element.refused:
            return ""
        looked_at = self.threatening.sentences() if element.scope.startswith("threat") else [self.text]
        return next(filter(None, (_first(compiled((), (element.refused,)), text) for text in looked_at)), "")

    def place_unclear(self, place_value: str) -> bool:
        """Whether the place is described as one that cannot be named."""
        rule = compiled(self.pack.unclear_place.words, self.pack.unclear_place.patterns)
        return any(rule.search(text) is not None for text in (self.text, place_value.strip()[:MAX_JUDGED]))

    def place_unnamed(self) -> bool:
        """Whether the text tells the place by a common noun or a gesture: 医院门口, 那边."""
        return compiled((), self.pack.unclear_place.mentions).search(self.told) is not None

    def _substance(self, element: Element) -> str:
        rule = self.pack.substance
        told = compiled((), rule.courtesies + rule.strip).sub("，", self.text)
        telling = compiled((), element.telling)
        found = compiled(element.words).search(told)
        # 桥塌了 says it all; 六个字 is what a sentence without such a word needs
        enough = sum(map(str.isalnum, told)) >= element.min_chars or (element.telling and telling.search(told))
        if not found or not enough:
            return ""
        clauses = [clause.strip(" ：:“”\"'…·.") for clause in CLAUSE_END.split(told)]
        if not element.telling:
            return max(clauses, key=len)[:_MAX_EVIDENCE]
        named = tuple((each.words, each.patterns) for each in map(self.pack.element, ("place", "time")))
        tells = _telling(named, element.words, element.telling, element.wished, element.min_chars)
        return max(clauses, key=tells)[:_MAX_EVIDENCE]

    def _threat_place(self, element: Element, said: str, place: str) -> str:
        """A place by name where somebody says they will go or stand, or by a common noun that the known place has
        too, or by landmark, direction and distance; the act itself (去跳楼) is none."""
        rule = self.pack.threat
        said = _blanked(compiled((), rule.acts), said)
        where = self.pack.element("place")
        for head in compiled((), rule.heads).finditer(said):
            rest = said[head.end() : head.end() + _AFTER]
            if named := _leading(element, rest) or _leading(where, rest):
                return named
            if home := compiled((), rule.homes).match(rest):
                return head[0] + home[0]
            spot = compiled((), rule.spots).match(rest)
            if spot and place and any(noun in place for noun in _nouns(spot[0])):
                return spot[0]
        parts = [_longest(self.pack.element(each), said) for each in LANDMARK]
        return "，".join(parts) if all(parts) else ""

    def _own_words(self) -> str:
        if not self.threatening.quoted(""):
            return ""
        for found in QUOTED.finditer(self.text):
            # Beside a threat, a name or a greeting in marks is not what C.4 wants word for word.
            threatens = any(found.start() <= start < found.end() for start, _ in self.threats)
            if self.threats and not threatens and not compiled((), self.pack.own_words.cues).search(found[1]):
                continue
            if quotes_own_words(self.pack, found[1], self.text[max(0, found.start() - 12) : found.start()]):
                return found[0][:_MAX_EVIDENCE]
        return ""


def without_courtesies(pack: ElementPack, text: str) -> str:
    """The text with a comma for each greeting and thanks."""
    return compiled((), pack.substance.courtesies).sub("，", text).strip("，,。！! \n")


def quotes_own_words(pack: ElementPack, quoted: str, before: str) -> bool:
    """Whether the text between “ and ” is somebody's words and not just a name; `before` is what precedes it."""
    rule = pack.own_words
    words = quoted.strip()
    if not any(map(str.isalnum, words)):
        return False
    if compiled((), rule.cues).search(words) or compiled((), (rule.speech,)).search(before):
        return True
    return len(words) >= rule.min_chars and not compiled((), (rule.not_words,)).search(words)


def names(element: Element, value: str) -> bool:
    """Whether something is left to go by when the element's common nouns and gestures are taken away."""
    return not element.vague or sum(map(str.isalnum, compiled((), element.vague).sub("", value))) > 1


@cache
def _telling(
    named: tuple[tuple[_Strings, _Strings], ...], words: _Strings, telling: _Strings, wished: _Strings, enough: int
) -> Callable[[str], tuple[bool, bool, int]]:
    """How well a clause says what happened, when the names of places and the time are taken away: of those that
    say it equally well the first is taken, as a title or the first sentence tells it in fewest words."""
    names = [compiled(*each) for each in named]
    said, told_best, only_asked = compiled(words), compiled((), telling), compiled((), wished)

    @lru_cache(maxsize=1024)  # at a key the last clause changes, and no other
    def tells(clause: str) -> tuple[bool, bool, int]:
        bare = clause
        for name in names:
            bare = name.sub("", bare)
        best = told_best.search(clause) is not None
        told = best or said.search(bare) is not None
        if only_asked.search(clause):
            told = best = False
        length = sum(map(str.isalnum, bare))
        return told, best, min(length, enough) if best else length

    return tells


def _blanked(rule: re.Pattern[str], text: str) -> str:
    return rule.sub(lambda found: "，" * len(found[0]), text)


def _longest(element: Element, text: str) -> str:
    """The longest run of adjoining matches, so that a date and its hour are one piece of evidence."""
    best = ""
    for run in _runs(element, text):
        piece = _trimmed(element, run)
        if len(piece) >= element.min_evidence and len(piece) > len(best):
            best = piece
    return best[:_MAX_EVIDENCE]


def _leading(element: Element, text: str) -> str:
    """The run of matches with which the text begins."""
    run = next(iter(_runs(element, text)), "")
    piece = _trimmed(element, run) if run and text.startswith(run) else ""
    return piece if len(piece) >= element.min_evidence else ""


def _nouns(spot: str) -> Iterable[str]:
    """The beginnings of a spot that can be its noun: 工地楼顶 may be told of a 工地."""
    return (spot[:length] for length in range(2, len(spot) + 1))


def _runs(element: Element, text: str) -> Iterable[str]:
    start = end = -1
    for found in told(text, element.words, element.patterns, exempt=element.exempt, supposed=element.supposed):
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
        and len(run) - found.end() >= element.min_evidence
    ):
        run = run[found.end() :]
    return run


def _first(rule: re.Pattern[str], text: str) -> str:
    found = rule.search(text)
    return found[0][:_MAX_EVIDENCE] if found else ""
