"""The cuts are jieba's own, whatever table they are made over."""

import json
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import jieba
import jieba.finalseg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.reference import Reference
from kb.jieba_code import jieba_code
from kb.names import place_words
from kb.segment import jieba_over, own_words
from kb.table import FIRST, LAST, STATES, Table, dictionary_words, open_table

CASES = Path(__file__).parents[3] / "shared" / "cases"
FILES = sorted(CASES.glob("*.jsonl"))
WORDS = {"no words": (), "our words": own_words(names=place_words(Reference.load()))}
MODES = [("cut", True), ("cut", False), ("cut_for_search", True), ("cut_for_search", False)]


def remember(tokenizer: Any) -> None:
    """Let each mode use what another has worked out of the same text: 16 cuts of 4 million characters take minutes."""
    calc = tokenizer.calc

    @lru_cache(10_000)
    def routed(sentence: str) -> dict[int, tuple[float, int]]:
        route: dict[int, tuple[float, int]] = {}
        calc(sentence, tokenizer.get_DAG(sentence), route)
        return route

    tokenizer.get_DAG = lru_cache(10_000)(tokenizer.get_DAG)
    tokenizer.calc = lambda sentence, _, route: route.update(routed(sentence))
    cut = tokenizer.cut
    tokenizer.cut = lru_cache(2)(lambda *given, **named: list(cut(*given, **named)))


class Pair:
    """Stock jieba, its dictionary in a dict, and ours, over the same own words."""

    def __init__(self, table: Table, words: tuple[str, ...]) -> None:
        self.table = table
        self.words = words
        self.stock = jieba.Tokenizer()
        self.stock.FREQ, self.stock.total = self.stock.gen_pfdict(self.stock.get_dict_file())
        self.stock.initialized = True
        for word in words:
            self.stock.add_word(word)
        self.ours: Any = jieba_over(table)
        for tokenizer in (self.stock, self.ours):
            remember(tokenizer)

    def differences(self, text: str) -> list[tuple[str, bool]]:
        """The modes in which the two cut a text differently."""
        return [
            (name, hmm)
            for name, hmm in MODES
            if list(getattr(self.stock, name)(text, HMM=hmm)) != list(getattr(self.ours, name)(text, HMM=hmm))
        ]


@pytest.fixture(scope="module", params=WORDS)
def pair(request: pytest.FixtureRequest, cache: Path) -> Pair:
    """Both, with and without own words."""
    words = WORDS[request.param]
    return Pair(open_table(cache, f"test {request.param}", lambda: words), words)


def texts(path: Path) -> Iterator[str]:
    """Each text of a file, once."""
    lines = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return iter(dict.fromkeys(value for line in lines for value in line.values() if isinstance(value, str)))


@pytest.mark.skipif(not FILES, reason="../shared/cases is not here")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_real_text_is_cut_as_jieba_cuts_it(pair: Pair, path: Path, request: pytest.FixtureRequest) -> None:
    """You should see no difference in any text, for search or not, with the hidden Markov model or without.

    The code is jieba's and each of its entries is compared one by one below, so for each change one text in twelve
    is enough, with our words one in twenty; ``--long`` takes all.
    """
    every = 1 if request.config.getoption("--long") else 20 if pair.words else 12
    different = [
        (text[:60], modes) for text in islice(texts(path), 0, None, every) if (modes := pair.differences(text))
    ]
    assert different == []


@settings(max_examples=200)
@given(st.text(st.one_of(st.characters(), st.sampled_from("北京市民热线停水电梯不管怎么的了abc3.%-+# \r\n，。"))))
def test_any_text_is_cut_as_jieba_cuts_it(pair: Pair, text: str) -> None:
    """You should see no difference in texts that nobody wrote, lone surrogates and control characters included."""
    assert pair.differences(text) == []


def test_every_word_and_beginning_has_jiebas_frequency(pair: Pair) -> None:
    """You should see each of half a million entries with its frequency, and no other entry."""
    stock, ours = pair.stock.FREQ, pair.table.frequencies
    assert pair.table.total == pair.stock.total
    assert len(ours) == len(stock)
    assert [word for word, frequency in stock.items() if ours.get(word) != frequency or ours[word] != frequency] == []
    assert "不在词典里的话" not in ours
    assert ours.get("不在词典里的话") is None
    with pytest.raises(KeyError, match="不在词典里的话"):
        ours["不在词典里的话"]


def test_the_words_to_train_with_are_jiebas(pair: Pair) -> None:
    """You should see the words of the dictionary, and not those that only begin one."""
    words = {word for word, frequency in pair.stock.FREQ.items() if frequency}
    assert dictionary_words() | set(pair.words) == words
    assert len(dictionary_words()) > 300_000


def test_every_character_has_jiebas_probability(pair: Pair) -> None:
    """You should see the emission table unchanged for each character that jieba can ask about, and nothing beyond."""
    stock = jieba.finalseg.emit_P
    asked = [chr(code) for code in range(FIRST, LAST + 1)]
    for state in STATES:
        ours = pair.table.emissions[state]
        assert [char for char in asked if ours.get(char, 1.0) != stock[state].get(char, 1.0)] == []
        assert [ours.get(char, 1.0) for char in ("a", chr(FIRST - 1), chr(LAST + 1), "𠮷")] == [1.0] * 4
    han = jieba.finalseg.re_han
    assert [code for code in range(0x11_0000) if han.match(chr(code))] == list(range(FIRST, LAST + 1))


def test_the_code_is_the_installed_one() -> None:
    """You should see jieba's own files at work, no copy of them."""
    ours = jieba_code()
    assert (ours.__file__, ours.finalseg.__file__) == (jieba.__file__, jieba.finalseg.__file__)
    assert ours.Tokenizer is not jieba.Tokenizer
