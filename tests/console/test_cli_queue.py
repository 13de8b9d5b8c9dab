"""``hotline queue`` and the desks of a city on one server: what waits, what is held, who may see what."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from console.house import House
from data.clock import FixedClock
from data.events import Event, NewEvent
from data.lifecycle import Kind
from data.people import SYSTEM, Actor, Role
from data.record import Place, Record
from data.tickets import Act
from tests.postgres import PASSWORD, granted_url, opened
from tests.queues import NOW, dispatched, step, to_dispatch

UNIT = "东华门街道办事处"
OTHER = "景山街道办事处"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def sent(cli_home: Path, clock: FixedClock) -> list[Event]:
    """A ticket that the queue has, then a step that breaks a rule and one behind it, and another ticket's step."""
    house = House(cli_home, clock)
    events = to_dispatch("a")
    house.queue.append(events)
    faulty, behind = step("a", 3, Kind.SIGNED), step("a", 4, Kind.AMENDED, record={"title": "停电"})
    queue = house.queue._queue
    for event in (faulty, behind):  # as a faulty program of another seat might have put it there
        queue._db.execute(  # type: ignore[union-attr]
            "INSERT INTO queue (ticket_id, seq, event_id, event) VALUES (?, ?, ?, ?)",
            (event.ticket_id, event.seq, event.event_id, _sealed(event)),
        )
    house.queue.append(to_dispatch("b"))
    house.close()
    return [*events, faulty, behind]


def _sealed(event: Event) -> str:
    from data.personal import seal

    return seal(event)


@pytest.mark.clause("5")
def test_a_faulty_step_stops_nobody_and_is_shown_with_its_reason(
    hotline: Any, sent: list[Event], cli_home: Path
) -> None:
    """You should see the other ticket received, the two steps held, verify name them, and requeue say what is left."""
    synced = hotline("sync", "--once", "--json")
    assert (synced.code, synced.json["received"], synced.json["held"]) == (0, 4, 2)
    held = hotline("queue", "held", "--json").json
    assert [(each["number"], each["seq"], each["tries"]) for each in held] == [
        ("20261124-a", 3, 2),
        ("20261124-a", 4, 1),
    ]
    assert "不能签收" in held[0]["reason"]
    assert held[0]["at"].endswith("+08:00")
    shown = hotline("queue", "held").out
    assert "8012 签收" in shown
    assert "等待前面滞留的步骤" in shown
    findings = hotline("verify", "--json").json["findings"]
    assert [(each["part"], each["thing"]) for each in findings] == [("派单队列", "20261124-a")] * 2
    assert "hotline queue requeue" in findings[0]["way_out"]
    again = hotline("queue", "requeue", "20261124-a")
    assert (again.code, again.out) == (1, "收下 0 步，仍滞留 2 步\n")
    assert "仍滞留" in again.err
    assert hotline("queue", "requeue", "none").code == 1
    assert hotline("queue", "list", "--json").json["held"] == 2
    assert "滞留 2 步" in hotline("queue", "list").out


@pytest.mark.clause("5")
def test_what_fits_after_all_is_taken_by_requeue(
    hotline: Any, sent: list[Event], cli_home: Path, clock: FixedClock
) -> None:
    """You should see both steps taken once the first can be read otherwise, as after an upgrade."""
    hotline("sync", "--once")
    house = House(cli_home, clock)
    house._db.execute("UPDATE held SET event = replace(event, '\"signed\"', '\"escalated\"')")
    house.close()
    done = hotline("queue", "requeue", "--json")
    assert (done.code, done.json) == (0, {"applied": 2, "held": 0, "delivering": 0})
    assert hotline("queue", "held").out == "没有滞留的\n"
    assert hotline("ticket", "show", "20261124-a", "--json").json["seq"] == 4


