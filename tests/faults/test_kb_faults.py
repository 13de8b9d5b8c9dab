"""The knowledge base under faults: killed at any moment, a full disk, another user's folder, twenty sessions at once."""

import errno
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kb import keeper
from kb.articles import Article
from kb.search import BATCH, KnowledgeBase
from tests.faults.conftest import ROOT, Start, running
from tests.faults.librarian import article

LIBRARIAN = Path(__file__).with_name("librarian.py")
KILLS = 5  # fifty in the long form
COUNT = 1_500


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One word table for all tests of this worker."""
    folder = tmp_path_factory.mktemp("cache")
    folder.chmod(0o700)
    return folder


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the knowledge base is."""
    return tmp_path / "kb.db"


@pytest.fixture
def librarian(file: Path, cache: Path) -> Iterator[Start]:
    """Start a process that works on the knowledge base (see ``librarian.py``)."""
    with running(LIBRARIAN, file, cache) as run:
        yield run


def whole(base: KnowledgeBase, chance: random.Random) -> None:
    """Check, as a killed process left it: the file sound, each batch of one round, every search right."""
    connection = sqlite3.connect(base.path)
    assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    connection.close()
    rounds: dict[int, set[str]] = {}
    for each in base.articles():
        rounds.setdefault(int(each.id[2:]) // BATCH, set()).add(each.body.partition("本轮")[2].partition("y")[0])
    assert all(len(those) == 1 for those in rounds.values())
    assert base.stats().articles == BATCH * len(rounds)
    for batch, (round_,) in rounds.items():
        number = batch * BATCH + chance.randrange(BATCH)
        assert [hit.id for hit in base.search(f"条目{number}x", 1)] == [f"n-{number}"]
        assert base.get(f"n-{number}").body == article(number, int(round_)).body


def killed(process: "subprocess.Popen[str]", after: float) -> None:
    """Kill a process some time after it has begun its work."""
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n", process.stderr and process.stderr.read()
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL


@pytest.mark.clause("6.3.1")
@pytest.mark.parametrize("work", ["import", "rebuild"])
def test_killed_at_any_moment_it_opens_at_once_complete_or_unchanged(
    file: Path, cache: Path, librarian: Start, factor: int, work: str
) -> None:
    """You should see whole batches and the right articles found, after every kill, with an index already there."""
    chance = random.Random(12345)
    KnowledgeBase(file, cache).import_articles([article(number) for number in range(COUNT)])
    for _ in range(KILLS * factor):
        killed(librarian("import", COUNT, 0) if work == "import" else librarian("rebuild"), chance.uniform(0, 1.2))
        base = KnowledgeBase(file, cache)
        assert not base.needs_rebuild
        whole(base, chance)
        base.keep()
        assert base.index_fault == ""
        whole(base, chance)
        base.close()
    base = KnowledgeBase(file, cache)
    base.rebuild()
    assert [path.suffix for path in base._index.folder.iterdir() if path.is_dir()][1:] == []  # nothing left lying


def test_a_first_index_killed_is_made_by_who_comes_next(file: Path, cache: Path, librarian: Start) -> None:
    """You should see searches answered meanwhile, and the index whole in the end."""
    base = KnowledgeBase(file, cache)
    base.import_articles([article(number) for number in range(COUNT)])
    for after in (0.0, 0.1, 0.3):
        shutil.rmtree(base._index.folder, ignore_errors=True)
        killed(librarian("rebuild"), after)
        assert [hit.id for hit in base.search("条目7x", 1)] == ["n-7"]
    base.rebuild()  # or waits for a session that has begun it by itself
    assert base.index_fault == ""


def test_one_change_is_seen_by_every_session_at_once(file: Path, cache: Path, librarian: Start) -> None:
    """You should see a revision that is stored in each search that begins after it, whoever indexes."""
    base = KnowledgeBase(file, cache)
    base.import_articles([article(number) for number in range(COUNT)])
    editor, *agents = librarian("edit", 4), *(librarian("type", 4) for _ in range(3))
    check_fresh(editor, agents)


def check_fresh(editor: "subprocess.Popen[str]", agents: "list[subprocess.Popen[str]]") -> list[float]:
    """Check that no agent was shown an older revision than was stored when the search began; returns key times."""
    told = editor.communicate()
    assert (editor.returncode, told[1]) == (0, "")
    stored = [tuple(map(float, line.split())) for line in told[0].splitlines()[1:]]
    assert len(stored) > 2
    times, asked = [], 0
    for agent in agents:
        out, errors = agent.communicate()
        assert (agent.returncode, errors) == (0, "")
        for line in out.splitlines()[1:]:
            begin, took, found = map(float, line.split())
            times.append(took)
            if found >= 0:
                asked += 1
                assert found >= max((revision for revision, at in stored if at < begin), default=0)
    assert asked
    return times


@pytest.mark.clause("6.3.2")
def test_twenty_sessions_search_while_an_editor_publishes_and_an_importer_loads(
    file: Path, cache: Path, librarian: Start, factor: int, record_property: Callable[[str, object], None]
) -> None:
    """You should see no error and nothing stale: six sessions and 3,000 rows, or 20 and 50,000 in the long form."""
    sessions, rows, seconds = (20, 50_000, 60) if factor > 1 else (6, 3_000, 6)
    KnowledgeBase(file, cache).import_articles([article(0)])
    importer, editor = librarian("import", rows, 1), librarian("edit", seconds)
    agents = [librarian("type", seconds) for _ in range(sessions)]
    times = sorted(check_fresh(editor, agents))
    _, errors = importer.communicate()
    assert (importer.returncode, errors) == (0, "")
    late = times[round(0.99 * (len(times) - 1))]
    record_property("keys", f"{len(times)} keys, p99 {late * 1000:.0f} ms, longest {times[-1] * 1000:.0f} ms")
    print(
        f"{len(times)} keys: p50 {times[len(times) // 2] * 1000:.0f} p99 {late * 1000:.0f} max {times[-1] * 1000:.0f} ms"
    )
    base = KnowledgeBase(file, cache)
    base.keep()
    assert base.index_fault == ""
    assert base.stats().articles == rows + 1


def test_a_folder_that_cannot_be_written_breaks_no_search(
    file: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """You should see what is stored found, and the way out only from who asks for a rebuild."""
    base = KnowledgeBase(file, cache)
    base._index.folder.write_text("no folder", encoding="utf-8")
    base.import_articles([article(number) for number in range(BATCH)])
    assert [hit.id for hit in base.search("条目7x", 1)] == ["n-7"]
    assert base.suggest("居住证第3条", "")
    with pytest.raises(keeper.StorageError, match="索引"):
        base.rebuild()


def test_a_full_disk_breaks_no_search_and_leaves_the_last_index(
    file: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """You should see the old index used, what it lacks found in the file, and nothing left lying about."""
    base = KnowledgeBase(file, cache)
    base.import_articles([article(number) for number in range(10)])

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(keeper._Writer, "_index_from", full)
        base.import_articles([Article(id="late", title="后来的通知", body="磁盘已满时写入。", topic="综合",
                                      owner="市政务局", source_kind="公告")])  # fmt: skip
        assert [hit.id for hit in base.search("后来的通知", 1)] == ["late"]
        assert [hit.id for hit in base.search("条目7x", 1)] == ["n-7"]
        patched.setattr(keeper.Keeper, "_fill", full)
        with pytest.raises(keeper.StorageError, match="请清理磁盘"):
            base.rebuild()
        assert not base.needs_rebuild
    assert not list(base._index.folder.glob("*.part"))
    base.keep()
    assert base.index_fault == ""
    assert [hit.id for hit in base.search("后来的通知", 1)] == ["late"]


def test_a_damaged_index_is_put_aside_and_made_again(file: Path, cache: Path) -> None:
    """You should see searches answered though the index's files are rubbish."""
    base = KnowledgeBase(file, cache)
    base.import_articles([article(number) for number in range(10)])
    assert base.search("居住证")
    for path in base._index.folder.glob("*.1/*"):
        path.write_bytes(b"rubbish" * 20)
    later = KnowledgeBase(file, cache)
    assert [hit.id for hit in later.search("条目7x", 1)] == ["n-7"]
    assert later.index_fault == ""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be two users")
def test_two_users_of_one_home_have_an_index_each(tmp_path: Path) -> None:
    """You should see neither broken by the other's private folder, and one who may only read find what is stored."""
    home = Path("/tmp") / f"hotline-users-{os.getpid()}"
    home.mkdir()
    home.chmod(0o777)
    try:
        script = (
            "import os, sys; from pathlib import Path\n"
            "from kb.search import KnowledgeBase; from tests.faults.librarian import article\n"
            "home, number, own = Path(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])\n"
            # Python's own folder may be root's alone: all that is imported late comes before.
            "first = KnowledgeBase(own / 'kb.db', own); first.import_articles([article(0)]); first.search('居主证')\n"
            "os.umask(0); os.setuid(int(sys.argv[1]))\n"
            "base = KnowledgeBase(home / 'kb.db', home / f'cache-{sys.argv[1]}')\n"
            "if os.getuid() == 65534: base.import_articles([article(number)])\n"
            "base.warm()\n"
            "print(*(hit.id for n in range(number + 1) for hit in base.search(f'条目{n}x', 1)), base.index_fault)\n"
        )
        for number, user in ((0, 65534), (0, 1), (1, 65534), (1, 1)):
            done = subprocess.run(
                [sys.executable, "-c", script, str(user), str(home), str(number), str(tmp_path)],
                capture_output=True, text=True, cwd="/", env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False,
            )  # fmt: skip
            assert done.stdout.split() == [f"n-{n}" for n in range(number + 1)], done.stderr
            (home / "kb.db").chmod(0o666)  # what SQLite puts beside it has the same rights
        folders = sorted(path.name for path in home.glob("kb.db.index*"))
        assert folders == ["kb.db.index", "kb.db.index-1"]
        assert all((home / name).stat().st_mode & 0o777 == 0o700 for name in folders)
    finally:
        shutil.rmtree(home)
