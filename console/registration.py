"""From a record to a ticket: the acts by which a desk registers, answers, classifies, reports and hands on (5.1.4, 5.2).

Every act is one transaction. What the standard demands of a record is checked here, so that the screen, the inbox
and the command line cannot differ.
"""

from datetime import date, datetime

import msgspec

from console.clocks import due_times
from console.disclosure import as_read_by
from console.house import House
from console.judgement import Judgement, judge_record, with_refusals
from console.repeats import repeat_acts
from console.routing import Route, Suggestion
from console.suggest.times import written_out
from console.sync import ensure_numbers
from console.text import clean
from console.titles import titled, with_title
from data.clock import SHANGHAI
from data.events import DirectReply, NewEvent, Ticket
from data.lifecycle import Kind
from data.numbers import NumbersExhausted
from data.people import Actor
from data.queue import QueueUnavailable
from data.record import Record, Scope
from data.tickets import Act
from kb.articles import Article, KnowledgeError
from scripts.kinds import DANGER

REPEAT = "repeat"  # the route whose answer is about new facts and reasons (新情况、新理由)
ASKING = "咨询"
NO_REQUEST = "无诉求来电"  # 骚扰, 打错, 无声: none of the six routes of 5.1.2.2, and still a numbered record


class Incomplete(ValueError):
    """The record lacks what appendix C demands; ``judgement`` says what, with the question for each."""

    def __init__(self, judgement: Judgement) -> None:
        self.judgement = judgement
        missing = "、".join(state.label for state in judgement.missing)
        super().__init__(f"附录C要素未齐：缺{missing}。请补问；问过而没有得到的，按 F6 记明")


class UrgencyOpen(ValueError):
    """Words of the record suggest an urgent kind that nobody has judged, or a question about a chosen kind is open
    (5.1.4.1 note 1); ``judgement`` says which."""

    def __init__(self, judgement: Judgement) -> None:
        self.judgement = judgement
        if judgement.hints:
            hint = judgement.hints[0]
            reason = f"文中“{'、'.join(hint.words[:2])}”像是{hint.kind}：请选定这一种，或按 F4 记为都不是"
        else:
            reason = f"还有一问未答：{judgement.pending[0]}请答是或否"
        super().__init__(f"紧急程度还没有判定，{reason}（5.1.4.1，Ctrl+U）")


class NothingRecorded(ValueError):
    """There is no request to register yet."""


