"""People: numbers, roles and passwords; who acts is a value."""

import sqlite3

import pytest
from argon2 import PasswordHasher

from data.clock import FixedClock
from data.people import SYSTEM, Actor, People, PeopleError, Role

PASSWORD = "停水了请找12345"
TAKER = frozenset({Role.CALL_TAKER})


@pytest.fixture
def people(connection: sqlite3.Connection) -> People:
    return People(connection)


@pytest.mark.clause("6.2.2")
def test_a_person_signs_in_with_number_and_password(people: People, clock: FixedClock) -> None:
    """You should see number, name and every role, and act within them only."""
    added = people.add("8012", "王晓", TAKER | {Role.SUPERVISOR}, PASSWORD, clock.now())
    actor = people.sign_in("8012", PASSWORD)
    assert actor == added == Actor("8012", "王晓", TAKER | {Role.SUPERVISOR})
    assert actor.may(Role.CALL_TAKER)
    assert actor.may(Role.EDITOR, Role.SUPERVISOR)
    assert not actor.may(Role.ADMINISTRATOR)
    assert not actor.may()


@pytest.mark.clause("6.2.1")
def test_the_password_itself_is_not_kept(people: People, clock: FixedClock, connection: sqlite3.Connection) -> None:
    """You should see an argon2 hash, different for two people with one password."""
    people.add("8012", "王晓", TAKER, PASSWORD, clock.now())
    people.add("8013", "李明", TAKER, PASSWORD, clock.now())
    kept = [row["password"] for row in connection.execute("SELECT password FROM people")]
    assert all(one.startswith("$argon2id$") and PASSWORD not in one for one in kept)
    assert len(set(kept)) == 2


def test_a_wrong_password_and_an_unknown_number_are_told_alike(people: People, clock: FixedClock) -> None:
    """You should see the same sentence for both, so that nobody learns which numbers there are."""
    people.add("8012", "王晓", TAKER, PASSWORD, clock.now())
    with pytest.raises(PeopleError) as wrong:
        people.sign_in("8012", PASSWORD + "6")
    with pytest.raises(PeopleError) as unknown:
        people.sign_in("8099", PASSWORD)
    assert str(wrong.value) == str(unknown.value)


def test_who_has_no_password_does_not_sign_in(people: People, clock: FixedClock) -> None:
    """You should see the sentence for a wrong password whatever is tried, and the person on the list all the same."""
    people.add("8012", "王晓", TAKER, None, clock.now())
    for tried in ("", PASSWORD, "None"):
        with pytest.raises(PeopleError, match="工号或密码不对"):
            people.sign_in("8012", tried)
    assert [actor.agent_no for actor in people.everyone()] == ["8012"]


