"""The web intake of an installation of the test's own, asked without a network unless a test starts the program."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from starlette.testclient import TestClient

from console.house import House
from console.web.app import BASE, Web
from console.web.keys import issue
from data.clock import FixedClock
from data.events import Ticket
from data.inbox import Submission

Post = Callable[..., Any]


@pytest.fixture
def key(house: House, clock: FixedClock) -> str:
    """The key of the source 微信."""
    return issue(house.intake_keys, "微信", "微信公众号", clock.now())


@pytest.fixture
def log() -> list[Mapping[str, object]]:
    """What was logged."""
    return []


@pytest.fixture
def client(house: House, log: list[Mapping[str, object]]) -> Iterator[TestClient]:
    """Asks the application; an error inside it is an answer, as it is to everybody else."""
    with TestClient(Web(house, log.append).app(), raise_server_exceptions=False) as made:
        yield made


@pytest.fixture
def post(client: TestClient, key: str) -> Post:
    """Hand in a request: fields by name, and what else httpx takes."""

    def send(form: str = "json", *, headers: dict[str, str] | None = None, files: Any = None, **fields: Any) -> Any:
        data = {"service_code": "complaint", "description": "望京西路路灯不亮", "api_key": key} | fields
        data = {name: value for name, value in data.items() if value is not None}
        return client.post(f"{BASE}/requests.{form}", data=data, headers=headers, files=files)

    return send


@pytest.fixture
def accepted(house: House) -> Callable[[Ticket], Submission]:
    """Let the only submission that waits become this ticket."""

    def finish(ticket: Ticket) -> Submission:
        (one,) = house.inbox.waiting()
        house.inbox.finish(one.key, ticket.id)
        return one

    return finish
