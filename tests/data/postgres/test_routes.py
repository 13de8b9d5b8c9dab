"""Every way that a unit's credentials might be used to read or change another's ticket, tried with plain SQL."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import suppress

import psycopg
import pytest
from psycopg import sql

from data.events import Event, new_id
from data.lifecycle import Kind
from data.personal import seal
from data.postgres.address import read_address
from data.postgres.grants import grant, granted, revoke
from data.postgres.queue import PostgresQueue
from data.queue import QueueUnavailable
from tests.data.postgres.conftest import Login
from tests.postgres import PROGRAMS, Databases, granted_url, opened
from tests.queues import dispatched, registered, step, to_dispatch

pytestmark = pytest.mark.clause("6.2.1")

SECRET, OWN = "机密之事", "自家之事"
WORK = ("deliveries", "clocks", "desks")
TABLES = ("about", "grants", "rights", "events", "heads", "access", "arrivals", "line", "feed", "serials", *WORK)
EVIL = seal(step("SECRET", 4, Kind.SIGNED))  # the id of the other ticket is put in when it is known
# Each may fail, or find nothing; what it must not do is to tell anything of another's ticket.
READING = [
    *(f"SELECT * FROM hotline.{table}" for table in TABLES),
    *(f"COPY hotline.{table} TO STDOUT" for table in TABLES),
    *(f"COPY (SELECT t::text FROM hotline.{table} AS t) TO STDOUT" for table in TABLES),
]
ROUTES = [
    *READING,
    "SELECT * FROM hotline.events WHERE ticket_id = 'SECRET'",
    "SELECT * FROM hotline.access WHERE audience = 'unit:西街道'",
    "SELECT * FROM hotline.feed WHERE audience = 'unit:西街道'",
    "SELECT event FROM hotline.events WHERE event::integer = 1",  # an error that quotes the row, asked before the policy
    "SELECT 1 FROM hotline.events WHERE 1 / (CASE WHEN event LIKE '%机密%' THEN 0 ELSE 1 END) = 1",
    "SELECT * FROM hotline.read_after(0, 1000)",
    "SELECT hotline.settle()",
    "SELECT * FROM hotline.histories(ARRAY['SECRET'])",
    "SELECT hotline.may_see('SECRET', 1) AND false",
    "SELECT * FROM hotline.hello()",
    "SELECT hotline.audiences_of('SECRET')",
    "SELECT hotline.channel_of('unit:西街道')",
    "SELECT hotline.open_access('SECRET', 'unit:东街道', 'lead')",
    "SELECT hotline.close_access('SECRET', 'lead', '{}', 1)",
    f"SELECT hotline.readdress('{EVIL}'::jsonb)",
    f"SELECT * FROM hotline.append(ARRAY['{EVIL}'])",
    f"INSERT INTO hotline.events (ticket_id, seq, event_id, event) VALUES ('SECRET', 4, 'x', '{EVIL}')",
    "INSERT INTO hotline.access VALUES ('SECRET', 'unit:东街道', 'lead')",
    "INSERT INTO hotline.feed SELECT 'unit:东街道', 1, id FROM hotline.events",
    "INSERT INTO hotline.grants (role, kind, title, everything, audiences) VALUES (session_user, 'x', 'x', true, '{}')",
    "UPDATE hotline.grants SET everything = true",
    "UPDATE hotline.access SET audience = 'unit:东街道'",
    "UPDATE hotline.events SET ticket_id = 'own'",
    "DELETE FROM hotline.events",
    "TRUNCATE hotline.events",
    "LOCK TABLE hotline.events IN ACCESS EXCLUSIVE MODE",
    "SET row_security = off; SELECT * FROM hotline.events",
    "SET ROLE hotline_owner; SELECT * FROM hotline.events",
    "SET ROLE hotline_clerk; SELECT * FROM hotline.events",
    "SET ROLE hotline_desk; SELECT * FROM hotline.events",
    "SET ROLE postgres; SELECT * FROM hotline.events",
    "SET SESSION AUTHORIZATION postgres",
    "SET SESSION AUTHORIZATION hotline_owner",
    "GRANT hotline_owner TO session_user",
    "ALTER TABLE hotline.events DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE hotline.events NO FORCE ROW LEVEL SECURITY",
    "DROP POLICY desk ON hotline.events",
    "CREATE POLICY mine ON hotline.events USING (true)",
    "ALTER FUNCTION hotline.see_everything() OWNER TO session_user",
    "CREATE FUNCTION hotline.see_everything() RETURNS boolean LANGUAGE sql AS 'SELECT true'",
    "CREATE FUNCTION pg_temp.leak(text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS "
    "$$BEGIN RAISE NOTICE '%', $1; RETURN true; END$$; SELECT * FROM hotline.events WHERE pg_temp.leak(event)",
    "CREATE TEMP TABLE grants AS SELECT session_user::text AS role, true AS everything",
    "CREATE TABLE public.t AS SELECT 1",
    "CREATE SCHEMA mine",
    "CREATE EXTENSION dblink",
    "CREATE EXTENSION file_fdw",
    "CREATE ROLE another LOGIN SUPERUSER",
    "ALTER ROLE CURRENT_USER BYPASSRLS",
    "SELECT pg_read_file('postgresql.conf')",
    "SELECT pg_ls_dir('.')",
    "COPY hotline.events FROM PROGRAM 'id'",
    "COPY (SELECT 1) TO PROGRAM 'id'",
    "COPY (SELECT 1) TO '/tmp/hotline-leak'",
    "SELECT lo_import('/etc/passwd')",
    "SELECT * FROM pg_stat_activity",
    "SELECT query FROM pg_stat_activity WHERE query LIKE '%机密%'",
    "SELECT * FROM pg_stats WHERE schemaname = 'hotline'",
    "SELECT * FROM pg_statistic",
    "SELECT * FROM pg_authid",
    "SELECT * FROM pg_prepared_statements",
    "SELECT * FROM pg_cursors",
    "SELECT * FROM pg_stat_statements",
    "SELECT * FROM pg_logical_slot_peek_changes('x', NULL, NULL)",
    "SELECT pg_create_logical_replication_slot('x', 'test_decoding')",
    "EXPLAIN (ANALYZE, VERBOSE) SELECT * FROM hotline.events WHERE ticket_id = 'SECRET'",
    "SELECT query_to_xml('SELECT * FROM hotline.events', true, true, '')",
    "SELECT schema_to_xml('hotline', true, true, '')",
    "SELECT database_to_xml(true, true, '')",
    "SELECT ts_stat FROM ts_stat('SELECT to_tsvector(event) FROM hotline.events')",
    "DECLARE c CURSOR WITH HOLD FOR SELECT * FROM hotline.events; FETCH ALL FROM c",
    "SELECT * FROM information_schema.tables WHERE table_schema = 'hotline'",
    "SELECT currtid2('hotline.events', '(0,1)')",
    "SELECT * FROM hotline.events TABLESAMPLE SYSTEM (100)",
    "SELECT e.event FROM hotline.line AS l JOIN hotline.events AS e USING (id)",
    "SELECT DISTINCT e.ticket_id FROM hotline.events AS e LEFT JOIN hotline.access AS a ON true",
    *(f"SELECT t::text FROM hotline_jobs.procrastinate_{table} AS t" for table in ("jobs", "events", "workers")),
    "COPY hotline_jobs.procrastinate_jobs TO STDOUT",
    "SELECT hotline_jobs.procrastinate_fetch_job_v2(NULL, 1)",
    "SELECT hotline.defer_delivery('SECRET')",
    "SELECT * FROM pg_largeobject",
    "SELECT lo_get(oid) FROM pg_largeobject_metadata",
    "SELECT lo_export(1, '/tmp/hotline-leak')",
    "SELECT * FROM pg_stat_get_activity(NULL)",
    "SELECT pg_stat_get_backend_activity(n) FROM generate_series(1, 100) AS n",
    "SELECT * FROM pg_locks",
    "SELECT pg_read_binary_file('base/1/1259')",
    "SELECT pg_ls_logdir()",
    "SELECT pg_ls_waldir()",
    "SELECT * FROM pg_stats_ext",
    "SELECT * FROM pg_sequences",
    "SET log_statement = 'all'",
    "SET log_min_error_statement = 'panic'",
    "SET session_replication_role = replica",
    "ALTER SYSTEM SET log_statement = 'all'",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()",
    "CREATE PUBLICATION mine FOR ALL TABLES",
    "CREATE STATISTICS mine ON ticket_id, seq FROM hotline.events",
    "CREATE RULE mine AS ON SELECT TO hotline.events DO INSTEAD NOTHING",
    "MERGE INTO hotline.access AS a USING hotline.access AS b ON true WHEN MATCHED THEN UPDATE SET audience = 'unit:东街道'",
    "SELECT * FROM hotline.access FOR UPDATE",
    "PREPARE mine AS SELECT event FROM hotline.events; EXECUTE mine",
    "DO $$BEGIN RAISE NOTICE '%', (SELECT string_agg(event, ' ') FROM hotline.events WHERE ticket_id <> 'own'); END$$",
]


@pytest.fixture
def secret(centre: PostgresQueue) -> list[Event]:
    """A ticket of 西街道, beside one of 东街道; both stand in the line."""
    ticket_id = new_id()
    events = [*to_dispatch(ticket_id, SECRET), dispatched(ticket_id, 3, "西街道")]
    centre.append([*to_dispatch("own", OWN), dispatched("own", 3, "东街道")])
    centre.append(events)
    assert len(centre.read_after(0)) == 6
    return events


@pytest.fixture
def unit(database: str, secret: list[Event]) -> Iterator[psycopg.Connection]:
    """A plain connection with the credentials of 东街道."""
    with psycopg.connect(database, autocommit=True) as admin:
        admin.execute("ANALYZE")
    with psycopg.connect(granted_url(database, "unit", "东街道", units=["东街道"]), autocommit=True) as link:
        yield link


def told_by(link: psycopg.Connection, statement: str) -> tuple[str, str]:
    """Everything that a statement tells: rows and copies; notices and errors."""
    rows: list[str] = []
    words: list[str] = []

    def notice(said: psycopg.errors.Diagnostic) -> None:
        words.append(str(said.message_primary))

    link.add_notice_handler(notice)
    try:
        with link.cursor() as cursor:
            if statement.startswith("COPY") and "STDOUT" in statement:
                with cursor.copy(statement.encode()) as copy:
                    rows += [bytes(row).decode() for row in copy]
            else:
                cursor.execute(statement.encode())
                while True:
                    rows.append(str(cursor.fetchall()) if cursor.description else "")
                    if not cursor.nextset():
                        break
    except psycopg.Error as error:
        words.append(f"{error} {error.diag.message_detail} {error.diag.context} {error.diag.message_hint}")
    finally:
        link.remove_notice_handler(notice)
    return "\n".join(rows), "\n".join(words)


def test_no_route_leads_to_another_units_ticket(
    unit: psycopg.Connection, centre: PostgresQueue, secret: list[Event]
) -> None:
    """You should see by no statement the other ticket's words, number, id or events, and nothing changed by any."""
    before = centre.arrivals_after(0)
    # What others ask right now stands in pg_stat_activity: a statement that quotes the ticket.
    assert centre._link.execute(sql.SQL("SELECT {}").format(sql.Literal(SECRET))).fetchone() == (SECRET,)
    ticket_id = secret[0].ticket_id
    marks = (SECRET, f"20261124-{ticket_id}", *(event.event_id for event in secret))
    leaks: dict[str, str] = {}
    for route in ROUTES:
        rows, words = told_by(unit, route.replace("SECRET", ticket_id))
        echo = rows.replace(f"('{ticket_id}', 'hidden')", "") if not route.startswith("EXPLAIN") else ""
        if any(mark in rows + words for mark in marks) or ticket_id in echo or "西街道" in echo:
            leaks[route] = rows + words
        unit.execute("RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; CLOSE ALL; UNLISTEN *")
    assert leaks == {}
    assert centre.arrivals_after(0) == before


