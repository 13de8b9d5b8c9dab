"""``hotline callback``, ``hotline rate`` and ``hotline archive``: what callback staff and administrators do without a screen."""

import json
import zipfile
from pathlib import Path

import pytest

from console.archive import bundle_path
from console.attachments import attach
from console.house import House
from data.callbacks import GRADES
from data.calls import Call
from data.clock import FixedClock
from data.events import NewEvent
from data.lifecycle import Kind, State
from data.people import Role
from data.tickets import Act
from tests.console.conftest import Run
from tests.lives import TAKER, Lives

ANSWERS = {"contacted": "是", "told": "是", "solved": "已解决", "satisfaction": "满意"}


@pytest.fixture
def there(cli_home: Path, clock: FixedClock) -> House:
    """The installation of the command line, with a callback agent and a supervisor."""
    house = House(cli_home, clock)
    house.people.add("8107", "回访员", frozenset({Role.CALLBACK}), "pass-8107-word", clock.now())
    house.people.add("7001", "督办", frozenset({Role.SUPERVISOR}), "pass-7001-word", clock.now())
    return house


@pytest.mark.clause("A.1")
@pytest.mark.clause("5.4.1")
def test_a_ticket_goes_from_its_limit_to_the_archive(hotline: Run, there: House, clock: FixedClock) -> None:
    """You should see a finished request sampled, called back with consent, completed, archived, and its bundle verified."""
    ticket = Lives(there).replied()
    sampled = hotline("callback", "sample", "--rate", "1", "--seed", "s", "--by", "8107", "--json").json
    assert (sampled["frame"], sampled["drawn"], sampled["listed"]) == (1, 1, 1)
    (listed,) = hotline("callback", "list", "--json").json
    assert (listed["number"], listed["phone"], listed["why_not"]) == (ticket.number, "138****0001", "")
    given = {"ticket": ticket.number, "consent": True, "answers": ANSWERS, "said": {"solved": "修好了"}}
    recorded = hotline("callback", "record", "-", "--by", "8107", "--json", stdin=json.dumps(given)).json
    assert recorded["state"] == State.COMPLETED
    assert recorded["result"]["answers"]["solved"]["said"] == "修好了"
    assert hotline("archive", "--json").json == {"archived": [], "failed": []}, "it stays open for a week"
    clock.advance(8 * 24 * 3600)
    assert hotline("archive", "--by", "7001", "--json").json == {"archived": [ticket.number], "failed": []}
    assert there.tickets.by_number(ticket.number).state is State.ARCHIVED
    assert not [each for each in hotline("verify", "--json").json["findings"] if each["part"] == "档案"]


@pytest.mark.clause("5.4.2")
def test_a_record_without_consent_or_with_a_wrong_answer_is_refused(hotline: Run, there: House) -> None:
    """You should see each refused with the reason, and the callback still wait."""
    ticket = Lives(there).replied()
    hotline("callback", "sample", "--by", "8107")
    for given, why in (
        ({"answers": ANSWERS}, "还没有征得诉求人同意"),
        ({"answers": {**ANSWERS, "solved": "大概吧"}, "consent": True}, "不是这个问题的答案"),
        ({"answers": {"solved": "已解决"}, "consent": True}, "没有问的不能当作答了"),
        ({"outcome": "没打"}, "没有“没打”这种呼叫结果"),
        ({"unknown": 1}, "不是回访结果"),
    ):
        ran = hotline("callback", "record", "-", "--by", "8107", stdin=json.dumps({"ticket": ticket.number, **given}))
        assert (ran.code, why in ran.err) == (1, True), ran.err
    assert there.tickets.by_number(ticket.number).callback.waiting
    by_other = hotline(
        "callback",
        "record",
        "-",
        "--by",
        "7001",
        stdin=json.dumps({"ticket": ticket.number, "consent": True, "answers": ANSWERS}),
    )
    assert "须由回访员操作" in by_other.err
    busy = hotline(
        "callback", "record", "-", "--by", "8107", stdin=json.dumps({"ticket": ticket.number, "outcome": "占线"})
    )
    assert "以后再拨" in busy.out
    refusal = {"ticket": ticket.number, "outcome": "拒访"}
    assert hotline("callback", "record", "-", "--by", "8107", stdin=json.dumps(refusal)).code == 0
    assert hotline("callback", "list", "--json").json == []


@pytest.mark.clause("5.4.1")
def test_the_list_tells_how_far_the_sample_is(hotline: Run, there: House) -> None:
    """You should see the quotas of the newest sample beside the list, and an empty list where nothing was drawn."""
    assert hotline("callback", "list", "--quotas", "--json").json == {"list": [], "sample": None, "quotas": []}
    first, _ = Lives(there).replied(), Lives(there).replied("井盖", phone="13800000002")
    hotline("callback", "sample", "--strata", "unit", "--seed", "s", "--by", "8107")
    given = {"ticket": first.number, "consent": True, "answers": ANSWERS}
    hotline("callback", "record", "-", "--by", "8107", stdin=json.dumps(given))
    told = hotline("callback", "list", "--quotas", "--json").json
    assert len(told["list"]) == 1
    assert told["sample"]["rule"] == {"rate": 1.0, "by": "unit", "seed": "s", "at_least": 0}
    assert told["quotas"] == [
        {"stratum": "望京街道办事处", "frame": 2, "drawn": 2, "interviewed": 1, "refused": 0, "unreached": 0,
         "ineligible": 0, "left": 1}
    ]  # fmt: skip
    assert isinstance(hotline("callback", "list", "--json").json, list)
    shown = hotline("callback", "list", "--quotas").out
    assert "待访" in shown
    assert "望京街道办事处" in shown


