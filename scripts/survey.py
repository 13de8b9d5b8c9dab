"""The callback survey (回访, 5.4, B.4) and what each outcome of a call leads to: two packs, and what follows from them."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta

from scripts.phrases import fill_text, slots_of
from scripts.reading import Check, PackHead, PackStruct, ScriptError

CODES: Mapping[str, tuple[str, ...]] = {
    "contacted": ("是", "否", "记不清", "拒答"),
    "told": ("是", "否", "记不清", "拒答"),
    "solved": ("已解决", "部分解决", "未解决", "拒答"),
    "satisfaction": ("非常满意", "满意", "基本满意", "不满意", "非常不满意", "拒答"),
    "aspects": ("效率", "态度", "质量", "其他"),
    "views": (),
}
"""The questions of a survey with the answers that each must offer (5.4.3); a pack words them and sets their keys."""

CONSENT = ("同意", "另约时间", "不接受回访")
PERSON = ("是本人", "不是本人")
GRADES = CODES["satisfaction"][:5]
RETRY_FAMILIES = ("未接触", "其他未访", "不合格")


class Option(PackStruct, frozen=True, kw_only=True):
    """An answer and the one key that gives it."""

    key: str
    value: str


class After(PackStruct, frozen=True, kw_only=True):
    """A question that is put only after certain answers to another."""

    question: str
    values: tuple[str, ...]


class Question(PackStruct, frozen=True, kw_only=True):
    """One thing to read out, with its answers. ``said``: the claimant's words are written down beside the code."""

    id: str
    clause: str
    label: str
    text: str
    addition: bool = False
    explanation: str = ""  # read only where the claimant asks
    options: tuple[Option, ...] = ()
    said: bool = False
    several: bool = False
    after: After | None = None

    def value_of(self, key: str) -> str:
        """Return the answer that a key gives; nothing for a key that gives none."""
        return next((option.value for option in self.options if option.key == key), "")

    def filled(self, values: Mapping[str, str]) -> str:
        """Return the sentence as it is read out; a slot without a value is a blank."""
        return fill_text(self.text, values).text


class SurveyPack(PackHead, frozen=True, kw_only=True):
    """survey.toml."""

    slots: dict[str, str]
    opening: Question
    consent: Question
    questions: tuple[Question, ...]
    closing: Question
    parting: Question

    def question(self, id: str) -> Question:
        """Return a question of the survey, or one of its frame; raises `ScriptError` for an unknown one."""
        for each in (self.opening, self.consent, *self.questions, self.closing, self.parting):
            if each.id == id:
                return each
        raise ScriptError(f"回访问卷里没有“{id}”这个问题")

    def asked(self, answers: Mapping[str, str]) -> list[Question]:
        """Return the questions that are put, given the answers so far: what depends on an answer only after it."""
        return [
            each
            for each in self.questions
            if each.after is None or answers.get(each.after.question) in each.after.values
        ]


class CallTiming(PackStruct, frozen=True, kw_only=True):
    """When claimants may be called (hours of the day, Shanghai), how often, and until how long after the limit."""

    latest_days_after_limit: int
    attempts: int
    hours: tuple[tuple[str, str], ...]

    def spans(self) -> list[tuple[time, time]]:
        """Return the allowed hours; raises ValueError for one that is no time of day."""
        return [(time.fromisoformat(start), time.fromisoformat(end)) for start, end in self.hours]

    def allowed(self, at: datetime) -> bool:
        """Whether somebody may be called at this instant (in Shanghai time)."""
        return any(start <= at.time() < end for start, end in self.spans())

    def next_allowed(self, at: datetime) -> datetime:
        """Return the first instant from ``at`` on (in Shanghai time) at which somebody may be called."""
        if self.allowed(at):
            return at
        for day in (at, at + timedelta(days=1)):
            for start, _ in self.spans():
                opens = day.replace(hour=start.hour, minute=start.minute, second=0, microsecond=0)
                if opens > at:
                    return opens
        raise ScriptError("callback.toml 没有可以呼叫的时间")


class Outcome(PackStruct, frozen=True, kw_only=True):
    """What a call without an interview came to. Without a delay it is the end; ``limit`` counts how often it may be so."""

    id: str
    key: str
    family: str
    code: str
    delay_minutes: int = 0
    limit: int = 1
    appointment: bool = False


