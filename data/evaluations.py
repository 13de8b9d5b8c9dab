"""What there is to assess handling by (承办情况考评, 7.1.3): how callbacks ended, what rating pages brought, how units replied.

One fact for each reply of a unit, with the unit that gave it: a request that was sent back and answered again is assessed
for each answer, and one that went to another unit meanwhile counts with whoever gave the answer.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby

import msgspec

from data.callbacks import COMPLETE, INTERVIEWED, Callback, Probe, Result, called
from data.clock import from_storage, to_storage
from data.events import Event
from data.lifecycle import Kind
from data.personal import unseal


class About(msgspec.Struct, frozen=True):
    """Which request, and what it is counted under. District, street and topic are those of its record now."""

    ticket_id: str
    number: str
    unit: str
    district: str
    street: str
    topic: str


class Heard(msgspec.Struct, frozen=True):
    """How the callback about one reply ended: the last one, where there were several.

    ``answers`` are the codes as they stand now, ``noted`` as they were when the call ended.
    """

    about: About
    at: datetime
    by: str
    call_id: str
    family: str
    whole: bool  # an interview with every answer
    answers: Mapping[str, str] = {}
    noted: Mapping[str, str] = {}


class Page(msgspec.Struct, frozen=True):
    """The rating page of a finished web request (5.3.4); ``grade`` is empty where nobody has rated it."""

    about: About
    at: datetime
    grade: str = ""


class Replied(msgspec.Struct, frozen=True):
    """One reply of a unit, by its record (签收、核实、反馈, 7.1.3.3): what of it was there, and in time."""

    about: About
    at: datetime
    signed: bool
    verified: bool
    in_time: bool


class Said(msgspec.Struct, frozen=True):
    """A sentence beyond the script that went against rules of neutrality (5.4.4), and the requests its call was about."""

    at: datetime
    by: str
    question: str
    text: str
    findings: tuple[str, ...]
    tickets: tuple[str, ...]


class Evaluations(msgspec.Struct, frozen=True):
    """All of it, of one span of time."""

    heard: list[Heard] = []
    pages: list[Page] = []
    replied: list[Replied] = []


class _Sent(msgspec.Struct):
    unit: str
    sign_due: datetime
    feedback_due: datetime


class _Due(msgspec.Struct):
    feedback_due: datetime


class _Call(msgspec.Struct):
    call_id: str = ""
    probes: list[Probe] = []


_REPLIES = (Kind.FED_BACK, Kind.REVIEW_PASSED)
_CALLBACK = (Kind.CALLBACK_PLANNED, Kind.CALLBACK_ENDED, Kind.CALLBACK_AMENDED)
_ASSESSED = (*_REPLIES, Kind.CALLBACK_ENDED, Kind.COMPLETED, Kind.RATED)
_READ = (
    *(Kind.DISPATCHED, Kind.REDISPATCHED, Kind.SIGNED, Kind.CONTACTED, Kind.MADE_COMPLEX, Kind.SENT_BACK),
    *(*_REPLIES, *_CALLBACK, Kind.COMPLETED, Kind.RATED),
)


def evaluations(
    connection: sqlite3.Connection, since: datetime | None = None, until: datetime | None = None
) -> Evaluations:
    """Return what came in a span of time, its start included and its end not.

    Callbacks count when they ended, rating pages when they were rated (or, unrated, when the request was completed),
    replies when they were given.
    """
    first, last = _span(since, until)
    rows = connection.execute(
        "SELECT e.ticket_id, e.seq, e.kind, e.at, e.by, e.payload FROM events e "
        f"WHERE e.kind IN ({_marks(_READ)}) AND e.ticket_id IN (SELECT ticket_id FROM events "
        f"WHERE kind IN ({_marks(_ASSESSED)}) AND at >= ? AND at < ?) ORDER BY e.ticket_id, e.seq",
        (*_READ, *_ASSESSED, first, last),
    )
    found = Evaluations()
    for ticket_id, steps in groupby(rows, key=lambda row: row["ticket_id"]):
        walk = _Walk(_request(connection, ticket_id))
        for step in steps:
            walk.step(step)
        found.heard.extend(each for each in walk.heard() if first <= to_storage(each.at) < last)
        found.pages.extend(each for each in walk.pages() if first <= to_storage(each.at) < last)
        found.replied.extend(each for each in walk.replied if first <= to_storage(each.at) < last)
    return found


def said(connection: sqlite3.Connection, since: datetime | None = None, until: datetime | None = None) -> list[Said]:
    """Return what agents said in calls of a span of time that went against the rules of 5.4.4, newest first."""
    rows = connection.execute(
        "SELECT ticket_id, by, payload FROM events WHERE kind IN (?, ?) AND at >= ? AND at < ? "
        "AND json_array_length(payload, '$.probes') > 0 ORDER BY at, ticket_id",
        (Kind.CALLBACK_TRIED, Kind.CALLBACK_ENDED, *_span(since, until)),
    )
    # One call may be about several requests, and each of them holds all that was said in it.
    found: dict[tuple[str, str, datetime, str], Said] = {}
    for row in rows:
        call = unseal(row["payload"], _Call)
        for probe in filter(lambda probe: probe.findings, call.probes):
            key = (row["by"], call.call_id or row["ticket_id"], probe.at, probe.text)
            before = found[key].tickets if key in found else ()
            tickets = tuple(dict.fromkeys((*before, row["ticket_id"])))
            found[key] = Said(probe.at, row["by"], probe.question, probe.text, tuple(probe.findings), tickets)
    return sorted(found.values(), key=lambda each: (each.at, each.by, each.text), reverse=True)


def _span(since: datetime | None, until: datetime | None) -> tuple[str, str]:
    return to_storage(since) if since else "", to_storage(until) if until else "~"


def _marks(values: Iterable[str]) -> str:
    return ", ".join("?" for _ in values)


def _request(connection: sqlite3.Connection, ticket_id: str) -> About:
    row = connection.execute(
        "SELECT number, district, street, json_extract(body, '$.record.topic') AS topic FROM tickets WHERE id = ?",
        (ticket_id,),
    ).fetchone()
    return About(ticket_id, row["number"], "", row["district"], row["street"], row["topic"] or "")


class _Walk:
    """One request from its dispatch on, step by step."""

    def __init__(self, request: About) -> None:
        self._about = request  # with the unit that has it at the step at hand
        self._sign_due: datetime | None = None
        self._due: datetime | None = None
        self._signed_at: datetime | None = None
        self._verified = False
        self._callback = Callback()
        self._noted: list[Result] = []
        self._planned: list[About] = []
        self._page: Page | None = None
        self.replied: list[Replied] = []

    def step(self, row: sqlite3.Row) -> None:
        """Take one event."""
        kind = Kind(row["kind"])
        if kind in (Kind.DISPATCHED, Kind.REDISPATCHED):
            sent = unseal(row["payload"], _Sent)
            self._about = msgspec.structs.replace(self._about, unit=sent.unit)
            self._sign_due, self._due, self._signed_at, self._verified = sent.sign_due, sent.feedback_due, None, False
        elif kind in (Kind.MADE_COMPLEX, Kind.SENT_BACK):
            self._due = unseal(row["payload"], _Due).feedback_due
        elif kind is Kind.CONTACTED:
            self._verified = self._signed_at is not None
        elif kind in _CALLBACK:
            self._call(row, kind)
        else:
            self._mark(row, kind, from_storage(row["at"]))

    def _mark(self, row: sqlite3.Row, kind: Kind, at: datetime) -> None:
        match kind:
            case Kind.SIGNED:
                self._signed_at = at
            case Kind.COMPLETED if unseal(row["payload"], dict).get("rating_page"):
                self._page = Page(self._about, at)
            case Kind.RATED:
                self._page = Page(self._about, at, unseal(row["payload"], dict)["grade"])
            case Kind.FED_BACK | Kind.REVIEW_PASSED:
                signed = bool(self._signed_at and self._sign_due and self._signed_at <= self._sign_due)
                in_time = bool(self._due and at <= self._due)
                self.replied.append(Replied(self._about, at, signed, self._verified, in_time))
            case _:
                pass

    def _call(self, row: sqlite3.Row, kind: Kind) -> None:
        event = Event(
            "", row["ticket_id"], row["seq"], kind, from_storage(row["at"]), row["by"], "", unseal(row["payload"], dict)
        )
        self._callback = called(self._callback, event)
        if kind is Kind.CALLBACK_PLANNED:
            self._planned.append(self._about)
        elif kind is Kind.CALLBACK_ENDED:
            self._noted.append(self._callback.results[-1])

    def heard(self) -> Iterator[Heard]:
        """Yield the last callback about each reply."""
        last = {plan.feedback: at for at, plan in enumerate(self._callback.plans[: len(self._noted)])}
        for at in last.values():
            result = self._callback.results[at]
            yield Heard(
                about=self._planned[at],
                at=result.at,
                by=result.by,
                call_id=result.call_id,
                family=result.family,
                whole=result.family == INTERVIEWED and result.outcome == COMPLETE,
                answers=_codes(result),
                noted=_codes(self._noted[at]),
            )

    def pages(self) -> Iterator[Page]:
        """Yield the rating page, if there is one."""
        if self._page is not None:
            yield self._page


def _codes(result: Result) -> dict[str, str]:
    return {question: answer.value for question, answer in result.answers.items() if answer.value}
