"""The tables of the store and of the embedded queue, as migrations that run once, in order."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from data.db import StorageError, explained, gate
from data.personal import phone_key

if TYPE_CHECKING:
    from sqlite_utils.db import Database

_STORE_1 = """
CREATE TABLE events (
    ticket_id TEXT NOT NULL, seq INTEGER NOT NULL, event_id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    at TEXT NOT NULL, by TEXT NOT NULL, clause TEXT NOT NULL, payload TEXT NOT NULL,
    PRIMARY KEY (ticket_id, seq)
) WITHOUT ROWID;
CREATE TABLE tickets (
    id TEXT PRIMARY KEY, number TEXT NOT NULL UNIQUE, seq INTEGER NOT NULL, state TEXT NOT NULL,
    urgent INTEGER NOT NULL, reported INTEGER NOT NULL, types TEXT NOT NULL, title TEXT NOT NULL,
    source TEXT NOT NULL, district TEXT NOT NULL, unit TEXT NOT NULL, phone_key TEXT NOT NULL,
    created_by TEXT NOT NULL, created_at TEXT NOT NULL, dispatch_due TEXT, body TEXT NOT NULL
);
CREATE INDEX tickets_by_time ON tickets (created_at DESC);
CREATE INDEX tickets_by_state ON tickets (state, created_at DESC);
CREATE INDEX tickets_by_phone ON tickets (phone_key, created_at DESC) WHERE phone_key <> '';
CREATE INDEX tickets_by_district ON tickets (district, created_at DESC) WHERE district <> '';
CREATE INDEX tickets_reported ON tickets (created_at DESC) WHERE reported = 1;
-- Events that the dispatch queue has not taken yet; a row is deleted once it has.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY, ticket_id TEXT NOT NULL, seq INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, error TEXT NOT NULL DEFAULT '', UNIQUE (ticket_id, seq)
);
-- Own events that lost a race: kept whole, shown at the sync desk, until retried or given up.
CREATE TABLE refused (
    event_id TEXT PRIMARY KEY, ticket_id TEXT NOT NULL, event TEXT NOT NULL, reason TEXT NOT NULL,
    refused_at TEXT NOT NULL
);
CREATE TABLE number_blocks (
    day TEXT NOT NULL, next INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (day, last)
);
CREATE TABLE positions (name TEXT PRIMARY KEY, position INTEGER NOT NULL);
CREATE TABLE calls (
    id TEXT PRIMARY KEY, agent_no TEXT NOT NULL, phone_key TEXT NOT NULL, ring_at TEXT NOT NULL,
    answered_at TEXT, ended_at TEXT, ticket_id TEXT NOT NULL, body TEXT NOT NULL
);
CREATE INDEX calls_by_ring ON calls (ring_at DESC);
CREATE INDEX calls_by_phone ON calls (phone_key, ring_at DESC);
CREATE TABLE people (
    agent_no TEXT PRIMARY KEY, name TEXT NOT NULL, roles TEXT NOT NULL, password TEXT NOT NULL,
    created_at TEXT NOT NULL, disabled_at TEXT
);
CREATE TABLE inbox (
    key TEXT PRIMARY KEY, submitted_at TEXT NOT NULL, received_at TEXT NOT NULL, urgency INTEGER NOT NULL,
    title TEXT NOT NULL, channel TEXT NOT NULL, body TEXT NOT NULL,
    taken_by TEXT NOT NULL DEFAULT '', taken_at TEXT, ticket_id TEXT NOT NULL DEFAULT ''
);
CREATE INDEX inbox_waiting ON inbox (urgency DESC, submitted_at) WHERE ticket_id = '';
"""

_STORE_2 = """
-- The clock that runs (5.2.2.1.2, 5.2.2.2.1, 5.2.2.3.2), in seconds of Unix time, so that a share of it can be asked for.
ALTER TABLE tickets ADD COLUMN clock TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN clock_from REAL;
ALTER TABLE tickets ADD COLUMN clock_due REAL;
ALTER TABLE tickets ADD COLUMN times INTEGER NOT NULL DEFAULT 1;
ALTER TABLE tickets ADD COLUMN asked_back INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN supervised INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN reminded TEXT NOT NULL DEFAULT '';
UPDATE tickets SET clock = 'dispatch', clock_due = strftime('%s', dispatch_due), clock_from = strftime('%s', updated.at)
    FROM (SELECT ticket_id, max(at) AS at FROM events WHERE kind = 'submitted' GROUP BY ticket_id) AS updated
    WHERE updated.ticket_id = tickets.id AND dispatch_due IS NOT NULL;
