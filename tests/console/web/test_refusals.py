"""Who is not let in, what is not read, and what is told of it: a clear refusal and one line without personal data."""

import gc
import json
import re
import sqlite3
import tempfile
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

from console.house import House
from console.web import body
from console.web.app import BASE
from console.web.keys import issue
from data.clock import FixedClock
from data.web_intake import IntakeKeyError
from tests.lives import Lives

POST, FORM = f"{BASE}/requests.json", "application/x-www-form-urlencoded"
HAN = re.compile("[\u4e00-\u9fff]")


def test_a_key_is_kept_as_a_hash_and_ends_at_once(house: House, client: TestClient, key: str, post, clock) -> None:
    """You should see the key nowhere in the store, and 403 from the moment it is disabled."""
    assert post().status_code == 200
    files = house.home.root.glob("hotline.db*")
    assert not any(key.encode() in file.read_bytes() for file in files)
    house.intake_keys.disable("微信", clock.now())
    assert post().status_code == 403
    assert client.get(f"{BASE}/requests.json", headers={"X-API-Key": key}).status_code == 403


@pytest.mark.parametrize("key", ["", "wrong", "hk_" + "x" * 43, "x" * 10_000, "何", "\x00"])
def test_a_wrong_key_hands_in_nothing(house: House, post, log, key: str) -> None:
    """You should see 403 with the reason, in JSON and in XML, whatever else was sent."""
    for form in ("json", "xml"):
        answer = post(form, api_key=key)
        assert answer.status_code == 403
        assert "api_key" in answer.text
    assert ElementTree.fromstring(answer.content).findtext("error/code") == "403"
    assert house.inbox.count_waiting() == 0
    assert {line["outcome"] for line in log} == {"wrong_key"}


def test_a_source_sees_its_own_requests_only(house: House, client: TestClient, post, key, clock, accepted) -> None:
    """You should see another source's key find neither token nor number, and nobody find a ticket of a telephone call."""
    token = post().json()[0]["token"]
    ticket, by_phone = Lives(house).sent("路灯不亮", source="微信公众号"), Lives(house).sent("漏水")
    accepted(ticket)
    other = {"X-API-Key": issue(house.intake_keys, "微博", "政务微博", clock.now())}
    for headers, status, count in (({"X-API-Key": key}, 200, 1), ({}, 200, 1), (other, 404, 0)):
        assert client.get(f"{BASE}/tokens/{token}.json", headers=headers).status_code == status
        assert client.get(f"{BASE}/requests/{ticket.number}.json", headers=headers).status_code == status
        assert len(client.get(f"{BASE}/requests.json", headers=headers).json()) == count
    assert client.get(f"{BASE}/requests/{by_phone.number}.json").status_code == 404
    rating = {"token": token, "grade": "满意"}
    assert client.post(f"{BASE}/ratings.json", data=rating, headers=other).status_code == 404


def test_names_and_channels_that_will_not_do_are_refused(house: House, clock: FixedClock) -> None:
    """You should see a name used twice, one with a line end, and the telephone as a channel refused."""
    issue(house.intake_keys, "微信", "", clock.now())
    for name, channel in (("微信", ""), ("a\nb", ""), ('a"b', ""), ("", "微信"), ("热线", ""), ("x", "长" * 41)):
        with pytest.raises(IntakeKeyError):
            issue(house.intake_keys, name, channel, clock.now())


def test_what_is_large_is_not_read(house: House, client: TestClient, key: str, log, monkeypatch) -> None:
    """You should see 413 for what is told to be too large and for what turns out so, and no file left of it."""
    monkeypatch.setattr(body, "LARGE", 3 << 20)
    monkeypatch.setattr("console.web.app.LARGE", 3 << 20)
    monkeypatch.setattr(tempfile, "tempdir", str(house.home.exports))
    before = set(Path(house.home.exports).iterdir())
    known = {"X-API-Key": key}
    data = {"service_code": "help", "description": "大" * (1 << 20), "api_key": key}
    assert client.post(POST, data=data).status_code == 413
    picture = {"media": ("a.jpg", b"x" * (2 << 20), "image/jpeg")}
    small = {"service_code": "help", "description": "求助"}
    assert client.post(POST, data={**small, "api_key": key}, files=picture).status_code == 413
    assert client.post(POST, data=small, files=picture, headers=known).status_code == 200
    twice = [("media", ("a.jpg", b"x" * (2 << 20), "image/jpeg"))] * 2
    assert client.post(POST, data=small, files=twice, headers=known).status_code == 413

    def untold():  # in chunks, so that no header says how long it is
        yield from [b"x" * 65536] * 80

    for kind in (FORM, "multipart/form-data; boundary=x"):
        assert client.post(POST, content=untold(), headers={**known, "Content-Type": kind}).status_code in (400, 413)
    gc.collect()
    assert set(Path(house.home.exports).iterdir()) == before
    assert house.inbox.count_waiting() == 1
    assert {line["outcome"] for line in log} <= {"too_large", "accepted", "malformed"}


