"""A city's broken pack: the console starts with the shipped one, and says so."""

from collections.abc import Callable
from typing import Any

from console.house import House
from scripts.pack import load_packs


async def test_a_broken_pack_is_told_at_the_start_and_explained_under_f1(house: House, sit: Callable[..., Any]) -> None:
    """You should see how many were refused, on F1 file, entry, reason and that the shipped one is used instead."""
    (house.home.packs / "scope.toml").write_text("[[broken", encoding="utf-8")
    house.packs, house.refused_packs = load_packs(house.home.packs)
    async with sit() as seat:
        await seat.see("1个规则包未采用", "按F1看原因")
        await seat.press("f1")
        await seat.see("规则包packs/scope.toml未采用，正在用自带的scope.toml", "“文件末尾”处，TOML写法有误")
        await seat.press("escape")
        await seat.take("elevator", "1")
        await seat.see("现在说")