CREATE INDEX tickets_by_clock ON tickets (state, clock_due);
-- Which units have to do with a ticket, and as what: 主办, 抄送, 协办.
CREATE TABLE ticket_units (
    unit TEXT NOT NULL, ticket_id TEXT NOT NULL, part TEXT NOT NULL, PRIMARY KEY (unit, ticket_id, part)
) WITHOUT ROWID;
CREATE INDEX ticket_units_of ON ticket_units (ticket_id);
ALTER TABLE people ADD COLUMN unit TEXT NOT NULL DEFAULT '';
-- Who has a ticket open at a desk now; a row that is not renewed is out of date.
CREATE TABLE looking (
    ticket_id TEXT NOT NULL, agent_no TEXT NOT NULL, desk TEXT NOT NULL, since TEXT NOT NULL, seen_at TEXT NOT NULL,
    PRIMARY KEY (ticket_id, agent_no)
) WITHOUT ROWID;
-- Times of a flood of calls (集中大话务量, 5.2.2.1.2d), as a supervisor declared them.
CREATE TABLE surges (
    id TEXT PRIMARY KEY, since TEXT NOT NULL, until TEXT NOT NULL, reason TEXT NOT NULL, by TEXT NOT NULL,
    declared_at TEXT NOT NULL, ended_by TEXT NOT NULL DEFAULT ''
);
"""

_STORE_3 = """
-- The dispatch desk's order (urgent first, then the least time left), and how much was dispatched in time (5.2.2.1.2).
CREATE INDEX tickets_by_urgency ON tickets (state, urgent DESC, (clock_due IS NULL), clock_due, number);
CREATE INDEX events_by_kind ON events (kind, at);
-- What lists sort and count by stands in indexes whole: in the table it lies behind the body of each ticket.
DROP INDEX tickets_by_clock;
CREATE INDEX tickets_by_clock ON tickets (state, clock_due, number);
CREATE INDEX tickets_asked_back ON tickets (asked_back, clock_due, number) WHERE asked_back = 1;
"""

_STORE_4 = """
-- The callback (回访, 5.4): from when on a claimant may be called, by whom only, and how it ended.
ALTER TABLE tickets ADD COLUMN street TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN dial_key TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN callback_at REAL;
ALTER TABLE tickets ADD COLUMN callback_until REAL;
ALTER TABLE tickets ADD COLUMN callback_by TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN callback_booked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN callback_ended TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN unsettled INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN replies INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN feedback_due REAL;
UPDATE tickets SET
    street = coalesce(json_extract(body, '$.record.place.street'), ''),
    dial_key = coalesce(nullif(phone_key(coalesce(json_extract(body, '$.record.claimant.contact'), '')), ''),
        phone_key(coalesce(json_extract(body, '$.record.claimant.phone'), ''))),
    replies = coalesce(json_array_length(body, '$.handling.feedbacks'), 0),
    feedback_due = strftime('%s', json_extract(body, '$.handling.feedback_due'));
