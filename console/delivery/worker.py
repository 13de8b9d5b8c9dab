"""The background worker: procrastinate takes jobs from the server's tables, several at once, on several machines."""

import asyncio
import logging
import queue as queues
import signal
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import psycopg
from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryDecision
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from psycopg_pool import PoolTimeout

from console.delivery.bounces import Bounce, BounceBox
from console.delivery.clockwork import look
from console.delivery.letter import Temporary
from console.delivery.routes import Delivering, Later
from console.delivery.watching import BOUNCED, BOUNCES, LOST, REMINDED, REMINDERS, RESCUED, WorkWatch
from console.house import House
from data.postgres.address import Address
from data.postgres.deliveries import CentreQueue, Depth, NotCentre
from data.postgres.jobs import SCHEMA
from data.queue import QueueUnavailable

LOOK_SECONDS = 0.5  # between two looks for a job: what is deferred is taken within this time
REMIND_SECONDS, BOUNCE_SECONDS, RESCUE_SECONDS = 5, 60, 5
HEARTBEAT_SECONDS, DEAD_SECONDS = 3, 15  # a worker that says nothing for so long is dead, and its jobs begin anew
STUCK_SECONDS = 60  # a job that runs for so long may be nobody's: its end was not noted when the server was lost
LAST_SECONDS = 60  # for what is being sent when the worker is told to stop
BUSY_SECONDS = 5  # until a ticket that another worker holds is looked at again
_RANK = 10  # between the priorities of ordinary and urgent jobs (`defer_delivery`)
_BACK_SECONDS = (1, 2, 5, 10, 15)  # after the server was lost

_RESCUE = (
    "UPDATE procrastinate_jobs SET status = 'todo', attempts = attempts + 1, scheduled_at = now(), worker_id = NULL "
    "WHERE id IN (SELECT job.id FROM procrastinate_jobs AS job WHERE status = 'doing' AND (NOT EXISTS ("
    "SELECT FROM procrastinate_workers WHERE id = worker_id AND last_heartbeat > now() - %(dead)s * interval '1 second'"
    ") OR NOT EXISTS (SELECT FROM procrastinate_events WHERE job_id = job.id AND type = 'started' "
    "AND at > now() - %(stuck)s * interval '1 second')) FOR UPDATE SKIP LOCKED) RETURNING id"
)
_LOST = (QueueUnavailable, ConnectorException, psycopg.Error, PoolTimeout, OSError)


class _Again(BaseRetryStrategy):
    """A job is never given up: what is given up is a delivery, with its reason (`Delivering`)."""

    def __init__(self, house: House) -> None:
        self._clock = house.clock

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        """See procrastinate. What is sent again stands behind what of its urgency is sent for the first time: the tries
        of a mail server that never answers would hold up all that is new."""
        if not isinstance(exception, Later):
            return RetryDecision(retry_in={"seconds": BUSY_SECONDS})
        seconds = max(1, round((exception.until - self._clock.now()).total_seconds()))
        never_behind = job.priority % _RANK == 0
        priority = job.priority - 1 if never_behind else job.priority
        return RetryDecision(retry_in={"seconds": seconds}, priority=priority)


