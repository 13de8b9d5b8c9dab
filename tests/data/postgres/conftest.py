"""A city's queue with the desks of its centre and of two units."""

from collections.abc import Callable, Iterator

import psycopg
import pytest

from data.postgres.queue import PostgresQueue
from data.queue import Arrival
from tests.postgres import granted_url, opened

Login = Callable[..., PostgresQueue]


@pytest.fixture
def login(database: str) -> Iterator[Login]:
    """Connect as a login role made for this: ``login("unit", "甲街道", units=["甲街道"])``; as the centre by itself."""
    made: list[PostgresQueue] = []

    def connect(kind: str = "centre", title: str = "中心", **scope: list[str]) -> PostgresQueue:
        queue = opened(granted_url(database, kind, title, **scope))
        made.append(queue)
        if kind == "unit":  # which gives no places: the centre is always at work beside it
            read = queue.arrivals_after

            def beside_the_centre(position: int, limit: int = 500) -> list[Arrival]:
                admin.execute("SELECT hotline.settle()")
                return read(position, limit)

            queue.arrivals_after = beside_the_centre  # type: ignore[method-assign]
        return queue

    with psycopg.connect(database, autocommit=True) as admin:
        yield connect
    for each in made:
        each.close()


@pytest.fixture
def centre(login: Login) -> PostgresQueue:
    """A desk of the centre."""
    return login()


@pytest.fixture
def east(login: Login) -> PostgresQueue:
    """The desk of the unit 东街道."""
    return login("unit", "东街道", units=["东街道"])


@pytest.fixture
def west(login: Login) -> PostgresQueue:
    """The desk of the unit 西街道."""
    return login("unit", "西街道", units=["西街道"])