PART = b'--x\r\nContent-Disposition: form-data; name="description"\r\n\r\n'
HOSTILE = {
    "not UTF-8": (FORM, b"service_code=help&description=%ff%fe"),
    "not UTF-8 at all": (FORM, b"description=\xff\xfe"),
    "a thousand fields": (FORM, b"&".join(b"a%d=1" % n for n in range(1000))),
    "a surrogate": (FORM, b"service_code=help&description=%ed%a0%80"),
    "parts not UTF-8": ("multipart/form-data; boundary=x", PART + b"\xff\xfe\r\n--x--\r\n"),
    "parts that break off": ("multipart/form-data; boundary=x", PART + b"abc"),
    "no parts": ("multipart/form-data; boundary=x", b""),
    "no boundary": ("multipart/form-data", PART),
    "a boundary with a quote": ('multipart/form-data; boundary="a\\"b"', PART),
    "a boundary not ASCII": ("multipart/form-data; boundary=\xff".encode("latin-1"), PART),
    "a part without a name": ("multipart/form-data; boundary=x", b"--x\r\nA: b\r\n\r\nc\r\n--x--\r\n"),
    "other parts": ("multipart/form-data; boundary=x", b"\0" * 5000),
    "another charset": (
        "multipart/form-data; boundary=x; charset=utf-16",
        b'--x\r\nContent-Disposition: form-data; name="\xff"\r\n\r\n\r\n--x--\r\n',
    ),
    "JSON": ("application/json", b'{"service_code": "help"}'),
    "an XML bomb": ("text/xml", b'<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'),
    "no type": ("", b"service_code=help"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_bodies_are_refused(house: House, client: TestClient, key: str, log, what: str) -> None:
    """You should see a refusal with a Chinese sentence, one line of log and nothing in the inbox."""
    kind, content = HOSTILE[what]
    answer = client.post(POST, content=content, headers={"Content-Type": kind, "X-API-Key": key})
    assert answer.status_code in (400, 413, 415)
    assert HAN.search(answer.json()[0]["description"])
    assert [line["source"] for line in log] == ["微信"]
    assert house.inbox.count_waiting() == 0


@pytest.mark.parametrize(
    "query",
    [
        "start_date=x", "start_date=9999-12-31T23:59:59-23:59", "end_date=0001-01-01T00:00:00%2B23:59",
        "end_date=0001-01-02T00:00:00Z", "start_date=2026-02-01&end_date=2026-01-01", "status=gone",
        "service_code=nothing", "%ff=1", "start_date=%ff", "service_request_id=" + ",".join(map(str, range(200))),
        "&".join(f"a{n}=1" for n in range(500)),
        "status=%3C!DOCTYPE%20a%20%5B%3C!ENTITY%20b%20%22x%22%3E%5D%3E%3Ca%3E%26b;%3C/a%3E",
        "status=%00%1b%5B31m",
    ],
)  # fmt: skip
def test_hostile_questions_are_refused(client: TestClient, query: str) -> None:
    """You should see 400 or 404 in well-formed JSON and XML, with nothing that a terminal or a parser obeys."""
    for form in ("json", "xml"):
        answer = client.get(f"{BASE}/requests.{form}?{query}")
        assert answer.status_code in (400, 404)
    (error,) = ElementTree.fromstring(answer.content)
    assert HAN.search(error.findtext("description") or "")
    assert b"\x1b" not in answer.content
    assert b"<!" not in answer.content


@pytest.mark.parametrize("path", ["/", "/nothing.xml", f"{BASE}/services.txt", f"{BASE}/services/../x.xml",
                                  f"{BASE}/tokens/%00.json", f"{BASE}/requests/%ff.xml", f"{BASE}/services/%3C.xml"])  # fmt: skip
def test_other_addresses_are_refused_in_the_same_shape(client: TestClient, path: str) -> None:
    """You should see 404 as an array of code and description, in the format that the address ends with."""
    answer = client.get(path)
    assert answer.status_code == 404
    if path.endswith(".xml"):
        assert ElementTree.fromstring(answer.content).findtext("error/code") == "404"
    else:
        assert answer.json()[0]["code"] == 404
    assert client.delete(f"{BASE}/services.json").status_code == 405


@pytest.mark.clause("6.2.1")
def test_the_log_holds_no_phone_no_name_and_no_text(client: TestClient, post, key: str, log, capfd) -> None:
    """You should see the route, the source and what became of it, and nothing of what was sent, accepted or not."""
    mine = {"description": "望京西路路灯不亮", "last_name": "何", "first_name": "慧", "phone": "13800000001"}
    token = post(**mine).json()[0]["token"]
    post(**mine, api_key="hk_secret")
    post(**mine, lat="何慧")
    post(**mine, **{"attribute[date]": "何慧 13800000001"})
    client.get(f"{BASE}/tokens/{token}.json?phone=13800000001")
    client.get(f"{BASE}/requests/何慧13800000001.json")
    client.get("/何慧13800000001")
    written = json.dumps(log, ensure_ascii=False) + "".join(capfd.readouterr())
    assert [line["outcome"] for line in log] == [
        "accepted", "wrong_key", "invalid", "invalid", "read", "no_request", "no_route",
    ]  # fmt: skip
    assert {tuple(line) for line in log} == {("at", "route", "source", "outcome", "status", "files")}
    for secret in ("望京", "路灯", "何", "慧", "13800000001", token, key, "hk_secret"):
        assert secret not in written


@pytest.mark.clause("5.3.4")
def test_a_finished_request_is_rated_once(house: House, client: TestClient, post, key, accepted) -> None:
    """You should see no rating before 已办结, one after it with its reasons, and no second one."""
    token = post().json()[0]["token"]
    rating = {
        "api_key": key,
        "token": token,
        "grade": "不满意",
        "reason": ["办理慢", "态度差"],
        "text": "等了\x1b[1m很久",
    }

    def rate(**other: str):
        return client.post(f"{BASE}/ratings.json", data={**rating, **other})

    assert rate().status_code == 409
    ticket = Lives(house).completed_web()
    accepted(ticket)
    assert rate(grade="还行").status_code == 400
    assert rate(token="0" * 32).status_code == 404
    assert rate(api_key="wrong").status_code == 403
    assert rate().json() == [{"token": token, "service_request_id": ticket.number, "grade": "不满意"}]
    kept = house.tickets.get(ticket.id).rating
    assert (kept.grade, kept.reasons, kept.text) == ("不满意", ["办理慢", "态度差"], "等了很久")
    again = rate(grade="满意")
    assert again.status_code == 409
    assert "评价过一次" in again.json()[0]["description"]
    (row,) = client.get(f"{BASE}/requests/{ticket.number}.json").json()
    assert (row["status"], row["status_notes"]) == ("closed", "已办结：已解决")
    assert "何慧" not in json.dumps(row, ensure_ascii=False)


def test_figures_and_health(house: House, client: TestClient, post, clock: FixedClock, monkeypatch) -> None:
    """You should see requests by source and outcome, what waits and how long; and 503 when the store cannot be read."""
    post()
    post(api_key="wrong")
    clock.advance(timedelta(minutes=3).total_seconds())
    figures = client.get("/metrics").text
    route = f'route="POST {BASE}/requests.{{format}}"'
    assert f'hotline_intake_requests_total{{{route},source="微信",outcome="accepted"}} 1\n' in figures
    assert f'hotline_intake_requests_total{{{route},source="",outcome="wrong_key"}} 1\n' in figures
    assert "\nhotline_inbox_waiting 1\n" in figures
    assert "\nhotline_inbox_oldest_age_seconds 180\n" in figures
    assert client.get("/health").json() == {"status": "ok", "inbox_waiting": 1}
    house._db.close()
    assert client.get("/health").status_code == 503
    with pytest.raises(sqlite3.ProgrammingError):
        house.inbox.count_waiting()
