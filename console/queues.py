"""Which dispatch queue an installation uses: the file in its own folder, or a city's server by its URL."""

import os

from console.settings import Settings
from data.home import Home
from data.queue import DispatchQueue, LateQueue, SqliteQueue

VARIABLE = "HOTLINE_QUEUE"


def queue_url(settings: Settings) -> str:
    """Return the URL of the city's server; empty where the queue is a file of this machine."""
    return os.environ.get(VARIABLE, "") or settings.queue


def late_queue(home: Home, settings: Settings) -> LateQueue:
    """Make the queue of an installation; nothing is opened, and no driver loaded, before it is used."""
    url = queue_url(settings)
    if not url:
        return LateQueue(lambda: SqliteQueue(home.queue), SqliteQueue.name)

    from data.postgres.address import name_of, read_address  # the driver is loaded by the second, not by the first

    def opened() -> DispatchQueue:
        from data.postgres.queue import PostgresQueue

        return PostgresQueue(read_address(url))

    return LateQueue(opened, name_of(url))