class Registration:
    """One piece of work at a desk on its way to becoming a ticket."""

    def __init__(self, house: House, actor: Actor, ticket_id: str, *, call_id: str = "") -> None:
        self._house = house
        self._actor = actor
        self.ticket_id = ticket_id
        self._call_id = call_id

    def submit(self, record: Record, now: datetime) -> Ticket:
        """Register the request and hand it to dispatch (5.2.2.1.1); an urgent one that nobody has reported is reported to
        the manager on duty in the same act (5.1.3.3).

        Raises:
            NothingRecorded: no type or no content.
            UrgencyOpen: whether the request is urgent is not settled.
            Incomplete: elements of appendix C are missing and were not recorded as asked and refused.
        """
        record = self._titled(record)
        if not record.types:
            raise NothingRecorded("还没有选诉求类型：请在“类型”上按数字键选一项或几项（5.1.4.1）")
        judgement = judge_record(self._house.packs, record)
        if not judgement.decided:
            raise UrgencyOpen(judgement)
        if judgement.missing:
            raise Incomplete(judgement)
        chosen = bool(record.unit)
        record = record if chosen else suggest_route(self._house, record)
        record = msgspec.structs.replace(record, unit_chosen=chosen)
        due = due_times(
            self._house.packs.limits,
            self._house.calendar,
            judgement.urgent_kinds,
            accepted_at=now,
            answers=record.urgency_answers,
            surge=self._house.surges.at(now) is not None,
        )
        submitted = NewEvent(Kind.SUBMITTED, {"due": msgspec.to_builtins(due)})
        return self._write(record, [*self._unreported(judgement), submitted], now)

    def reply(self, record: Record, article: Article, now: datetime, asked: str = "") -> Ticket:
        """Close the request as answered with an article (直接答复, 5.2.1).

        ``asked`` is what the agent searched for: it stands for the content while nothing else is written. The title is
        the record's own, or made from its text; the article's only where nothing else is written.

        Raises:
            as `answerable`, and KnowledgeError where another version of the article is in use by now.
        """
        record, judgement = self.answerable(record, article, now, asked)
        answered = DirectReply(article.id, article.version, article.title)
        events = [*self._unreported(judgement), NewEvent(Kind.ANSWERED, msgspec.to_builtins(answered))]
        return self._write(record, events, now)

    def answerable(self, record: Record, article: Article, now: datetime, asked: str = "") -> tuple[Record, Judgement]:
        """Return the record as a reply with the article would leave it, and how it was judged.

        A record is judged by its own types and urgency, as `submit` judges it; one that only asks (咨询, or no type yet)
        by C.1, which demands no more than what was asked.

        Raises:
            NothingRecorded: what was asked is not written down (C.1), or the request was judged a danger.
            UrgencyOpen: words suggest a danger that nobody has judged: that comes before the answer (annex A).
            Incomplete: elements of appendix C are missing and were not recorded as asked and refused.
            KnowledgeError: the article is not live and in force (6.3.4), or another version of it is by now.
        """
        only_asks = set(record.types) <= {ASKING}
        text = record.text if record.own_text.strip() else f"{record.title or asked}\n{record.text}".strip()
        record = msgspec.structs.replace(record, types=record.types or [ASKING], text=text)
        record = msgspec.structs.replace(record, title=titled(record) or article.title)
        judgement = judge_record(self._house.packs, record)
        _no_danger_open(judgement)
        if danger := [kind for kind in record.urgency_kinds if kind in DANGER]:
            raise NothingRecorded(f"已定为{danger[0]}，不能以直接答复办结：请按 F8 登记派单，或按 Ctrl+U 改判")
        if only_asks:
            consultation = msgspec.structs.replace(record, urgency_kinds=[])
            if judge_record(self._house.packs, consultation).missing:
                raise NothingRecorded("还没有记下来电人咨询的内容（附录C.1）：请先在主要内容里写一句，再按 F4 答复")
        elif not judgement.decided:
            raise UrgencyOpen(judgement)
        elif judgement.missing:
            raise Incomplete(judgement)
        live = self._house.kb.for_answer(article.id, now.astimezone(SHANGHAI).date())
        if live != article:
            raise KnowledgeError(
                f"文章“{article.title[:30]}”在用的是第 {live.version} 版，不是您看的第 {article.version} 版：请重看后再答复"
            )
        return record, judgement

    def classify(self, record: Record, scope: Scope, now: datetime) -> Ticket:
        """Close the request as one that 5.1.2.2 does not let the hotline dispatch; it keeps its number.

        Raises:
            NothingRecorded: no content, or the question that the route needs was not asked.
            UrgencyOpen: words suggest a danger that nobody has judged: that comes before the scope (annex A).
        """
        route = next((each for each in self._house.packs.scope.routes if each.label == scope.route), None)
        if route is not None and route.question and not (scope.note or record.new_facts):
            raise NothingRecorded(f"要先问：{route.question}请记下回答（5.1.2.2）")
        if route is not None and route.id == REPEAT:
            record = msgspec.structs.replace(record, new_facts=record.new_facts or scope.note)
            record = self._as_before(record)
        record = msgspec.structs.replace(self._titled(record), scope=scope, types=record.types or ["其他"])
        # Nobody dispatches it, so a unit that was picked before has nothing to do with it.
        record = msgspec.structs.replace(record, unit="", unit_reason="", copy_to="")
        judgement = judge_record(self._house.packs, record)
        _no_danger_open(judgement)
        return self._write(
            record, [*self._unreported(judgement), NewEvent(Kind.CLASSIFIED, msgspec.to_builtins(scope))], now
        )

    def _as_before(self, record: Record) -> Record:
        """A repeat about which nothing new is written is about what the earlier ticket says (5.1.2.2d)."""
        earlier = self._house.tickets.get(record.repeats) if record.repeats else None
        if earlier is None or record.title or record.text:
            return record
        matter = as_read_by(earlier, self._actor).record
        return msgspec.structs.replace(
            record,
            title=matter.title,
            text=f"再次反映工单 {earlier.number}：{matter.own_text.strip()}",
            types=record.types or matter.types,
            place=record.place if record.place.text or record.place.district else matter.place,
            urgency_kinds=matter.urgency_kinds,
            urgency_answers=matter.urgency_answers,
            not_urgent=matter.not_urgent,
        )

    def add(self, record: Record, now: datetime) -> Ticket:
        """Add to a ticket that has been handed on what the caller told after it (B.1.4.1)."""
        return self._house.tickets.act(
            [Act(self.ticket_id, [NewEvent(Kind.AMENDED, self._registered(record, now))])], self._actor, now
        )[0]

    def escalate(self, record: Record, now: datetime) -> Ticket:
        """Report an urgent request to the manager on duty at once, however little is recorded yet (5.1.3.3)."""
        return self._write(record, [self._report()], now)

    def report(self, now: datetime) -> Ticket:
        """Report a ticket that was handed on already; its record stays as it is (5.1.3.3).

        Raises:
            TransitionRefused: it is past reporting.
        """
        return self._house.tickets.act([Act(self.ticket_id, [self._report()])], self._actor, now)[0]

    def _report(self) -> NewEvent:
        duty = self._house.settings.duty
        return NewEvent(Kind.ESCALATED, {"to": self._house.people.called(duty) if duty else "值班管理人员"})

    def _unreported(self, judgement: Judgement) -> list[NewEvent]:
        """The report that an urgent request still lacks."""
        known = self._house.tickets.get(self.ticket_id)
        return [self._report()] if judgement.urgent_kinds and not (known and known.escalations) else []

    def _write(self, record: Record, events: list[NewEvent], now: datetime) -> Ticket:
        day = now.astimezone(SHANGHAI).date()
        # The record is this desk's alone until it is handed on, so the only event that may have come between is
        # a manager's acknowledgement, and that is no conflict: the act states no expected sequence.
        known = self._house.tickets.get(self.ticket_id)
        if known is None:
            self._have_number(day)
        kind = Kind.AMENDED if known else Kind.REGISTERED
        act = Act(self.ticket_id, [NewEvent(kind, self._registered(record, now)), *events], number_day=day)
        also = repeat_acts(record, self.ticket_id) if events[-1].kind is not Kind.ESCALATED else []
        return self._house.tickets.act([act, *also], self._actor, now)[0]

    def _have_number(self, day: date) -> None:
        """Ask the queue for numbers only when none is left: the sync keeps blocks ahead, and no seat waits for it.

        Raises:
            NumbersExhausted: none is left and the queue cannot be used.
        """
        if self._house.tickets.numbers.left(day):
            return
        try:
            ensure_numbers(self._house.tickets, self._house.queue, day)
        except QueueUnavailable as error:
            raise NumbersExhausted(
                f"{day:%Y-%m-%d} 的工单编号已用完，派单队列又用不了，领不到新号段（{error}）：现在不能编号，恢复后再登记"
            ) from error

    def _registered(self, record: Record, now: datetime) -> dict[str, object]:
        record = with_refusals(self._house.packs, record)
        # 刚才 means nothing to whoever reads it tomorrow
        happened = written_out(record.event_time, record.raised_at or now)
        record = msgspec.structs.replace(record, event_time=clean(happened, lines=False))
        return {
            "record": msgspec.to_builtins(record),
            "accepted_by_unit": self._house.settings.centre,
            "call_id": self._call_id,
        }

    def _titled(self, record: Record) -> Record:
        if not record.title and not record.text:
            also = "；没有新情况、新理由的重复诉求，按 F5 选“分类 重复”" if record.repeats else ""
            raise NothingRecorded(f"还没有记录内容：请先写标题或主要内容{also}")
        return with_title(record)