def test_the_routes_lead_somewhere(unit: psycopg.Connection, database: str) -> None:
    """You should see an administrator find the words by the same statements, and the unit its own: they are real ones."""
    with psycopg.connect(database, autocommit=True) as admin:
        found = [each for each in READING if SECRET in told_by(admin, each)[0]]
    assert len(found) == 3
    assert [each for each in READING if OWN in told_by(unit, each)[0]] == found


def test_no_program_of_the_server_copies_it_out(database: str, secret: list[Event]) -> None:
    """You should see a dump and a stream of replication refused to a unit's credentials."""
    url = granted_url(database, "unit", "东街道", units=["东街道"])
    for stream in ("database", "true"):
        with pytest.raises(psycopg.OperationalError, match="permission denied to start WAL sender"):
            psycopg.connect(url, replication=stream)
    dump = PROGRAMS / "pg_dump"
    if not dump.exists():
        pytest.skip("no pg_dump here")
    for options in ((), ("--enable-row-security",), ("--schema-only",)):
        done = subprocess.run([dump, *options, "-d", url], capture_output=True, check=False)
        assert (done.returncode, done.stdout) == (1, b"")


def test_the_planner_tells_nobody_how_much_another_has(
    unit: psycopg.Connection, centre: PostgresQueue, database: str
) -> None:
    """You should see EXPLAIN guess the same of a unit with two hundred tickets as of one that does not exist."""
    for at in range(0, 200, 50):
        centre.append_each([[*to_dispatch(f"w{n}"), dispatched(f"w{n}", 3, "西街道")] for n in range(at, at + 50)])
    centre.read_after(0)
    with psycopg.connect(database, autocommit=True) as admin:
        admin.execute("ANALYZE")
    for table in ("access", "feed"):
        guesses = {
            re.sub(
                "unit:.街道",
                "",
                told_by(unit, f"EXPLAIN SELECT * FROM hotline.{table} WHERE audience = 'unit:{who}'")[0],
            )
            for who in ("西街道", "无街道")
        }
        assert len(guesses) == 1, guesses


