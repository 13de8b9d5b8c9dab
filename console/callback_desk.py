"""What the callback desk (回访, 5.4) lists and does for one person; it knows no screen."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import NamedTuple

from console.callback import CallbackError, Calling, Heard, end_overdue
from console.disclosure import as_read_by
from console.form import title_of
from console.handling import Handling
from console.house import House
from console.interview import AGREED, DECLINED, PARTING, Interviewing
from console.sampling import Rule, kept, listing, sizes
from console.when import moment
from data.callback_list import Waiting
from data.callbacks import INTERVIEWED, OTHER, REFUSED, UNREACHED
from data.clock import SHANGHAI, to_storage
from data.events import Ticket, new_id
from data.interviews import Interview, InterviewStore
from data.lifecycle import Kind
from data.people import Actor
from data.samples import Excluded, Quota, Run
from data.ticket_lists import TicketFilter
from scripts.survey import Outcome

RENEW = timedelta(seconds=30)
SHOWN = 200  # numbers that the list shows
ELSEWHERE = "您正在另一个终端回访：请回那里接着问"


class Row(NamedTuple):
    """One number of the list: its requests, and why it may not be called now (empty: it may)."""

    waiting: Waiting
    tickets: list[Ticket]
    held: str


class Day(NamedTuple):
    """What this person has done today, and what waits."""

    interviewed: int
    refused: int
    unreached: int
    waiting: int

    @property
    def done(self) -> int:
        """Calls that came to an end or are to be tried again."""
        return self.interviewed + self.refused + self.unreached


class CallbackDesk:
    """The list and the interview of one person."""

    def __init__(self, house: House, actor: Actor) -> None:
        self.house = house
        self.actor = actor
        self.calling = Calling(house, actor)
        self._store = InterviewStore(house.home.drafts, actor.agent_no)
        self._renewed: datetime | None = None
        self.held: Interviewing | None = None

    # -- the list -------------------------------------------------------------------------------------------------

    def rows(self, text: str = "") -> list[Row]:
        """Return the numbers to call, those that may be called now first; ``text`` narrows by number, title and unit."""
        now = self.house.clock.now()
        end_overdue(self.house, now)
        found: list[Row] = []
        for waiting in self.house.callback_list.waiting(SHOWN):
            tickets = self.calling.tickets(waiting.ticket_ids)
            if tickets and _found(tickets, text, self.actor):
                found.append(Row(waiting, tickets, self.calling.why_not(waiting, now)))
        return sorted(found, key=lambda row: bool(row.held))

    def day(self) -> Day:
        """Count today's calls, and what waits."""
        counts = self.house.callback_list.day(self.actor.agent_no, self._today())
        unreached = counts[UNREACHED] + counts[OTHER]
        return Day(counts[INTERVIEWED], counts[REFUSED], unreached, self.house.callback_list.count())

    # -- the call -------------------------------------------------------------------------------------------------

    def begin(self, dial_key: str) -> Interviewing:
        """Call a number; an interview that was broken off goes on with the answers that were given then.

        Raises:
            CallbackError: it may not be called now, somebody else does, or this person calls at another terminal.
            StorageError: the disk refused.
        """
        if not self._store.claim.take():
            raise CallbackError(f"{ELSEWHERE}，或先在那里结束")
        try:
            tickets = self.calling.take(dial_key)
        except CallbackError:
            self._store.claim.release()
            raise
        earlier = {each.id: dict(each.callback.attempts[-1].answers) for each in tickets if each.callback.attempts}
        interview = Interview(
            dial_key, [each.id for each in tickets], new_id(), self.house.clock.now(), answers=earlier
        )
        self._store.keep(interview)
        self.held = self._holding(interview, tickets)
        return self.held

    def resume(self) -> str:
        """Take up the interview that was begun and not ended; returns what to say about it, nothing where there is none.

        Raises:
            StorageError: the disk refused.
        """
        kept = self._store.kept()
        if kept is None:
            return ""
        if not self._store.claim.take():
            return ELSEWHERE
        holder = self.house.callings.take(kept.dial_key, self.actor.agent_no, self.house.clock.now())
        tickets = self.calling.tickets(kept.ticket_ids) if holder == self.actor.agent_no else []
        if not tickets:
            self._ended()
            who = f"{self.house.people.called(holder)} 已接着拨打" if holder != self.actor.agent_no else "已另有结果"
            return f"上次未完成的回访没有恢复：这个号码{who}"
        self.held = self._holding(kept, tickets)
        return "已恢复上次未完成的回访，从中断的问题接着问"

    def _holding(self, interview: Interview, tickets: Sequence[Ticket]) -> Interviewing:
        return Interviewing(self.house, self.actor, interview, tickets, self._store.keep)

    def tick(self) -> None:
        """Keep the number while the call lasts."""
        now = self.house.clock.now()
        if self.held is not None and (self._renewed is None or now - self._renewed >= RENEW):
            self._renewed = now
            self.house.callings.renew(self.held.interview.dial_key, self.actor.agent_no, now)

    def number(self) -> str:
        """Return the number to dial, whole: whoever calls must have it."""
        if self.held is None:
            return ""
        claimant = as_read_by(self.held.tickets[0], self.actor).record.claimant
        return claimant.contact or claimant.phone

    def finish(self) -> str:
        """End the call after the closing sentence, or after the claimant declined; returns what was done.

        Raises:
            CallbackError: a question has no answer yet, or the call's outcome is not said.
            TransitionRefused, ActRefused, StorageError: see `TicketStore.act`; the interview stays as it is.
        """
        held = self._call()
        if held.interview.consent == DECLINED:
            self.calling.refused(self._still(held), held.interview.call_id, probes=held.interview.probes)
            self._ended()
            return "已记为拒访：以后不再回访这个号码（5.4.2）"
        if held.now.question.id == PARTING:
            raise CallbackError("请记下这次呼叫的结果：F6 约时间，F12 其他结果")
        if left := held.unasked:
            raise CallbackError(f"还有 {len(left)} 个问题没有问：{left[0].question.label}（5.4.3）")
        after = self.calling.interviewed(self._heard(held), held.interview.call_id)
        self._ended()
        unsettled = [each.number for each in after if each.callback.last and each.callback.last.unsettled]
        if unsettled:
            return f"已记回访；{'、'.join(unsettled)} 没有了结：按 F5 发回重办，或由督办台“回访”清单督办（5.2.3）"
        return "已记回访，工单已办结"

    def end(self, outcome: Outcome, *, note: str = "", at: datetime | None = None, only_me: bool = False) -> str:
        """End the call without a whole interview; returns what was done.

        Raises:
            CallbackError: the appointed time cannot be kept.
            TransitionRefused, ActRefused, StorageError: see `TicketStore.act`; the interview stays as it is.
        """
        held = self._call()
        after = self.calling.not_interviewed(
            self._heard(held), outcome, held.interview.call_id, note=note, at=at, only_me=only_me
        )
        self._ended()
        following = next((each.callback.next_at for each in after if each.callback.waiting), None)
        if following is None:
            return f"已记为{outcome.id}：不再拨打"
        when = moment(following)
        return f"已约定 {when} 回访" if at is not None else f"已记为{outcome.id}：{when} 以后再拨"

    def book(self, at: datetime, *, only_me: bool) -> str:
        """Agree with the claimant on a time; see `end`."""
        outcome = next(each for each in self.house.packs.callback.outcomes if each.appointment)
        return self.end(outcome, at=at, only_me=only_me)

    def outcomes(self) -> list[tuple[Outcome, datetime | None]]:
        """Return what the call may have come to, each with when it would be made again (None: not again)."""
        held, now = self._call(), self.house.clock.now()
        heard = [Heard(ticket) for ticket in held.tickets]
        return [(each, self.calling.again_at(heard, each, now)) for each in self.house.packs.callback.outcomes]

    # -- samples --------------------------------------------------------------------------------------------------

    def seed(self) -> str:
        """Return the seed that is proposed: today's date."""
        return f"{self.house.clock.now().astimezone(SHANGHAI):%Y-%m-%d}"

    def frame(self, by: str) -> tuple[dict[str, int], Excluded]:
        """Return how many could be drawn now, by stratum, and how many are left out; a city's frame takes a moment."""
        return sizes(self.house, by), self.house.samples.excluded()

    def draw(self, rule: Rule) -> Run:
        """Draw a sample and keep it. Raises as `console.sampling.kept` does."""
        return kept(self.house, rule, self.actor, self.house.clock.now())

    def listing(self, run: Run) -> Iterator[int]:
        """List what a sample drew, a part at each step; see `console.sampling.listing`."""
        return listing(self.house, run, self.actor, self.house.clock.now())

    def newest(self) -> Run | None:
        """Return the newest sample."""
        return next(iter(self.house.samples.runs()), None)

    def unlisted(self) -> int:
        """Return how many of the newest sample are not listed yet, because that was broken off."""
        run = self.newest()
        return len(self.house.samples.unlisted(run.id)) if run else 0

    def quotas(self) -> list[Quota]:
        """Return how far the strata of the newest sample are."""
        run = self.newest()
        return self.house.samples.quotas([run.id]) if run else []

    # -- what was not settled -------------------------------------------------------------------------------------

    def unsettled(self) -> list[Ticket]:
        """Return requests whose callback says that they were not settled, and about which nobody has done anything."""
        return self.house.tickets.page(TicketFilter(unsettled=True), SHOWN)

    def ended_today(self) -> list[Ticket]:
        """Return what this person interviewed today, newest first: an answer noted wrongly can be put right."""
        return self.house.callback_list.interviewed(self.actor.agent_no, self._today())

    def fits(self, ticket: Ticket, text: str) -> bool:
        """Whether each word of a search stands in what the list shows of a request."""
        return _found([ticket], text, self.actor)

    def why_not(self, ticket: Ticket, kind: Kind) -> str:
        """Return why this person may not take a step now; nothing when they may."""
        return Handling(self.house, self.actor).why_not(ticket, kind)

    def send_back(self, ticket: Ticket, reason: str) -> Ticket:
        """Give a request that was not settled back to its unit (再次派单, 5.2.3)."""
        return Handling(self.house, self.actor).send_back(ticket, reason)

    def _today(self) -> str:
        return to_storage(datetime.combine(self.house.clock.now().astimezone(SHANGHAI).date(), time(), SHANGHAI))

    def _call(self) -> Interviewing:
        if self.held is None:
            raise CallbackError("没有正在进行的回访：请在名单里选一个号码，按 F8 拨打")
        return self.held

    def _still(self, held: Interviewing) -> list[Ticket]:
        """Return the requests of the call whose callback still waits, as they are now."""
        tickets = self.calling.tickets([each.id for each in held.tickets])
        if not tickets:
            self._ended()
            raise CallbackError("这次回访的工单已另有结果，没有再记：名单已更新")
        return tickets

    def _heard(self, held: Interviewing) -> list[Heard]:
        agreed = held.interview.consent == AGREED
        return [
            Heard(
                ticket,
                # Answers that an earlier call brought stay, whether or not the claimant went on this time.
                held.answers(ticket) if agreed or ticket.callback.attempts else {},
                held.interview.changes.get(ticket.id, []),
                held.interview.probes,
            )
            for ticket in self._still(held)
        ]

    def _ended(self) -> None:
        self.held = None
        self._store.forget()
        self.calling.let_go()
        self._store.claim.release()


def _found(tickets: Sequence[Ticket], text: str, reader: Actor) -> bool:
    """Whether each word of a search stands in what the list shows of one of these requests."""
    for ticket in tickets:
        shown = as_read_by(ticket, reader)
        held = ticket.handling.now_with
        within = " ".join(
            (ticket.number, title_of(shown.record), held.unit if held else "", " ".join(ticket.record.types))
        )
        if all(word.lower() in within.lower() for word in text.split()):
            return True
    return False
