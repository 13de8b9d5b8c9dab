"""Cutting text into the words of the index."""

import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.reference import Reference
from kb.names import place_words
from kb.segment import WORDS_FILE, Segmenter, fold, words_version

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def segmenter(cache: Path) -> Segmenter:
    """One loaded word table."""
    return Segmenter(cache)


@pytest.mark.parametrize("word", ["接诉即办", "12345热线", "公积金", "居住证", "吹哨报到"])
def test_hotline_words_stay_whole(segmenter: Segmenter, word: str) -> None:
    """You should see the hotline's own words kept whole."""
    assert word in segmenter.words(f"请问{word}的事情")


def test_width_and_case_make_no_difference(segmenter: Segmenter) -> None:
    """You should see full-width and half-width, upper and lower case cut alike."""
    assert segmenter.words("ＷｉＦｉ密码１２３４５热线") == segmenter.words("wifi密码12345热线")


def test_parts_of_mixed_words_are_found(segmenter: Segmenter) -> None:
    """You should see 12345 and 热线 within 12345热线."""
    assert {"12345", "热线"} <= set(segmenter.words("12345热线"))


@pytest.mark.parametrize("text", ["", "，。！", "😀😀", "\x00\x1b", "\ud800"])
def test_text_without_words_yields_none(segmenter: Segmenter, text: str) -> None:
    """You should see no words in punctuation, emoji and control characters."""
    assert segmenter.words(text) == []


def test_rare_characters_are_words(segmenter: Segmenter) -> None:
    """You should see a character beyond the basic plane kept, as personal and place names use them."""
    assert "𠮷" in segmenter.words("𠮷祥里")


@given(st.text())
def test_folding_keeps_every_position(text: str) -> None:
    """You should see highlights at the right place whatever stands before them."""
    assert len(fold(text)) == len(text)


def test_folding_keeps_positions_with_letters_that_grow() -> None:
    """You should see İ, whose lower case is two characters, not move what follows."""
    assert fold("İＡb") == "İab"


def test_the_version_follows_the_words(tmp_path: Path) -> None:
    """You should see another version as soon as one word is added."""
    other = tmp_path / "words.txt"
    other.write_text(WORDS_FILE.read_text(encoding="utf-8") + "某某里\n", encoding="utf-8")
    assert words_version(other) != words_version()
    assert words_version(names=["某某街道"]) != words_version()
    assert words_version() == words_version(WORDS_FILE)


def test_the_version_follows_nothing_but_the_words(tmp_path: Path) -> None:
    """You should see a comment, a word given twice and what is no word ask for no rebuild."""
    other = tmp_path / "words.txt"
    other.write_text("# 说明\n" + WORDS_FILE.read_text(encoding="utf-8"), encoding="utf-8")
    assert words_version(other, ["公积金", "公交（集团）", ""]) == words_version()


@pytest.mark.parametrize("name", ["永定门外街道", "住房和城乡建设委员会", "东四街道", "挂账督办", "派单目录"])
def test_long_words_are_found_by_the_words_within(cache: Path, name: str) -> None:
    """You should see each word within a long one, also those too long for jieba's search cut."""
    within = {
        "永定门外街道": {"永定门外", "永定门", "街道"},
        "住房和城乡建设委员会": {"住房", "城乡建设", "委员会"},
        "东四街道": {"东四", "街道"},
        "挂账督办": {"挂账", "督办"},
        "派单目录": {"派单", "目录"},
    }
    segmenter = Segmenter(cache, names=place_words(Reference.load()))
    assert within[name] | {name} <= set(segmenter.words(name))


def test_places_and_units_are_words(cache: Path) -> None:
    """You should see streets and units whole wherever they stand, and each found by its other names."""
    reference = Reference.load()
    segmenter = Segmenter(cache, names=place_words(reference))
    assert {"北新桥街道", "北新桥"} <= set(segmenter.words("我住北新桥街道附近"))
    assert {"东城区", "教委"} <= set(segmenter.words("已向东城区教委反映"))
    assert "人社局" in segmenter.words("打市人社局电话")
    lost = [
        (region.name, alias)
        for region in reference.regions
        for alias in region.aliases
        if region.name.startswith(alias) and not {*segmenter.words(alias)} & {*segmenter.words(region.name)}
    ]
    assert lost == []


def test_the_table_is_kept_in_the_private_folder_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """You should see the table in the given folder, readable by its owner only, and nothing in the temp folder."""
    shared = tmp_path / "shared"
    shared.mkdir()
    monkeypatch.setenv("TMPDIR", str(shared))
    monkeypatch.setattr(tempfile, "tempdir", None)
    Segmenter(tmp_path / "cache").warm()
    (kept,) = (tmp_path / "cache").glob("words-*")
    assert kept.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "cache").stat().st_mode & 0o777 == 0o700
    assert list(shared.iterdir()) == []


def test_a_table_that_others_can_write_is_not_read(tmp_path: Path, segmenter: Segmenter) -> None:
    """You should see a planted table ignored: a trie is trusted wherever it points."""
    folder = tmp_path / "cache"
    folder.mkdir()
    Segmenter(folder).warm()
    (kept,) = folder.glob("words-*")
    kept.write_bytes(b"planted")
    kept.chmod(0o666)
    assert Segmenter(folder).words("公积金提取") == segmenter.words("公积金提取")


def test_a_damaged_table_is_made_again(tmp_path: Path, segmenter: Segmenter) -> None:
    """You should see a table cut short by a full disk replaced."""
    folder = tmp_path / "cache"
    Segmenter(folder).warm()
    (kept,) = folder.glob("words-*")
    whole = kept.read_bytes()
    kept.write_bytes(whole[:1000])
    assert Segmenter(folder).words("住房公积金") == segmenter.words("住房公积金")
    assert len(kept.read_bytes()) == len(whole)


def test_a_folder_that_cannot_be_made_does_not_stop_the_search(tmp_path: Path, segmenter: Segmenter) -> None:
    """You should see words cut even where nothing can be kept."""
    (tmp_path / "file").write_text("")
    assert Segmenter(tmp_path / "file" / "cache").words("居住证") == segmenter.words("居住证")


def test_many_threads_cut_alike(cache: Path, segmenter: Segmenter) -> None:
    """You should see the same words in every thread, the table being loaded by the first."""
    fresh = Segmenter(cache)
    cuts: list[list[str]] = []
    threads = [
        threading.Thread(target=lambda: cuts.append(fresh.words("小区停水了物业不管怎么投诉"))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cuts == [segmenter.words("小区停水了物业不管怎么投诉")] * 8


def test_loading_prints_nothing_and_importing_is_cheap(tmp_path: Path) -> None:
    """You should see no line of jieba's on the screen, nor stock jieba, which costs 0.6 s and 71 MB, at all."""
    code = (
        "import sys, pathlib; from kb import search, importer, exporter, starters;"
        "heavy = {'jieba', 'openpyxl', 'sqlite_utils', 'pypinyin', 'textual'} & set(sys.modules);"
        "assert not heavy, heavy;"
        "from kb.segment import Segmenter; Segmenter(pathlib.Path(sys.argv[1])).words('居住证');"
        "heavy = {'jieba', 'pkg_resources'} & set(sys.modules);"
        "assert not heavy, heavy"
    )
    done = subprocess.run(
        [sys.executable, "-W", "default", "-c", code, str(tmp_path / "cache")],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
