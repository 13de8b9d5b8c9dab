"""Half-typed records: kept as typed, held by one session at a time, never lost to a full disk or a damaged file."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.calls import Call
from data.clock import FixedClock
from data.db import StorageError
from data.drafts import Draft, DraftStore
from data.home import Home
from data.record import Record

ROOT = Path(__file__).parents[2]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


@pytest.fixture
def drafts(home: Home) -> Iterator[DraftStore]:
    made = DraftStore(home.drafts, "8012")
    assert made.claim()
    yield made
    made.release()


@pytest.fixture
def draft(clock: FixedClock) -> Draft:
    return Draft("t-1", "8012", clock.now(), Record(text="三里屯停水"), Call("c-1", "13800138000", clock.now()))


def test_a_draft_comes_back_as_it_was_typed(drafts: DraftStore, draft: Draft) -> None:
    """You should see every field again, strange characters and a megabyte of text included."""
    draft.record.text = "\x00𠮷😀\u202e\n" * 100_000
    drafts.save(draft)
    assert drafts.load() == ([draft], [])


def test_the_last_keystroke_counts(drafts: DraftStore, draft: Draft, home: Home) -> None:
    """You should see one file a ticket, with what was typed last."""
    for length in range(1, 6):
        draft.record.text = "停水两天了"[:length]
        drafts.save(draft)
    ((back,), _) = drafts.load()
    assert back.record.text == "停水两天了"
    assert [path.name for path in home.drafts.iterdir() if path.suffix != ".lock"] == ["8012.t-1.json"]


@pytest.mark.clause("6.2.1")
def test_a_draft_is_readable_by_its_owner_only(drafts: DraftStore, draft: Draft, home: Home) -> None:
    """You should see a claimant's words closed to other users of the machine."""
    drafts.save(draft)
    assert (home.drafts / "8012.t-1.json").stat().st_mode & 0o777 == 0o600


def test_drafts_come_oldest_first_and_go_when_removed(drafts: DraftStore, draft: Draft, clock: FixedClock) -> None:
    """You should see several calls' drafts in their order, and removing one twice do no harm."""
    drafts.save(draft)
    clock.advance(seconds=-60)
    older = Draft("t-9", "8012", clock.now(), Record())
    drafts.save(older)
    assert drafts.load() == ([older, draft], [])
    drafts.remove("t-9")
    drafts.remove("t-9")
    assert drafts.load() == ([draft], [])


def test_an_agent_sees_own_drafts_only(home: Home, drafts: DraftStore, draft: Draft) -> None:
    """You should see nothing of agent 80's in agent 8012's hands, nor the reverse."""
    drafts.save(draft)
    assert DraftStore(home.drafts, "80").load() == ([], [])
    assert DraftStore(home.drafts, "8012a").load() == ([], [])


@pytest.mark.parametrize("damage", [b"", b"\x00" * 300, b'{"ticket_id": "t-2"', b"[]", b'{"ticket_id": "\xff"}'])
def test_a_damaged_file_is_set_aside_and_the_others_come(
    drafts: DraftStore, draft: Draft, home: Home, damage: bytes
) -> None:
    """You should see the good draft, the damaged one kept under another name, and it named once."""
    drafts.save(draft)
    (home.drafts / "8012.t-2.json").write_bytes(damage)
    aside = home.drafts / "8012.t-2.broken"
    assert drafts.load() == ([draft], [aside])
    assert aside.read_bytes() == damage
    assert drafts.load() == ([draft], [])


CLAIM = """
import sys
from pathlib import Path
from data.drafts import DraftStore
print(DraftStore(Path(sys.argv[1]), sys.argv[2]).claim(), flush=True)
"""


def claim_elsewhere(home: Home, agent_no: str) -> str:
    command = [sys.executable, "-c", CLAIM, str(home.drafts), agent_no]
    return subprocess.run(command, capture_output=True, text=True, env=environment(), check=True).stdout.strip()


def test_one_session_of_an_agent_holds_the_drafts(home: Home, drafts: DraftStore) -> None:
    """You should see a second session of the agent refused, another agent not, and the first one free them."""
    assert drafts.claim()
    assert claim_elsewhere(home, "8012") == "False"
    assert claim_elsewhere(home, "8013") == "True"
    assert not DraftStore(home.drafts, "8012").claim()
    drafts.release()
    assert claim_elsewhere(home, "8012") == "True"


SAVE_FOR_EVER = """
import sys
from datetime import datetime
from pathlib import Path
from data.clock import SHANGHAI
from data.drafts import Draft, DraftStore
from data.record import Record
drafts = DraftStore(Path(sys.argv[1]), "8012")
assert drafts.claim()
number = 0
while True:
    number += 1
    text = str(number) + "停" * 20000
    drafts.save(Draft("t-1", "8012", datetime.now(SHANGHAI), Record(text=text)))
    print(number, flush=True)
"""


def test_a_session_killed_while_typing_loses_nothing_and_frees_its_claim(home: Home) -> None:
    """You should see the last saved keystroke (or the one being saved) after SIGKILL, whole, and no litter."""
    for _ in range(5):
        process = subprocess.Popen(
            [sys.executable, "-c", SAVE_FOR_EVER, str(home.drafts)],
            stdout=subprocess.PIPE,
            text=True,
            env=environment(),
        )
        assert process.stdout is not None
        for _ in range(10):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        saved = int((process.communicate()[0].splitlines() or ["10"])[-1])
        again = DraftStore(home.drafts, "8012")
        assert again.claim()
        (draft,), broken = again.load()
        again.release()
        assert broken == []
        assert draft.record.text in {f"{number}{'停' * 20000}" for number in (saved, saved + 1)}
        assert not list(home.drafts.glob("*.tmp"))


FULL = """
import resource, sys
from datetime import datetime
from pathlib import Path
from data.clock import SHANGHAI
from data.db import StorageError
from data.drafts import Draft, DraftStore
from data.record import Record
drafts = DraftStore(Path(sys.argv[1]), "8012")
drafts.save(Draft("t-1", "8012", datetime.now(SHANGHAI), Record(text="good")))
sys.dont_write_bytecode = True  # half of a module would stop every process after it
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, resource.RLIM_INFINITY))
try:
    drafts.save(Draft("t-1", "8012", datetime.now(SHANGHAI), Record(text="bad" * 100_000)))
except StorageError as error:
    print(error)
"""


def test_a_full_disk_keeps_the_copy_before(home: Home, drafts: DraftStore) -> None:
    """You should see the reason and what to do, the last good copy, and nothing half-written beside it."""
    command = [sys.executable, "-c", FULL, str(home.drafts)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), check=True)
    assert done.stdout.startswith("草稿未能保存：")
    assert "请勿关闭窗口" in done.stdout
    ((kept,), broken) = drafts.load()
    assert (kept.record.text, broken) == ("good", [])
    assert not list(home.drafts.glob("*.tmp"))


def test_a_folder_that_is_gone_is_told(home: Home, draft: Draft) -> None:
    """You should see a StorageError on claiming and on saving, not a crash of the desk."""
    lost = DraftStore(home.drafts / "gone", "8012")
    with pytest.raises(StorageError, match="草稿目录"):
        lost.claim()
    with pytest.raises(StorageError, match="草稿未能保存"):
        lost.save(draft)


def test_a_draft_that_cannot_be_read_is_told(home: Home, drafts: DraftStore) -> None:
    """You should see the file named."""
    (home.drafts / "8012.t-3.json").mkdir()
    with pytest.raises(StorageError, match=r"8012\.t-3\.json"):
        drafts.load()
