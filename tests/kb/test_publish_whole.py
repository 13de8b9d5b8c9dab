"""A set of public pages (6.3.3) is there whole: after a kill, on a full disk, beside another one who publishes."""

import errno
import fcntl
import os
import random
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from kb import publish_place
from kb.publish import publish
from kb.publish_place import PublishError, Site
from kb.search import KnowledgeBase

TODAY = date(2026, 11, 20)
TOMORROW = date(2026, 11, 21)
ROOT = Path(__file__).parents[2]

# Publishes today's set and tomorrow's in turn until it is killed.
_ENDLESS = """
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from data.clock import FixedClock
from kb.publish import publish
from kb.search import KnowledgeBase
file, cache, site = map(Path, sys.argv[1:])
base = KnowledgeBase(file, cache, FixedClock(datetime(2026, 11, 20, 2, tzinfo=UTC)))
print("ready", flush=True)
while True:
    for day in (21, 20):
        publish(base, site, date(2026, 11, day))
"""


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its name there."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def two_sets(base: KnowledgeBase, make) -> KnowledgeBase:
    """A base whose set of today is not tomorrow's: half of its articles end today."""
    base.import_articles(
        [make(id=f"a{n}", title=f"第{n}号办法", valid_until=TODAY if n % 2 else None) for n in range(40)]
    )
    return base


@pytest.mark.clause("6.3.3")
def test_a_kill_leaves_the_old_set_or_the_new(
    two_sets: KnowledgeBase, cache: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """You should see, whenever the program is killed, one set whole, and the next run tidy up what was left."""
    wholes = []
    for day in (TODAY, TOMORROW):
        publish(two_sets, tmp_path / "whole", day)
        wholes.append(files(tmp_path / "whole"))
    assert wholes[0] != wholes[1]
    place = tmp_path / "out" / "site"
    place.parent.mkdir()
    publish(two_sets, place, TODAY)
    command = [sys.executable, "-c", _ENDLESS, str(two_sets.path), str(cache), str(place)]
    for _ in range(50 if request.config.getoption("--long") else 6):
        with subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            time.sleep(random.uniform(0, 0.6))
            process.kill()
        assert files(place) in wholes
    publish(two_sets, place, TODAY)
    assert files(place) == wholes[0]
    assert os.listdir(place.parent) == ["site"]


@pytest.mark.clause("6.3.3")
@pytest.mark.parametrize("after", [0, 1, 7, 29])
def test_a_full_disk_leaves_the_old_set(
    two_sets: KnowledgeBase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """You should see the last set as it was, nothing beside it, and the reason with the way out."""
    place = tmp_path / "out" / "site"
    place.parent.mkdir()
    publish(two_sets, place, TODAY)
    before = files(place)
    left = after
    write = Site.write

    def until_full(site: Site, name: str, text: str) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write(site, name, text)

    with monkeypatch.context() as patch:
        patch.setattr(Site, "write", until_full)
        with pytest.raises(PublishError, match=r"磁盘已满；请清理磁盘后重试。原有的网页没有动"):
            publish(two_sets, place, TOMORROW)
    assert files(place) == before
    assert os.listdir(place.parent) == ["site"]
    publish(two_sets, place, TOMORROW)
    assert files(place) != before


@pytest.mark.clause("6.3.3")
def test_a_file_system_without_exchange_is_published_to_as_well(
    two_sets: KnowledgeBase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """You should see the new set in place, and the last one back where a crash fell between the two steps."""
    monkeypatch.setattr(publish_place, "_exchanged", lambda one, other: False)
    place = tmp_path / "out" / "site"
    place.parent.mkdir()
    publish(two_sets, place, TODAY)
    before = files(place)
    publish(two_sets, place, TOMORROW)
    assert files(place) != before
    publish(two_sets, place, TODAY)
    work = place.parent / ".site.publishing"
    work.mkdir()
    place.rename(work / "old")  # as a crash leaves it

    def full(site: Site, name: str, text: str) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Site, "write", full)
    with pytest.raises(PublishError, match="磁盘已满"):
        publish(two_sets, place, TOMORROW)
    assert files(place) == before


@pytest.mark.clause("6.3.3")
def test_two_do_not_publish_to_one_folder_at_once(two_sets: KnowledgeBase, tmp_path: Path) -> None:
    """You should see the second one refused while the first one writes, and served afterwards."""
    work = tmp_path / ".site.publishing"
    work.mkdir()
    with (work / "lock").open("w") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        with pytest.raises(PublishError, match="另一个程序正在发布到同一目录"):
            publish(two_sets, tmp_path / "site", TODAY)
    assert not (tmp_path / "site").exists()
    publish(two_sets, tmp_path / "site", TODAY)
    assert (tmp_path / "site" / "index.html").is_file()


@pytest.mark.clause("6.3.3")
def test_a_link_to_the_folder_stays_a_link(two_sets: KnowledgeBase, tmp_path: Path) -> None:
    """You should see a symbolic link published through, and kept, as a web server's root may be one."""
    (tmp_path / "real").mkdir(mode=0o755)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    publish(two_sets, tmp_path / "link", TODAY)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "index.html").is_file()
    assert (tmp_path / "real").stat().st_mode & 0o777 == 0o755
