"""Practice cannot reach the live store or any queue: by how it is made, and as seen from outside."""

import hashlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from console.house import House
from console.integrity import verify
from console.practice.acts import Recogniser
from console.practice.case import draw
from console.practice.house import PracticeHouse, PracticeQueue, practice_root
from data.clock import FixedClock
from data.queue import QueueUnavailable
from kb.starters import starter_articles
from scripts.scenarios import Scenarios
from tests.lives import Lives
from tests.practice_players import play


def _hashes(root: Path) -> dict[str, tuple[str, int]]:
    return {
        str(path.relative_to(root)): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def live(tmp_path: Path, clock: FixedClock) -> Iterator[tuple[Path, int]]:
    """A live home with a ticket and a city's own queue address, closed, its store read-only."""
    root = tmp_path / "live"
    house = House(root, clock)
    Lives(house).waiting()
    waiting = sum(house.outbox.counts())
    house.close()
    assert waiting > 0
    (root / "settings.toml").write_text('queue = "postgresql://nobody@queue.invalid/hotline"\n', encoding="utf-8")
    (root / "hotline.db").chmod(0o400)
    yield root, waiting
    (root / "hotline.db").chmod(0o600)


@pytest.mark.clause("6.3.2")
def test_a_practice_session_writes_nothing_to_the_live_home(
    live: tuple[Path, int],
    clock: FixedClock,
    scenarios: Scenarios,
    recogniser: Recogniser,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """You should see every live file as it was and nothing more to send, with the network cut and a queue named."""

    def cut(*_: object) -> NoReturn:
        raise AssertionError("practice opened a connection")

    monkeypatch.setattr(socket.socket, "connect", cut)
    monkeypatch.setenv("HOTLINE_QUEUE", "postgresql://nobody@queue.invalid/hotline")
    root, waiting = live
    before = _hashes(root)
    practice = PracticeHouse(practice_root(root), clock, root)
    practice.kb.import_articles(starter_articles(), by="system")
    for name in ("complain-elevator", "consult-pension", "scope-court", "danger-gas-leak"):
        case = draw(scenarios, scenarios.scenario(name), 1)
        assert play(practice, clock, case, recogniser, expert=True).outcome == case.truth.outcome
    assert sum(practice.outbox.counts()) >= 4
    practice.close()
    assert _hashes(root) == before
    (root / "hotline.db").chmod(0o600)
    (root / "settings.toml").unlink()
    monkeypatch.delenv("HOTLINE_QUEUE")
    again = House(root, clock)
    assert sum(again.outbox.counts()) == waiting
    again.close()


def test_the_queue_of_practice_takes_nothing(practice: PracticeHouse, clock: FixedClock) -> None:
    """You should see numbers given and every event refused, whatever the worker tries."""
    with pytest.raises(QueueUnavailable, match="练习不派发"):
        PracticeQueue().append([])
    ticket = Lives(practice).waiting()
    assert ticket.number
    with pytest.raises(QueueUnavailable):
        practice.queue.append(practice.tickets.events(ticket.id))
    assert practice.queue.arrivals_after(0) == []
    assert practice.queue.reminds is False
    practice.sync_worker().run(clock.now())
    assert sum(practice.outbox.counts()) > 0


def test_numbers_go_on_after_a_restart(tmp_path: Path, clock: FixedClock) -> None:
    """You should see no number twice in two sessions of a day."""
    numbers = []
    for _ in range(2):
        house = PracticeHouse(tmp_path / "again", clock)
        numbers += [Lives(house).waiting().number for _ in range(3)]
        house.close()
    assert len(set(numbers)) == 6


@pytest.mark.parametrize("way", ["live", "live/practice", "."])
def test_a_practice_home_never_overlaps_the_live_one(tmp_path: Path, clock: FixedClock, way: str) -> None:
    """You should see it refused in, at or around the live home."""
    with pytest.raises(ValueError, match="不能和正式数据目录"):
        PracticeHouse(tmp_path / way, clock, tmp_path / "live")


def test_the_citys_own_packs_are_practised_with(tmp_path: Path, clock: FixedClock) -> None:
    """You should see the live packs in force, and no folder of packs made for practice."""
    packs = tmp_path / "live" / "packs"
    packs.mkdir(parents=True)
    text = (Path(__file__).parents[3] / "scripts/packs/limits.toml").read_text(encoding="utf-8")
    (packs / "limits.toml").write_text(text, encoding="utf-8")
    (packs / "scenarios").mkdir()
    (packs / "scenarios" / "own.toml").write_text("standard = 1", encoding="utf-8")
    house = PracticeHouse(practice_root(tmp_path / "live"), clock, tmp_path / "live")
    scenarios, [refused] = house.scenarios()
    assert len(scenarios.scenarios) >= 60
    assert refused.file == "own.toml"
    assert "own.toml" in [each.thing for each in verify(house, lambda done, total: None).findings]
    assert house.packs.limits.source == str(packs / "limits.toml")
    assert not (house.home.root / "packs").exists()
    house.close()
    assert os.listdir(tmp_path / "live") == ["packs"]
