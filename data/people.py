"""Who works here: agent numbers (工号), roles, passwords. Who acts is a value, never a global (6.2.2)."""

import sqlite3
from datetime import datetime
from enum import StrEnum

import msgspec

from data.clock import from_storage, to_storage
from data.db import writing


class Role(StrEnum):
    """What a person is trusted to do; one person may hold several."""

    CALL_TAKER = "话务员"
    DISPATCHER = "派单员"
    UNIT = "承办"
    UNIT_LEADER = "承办负责人"  # 承办单位主管领导 (5.2.2.3.1)
    CALLBACK = "回访员"
    QUALITY = "质检"
    TRAINER = "培训师"
    TRAINEE = "学员"
    EDITOR = "知识管理员"
    SUPERVISOR = "督办"
    ANALYST = "分析员"
    ADMINISTRATOR = "系统管理员"


HANDLERS = (Role.UNIT, Role.UNIT_LEADER)
SYSTEM_AGENT = "system"
NO_PASSWORD = ""  # in the place of a hash: no password fits


class Actor(msgspec.Struct, frozen=True):
    """The person (or the system itself) on whose behalf something is done."""

    agent_no: str
    name: str = ""
    roles: frozenset[Role] = frozenset()
    unit: str = ""  # 承办单位: whose tickets a handler sees and acts on; empty at the centre

    def may(self, *roles: Role) -> bool:
        """Whether the actor holds any of these roles; the system itself may do everything."""
        return self.agent_no == SYSTEM_AGENT or bool(self.roles.intersection(roles))


class Listed(msgspec.Struct, frozen=True):
    """A person as the list of people shows them: everything but the password."""

    agent_no: str
    name: str
    roles: list[Role]
    unit: str
    created_at: datetime
    disabled_at: datetime | None


SYSTEM = Actor(SYSTEM_AGENT, "系统")


class PeopleError(ValueError):
    """A sign-in or a change of people was refused; the message says why and what to do."""