class CallbackPack(PackHead, frozen=True, kw_only=True):
    """callback.toml."""

    timing: CallTiming
    outcomes: tuple[Outcome, ...]

    def outcome(self, id: str) -> Outcome:
        """Return an outcome by its name; raises `ScriptError` for an unknown one."""
        found = next((each for each in self.outcomes if each.id == id), None)
        if found is None:
            raise ScriptError(f"没有“{id}”这种呼叫结果：可选{'、'.join(each.id for each in self.outcomes)}")
        return found

    def again_at(self, outcome: Outcome, before: Iterable[str], now: datetime) -> datetime | None:
        """Return when to call again after ``outcome``, given the outcomes of the calls before; None: not again."""
        earlier = list(before)
        if not outcome.delay_minutes or len(earlier) + 1 >= self.timing.attempts:
            return None
        if earlier.count(outcome.id) + 1 > outcome.limit:
            return None
        return self.timing.next_allowed(now + timedelta(minutes=outcome.delay_minutes))


def prepare_survey(pack: SurveyPack, check: Check) -> SurveyPack:
    """The pack as it is; raises `PackError` for a question that is missing, leads, or cannot be answered by one key."""
    check.covers("questions", (each.id for each in pack.questions), tuple(CODES))
    for each in (pack.opening, pack.consent, *pack.questions, pack.closing, pack.parting):
        check.clause(each.id, each.clause)
        check.filled(each.id, label=each.label, text=each.text)
        if strangers := set(slots_of(each.text)) - set(pack.slots):
            raise check.error(each.id, f"空位 {'、'.join(sorted(strangers))} 没有在 [slots] 里说明")
        check.unique((option.key for option in each.options), f"{each.id} 的按键")
        if wrong := [option.key for option in each.options if len(option.key) != 1 or not option.key.isdecimal()]:
            raise check.error(each.id, f"按键“{wrong[0]}”应是一位数字")
    check.covers("consent", (option.value for option in pack.consent.options), CONSENT)
    check.covers("opening", (option.value for option in pack.opening.options), PERSON)
    for each in pack.questions:
        check.covers(each.id, (option.value for option in each.options), CODES[each.id])
        if each.after is not None and each.after.question not in CODES:
            raise check.error(each.id, f"after 里的“{each.after.question}”不是问卷的问题")
    grades = pack.question("satisfaction")
    places = [_place_of_grade(grades.text, grade) for grade in GRADES]
    if -1 in places or places != sorted(places):
        raise check.error("satisfaction", f"要按次序读出全部五个等级：{'、'.join(GRADES)}（B.4.4）")
    if [option.value for option in grades.options][:5] != list(GRADES):
        raise check.error("satisfaction", f"选项要按次序列出五个等级：{'、'.join(GRADES)}（5.3.2）")
    return pack


def _place_of_grade(text: str, grade: str) -> int:
    """Return where a grade stands as an item of its own: 满意 is no part of 非常满意."""
    for at, part in enumerate(text.replace("？", "、").replace("?", "、").split("、")):
        if part == grade or part.endswith(("是" + grade, "为" + grade)):
            return at
    return -1


def prepare_callback(pack: CallbackPack, check: Check) -> CallbackPack:
    """The pack as it is; raises `PackError` for hours that are none, and for outcomes without an end."""
    try:
        spans = pack.timing.spans()
    except ValueError as error:
        raise check.error("timing", f'hours 应写成 ["09:00", "12:00"] 的样子（{error}）') from error
    if not spans or any(start >= end for start, end in spans):
        raise check.error("timing", "hours 至少要有一段，每段的起点在终点之前")
    if pack.timing.attempts < 1 or pack.timing.latest_days_after_limit < 0:
        raise check.error("timing", "attempts 应大于 0，latest_days_after_limit 不能是负数")
    check.unique((each.id for each in pack.outcomes), "呼叫结果")
    check.unique((each.key for each in pack.outcomes), "按键")
    for each in pack.outcomes:
        if each.family not in RETRY_FAMILIES:
            raise check.error(each.id, f"family 应为 {'、'.join(RETRY_FAMILIES)} 之一")
        if each.delay_minutes < 0 or each.limit < 1:
            raise check.error(each.id, "delay_minutes 不能是负数，limit 应大于 0")
        if each.appointment and not each.delay_minutes:
            raise check.error(each.id, "另约时间的结果要有 delay_minutes，作为没有说定时的间隔")
    return pack
