"""A city's queue with the desks of its centre and of two units."""

from collections.abc import Callable, Iterator

import pytest

from data.postgres.queue import PostgresQueue
from tests.postgres import granted_url, opened

Login = Callable[..., PostgresQueue]


@pytest.fixture
def login(database: str) -> Iterator[Login]:
    """Connect as a login role made for this: ``login("unit", "甲街道", units=["甲街道"])``; as the centre by itself."""
    made: list[PostgresQueue] = []

    def connect(kind: str = "centre", title: str = "中心", **scope: list[str]) -> PostgresQueue:
        made.append(opened(granted_url(database, kind, title, **scope)))
        return made[-1]

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