def test_a_refusal_is_logged_without_a_word_of_a_citizen(databases: Databases, unit: psycopg.Connection) -> None:
    """You should see the server's log name what was refused and who was not let in, and nothing of any ticket."""
    if databases.log is None:
        pytest.skip("another machine's server")
    begin = databases.log.stat().st_size
    told_by(unit, "SELECT * FROM hotline.deliveries")
    wrong = f"postgresql://{unit.info.user}:wrong@127.0.0.1:{unit.info.port}/{unit.info.dbname}"
    with pytest.raises(QueueUnavailable, match="账号或密码不对"):
        opened(wrong)
    for forged in (
        '"seq": "4x"',
        '"seq": 4',
        '"seq": 4, "event_id": "x", "said": "\\ud800"',
        '"seq": 4, "event_id": x',
    ):
        words = f'{{"ticket_id": "own", "title": "张三 13800000001", {forged}}}'
        with pytest.raises(psycopg.DataError, match="no event"):
            unit.execute("SELECT * FROM hotline.append(%s)", ([words],))
    log = databases.log.read_bytes()[begin:].decode(errors="replace")
    assert "permission denied for table deliveries" in log
    assert f'password authentication failed for user "{unit.info.user}"' in log
    for word in (SECRET, OWN, "张三", "13800000001"):
        assert word not in log


