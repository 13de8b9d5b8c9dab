"""A city's broken pack or table: the console starts with the shipped one, and says so."""

from collections.abc import Callable
from typing import Any

from console.house import House
from console.tables import reference_in_force
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


async def test_a_broken_table_is_told_at_the_start_and_explained_under_f1(
    house: House, sit: Callable[..., Any]
) -> None:
    """You should see packs and tables counted, on F1 the table's line and reason, and where the demo's role is chosen."""
    (house.home.packs / "scope.toml").write_text("[[broken", encoding="utf-8")
    house.packs, house.refused_packs = load_packs(house.home.packs)
    topics = "scope,name,words,pinyin,initials\n渔业,捕鱼,,buyu,by\n"
    (house.home.reference / "topics.csv").write_text(topics, encoding="utf-8")
    house.reference, house.refused_tables = reference_in_force(house.home.reference)
    async with sit() as seat:
        await seat.see("有1个规则包、1个参考表未采用", "按F1看原因")
        await seat.press("f1")
        await seat.see("参考表reference/topics.csv未采用，正在用自带的topics.csv：第2行“捕鱼”")
    async with sit(signed_in=False, demo=True) as seat:
        await seat.see("演示：选一个角色", "reference/topics.csv未采用")
