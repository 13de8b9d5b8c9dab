"""The six kinds of request that are classified (分类处理) instead of dispatched, 5.1.2.2: explained, still recorded."""

from dataclasses import dataclass

from scripts.matching import MAX_JUDGED, check_matching, compiled
from scripts.phrases import BLANK
from scripts.reading import Check, PackHead, PackStruct, ScriptError

_CHOICE = "{choice}"
_CLAUSES = tuple(f"5.1.2.2{letter}" for letter in "abcdef")
_MAX_WORDS = 5


class Choice(PackStruct, frozen=True, kw_only=True):
    """A number, a way or an office that the caller is told of, and one line on when it fits."""

    id: str
    label: str
    line: str
    words: tuple[str, ...] = ()


class Route(PackStruct, frozen=True, kw_only=True):
    """One of the six. `first` asks to speak of it before anything else; `restricted` limits who may read the record;
    `question` must be asked and its answer kept before the route applies."""

    id: str
    label: str
    clause: str
    explanation: str
    choice_label: str = ""
    choices: tuple[Choice, ...] = ()
    question: str = ""
    first: bool = False
    restricted: bool = False
    words: tuple[str, ...]
    patterns: tuple[str, ...] = ()
    exempt: tuple[str, ...] = ()

    def choice(self, choice_id: str) -> Choice:
        """The choice with this id; raises `ScriptError` for another."""
        for each in self.choices:
            if each.id == choice_id:
                return each
        options = "、".join(each.id for each in self.choices) or "没有可选项"
        raise ScriptError(f"“{self.label}”没有“{choice_id}”这一项，请从 {options} 中选")


class ScopePack(PackHead, frozen=True, kw_only=True):
    """scope.toml."""

    routes: tuple[Route, ...]

    def route(self, route_id: str) -> Route:
        """The route with this id; raises `ScriptError` for another."""
        for each in self.routes:
            if each.id == route_id:
                return each
        raise ScriptError(f"没有“{route_id}”这种分类处理，请从 {'、'.join(r.id for r in self.routes)} 中选")


@dataclass(frozen=True)
class ScopeHint:
    """A route that the text may belong to, the words that say so, and the choices they point at."""

    route: str
    words: tuple[str, ...]
    choices: tuple[str, ...]


def explain(route: Route, choice_label: str = "") -> str:
    """The sentence for the caller; with nothing chosen yet the place for it shows as a blank."""
    return route.explanation.replace(_CHOICE, choice_label.strip() or BLANK)


def hints(pack: ScopePack, text: str) -> list[ScopeHint]:
    """Routes whose words the text uses, those to speak of first leading. A hint, never a decision."""
    head = text[:MAX_JUDGED]
    found: list[ScopeHint] = []
    for route in sorted(pack.routes, key=lambda each: not each.first):
        innocent = [match.span() for match in compiled((), route.exempt).finditer(head)]
        words = tuple(
            dict.fromkeys(
                match[0]
                for match in compiled(route.words, route.patterns).finditer(head)
                if not any(start < match.end() and match.start() < end for start, end in innocent)
            )
        )
        if words:
            chosen = tuple(c.id for c in route.choices if any(each in word for each in c.words for word in words))
            found.append(ScopeHint(route.id, words[:_MAX_WORDS], chosen))
    return found


def prepare_scope(pack: ScopePack, check: Check) -> ScopePack:
    """The pack as it is; raises `PackError` for a route that cannot be explained or chosen."""
    check.unique(route.id for route in pack.routes)
    check.covers("routes", (route.clause for route in pack.routes), _CLAUSES)
    for route in pack.routes:
        check.clause(route.id, route.clause)
        check.filled(route.id, label=route.label, explanation=route.explanation)
        check.unique((choice.id for choice in route.choices), f"{route.id} 的选项编号")
        if (_CHOICE in route.explanation) != bool(route.choices):
            raise check.error(route.id, "有选项时 explanation 里要有 {choice}，没有选项时不能有")
        if "{" in route.explanation.replace(_CHOICE, ""):
            raise check.error(route.id, "explanation 里只能有 {choice} 一个空位")
        check_matching(check, route.id, route.words, (*route.patterns, *route.exempt))
        for choice in route.choices:
            check.filled(f"{route.id} {choice.id}", label=choice.label, line=choice.line)
            check_matching(check, f"{route.id} {choice.id}", choice.words)
    return pack
