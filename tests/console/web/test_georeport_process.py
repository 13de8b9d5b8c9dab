"""The program as a network platform meets it: a real process, asked by a client that knows only the specification."""

import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from console.house import House
from console.web.keys import issue
from data.clock import SystemClock, iso_local
from data.lifecycle import State
from tests.console.web.spec_client import Failed, SpecClient
from tests.lives import STREET, Lives

ROOT = Path(__file__).parents[3]
TLS = ROOT / "tests" / "data" / "postgres" / "tls"
Serve = Callable[..., "Served"]


class Served:
    """A running `hotline intake serve`."""

    def __init__(self, root: Path, *options: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "console", "--home", str(root), "intake", "serve", "--port", str(port)]
        self.process = subprocess.Popen(
            [*command, *options], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        )  # fmt: skip
        assert self.process.stdout is not None
        told = re.search(r"https?://\S+", self.process.stdout.readline())
        assert told
        self.endpoint = told[0]

    def stop(self) -> str:
        """End it as Ctrl+C does, and return what it logged."""
        self.process.send_signal(signal.SIGINT)
        _, err = self.process.communicate(timeout=60)
        return err


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """An installation at the clock that the process has as well."""
    made = House(tmp_path / "home", SystemClock())
    yield made
    made.close()


@pytest.fixture
def serve(house: House) -> Iterator[Serve]:
    """Start the program; what is left over is killed at the end."""
    running: list[Served] = []

    def start(*options: str) -> Served:
        running.append(Served(house.home.root, *options))
        return running[-1]

    yield start
    for each in running:
        if each.process.poll() is None:
            each.process.kill()
            each.process.communicate()


@pytest.mark.clause("5.1.3.2")
@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_client_of_the_published_text_hands_in_and_asks(house: House, serve: Serve, form: str) -> None:
    """You should see a request handed in, its token become a number once it is accepted, and its status until 已办结."""
    key = issue(house.intake_keys, "首都之窗", "首都之窗网上接诉即办", house.clock.now())
    served = serve()
    client = SpecClient(served.endpoint, form)

    offered = client.services()
    assert {row["type"] for row in offered} == {"batch"}
    complaint = next(row for row in offered if row["service_name"] == "投诉")
    assert complaint["metadata"] == "true"
    defined = client.definition(complaint["service_code"])
    assert defined["service_code"] == complaint["service_code"]
    assert sorted(int(each["order"]) for each in defined["attributes"]) == list(
        range(1, len(defined["attributes"]) + 1)
    )
    districts = next(each for each in defined["attributes"] if each["datatype"] == "singlevaluelist")
    assert {"key": "朝阳区", "name": "朝阳区"} in districts["values"]

    before = house.clock.now()
    posted = client.post(
        key,
        service_code=complaint["service_code"],
        description="望京西路第三根路灯不亮",
        address_string="望京西路 8 号",
        last_name="何",
        first_name="慧",
        phone="13800000001",
        attribute_title="路灯不亮",
        attribute_district="朝阳区",
    )
    assert client.token(posted["token"]) == {"service_request_id": None, "token": posted["token"]}
    (waiting,) = house.inbox.waiting()
    assert waiting.record.source == "首都之窗网上接诉即办"
    assert waiting.record.claimant.contact == "13800000001"
    assert before <= waiting.submitted_at <= house.clock.now()

    lives = Lives(house)
    ticket = lives.sent("路灯不亮", source=waiting.record.source, raised_at=waiting.submitted_at)
    house.inbox.finish(waiting.key, ticket.id)
    number = client.token(posted["token"])["service_request_id"]
    assert number == ticket.number
    row = client.request(number)
    assert (row["status"], row["status_notes"]) == ("open", State.DISPATCHED)
    assert (row["agency_responsible"], row["service_code"]) == (STREET, complaint["service_code"])
    assert row["requested_datetime"] == iso_local(waiting.submitted_at)
    assert client.requests() == client.requests(status="open,closed") == client.requests(service_request_id=number)
    assert client.requests(status="closed") == client.requests(service_code="help") == []
    day = timedelta(days=1)
    assert client.requests(start_date=iso_local(before - day), end_date=iso_local(before + day)) == [row]
    assert client.requests(start_date="2020-01-01T00:00:00Z", end_date="2020-02-01T00:00:00Z") == []

    failures: list[tuple[Callable[[], object], int]] = [
        (lambda: client.definition("nothing"), 404),
        (lambda: client.token("0" * 32), 404),
        (lambda: client.request("2020010100001"), 404),
        (lambda: client.post("wrong", service_code="help", description="求助"), 403),
        (lambda: client.post(key, description="没有类型"), 400),
        (lambda: client.requests(start_date="2020-01-01T00:00:00Z", end_date="2021-01-01T00:00:00Z"), 400),
    ]
    for ask, status in failures:
        with pytest.raises(Failed) as failed:
            ask()
        assert failed.value.status == status
        assert [set(error) for error in failed.value.errors] == [{"code", "description"}]
        assert failed.value.errors[0]["code"] == str(status)

    logged = served.stop()
    assert [line for line in map(json.loads, logged.splitlines()[:-1]) if line["outcome"] == "accepted"]
    for personal in ("13800000001", "何", "望京", "路灯", posted["token"], number):
        assert personal not in logged


