"""The search index of the public pages: its parts say which articles have which neighbouring characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import publish_index
from kb.publish_index import PublicIndex, list_text, pairs, shard_hash


def numbers(text: str) -> list[int]:
    """What a list's digits stand for, read as the format in `kb.publish_index` says."""
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    found, before, at = [], 0, 0
    while at < len(text):
        if text[at] == "~":
            before, at = 0, at + 1
        number, shift, more = 0, 0, True
        while more:
            digit = digits.index(text[at])
            number, shift, more, at = number + ((digit & 31) << shift), shift + 5, bool(digit & 32), at + 1
        before += number
        found.append(before)
    return found


@given(st.lists(st.integers(0, 2_000_000), unique=True).map(sorted))
def test_a_list_says_its_numbers(rising: list[int]) -> None:
    """You should see any rising numbers read back as they were written, two lists joined too."""
    assert numbers(list_text(rising)) == rising
    assert numbers(list_text(rising[:3]) + list_text(rising[3:])) == rising


def test_words_are_taken_by_neighbouring_characters() -> None:
    """You should see full-width letters folded, punctuation parting words, and a lone character kept."""
    assert pairs("居住证，ＡＢ 卡") == {"居住", "住证", "ab", "卡"}


@pytest.mark.parametrize("block", [1, 2, 1000])
def test_sorted_files_are_merged_to_one_index(tmp_path, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    """You should see the same index however many articles memory held at a time."""
    monkeypatch.setattr(publish_index, "BLOCK", block)
    index = PublicIndex(tmp_path)
    index.add(0, "居住证", ["怎么办居住卡"], "到派出所")
    index.add(1, "停水", [], "居住证")
    index.add(2, "供水", [], "停水")
    index.finish()
    (shard,) = index.shards(0)
    assert '"居住":"~A||~B"' in shard
    assert '"停水":"~B||~C"' in shard
    assert '"住卡":"|~A|"' in shard


def test_every_shard_is_there(tmp_path) -> None:
    """You should see also those shards that hold nothing, so that a browser finds each, and each key in its own."""
    index = PublicIndex(tmp_path)
    index.add(0, "居住证", [], "")
    index.finish()
    shards = list(index.shards(4))
    assert [shard.startswith(f"kbWords({at},{{") for at, shard in enumerate(shards)] == [True] * 16
    assert '"居住"' in shards[shard_hash("居住") >> 12]


def test_what_stands_in_most_texts_tells_none_from_another(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    """You should see a star in the place of a text list that would name nearly everything."""
    monkeypatch.setattr(publish_index, "COMMON_LEAST", 2)
    index = PublicIndex(tmp_path)
    for number in range(8):
        index.add(number, "题目", [], "本市" if number else "停水")
    index.finish()
    (shard,) = index.shards(0)
    assert '"本市":"||*"' in shard
    assert '"停水":"||~A"' in shard