def test_what_waits_is_listed_with_the_queue_it_waits_for(
    hotline: Any, cli_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """You should see the file's queue in order, and a server's fault beside what waits for it."""
    assert hotline("queue", "list").out == "派单队列：本机文件\n全部已送出，没有未被采用的\n"
    monkeypatch.setenv("HOTLINE_QUEUE", "postgresql://seat:geheim@127.0.0.1:1/hotline")
    told = hotline("queue", "list", "--json").json
    assert told["queue"] == "127.0.0.1:1"
    assert "连接被拒绝" in told["unreachable"]
    synced = hotline("sync", "--once")
    assert synced.code == 1
    assert "连接被拒绝" in synced.err
    verified = hotline("verify")
    assert "用不了，无从对照" in verified.out
    for ran in (synced, verified, hotline("queue", "init"), hotline("queue", "grants")):
        assert ran.code == 1
        assert "geheim" not in ran.out + ran.err
    assert not (cli_home / "log").exists()


@pytest.mark.clause("6.2.1")
def test_a_password_that_others_can_read_is_found(hotline: Any, cli_home: Path) -> None:
    """You should see settings in a folder that was there before named by verify with the way out, and quiet after it."""
    cli_home.mkdir(mode=0o755)
    cli_home.chmod(0o755)
    settings = cli_home / "settings.toml"
    settings.write_text('[work]\nmail = "smtps://12345:geheim@mail.example.cn"\n')
    settings.chmod(0o644)
    found = hotline("verify", "--json")
    assert [(each["thing"], each["problem"]) for each in found.json["findings"]] == [
        ("settings.toml", "这台机器上别的用户也能读")
    ]
    assert f"chmod o-rwx {cli_home} {settings}" in found.out
    assert "geheim" not in found.out + found.err
    settings.chmod(0o640)
    assert hotline("verify", "--json").json["findings"] == []


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("grant", "unit", "八里庄街道办事处"), "请写明区（朝阳区八里庄街道办事处、海淀区八里庄街道办事处）"),
        (("grant", "unit", "无此单位"), "单位表中没有“无此单位”"),
        (("grant", "district", "无此区"), "地区表中没有“无此区”"),
        (("grant", "centre", "中心", "--unit", UNIT), "中心的账号看全部工单"),
        (("grant", "unit", UNIT, "--district", "东城区"), "只按单位看"),
        (("revoke", "postgres"), "没有 postgres 这个账号"),
        (("init", "mysql://x"), "应以 postgresql:// 开头"),
    ],
)
def test_what_cannot_be_granted_is_told(
    hotline: Any, database: str, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], reason: str
) -> None:
    """You should see why, and no role made."""
    monkeypatch.setenv("HOTLINE_QUEUE", database)
    told = hotline("queue", *arguments)
    assert told.code == 1
    assert reason in told.err
    assert hotline("queue", "grants", "--json").json == []