def test_only_loopback_is_open_without_tls(hotline) -> None:
    """You should see the program refuse another address without TLS files, half of them, or what is no certificate."""
    for options in (("--host", "0.0.0.0"), ("--host", "::"), ("--host", "example.org")):
        ran = hotline("intake", "serve", *options)
        assert (ran.code, "TLS" in ran.err or "--tls-cert" in ran.err) == (1, True)
    assert hotline("intake", "serve", "--tls-cert", "a.pem").code == 1
    ran = hotline("intake", "serve", "--host", "0.0.0.0", "--tls-cert", __file__, "--tls-key", __file__)
    assert (ran.code, "用不了" in ran.err) == (1, True)


def test_a_port_that_is_taken_is_named(hotline) -> None:
    """You should see one sentence with the address and the reason."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = hotline("intake", "serve", "--port", str(taken.getsockname()[1]))
    assert (ran.code, "端口收件" in ran.err) == (1, True)
    assert hotline("intake", "serve", "--port", "70000").code == 2


def test_tls_opens_it_to_other_machines(house: House, serve: Serve) -> None:
    """You should see the services over TLS on every address, and nothing without it."""
    served = serve("--host", "0.0.0.0", "--tls-cert", str(TLS / "server.pem"), "--tls-key", str(TLS / "server.key"))
    port = served.endpoint.rpartition(":")[2].partition("/")[0]
    trusted = ssl.create_default_context(cafile=TLS / "ca.pem")
    trusted.check_hostname = False
    with urllib.request.urlopen(
        f"https://127.0.0.1:{port}/open311/v2/services.json", timeout=60, context=trusted
    ) as answer:
        assert len(json.loads(answer.read())) == 6
    with pytest.raises(OSError, match=r"."):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/open311/v2/services.json", timeout=60)


def test_what_breaks_off_leaves_nothing_and_stops_nobody(house: House, serve: Serve) -> None:
    """You should see a body that ends half-way and what is no HTTP told as such without a word, and the next one answered."""
    key = issue(house.intake_keys, "微信", "微信公众号", house.clock.now())
    served = serve()
    port = int(served.endpoint.rpartition(":")[2].partition("/")[0])
    head = f"POST /open311/v2/requests.json HTTP/1.1\r\nHost: a\r\nX-API-Key: {key}\r\nContent-Length: 1000\r\n"
    half = f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\nservice_code=help&description=abc"
    for sent in (
        half.encode(),
        b"\x16\x03\x01\x00\xff" * 50,
        b"GET /\xe4\xbd\x95" + b"a" * 100_000,
        b"13800000001 x\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(sent)
            line.shutdown(socket.SHUT_WR)
            answer = line.makefile("rb").readline()
        assert answer.split()[1:2] == ([b"400"] if sent != half.encode() else [])
    client = SpecClient(served.endpoint, "json")
    assert client.post(key, service_code="help", description="求助")["token"]
    assert house.inbox.count_waiting() == 1
    logged = served.stop()
    told = [json.loads(line) for line in logged.splitlines() if line.startswith("{")]
    assert sorted(line["outcome"] for line in told) == ["accepted", "broken_off", *["no_http"] * 3]
    assert {line["status"] for line in told if line["outcome"] == "no_http"} == {400}
    assert not re.search("[Uu]vicorn|Invalid|何|aaa|138|127", re.sub('"at":"[^"]*"', "", logged))


def test_retries_that_race_are_one_request(house: House, serve: Serve) -> None:
    """You should see one submission and one token where two processes get the same retry from eight hands at once."""
    key = issue(house.intake_keys, "微信", "微信公众号", house.clock.now())
    endpoints = [serve().endpoint, serve().endpoint]

    def hand_in(n: int) -> bytes:
        body = f"api_key={key}&service_code=help&description=race{n // 8}".encode()
        asked = urllib.request.Request(f"{endpoints[n % 2]}/requests.json", body)
        asked.add_header("Idempotency-Key", f"race-{n // 8}")
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return bytes(answer.read())

    with ThreadPoolExecutor(8) as hands:
        answers = list(hands.map(hand_in, range(40)))
    assert house.inbox.count_waiting() == len(set(answers)) == 5


def test_a_killed_intake_has_kept_what_it_answered(house: House, serve: Serve) -> None:
    """You should see each request that got a token in the inbox after kill -9, and a retry get its old token."""
    key = issue(house.intake_keys, "微信", "微信公众号", house.clock.now())
    first = serve()
    client = SpecClient(first.endpoint, "json")
    tokens = [client.post(key, service_code="help", description=f"第{n}件")["token"] for n in range(5)]
    first.process.kill()
    again = SpecClient(serve().endpoint, "json")
    assert len(set(tokens)) == house.inbox.count_waiting() == 5
    assert [again.token(token)["token"] for token in tokens] == tokens