CREATE INDEX tickets_to_call_back ON tickets (callback_at, dial_key) WHERE callback_at IS NOT NULL;
CREATE INDEX tickets_unsettled ON tickets (created_at DESC) WHERE unsettled = 1;
CREATE INDEX tickets_replied ON tickets (state, source, replies) WHERE replies > 0;
-- Numbers whose owners do not accept callbacks (5.4.2): whatever else happens, they are not called again.
CREATE TABLE callback_refusals (
    dial_key TEXT NOT NULL, ticket_id TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (dial_key, ticket_id)
) WITHOUT ROWID;
-- Who calls which number now. A row that is not renewed is out of date.
CREATE TABLE callings (
    dial_key TEXT PRIMARY KEY, agent_no TEXT NOT NULL, since TEXT NOT NULL, seen_at TEXT NOT NULL
) WITHOUT ROWID;
-- Every sample that was drawn (5.4.1), with all that it was drawn from: by rule and seed anybody can draw it again.
CREATE TABLE callback_runs (
    id TEXT PRIMARY KEY, at TEXT NOT NULL, by TEXT NOT NULL, rule TEXT NOT NULL, frame INTEGER NOT NULL,
    drawn INTEGER NOT NULL, digest TEXT NOT NULL
);
CREATE TABLE callback_frames (
    run TEXT NOT NULL, ticket_id TEXT NOT NULL, reply INTEGER NOT NULL, stratum TEXT NOT NULL, drawn INTEGER NOT NULL,
    PRIMARY KEY (ticket_id, reply, run)
) WITHOUT ROWID;
CREATE INDEX callback_frames_of ON callback_frames (run, stratum, drawn);
"""

_STORE_5 = """
-- Events from the queue that do not fit what is here (滞留), each ticket's in its order, until they fit.
CREATE TABLE held (
    event_id TEXT PRIMARY KEY, ticket_id TEXT NOT NULL, seq INTEGER NOT NULL, position INTEGER NOT NULL,
    event TEXT NOT NULL, reason TEXT NOT NULL, held_at TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX held_of ON held (ticket_id, seq);
"""

_STORE_6 = """
-- The web intake (HTTP): who may hand in, what was handed in under which token, and answers that a retry gets again.
CREATE TABLE intake_keys (
    name TEXT PRIMARY KEY, channel TEXT NOT NULL, digest TEXT NOT NULL UNIQUE, created_at TEXT NOT NULL, disabled_at TEXT
);
CREATE TABLE web_requests (
    token TEXT PRIMARY KEY, source TEXT NOT NULL, inbox_key TEXT NOT NULL, received_at TEXT NOT NULL,
    UNIQUE (source, inbox_key)
);
CREATE INDEX web_requests_of ON web_requests (inbox_key);
CREATE INDEX inbox_by_ticket ON inbox (ticket_id) WHERE ticket_id <> '';
CREATE TABLE intake_retries (
    source TEXT NOT NULL, retry_key TEXT NOT NULL, digest TEXT NOT NULL, token TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (source, retry_key)
) WITHOUT ROWID;
CREATE INDEX intake_retries_by_time ON intake_retries (at);
"""

_STORE_7 = """
-- A frame is written in the order of its run and its ids: at a city's size every other order costs half the sample.
CREATE TABLE frames_by_run (
    run TEXT NOT NULL, ticket_id TEXT NOT NULL, reply INTEGER NOT NULL, stratum TEXT NOT NULL, drawn INTEGER NOT NULL,
    PRIMARY KEY (run, ticket_id, reply)
) WITHOUT ROWID;
INSERT INTO frames_by_run SELECT run, ticket_id, reply, stratum, drawn FROM callback_frames;
DROP TABLE callback_frames;
ALTER TABLE frames_by_run RENAME TO callback_frames;
CREATE INDEX callback_frames_of ON callback_frames (ticket_id, reply);
"""

_STORE_8 = """
-- The quality of acceptance (受理质量考评, 7.1.2) and its improvement (7.2): rows are added, never changed or deleted.
CREATE TABLE quality_runs (
    id TEXT PRIMARY KEY, at TEXT NOT NULL, by TEXT NOT NULL, rule TEXT NOT NULL, frame INTEGER NOT NULL,
    drawn INTEGER NOT NULL, digest TEXT NOT NULL
);
CREATE TABLE quality_frames (
    run TEXT NOT NULL, ticket_id TEXT NOT NULL, call_id TEXT NOT NULL, agent_no TEXT NOT NULL, reasons TEXT NOT NULL,
    basis TEXT NOT NULL, PRIMARY KEY (run, ticket_id, call_id)
) WITHOUT ROWID;
CREATE TABLE quality_steps (
    stream TEXT NOT NULL, seq INTEGER NOT NULL, family TEXT NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL,
    by TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (stream, seq)
);
CREATE TABLE quality_teams (agent_no TEXT NOT NULL, team TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL);
CREATE TRIGGER quality_runs_kept BEFORE UPDATE ON quality_runs BEGIN SELECT RAISE(ABORT, 'quality_runs: rows are only added'); END;
CREATE TRIGGER quality_runs_stay BEFORE DELETE ON quality_runs BEGIN SELECT RAISE(ABORT, 'quality_runs: rows are only added'); END;
CREATE TRIGGER quality_frames_kept BEFORE UPDATE ON quality_frames BEGIN SELECT RAISE(ABORT, 'quality_frames: rows are only added'); END;
CREATE TRIGGER quality_frames_stay BEFORE DELETE ON quality_frames BEGIN SELECT RAISE(ABORT, 'quality_frames: rows are only added'); END;
CREATE TRIGGER quality_steps_kept BEFORE UPDATE ON quality_steps BEGIN SELECT RAISE(ABORT, 'quality_steps: rows are only added'); END;
CREATE TRIGGER quality_steps_stay BEFORE DELETE ON quality_steps BEGIN SELECT RAISE(ABORT, 'quality_steps: rows are only added'); END;
CREATE TRIGGER quality_teams_kept BEFORE UPDATE ON quality_teams BEGIN SELECT RAISE(ABORT, 'quality_teams: rows are only added'); END;
CREATE TRIGGER quality_teams_stay BEFORE DELETE ON quality_teams BEGIN SELECT RAISE(ABORT, 'quality_teams: rows are only added'); END;
"""

_QUEUE_1 = """
-- position grows in commit order, because SQLite has one writer at a time: a reader never skips a late commit.
CREATE TABLE queue (
    position INTEGER PRIMARY KEY AUTOINCREMENT, ticket_id TEXT NOT NULL, seq INTEGER NOT NULL,
    event_id TEXT NOT NULL UNIQUE, event TEXT NOT NULL, UNIQUE (ticket_id, seq)
);
CREATE TABLE heads (ticket_id TEXT PRIMARY KEY, seq INTEGER NOT NULL, state TEXT NOT NULL);
CREATE TABLE serials (day TEXT PRIMARY KEY, last INTEGER NOT NULL);
"""

_QUEUE_2 = """
-- Which queue this is: whoever finds another one in its place starts reading from the beginning, and sends again.
CREATE TABLE about (id TEXT NOT NULL);
INSERT INTO about VALUES (lower(hex(randomblob(16))));
"""

Step = Callable[["Database"], None]


def _statements(script: str, **functions: Callable[[str], str]) -> Step:
    def apply(db: "Database") -> None:
        for name, function in functions.items():
            db.conn.create_function(name, 1, function, deterministic=True)
        # Not executescript: that would commit the migration's transaction half-way.
        statement = ""
        for line in script.splitlines():
            statement += line + "\n"
            if sqlite3.complete_statement(statement):
                db.execute(statement)
                statement = ""

    return apply


STORE_STEPS: tuple[tuple[str, Step], ...] = (
    ("first", _statements(_STORE_1)),
    ("handling", _statements(_STORE_2)),
    ("dispatch desk", _statements(_STORE_3)),
    ("callback", _statements(_STORE_4, phone_key=phone_key)),
    ("held", _statements(_STORE_5)),
    ("web intake", _statements(_STORE_6)),
    ("callback frames", _statements(_STORE_7)),
    ("quality", _statements(_STORE_8)),
)
QUEUE_STEPS: tuple[tuple[str, Step], ...] = (("first", _statements(_QUEUE_1)), ("identity", _statements(_QUEUE_2)))


def migrate(connection: sqlite3.Connection, path: Path, steps: tuple[tuple[str, Step], ...]) -> None:
    """Bring a database file to the schema that ``steps`` lead to.

    Raises:
        StorageError: the file was written by a newer version of the program, or the disk refused.
    """
    version = len(steps)
    present = _version(connection)
    if present > version:
        raise StorageError(f"数据文件 {path} 由更新的版本写成（{present} > {version}）：请升级本程序")
    if present == version:
        return  # the usual start: sqlite_utils is not loaded for it
    from sqlite_utils import Database
    from sqlite_utils.migrations import Migrations

    migrations = Migrations("schema")  # not the file's name: a restored copy may bear another
    for name, step in steps:
        migrations(name=name)(step)
    with gate(path), explained(f"无法更新数据文件 {path} 的结构"):
        if _version(connection) < version:  # another process may have done it while we waited
            migrations.apply(Database(connection))
            connection.execute(f"PRAGMA user_version = {version}")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
