"""Which way a delivery goes, and what becomes of it: sent, tried again later, or held with its reason."""

import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec

from console.delivery.letter import Letter, NotDelivered, Permanent, finished_json, letter_json
from console.delivery.mail import MailServer, compose
from console.delivery.watching import PUT_OFF, WorkWatch
from console.delivery.webhook import post
from console.disclosure import as_read_by
from console.failure import sentence_of
from console.house import House
from data.events import Event, Ticket, fold_all
from data.lifecycle import TransitionRefused
from data.people import Actor, Role
from data.postgres.deliveries import BY_HAND, HELD, NOT_FOR, SENT, WITHDRAWN, CentreQueue, Delivery
from data.queue import QueueUnavailable
from data.reference import Unit

DESK, MAILBOX, HOOK, OTHER, PLATFORM = "系统", "邮箱", "接口", "其他", "网络平台"


class Later(Exception):
    """Something of a ticket is to be tried again, not before ``until``."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


class _Became(NamedTuple):
    """What became of a try, by which channel, and why."""

    outcome: str
    channel: str
    reason: str


class Delivering:
    """Sends what waits for a ticket. Safe to be used by several threads, each with a queue of its own."""

    def __init__(self, house: House, watch: WorkWatch) -> None:
        self._house, self._watch = house, watch
        self._work = house.settings.work

    def deliver(self, queue: CentreQueue, ticket_id: str) -> None:
        """Send all that waits for a ticket, to each unit in the order of its steps.

        Raises:
            Later: something has to be tried again.
            QueueUnavailable: the server cannot be used, or another worker is at it.
        """
        ready, until = True, None
        while ready:
            now = self._house.clock.now()
            with queue.next_delivery(ticket_id, now) as one:
                became = self._try(queue, one, now) if one is not None else None
            if one is not None and became is not None:  # told once it is committed: no slow log holds it up
                self._watch.note(became.outcome, one, became.channel, became.reason)
            ready, until = queue.still_waiting(ticket_id, now)
            ready = ready and one is not None
        if until is not None:
            raise Later(until)

    def _try(self, queue: CentreQueue, one: Delivery, now: datetime) -> _Became:
        state, channel, reason = HELD, "", ""
        try:
            if one.behind:
                raise Permanent(f"排在滞留的第 {one.behind} 步之后：先处理那一步")
            arrivals = queue.history([one.ticket_id])[one.ticket_id][: one.seq]
            events = [arrival.event() for arrival in arrivals]
            ticket = fold_all(events)
            assert ticket is not None
            unit = self._unit(one.unit) if one.unit else None
            channel = self._channel(unit)
            state = self._send(one, events[-1], ticket, unit, channel, now)
        except QueueUnavailable:
            raise  # nothing is known of the delivery itself: it stays as it is
        except (msgspec.MsgspecError, TransitionRefused):
            reason = "此前的步骤读不懂，可能由更新的程序写成：请升级这台机器的程序后再送"
        except Permanent as refused:
            reason = refused.reason
        except Exception as error:
            reason = error.reason if isinstance(error, NotDelivered) else sentence_of(error, self._house.home.root)
            if one.tries < len(self._work.waits):
                until = now + timedelta(seconds=max(1.0, self._work.waits[one.tries]))
                queue.put_off(one, channel, reason, until)
                return _Became(PUT_OFF, channel, reason)
            reason = f"试了 {one.tries + 1} 次：{reason}"
        queue.settle_delivery(one, state, channel, reason, now)
        return _Became(state, channel, reason)

    def desks(self) -> set[str]:
        """The units that read at their own desk: nothing is ever sent to them."""
        return {unit.name for unit in self._house.reference.units if self._channel(unit) == DESK}

    def _unit(self, name: str) -> Unit:
        """The unit of a delivery.

        Raises:
            Permanent: the table has none of that name.
        """
        named = next((unit for unit in self._house.reference.units if unit.name == name), None)
        if named is None:
            raise Permanent(f"单位表中没有“{name}”：请核对 reference/units.csv，改正后再送")
        return named

    def _channel(self, unit: Unit | None) -> str:
        if unit is None:
            return PLATFORM
        return HOOK if unit.name in self._work.units else unit.channel

    def _send(self, one: Delivery, event: Event, ticket: Ticket, unit: Unit | None, channel: str, now: datetime) -> str:
        """Send one; returns what is to be recorded of it.

        Raises:
            NotDelivered: it was not taken.
            OSError: the form cannot be written.
        """
        if unit is None:
            return self._to_platform(one, event, ticket, now)
        over = one.sees_to is not None and one.sees_to <= one.seq
        if one.sees_to is not None and not (over and one.told):
            return WITHDRAWN  # the ticket went elsewhere before the unit heard of it: it need not learn whose it was
        if channel == DESK:
            return SENT  # it stands in the queue, where the unit's desk reads it
        if channel == OTHER:
            return BY_HAND
        reader = Actor("", roles=frozenset({Role.UNIT}), unit=one.unit)
        letter = Letter(one.key, event, one.unit, as_read_by(ticket, reader), over)
        if channel == HOOK:
            body = msgspec.json.encode(letter_json(letter, self._house.packs))
            post(self._work.units[unit.name], one.key, body, int(now.timestamp()))
            return SENT
        if not unit.mailbox:
            raise Permanent(f"单位表中没有{one.unit}的邮箱：请在 reference/units.csv 里写上，再送")
        server = MailServer(self._work.mail, self._work.mail_from)
        with tempfile.TemporaryDirectory(dir=self._house.home.cache) as folder:
            server.send(compose(letter, unit.mailbox, server, self._house.packs, Path(folder), now))
        return SENT

    def _to_platform(self, one: Delivery, event: Event, ticket: Ticket, now: datetime) -> str:
        endpoint = self._work.platforms.get(ticket.record.source)
        if endpoint is None:
            return NOT_FOR  # a platform that asks by itself, or none
        post(endpoint, one.key, msgspec.json.encode(finished_json(ticket, event)), int(now.timestamp()))
        return SENT
