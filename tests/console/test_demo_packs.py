"""``hotline demo`` in a folder where a city has laid its own packs."""

import shutil
from pathlib import Path

import pytest

from console.demo import load_demo
from console.house import House
from data.ticket_lists import TicketFilter
from scripts.pack import SHIPPED


@pytest.fixture
def packs(cli_home: Path) -> Path:
    """A new home that holds only a city's packs: one good, one broken."""
    folder = cli_home / "packs"
    folder.mkdir(parents=True)
    shutil.copy(SHIPPED / "phrases.toml", folder)
    (folder / "wording.toml").write_text("[[broken", encoding="utf-8")
    return folder


def test_a_home_with_only_packs_is_taken_and_kept(hotline, opened, packs: Path, cli_home: Path) -> None:
    """You should see the demo open, the packs in force named with those refused, and all files there after --reset."""
    for arguments in ((), ("--reset",)):
        ran = hotline("demo", *arguments)
        assert (ran.code, opened.pop()) == (0, (cli_home, True))
        assert "在用：phrases.toml" in ran.err
        assert "packs/wording.toml 未采用，正在用自带的 wording.toml" in ran.err
        assert sorted(path.name for path in packs.iterdir()) == ["phrases.toml", "wording.toml"]


def test_settings_and_empty_folders_are_no_data(hotline, opened, cli_home: Path, clock) -> None:
    """You should see the demo open with the settings in force, and keep them through --reset."""
    (cli_home / "drafts" / "deep").mkdir(parents=True)
    (cli_home / "settings.toml").write_text('centre = "某市热线"', encoding="utf-8")
    assert hotline("demo").code == 0
    assert hotline("demo", "--reset").code == 0
    house = House(cli_home, clock)
    assert house.settings.centre == "某市热线"
    house.close()


@pytest.mark.parametrize("name", ["hotline.db", "drafts/8041.json", "notes/plan.txt"])
def test_anything_else_is_left_alone_and_named(hotline, opened, packs: Path, cli_home: Path, name: str) -> None:
    """You should see which thing there is not the demo's, and what the folder may hold."""
    (cli_home / name).parent.mkdir(exist_ok=True)
    (cli_home / name).write_text("x", encoding="utf-8")
    ran = hotline("demo", "--reset")
    assert (ran.code, opened) == (1, [])
    assert f"（{name.partition('/')[0]}）" in ran.err
    assert "packs" in ran.err
    assert (cli_home / name).read_text(encoding="utf-8") == "x"


def test_a_pack_that_names_its_routes_otherwise_does_not_spoil_the_demo(hotline, packs: Path, cli_home, clock) -> None:
    """You should see the demo filled whole, and the city's names in force afterwards."""
    text = (SHIPPED / "scope.toml").read_text(encoding="utf-8")
    labels = [line.split('"')[1] for line in text.splitlines() if line.startswith("label = ")]
    for label in labels:
        text = text.replace(f'"{label}"', f'"{label}（本市）"')
    (packs / "scope.toml").write_text(text, encoding="utf-8")
    assert hotline("demo").code == 0
    house = House(cli_home, clock)
    assert house.tickets.count(TicketFilter()) == len(load_demo().requests)
    assert all(route.label.endswith("（本市）") for route in house.packs.scope.routes)
    house.close()
