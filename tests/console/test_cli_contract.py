"""What every command promises: help with an example, exit codes, one Chinese sentence, nothing heavy at import."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from console.__main__ import main
from console.commands import greeting as greeting_command

HAN = re.compile(r"[\u4e00-\u9fff]")
ROOT = Path(__file__).parents[2]


def _paths(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from _paths(below, (*path, name))


PATHS = list(_paths(main))


def process(*args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as a real process."""
    return subprocess.run(
        [sys.executable, *args],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def test_the_commands_of_the_contract_are_there() -> None:
    """You should see each headless command of this release, and no name that only promises."""
    names = {" ".join(path) for path in PATHS}
    assert names >= {
        "demo", "intake import", "intake list", "ticket new", "ticket list", "ticket show", "ticket events", "check",
        "greeting", "kb import", "kb search", "kb stats", "kb export", "kb check", "kb misses", "kb rebuild", "sync",
        "verify", "suggest", "user add", "user role", "user disable", "user enable", "standard",
    }  # fmt: skip


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_every_command_explains_itself_with_an_example(hotline, path: tuple[str, ...]) -> None:
    """You should see a Chinese page with an example that begins with hotline."""
    ran = hotline(*path, "--help", home=None)
    assert ran.code == 0
    assert ran.err == ""
    assert "用法：" in ran.out
    assert "Usage" not in ran.out
    assert re.search(r"例：\n  (echo .*\| )?hotline", ran.out)
    assert all(HAN.search(line) for line in ran.out.splitlines() if line.startswith("  --"))


@pytest.mark.parametrize(
    "args",
    [
        ("nosuch",),
        ("greeting", "--nope"),
        ("greeting", "--at"),
        ("greeting", "--at", "明天"),
        ("greeting", "--at", "2026-13-01"),
        ("ticket", "new"),
        ("ticket", "list", "--state", "坏了"),
        ("ticket", "list", "--limit", "0"),
        ("ticket", "show", "1", "--form", "--json"),
        ("kb", "search"),
        ("kb", "search", "a", "b"),
        ("kb", "export", "x.pdf"),
        ("user", "add", "1001", "--role", "院长"),
        ("intake", "import", "x.csv", "--map", "foo=bar"),
        ("intake", "import", "x.csv", "--map", "title"),
        ("intake", "import"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_exit_two_with_one_chinese_sentence(hotline, args: tuple[str, ...]) -> None:
    """You should see one sentence on standard error that points to the help."""
    ran = hotline(*args)
    assert ran.code == 2
    assert ran.out == ""
    assert len(ran.err.splitlines()) == 1
    assert HAN.search(ran.err)
    assert "--help" in ran.err


@pytest.mark.parametrize(
    "args",
    [
        ("ticket", "show", "2026010100001"),
        ("ticket", "events", "2026010100001", "--json"),
        ("ticket", "new", "--from", "/nowhere/x.json"),
        ("ticket", "new", "--from", "-", "--agent", "4711"),
        ("check", "/nowhere"),
        ("check", "/"),
        ("user", "role", "4711", "--role", "督办"),
        ("user", "disable", "4711"),
        ("user", "add", "1001", "--role", "督办"),
        ("kb", "import", "/nowhere.csv"),
        ("intake", "import", "/nowhere.csv"),
    ],
    ids=" ".join,
)
def test_a_refusal_is_exit_one_with_one_chinese_sentence(hotline, args: tuple[str, ...]) -> None:
    """You should see what was refused, why, and the way out, and never a traceback."""
    ran = hotline(*args)
    assert ran.code == 1
    assert len(ran.err.splitlines()) == 1
    assert HAN.search(ran.err)


def test_the_unexpected_leaves_a_log_without_what_was_said(
    hotline, cli_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """You should see one sentence that names a log, and in the log no word of the claimant's."""

    said = "来电人张三 13800000000"

    def explode(*_: object) -> None:
        raise KeyError(said)

    monkeypatch.setattr(greeting_command, "show_json", explode)
    ran = hotline("greeting", "--json")
    assert ran.code == 1
    assert len(ran.err.splitlines()) == 1
    assert "KeyError" in ran.err
    logs = list((cli_home / "log").iterdir())
    assert [log.name for log in logs if str(log) in ran.err] == [logs[0].name]
    written = logs[0].read_text()
    assert "greeting.py" in written
    assert "张三" not in written + ran.err
    assert "13800000000" not in written + ran.err
    assert logs[0].stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_used_is_a_sentence(hotline, tmp_path: Path) -> None:
    """You should see which folder cannot be used and how to choose another."""
    (tmp_path / "file").write_text("x")
    ran = hotline("ticket", "list", home=tmp_path / "file")
    assert ran.code == 1
    assert str(tmp_path / "file") in ran.err
    assert "--home" in ran.err


def test_a_damaged_store_is_a_sentence(hotline, cli_home: Path) -> None:
    """You should see that the file is no store of this program."""
    cli_home.mkdir()
    (cli_home / "hotline.db").write_bytes(b"this is not a database" * 100)
    ran = hotline("ticket", "list", "--json")
    assert ran.code == 1
    assert "hotline.db" in ran.err
    assert ran.out == ""


def test_bare_hotline_opens_the_console(hotline, opened, cli_home: Path) -> None:
    """You should see the console of the given folder."""
    assert hotline().code == 0
    assert opened == [(cli_home, False)]


def test_hotline_home_is_used_and_home_overrides_it(
    hotline, opened, cli_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """You should see the folder of the environment, unless --home names another."""
    monkeypatch.setenv("HOTLINE_HOME", str(tmp_path / "environment"))
    hotline(home=None)
    hotline()
    assert [root for root, _ in opened] == [tmp_path / "environment", cli_home]


@pytest.mark.parametrize("args", [(), ("demo",)], ids=["console", "demo"])
def test_without_a_terminal_the_console_says_so(tmp_path: Path, args: tuple[str, ...]) -> None:
    """You should see a sentence instead of a broken screen when output is no terminal."""
    ran = process("-m", "console", "--home", str(tmp_path / "h"), *args)
    assert ran.returncode == 1
    assert len(ran.stderr.splitlines()) == 1
    assert "终端" in ran.stderr


_HEAVY = ("textual", "jieba", "sqlite_utils", "openpyxl", "docx", "pypinyin", "argon2")
_SHOW_MODULES = (
    "import sys, json\n"
    "from console.__main__ import main\n"
    "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
    "print('\\n' + json.dumps(sorted(sys.modules)))"
)


@pytest.mark.parametrize(
    ("args", "allowed"),
    [
        (("--help",), ()),
        (("greeting", "--at", "2026-05-01", "--json"), ()),
        (("standard", "--json"), ()),
        (("ticket", "list", "--json"), ("sqlite_utils",)),  # a new folder: its tables are made
        (("intake", "list", "--json"), ("sqlite_utils",)),
        (("sync", "--once", "--json"), ("sqlite_utils",)),
    ],
    ids=lambda value: " ".join(value),
)
def test_headless_commands_load_little(tmp_path: Path, args: tuple[str, ...], allowed: tuple[str, ...]) -> None:
    """You should see neither Textual nor another heavy package loaded by a command that does not need it."""
    ran = process("-c", _SHOW_MODULES, *args, HOTLINE_HOME=str(tmp_path))
    modules = set(json.loads(ran.stdout.splitlines()[-1]))
    assert modules & set(_HEAVY) <= set(allowed)


def test_a_reader_that_goes_away_is_no_failure(tmp_path: Path) -> None:
    """You should see no complaint when the output is cut off, as `| head` does."""
    ran = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {sys.executable} -m console standard | head -1; echo ${{PIPESTATUS[0]}}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.stderr == ""
    assert ran.stdout.splitlines()[-1] in ("0", "1")


def test_the_machines_language_does_not_break_the_output(tmp_path: Path) -> None:
    """You should see valid JSON with its Chinese also where the terminal is set to ASCII."""
    ran = process("-m", "console", "greeting", "--at", "2026-05-01", "--json", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert ran.returncode == 0
    assert json.loads(ran.stdout)["text"] == "节日好！请问您需要什么帮助？"