def test_guessing_tells_nothing(unit: psycopg.Connection, secret: list[Event]) -> None:
    """You should see one verdict for another's ticket and for none at all, at whatever step and with whatever event."""
    for make in (
        lambda ticket, seq: step(ticket, seq, Kind.SIGNED),
        lambda ticket, seq: dispatched(ticket, seq, "东街道"),
        lambda ticket, seq: registered(ticket),
    ):
        for seq in (1, 3, 4, 9):
            verdicts = [
                unit.execute("SELECT verdict FROM hotline.append(%s)", ([seal(make(ticket, seq))],)).fetchall()
                for ticket in (secret[0].ticket_id, "none")
            ]
            assert verdicts == [[("hidden",)], [("hidden",)]]


@pytest.mark.parametrize(
    "forged",
    [
        '{"ticket_id": "own", "seq": 4, "event_id": "f", "kind": "signed", "ticket_id": "SECRET"}',
        '{"ticket_id": "SECRET", "seq": 4, "event_id": "f", "kind": "signed", "payload": {}, "ticket_id": "own"}',
        '{"ticket_id": "own", "seq": 4, "event_id": "f"}',
        '{"ticket_id": "own", "seq": 4, "event_id": "f", "kind": null}',
        '{"ticket_id": "own", "seq": 4, "event_id": "f", "kind": "dispatched", "payload": {"unit": "西街道"}}',
        '{"ticket_id": "own", "seq": 4, "event_id": "f", "kind": "joined", "payload": {"units": {"a": 1}}}',
        '{"ticket_id": "own", "seq": 4, "event_id": "f", "kind": "joined", "payload": {"units": [{"a": 1}, null]}}',
        '{"ticket_id": "own", "seq": 4}', '[]', '1', 'x', '', '{"ticket_id": "own", "seq": "4x", "event_id": "f"}',
        '{"ticket_id": "own", "seq": 4, "event_id": "f", "kind": "signed", "payload": "' + "\\ud800" + '"}',
    ],
)  # fmt: skip
def test_a_forged_event_reaches_nobody_elses_ticket(
    unit: psycopg.Connection, centre: PostgresQueue, secret: list[Event], forged: str
) -> None:
    """You should see what no desk would write refused, or kept as it is on the own ticket for readers to hold."""
    before = centre.arrivals_after(0)
    with suppress(psycopg.DataError, psycopg.IntegrityError):
        unit.execute("SELECT * FROM hotline.append(%s)", ([forged.replace("SECRET", secret[0].ticket_id)],))
    added = [each for each in centre.arrivals_after(0) if each not in before]
    assert {each.ticket_id for each in added} <= {"own"}
    for each in added:
        with pytest.raises(Exception):  # noqa: B017 - no event that a desk takes in
            each.event()


