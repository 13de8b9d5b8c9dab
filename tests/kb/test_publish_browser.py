"""The public pages (6.3.3) in a real browser: searched, opened and read, and no request leaves the machine."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from data.clock import FixedClock
from kb.articles import Article
from kb.publish import publish
from kb.publish_index import shard_hash
from kb.search import KnowledgeBase
from kb.starters import starter_articles
from tests.kb.browser import Browser, needs_chromium

TODAY = date(2026, 11, 20)
HOSTILE = '<img src=x onerror="document.title=1">鸵鸟&quot;</script>'

pytestmark = [needs_chromium, pytest.mark.clause("6.3.3")]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _article(id: str, **given: object) -> Article:
    fields: dict[str, object] = {
        "id": id,
        "body": "携带材料到窗口办理。",
        "topic": "城市管理",
        "owner": "市城市管理委员会",
        "source_kind": "流程",
        "checked_on": date(2026, 10, 1),
    }
    return Article(**(fields | given))  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Path:
    """The shipped articles' pages, with one of a district, one that is hostile, one that ends, and many of a kind."""
    folder = tmp_path_factory.mktemp("公开 site")
    base = KnowledgeBase(folder / "kb.db", cache, FixedClock(datetime(2026, 11, 20, 2, tzinfo=UTC)))
    base.import_articles(starter_articles())
    base.import_articles(
        [
            _article("district", title="户外广告牌设置许可", district="海淀区", questions=("招牌要不要审批",)),
            _article("hostile", title=HOSTILE, body=HOSTILE, questions=(HOSTILE,), topic=HOSTILE),
            _article("ends", title="冬季扫雪铲冰公告", valid_until=TODAY),
            *(_article(f"many{n}", title=f"流动摊贩经营规则之{n}") for n in range(45)),
        ]
    )
    publish(base, folder / "site", TODAY)
    base.close()
    return folder / "site"


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    """A browser which has, at the end of every test, asked for nothing elsewhere and complained of nothing."""
    with Browser(tmp_path / "profile") as opened:
        yield opened
        assert opened.turned_away == []
        assert opened.complaints == []
        assert {url.partition(":")[0] for url in opened.requested} <= {"file", "http"}
        assert all(url.startswith(("file:///", "http://127.0.0.1:")) for url in opened.requested)


@pytest.fixture(params=["file", "http"])
def address(request: pytest.FixtureRequest, site: Path) -> Iterator[str]:
    """Where the pages are: opened as files, and served by a web server of this machine."""
    if request.param == "file":
        yield site.as_uri()
        return
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=site)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def look_up(browser: Browser, address: str, query: str) -> list[str]:
    """Open the search page, type a query, and return the titles found."""
    browser.open(f"{address}/search.html")
    browser.until("document.activeElement.id === 'find' && kbStatus.textContent.startsWith('可查')")
    browser.type(query)
    browser.until("/^找到|^没有|^请写/.test(kbStatus.textContent)")
    return titles(browser)


def titles(browser: Browser) -> list[str]:
    found: list[str] = browser.js("Array.from(kbResults.querySelectorAll('h2'), (each) => each.textContent)")
    return found


def test_the_guard_hears_a_request_that_would_leave(tmp_path: Path) -> None:
    """You should see the tests' own guard hear a picture that a page wants from elsewhere."""
    (tmp_path / "page.html").write_text('<!doctype html><img src="http://example.com/x.png">')
    with Browser(tmp_path / "profile") as browser:
        browser.open((tmp_path / "page.html").as_uri())
        browser.until("document.images[0].complete")
        assert browser.turned_away == ["GET http://example.com/x.png HTTP/1.1"]
        assert "http://example.com/x.png" in browser.requested
        assert browser.complaints


def test_from_the_home_page_to_the_article(browser: Browser, address: str) -> None:
    """You should see a question typed on the home page lead to results, and Enter on the first open the article."""
    browser.open(f"{address}/index.html")
    browser.press("/")
    browser.until("document.activeElement.id === 'find'")
    browser.type("居住证怎么办")
    browser.press("Enter")
    browser.until("location.pathname.endsWith('/search.html') && typeof kbResults === 'object'")
    browser.until("/^找到/.test(kbStatus.textContent)")
    assert titles(browser)[0] == "申领居住登记卡和居住证"
    assert browser.js("kbResults.querySelector('mark').textContent") == "居住"
    browser.press("ArrowDown")
    browser.press("Enter")
    browser.until("document.querySelector('article h1')")
    assert browser.js("document.querySelector('h1').textContent") == "申领居住登记卡和居住证"
    assert "市公安局" in browser.js("document.querySelector('dl').textContent")
    assert browser.js("document.querySelector('.text').textContent.includes('居住登记')")


def test_a_district_is_shown_and_found(browser: Browser, address: str) -> None:
    """You should see the district with the result and on the article's page, and find by it and by a question."""
    for query in ("海淀区广告牌", "招牌审批"):
        assert look_up(browser, address, query)[0] == "户外广告牌设置许可"
    assert "海淀区" in browser.js("kbResults.querySelector('.facts').textContent")
    browser.js("kbResults.querySelector('a').click()")
    browser.until("document.querySelector('article h1')")
    facts = browser.js("document.querySelector('dl').innerText").split()
    assert facts[facts.index("适用区") + 1] == "海淀区"


