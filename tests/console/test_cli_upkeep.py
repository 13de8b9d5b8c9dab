"""``hotline sync``, ``verify``, ``user`` and ``kb``: what administrators and scheduled jobs run."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from console.house import House
from data.db import connect, writing
from data.people import PeopleError, Role
from scripts.pack import SHIPPED

ROOT = Path(__file__).parents[2]
TICKET = json.dumps({"types": ["咨询"], "title": "居住证", "text": "请问居住证到期怎么换领？"}, ensure_ascii=False)


@pytest.fixture
def registered(hotline) -> str:
    """The number of a ticket that waits to be sent."""
    made = hotline("ticket", "new", "--from", "-", "--json", stdin=TICKET)
    return str(made.json["number"])


# -- sync -----------------------------------------------------------------------------------------------------------


def test_sync_once_sends_what_waits(hotline, registered: str) -> None:
    """You should see the two events of a new ticket sent, and nothing left for a second round."""
    first = hotline("sync", "--once", "--json").json
    assert (first["sent"], first["waiting"], first["failed"]) == (2, 0, [])
    assert set(first) >= {"sent", "received", "waiting", "failed"}
    assert hotline("sync", "--once", "--json").json["sent"] == 0
    assert "发出 0" in hotline("sync", "--once").out


def test_sync_without_once_works_until_it_is_stopped(tmp_path: Path) -> None:
    """You should see one JSON value with the sums when a looping sync is interrupted."""
    work = subprocess.Popen(
        [sys.executable, "-m", "console", "--home", str(tmp_path / "h"), "sync", "--json"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(
            signal.SIGINT, signal.SIG_DFL
        ),  # ignored where a shell runs these tests with &
    )
    deadline = time.monotonic() + 30
    while not (tmp_path / "h" / "sync.lock").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.3)
    work.send_signal(signal.SIGINT)
    out, err = work.communicate(timeout=30)
    assert work.returncode == 0
    assert json.loads(out)["failed"] == []
    assert "Traceback" not in err


# -- verify ---------------------------------------------------------------------------------------------------------


def break_store(home: Path, *statements: str) -> None:
    """Change the store behind the program's back."""
    db = connect(home / "hotline.db")
    with writing(db):
        for statement in statements:
            db.execute(statement)
    db.close()


def test_an_installation_in_order_has_no_findings(hotline, registered: str) -> None:
    """You should see what was looked at and nothing found, before and after sending."""
    for _ in range(2):
        ran = hotline("verify", "--json")
        assert ran.code == 0
        assert ran.json == {"tickets": 1, "events": 2, "findings": [], "ok": True}
        hotline("sync", "--once")


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE tickets SET body = json_set(body, '$.record.title', '改过的')", "record"),
        ("DELETE FROM tickets", "没有工单"),
        ("DELETE FROM events", "没有历史"),
        ("DELETE FROM events WHERE seq = 1", "不连续"),
        ("UPDATE events SET kind = 'answered' WHERE seq = 1", "不能读出或重演"),
        ("UPDATE events SET payload = '{' WHERE seq = 2", "不能读出或重演"),
        ("DELETE FROM outbox", "队列"),
        ("INSERT INTO outbox (ticket_id, seq) VALUES ('x', 9)", "没有历史"),
    ],
)
def test_what_was_changed_behind_the_program_is_found(
    hotline, registered: str, cli_home: Path, statement: str, says: str
) -> None:
    """You should see exit 1 and the thing that does not agree."""
    break_store(cli_home, statement)
    ran = hotline("verify", "--json")
    assert ran.code == 1
    assert ran.json["ok"] is False
    assert any(says in f"{each['part']}{each['problem']}" for each in ran.json["findings"])
    assert len(ran.err.splitlines()) == 1


def test_a_read_event_that_is_gone_here_is_found(hotline, registered: str, cli_home: Path) -> None:
    """You should see that the queue has what this installation has taken in and lost."""
    hotline("sync", "--once")
    break_store(cli_home, "DELETE FROM events", "DELETE FROM tickets")
    findings = hotline("verify", "--json").json["findings"]
    assert {each["part"] for each in findings} == {"派单队列"}


