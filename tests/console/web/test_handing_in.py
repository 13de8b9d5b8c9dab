"""What a POST leaves in the inbox, and what it does not leave twice."""

import hashlib
from datetime import timedelta

import msgspec
import pytest
from starlette.testclient import TestClient

from console.house import House
from console.intake import Intake
from console.web import submissions
from console.web.app import BASE
from console.web.keys import issue
from data.clock import FixedClock, iso_local
from data.db import StorageError
from data.inbox import ACCEPT_WITHIN
from data.record import Claimant


def token_of(answer) -> str:
    assert answer.status_code == 200, answer.text
    return str(answer.json()[0]["token"])


@pytest.mark.clause("5.1.3.2")
def test_a_post_is_what_the_same_line_of_a_file_is(house: House, post, tmp_path, clock: FixedClock) -> None:
    """You should see one submission, field by field the one that `hotline intake import` makes, and only one of them."""
    at = iso_local(clock.now() - timedelta(minutes=30))
    line = {
        "id": "A-1", "type": "投诉", "channel": "微信公众号", "date": at, "title": "路灯不亮", "text": "三天了。",
        "district": "朝阳", "place": "望京西路", "name": "何慧", "phone": "１３８００００００01", "confidential": "是",
        "respondent": "照明中心", "wish": "尽快修好", "address": "花家地 3 号",
    }  # fmt: skip
    attributes = ("id", "date", "title", "district", "confidential", "respondent", "wish", "address")
    sent = {f"attribute[{name}]": line[name] for name in attributes}
    post(description=line["text"], address_string=line["place"], last_name="何", first_name="慧",
         phone=line["phone"], **sent)  # fmt: skip
    (posted,) = house.inbox.waiting()

    path = tmp_path / "one.jsonl"
    path.write_bytes(msgspec.json.encode(line))
    report = Intake(house.inbox, house.packs, house.reference.regions).run([path], clock.now())
    assert (report.accepted, report.repeated) == (0, 1)
    made, _ = Intake(house.inbox, house.packs, house.reference.regions).read_one(line, clock.now())
    assert posted == made
    assert posted.record.claimant == Claimant(
        name="何慧", contact="13800000001", address="花家地 3 号", confidential=True
    )
    assert posted.submitted_at + ACCEPT_WITHIN == clock.now() + timedelta(minutes=90)


@pytest.mark.clause("5.1.3.2")
def test_the_two_hours_run_from_the_submission(house: House, post, clock: FixedClock) -> None:
    """You should see the time of the POST where the source gives none, and no time to come accepted."""
    post()
    (one,) = house.inbox.waiting()
    assert one.submitted_at == clock.now()
    later = post(**{"attribute[date]": iso_local(clock.now() + timedelta(hours=1))})
    assert later.status_code == 400
    assert "将来" in later.json()[0]["description"]


def test_a_number_of_the_source_comes_in_once(house: House, post) -> None:
    """You should see the same token for the same number, and a refusal where its content is another one."""
    first = token_of(post(**{"attribute[id]": "7"}))
    assert token_of(post(**{"attribute[id]": "7"})) == first
    other = post(description="另一件事", **{"attribute[id]": "7"})
    assert other.status_code == 409
    assert house.inbox.count_waiting() == 1


def test_an_idempotency_key_makes_a_retry_safe(house: House, post, clock: FixedClock) -> None:
    """You should see the same answer to the same content, 409 to another one, and a second request without the key."""
    retry = {"Idempotency-Key": "abc-1"}
    first = post(headers=retry)
    clock.advance(60)
    again = post(headers=retry)
    assert (again.status_code, again.content) == (200, first.content)
    assert house.inbox.count_waiting() == 1
    assert post(headers=retry, description="另一件事").status_code == 409
    assert token_of(post()) != token_of(first)
    assert house.inbox.count_waiting() == 2
    assert post(headers={"Idempotency-Key": "a b"}).status_code == 400


def test_a_retry_key_belongs_to_its_source_and_to_its_files(house: House, post, key: str, clock: FixedClock) -> None:
    """You should see another source use the same key for its own, and another picture be another content."""
    other = issue(house.intake_keys, "微博", "政务微博", clock.now())
    headers = {"Idempotency-Key": "1", "X-API-Key": key}
    picture = {"media": ("灯.jpg", b"\xff\xd8one", "image/jpeg")}
    first = token_of(post(headers=headers, files=picture))
    assert token_of(post(headers=headers, files=picture)) == first
    assert post(headers=headers, files={"media": ("灯.jpg", b"\xff\xd8two", "image/jpeg")}).status_code == 409
    assert token_of(post(headers={**headers, "X-API-Key": other}, files=picture)) != first


