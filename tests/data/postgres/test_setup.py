"""Making the queue on a server, upgrading it, and moving it to another server by dump and restore."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from data.postgres import setup
from data.postgres.address import read_address
from data.postgres.deliveries import CentreQueue
from data.postgres.grants import grant, granted
from data.postgres.setup import init
from data.queue import QueueUnavailable
from tests.postgres import Databases, Server, granted_url, opened
from tests.queues import NOW, dispatched, to_dispatch


def schema(url: str) -> list[tuple[object, ...]]:
    """Tables, columns, functions, policies and rights, as the server has them."""
    with psycopg.connect(url) as db:
        return [
            *db.execute("SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'hotline' ORDER BY 1, 2"),
            *db.execute("SELECT proname, prosrc, proacl::text, proowner::regrole::text FROM pg_proc WHERE pronamespace = 'hotline'::regnamespace ORDER BY 1"),
            *db.execute("SELECT tablename, policyname, roles::text, qual, with_check FROM pg_policies ORDER BY 1, 2"),
            *db.execute("SELECT relname, relacl::text FROM pg_class WHERE relnamespace = 'hotline'::regnamespace ORDER BY 1"),
            *db.execute("SELECT * FROM hotline.rights ORDER BY 1, 2"),
            *db.execute("SELECT id, version FROM hotline.about"),
        ]  # fmt: skip


def test_making_it_again_changes_nothing(databases: Databases) -> None:
    """You should see the first call make it, the second find it there, and the schema the same to the letter."""
    url = databases.bare()
    assert init(read_address(url))
    before = schema(url)
    assert not init(read_address(url))
    assert schema(url) == before
    with psycopg.connect(url) as db:
        rights = "SELECT has_database_privilege('public', current_database(), %s)"
        assert [db.execute(rights, (each,)).fetchone() for each in ("CONNECT", "TEMP", "CREATE")] == [(False,)] * 3


def test_two_who_make_it_at_once_do_not_disturb_each_other(databases: Databases) -> None:
    """You should see both end well, and the queue there once."""
    url = databases.bare()
    code = "import sys; from data.postgres.address import read_address; from data.postgres.setup import init; init(read_address(sys.argv[1]))"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    started = [subprocess.Popen([sys.executable, "-c", code, url], env=environment, stderr=-1) for _ in range(3)]
    assert [process.communicate()[1] for process in started] == [b""] * 3
    queue = opened(granted_url(url))
    assert queue.read_after(0) == []
    queue.close()


def test_a_newer_schema_is_left_alone_and_an_older_one_is_told_of(database: str) -> None:
    """You should see who has to upgrade: the program, or the server by hotline queue init."""
    url = granted_url(database)
    with psycopg.connect(database, autocommit=True) as admin:
        admin.execute("UPDATE hotline.about SET version = 99")
        with pytest.raises(QueueUnavailable, match="由更新的版本建立（99 >"):
            init(read_address(database))
        opened(url).close()  # a newer server goes on serving older desks …
        admin.execute("UPDATE hotline.about SET floor = 99")
        with pytest.raises(QueueUnavailable, match="请升级本程序"):  # … until a step says otherwise
            opened(url)
        admin.execute("UPDATE hotline.about SET floor = 0, version = 0")
        with pytest.raises(QueueUnavailable, match="请中心的系统管理员运行 hotline queue init"):
            opened(url)
        admin.execute("UPDATE hotline.about SET version = %s", (setup.VERSION,))


def test_a_step_that_fails_leaves_what_was_there(
    database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """You should see an upgrade that breaks undone as a whole, with the queue at work on the old schema."""
    (tmp_path / "steps").mkdir()
    for each in ("functions.sql", "rights.sql"):
        (tmp_path / each).write_bytes((setup._HERE / each).read_bytes())
    (tmp_path / "steps" / "002_broken.sql").write_text("CREATE TABLE half (x integer); SELECT 1 / 0;")
    before = schema(database)
    monkeypatch.setattr(setup, "_HERE", tmp_path)
    monkeypatch.setattr(setup, "STEPS", [*setup.STEPS, "002_broken.sql"])
    monkeypatch.setattr(setup, "VERSION", 2)
    with pytest.raises(QueueUnavailable, match="出错（DivisionByZero 22012）"):
        init(read_address(database))
    assert schema(database) == before


def test_an_administrator_who_is_no_superuser_will_do(databases: Databases) -> None:
    """You should see a role that may create roles and owns the database make the queue and grant, and a lesser one told."""
    databases.give_back(databases.fresh())  # the four roles are the server's, and there after the first queue
    url = databases.bare()
    owner, lesser = f"boss_{os.getpid()}", f"clerk_{os.getpid()}"
    name = read_address(url).parameters["dbname"]
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f"CREATE ROLE {owner} LOGIN CREATEROLE PASSWORD 'x'")
        admin.execute(f"CREATE ROLE {lesser} LOGIN PASSWORD 'x'")
        admin.execute(f'ALTER DATABASE "{name}" OWNER TO {owner}')
        for role in (setup.OWNER, setup.CLERK, setup.DESK, setup.WORKER):
            admin.execute(f"GRANT {role} TO {owner} WITH ADMIN OPTION")
    with pytest.raises(QueueUnavailable, match="权限不够"):
        init(read_address(read_address(url).url_for(lesser, "x")))
    boss = read_address(read_address(url).url_for(owner, "x"))
    assert init(boss)
    made, password = grant(boss, "centre", "中心")
    queue = opened(boss.url_for(made.role, password))
    queue.append(to_dispatch("a"))
    assert len(queue.read_after(0)) == 2
    queue.close()
    assert [each.title for each in granted(boss)] == ["中心"]
    with psycopg.connect(databases.url, autocommit=True) as admin:
        admin.execute(f'ALTER DATABASE "{name}" OWNER TO CURRENT_USER')
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f"REASSIGN OWNED BY {owner} TO CURRENT_USER")
        admin.execute(f"DROP OWNED BY {owner}, {lesser}")
        admin.execute(f"DROP ROLE {owner}, {lesser}")


def test_a_group_role_that_may_too_much_is_not_built_on(server: Server) -> None:
    """You should see a role of that name that can pass row security refused, before anything is made."""
    with psycopg.connect(server.url, autocommit=True) as admin:
        admin.execute("CREATE ROLE hotline_clerk NOLOGIN BYPASSRLS")
    with pytest.raises(QueueUnavailable, match="hotline_clerk 权力过大"):
        init(read_address(server.url))


@pytest.mark.clause("5.1.3.1¶2 [5.2.3.2]")
def test_positions_survive_a_move_to_another_server(server: Server, tmp_path: Path) -> None:
    """You should see a desk go on reading where it was, nothing skipped and nothing twice, on a server of its own count."""
    init(read_address(server.url))
    queue, unit = opened(granted_url(server.url)), opened(granted_url(server.url, "unit", "东街道", ["东街道"]))
    for number in range(30):
        queue.append([*to_dispatch(f"t{number}"), dispatched(f"t{number}", 3, "东街道")])
    *_, (read_to, _) = queue.read_after(0, limit=40)
    *_, (unit_to, _) = unit.read_after(0, limit=10)
    queue.append(to_dispatch("late"))  # committed, and without a place in the line yet
    whole, of_unit = queue.arrivals_after(0)[:-2], unit.arrivals_after(0)
    queue.append(to_dispatch("last"))
    assert queue.reserve_numbers(NOW.date(), 7) == range(1, 8)
    environment = {**os.environ, "PGPASSWORD": "Test-Only_1"}
    globals_, dump = tmp_path / "globals.sql", tmp_path / "queue.dump"
    with globals_.open("wb") as file:
        server.program("pg_dumpall", "-d", server.url, "--roles-only", stdout=file, env=environment)
    server.program("pg_dump", "-d", server.url, "-Fc", "-f", dump, env=environment)
    identity = queue.identity()
    other = Server()
    try:
        server.program(
            "psql", "-q", "-d", other.url, "-f", globals_, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        server.program("pg_restore", "--exit-on-error", "-d", other.url, dump)
        moved, moved_unit = (
            opened(
                each._address.url_for(each._address.user, each._address.parameters["password"]).replace(
                    f":{server.port}/", f":{other.port}/"
                )
            )
            for each in (queue, unit)
        )
        assert moved.identity() == identity
        assert moved.arrivals_after(0)[: len(whole)] == whole
        assert moved.read_after(read_to)[0][1] == whole[40].event()
        assert [event.ticket_id for _, event in moved.read_after(0)][-4:] == ["late", "late", "last", "last"]
        assert moved_unit.arrivals_after(0) == of_unit
        assert moved_unit.read_after(unit_to)[0][1] == of_unit[len(moved_unit.read_after(0, limit=10))].event()
        assert moved.reserve_numbers(NOW.date(), 1) == range(8, 9)
        moved.append(to_dispatch("after"))
        positions = [position for position, _ in moved.read_after(0)]
        assert positions == sorted(set(positions))
        for each in (queue, unit, moved, moved_unit):
            each.close()
    finally:
        other.close()


@pytest.mark.clause("5.1.4.1b")
def test_a_restored_queue_is_another_one_and_jumps_ahead_in_numbers(database: str) -> None:
    """You should see the identity change, serials pass over what may have been given since, and the grants still there."""
    url = granted_url(database)
    queue = opened(url)
    queue.append(to_dispatch("a"))
    queue.reserve_numbers(NOW.date(), 7)
    before = queue.identity()
    init(read_address(database), restored=True)
    with pytest.raises(QueueUnavailable):
        queue.read_after(0)
    queue.close()
    queue = opened(url)
    assert queue.identity() != before
    assert len(queue.read_after(0)) == 2
    with psycopg.connect(database) as admin:
        today, last = admin.execute(
            "SELECT current_date + 2, last FROM hotline.serials WHERE day = current_date + 2"
        ).fetchall()[0]
    assert queue.reserve_numbers(today, 1).start == last + 1 > 50_000
    queue.close()


@pytest.mark.clause("5.2.3a")
def test_a_queue_of_before_the_workers_is_brought_up_to_date(databases: Databases) -> None:
    """You should see an older queue's tickets watched, its centre able to work, and a second run change nothing."""
    url = databases.fresh()
    try:
        centre_url = granted_url(url)
        queue = opened(centre_url)
        queue.append(to_dispatch("a"))
        queue.close()
        with psycopg.connect(url, autocommit=True) as admin:
            role = read_address(centre_url).user
            for statement in (
                "DROP TABLE hotline.deliveries, hotline.clocks, hotline.desks",
                "DROP SCHEMA hotline_jobs CASCADE",
                "ALTER TABLE hotline.heads DROP COLUMN urgent",
                "ALTER TABLE hotline.about DROP COLUMN jobs",
                "UPDATE hotline.about SET version = 1",
                f"REVOKE hotline_worker FROM {role}",
            ):
                admin.execute(statement)
        assert init(read_address(url))
        assert not init(read_address(url))
        working = CentreQueue(read_address(centre_url))
        assert working.due_clocks(NOW, 10) == ["a"]
        assert working.depth(NOW).waiting == 0
        working.append([dispatched("a", 3, "甲街道办事处")])
        assert working.depth(NOW).jobs == 1
        working.close()
    finally:
        databases.give_back(url)