def test_an_unknown_number_costs_one_hash_like_a_wrong_password(
    people: People, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """You should see one hash computed in each case, without a password too, so that the waiting time tells nothing."""
    import argon2

    computed: list[str] = []

    class Counting(PasswordHasher):
        def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
            computed.append("hash")
            return super().hash(password, salt=salt)

        def verify(self, hash: str | bytes, password: str | bytes) -> bool:
            computed.append("verify")
            return super().verify(hash, password)

    people.add("8012", "王晓", TAKER, PASSWORD, clock.now())
    people.add("8013", "李明", TAKER, None, clock.now())
    monkeypatch.setattr(argon2, "PasswordHasher", lambda: Counting(1, 8, 1))
    for number in ("8012", "8099", "8013"):
        with pytest.raises(PeopleError):
            people.sign_in(number, "wrong password")
    assert computed == ["verify", "hash", "hash"]


@pytest.mark.clause("6.2.2")
def test_a_disabled_person_does_not_sign_in(people: People, clock: FixedClock) -> None:
    """You should see the reason with the right password only, and the person gone from the list."""
    people.add("8012", "王晓", TAKER, PASSWORD, clock.now())
    people.add("8013", "李明", TAKER, PASSWORD, clock.now())
    people.disable("8012", clock.now())
    with pytest.raises(PeopleError, match="8012 已停用"):
        people.sign_in("8012", PASSWORD)
    with pytest.raises(PeopleError, match="工号或密码不对"):
        people.sign_in("8012", "wrong password")
    assert [actor.agent_no for actor in people.everyone()] == ["8013"]


def test_a_number_is_given_once(people: People, clock: FixedClock) -> None:
    """You should see a second person with the number refused, a disabled one's too, and the first untouched."""
    people.add("8012", "王晓", TAKER, PASSWORD, clock.now())
    people.disable("8012", clock.now())
    with pytest.raises(PeopleError, match="8012 已存在"):
        people.add("8012", "李明", TAKER, "another password", clock.now())
    people.add("8013", "李明", TAKER, PASSWORD, clock.now())
    with pytest.raises(PeopleError, match="8013 已存在"):
        people.add("8013", "张三", frozenset({Role.ADMINISTRATOR}), PASSWORD, clock.now())
    assert people.sign_in("8013", PASSWORD) == Actor("8013", "李明", TAKER)


@pytest.mark.clause("6.2.2")
@pytest.mark.parametrize("number", ["system", "SYSTEM", "System"])
def test_nobody_takes_the_systems_own_name(people: People, clock: FixedClock, number: str) -> None:
    """You should see the number refused that would be allowed everything."""
    assert SYSTEM.may(Role.ADMINISTRATOR)
    with pytest.raises(PeopleError, match="留给系统"):
        people.add(number, "冒名", TAKER, PASSWORD, clock.now())
    assert people.everyone() == []


@pytest.mark.parametrize("number", ["", "80 12", "../8012", "８０１２", "八零", "8" * 13, "80\n12", "8012\x00"])
def test_a_malformed_number_is_refused(people: People, clock: FixedClock, number: str) -> None:
    """You should see what a number may be: it names files and stands on every event."""
    with pytest.raises(PeopleError, match="无效"):
        people.add(number, "王晓", TAKER, PASSWORD, clock.now())


def test_a_person_without_role_or_with_a_short_password_is_refused(people: People, clock: FixedClock) -> None:
    """You should see the choice of roles, and how long a password must be; nobody is added."""
    with pytest.raises(PeopleError, match="话务员、派单员"):
        people.add("8012", "王晓", frozenset(), PASSWORD, clock.now())
    with pytest.raises(PeopleError, match="至少 8 个字符"):
        people.add("8012", "王晓", TAKER, "1234567", clock.now())
    assert people.everyone() == []


@pytest.mark.clause("6.2.2")
def test_roles_are_replaced(people: People, clock: FixedClock) -> None:
    """You should see the new roles at the next sign-in, and never none."""
    people.add("8012", "王晓", TAKER, PASSWORD, clock.now())
    people.set_roles("8012", frozenset({Role.TRAINEE, Role.QUALITY}))
    assert people.sign_in("8012", PASSWORD).roles == {Role.TRAINEE, Role.QUALITY}
    with pytest.raises(PeopleError, match="至少要有一个角色"):
        people.set_roles("8012", frozenset())
    assert people.sign_in("8012", PASSWORD).roles == {Role.TRAINEE, Role.QUALITY}


def test_changing_an_unknown_person_is_told(people: People, clock: FixedClock) -> None:
    """You should see that there is no such number, instead of nothing happening."""
    with pytest.raises(PeopleError, match="没有工号 8099"):
        people.set_roles("8099", TAKER)
    with pytest.raises(PeopleError, match="没有工号 8099"):
        people.disable("8099", clock.now())


def test_every_role_of_the_hotline_is_there() -> None:
    """You should see the eleven roles by their names, and the unit's leader (主管领导, 5.2.2.3.1)."""
    names = "话务员 派单员 承办 承办负责人 回访员 质检 培训师 学员 知识管理员 督办 分析员 系统管理员"
    assert [str(role) for role in Role] == names.split()
