"""The urgent kinds (紧急诉求) of 5.1.4.1 note 1: their definitions, what hints at them, and whether they count."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import msgspec

from scripts.kinds import ORDINARY, UNSTABLE, URGENCY_KINDS
from scripts.matching import MAX_JUDGED, check_matching, expand
from scripts.reading import Check, PackHead, PackStruct, ScriptError
from scripts.telling import told

_MAX_WORDS = 5


class Question(PackStruct, frozen=True, kw_only=True):
    """A yes-or-no question of a kind. When `needed`, "no" means that the kind does not count; `otherwise` says what
    a "no" leads to. One `about` a threat (威胁) decides what appendix C.4 demands."""

    id: str
    text: str
    needed: bool
    otherwise: str
    about: Literal["", "threat"] = ""


class UrgencyKind(PackStruct, frozen=True, kw_only=True):
    """One kind with its definition as printed; `report_to` is whom 5.2.2.1.4 makes one consider, or nothing.

    A word that touches an `exempt` form means something else; one with `supposed` words in it or before it in its clause is
    feared, compared with or long past, and has not happened. It is no second question beside one that it `yields_to`: the
    kind of what is listed nowhere else (未列入上述种类) is open only where what is listed does not hold.
    """

    name: str
    clause: str
    key: str
    definition: str
    report_to: str
    report_clause: str
    words: tuple[str, ...]
    patterns: tuple[str, ...] = ()
    exempt: tuple[str, ...] = ()
    supposed: tuple[str, ...] = ()
    yields_to: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()


class UrgencyPack(PackHead, frozen=True, kw_only=True):
    """urgency.toml; after `prepare_urgency` its patterns no longer hold `{part}` pieces."""

    parts: dict[str, str] = msgspec.field(default_factory=dict)
    kinds: tuple[UrgencyKind, ...]

    def kind(self, name: str) -> UrgencyKind:
        """The kind of this name; raises `ScriptError` for another."""
        for each in self.kinds:
            if each.name == name:
                return each
        raise ScriptError(f"不认识的紧急种类“{name}”，请从 {'、'.join(k.name for k in self.kinds)} 中选")

    @property
    def threat(self) -> Question:
        """The question whether a threat is made (C.4)."""
        return next(each for each in self.kind(UNSTABLE).questions if each.about)


@dataclass(frozen=True)
class Hint:
    """A kind that the text may be of, with the words that say so."""

    kind: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Resolved:
    """Which chosen kinds count, the questions still open, and one sentence for each decision."""

    kinds: tuple[str, ...]
    pending: tuple[Question, ...]
    notes: tuple[str, ...]

    @property
    def level(self) -> str:
        """紧急程度, 5.1.4.1g: 紧急 as soon as one kind counts."""
        return "紧急" if self.kinds else ORDINARY


def hints(pack: UrgencyPack, text: str) -> list[Hint]:
    """The kinds whose words the text uses, in the order of the pack. A hint, never a decision."""
    head = text[:MAX_JUDGED]
    found = ((kind.name, _words(kind, head)) for kind in pack.kinds)
    return [Hint(name, words) for name, words in found if words]


def resolve(pack: UrgencyPack, kinds: Iterable[str], answers: Mapping[str, bool]) -> Resolved:
    """The kinds that count, given the answers by question id.

    An unanswered question leaves the kind standing (the safe side) and stays in `pending`. Raises `ScriptError` for
    a kind that the pack does not know.
    """
    counting: list[str] = []
    pending: list[Question] = []
    notes: list[str] = []
    for name in dict.fromkeys(kinds):
        if name == ORDINARY:
            continue
        questions = pack.kind(name).questions
        denied = [each for each in questions if answers.get(each.id) is False]
        notes.extend(each.otherwise for each in denied)
        if any(each.needed for each in denied):
            continue
        counting.append(name)
        pending.extend(each for each in questions if each.id not in answers)
    return Resolved(tuple(counting), tuple(pending), tuple(notes))


def prepare_urgency(pack: UrgencyPack, check: Check) -> UrgencyPack:
    """The pack ready for use; raises `PackError` for anything unsound."""
    check.covers("kinds", (kind.name for kind in pack.kinds), URGENCY_KINDS)
    check.unique((kind.key for kind in pack.kinds), "按键")
    check.unique((each.id for kind in pack.kinds for each in kind.questions), "问题编号")
    about = [(kind.name, each.needed) for kind in pack.kinds for each in kind.questions if each.about]
    if about != [(UNSTABLE, False)]:
        raise check.error(
            UNSTABLE, '要有一问 about = "threat"（有没有威胁，needed = false），别的种类不能有（附录C.4）'
        )
    return msgspec.structs.replace(pack, kinds=tuple(_ready(kind, pack, check) for kind in pack.kinds))


def _ready(kind: UrgencyKind, pack: UrgencyPack, check: Check) -> UrgencyKind:
    check.clause(kind.name, kind.clause, kind.report_clause)
    check.filled(kind.name, definition=kind.definition)
    for other in kind.yields_to:
        if other not in URGENCY_KINDS or other == kind.name:
            raise check.error(kind.name, f"yields_to 里的“{other}”不是另一个紧急种类")
    for question in kind.questions:
        check.filled(question.id, text=question.text, otherwise=question.otherwise)
    patterns, exempt, supposed = (
        expand(check, kind.name, given, pack.parts) for given in (kind.patterns, kind.exempt, kind.supposed)
    )
    check_matching(check, kind.name, kind.words, (*patterns, *exempt, *supposed))
    return msgspec.structs.replace(kind, patterns=patterns, exempt=exempt, supposed=supposed)


def _words(kind: UrgencyKind, text: str) -> tuple[str, ...]:
    found = told(text, kind.words, kind.patterns, exempt=kind.exempt, supposed=kind.supposed)
    return tuple(dict.fromkeys(each[0] for each in found))[:_MAX_WORDS]
