"""The six kinds of request that are classified (分类处理) instead of dispatched, 5.1.2.2: explained, still recorded."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import NamedTuple, TypeVar

import msgspec

from scripts.kinds import URGENCY_KINDS
from scripts.matching import MAX_JUDGED, check_matching, compiled, expand
from scripts.phrases import BLANK
from scripts.reading import Check, PackHead, PackStruct, ScriptError
from scripts.telling import told

T = TypeVar("T", "Sign", "Route")

_CHOICE = "{choice}"
_CLAUSES = tuple(f"5.1.2.2{letter}" for letter in "abcdef")
_MAX_WORDS = 5


class Choice(PackStruct, frozen=True, kw_only=True):
    """A number, a way or an office that the caller is told of, and one line on when it fits."""

    id: str
    label: str
    line: str
    words: tuple[str, ...] = ()


class Sign(PackStruct, frozen=True, kw_only=True):
    """How people tell of one class of emergency (火情, 燃气泄漏): the `choices` it calls for, the urgent `kind` that it
    suggests, and the `unit` (by its id in the table of units) that is told first and whose line is named too."""

    id: str
    choices: tuple[str, ...]
    kind: str = ""
    unit: str = ""
    words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    exempt: tuple[str, ...] = ()
    supposed: tuple[str, ...] = ()
    settled: tuple[str, ...] = ()


class Route(PackStruct, frozen=True, kw_only=True):
    """One of the six. `first` asks to speak of it before anything else; `restricted` limits who may read the record;
    `question` must be asked and its answer kept before the route applies. `exempt`, `supposed` and `settled` hold for
    its `signs` too, beside their own (see `scripts.telling`)."""

    id: str
    label: str
    clause: str
    explanation: str
    choice_label: str = ""
    choices: tuple[Choice, ...] = ()
    question: str = ""
    first: bool = False
    restricted: bool = False
    words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    exempt: tuple[str, ...] = ()
    supposed: tuple[str, ...] = ()
    settled: tuple[str, ...] = ()
    signs: tuple[Sign, ...] = ()

    def choice(self, choice_id: str) -> Choice:
        """The choice with this id; raises `ScriptError` for another."""
        for each in self.choices:
            if each.id == choice_id:
                return each
        options = "、".join(each.id for each in self.choices) or "没有可选项"
        raise ScriptError(f"“{self.label}”没有“{choice_id}”这一项，请从 {options} 中选")


class ScopePack(PackHead, frozen=True, kw_only=True):
    """scope.toml; after `prepare_scope` its patterns no longer hold `{part}` pieces."""

    parts: dict[str, str] = msgspec.field(default_factory=dict)
    routes: tuple[Route, ...]

    def route(self, route_id: str) -> Route:
        """The route with this id; raises `ScriptError` for another."""
        for each in self.routes:
            if each.id == route_id:
                return each
        raise ScriptError(f"没有“{route_id}”这种分类处理，请从 {'、'.join(r.id for r in self.routes)} 中选")


@dataclass(frozen=True)
class Alarm:
    """A sign of an emergency that the text tells, and the words that tell it."""

    sign: Sign
    words: tuple[str, ...]


@dataclass(frozen=True)
class ScopeHint:
    """A route that the text may belong to, the words that say so, the choices they point at, and the units whose line
    is named beside those."""

    route: str
    words: tuple[str, ...]
    choices: tuple[str, ...]
    units: tuple[str, ...] = ()


def explain(route: Route, choice_label: str = "") -> str:
    """The sentence for the caller; with nothing chosen yet the place for it shows as a blank."""
    return route.explanation.replace(_CHOICE, choice_label.strip() or BLANK)


def hints(pack: ScopePack, text: str) -> list[ScopeHint]:
    """Routes whose words the text uses, those to speak of first leading. A hint, never a decision."""
    head = text[:MAX_JUDGED]
    found: list[ScopeHint] = []
    for route in sorted(pack.routes, key=lambda each: not each.first):
        words = {each[0]: None for each in told(head, route.words, route.patterns, exempt=route.exempt)}
        heard = _heard(route, head).alarms
        words |= {word: None for alarm in heard for word in alarm.words}
        if words:
            called = {choice for alarm in heard for choice in alarm.sign.choices}
            chosen = tuple(
                each.id
                for each in route.choices
                if each.id in called or any(one in word for one in each.words for word in words)
            )
            units = dict.fromkeys(alarm.sign.unit for alarm in heard if alarm.sign.unit)
            found.append(ScopeHint(route.id, tuple(words)[:_MAX_WORDS], chosen, tuple(units)))
    return found


def alarms(pack: ScopePack, text: str) -> list[Alarm]:
    """The signs of an emergency that the text tells, in the order of the pack. A hint, never a decision."""
    return [alarm for route in pack.routes if route.signs for alarm in _heard(route, text[:MAX_JUDGED]).alarms]


def denied(pack: ScopePack, text: str) -> bool:
    """Whether words of a sign stand in the text and tell nothing: feared, in another sense, or long settled."""
    heard = [_heard(route, text[:MAX_JUDGED]) for route in pack.routes if route.signs]
    return any(each.mentioned for each in heard) and not any(each.alarms for each in heard)


class _Heard(NamedTuple):
    """The alarms of a text, and whether words of a sign stand in it at all."""

    alarms: tuple[Alarm, ...]
    mentioned: bool


@lru_cache(maxsize=8)  # the judgement, the sentence to say and the suggested units ask about one text after each key
def _heard(route: Route, text: str) -> _Heard:
    # Most signs are not: looked for once, here, for `denied` as well.
    mentioned = [sign for sign in route.signs if compiled(sign.words, sign.patterns).search(text)]
    found: list[Alarm] = []
    for sign in mentioned:
        matches = told(
            text,
            sign.words,
            sign.patterns,
            exempt=sign.exempt + route.exempt,
            supposed=sign.supposed + route.supposed,
            settled=sign.settled + route.settled,
        )
        if words := tuple(dict.fromkeys(each[0] for each in islice(matches, _MAX_WORDS))):
            found.append(Alarm(sign, words))
    return _Heard(tuple(found), bool(mentioned))


def prepare_scope(pack: ScopePack, check: Check) -> ScopePack:
    """The pack ready for use; raises `PackError` for a route that cannot be explained, chosen or told."""
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
        check.unique((sign.id for sign in route.signs), f"{route.id} 的迹象编号")
        for choice in route.choices:
            check.filled(f"{route.id} {choice.id}", label=choice.label, line=choice.line)
            check_matching(check, f"{route.id} {choice.id}", choice.words)
    return msgspec.structs.replace(pack, routes=tuple(_ready(route, pack, check) for route in pack.routes))


def _ready(route: Route, pack: ScopePack, check: Check) -> Route:
    if not (route.words or route.patterns or route.signs):
        raise check.error(route.id, "words、patterns 和 signs 至少要有一个，否则永远认不出")
    signs = []
    for sign in route.signs:
        entry = f"{route.id} {sign.id}"
        if not (sign.words or sign.patterns):
            raise check.error(entry, "words 和 patterns 至少要有一个，否则永远认不出")
        if strangers := [each for each in sign.choices if each not in {choice.id for choice in route.choices}]:
            raise check.error(entry, f"选项 {'、'.join(strangers)} 没有在 choices 里定义")
        if sign.kind and sign.kind not in URGENCY_KINDS:
            raise check.error(entry, f"紧急种类“{sign.kind}”应为 {'、'.join(URGENCY_KINDS)} 之一")
        signs.append(_expanded(sign, entry, pack, check))
    return msgspec.structs.replace(_expanded(route, route.id, pack, check), signs=tuple(signs))


def _expanded(each: T, entry: str, pack: ScopePack, check: Check) -> T:
    """A route or a sign with the pieces put into its patterns."""
    ready = {
        name: expand(check, entry, getattr(each, name), pack.parts)
        for name in ("patterns", "exempt", "supposed", "settled")
    }
    check_matching(check, entry, each.words, [pattern for patterns in ready.values() for pattern in patterns])
    return msgspec.structs.replace(each, **ready)