def test_a_citys_broken_pack_is_found(hotline, registered: str, cli_home: Path) -> None:
    """You should see file, entry and reason of a pack that is not in force, what is used instead, and what to do."""
    (cli_home / "packs" / "wording.toml").write_text("[[rules", encoding="utf-8")
    (cli_home / "packs" / "limits.toml").write_text('standard = "x"\nversion = "1"\n', encoding="utf-8")
    (cli_home / "packs" / "wrding.toml").write_text("", encoding="utf-8")
    ran = hotline("verify", "--json")
    found = {each["thing"]: each for each in ran.json["findings"]}
    assert list(found) == ["wording.toml", "limits.toml", "wrding.toml"]
    assert (found["wording.toml"]["entry"], found["limits.toml"]["entry"]) == ("文件末尾", "文件开头")
    assert "缺少字段" in found["limits.toml"]["problem"]
    assert "正在用自带的 limits.toml" in found["limits.toml"]["problem"]
    assert "不起任何作用" in found["wrding.toml"]["problem"]
    for file, finding in found.items():
        assert f"改正 {cli_home / 'packs' / file}" in finding["way_out"]
    assert "备份" not in ran.err
    assert "改正" in ran.err


def test_a_citys_pack_in_force_is_named(hotline, registered: str, cli_home: Path) -> None:
    """You should see which of the packs is the city's own, and no finding."""
    shutil.copy(SHIPPED / "wording.toml", cli_home / "packs")
    ran = hotline("verify")
    assert ran.code == 0
    assert "在用：wording.toml；" in ran.out


def test_a_damaged_store_still_asks_for_the_backup(hotline, registered: str, cli_home: Path) -> None:
    """You should see the backup named where tickets do not agree, for no pack can help there."""
    break_store(cli_home, "DELETE FROM tickets")
    (cli_home / "packs" / "wording.toml").write_text("[[rules", encoding="utf-8")
    ran = hotline("verify")
    assert "用备份恢复" in ran.err
    assert "2 处" in ran.err
    assert "改正" in next(line for line in ran.out.splitlines() if "wording.toml" in line)


def test_verify_only_reads(hotline, registered: str, cli_home: Path) -> None:
    """You should see the store as it was, after a finding too."""
    break_store(cli_home, "UPDATE tickets SET body = json_set(body, '$.seq', 9)")

    def content() -> list[tuple[object, ...]]:
        db = sqlite3.connect(cli_home / "hotline.db")
        rows = db.execute("SELECT body FROM tickets UNION ALL SELECT payload FROM events").fetchall()
        db.close()
        return rows

    before = content()
    hotline("verify")
    assert content() == before


# -- user -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def people(cli_home: Path, clock) -> Callable[[], House]:
    return lambda: House(cli_home, clock)


@pytest.mark.clause("6.2.2")
def test_a_person_is_added_given_roles_and_disabled(hotline, people) -> None:
    """You should see a person who may sign in, then with other roles, then not at all."""
    added = hotline("user", "add", "1001", "--name", "张敏", "--role", "话务员,派单员", "--password-stdin", "--json",
                    stdin="secret-word\n")  # fmt: skip
    assert added.json == {"agent_no": "1001", "roles": ["派单员", "话务员"]}
    house = people()
    actor = house.people.sign_in("1001", "secret-word")
    assert (actor.name, actor.roles) == ("张敏", {Role.CALL_TAKER, Role.DISPATCHER})
    assert hotline("user", "role", "1001", "--role", "督办").code == 0
    assert house.people.sign_in("1001", "secret-word").roles == {Role.SUPERVISOR}
    assert hotline("user", "disable", "1001").code == 0
    with pytest.raises(PeopleError):
        house.people.sign_in("1001", "secret-word")
    house.close()


@pytest.mark.clause("6.2.1")
@pytest.mark.parametrize("password", ["short\n", "\n", ""])
def test_a_poor_password_is_refused_and_never_shown(hotline, password: str) -> None:
    """You should see that the password is too short, without the password."""
    ran = hotline("user", "add", "1001", "--role", "话务员", "--password-stdin", stdin=password)
    assert ran.code == 1
    assert "short" not in ran.out + ran.err


def test_no_password_without_a_terminal_says_how_to_give_one(hotline) -> None:
    """You should see the option for scripts where nobody can be asked."""
    ran = hotline("user", "add", "1001", "--role", "话务员", stdin="12345678\n")
    assert ran.code == 1
    assert "--password-stdin" in ran.err


def test_the_same_number_is_not_given_twice(hotline) -> None:
    """You should see which number is taken."""
    for code in (0, 1):
        ran = hotline("user", "add", "1001", "--role", "话务员", "--password-stdin", stdin="12345678\n")
        assert ran.code == code
    assert "1001" in ran.err


# -- kb -------------------------------------------------------------------------------------------------------------

ARTICLE = {
    "id": "a1",
    "title": "路灯报修",
    "body": "路灯不亮可以拨打热线报修，说明路名和灯杆编号。",
    "topic": "城市运行",
    "owner": "市城市管理委员会",
    "source_kind": "流程",
    "valid_until": "2027-12-31",
}


