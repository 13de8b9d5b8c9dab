"""elements.toml: the elements (要素) of appendix C as data, and the checks it must pass before use."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from scripts.kinds import REQUEST_TYPES, URGENCY_KINDS
from scripts.matching import check_matching, expand
from scripts.reading import Check, PackHead, PackStruct

Scope = Literal["anywhere", "substance", "concerned", "threat", "threat_place", "quotes"]
"""Where an element is looked for: anywhere in the text; in what remains when courtesies are taken away, or bodies that
were only turned to before; in what is said with a threat (威胁), its place by name; inside full-width quotation marks."""


class Element(PackStruct, frozen=True, kw_only=True):
    """One thing to write down. `asks` gives another question for a clause that needs one; `note` is for the agent,
    never read aloud; `value` is what a field must hold to tell it, and `vague` is taken away from value and evidence
    before asking whether they name anything: a bare 超市 or 那边 does not; `ask_vague` is the question then; `refused`
    finds "asked, but not given" in the text; `trim` (words) and `cut` (a pattern) take from the front of the evidence
    what is not of it; what is `exempt` or `supposed` is no evidence (see `scripts.telling`); `plain` lists short answers
    (没有, 是) that it takes though they say nothing elsewhere; `telling` words show best what happened, and a clause with `wished` ones only asks for something;
    lengths are in characters."""

    id: str
    label: str
    clause: str
    fields: tuple[str, ...]
    ask: str
    asks: dict[str, str] = msgspec.field(default_factory=dict)
    note: str = ""
    definition: str
    scope: Scope = "anywhere"
    words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    exempt: tuple[str, ...] = ()
    supposed: tuple[str, ...] = ()
    value: str = ""
    plain: tuple[str, ...] = ()
    vague: tuple[str, ...] = ()
    ask_vague: str = ""
    refused: str = ""
    trim: tuple[str, ...] = ()
    cut: str = ""
    telling: tuple[str, ...] = ()
    wished: tuple[str, ...] = ()
    min_chars: int = 1
    min_evidence: int = 1


class KindRow(PackStruct, frozen=True, kw_only=True):
    """The elements that a kind of call demands, and the clause that says so."""

    name: str
    clause: str
    elements: tuple[str, ...]
    urgent: bool = False


class Asking(PackStruct, frozen=True, kw_only=True):
    """The order of the questions: as usual, when an urgent kind makes danger come first, and of a threat alone."""

    usual: tuple[str, ...]
    urgent: tuple[str, ...]
    threat: tuple[str, ...]


class Threat(PackStruct, frozen=True, kw_only=True):
    """How a threat is recognised (text, or a value in one of `values`) and what it then demands. What `plain` finds is
    one whatever a person answers; `words` and `patterns` find weaker signs, and what is `exempt` or `supposed` is none
    (see `scripts.telling`). An act in its field that is one of `harm` makes it one as well. A clause beside it
    belongs to it when `before` or `after` finds it to tell a time to come or where somebody stands; its place follows
    one of `heads` (去, 在, 从), is no one of `acts`, and may be told by a noun of `spots` when the place has that too, or by one of
    `homes`."""

    clause: str
    elements: tuple[str, ...]
    values: tuple[str, ...]
    words: tuple[str, ...]
    patterns: tuple[str, ...]
    plain: tuple[str, ...] = ()
    exempt: tuple[str, ...] = ()
    supposed: tuple[str, ...] = ()
    harm: tuple[str, ...] = ()
    before: tuple[str, ...]
    after: tuple[str, ...]
    heads: tuple[str, ...]
    acts: tuple[str, ...]
    homes: tuple[str, ...] = ()
    spots: tuple[str, ...]


class UnclearPlace(PackStruct, frozen=True, kw_only=True):
    """How people say that they cannot name the place, and (`mentions`) how they tell it by no name at all; landmark,
    direction and distance are asked then (C.3)."""

    words: tuple[str, ...]
    patterns: tuple[str, ...]
    mentions: tuple[str, ...] = ()


class OwnWords(PackStruct, frozen=True, kw_only=True):
    """What tells a quotation of the claimant (诉求人) from a name in quotation marks, and their own words from what the
    agent tells of them: the verb that reports, who may speak before it, the first person and another's. Threats of one
    sort are `alike`."""

    min_chars: int
    speech: str
    cues: tuple[str, ...]
    not_words: str
    reported: str
    claimant: str
    first_person: str
    third_person: str
    alike: tuple[str, ...]


class Substance(PackStruct, frozen=True, kw_only=True):
    """What is taken away before asking whether a text says anything (`courtesies` and `strip`) or names anything
    (`appeals`), and whom it concerns (`told`: bodies that were only turned to before)."""

    courtesies: tuple[str, ...] = ()
    strip: tuple[str, ...]
    appeals: tuple[str, ...]
    told: tuple[str, ...] = ()


class Refusals(PackStruct, frozen=True, kw_only=True):
    """How people write down in a field that nothing was told: that the claimant would not (`unwilling`), that they do
    not know (`unknown`), and what is no answer at all (`blank`). Each pattern must match the whole value."""

    unwilling: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()


class ElementPack(PackHead, frozen=True, kw_only=True):
    """elements.toml; after `prepare_elements` its patterns no longer hold `{part}` pieces."""

    complete: str
    incomplete: str
    answers: dict[str, str]
    refusals: Refusals = Refusals()
    asking: Asking
    parts: dict[str, str]
    kinds: tuple[KindRow, ...]
    threat: Threat
    unclear_place: UnclearPlace
    substance: Substance
    own_words: OwnWords
    elements: tuple[Element, ...]

    def element(self, element_id: str) -> Element:
        """The element with this id; the pack's own lists only name elements that exist."""
        return next(each for each in self.elements if each.id == element_id)


