"""The phrases of appendix B.1 to B.3: which one belongs to the present step, filled, and recognised when said."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from scripts.reading import Check, PackHead, PackStruct, ScriptError

BLANK = "＿＿"
"""What a slot without a value shows: something to fill in, never a placeholder that could be read aloud."""

WORDS_STEP = "words"
"""The step of the service words (服务用语词汇, B.1.1): they belong to every moment of a call."""

UNIT_STEPS = ("unit_contact", "unit_verify", "unit_result")
"""The steps of a unit's own calls (B.3), which are none of the hotline's."""

_SLOT = re.compile(r"\{([a-z_]+)\}")
_PLACEHOLDER = re.compile(r"[\sXxＸｘ＿_…]*")
_MAX_SPOKEN = 2_000


class Phrase(PackStruct, frozen=True, kw_only=True):
    """One thing to say. `addition` marks wording that is ours because the standard demands it and gives none."""

    id: str
    clause: str
    step: str
    text: str
    accepted: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()
    key: str = ""
    addition: bool = False

    @property
    def forms(self) -> tuple[str, ...]:
        """Every accepted wording, the one to read first."""
        return (self.text, *self.accepted)


class Step(PackStruct, frozen=True, kw_only=True):
    """A step of a call in the order of A.1; `next` is empty where the call ends."""

    id: str
    label: str
    next: str = ""
    phrase: str = ""
    optional: bool = False


class Waiting(PackStruct, frozen=True, kw_only=True):
    """When B.1.3.3 is due (seconds of waiting), and whether it is due again."""

    after_seconds: float
    again: bool
    every_seconds: float


class HolidayGreeting(PackStruct, frozen=True, kw_only=True):
    """Holidays, by a part of their name, that share one greeting phrase."""

    names: tuple[str, ...]
    phrase: str


class DatedFestival(PackStruct, frozen=True, kw_only=True):
    """A festival known by its date (`days` as MM-DD) in every year."""

    name: str
    days: tuple[str, ...]
    enabled: bool = True


class GreetingRules(PackStruct, frozen=True, kw_only=True):
    """Which phrase greets on which day (B.1.2.1–B.1.2.3)."""

    daily: str
    other_holiday: str
    holidays: tuple[HolidayGreeting, ...]
    fixed: tuple[DatedFestival, ...]
    optional: tuple[DatedFestival, ...] = ()


class PhrasePack(PackHead, frozen=True, kw_only=True):
    """phrases.toml."""

    slots: dict[str, str]
    waiting: Waiting
    greetings: GreetingRules
    steps: tuple[Step, ...]
    phrases: tuple[Phrase, ...]

    def phrase(self, phrase_id: str) -> Phrase:
        """The phrase with this id; raises `ScriptError` when the pack has none."""
        for each in self.phrases:
            if each.id == phrase_id:
                return each
        raise ScriptError(f"用语包里没有编号为 {phrase_id} 的用语，请换一个编号")

    def step(self, step_id: str) -> Step:
        """The step with this id; raises `ScriptError` when the pack has none."""
        for each in self.steps:
            if each.id == step_id:
                return each
        raise ScriptError(f"用语包里没有“{step_id}”这一步，请换一个步骤")

    def words(self) -> tuple[Phrase, ...]:
        """The twelve service words, in their order (B.1.1)."""
        return tuple(each for each in self.phrases if each.step == WORDS_STEP)


class CallState(NamedTuple):
    """What decides the phrase of this moment. `waited` is in seconds; `greeting` is the phrase id for this day."""

    step: str
    waited: float = 0.0
    waits_shown: int = 0
    greeting: str = ""


class Filled(NamedTuple):
    """A phrase ready to read, and the names of the slots that still show as blanks."""

    text: str
    blanks: tuple[str, ...]


def wait_due(pack: PhrasePack, waited: float, waits_shown: int) -> bool:
    """Whether B.1.3.3 is due: strictly more than the limit (30 s is not yet), then each further period if set so."""
    rule = pack.waiting
    if waits_shown and not rule.again:
        return False
    return waited > rule.after_seconds + waits_shown * rule.every_seconds


def phrase_now(pack: PhrasePack, state: CallState) -> Phrase | None:
    """The phrase for the present step, or nothing where there is nothing to say (listening, a wait still short)."""
    step = pack.step(state.step)
    if step.id == "greeting":
        return pack.phrase(state.greeting or pack.greetings.daily)
    if step.id == "waiting" and not wait_due(pack, state.waited, state.waits_shown):
        return None
    return pack.phrase(step.phrase) if step.phrase else None


def fill(phrase: Phrase, values: Mapping[str, str], form: int = 0) -> Filled:
    """The wording `form` of the phrase with its slots filled; a slot with no value, or "XX" for one, is a blank."""
    return fill_text(phrase.forms[form], values)


def fill_text(text: str, values: Mapping[str, str]) -> Filled:
    """A sentence with its slots filled, as `fill` does it."""
    blanks: list[str] = []

    def value(found: re.Match[str]) -> str:
        given = values.get(found[1], "")
        if _PLACEHOLDER.fullmatch(given):
            blanks.append(found[1])
            return BLANK
        return given.strip()

    return Filled(_SLOT.sub(value, text), tuple(dict.fromkeys(blanks)))


def slots_of(text: str) -> list[str]:
    """The names of the slots in a sentence, in order."""
    return _SLOT.findall(text)


def said_as(phrase: Phrase, spoken: str) -> bool:
    """Whether the words spoken are one of the accepted wordings; punctuation, spaces and width do not matter."""
    heard = _bare(spoken[:_MAX_SPOKEN])
    return any(_spoken_form(form).fullmatch(heard) is not None for form in phrase.forms)


@lru_cache(maxsize=512)
def _spoken_form(form: str) -> re.Pattern[str]:
    pieces = _SLOT.split(form)
    return re.compile("".join(".{1,400}" if at % 2 else re.escape(_bare(piece)) for at, piece in enumerate(pieces)))


def _bare(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text)
    return "".join(char for char in folded if unicodedata.category(char)[0] not in "PZCS")


def check_phrases(pack: PhrasePack, check: Check) -> PhrasePack:
    """The pack as it is; raises `PackError` for anything that could put a wrong or broken sentence on the screen."""
    check.unique(phrase.id for phrase in pack.phrases)
    check.unique(step.id for step in pack.steps)
    check.unique((phrase.key for phrase in pack.phrases if phrase.key), "按键")
    known_steps = {step.id for step in pack.steps} | {WORDS_STEP}
    for phrase in pack.phrases:
        check.clause(phrase.id, phrase.clause)
        if phrase.step not in known_steps:
            raise check.error(phrase.id, f"步骤 {phrase.step} 没有在 steps 里定义")
        _check_slots(phrase, pack.slots, check)
    _check_steps(pack, check)
    _check_greetings(pack, check)
    if pack.waiting.after_seconds <= 0 or pack.waiting.every_seconds <= 0:
        raise check.error("waiting", "等待的秒数应大于 0")
    return pack


def _check_slots(phrase: Phrase, known: Mapping[str, str], check: Check) -> None:
    for form in phrase.forms:
        check.filled(phrase.id, text=form)
        if re.search(r"…|\.\.\.", form):
            raise check.error(phrase.id, "text 里有省略号，请改成 {名称} 形式的空位")
        if re.search(r"[{}]", _SLOT.sub("", form)):
            raise check.error(phrase.id, "空位的括号不成对，或名称不是小写字母")
        used = set(_SLOT.findall(form))
        if stray := sorted(used - set(phrase.slots)):
            raise check.error(phrase.id, f"用了没有声明的空位 {'、'.join(stray)}")
        if unused := sorted(set(phrase.slots) - used):
            raise check.error(phrase.id, f"声明了空位 {'、'.join(unused)}，“{form}”里却没有用")
    if unknown := sorted(set(phrase.slots) - set(known)):
        raise check.error(phrase.id, f"空位 {'、'.join(unknown)} 没有列在 [slots] 里")


def _check_steps(pack: PhrasePack, check: Check) -> None:
    steps = {step.id: step for step in pack.steps}
    for needed in ("greeting", "asking", "waiting", "closing", "rating", "farewell"):
        if needed not in steps:
            raise check.error("steps", f"缺少步骤 {needed}")
    ids = {phrase.id for phrase in pack.phrases}
    for step in pack.steps:
        if step.phrase and step.phrase not in ids:
            raise check.error(step.id, f"这一步的用语 {step.phrase} 不在 phrases 里")
        seen, here = {step.id}, step
        while here.next:
            if here.next not in steps:
                raise check.error(here.id, f"下一步 {here.next} 没有在 steps 里定义")
            if here.next in seen:
                raise check.error(step.id, "各步首尾相接成了圈，通话不会结束")
            here = steps[here.next]
            seen.add(here.id)


def _check_greetings(pack: PhrasePack, check: Check) -> None:
    rules = pack.greetings
    greetings = {phrase.id for phrase in pack.phrases if phrase.step == "greeting"}
    for phrase_id in (rules.daily, rules.other_holiday, *(each.phrase for each in rules.holidays)):
        if phrase_id not in greetings:
            raise check.error("greetings", f"{phrase_id} 不是 phrases 里的首问语")
    for festival in (*rules.fixed, *rules.optional):
        for day in festival.days:
            if not re.fullmatch(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", day):
                raise check.error(festival.name, f"日期“{day}”应写成 月-日，如 10-01")
