"""The public pages (6.3.3): what is published and what is left out, and that nothing in a text becomes markup."""

import json
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kb.publish import Published, publish
from kb.publish_personal import personal_number, without_personal_numbers
from kb.publish_place import MARKER, PublishError
from kb.search import KnowledgeBase
from kb.starters import starter_articles

TODAY = date(2026, 11, 20)


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its name there."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def written(folder: Path) -> str:
    """All that stands in the files of a folder."""
    return "\n".join(content.decode() for content in files(folder).values())


def left_out(report: Published) -> dict[str, str]:
    """Why each article was left out, by its id."""
    return {each.id: each.kind for each in report.left_out}


@pytest.mark.clause("6.3.3")
def test_only_what_a_caller_would_be_told_today_is_published(base: KnowledgeBase, make, tmp_path: Path) -> None:
    """You should see the live public articles and, of all others, the reason in the report and no word in the pages."""
    base.import_articles(
        [
            make(id="live", title="现行的办法"),
            make(id="last-day", title="今天到期的办法", valid_until=TODAY),
            make(id="agents", title="内部口径鸵鸟", body="鸵鸟", public=False),
            make(id="old", title="过期办法鸵鸟", body="鸵鸟", valid_until=date(2026, 11, 19)),
            make(id="future", title="将来办法鸵鸟", body="鸵鸟", valid_from=date(2026, 11, 21)),
            make(id="gone", title="撤回办法鸵鸟", body="鸵鸟", withdrawn="有误"),
            make(id="unchecked", title="未核办法鸵鸟", body="鸵鸟", checked_on=None),
            make(id="tomorrow", title="明日核对鸵鸟", body="鸵鸟", checked_on=date(2026, 11, 21)),
        ]
    )
    report = publish(base, tmp_path / "site", TODAY)
    assert report.published == 2
    assert left_out(report) == {
        "agents": "internal",
        "old": "expired",
        "future": "not_yet",
        "gone": "withdrawn",
        "unchecked": "unchecked",
        "tomorrow": "unchecked",
    }
    pages = written(tmp_path / "site")
    assert "现行的办法" in pages
    assert "今天到期的办法" in pages
    assert "鸵鸟" not in pages


@pytest.mark.clause("6.3.3")
def test_an_article_that_expired_is_gone_from_the_next_set(base: KnowledgeBase, make, tmp_path: Path) -> None:
    """You should see an article leave the pages, its page too, the day after its last day."""
    base.import_articles([make(id="live"), make(id="ends", title="鸵鸟饲养", valid_until=TODAY)])
    publish(base, tmp_path / "site", TODAY)
    assert "鸵鸟饲养" in written(tmp_path / "site")
    publish(base, tmp_path / "site", date(2026, 11, 21))
    assert "鸵鸟饲养" not in written(tmp_path / "site")


@pytest.mark.clause("6.3.3")
@pytest.mark.clause("6.2.1")
@pytest.mark.parametrize(
    "given",
    [
        {"body": "请联系王某，13852741963。"},
        {"body": "请联系 138-5274-1963。"},
        {"body": "请联系１３８５２７４１９６３。"},
        {"body": "请联系138\u200b52741963。"},
        {"body": "请联系+86 138 5274 1963。"},
        {"body": "身份证110101199003070011办理。"},
        {"title": "询问13852741963"},
        {"questions": ("13852741963是谁的电话",)},
        {"keywords": ("13852741963",)},
        {"source": "来自13852741963"},
        {"owner": "王某13852741963"},
        {"topic": "13852741963"},
        {"district": "13852741963"},
    ],
    ids=lambda given: "+".join(given) + ":" + str(next(iter(given.values())))[:12],
)
def test_a_number_of_a_person_is_not_published(base: KnowledgeBase, make, tmp_path: Path, given) -> None:
    """You should see the article left out whichever field bears the number, named in the report with the number masked."""
    base.import_articles([make(id="clean"), make(id="person", **given)])
    report = publish(base, tmp_path / "site", TODAY)
    assert report.published == 1
    assert left_out(report) == {"person": "personal"}
    named = report.left_out[0].title + report.left_out[0].reason
    for said in (named, written(tmp_path / "site")):
        assert "52741963" not in said.replace("-", "")
        assert "19900307" not in said