@pytest.mark.clause("5.1.3.1")
def test_pictures_and_video_are_kept_by_their_content(house: House, post, key: str) -> None:
    """You should see each file under its hash with the name it came under, and the same picture once on the disk."""
    sent = [
        ("media", ("路灯.JPG", b"\xff\xd8picture", "image/jpeg")),
        ("media", ("C:\\fakepath\\路口.mp4", b"video" * 300_000, "video/mp4")),
        ("media", ("../../etc/灯.jpg", b"\xff\xd8picture", "image/jpeg")),
    ]
    token_of(post(headers={"X-API-Key": key}, files=sent))
    (one,) = house.inbox.waiting()
    assert [each.name for each in one.record.attachments] == ["路灯.JPG", "路口.mp4", "灯.jpg"]
    assert [each.media_type for each in one.record.attachments] == ["image/jpeg", "video/mp4", "image/jpeg"]
    for each, (_, (_, content, _)) in zip(one.record.attachments, sent, strict=True):
        assert each.sha256 == hashlib.sha256(content).hexdigest()
        assert (house.home.root / each.path).read_bytes() == content
    assert len(list(house.home.attachments.iterdir())) == 2
    assert not list(house.home.cache.glob("tmp*"))


def test_what_is_no_picture_is_refused_with_its_request(house: House, post, key: str) -> None:
    """You should see a program, and a tenth file, refused, and nothing in the inbox."""
    headers = {"X-API-Key": key}
    for name in ("run.exe", "noend", ".jpg.exe"):
        assert post(headers=headers, files={"media": (name, b"MZ", "image/jpeg")}).status_code == 400
    ten = [("media", (f"{n}.jpg", b"x", "image/jpeg")) for n in range(10)]
    assert post(headers=headers, files=ten).status_code == 400
    assert house.inbox.count_waiting() == 0


def test_nothing_of_a_request_is_lost_on_its_way_into_the_record(house: House, post) -> None:
    """You should see coordinates, an address code, a link and a second way to reach the claimant on the record."""
    post(lat="39.908", long="116.397", address_id="11010500", media_url="https://example.org/a.jpg",
         phone="13800000001", email="he@example.org", last_name="Smith", first_name="Ann")  # fmt: skip
    (one,) = house.inbox.waiting()
    assert one.record.place.text == "（北纬39.908，东经116.397）（地址编码11010500）"
    assert one.record.text == "望京西路路灯不亮\n附件网址：https://example.org/a.jpg\n电子邮箱：he@example.org"
    assert (one.record.claimant.name, one.record.claimant.contact) == ("Ann Smith", "13800000001")


@pytest.mark.parametrize(
    "fields",
    [
        {"service_code": ""},
        {"description": " \u3164 "},
        {"description": "长" * 20_001},
        {"description": "=cmd|' /C calc'!A0"},
        {"description": "空\0字符"},
        {"lat": "39.9"},
        {"lat": "nan", "long": "1"},
        {"lat": "91", "long": "1"},
        {"attribute[nothing]": "1"},
        {"attribute[confidential]": "也许"},
        {"attribute[date]": "昨天"},
        {"address_string": "长" * 501},
        {"phone": ["1", "2"]},
    ],
    ids=str,
)
def test_what_is_no_request_is_refused_in_one_sentence(house: House, post, fields: dict[str, str]) -> None:
    """You should see 400 with a Chinese sentence, and nothing in the inbox."""
    answer = post(**fields)
    assert answer.status_code == 400
    assert answer.json()[0]["code"] == 400
    assert any("\u4e00" <= char <= "\u9fff" for char in answer.json()[0]["description"])
    assert house.inbox.count_waiting() == 0


def test_control_characters_do_not_enter_the_record(house: House, post) -> None:
    """You should see the text without terminal commands and direction marks."""
    post(description="路灯\x1b[31m不亮\u202e\x07", last_name="何\x1b]0;x\x07慧")
    (one,) = house.inbox.waiting()
    assert (one.record.text, one.record.claimant.name) == ("路灯不亮", "何慧")


def test_a_disk_that_refuses_is_an_answer_to_try_again(house: House, post, monkeypatch, log) -> None:
    """You should see 503, nothing half kept, and the same retry key accepted afterwards."""
    put, retry = house.inbox.put, {"Idempotency-Key": "1"}

    def full(*_: object) -> bool:
        put(*_)  # type: ignore[arg-type]
        raise StorageError("磁盘已满")

    with monkeypatch.context() as patch:
        patch.setattr(house.inbox, "put", full)
        assert post(headers=retry).status_code == 503
    assert (house.inbox.count_waiting(), log[-1]["outcome"]) == (0, "storage")
    token_of(post(headers=retry))


def test_what_goes_wrong_inside_says_nothing_of_the_claimant(house: House, post, monkeypatch, log) -> None:
    """You should see 500 with one sentence, and a file that says where without the words of the error."""

    said = "何慧 13800000001"

    def broken(*_: object) -> object:
        raise RuntimeError(said)

    monkeypatch.setattr(submissions, "_values", broken)
    answer = post(last_name="何慧", phone="13800000001")
    (written,) = (house.home.root / "log").iterdir()
    for shown in (answer.text, str(log), written.read_text("utf-8")):
        assert "何慧" not in shown
        assert "13800000001" not in shown
    assert answer.status_code == 500


def test_discovery_names_the_endpoint(client: TestClient) -> None:
    """You should see where the endpoint is and which formats it has, as the specification demands."""
    (endpoint,) = client.get("/discovery.json").json()["endpoints"]
    assert endpoint["url"].endswith(BASE)
    assert endpoint["formats"] == ["application/json", "text/xml"]
    assert b"<formats><format>application/json</format>" in client.get("/discovery.xml").content
