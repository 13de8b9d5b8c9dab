"""The pages of the public set: each article, lists by topic and by unit, the home page and the search page.

Templates and assets are in ``site/``. The pages work without scripts; with them they can be searched. Nothing in
them leads to another machine, and their content policy would not let it.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import jinja2
import msgspec

from kb.publish_place import Site
from kb.publish_scratch import KINDS, Kind, Listed, Scratch, short_digest

ASSETS = Path(__file__).parent / "site"
PER_LIST = 100  # articles on one page of a list
PER_NAMES = 400  # topics or units on one page of their list
PER_SHARD = 16  # articles whose titles and beginnings the search loads together
EXCERPT = 600  # characters of a text that the search can show and highlight
ASKED = 300  # characters of an article's questions there
RELATED = 6
NEIGHBOURS = 20  # on each side in the topic's order, among which the related ones are found

_STATIC = ("style.css", "site.js", "search.js", "icon.svg")


class Pages:
    """Writes the pages of a set.

    Args:
        site: where they go.
        scratch: the articles.
        digest: names the articles and this program's assets. Index files bear it, so that a page that was opened
            before another set was published finds none rather than wrong ones.
    """

    def __init__(self, site: Site, scratch: Scratch, digest: str) -> None:
        self._site, self._scratch = site, scratch
        self._data = f"data/{digest}"
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(ASSETS),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=jinja2.StrictUndefined,
            auto_reload=False,
        )
        assets = {}
        for name in _STATIC:
            stem, suffix = name.split(".")
            text = (ASSETS / name).read_text("utf-8")
            path = f"assets/{stem}.{short_digest(text, 8)}.{suffix}"  # no browser keeps an old one
            site.write(path, text)
            assets[f"{stem}_{suffix}"] = path
        self._templates.globals |= {"assets": assets, "kinds": KINDS, "list_of": list_path}

    def write(self) -> Iterator[int]:
        """Write everything; yields how much is done: each article counts twice, its page and its share of
        the index.

        Raises:
            OSError, sqlite3.OperationalError: the disk is full.
        """
        self._scratch.ready()
        done = 0
        for name, _ in self._scratch.names(KINDS[0]):
            for listed, neighbours in with_related(self._scratch.of(KINDS[0], name)):
                linked = self._scratch.linked(listed.article.related)
                others = [each for each in neighbours if each not in linked]
                self._page(listed.path, "article.html", page=listed.article, linked=linked, related=others)
                done += 1
                if done % 100 == 0:
                    yield done
        named = {kind: self._scratch.names(kind) for kind in KINDS}
        for kind, names in named.items():
            self._names(kind, names)
            for name, count in names:
                self._list(kind, name, count)
        bits = self._scratch.index.finish()
        for shard, script in enumerate(self._scratch.index.shards(bits)):
            self._site.write(f"{self._data}/words/{shard}.js", script)
            yield done + done * shard // (1 << bits)
        self._shards()
        facts = {
            "articles": self._scratch.articles,
            "last_checked": self._scratch.last_checked(),
            "samples": self._scratch.samples(),
        }
        self._page("search.html", "search.html", data=self._data, bits=bits, per=PER_SHARD, **facts)
        self._page("index.html", "home.html", named=named, **facts)

    def _page(self, path: str, template: str, **given: Any) -> None:
        up = "../" * path.count("/")
        self._site.write(path, self._templates.get_template(template).render(up=up, **given))

    def _names(self, kind: Kind, names: list[tuple[str, int]]) -> None:
        pages = [names[at : at + PER_NAMES] for at in range(0, len(names), PER_NAMES)] or [[]]
        for at, part in enumerate(pages, start=1):
            turn = Turn(kind.folder + "/index", at, len(pages))
            self._page(turn.path(at), "names.html", kind=kind, names=part, turn=turn, total=len(names))

    def _list(self, kind: Kind, name: str, count: int) -> None:
        articles = self._scratch.of(kind, name)
        turn_of = list_path(kind, name).removesuffix(".html")
        pages = -(-count // PER_LIST)
        for at in range(1, pages + 1):
            turn = Turn(turn_of, at, pages)
            part = list(islice(articles, PER_LIST))
            self._page(turn.path(at), "list.html", kind=kind, name=name, listed=part, turn=turn, total=count)

    def _shards(self) -> None:
        articles = self._scratch.numbered()
        shard = 0
        while part := list(islice(articles, PER_SHARD)):
            rows = ",\n".join(msgspec.json.encode(_shown(listed)).decode() for listed in part)
            self._site.write(f"{self._data}/articles/{shard}.js", f"kbArticles({shard},[\n{rows}]);\n")
            shard += 1


def list_path(kind: Kind, name: str) -> str:
    """Where the list of a topic or unit stands."""
    return f"{kind.folder}/{short_digest(name, 12)}.html"


@dataclass(frozen=True)
class Turn:
    """Leafing through the pages of a list; ``stem`` is the path of the first one without its ending."""

    stem: str
    at: int
    pages: int

    def path(self, page: int) -> str:
        """Where a page of the list stands."""
        return f"{self.stem}.html" if page == 1 else f"{self.stem}-{page}.html"

    def near(self) -> list[int]:
        """The pages to offer: the first, the last, and those around this one; 0 stands for a gap."""
        wanted = sorted({1, self.pages, *range(max(1, self.at - 2), min(self.pages, self.at + 2) + 1)})
        offered: list[int] = []
        for page in wanted:
            if offered and page - offered[-1] > 1:
                offered.append(0)
            offered.append(page)
        return offered


def with_related(articles: Iterable[Listed]) -> Iterator[tuple[Listed, list[Listed]]]:
    """Each article of one topic with those that share most keywords with it, among its neighbours in the order."""
    waiting = iter(articles)
    ahead = deque(islice(waiting, NEIGHBOURS + 1))
    behind: deque[Listed] = deque(maxlen=NEIGHBOURS)
    while ahead:
        here = ahead.popleft()
        if (following := next(waiting, None)) is not None:
            ahead.append(following)
        keywords = set(here.article.keywords)
        nearest = sorted(
            [*enumerate(reversed(behind)), *enumerate(ahead)],
            key=lambda pair: (-len(keywords.intersection(pair[1].article.keywords)), pair[0]),
        )
        yield here, [listed for _, listed in nearest[:RELATED]]
        behind.append(here)


def _shown(listed: Listed) -> tuple[str, str, str, str, str, str, str, str, int]:
    """What a result of the search shows: path, title, topic, unit, district, until when, questions, the text's beginning."""
    article = listed.article
    return (
        listed.path,
        article.title,
        article.topic,
        article.owner,
        article.district,
        article.valid_until.isoformat() if article.valid_until else "",
        "\n".join(article.questions)[:ASKED],
        " ".join(article.body[:EXCERPT].split()),
        int(article.sample),
    )