@pytest.mark.clause("6.2.1")
@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("请拨(138)12345678找李某", "请拨138****5678找李某"),
        ("请拨（138） 1234-5678找李某", "请拨138****5678找李某"),
        ("请拨013812345678找李某", "请拨138****5678找李某"),
        ("请拨一三八一二三四五六七八找李某", "请拨138****5678找李某"),
        ("请拨幺三八 一二三四 五六七八找李某", "请拨138****5678找李某"),
        ("转入6222021234567890128。", "转入6222***********0128。"),
        ("转入6222 0212 3456 7890 128。", "转入6222***********0128。"),
        ("转入4111-1111-1111-1111。", "转入4111********1111。"),
        ("护照E12345678的持有人", "护照E1*****78的持有人"),
        ("护照ｇ１２３４５６７８的持有人", "护照g1*****78的持有人"),
        ("护照EA1234567的持有人", "护照EA*****67的持有人"),
        ("护照P12345678", "护照P1*****78"),
        ("占道的京A12345已挪走", "占道的京A***45已挪走"),
        ("占道的沪A·D1234F已挪走", "占道的沪A****4F已挪走"),
        ("占道的粤b d12345已挪走", "占道的粤b****45已挪走"),
        ("身份证110101199003070011、电话13812345678", "身份证110101********0011、电话138****5678"),
    ],
)
def test_each_kind_of_a_persons_number_is_found_and_masked(text: str, masked: str) -> None:
    """You should see telephones, bank cards, passports and plates found as people write them, and their middle hidden."""
    assert personal_number(text)
    assert without_personal_numbers(text) == masked


@pytest.mark.clause("6.3.3")
@pytest.mark.parametrize(
    "text",
    [
        "咨询(010)65131234、010-65131234转8001、0571 8765 4321、400-810-1234、4008101234，统一8008101234。",
        "邮箱p12345678@example.gov.cn、zhengwu@example.gov.cn，网址https://example.gov.cn/e12345678.html",
        "统一社会信用代码11110000000013127D，对公账号6222021234567890129，流水号20261120000012345。",
        "京政发〔2026〕12345号，粤B2-20090059，京ICP备12345678号，沪A区12栋，G1234次，新E时代，二〇二六年一月一日。",
        "电话65881234 65885678，每天8:30—17:30，费用13800元，一至五年级。",
    ],
)
def test_what_only_looks_like_a_persons_number_stays(text: str) -> None:
    """You should see numbers of offices, addresses, documents and accounts without a card's check digit left alone."""
    assert personal_number(text) == ""
    assert without_personal_numbers(text) == text


def test_no_shipped_article_bears_a_persons_number() -> None:
    """You should see the shipped articles free of false alarms."""
    texts = ("\n".join((one.title, one.body, *one.questions, *one.keywords)) for one in starter_articles())
    assert [found for text in texts if (found := personal_number(text))] == []


@pytest.mark.clause("6.3.3")
def test_numbers_of_offices_are_published(base: KnowledgeBase, make, tmp_path: Path) -> None:
    """You should see hotlines, offices' numbers, sums and document numbers kept."""
    base.import_articles(
        [make(body="拨打12345、110、010-65131234或400-810-1234；京政发〔2018〕12345号，费用13800元。")]
    )
    assert publish(base, tmp_path / "site", TODAY).published == 1
    assert "010-65131234" in written(tmp_path / "site")


@pytest.mark.clause("6.3.3")
def test_the_same_articles_make_the_same_files(starter: KnowledgeBase, tmp_path: Path) -> None:
    """You should see two sets equal byte for byte, and a set published over itself unchanged."""
    publish(starter, tmp_path / "one", TODAY)
    publish(starter, tmp_path / "other", TODAY)
    one = files(tmp_path / "one")
    assert one == files(tmp_path / "other")
    publish(starter, tmp_path / "one", TODAY)
    assert one == files(tmp_path / "one")


