"""One post of the simulated day, a process of its own: ``python -m tests.bench.beijing.post JSON``.

A ``seats`` post saves its share of the day's requests when their time comes, as a terminal server of many seats does; the
``dispatch`` post sends each on at once; a ``unit`` post signs, calls and answers. None of them waits for a person: what
is measured is the engine. Each writes one line per ticket to its log: what happened, which ticket, when, milliseconds.
"""

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TextIO

import msgspec

from console.dispatch import Dispatching, plan
from console.handling import Handling
from console.house import House
from console.judgement import judge_record
from console.registration import Registration
from data.clock import SHANGHAI
from data.events import Ticket, new_id
from data.handling import SOLVED, outcomes_of
from data.lifecycle import State
from data.people import Actor, Role
from data.record import PHONE, Answer, Claimant, Place, Record
from data.steps import authorities
from data.ticket_lists import TicketFilter
from data.tickets import StaleTicket
from kb.starters import starter_articles
from tests.bench.beijing.model import Request, requests, staircase
from tests.lives import elements_of

DAY = datetime(2026, 11, 27, tzinfo=SHANGHAI)  # a Friday: what is due after one working day is due on Monday
PAGE = 100
ARTICLE = next(iter(starter_articles())).id  # with which all that is answered at once is answered
WEB = "微信公众号"


class Plan(msgspec.Struct):
    """What a post is told: see `__main__`. ``start`` is the machine's time at second ``begin`` of the day, told last."""

    work: str
    home: str
    log: str
    start: float
    begin: float
    end: float
    factor: float  # seconds of the day in a second of the machine
    seed: int
    steps: list[float] = []  # a staircase of rates instead of the day's curve
    length: float = 0.0
    share: tuple[int, int] = (0, 1)  # which of how many
    units: list[str] = []

    def requests(self) -> list[Request]:
        """All that comes, in order, at every post the same."""
        if self.steps:
            return staircase(self.seed, self.steps, self.length)
        return requests(self.seed, self.begin, self.end)


class Compressed:
    """The clock of the simulated day."""

    def __init__(self, told: Plan) -> None:
        self._told = told

    def now(self) -> datetime:
        """Return the instant of the simulated day."""
        passed = (time.time() - self._told.start) * self._told.factor
        return DAY + timedelta(seconds=self._told.begin + passed)


class Post:
    """An installation at work: it acts in one thread and syncs in another, as the console does."""

    def __init__(self, told: Plan, log: TextIO) -> None:
        self.told, self._log = told, log
        self.house = House(Path(told.home), Compressed(told))
        self._worker = self.house.sync_worker()
        self.saved = threading.Event()
        self.ended = threading.Event()
        self._syncing = threading.Thread(target=self._sync)
        self._syncing.start()

    def note(self, what: str, ticket: Ticket, milliseconds: float = 0.0) -> None:
        """Write down what happened to a ticket just now."""
        self._log.write(f"{what} {ticket.id} {time.time():.6f} {milliseconds:.3f}\n")

    def begin(self) -> None:
        """Say that all is at hand, and learn when the day begins."""
        print("ready", flush=True)
        self.told.start = float(sys.stdin.readline())

        def wait_for_the_end() -> None:
            sys.stdin.read()
            self.ended.set()

        threading.Thread(target=wait_for_the_end, daemon=True).start()

    def listed(self, state: State) -> Iterator[list[Ticket]]:
        """The tickets of one state, a page at a time, until the day is ended; between two looks the worker's pace."""
        while not self.ended.is_set():
            found = self.house.tickets.page(TicketFilter(states=(state,), by_clock=True, urgent_first=True), PAGE)
            if found:
                yield found
            else:
                time.sleep(0.02)

    def close(self) -> None:
        """Send what is left and end."""
        self.ended.set()
        self.saved.set()
        self._syncing.join()
        self._log.close()
        self.house.close()

    def _sync(self) -> None:
        seats = self.told.work == "seats"
        while not self.ended.is_set():
            self._round()
            if seats:
                self.saved.wait(0.5)
                self.saved.clear()
            elif not self.saved.is_set():
                self._worker.wait(0.1)
            self.saved.clear()
        while self._round():
            pass

    def _round(self) -> bool:
        report = self._worker.run(self.house.clock.now())
        assert not report.failed, report
        assert not report.unreachable, report
        return bool(report.sent or report.received or report.waiting)


