"""Login roles for desks: who may read and write which tickets (6.2.2). What they mean is enforced by the server."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

import msgspec
from psycopg import sql

from data.postgres.address import Address
from data.postgres.link import Link
from data.postgres.setup import (
    CENTRE,
    DESK,
    DISTRICT,
    OWNER,
    SEAT,
    UNIT,
    WORKER,
    acting_as,
    administering,
    end_sessions,
    have_queue,
)
from data.queue import QueueUnavailable

KINDS = (CENTRE, DISTRICT, SEAT, UNIT)


class Grant(msgspec.Struct, frozen=True):
    """What a login role is for. Without ``units`` and ``districts`` it sees everything."""

    role: str
    kind: str
    title: str
    units: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    granted_at: datetime | None = None


def grant(
    address: Address, kind: str, title: str, units: Sequence[str] = (), districts: Sequence[str] = ()
) -> tuple[Grant, str]:
    """Make a login role, or give one that is there a new password and this scope; returns it and the password.

    Raises:
        QueueUnavailable: the server cannot be used, or the administrator's role may not do this.
        ValueError: a scope that its kind cannot have.
    """
    if kind not in KINDS or (bool(units or districts) is (kind == CENTRE) and kind != SEAT):
        raise ValueError(f"{kind} with {units} and {districts}")
    audiences = [*(f"unit:{unit}" for unit in units), *(f"district:{district}" for district in districts)]
    password = secrets.token_urlsafe(24)
    with administering(address) as link:
        with link.transaction():
            _have_queue(link, address)
            name = _role_name(link.info.dbname, kind, title)
            role = sql.Identifier(name)
            # Hashed here: what stands in a statement may stand in the server's log.
            hashed = link.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
            made = sql.SQL("ALTER" if _exists(link, name) else "CREATE")
            link.execute(
                sql.SQL(
                    "{} ROLE {} LOGIN NOCREATEDB NOCREATEROLE INHERIT NOREPLICATION CONNECTION LIMIT 50 PASSWORD {}"
                ).format(made, role, sql.Literal(hashed))
            )
            for shared in (DESK, *([WORKER] if kind == CENTRE else [])):
                link.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(shared), role))
            with acting_as(link, OWNER):
                link.execute(
                    "INSERT INTO hotline.grants (role, kind, title, everything, audiences) VALUES (%s, %s, %s, %s, %s) "
                    "ON CONFLICT (role) DO UPDATE SET kind = excluded.kind, title = excluded.title, "
                    "everything = excluded.everything, audiences = excluded.audiences, granted_at = now()",
                    (name, kind, title, not audiences, audiences),
                )
        end_sessions(link, name)  # a desk learns what it may see when it connects
    return Grant(name, kind, title, tuple(units), tuple(districts)), password


def granted(address: Address) -> list[Grant]:
    """Return every login role and what it is for.

    Raises:
        QueueUnavailable: the server cannot be used, or the administrator's role may not do this.
    """
    with administering(address) as link, link.transaction():
        _have_queue(link, address)
        with acting_as(link, OWNER):
            rows = link.execute(
                "SELECT role, kind, title, audiences, granted_at FROM hotline.grants ORDER BY kind, title"
            ).fetchall()
    return [
        Grant(role, kind, title, _named("unit:", audiences), _named("district:", audiences), at)
        for role, kind, title, audiences, at in rows
    ]


def revoke(address: Address, role: str) -> bool:
    """Take a login role away and end what it has open; whether there was one.

    Raises:
        QueueUnavailable: the server cannot be used, or the administrator's role may not do this.
    """
    with administering(address) as link:
        with link.transaction():
            _have_queue(link, address)
            with acting_as(link, OWNER):
                known = link.execute("DELETE FROM hotline.grants WHERE role = %s RETURNING role", (role,)).fetchall()
            if not known:
                return False
            if _exists(link, role):
                link.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))
        end_sessions(link, role)
    return True


def _named(prefix: str, audiences: Sequence[str]) -> tuple[str, ...]:
    return tuple(each.removeprefix(prefix) for each in audiences if each.startswith(prefix))


def _role_name(database: str, kind: str, title: str) -> str:
    """A name that is the same each time: roles are shared by all databases of a server, titles are Chinese."""
    return f"hotline_{kind}_{hashlib.sha256(f'{database}|{kind}|{title}'.encode()).hexdigest()[:10]}"


def _exists(link: Link, role: str) -> bool:
    return bool(link.execute("SELECT FROM pg_roles WHERE rolname = %s", (role,)).rowcount)


def _have_queue(link: Link, address: Address) -> None:
    if not have_queue(link):
        raise QueueUnavailable(f"派单队列 {address.name} 的库里还没有派单队列：请先运行 hotline queue init")
