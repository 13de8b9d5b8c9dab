"""Signed webhooks: what is believed, what is not, and what is logged of it; the platform's push of 5.3.4."""

import http.client
import threading
from urllib.parse import urlsplit

import msgspec
import pytest

from console.delivery.letter import Permanent, Temporary
from console.delivery.webhook import KEY, SIGNATURE, TIMESTAMP, WINDOW, Receiver, WebhookRefused, post, sign
from console.settings import Endpoint
from data.events import Event
from data.lifecycle import Kind
from data.queue import QueueUnavailable
from tests.console.delivery.conftest import Desk
from tests.delivery import DESK, HOOKED, SECRET, Centre, System, sent_to
from tests.queues import registered, step

BODY = '{"number": "20261124-a", "form": [{"name": "来电人", "value": "张三"}]}'.encode()
AT = 1_795_000_000


def headers(body: bytes = BODY, at: int = AT, secret: str = SECRET, key: str = "7.x") -> dict[str, str]:
    return {TIMESTAMP: str(at), KEY: key, SIGNATURE: sign(secret, at, key, body)}


@pytest.mark.parametrize(
    ("given", "body", "now", "reason"),
    [
        (headers(secret="another-secret-of-ours"), BODY, AT, "wrong_signature"),
        (headers(), BODY + b" ", AT, "wrong_signature"),
        ({**headers(), KEY: "8.x"}, BODY, AT, "wrong_signature"),
        ({**headers(), TIMESTAMP: str(AT + 1)}, BODY, AT, "wrong_signature"),
        (headers(), BODY, AT + WINDOW + 1, "stale"),
        (headers(), BODY, AT - WINDOW - 1, "stale"),
        ({**headers(), SIGNATURE: ""}, BODY, AT, "unsigned"),
        ({**headers(), SIGNATURE: "v1=é"}, BODY, AT, "wrong_signature"),
        ({**headers(), TIMESTAMP: "１"}, BODY, AT, "unsigned"),
        ({}, BODY, AT, "unsigned"),
    ],
)
def test_what_is_not_to_be_believed_is_refused(given: dict[str, str], body: bytes, now: int, reason: str) -> None:
    """You should see each refused with its word, and one line of log that quotes nothing of what came."""
    log: list[object] = []
    with pytest.raises(WebhookRefused) as refused:
        Receiver(SECRET, log.append).check(given, body, now)
    assert refused.value.reason == reason
    assert log == [{"event": "webhook_refused", "reason": reason, "bytes": len(body)}]
    assert "张三" not in str(log)