class Markup(HTMLParser):
    """The tags and addresses of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action")]


HOSTILE = (
    "</title></script><script>alert(1)</script><img src=x onerror=alert(1)>\"' onclick='alert(1) {{ 7*7 }} javascript:"
)


@pytest.mark.clause("6.3.3")
def test_nothing_in_a_text_becomes_markup(base: KnowledgeBase, make, tmp_path: Path) -> None:
    """You should see tags, quotes and template signs of an article as text, in whichever field they stand."""
    fields = dict.fromkeys(("title", "body", "topic", "owner", "source", "district"), HOSTILE)
    base.import_articles([make(**fields, questions=(HOSTILE,), keywords=(HOSTILE,)), make(id="plain")])
    publish(base, tmp_path / "site", TODAY)
    for path in (tmp_path / "site").rglob("*.html"):
        page = Markup()
        page.feed(path.read_text("utf-8"))
        assert "img" not in page.tags
        assert not {name for name in page.attributes if name.startswith("on")}
        assert "49" not in re.sub(r"[0-9a-f]{8,}", "", path.read_text("utf-8"))
    # A line separator ends no string, and nothing closes the script that the index is.
    for path in (tmp_path / "site" / "data").rglob("*.js"):
        json.loads(re.sub(r"^kb\w+\(\d+,|\);\n$", "", path.read_text("utf-8")))


@pytest.mark.clause("6.3.3")
def test_every_link_stays_in_the_folder_and_leads_somewhere(starter: KnowledgeBase, tmp_path: Path) -> None:
    """You should see each link of each page lead to a file of the set."""
    site = tmp_path / "site"
    publish(starter, site, TODAY)
    for path in site.rglob("*.html"):
        page = Markup()
        page.feed(path.read_text("utf-8"))
        for link in page.links:
            if not link.startswith("#"):
                assert (path.parent / link).resolve().is_relative_to(site)
                assert (path.parent / link).is_file(), f"{path.relative_to(site)} leads to {link}"


@pytest.mark.clause("6.3.3")
def test_linked_articles_that_are_not_public_are_not_named(base: KnowledgeBase, make, tmp_path: Path) -> None:
    """You should see a link to a public article, and none to an internal one."""
    base.import_articles(
        [
            make(id="a", title="甲文", related=("b", "c")),
            make(id="b", title="乙文", topic="别的"),
            make(id="c", title="丙文", topic="别的", public=False),
        ]
    )
    publish(base, tmp_path / "site", TODAY)
    page = next(p for p in (tmp_path / "site" / "articles").rglob("*.html") if "<h1><bdi>甲文" in p.read_text("utf-8"))
    assert "相关文章" in page.read_text("utf-8")
    assert "乙文" in page.read_text("utf-8")
    assert "丙文" not in written(tmp_path / "site")


@pytest.mark.clause("6.3.3")
def test_an_empty_base_publishes_nothing_over_the_last_set(base: KnowledgeBase, make, tmp_path: Path) -> None:
    """You should see the refusal of a base without articles, and the way out."""
    with pytest.raises(PublishError, match="hotline kb import"):
        publish(base, tmp_path / "site", TODAY)
    assert not (tmp_path / "site").exists()


@pytest.mark.clause("6.3.3")
def test_a_base_without_public_articles_says_so(base: KnowledgeBase, make, tmp_path: Path) -> None:
    """You should see pages that send the reader to the hotline, and nothing of what was published before."""
    base.import_articles([make(title="鸵鸟饲养")])
    publish(base, tmp_path / "site", TODAY)
    base.import_articles([make(title="鸵鸟饲养", withdrawn="有误")])
    assert publish(base, tmp_path / "site", TODAY).published == 0
    for page in ("index.html", "topics/index.html", "units/index.html"):
        assert "目前没有公开的文章。请拨打12345热线咨询。" in (tmp_path / "site" / page).read_text("utf-8")
    assert "鸵鸟" not in written(tmp_path / "site")


@pytest.mark.clause("6.3.3")
def test_a_folder_with_files_of_others_is_refused(base: KnowledgeBase, make, tmp_path: Path) -> None:
    """You should see the refusal name a file that this command did not write, before and after it has published there."""
    base.import_articles([make()])
    site = tmp_path / "site"
    site.mkdir()
    (site / "论文.docx").write_text("mine")
    with pytest.raises(PublishError, match=r"论文\.docx"):
        publish(base, site, TODAY)
    assert files(site) == {"论文.docx": b"mine"}
    (site / "论文.docx").unlink()
    publish(base, site, TODAY)
    before = files(site)
    (site / "notes.txt").write_text("mine")
    with pytest.raises(PublishError, match=r"notes\.txt"):
        publish(base, site, TODAY)
    assert files(site) == before | {"notes.txt": b"mine"}


@pytest.mark.clause("6.3.3")
def test_a_marker_that_is_not_ours_does_not_open_the_folder(base: KnowledgeBase, make, tmp_path: Path) -> None:
    """You should see a folder refused whose marker is damaged, and a file refused in place of a folder."""
    base.import_articles([make()])
    site = tmp_path / "site"
    site.mkdir()
    (site / MARKER).write_text("{}")
    with pytest.raises(PublishError, match="不是本命令写的"):
        publish(base, site, TODAY)
    (tmp_path / "file").write_text("mine")
    with pytest.raises(PublishError, match="是一个文件"):
        publish(base, tmp_path / "file", TODAY)
    with pytest.raises(PublishError, match="上级目录不存在"):
        publish(base, tmp_path / "none" / "site", TODAY)
