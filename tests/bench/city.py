"""A city's knowledge base: this product and four engines over the same words, at 1,000 to 200,000 articles."""

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from itertools import chain, cycle, islice
from pathlib import Path

from kb.articles import Article
from kb.search import KnowledgeBase
from kb.segment import Segmenter
from kb.starters import starter_articles
from tests.bench.first import OURS, STOCK, opened
from tests.bench.measure import Row, Times, alternate, environment
from tests.bench.peers import PEERS

SLOW = {"Whoosh": 10_000}  # articles beyond which building it takes most of an hour: left out, and said so
SHORT, SENTENCE = "2-6 characters", "a sentence"
FIRST_RESULTS = 5  # new processes of each kind
CUT_FIRST = 500  # articles by which the time of cutting all is told

_DISTRICTS = ("", "东城区", "西城区", "朝阳区", "海淀区", "丰台区", "通州区", "昌平区", "大兴区", "房山区")


def made(count: int) -> Iterator[Article]:
    """Articles of our own: sentences of the sample articles mixed anew, each with a matter and a place of its own."""
    chance = random.Random(count)
    samples = starter_articles()
    sentences = [part for article in samples for part in article.body.replace("\n", "。").split("。") if len(part) > 8]
    for number in range(count):
        first, other = chance.choice(samples), chance.choice(samples)
        district = chance.choice(_DISTRICTS)
        yield Article(
            id=f"m-{number}",
            title=f"{district}{first.title}（{other.keywords[0] if other.keywords else '综合'}{number % 997}号）",
            body="。".join(chance.sample(sentences, 6)),
            topic=first.topic,
            owner=first.owner,
            source_kind=first.source_kind,
            district=district,
            questions=(chance.choice(first.questions or (first.title,)),),
            keywords=tuple({*first.keywords[:2], *other.keywords[:1]}),
        )


def queries() -> dict[str, list[str]]:
    """What is asked: short words, whole sentences, and every prefix of some of these."""
    chance = random.Random(7)
    samples = starter_articles()
    short = [word for article in samples for word in article.keywords if 2 <= len(word) <= 6]
    sentences = [f"{question}，要带什么材料" for article in samples for question in article.questions]
    chance.shuffle(short)
    chance.shuffle(sentences)
    typed = [text[:end] for text in sentences[:20] for end in range(1, len(text) + 1)]
    return {SHORT: short[:200], SENTENCE: sentences[:200], "every prefix": typed}


def city_rows(folder: Path, count: int, sizes: Sequence[int] = (1_000, 10_000, 100_000, 200_000)) -> Iterator[Row]:
    """Build, size, memory, first result of a new process, and each kind of query, at each size."""
    for size in sizes:
        yield from _rows_of(folder / str(size), count, size)


def _rows_of(folder: Path, count: int, size: int) -> Iterator[Row]:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    cut = Segmenter(folder).words
    cut("暖身")
    engines = [OURS, *(name for name in PEERS if size <= SLOW.get(name, size))]
    built = {name: _built(name, folder, size, cut) for name in engines}
    ask = {name: opened(name, folder) for name in engines}
    for peer in engines[1:]:
        yield _row(f"{size}: build, words cut", [built[OURS]], peer, [built[peer]], "s")
        sizes = [[_bytes(folder / name) / 1e6] for name in (OURS, peer)]
        yield _row(f"{size}: on disk", sizes[0], peer, sizes[1], "MB")
        for what, texts in queries().items():
            works = (_works(ask[name], texts) for name in (OURS, peer))
            ours, its = alternate(min(count, len(texts)), *works)
            yield Row(f"{size}: {what}", ours, peer, its)
    _first_result(engines[-1], folder, STOCK)  # jieba keeps what it has read for the next process
    first = {name: [_first_result(name, folder) for _ in range(FIRST_RESULTS)] for name in engines}
    for peer in engines[1:]:
        for at, (what, unit) in enumerate((("new process to first result", ""), ("private", "MB"), ("shared", "MB"))):
            yield _row(
                f"{size}: {what}", [each[at] for each in first[OURS]], peer, [each[at] for each in first[peer]], unit
            )
        alone = [_first_result(peer, folder, STOCK)[0] for _ in range(FIRST_RESULTS)]
        yield _row(f"{size}: …, the peer with jieba's own table", [each[0] for each in first[OURS]], peer, alone, "")


def _works(ask: Callable[[str], object], texts: Sequence[str]) -> Iterator[Callable[[], object]]:
    for text in cycle(texts):
        yield partial(ask, text)


def _row(what: str, ours: list[float], peer: str, its: list[float], unit: str) -> Row:
    return Row(what, Times(ours, unit=unit), peer, Times(its, unit=unit))


def _built(name: str, folder: Path, size: int, cut: Callable[[str], list[str]]) -> float:
    """Build one engine's index where it is not there yet; the seconds that it took."""
    place, told = folder / name, folder / f"{name}.seconds"
    if not told.exists():
        place.mkdir()
        begin = time.perf_counter()
        if name == OURS:
            KnowledgeBase(place / "kb.db", folder).import_articles(made(size))
            took = time.perf_counter() - begin
        else:
            PEERS[name].build(place, documents(size, cut))
            # The same sentences come again and again, and are cut once here; every engine's user has to cut them all.
            took = time.perf_counter() - begin + _cutting(size, cut)
        told.write_text(str(took), encoding="ascii")
    return float(told.read_text(encoding="ascii"))


def documents(size: int, cut: Callable[[str], list[str]]) -> Iterator[tuple[str, list[str]]]:
    """The articles as the peers are given them."""
    sentence = cache(cut)  # jieba cuts at every full stop, so the words are those of the whole text
    for article in made(size):
        named = (article.title, *article.questions, *article.keywords)
        texts = chain(named, (part for part in article.body.replace("\n", "。").split("。")))
        yield article.id, [word for text in texts for word in sentence(text)]


def _cutting(size: int, cut: Callable[[str], list[str]]) -> float:
    """Seconds that cutting so many articles takes, by the first of them."""
    some = list(islice(made(size), CUT_FIRST))
    begin = time.perf_counter()
    for article in some:
        cut("\n".join((article.title, *article.questions, *article.keywords, article.body)))
    return (time.perf_counter() - begin) * size / len(some)


def _bytes(place: Path) -> int:
    return sum(file.stat().st_size for file in place.rglob("*") if file.is_file())


def _first_result(name: str, folder: Path, *cutter: str) -> tuple[float, float, float]:
    """Milliseconds from the start of a process to its first result; its private and shared memory in MB."""
    begin = time.perf_counter()
    arguments = [sys.executable, "-m", "tests.bench.first", name, str(folder), *cutter]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env=environment()) as other:
        assert other.stdout is not None
        other.stdout.readline()
        took = (time.perf_counter() - begin) * 1000
        private, shared = map(float, other.stdout.readline().split())
    return took, private, shared