def test_the_walls_stand_on_everything_that_is_there(database: str, centre: PostgresQueue) -> None:
    """You should see row security forced on each table, no function for PUBLIC, each with its search_path fixed."""
    with psycopg.connect(database) as admin:
        tables = admin.execute(
            "SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class "
            "WHERE relnamespace = 'hotline'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')"
        ).fetchall()
        assert sorted(tables) == sorted((table, True) for table in TABLES)
        functions = admin.execute(
            "SELECT proname, has_function_privilege('public', oid, 'EXECUTE'), proconfig::text, proowner::regrole::text "
            "FROM pg_proc WHERE pronamespace = 'hotline'::regnamespace"
        ).fetchall()
        assert functions
        assert {(allowed, owner) for _, allowed, _, owner in functions} == {(False, "hotline_clerk")}
        paths = (
            '"search_path=pg_catalog, hotline, pg_temp"',
            '"search_path=pg_catalog, hotline_jobs, hotline, pg_temp"',
        )
        assert all(any(path in settings for path in paths) for _, _, settings, _ in functions)
        assert not admin.execute(  # procrastinate's own functions and tables are for workers, in a schema closed to desks
            "SELECT 1 FROM pg_namespace WHERE nspname = 'hotline_jobs' AND (has_schema_privilege('public', oid, 'USAGE') "
            "OR has_schema_privilege('hotline_desk', oid, 'USAGE'))"
        ).fetchall()
        roles = admin.execute(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'hotline%' "
            "AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)"
        ).fetchall()
        assert roles == []
        assert not admin.execute(
            "SELECT 1 FROM pg_roles WHERE rolname IN ('hotline_owner', 'hotline_clerk', 'hotline_desk', 'hotline_worker') AND rolcanlogin"
        ).fetchall()
        clerk = admin.execute("SELECT has_column_privilege('hotline_clerk', 'hotline.events', 'event', 'SELECT')")
        assert clerk.fetchall() == [(False,)]


def test_another_database_of_the_server_is_closed_to_desks(databases: Databases, database: str, login: Login) -> None:
    """You should see a login role of one queue kept out of another queue of the same server."""
    login("unit", "东街道", units=["东街道"])
    address = read_address(database)
    made, password = grant(address, "unit", "南街道", ["南街道"])
    elsewhere = databases.fresh()
    try:
        url = read_address(elsewhere).url_for(made.role, password)
        with pytest.raises(QueueUnavailable, match="没有授权"):
            opened(url)
        with psycopg.connect(url, autocommit=True) as link:
            assert told_by(link, "SELECT * FROM hotline.events") == ("[]", "")
    finally:
        databases.give_back(elsewhere)


def test_a_revoked_login_is_out_at_once(database: str) -> None:
    """You should see its open connection ended, its next refused, and the others untouched."""
    address = read_address(database)
    made, password = grant(address, "unit", "东街道", ["东街道"])
    grant(address, "unit", "西街道", ["西街道"])
    queue = opened(address.url_for(made.role, password))
    assert revoke(address, made.role)
    assert not revoke(address, made.role)
    with pytest.raises(QueueUnavailable):
        queue.read_after(0)
    queue.close()
    with pytest.raises(QueueUnavailable, match=r"账号或密码不对|没有这个账号"):
        opened(address.url_for(made.role, password))
    assert [(each.title, each.units) for each in granted(address)] == [("西街道", ("西街道",))]