class Worker:
    """One process of the centre's work; any number of them may run beside it."""

    def __init__(self, house: House, address: Address, watch: WorkWatch, concurrency: int) -> None:
        """Make it; nothing is opened yet.

        Args:
            house: whose settings, tables and packs count; deliveries need nothing else of it.
            address: the server, by a login role of the centre.
            watch: is told of everything.
            concurrency: how many tickets are delivered at once.
        """
        self._house, self._address, self.watch = house, address, watch
        self._concurrency = concurrency
        self._delivering = Delivering(house, watch)
        self._idle: queues.SimpleQueue[CentreQueue] = queues.SimpleQueue()
        self._stopping = asyncio.Event()
        self._bounces_seen: set[str] = set()

    async def run(self, *, once: bool = False) -> None:
        """Work until told to stop by SIGTERM or SIGINT; with ``once`` only do what there is to do now.

        What is being sent when the signal comes is sent to its end. A server that is lost is waited for, unless ``once``.

        Raises:
            QueueUnavailable: the server cannot be used, with ``once``.
            NotCentre: the login role is not of the centre.
        """
        loop = asyncio.get_running_loop()
        # As many threads as deliveries, and some for the rest: a thread waits while a mail server thinks.
        loop.set_default_executor(ThreadPoolExecutor(self._concurrency + 4))
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, self._stopping.set)
        try:
            with self.borrowed():
                pass
        except NotCentre:
            raise  # told at once; a server that is not there yet is waited for
        except QueueUnavailable:
            if once:
                raise
        lost = 0
        self.watch.tell("started", {"concurrency": self._concurrency})
        while not self._stopping.is_set():
            try:
                began = time.monotonic()
                await (self._drain() if once else self._work())
                if once:
                    break
            except _LOST as error:
                if once:
                    raise QueueUnavailable(self._sentence(error)) from None
                self.watch.count(LOST)
                self.watch.reach.note(self._sentence(error))
                lost = 0 if time.monotonic() - began > 60 else lost + 1
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), _BACK_SECONDS[min(lost, len(_BACK_SECONDS)) - 1])
        self.watch.tell("stopped")
        while not self._idle.empty():
            self._idle.get().close()

    def depth(self) -> Depth:
        """How much stands in line.

        Raises:
            QueueUnavailable: the server cannot be used.
        """
        with self.borrowed() as queue:
            return queue.depth(self._house.clock.now())

    @contextmanager
    def borrowed(self) -> Iterator[CentreQueue]:
        """A connection that nobody else uses meanwhile.

        Raises:
            QueueUnavailable: there is none to be had.
        """
        try:
            queue = self._idle.get_nowait()
        except queues.Empty:
            queue = CentreQueue(self._address)
        try:
            yield queue
        except QueueUnavailable:
            queue.close()  # it may be the connection
            raise
        except BaseException:
            self._idle.put(queue)
            raise
        self._idle.put(queue)

    async def _work(self) -> None:
        """Work until told to stop, or until the server is lost."""
        async with self._app().open_async() as app:
            with self.borrowed() as queue:
                queue.name_desks(self._delivering.desks())
            self.watch.reach.note("")
            sides = [
                asyncio.create_task(self._every(REMIND_SECONDS, asyncio.to_thread, self._remind)),
                asyncio.create_task(self._every(RESCUE_SECONDS, self._rescue, app)),
            ]
            if self._house.settings.work.bounces:
                sides.append(asyncio.create_task(self._every(BOUNCE_SECONDS, asyncio.to_thread, self._read_bounces)))
            working = asyncio.create_task(self._jobs(app, wait=True))
            stopping = asyncio.create_task(self._stopping.wait())
            try:
                done, _ = await asyncio.wait([working, stopping, *sides], return_when=asyncio.FIRST_COMPLETED)
                for task in done - {stopping}:
                    task.result()  # nothing but the loss of the server ends one of them
            finally:
                for task in (stopping, *sides):
                    task.cancel()
                working.cancel()  # which lets what is being sent come to its end
                await asyncio.gather(working, stopping, *sides, return_exceptions=True)

    async def _drain(self) -> None:
        """Do what there is to do now."""
        with self.borrowed() as queue:
            queue.name_desks(self._delivering.desks())
        await asyncio.to_thread(self._remind)
        if self._house.settings.work.bounces:
            await asyncio.to_thread(self._read_bounces)
        async with self._app().open_async() as app:
            await self._rescue(app)
            while not self._stopping.is_set():
                await self._jobs(app, wait=False)
                due = await app.connector.execute_query_one_async(
                    "SELECT count(*) AS due FROM procrastinate_jobs "
                    "WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())"
                )
                if not due["due"]:
                    return

    async def _jobs(self, app: App, *, wait: bool) -> None:
        await app.run_worker_async(
            wait=wait,
            concurrency=self._concurrency,
            fetch_job_polling_interval=LOOK_SECONDS,
            listen_notify=False,  # any login role could speak on its channels
            delete_jobs="successful",
            install_signal_handlers=False,
            update_heartbeat_interval=HEARTBEAT_SECONDS,
            stalled_worker_timeout=DEAD_SECONDS,
            shutdown_graceful_timeout=LAST_SECONDS,
        )

    def _app(self) -> App:
        # What becomes of a job need not survive a crash of the server: a delivery says itself whether it was sent.
        options = f"-c search_path={SCHEMA},pg_catalog -c synchronous_commit=off"
        parameters = {**self._address.parameters, "options": f"{self._address.parameters['options']} {options}"}
        connector = PsycopgConnector(
            kwargs={**parameters, "autocommit": True},
            min_size=1,
            max_size=self._concurrency + 2,
            timeout=15,
            num_workers=2,
        )
        app = App(connector=connector)
        # Not a coroutine: those can be broken off in the middle, by whoever may write to the jobs' tables.
        app.task(name="deliver", queue="deliveries", retry=_Again(self._house))(self._deliver)
        return app

    def _deliver(self, ticket_id: str) -> None:
        with self.borrowed() as queue:
            self._delivering.deliver(queue, ticket_id)

    def _remind(self) -> None:
        with self.borrowed() as queue:
            queue.settle()
            sent = look(queue, self._house.clock.now())
        if sent:
            self.watch.count(REMINDERS, sent)
            self.watch.tell(REMINDED, {"sent": sent})

    def _read_bounces(self) -> None:
        def keep(bounce: Bounce) -> None:
            reason = f"邮件被退回（{bounce.status or '没有说明原因'}）：请核对单位表里的邮箱，改正后再送"
            with self.borrowed() as queue:
                known = queue.came_back(bounce.key, reason, self._house.clock.now())
            if known:
                self.watch.count(BOUNCES)
                self.watch.tell(BOUNCED, {"key": bounce.key, "reason": reason})

        try:
            BounceBox(self._house.settings.work.bounces).take(self._bounces_seen, keep)
        except Temporary as error:
            self.watch.tell("bounces_unread", {"reason": error.reason})

    async def _rescue(self, app: App) -> None:
        """Begin anew what workers held that have died, what nobody may be at any more, and what has lost its job.

        A job that is begun anew beside its first run does no harm: a delivery is held by one at a time (`next_delivery`).
        """
        jobs = await app.connector.execute_query_all_async(_RESCUE, dead=DEAD_SECONDS, stuck=STUCK_SECONDS)

        def lost() -> int:
            with self.borrowed() as queue:
                return queue.defer_lost()

        rescued = len(jobs) + await asyncio.to_thread(lost)
        if rescued:
            self.watch.count(RESCUED, rescued)
            self.watch.tell("rescued", {"jobs": rescued})

    async def _every(self, seconds: float, do: Callable[..., Awaitable[None]], *with_what: object) -> None:
        while True:
            await do(*with_what)
            await asyncio.sleep(seconds)

    def _sentence(self, error: Exception) -> str:
        if isinstance(error, QueueUnavailable):
            return str(error)
        return f"派单队列 {self._address.name} 用不了（{type(error).__name__}）：恢复后会自动再连"


def quiet() -> None:
    """Let nobody but the worker write its log: the words of libraries may quote what they were given."""
    for name in ("procrastinate", "psycopg.pool", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
        logging.getLogger(name).addHandler(logging.NullHandler())