class People:
    """The people of one installation, kept in its store."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def add(
        self, agent_no: str, name: str, roles: frozenset[Role], password: str | None, now: datetime, unit: str = ""
    ) -> Actor:
        """Register a person; a handler (承办) belongs to a ``unit``. Without a password nobody signs in as this person.

        Raises:
            PeopleError: the number is malformed, reserved or taken, there is no role, or the password is too short.
        """
        if agent_no.lower() == SYSTEM_AGENT:
            raise PeopleError(f"工号“{agent_no}”留给系统自身使用：请换一个工号")
        if not (agent_no.isascii() and agent_no.isalnum() and len(agent_no) <= 12):
            raise PeopleError(f"工号“{agent_no}”无效：只能是不超过 12 位的数字或字母")
        if not roles:
            raise PeopleError(f"工号 {agent_no} 没有角色：请至少指定一个，可选 {'、'.join(Role)}")
        if not unit and roles.intersection(HANDLERS):
            raise PeopleError(f"工号 {agent_no} 是承办人员，须写明所属单位：请加 --unit 单位名称")
        hashed = NO_PASSWORD if password is None else _hash(agent_no, password)
        try:
            with writing(self._db) as db:
                db.execute(
                    "INSERT INTO people (agent_no, name, roles, password, created_at, unit) VALUES (?, ?, ?, ?, ?, ?)",
                    (agent_no, name, _join(roles), hashed, to_storage(now), unit),
                )
        except sqlite3.IntegrityError:
            raise PeopleError(f"工号 {agent_no} 已存在：请换一个工号，或用 hotline user role 改角色") from None
        return Actor(agent_no, name, roles, unit)

    def set_roles(self, agent_no: str, roles: frozenset[Role], unit: str = "") -> None:
        """Replace a person's roles, and with ``unit`` the unit they belong to.

        Raises:
            PeopleError: there is no such person, no role is given, or a handler would belong to no unit.
        """
        if not roles:
            raise PeopleError(f"工号 {agent_no} 至少要有一个角色，可选 {'、'.join(Role)}")
        row = self._db.execute("SELECT unit FROM people WHERE agent_no = ?", (agent_no,)).fetchone()
        if row and not (unit or row["unit"]) and roles.intersection(HANDLERS):
            raise PeopleError(f"工号 {agent_no} 是承办人员，须写明所属单位：请加 --unit 单位名称")
        if unit:
            self._update(agent_no, "unit", unit)
        self._update(agent_no, "roles", _join(roles))

    def disable(self, agent_no: str, now: datetime) -> None:
        """End a person's access; the number stays on what it did.

        Raises:
            PeopleError: there is no such person.
        """
        self._update(agent_no, "disabled_at", to_storage(now))

    def enable(self, agent_no: str) -> None:
        """Give a person who was disabled access again, with the password and the roles of before.

        Raises:
            PeopleError: there is no such person.
        """
        self._update(agent_no, "disabled_at", None)

    def sign_in(self, agent_no: str, password: str) -> Actor:
        """Check number and password.

        Raises:
            PeopleError: one of the two is wrong (it does not say which), or the person is disabled.
        """
        from argon2 import PasswordHasher  # late: a demo needs no passwords
        from argon2.exceptions import InvalidHashError, VerificationError

        wrong = PeopleError("工号或密码不对：请重试，忘记密码请找系统管理员")
        row = self._db.execute("SELECT * FROM people WHERE agent_no = ?", (agent_no,)).fetchone()
        hasher = PasswordHasher()
        if row is None or row["password"] == NO_PASSWORD:
            hasher.hash(password)  # costs what checking a password costs, so that numbers cannot be probed
            raise wrong
        try:
            hasher.verify(row["password"], password)
        except (VerificationError, InvalidHashError):
            raise wrong from None
        if row["disabled_at"]:
            raise PeopleError(f"工号 {agent_no} 已停用：请找系统管理员，用 hotline user enable 恢复")
        return _actor(row)

    def everyone(self) -> list[Actor]:
        """All who may still sign in, by number."""
        rows = self._db.execute("SELECT * FROM people WHERE disabled_at IS NULL ORDER BY agent_no")
        return [_actor(row) for row in rows]

    def listed(self) -> list[Listed]:
        """All who were ever registered, by number."""
        rows = self._db.execute(
            "SELECT agent_no, name, roles, unit, created_at, disabled_at FROM people ORDER BY agent_no"
        )
        return [
            Listed(
                row["agent_no"],
                row["name"],
                [Role(role) for role in row["roles"].split()],
                row["unit"],
                from_storage(row["created_at"]),
                from_storage(row["disabled_at"]) if row["disabled_at"] else None,
            )
            for row in rows
        ]

    def called(self, agent_no: str) -> str:
        """How others speak of a person: the number, and the name where one is known."""
        row = self._db.execute("SELECT name FROM people WHERE agent_no = ?", (agent_no,)).fetchone()
        return f"{agent_no}号{row['name'] if row else ''}"

    def _update(self, agent_no: str, column: str, value: str | None) -> None:
        with writing(self._db) as db:
            changed = db.execute(f"UPDATE people SET {column} = ? WHERE agent_no = ?", (value, agent_no))
            if changed.rowcount == 0:
                raise PeopleError(f"没有工号 {agent_no}：请先用 hotline user add 登记")


def _hash(agent_no: str, password: str) -> str:
    from argon2 import PasswordHasher  # late, as above

    if len(password) < 8:
        raise PeopleError(f"工号 {agent_no} 的密码太短：至少 8 个字符")
    return PasswordHasher().hash(password)


def _join(roles: frozenset[Role]) -> str:
    return " ".join(sorted(roles))


def _actor(row: sqlite3.Row) -> Actor:
    return Actor(row["agent_no"], row["name"], frozenset(Role(role) for role in row["roles"].split()), row["unit"])
