"""The file of the word table: whole or made again, one for all sessions, and done without where it cannot be kept."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kb.jieba_code import jieba_folder
from kb.search import KnowledgeBase
from kb.segment import Segmenter, jieba_over
from kb.table import Table, open_table

ROOT = Path(__file__).parents[2]
TEXT = "住房公积金怎么提取，小区停水物业不管"
CUT = f"""
import sys
from pathlib import Path
from kb.segment import Segmenter
segmenter = Segmenter(Path(sys.argv[1]))
print("begun", flush=True)
print(*segmenter.words({TEXT!r}))
print(segmenter.unkept)
"""

Open = Callable[[], tuple[Table, bool]]


def start(code: str, *arguments: object, path: Path | None = None) -> "subprocess.Popen[str]":
    """Start a process; ``path`` comes before the installed packages."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{path}{os.pathsep}{ROOT}" if path else str(ROOT)},
    )


def ended(process: "subprocess.Popen[str]") -> list[str]:
    """The lines that it printed; it must end well and silently."""
    out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")
    return out.splitlines()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the table is kept; not there yet."""
    return tmp_path / "cache"


@pytest.fixture
def opening(folder: Path) -> Open:
    """Open the table of a version; whether it had to be built."""

    def run() -> tuple[Table, bool]:
        built: list[bool] = []
        table = open_table(folder, "one", lambda: built.append(True) or ["接诉即办"])
        return table, bool(built)

    return run


def table_of(folder: Path) -> Path:
    """The one table there, and nothing half-written beside it."""
    (table,) = folder.glob("words-*")
    return table


def test_a_session_maps_what_another_has_built(opening: Open, folder: Path) -> None:
    """You should see the table mapped read-only and shared, not held by each session for itself."""
    assert opening()[1]
    table, built = opening()
    assert (built, table.unkept) == (False, "")
    mapped = [line for line in Path("/proc/self/maps").read_text().splitlines() if str(folder) in line]
    assert mapped
    assert {line.split()[1] for line in mapped} == {"r--s"}
    assert "接诉即办" in jieba_over(table).cut("接诉即办是什么")


@pytest.mark.parametrize("at", [0, 9, 20, 1000, 1_500_000, -1])
def test_one_wrong_byte_anywhere_has_the_table_made_again(opening: Open, folder: Path, at: int) -> None:
    """You should see damage noticed in the head, the probabilities, the frequencies and the trie."""
    opening()
    path = table_of(folder)
    whole = path.read_bytes()
    damaged = bytearray(whole)
    damaged[at] ^= 0x10
    path.write_bytes(damaged)
    table, built = opening()
    assert (built, table.unkept) == (True, "")
    assert path.read_bytes() == whole


@pytest.mark.parametrize("length", [0, 63, 100_000])
def test_a_table_cut_short_is_made_again(opening: Open, folder: Path, length: int) -> None:
    """You should see a half-written file replaced, wherever it ends."""
    opening()
    os.truncate(table_of(folder), length)
    assert opening()[1]
    assert not opening()[1]


def test_a_table_of_other_words_under_this_name_is_not_taken(opening: Open, folder: Path) -> None:
    """You should see the words asked for, not those that a file's name promises."""
    opening()
    path = table_of(folder)
    open_table(folder, "two", lambda: ["别的词表词"])
    (other,) = set(folder.glob("words-*")) - {path}
    shutil.copy(other, path)
    table, built = opening()
    assert built
    assert "接诉即办" in table.frequencies
    assert "别的词表词" not in table.frequencies


def test_old_tables_and_leavings_do_not_pile_up(folder: Path) -> None:
    """You should see the newest four tables kept, for two releases may be open, and no rest of a killed session."""
    folder.mkdir(mode=0o700)
    for age, name in enumerate([*(f"words-{at}.table" for at in range(5)), "words-x.part"], start=1):
        (folder / name).write_text("")
        os.utime(folder / name, (time.time() - 1000 * age,) * 2)
    open_table(folder, "one", list)
    kept = {path.name for path in folder.glob("words-*")}
    assert len(kept) == 4
    assert {"words-0.table", "words-1.table", "words-2.table"} < kept


def test_sessions_that_start_together_end_with_one_table(folder: Path) -> None:
    """You should see four processes on an empty folder cut alike, one whole table there and nothing half-written."""
    answers = [ended(process) for process in [start(CUT, folder) for _ in range(4)]]
    assert answers == [["begun", " ".join(Segmenter(folder).words(TEXT)), ""]] * 4
    assert table_of(folder).suffix == ".table"