def seats(post: Post) -> None:
    """Save this post's share of the requests, each at its time or, when late, at once."""
    taker = Actor("8001", roles=frozenset({Role.CALL_TAKER}))
    article = post.house.kb.get(ARTICLE)
    assert article is not None
    elements = [element.id for element in post.house.packs.elements.elements]
    which, many = post.told.share
    while not post.house.tickets.numbers.left(DAY.date()):
        time.sleep(0.05)  # the worker brings numbers
    every = post.told.requests()[which::many]
    first = Request(0, answered=False, web=False, type="求助", kind="")
    judge_record(post.house.packs, record_of(first, "", "", elements))  # loads what it judges by
    post.begin()
    for number, request in enumerate(every):
        due = post.told.start + (request.at - post.told.begin) / post.told.factor
        time.sleep(max(0.0, due - time.time()))
        unit = post.told.units[number % len(post.told.units)]
        record, work = (
            record_of(request, f"{which}-{number}", unit, elements),
            Registration(post.house, taker, new_id()),
        )
        began = time.perf_counter()
        now = post.house.clock.now()
        ticket = work.reply(record, article, now) if request.answered else work.submit(record, now)
        post.note("answered" if request.answered else "saved", ticket, (time.perf_counter() - began) * 1000)
        post.saved.set()
        if post.ended.is_set():
            return


def dispatch(post: Post) -> None:
    """Send on every request that waits; of an urgent one the unit is called first (5.2.2.1.4)."""
    post.begin()
    work = Dispatching(post.house, Actor("2001", roles=frozenset({Role.DISPATCHER})))
    for waiting in post.listed(State.TO_DISPATCH):
        for ticket in waiting:
            unit = ticket.record.unit
            if ticket.record.urgent:
                ticket = work.log_call(ticket, unit, "值班员", "马上派人")
                for authority in authorities(ticket):
                    ticket = work.decide(ticket, authority, False, "已由现场处置")
            sent = work.dispatch(ticket, plan(post.house, ticket, post.house.clock.now(), unit=unit))
            post.note("sent", sent)
            post.saved.set()


def unit(post: Post) -> None:
    """Sign, call and answer what came; of a web request the leader passes the answer (5.2.2.3.1)."""
    post.begin()
    (name,) = post.told.units
    work = Handling(post.house, Actor("3001", roles=frozenset({Role.UNIT}), unit=name))
    leader = Handling(post.house, Actor("3002", roles=frozenset({Role.UNIT_LEADER}), unit=name))
    for there in post.listed(State.DISPATCHED):
        for ticket in there:
            if ticket.handling.now_with is None or ticket.handling.now_with.unit != name:
                continue  # of the one file every desk sees all
            post.note("came", ticket)
            with contextlib.suppress(StaleTicket):
                ticket = work.contact(work.sign(ticket), True, "已核实")
                outcome = SOLVED if SOLVED in (can := outcomes_of(ticket.record.types)) else can[0]
                ticket = work.reply(ticket, outcome, {**elements_of(outcome), "unit": name}, "未发现")
                if ticket.state is State.IN_REVIEW:
                    leader.review(ticket, True)
                post.saved.set()


def record_of(request: Request, number: str, unit: str, elements: Sequence[str]) -> Record:
    """A record as complete as appendix C demands of it; the ``elements`` that have no field were asked for."""
    matter = "怎样办理居住证" if request.answered else "小区路灯一排都不亮，晚上走路不安全"
    return Record(
        source=WEB if request.web else PHONE,
        claimant=Claimant(name="王秀梅", phone="13800000102"),
        types=[request.type],
        title=f"{matter[:20]} {number}",
        text=f"{matter}（{number}），请尽快告知。",
        place=Place(text="望京西路", district="朝阳区", street="望京街道"),
        event_time="昨晚",
        respondent="市政管理单位",
        earlier_handling="没有",
        elements={name: Answer(asked="不清楚") for name in elements},
        urgency_kinds=[request.kind] if request.kind else [],
        urgency_answers={"basic_sudden": True, "basic_wide_or_danger": True, "weather_harm": True}
        if request.kind
        else {},
        unit="" if request.answered else unit,
    )


WORKS: dict[str, Callable[[Post], None]] = {"seats": seats, "dispatch": dispatch, "unit": unit}


def main(told: Plan) -> None:
    """Work until the day's end is told on standard input."""
    with open(told.log, "w", buffering=1) as log:
        post = Post(told, log)
        try:
            WORKS[told.work](post)
            post.ended.wait()
        finally:
            post.close()


if __name__ == "__main__":
    main(msgspec.json.decode(sys.argv[1], type=Plan))