def test_a_search_follows_the_typing(browser: Browser, site: Path) -> None:
    """You should see a prefix find, the results change with the next letters, and the way out where nothing is found."""
    assert look_up(browser, site.as_uri(), "广告")[0] == "户外广告牌设置许可"
    browser.js("kbInput.select()")
    browser.type("扫雪")
    browser.until("kbResults.textContent.includes('扫雪铲冰')")
    assert "q=%E6%89%AB%E9%9B%AA" in browser.js("location.href")
    browser.js("kbInput.select()")
    browser.type("zzqx")
    browser.until("kbStatus.textContent === '没有找到“zzqx”。'")
    assert titles(browser) == []
    assert browser.js("!kbNone.hidden && kbNone.textContent.includes('拨打12345热线')")
    browser.js("kbInput.select()")
    browser.type("？！")
    browser.until("kbStatus.textContent.startsWith('请写字词')")


def test_more_results_are_shown_on_demand(browser: Browser, site: Path) -> None:
    """You should see twenty results, then the others, each once, with the keyboard on the first new one."""
    assert len(look_up(browser, site.as_uri(), "流动摊贩经营规则")) == 20
    for shown in (40, 45):
        browser.js("kbMore.click(), kbMore.click()")  # an impatient finger
        browser.until(f"kbResults.children.length === {shown}")
    assert browser.js("kbMore.hidden")
    assert len(set(titles(browser))) == 45
    browser.until("document.activeElement === kbResults.children[40].querySelector('a')")


def test_a_page_of_a_set_that_was_replaced_says_so(browser: Browser, tmp_path: Path, cache: Path) -> None:
    """You should see a page that was opened before another set was published ask to be loaded anew, then find."""
    base = KnowledgeBase(tmp_path / "kb.db", cache, FixedClock(datetime(2026, 11, 20, 2, tzinfo=UTC)))
    base.import_articles([_article("old", title="旧的办法")])
    publish(base, tmp_path / "site", TODAY)
    browser.open((tmp_path / "site" / "search.html").as_uri())
    browser.until("kbStatus.textContent.startsWith('可查')")
    base.import_articles([_article("new", title="新的办法")])
    publish(base, tmp_path / "site", TODAY)
    base.close()
    browser.type("办法")
    browser.until("kbStatus.textContent.includes('请刷新本页')")
    assert any("ERR_FILE_NOT_FOUND" in each for each in browser.complaints)
    browser.complaints.clear()
    assert look_up(browser, (tmp_path / "site").as_uri(), "新的办法")[0] == "新的办法"


def test_internal_articles_are_not_found(browser: Browser, site: Path) -> None:
    """You should see no internal wording among the results, whatever is asked."""
    assert not any("口径" in title for title in look_up(browser, site.as_uri(), "内部答复口径"))


def test_a_hostile_text_stays_text(browser: Browser, site: Path) -> None:
    """You should see the signs of a hostile title as they are, in the result and on the page, and nothing run."""
    assert look_up(browser, site.as_uri(), "鸵鸟") == [HOSTILE]
    assert browser.js("document.images.length") == 0
    browser.js("kbResults.querySelector('a').click()")
    browser.until("document.querySelector('article h1')")
    assert browser.js("document.querySelector('h1').textContent") == HOSTILE
    assert browser.js("document.images.length") == 0
    assert browser.js("document.title").startswith(HOSTILE)


def test_an_article_that_has_ended_since_says_so(browser: Browser, site: Path) -> None:
    """You should see, on the day after its last day, that an article is no longer in force, before it is opened too."""
    browser.call(
        "Page.addScriptToEvaluateOnNewDocument",
        source="const Now = Date; Date = class extends Now { constructor() { super('2026-11-21T09:00:00+08:00'); } };",
    )
    assert look_up(browser, site.as_uri(), "扫雪铲冰") == ["冬季扫雪铲冰公告"]
    assert browser.js("kbResults.querySelector('.over').textContent") == "已于 2026-11-20 失效"
    browser.js("kbResults.querySelector('a').click()")
    browser.until("document.querySelector('article h1') && document.readyState === 'complete'")
    assert "本文已于 2026-11-20 失效" in browser.js("document.querySelector('main').innerText")


def test_the_pages_fit_a_phone(browser: Browser, site: Path) -> None:
    """You should see nothing wider than a phone's 360 points, and no input or button too small for a finger."""
    browser.call("Emulation.setDeviceMetricsOverride", width=360, height=740, deviceScaleFactor=2, mobile=True)
    pages = [site / "index.html", site / "topics" / "index.html", *sorted((site / "topics").glob("*.html"))[:3]]
    articles = sorted((site / "articles").rglob("*.html"))
    for page in [*pages, *articles[:3]]:
        browser.open(page.as_uri())
        assert browser.js("document.documentElement.scrollWidth") == 360, page
    browser.open((site / "search.html").as_uri() + "?q=居住证")
    browser.until("/^找到/.test(kbStatus.textContent)")
    assert browser.js("document.documentElement.scrollWidth") == 360
    assert (
        browser.js(
            "Math.min(...Array.from(document.querySelectorAll('main input, main button:not([hidden])'), (each) => each.offsetHeight))"
        )
        >= 36
    )


def test_the_browser_reads_the_index_as_it_was_written(browser: Browser, site: Path) -> None:
    """You should see script and program put the same characters into the same shard, rare ones outside the plane too."""
    browser.open((site / "search.html").as_uri())
    keys = ["居住", "a1", "证", "𠮷野", "龘𪚥", "éa"]
    bits = browser.js("kbBits")
    assert browser.js(f"{json.dumps(keys)}.map(kbShard)") == [shard_hash(key) >> (16 - bits) for key in keys]