@pytest.mark.clause("6.2.1")
def test_offices_of_one_name_are_told_apart_by_their_district(
    hotline: Any, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """You should see each granted and signed in by its district's name, and a ticket of one unseen by the other."""
    monkeypatch.setenv("HOTLINE_QUEUE", database)
    names = ("朝阳区八里庄街道办事处", "海淀区八里庄街道办事处")
    east, west = (opened(hotline("queue", "grant", "unit", name, "--json").json["url"]) for name in names)
    centre = opened(granted_url(database))
    centre.append([*to_dispatch("a"), dispatched("a", 3, names[0])])
    assert len(centre.read_after(0)) == 3
    assert [event.ticket_id for _, event in east.read_after(0)] == ["a"] * 3
    assert west.read_after(0) == []
    for each in (centre, east, west):
        each.close()
    add = ("user", "add", "5001", "--role", "承办", "--password-stdin", "--unit")
    refused = hotline(*add, names[0].removeprefix("朝阳区"), stdin="correct horse\n")
    assert (refused.code, "、".join(names) in refused.err) == (1, True)
    assert hotline(*add, names[1], stdin="correct horse\n").code == 0
    assert [each["unit"] for each in hotline("user", "list", "--json").json] == [names[1]]


def test_without_an_address_the_way_out_is_told(hotline: Any) -> None:
    """You should see where the URL may be written."""
    assert "HOTLINE_QUEUE" in hotline("queue", "init").err


@pytest.mark.clause("6.2.1")
def test_a_citys_desks_work_through_one_server(hotline: Any, databases: Any, tmp_path: Path, clock: FixedClock) -> None:
    """You should see the server made, a centre and a unit granted, a ticket go there and back, and each desk in order."""
    admin = databases.bare()
    assert "已建立或升级到版本" in hotline("queue", "init", admin).out
    assert "已是版本" in hotline("queue", "init", admin).out
    urls = {}
    for kind, name in (("centre", "市中心"), ("unit", UNIT), ("unit", OTHER), ("seat", "一号"), ("district", "东城区")):
        granted = hotline("queue", "grant", kind, name, "--at", admin, "--json").json
        urls[name] = granted["url"]
        assert PASSWORD not in granted["url"]
    listed = hotline("queue", "grants", "--at", admin, "--json").json
    assert {each["title"] for each in listed} == set(urls)
    district = next(each for each in listed if each["kind"] == "district")
    assert {UNIT, OTHER} < set(district["units"])
    homes = {name: tmp_path / f"home{number}" for number, name in enumerate(urls)}
    for name, home in homes.items():
        home.mkdir(mode=0o700)
        (home / "settings.toml").write_text(f'queue = "{urls[name]}"\n')

    def sync(*names: str) -> None:
        for name in names:
            done = hotline("sync", "--once", "--json", home=homes[name])
            assert done.code == 0, done.err

    sync(*urls)
    house = House(homes["一号"], clock)
    taker = Actor("8012", "", frozenset({Role.CALL_TAKER, Role.DISPATCHER}))
    record = Record(title="路灯不亮", text="路灯三天不亮", place=Place(district="东城区"))
    events = [NewEvent(each.kind, each.payload) for each in (*to_dispatch("x")[1:], dispatched("x", 3, UNIT))]
    registered = NewEvent(Kind.REGISTERED, {"record": record})
    (ticket,) = house.tickets.act([Act("t-1", [registered, *events], number_day=NOW.date())], taker, NOW)
    house.close()
    sync("一号", UNIT, OTHER, "市中心", "东城区")
    house = House(homes[UNIT], clock)
    assert house.tickets.get("t-1") == ticket
    assert house.queue.name == "127.0.0.1:" + admin.rpartition(":")[2].partition("/")[0]
    house.tickets.act([Act("t-1", [NewEvent(Kind.SIGNED)])], SYSTEM, NOW)
    assert house.tickets.numbers.left(NOW.date()) == 0
    house.close()
    sync(UNIT, "一号", "市中心", "东城区", OTHER)
    states = {}
    for name, home in homes.items():
        house = House(home, clock)
        states[name] = [each.state for each in house.tickets.every()]
        house.close()
        assert hotline("verify", home=home).code == 0
    assert states.pop(OTHER) == []
    assert set(map(tuple, states.values())) == {("已签收",)}
    role = next(each["role"] for each in listed if each["title"] == UNIT)
    assert hotline("queue", "revoke", role, "--at", admin).out == f"已收回 {role}\n"
    assert "账号或密码不对" in hotline("sync", "--once", home=homes[UNIT]).err
    for each in hotline("queue", "grants", "--at", admin, "--json").json:
        hotline("queue", "revoke", each["role"], "--at", admin)


@pytest.mark.clause("5.1.3.1¶2 [5.2.3.2]")
def test_a_seat_that_changes_to_the_citys_server_brings_all_it_has(
    hotline: Any, database: str, cli_home: Path, clock: FixedClock
) -> None:
    """You should see tickets of the old queue on the server, and numbers go on behind those already told."""
    house = House(cli_home, clock)
    house.sync_worker().run(NOW)
    taker = Actor("8012", "", frozenset({Role.CALL_TAKER}))
    for number in range(3):
        registered = NewEvent(Kind.REGISTERED, {"record": Record(title="停水")})
        house.tickets.act([Act(f"t-{number}", [registered], number_day=NOW.date())], taker, NOW)
    house.sync_worker().run(NOW)
    house.close()
    url = granted_url(database)
    (cli_home / "settings.toml").write_text(f'queue = "{url}"\n')
    assert "还没有与这个队列收发过" in hotline("verify").out
    assert hotline("sync", "--once", "--json").json["sent"] == 3
    assert hotline("verify").code == 0
    house = House(cli_home, clock)
    assert len(house.queue.read_after(0)) == 3
    registered = NewEvent(Kind.REGISTERED, {"record": Record(title="停水")})
    (ticket,) = house.tickets.act([Act("t-3", [registered], number_day=NOW.date())], taker, NOW)
    assert ticket.number == "2026112400004"
    house.close()


@pytest.mark.clause("5.1.3.1¶2 [5.2.3.2]")
def test_a_server_restored_from_an_old_backup_is_given_what_it_lost(
    hotline: Any, database: str, cli_home: Path, clock: FixedClock
) -> None:
    """You should see what was sent after the backup sent again by the seat that has it, once the centre says so."""
    import psycopg

    cli_home.mkdir(0o700)
    (cli_home / "settings.toml").write_text(f'queue = "{granted_url(database)}"\n')
    house = House(cli_home, clock)
    house.sync_worker().run(NOW)
    taker = Actor("8012", "", frozenset({Role.CALL_TAKER}))
    for number in range(4):
        registered = NewEvent(Kind.REGISTERED, {"record": Record(title="停水")})
        house.tickets.act([Act(f"t-{number}", [registered], number_day=NOW.date())], taker, NOW)
    house.sync_worker().run(NOW)
    house.close()
    with psycopg.connect(database) as admin:  # as a backup from between the second ticket and the third would be
        admin.execute("DELETE FROM hotline.line WHERE position > 2")
        admin.execute("DELETE FROM hotline.events WHERE ticket_id IN ('t-2', 't-3')")
        admin.execute("DELETE FROM hotline.heads WHERE ticket_id IN ('t-2', 't-3')")
        admin.execute("UPDATE hotline.about SET last_position = 2")
    assert "既不在队列里，也不在待发之列" in hotline("verify").out
    assert hotline("queue", "init", database, "--restored").code == 0
    assert hotline("sync", "--once", "--json").json["sent"] == 4
    assert hotline("verify").code == 0
    house = House(cli_home, clock)
    assert [event.ticket_id for _, event in house.queue.read_after(0)] == ["t-0", "t-1", "t-2", "t-3"]
    assert house.queue.reserve_numbers(NOW.date(), 1).start > 200
    house.close()


def test_commands_that_need_no_server_load_no_driver(tmp_path: Path) -> None:
    """You should see psycopg loaded neither by a house on its file nor by one whose server is not spoken to."""
    code = (
        "import sys\nfrom pathlib import Path\nfrom console.house import House\nfrom data.clock import SystemClock\n"
        "house = House(Path(sys.argv[1]), SystemClock())\n"
        "print(house.queue.name, 'psycopg' in sys.modules)\nhouse.close()\n"
    )
    for url, told in (("", "本机文件 False\n"), ("postgresql://seat@db.example.cn/hotline", "db.example.cn False\n")):
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOTLINE_QUEUE": url}
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "home")],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == told