def _no_danger_open(judgement: Judgement) -> None:
    danger = [hint for hint in judgement.hints if hint.kind in DANGER]
    if danger:
        raise UrgencyOpen(msgspec.structs.replace(judgement, hints=danger))


def locate(house: House, record: Record) -> Record:
    """Fill in the district and street that the place or the text names, unless somebody has chosen them."""
    if record.place.district:
        return record
    found = house.gazetteer.find(f"{record.place.text}\n{record.title}\n{record.text}")
    place = msgspec.structs.replace(record.place, district=found.district, street=found.street)
    return msgspec.structs.replace(record, place=place)


def routes(house: House, record: Record, limit: int = 5) -> Route:
    """Rank the units that a record may go to (5.2.2.1.1)."""
    place = record.place
    return house.suggester.route(record.title, record.own_text, place.district, place.street, limit)


def with_route(record: Record, chosen: Suggestion) -> Record:
    """Put a unit on the record, with the reason and who gets a copy."""
    return msgspec.structs.replace(
        record,
        unit=chosen.unit.name,
        unit_reason="；".join(chosen.because),
        copy_to=chosen.copy_to.name if chosen.copy_to else "",
    )


def suggest_route(house: House, record: Record) -> Record:
    """Put the likeliest unit on a record nobody has routed; without any, the dispatcher decides."""
    located = locate(house, record)
    suggestions = routes(house, located).suggestions
    return with_route(located, suggestions[0]) if suggestions else located