def test_a_dry_run_of_a_sample_changes_nothing(hotline: Run, there: House) -> None:
    """You should see what would be drawn, and nobody listed; a rate that is none is refused."""
    Lives(there).replied()
    told = hotline("callback", "sample", "--dry-run", "--rate", "1", "--json").json
    assert (told["frame"], told["drawn"]) == (1, 1)
    assert hotline("callback", "list", "--json").json == []
    assert "抽样比例应大于 0" in hotline("callback", "sample", "--rate", "2").err
    assert hotline("callback", "sample").code == 0
    assert "没有可以抽取的工单" in hotline("callback", "sample").err


@pytest.mark.clause("5.3.2")
@pytest.mark.clause("5.3.4")
def test_a_web_request_is_rated_once_with_reasons(hotline: Run, there: House) -> None:
    """You should see the first rating of a finished web request kept with its reasons, and the second refused."""
    lives = Lives(there)
    ticket = lives.completed_web()
    unfinished = lives.waiting("网络诉求", source="微信公众号")
    early = hotline("rate", "--ticket", unfinished.number, "--grade", "满意")
    assert early.code == 1
    done = hotline(
        "rate", "--ticket", ticket.number, "--grade", "不满意", "--reason", "办理太慢", "--text", "等了一个月"
    )
    assert done.code == 0
    rating = there.tickets.by_number(ticket.number).rating
    assert (rating.grade, rating.reasons, rating.text) == ("不满意", ["办理太慢"], "等了一个月")
    assert "已评价过一次" in hotline("rate", "--ticket", ticket.number, "--grade", "满意").err
    assert "一般" in hotline("rate", "--ticket", ticket.number, "--grade", "一般").err
    assert GRADES == ("非常满意", "满意", "基本满意", "不满意", "非常不满意")


@pytest.mark.clause("5.3.1")
@pytest.mark.clause("5.3.3")
def test_a_call_is_rated_once_and_only_after_the_prompt(hotline: Run, there: House, clock: FixedClock) -> None:
    """You should see a call rated only where its caller was prompted, and only once."""
    there.calls.save(Call("c-1", "13800000001", clock.now(), rating_prompted_at=clock.now()))
    there.calls.save(Call("c-2", "13800000001", clock.now()))
    assert hotline("rate", "--call", "c-1", "--grade", "非常满意").code == 0
    assert there.calls.get("c-1").rating == 1
    assert "每次服务只评一次" in hotline("rate", "--call", "c-1", "--grade", "不满意").err
    assert "没有提示过评价" in hotline("rate", "--call", "c-2", "--grade", "满意").err
    assert "没有通话 c-3" in hotline("rate", "--call", "c-3", "--grade", "满意").err
    assert hotline("rate", "--grade", "满意").code == 2


@pytest.mark.clause("5.5.1")
def test_a_bundle_holds_all_that_belongs_to_the_request(
    hotline: Run, there: House, clock: FixedClock, tmp_path: Path
) -> None:
    """You should see form, history, answers and files in one bundle, a changed one found, and a lost file named."""
    ticket = Lives(there).replied()
    photo = tmp_path / "路灯.jpg"
    photo.write_bytes(b"\xff\xd8 picture")
    record = ticket.record
    record.attachments = [attach(there.home.attachments, photo)]
    there.tickets.act([Act(ticket.id, [NewEvent(Kind.AMENDED, {"record": record})])], TAKER, clock.now())
    hotline("callback", "sample", "--by", "8107")
    given = {"ticket": ticket.number, "consent": True, "answers": ANSWERS, "said": {"views": "希望快一点"}}
    hotline("callback", "record", "-", "--by", "8107", stdin=json.dumps(given))
    clock.advance(8 * 24 * 3600)
    kept = there.home.root / record.attachments[0].path
    content = kept.read_bytes()
    kept.unlink()
    lost = hotline("archive", "--by", "7001")
    assert (lost.code, "附件 路灯.jpg 读不出" in lost.err) == (1, True)
    kept.write_bytes(content)
    assert hotline("archive", "--by", "7001").code == 0
    path = bundle_path(there, there.tickets.by_number(ticket.number))
    with zipfile.ZipFile(path) as bundle:
        names = set(bundle.namelist())
        assert {
            "诉求工单.txt",
            "工单.json",
            "办理过程.json",
            "回访意见.txt",
            "附件/01 路灯.jpg",
            "案卷目录.json",
        } <= names
        assert "希望快一点" in bundle.read("回访意见.txt").decode()
    assert path.stat().st_mode & 0o077 == 0
    path.write_bytes(path.read_bytes() + b" ")
    assert "与归档时的校验值不符" in hotline("verify").err
