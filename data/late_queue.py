"""A dispatch queue that need not be there: what the desks hold in their hands, whatever has become of the queue itself."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime

from data.db import StorageError
from data.events import Event
from data.queue import Arrival, DispatchQueue, HeldDelivery, QueueUnavailable, Refusal


class LateQueue:
    """A queue that is opened when it is first needed, and anew after it failed.

    The desks open and go on working whatever has become of the queue's file or server (5.1.3.1); as soon as it can be
    opened again, it is.
    """

    def __init__(self, opened: Callable[[], DispatchQueue], name: str, *, reminds: bool = True) -> None:
        """Say how it is opened, and what is known of it without that."""
        self._opened = opened
        self._name = name
        self._reminds = reminds
        self._queue: DispatchQueue | None = None

    @property
    def name(self) -> str:
        """See `DispatchQueue.name`."""
        return self._name

    @property
    def reminds(self) -> bool:
        """See `DispatchQueue.reminds`."""
        return self._reminds

    def clock(self) -> datetime | None:
        """See `DispatchQueue.clock`. Raises `QueueUnavailable` beside."""
        with self._open() as queue:
            return queue.clock()

    def identity(self) -> str:
        """See `DispatchQueue.identity`. Raises `QueueUnavailable` beside."""
        with self._open() as queue:
            return queue.identity()

    def append(self, events: Sequence[Event]) -> None:
        """See `DispatchQueue.append`. Raises `QueueUnavailable` beside."""
        with self._open() as queue:
            queue.append(events)

    def append_each(self, batches: Sequence[Sequence[Event]]) -> list[Refusal | None]:
        """See `DispatchQueue.append_each`. Raises `QueueUnavailable` beside."""
        with self._open() as queue:
            return queue.append_each(batches)

    def arrivals_after(self, position: int, limit: int = 500) -> list[Arrival]:
        """See `DispatchQueue.arrivals_after`. Raises `QueueUnavailable` beside."""
        with self._open() as queue:
            return queue.arrivals_after(position, limit)

    def read_after(self, position: int, limit: int = 500) -> list[tuple[int, Event]]:
        """See `DispatchQueue.read_after`. Raises `QueueUnavailable` beside."""
        return [(arrival.position, arrival.event()) for arrival in self.arrivals_after(position, limit)]

    def reserve_numbers(self, day: date, count: int) -> range:
        """See `DispatchQueue.reserve_numbers`. Raises `QueueUnavailable` beside."""
        with self._open() as queue:
            return queue.reserve_numbers(day, count)

    def wait(self, timeout: float) -> bool:
        """See `DispatchQueue.wait`; a queue that cannot be used is waited for in vain, for as long."""
        end = time.monotonic() + timeout
        try:
            with self._open() as queue:
                return queue.wait(timeout)
        except QueueUnavailable:
            time.sleep(max(0.0, end - time.monotonic()))
            return False

    def held_deliveries(self, ticket_id: str = "") -> list[HeldDelivery]:
        """See `DispatchQueue.held_deliveries`. Raises `QueueUnavailable` beside."""
        with self._open() as queue:
            return queue.held_deliveries(ticket_id)

    def requeue_deliveries(self, ticket_id: str = "") -> int:
        """See `DispatchQueue.requeue_deliveries`. Raises `QueueUnavailable` beside."""
        with self._open() as queue:
            return queue.requeue_deliveries(ticket_id)

    def close(self) -> None:
        """Close the file or the connection if it is open."""
        if self._queue is not None:
            self._queue.close()
            self._queue = None

    @contextmanager
    def _open(self) -> Iterator[DispatchQueue]:
        try:
            if self._queue is None:
                self._queue = self._opened()
            yield self._queue
        except QueueUnavailable:
            self.close()
            raise
        except StorageError as error:
            self.close()
            raise QueueUnavailable(str(error)) from error