def test_a_session_killed_while_building_holds_nobody_up(folder: Path, pytestconfig: pytest.Config) -> None:
    """You should see the next session build the table, whenever the first was killed."""
    for delay in (0.0, 0.3, 0.6) if pytestconfig.getoption("--long") else (0.3,):
        process = start(CUT, folder)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert ended(start(CUT, folder))[2] == ""
        table_of(folder).unlink()


# Python itself must write nothing then: it would leave half of a module's bytecode for every process after it.
FULL_DISK = """
import resource, sys
sys.dont_write_bytecode = True
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, resource.RLIM_INFINITY))
"""


def test_a_full_disk_costs_time_and_no_word(folder: Path, tmp_path: Path) -> None:
    """You should see the same words, the reason why the table is not kept, and nothing half-written left behind."""
    _, words, reason = ended(start(FULL_DISK + CUT, folder))
    assert words == " ".join(Segmenter(tmp_path / "other").words(TEXT))
    assert reason == f"词表无法保存到 {folder}：File too large"
    assert list(folder.glob("words-*")) == []


def test_a_folder_that_others_can_write_is_not_used(folder: Path, tmp_path: Path) -> None:
    """You should see why, and the same words as ever."""
    folder.mkdir()
    folder.chmod(0o777)
    segmenter = Segmenter(folder)
    assert segmenter.unkept == f"词表无法保存到 {folder}：别人也能写这个目录"
    assert segmenter.words(TEXT) == Segmenter(tmp_path / "other").words(TEXT)
    assert list(folder.iterdir()) == []


@pytest.fixture
def other_jieba(tmp_path: Path) -> Path:
    """A folder with a jieba of its own: 停水 is more frequent there, in a file of the same length and time."""
    shutil.copytree(jieba_folder(), tmp_path / "site" / "jieba", ignore=shutil.ignore_patterns("lac_small", "posseg"))
    dictionary = tmp_path / "site" / "jieba" / "dict.txt"
    before = dictionary.stat()
    text = dictionary.read_text(encoding="utf-8")
    assert "\n停水 12 " in text
    dictionary.write_text(text.replace("\n停水 12 ", "\n停水 13 "), encoding="utf-8")
    os.utime(dictionary, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert dictionary.stat().st_size == before.st_size
    return tmp_path / "site"


REBUILT = """
import sys
from pathlib import Path
from kb.search import KnowledgeBase
base = KnowledgeBase(Path(sys.argv[1]), Path(sys.argv[2]))
print(base.needs_rebuild, base.words_version)
print([hit.id for hit in base.search("停水")], base.needs_rebuild)
"""


@pytest.mark.clause("6.3.1")
def test_a_changed_dictionary_of_jiebas_has_the_index_cut_again(
    tmp_path: Path, cache: Path, other_jieba: Path, make
) -> None:
    """You should see one frequency changed in dict.txt make another version, and an index of its own at a search."""
    base = KnowledgeBase(tmp_path / "kb.db", cache)
    base.import_articles([make(title="小区停水怎么办")])
    asked, found = ended(start(REBUILT, tmp_path / "kb.db", cache, path=other_jieba))
    assert asked.split()[0] == "True"
    assert base.words_version not in asked
    assert found == "['a-1'] False"
    assert not base.needs_rebuild  # each has an index of its own words
    assert base.search("停水")


BROKEN = """
import sys
from pathlib import Path
from kb.articles import KnowledgeError
from kb.segment import Segmenter
try:
    Segmenter(Path(sys.argv[1])).words("停水")
except KnowledgeError as error:
    print(error)
"""


@pytest.mark.parametrize("name", ["dict.txt", "finalseg/prob_emit.py", "_compat.py"])
def test_a_jieba_that_is_not_whole_is_named(folder: Path, other_jieba: Path, name: str) -> None:
    """You should see which file of jieba's is missing, and that the program should be installed again."""
    (other_jieba / "jieba" / name).unlink()
    (said,) = ended(start(BROKEN, folder, path=other_jieba))
    path = other_jieba / "jieba" / name
    assert said == f"分词程序 jieba 的 {path} 无法读取：No such file or directory；请重新安装本程序"


def test_a_dictionary_that_is_no_dictionary_is_named(folder: Path, other_jieba: Path) -> None:
    """You should see the file and the line that jieba cannot read."""
    dictionary = other_jieba / "jieba" / "dict.txt"
    dictionary.write_text("停水 175 n\n停水\n", encoding="utf-8")
    (said,) = ended(start(BROKEN, folder, path=other_jieba))
    assert said.startswith(f"分词程序 jieba 的 {dictionary} 无法读取：")
    assert "Line 2" in said
    assert said.endswith("；请重新安装本程序")
