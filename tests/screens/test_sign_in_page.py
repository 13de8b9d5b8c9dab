"""The sign-in page stays where it is, and says what a new installation lacks."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from console.house import House
from data.clock import FixedClock
from data.people import Role
from kb.starters import starter_articles
from screens.app import HotlineApp
from scripts.pack import SHIPPED, load_packs
from tests.screens.rest import rest

Sit = Callable[..., Any]
ARTICLES, PEOPLE = "hotline kb import --starter", "hotline user add"


def landmarks(seat: Any) -> dict[str, int]:
    """In which line each part of the page stands."""
    return {
        word: next(at for at, line in enumerate(seat.lines) if word in line) for word in ("登录", "工号", "密码", "╰")
    }


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_a_wrong_password_does_not_move_the_page(sit: Sit, house: House, size: tuple[int, int]) -> None:
    """You should see each line where it was before, with the refusal inside the box."""
    house.people.add("8123", "赵敏", frozenset({Role.CALL_TAKER}), "correct horse", house.clock.now())
    async with sit(signed_in=False, size=size) as seat:
        await seat.see("登录", "密码")
        before = landmarks(seat)
        await seat.type("8123")
        await seat.press("enter")
        await seat.type("wrong horse!")
        await seat.press("enter")
        await seat.see("✗工号或密码不对")
        assert landmarks(seat) == before
        assert next(at for at, line in enumerate(seat.lines) if "工号或密码不对" in line) < before["╰"]


async def test_a_new_installation_names_its_first_steps(tmp_path: Path, clock: FixedClock) -> None:
    """You should see how to add people and articles; each sentence goes when it is done."""
    house = House(tmp_path / "new", clock)

    async def named() -> tuple[bool, ...]:
        app = HotlineApp(house)
        async with app.run_test(size=(80, 24)):
            await rest()
            glass = "".join(strip.text for strip in app.screen._compositor.render_strips())
        glass = "".join(char for char in glass if not char.isspace() and char not in "│┃")
        return tuple(command.replace(" ", "") in glass for command in (PEOPLE, ARTICLES))

    seen = [await named()]
    house.people.add("8123", "赵敏", frozenset({Role.CALL_TAKER}), "correct horse", clock.now())
    seen.append(await named())
    house.kb.import_articles(starter_articles()[:1], by="system")
    seen.append(await named())
    house.close()
    assert seen == [(True, True), (False, True), (False, False)]


async def test_the_demo_says_which_packs_are_in_force(sit: Sit, house: House) -> None:
    """You should see a city's pack named where the role is chosen."""
    shutil.copy(SHIPPED / "phrases.toml", house.home.packs)
    (house.home.packs / "scope.toml").write_text("[[broken", encoding="utf-8")
    house.packs, house.refused_packs = load_packs(house.home.packs)
    house.people.add("8101", "周晓", frozenset({Role.CALL_TAKER}), "irrelevant", house.clock.now())
    async with sit(signed_in=False, demo=True) as seat:
        await seat.see("演示：选一个角色", "在用：phrases.toml；其余用自带的", "packs/scope.toml未采用")
