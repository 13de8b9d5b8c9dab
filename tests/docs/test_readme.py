"""The README says what the program does today."""

import importlib.util
import re
import urllib.parse
from pathlib import Path
from types import ModuleType

import click
import msgspec
import pytest

from console.__main__ import main
from console.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


@pytest.fixture
def card() -> ModuleType:
    """The generator of the key card."""
    spec = importlib.util.spec_from_file_location("key_card", Path(__file__).with_name("key_card.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_key_card_is_that_of_the_registry(card: ModuleType) -> None:
    """You should see each key of each desk as the console binds it; else run tests/docs/key_card.py."""
    assert card.key_card() in README


@pytest.mark.parametrize("command", sorted(main.commands))
def test_each_command_is_named(command: str) -> None:
    """You should see every command of `hotline --help`."""
    assert f"hotline {command}" in README


SUBCOMMANDS = [
    (name, sub) for name, group in main.commands.items() if isinstance(group, click.Group) for sub in group.commands
]


@pytest.mark.parametrize(("command", "sub"), sorted(SUBCOMMANDS))
def test_each_subcommand_is_named(command: str, sub: str) -> None:
    """You should see it on its command's line of the table: `hotline ticket new`, `list` …"""
    line = next(line for line in README.splitlines() if line.startswith(f"| `hotline {command} "))
    assert f"`{sub}`" in line or f"`hotline {command} {sub}" in line


@pytest.mark.parametrize("setting", [field.name for field in msgspec.structs.fields(Settings)])
def test_each_setting_is_explained(setting: str) -> None:
    """You should see every entry that settings.toml may have."""
    assert f"`{setting}`" in README


def test_each_picture_and_link_leads_somewhere() -> None:
    """You should see no picture and no file named that is not there."""
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert links
    missing = [link for link in links if "://" not in link and not (ROOT / urllib.parse.unquote(link)).exists()]
    assert not missing


def test_ci_runs_the_command_that_the_readme_prints() -> None:
    """You should see the README's test command, letter for letter, in .ci/run."""
    command = next(line for line in README.splitlines() if line.endswith(".venv/bin/pytest -n auto"))
    assert command in (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