LANDMARK = ("landmark", "direction", "distance")
"""What C.3 lets one record instead of a place that the claimant cannot name."""

ASKED = ("不愿提供", "不清楚")
"""How an element that was asked for and not given is recorded."""


def prepare_elements(pack: ElementPack, check: Check) -> ElementPack:
    """The pack ready for use, its pieces put into its patterns; raises `PackError` for anything unsound."""
    check.covers("kinds", (row.name for row in pack.kinds), (*REQUEST_TYPES, *URGENCY_KINDS))
    ids = tuple(element.id for element in pack.elements)
    check.unique(ids)
    for order in ("usual", "urgent", "threat"):
        check.covers(f"asking.{order}", getattr(pack.asking, order), ids)
    check.clause("threat", pack.threat.clause)
    _known(check, "threat", pack.threat.elements, ids)
    _known(check, "地点说不清时", ("place", *LANDMARK), ids)
    for row in pack.kinds:
        check.clause(row.name, row.clause)
        check.unique(row.elements, f"{row.name} 的要素")
        _known(check, row.name, row.elements, ids)
    if "标准" in pack.complete:
        raise check.error("complete", "附录C的要素是“等要素”，不能说按标准完整")
    check.filled("complete", complete=pack.complete, incomplete=pack.incomplete)
    for value, meaning in pack.answers.items():
        if meaning not in ASKED:
            raise check.error("answers", f"“{value}”只能记作 {'或'.join(ASKED)}")
    words = pack.own_words
    check_matching(check, "own_words", (), (words.speech, words.not_words, words.first_person, words.third_person))
    check_matching(check, "own_words", (), (words.reported, *words.cues, *words.alike))
    return msgspec.structs.replace(
        pack,
        refusals=Refusals(
            **{
                name: _matching(check, "refusals", (), getattr(pack.refusals, name), pack)
                for name in ("unwilling", "unknown", "blank")
            }
        ),
        elements=tuple(_ready(element, pack, check) for element in pack.elements),
        threat=msgspec.structs.replace(
            pack.threat,
            **{
                name: _matching(check, "threat", pack.threat.words, getattr(pack.threat, name), pack)
                for name in (
                    "patterns",
                    "plain",
                    "exempt",
                    "supposed",
                    "harm",
                    "before",
                    "after",
                    "heads",
                    "acts",
                    "spots",
                )
            },
        ),
        own_words=msgspec.structs.replace(
            words, claimant="".join(_matching(check, "own_words", (), (words.claimant,), pack))
        ),
        unclear_place=msgspec.structs.replace(
            pack.unclear_place,
            patterns=_matching(check, "unclear_place", pack.unclear_place.words, pack.unclear_place.patterns, pack),
            mentions=_matching(check, "unclear_place", (), pack.unclear_place.mentions, pack),
        ),
        substance=Substance(
            courtesies=_matching(check, "substance", (), pack.substance.courtesies, pack),
            strip=_matching(check, "substance", (), pack.substance.strip, pack),
            appeals=_matching(check, "substance", (), pack.substance.appeals, pack),
            told=_matching(check, "substance", (), pack.substance.told, pack),
        ),
    )


def _ready(element: Element, pack: ElementPack, check: Check) -> Element:
    check.clause(element.id, element.clause, *element.asks)
    check.filled(element.id, label=element.label, ask=element.ask, definition=element.definition)
    if not element.fields:
        raise check.error(element.id, "fields 不能为空，否则填了也不算")
    for ask in filter(None, (element.ask, element.ask_vague, *element.asks.values())):
        if not ask.startswith(("请问", "麻烦您", "请稍等")):
            raise check.error(element.id, f"“{ask}”应以“请问”或“麻烦您”开头（B.1.2.4）")
    if element.scope in ("anywhere", "concerned", "threat", "threat_place") and not (element.words or element.patterns):
        raise check.error(element.id, "words 和 patterns 至少要有一个，否则正文里永远认不出")
    patterns = _matching(check, element.id, element.words, element.patterns, pack)
    refused = _matching(check, element.id, (), (element.refused,) if element.refused else (), pack)
    vague = _matching(check, element.id, (), element.vague, pack)
    exempt = _matching(check, element.id, (), element.exempt, pack)
    supposed = _matching(check, element.id, (), element.supposed, pack)
    check_matching(check, element.id, (), (*element.telling, *element.wished))
    cut = "".join(_matching(check, element.id, element.trim, (element.cut,) if element.cut else (), pack))
    check_matching(check, element.id, (), (element.value,) if element.value else ())
    return msgspec.structs.replace(
        element,
        patterns=patterns,
        exempt=exempt,
        supposed=supposed,
        refused="".join(refused),
        vague=vague,
        cut=cut,
    )


def _matching(
    check: Check, entry: str, words: Iterable[str], patterns: Iterable[str], pack: ElementPack
) -> tuple[str, ...]:
    expanded = expand(check, entry, patterns, pack.parts)
    check_matching(check, entry, words, expanded)
    return expanded


def _known(check: Check, entry: str, wanted: Iterable[str], ids: tuple[str, ...]) -> None:
    if strangers := [each for each in wanted if each not in ids]:
        raise check.error(entry, f"要素 {'、'.join(strangers)} 没有在 elements 里定义")