def test_a_request_counts_once(system: System) -> None:
    """You should see a request that is caught and sent again answered without effect, by many at once too."""
    log: list[object] = []
    receiver = Receiver(SECRET, log.append)
    new: list[bool] = []
    threads = [threading.Thread(target=lambda: new.append(receiver.check(headers(), BODY, AT))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(new) == [False] * 7 + [True]
    assert receiver.check(headers(at=AT + WINDOW), BODY, AT + 2 * WINDOW) is False
    assert log == [{"event": "webhook_repeated", "bytes": len(BODY)}] * 8


def test_a_replayed_request_over_http(desk: Desk, system: System) -> None:
    """You should see a request that was caught on the way answered 401 when it comes late, and nothing taken twice."""
    desk.queue.append(sent_to("c", HOOKED))
    desk.delivering.deliver(desk.queue, "c")
    ((caught, body),) = system.requests
    late = {**caught, TIMESTAMP: str(int(caught[TIMESTAMP]) + 1000)}
    link = http.client.HTTPConnection(str(urlsplit(system.url).hostname), urlsplit(system.url).port)
    for given, status in ((caught, 200), (late, 401)):
        link.request("POST", "/hotline", body, given)
        answer = link.getresponse()
        answer.read()
        assert answer.status == status
    link.close()
    assert len(system.taken) == 1
    assert [line["event"] for line in system.log] == ["webhook_repeated", "webhook_refused"]


@pytest.mark.parametrize(
    ("url", "secret", "word"),
    [
        ("http://unit.example.cn/x", SECRET, "https"),
        ("ftp://127.0.0.1/x", SECRET, "写法"),
        ("http://127.0.0.1/x", "short", "secret"),
    ],
)
def test_an_address_that_would_tell_others_is_not_used(url: str, secret: str, word: str) -> None:
    """You should see clear text to another machine, another scheme and a short secret refused before anything is sent."""
    with pytest.raises(Permanent, match=word):
        post(Endpoint(url, secret), "1.x", BODY, AT)


def test_a_redirect_is_not_followed(system: System) -> None:
    """You should see 302 held: a signature is for one address."""
    system.statuses = [302]
    with pytest.raises(Permanent, match="302"):
        post(Endpoint(system.url, SECRET), "1.x", BODY, AT)
    system.close()
    with pytest.raises(Temporary):
        post(Endpoint(system.url, SECRET), "1.x", BODY, AT)


@pytest.mark.clause("5.3.4")
def test_a_finished_web_request_is_pushed_to_its_platform_once(desk: Desk, system: System, centre: Centre) -> None:
    """You should see the platform told to show the rating page, with no word of the request, and calls told to nobody."""
    for ticket, source in (("web", "微信"), ("other", "微博"), ("call", "热线电话")):
        events = sent_to(ticket, DESK)
        record = {**events[0].payload["record"], "source": source}
        events[0] = registered_from(ticket, record)
        desk.queue.append([*events, *finished(ticket, web=source != "热线电话")])
        desk.delivering.deliver(desk.queue, ticket)
        desk.delivering.deliver(desk.queue, ticket)
    (told,) = system.taken
    assert (told["service_request_id"], told["status"]) == ("20261124-web", "closed")
    assert "停水" not in msgspec.json.encode(told).decode()
    assert [(ticket, state) for ticket, unit, state in centre.states() if unit == ""] == [
        ("web", "sent"),
        ("other", "not_for"),
    ]


def registered_from(ticket: str, record: dict[str, object]) -> Event:
    """The first step of a ticket with this record."""
    first = registered(ticket)
    return msgspec.structs.replace(first, payload={**first.payload, "record": record})


def finished(ticket: str, *, web: bool) -> list[Event]:
    """From its dispatch to its end; a reply to the web is reviewed before."""
    elements = {"unit": DESK, "handled_at": "今天", "course": "已修", "measures": "换管", "told": "已告知"}
    steps: list[tuple[Kind, dict[str, object]]] = [
        (Kind.SIGNED, {}),
        (Kind.CONTACTED, {"reached": True, "note": "已核实"}),
    ]
    if web:
        steps += [
            (Kind.REVIEW_ASKED, {"outcome": "已解决", "elements": elements, "opinion_watch": "未发现"}),
            (Kind.REVIEW_PASSED, {}),
        ]
    else:
        steps += [(Kind.FED_BACK, {"outcome": "已解决", "elements": elements})]
    steps.append((Kind.COMPLETED, {"rating_page": web}))
    return [step(ticket, seq, kind, f"{3000 + seq}", **payload) for seq, (kind, payload) in enumerate(steps, 4)]


def test_only_the_centre_delivers(centre: Centre) -> None:
    """You should see a unit's login role refused by the server and by the program, and no table of deliveries read."""
    import psycopg

    from data.postgres.address import read_address
    from data.postgres.deliveries import CentreQueue
    from tests.postgres import granted_url, opened

    for kind, scope in (("unit", {"units": [DESK]}), ("seat", {}), ("district", {"districts": ["东城区"]})):
        url = granted_url(centre.admin, kind, kind, **scope)
        with pytest.raises(QueueUnavailable, match="不是中心的"):
            CentreQueue(read_address(url))
        queue = opened(url)
        assert (queue.held_deliveries(), queue.requeue_deliveries()) == ([], 0)
        queue.close()
        with psycopg.connect(url, autocommit=True) as link:
            for statement in (
                "SELECT * FROM hotline.deliveries",
                "SELECT * FROM hotline.clocks",
                "SELECT * FROM hotline_jobs.procrastinate_jobs",
                "SELECT hotline.defer_delivery('a')",
                "SET ROLE hotline_worker",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    link.execute(statement)