@pytest.mark.clause("6.3.2")
def test_articles_are_imported_searched_counted_and_exported(hotline, checked, tmp_path: Path) -> None:
    """You should see the contract's keys at each step, and the exported file imported without a change."""
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(ARTICLE, ensure_ascii=False), encoding="utf-8")
    first = hotline("kb", "import", path, *checked, "--json").json
    assert (first["read"], first["added"], first["refused"]) == (1, 1, [])
    assert hotline("kb", "import", path, *checked, "--json").json["unchanged"] == 1
    (hit,) = hotline("kb", "search", "路灯不亮", "--limit", "3", "--json").json
    assert set(hit) >= {"id", "title", "score", "snippet", "version", "valid_until"}
    assert (hit["id"], hit["version"], hit["valid_until"]) == ("a1", 1, "2027-12-31")
    assert "路灯报修" in hotline("kb", "search", "路灯").out
    assert hotline("kb", "search", "完全没有的词汇", "--json").json == []
    stats = hotline("kb", "stats", "--json").json
    assert (stats["articles"], stats["by_topic"]) == (1, {"城市运行": 1})
    for name in ("out.jsonl", "out.csv", "out.xlsx", "out.md"):
        assert hotline("kb", "export", tmp_path / name, "--json").json["written"] == 1
        assert hotline("kb", "import", tmp_path / name, *checked, "--json").json["unchanged"] == 1


@pytest.mark.clause("6.3.3")
def test_publishing_names_what_bears_a_personal_number(hotline, checked, tmp_path: Path) -> None:
    """You should see the others published, the one with a person's number named, masked, and exit 1."""
    good = ARTICLE | {"checked_on": "2026-10-01"}
    rows = [good, good | {"id": "a2", "title": "找王某13852741963"}, good | {"id": "a3", "public": False}]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    hotline("kb", "import", path, *checked)
    ran = hotline("kb", "publish", tmp_path / "site", "--json")
    assert (ran.code, ran.json["published"]) == (1, 1)
    assert {each["id"]: each["kind"] for each in ran.json["left_out"]} == {"a2": "personal", "a3": "internal"}
    told = hotline("kb", "publish", tmp_path / "site")
    assert "已发布 1 篇" in told.out
    assert "内部 1" in told.out
    assert "找王某138****1963" in told.err
    assert "13852741963" not in told.out + told.err + ran.out
    assert (tmp_path / "site" / "index.html").is_file()


def test_a_faulty_article_is_named_by_file_and_line(hotline, checked, tmp_path: Path) -> None:
    """You should see exit 1 with the line and the reason, and the good article stored."""
    path = tmp_path / "a.jsonl"
    path.write_text(f"{json.dumps(ARTICLE)}\n{json.dumps(ARTICLE | {'id': 'a2', 'body': ''})}\n", encoding="utf-8")
    ran = hotline("kb", "import", path, *checked, "--json")
    assert ran.code == 1
    assert [each["line"] for each in ran.json["refused"]] == [2]
    assert ran.json["added"] == 1
    assert "第 2 行" in ran.err


def test_an_export_that_cannot_be_written_is_a_sentence(hotline, tmp_path: Path) -> None:
    """You should see which file could not be written."""
    ran = hotline("kb", "export", tmp_path / "nowhere" / "x.csv")
    assert ran.code == 1
    assert "nowhere" in ran.err


# -- many at once ---------------------------------------------------------------------------------------------------


def test_commands_started_together_do_not_get_in_each_others_way(tmp_path: Path) -> None:
    """You should see ten processes register into one new folder: ten tickets, each number once, no complaint."""
    command = [sys.executable, "-m", "console", "--home", str(tmp_path / "h"), "ticket", "new", "--from", "-", "--json"]
    works = [
        subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=dict(os.environ),
        )
        for _ in range(10)
    ]  # fmt: skip
    results = [work.communicate(TICKET, timeout=120) for work in works]
    assert [err for _, err in results] == [""] * 10
    assert len({json.loads(out)["number"] for out, _ in results}) == 10


def test_since_takes_what_was_registered_at_that_very_instant(hotline, registered: str, clock) -> None:
    """You should see a ticket listed from its own instant on, and not a second later."""
    now = clock.now()
    assert len(hotline("ticket", "list", "--since", now.isoformat(), "--json").json) == 1
    later = (now + timedelta(seconds=1)).isoformat()
    assert hotline("ticket", "list", "--since", later, "--json").json == []
