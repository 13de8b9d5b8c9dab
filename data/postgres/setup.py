"""Making the queue on a server, and bringing it up to date: what ``hotline queue init`` does. It may be run again."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files

from psycopg import errors, sql

from data.lifecycle import TRANSITIONS, Kind
from data.people import Role
from data.postgres import jobs
from data.postgres.address import Address
from data.postgres.link import Link, connect, explained
from data.queue import QueueUnavailable

OWNER, CLERK, DESK, WORKER = "hotline_owner", "hotline_clerk", "hotline_desk", "hotline_worker"
CENTRE, DISTRICT, SEAT, UNIT = "centre", "district", "seat", "unit"

_HERE = files("data.postgres")
STEPS = sorted(each.name for each in (_HERE / "steps").iterdir() if re.fullmatch(r"\d{3}_\w+\.sql", each.name))
VERSION = len(STEPS)
_OLDEST_SERVER = 150000
ADMIN_SECONDS = 3600
_TRIES = 5
# Desks at work, or another who does the same: the last is how the server says that two changed one right at once.
_IN_THE_WAY = (errors.DeadlockDetected, errors.LockNotAvailable, errors.InternalError_)
_JUMP = 50_000  # serials passed over after a restore: more than any seat can have taken since the backup was made


def init(address: Address, *, restored: bool = False) -> bool:
    """Make the queue in the database that ``address`` names, or bring it up to date; whether anything was newer.

    Args:
        address: with an administrator's login role: a superuser, or one that may create roles and owns the database.
        restored: the database came from a backup: every desk reads it from the beginning and sends what it lacks.

    Raises:
        QueueUnavailable: the server or the role will not do, or a newer program made the queue; nothing was changed.
    """
    with administering(address) as link:
        if link.info.server_version < _OLDEST_SERVER:
            raise QueueUnavailable(f"派单队列 {address.name} 的 PostgreSQL 太旧：请用 15 或更新的版本")
        for attempt in range(_TRIES):
            try:
                with link.transaction():
                    newer = _init(link, address, restored=restored)
                if restored:
                    end_sessions(link)
                return newer
            except _IN_THE_WAY:
                if attempt == _TRIES - 1:
                    raise
    return False


def _init(link: Link, address: Address, *, restored: bool) -> bool:
    database = sql.Identifier(link.info.dbname)
    for role in (OWNER, CLERK, DESK, WORKER):
        _have_role(link, role)
    owner, clerk, desk = map(sql.Identifier, (OWNER, CLERK, DESK))
    if not _is_superuser(link):
        link.execute(sql.SQL("GRANT {}, {} TO CURRENT_USER").format(owner, clerk))
    _alone(link)
    for statement in (
        sql.SQL("REVOKE ALL ON DATABASE {database} FROM PUBLIC"),
        sql.SQL("GRANT CONNECT ON DATABASE {database} TO {desk}"),
        sql.SQL("REVOKE ALL ON SCHEMA public FROM PUBLIC"),
        sql.SQL("CREATE SCHEMA IF NOT EXISTS hotline AUTHORIZATION {owner}"),
        sql.SQL("GRANT USAGE ON SCHEMA hotline TO {desk}"),
        sql.SQL("GRANT USAGE, CREATE ON SCHEMA hotline TO {clerk}"),
        sql.SQL("CREATE SCHEMA IF NOT EXISTS {jobs} AUTHORIZATION {owner}"),
    ):
        link.execute(
            statement.format(database=database, owner=owner, clerk=clerk, desk=desk, jobs=sql.Identifier(jobs.SCHEMA))
        )
    link.execute("SET LOCAL search_path = hotline, pg_temp")
    with acting_as(link, OWNER):
        present = 0
        if have_queue(link):
            present = int(link.execute("SELECT version FROM about").fetchall()[0][0])
        if present > VERSION:
            raise QueueUnavailable(
                f"派单队列 {address.name} 由更新的版本建立（{present} > {VERSION}）：请用更新的程序运行 hotline queue init"
            )
        for step in STEPS[present:]:
            link.execute((_HERE / "steps" / step).read_bytes())
        link.execute("UPDATE about SET version = %s", (VERSION,))
        jobs.bring_up_to_date(link)
        jobs.grant_rights(link, WORKER, CLERK)
    with acting_as(link, CLERK):
        for file in ("functions.sql", "deliveries.sql"):
            link.execute((_HERE / file).read_bytes())
    with acting_as(link, OWNER):
        link.execute((_HERE / "rights.sql").read_bytes())
        link.execute("DELETE FROM rights")
        link.cursor().executemany("INSERT INTO rights VALUES (%s, %s)", list(_rights()))
        if restored:
            link.execute("UPDATE about SET id = gen_random_uuid()::text")
            link.execute(
                "INSERT INTO serials SELECT current_date + ahead, %s FROM generate_series(-1, 4) AS ahead "
                "ON CONFLICT (day) DO UPDATE SET last = serials.last + excluded.last",
                (_JUMP,),
            )
        centres = link.execute("SELECT role FROM grants WHERE kind = %s", (CENTRE,)).fetchall()
    if present == 1:  # tickets were under way before there were workers
        with acting_as(link, CLERK):
            link.execute("INSERT INTO clocks SELECT ticket_id, seq, '-infinity' FROM heads ON CONFLICT DO NOTHING")
    for (role,) in centres:
        link.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(WORKER), sql.Identifier(role)))
    return present < VERSION


def _alone(link: Link) -> None:
    """Let one work at a time. Any login may take an advisory lock; once there are logins, the lock is a row of ours."""
    if have_queue(link):
        with acting_as(link, OWNER):
            link.execute("SELECT FROM hotline.about FOR UPDATE")
    else:
        link.execute("SELECT pg_advisory_xact_lock(12345, 2)")
        if have_queue(link):
            _alone(link)


def have_queue(link: Link) -> bool:
    """Whether the database holds a queue."""
    return link.execute("SELECT to_regclass('hotline.about')").fetchone() != (None,)


def _rights() -> Iterator[tuple[str, str]]:
    """Which kinds of events each kind of login role may write, from the table of transitions.

    A unit takes the steps of a unit and a seat all others; a centre or a district may have units at its own desks, and
    takes any.
    """
    units = {Role.UNIT, Role.UNIT_LEADER}
    for kind in Kind:
        roles = {role for (_, drawn), arrow in TRANSITIONS.items() if drawn is kind for role in arrow.roles}
        yield CENTRE, kind
        yield DISTRICT, kind
        if roles & units:
            yield UNIT, kind
        if roles - units:
            yield SEAT, kind


def _have_role(link: Link, name: str) -> None:
    """Make one of the four roles that are shared by all databases of a server, and that nobody signs in as."""
    try:
        with link.transaction():
            if not link.execute("SELECT FROM pg_roles WHERE rolname = %s", (name,)).rowcount:
                link.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(name)))
    except (errors.DuplicateObject, errors.UniqueViolation):
        pass  # another database's init was faster
    powers = link.execute(
        "SELECT rolcanlogin OR rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = %s", (name,)
    ).fetchall()
    if powers[0][0]:
        raise QueueUnavailable(f"服务器上的角色 {name} 权力过大（能登录，或能绕过行级权限）：请先收回，再运行一次")


def end_sessions(link: Link, role: str = "") -> None:
    """End what desks have open, those of one role or all of this database: they come again, and learn what is new."""
    with suppress(errors.InsufficientPrivilege), link.transaction():  # an administrator of this database only
        link.execute(
            "SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity AS a "
            "JOIN hotline.grants AS g ON g.role = a.usename WHERE a.datname = current_database() AND %s IN ('', g.role)",
            (role,),
        )


def _is_superuser(link: Link) -> bool:
    return bool(link.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchall()[0][0])


@contextmanager
def acting_as(link: Link, role: str) -> Iterator[None]:
    """Make what follows belong to a role."""
    link.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))
    yield
    link.execute("RESET ROLE")


@contextmanager
def administering(address: Address) -> Iterator[Link]:
    """Connect as an administrator.

    Raises:
        QueueUnavailable: the server cannot be reached, or the role may not do what is done.
    """
    link = connect(address)
    link.patience = ADMIN_SECONDS
    try:
        with explained(address):
            try:
                link.execute("SET statement_timeout = 0")  # an upgrade of a large queue takes as long as it takes
                yield link
            except errors.InsufficientPrivilege as error:
                raise QueueUnavailable(
                    f"派单队列 {address.name}：账号 {address.user} 的权限不够"
                    "（要能建角色，并且是这个库的所有者，或是超级用户）：请换管理员的账号"
                ) from error
    finally:
        link.close()
