"""Finding articles while typing, and from what is written."""

import threading
import time
from datetime import date

import pytest

from kb import search
from kb.articles import KnowledgeError
from kb.query import typed
from kb.reading import Reading
from kb.search import KnowledgeBase
from kb.snippet import Marker
from kb.starters import starter_articles
from tests.kb.conftest import MakeArticle

TODAY = date(2026, 11, 20)


@pytest.mark.clause("6.3.2")
def test_every_prefix_of_a_question_finds_something(starter: KnowledgeBase) -> None:
    """You should see answers from the first character on, whatever word the typing has reached."""
    for question in ("换驾照要不要体检", "长租公寓一直拖着不给退钱", "用公积金余额直接还月供行不行"):
        for length in range(1, len(question) + 1):
            assert starter.search(question[:length]), question[:length]


def test_a_word_is_found_before_it_is_finished(starter: KnowledgeBase) -> None:
    """You should see 居住证 found from 居住 and from 居."""
    for text in ("居住", "居住登", "申领居"):
        assert "huji-06" in [hit.id for hit in starter.search(text)]


@pytest.mark.parametrize("character", ["水", "停", "噪", "驾", "卡"])
def test_one_character_finds_articles_that_hold_it(starter: KnowledgeBase, character: str) -> None:
    """You should see titles, questions or keywords with that character anywhere in a word."""
    hits = starter.search(character)
    assert hits
    for hit in hits:
        article = starter.get(hit.id)
        assert character in "".join((article.title, *article.questions, *article.keywords, article.body))


@pytest.mark.parametrize(
    "text",
    [
        *('"', "'", "*", '"*', "%", "+++", "c++", "NEAR(a b, 3)", "title : x", "{title body}: 居", "居*住"),
        *("居住证 AND NOT (", "-居住证", "^居住证", "'; DROP TABLE articles; --", "😀", "。" * 300),
        *("居住证\x00办理", "\ud800居住证", "\u202e居住证", "\U00020bb7", "\u200b"),
    ],
)
def test_nothing_typed_is_taken_for_query_syntax(starter: KnowledgeBase, text: str) -> None:
    """You should see hits or none, never an error, whatever is typed."""
    starter.search(text)
    starter.suggest(text, text)
    assert starter.stats().articles == len(starter_articles())


def test_a_pasted_megabyte_is_cut_to_a_question(starter: KnowledgeBase) -> None:
    """You should see the beginning of a pasted text count and the rest ignored."""
    hits = starter.search("居住证到期了怎么签注" + "，公积金提取" * 200_000)
    assert starter.search("居住证" + "字" * 1_000_000)[0].id == "huji-06"
    assert hits
    assert starter.suggest("居住证", "字" * 1_000_000)


def test_stop_words_do_not_drown_the_subject(starter: KnowledgeBase) -> None:
    """You should see the same first article with and without courtesies."""
    polite = starter.search("您好，请问一下我想咨询关于居住证应该怎么办理，谢谢")
    assert polite[0].id == starter.search("居住证办理")[0].id == "huji-06"


def test_a_query_of_stop_words_alone_still_finds(starter: KnowledgeBase) -> None:
    """You should see something for 怎么办, as nothing better was asked."""
    assert starter.search("怎么办")


@pytest.mark.clause("6.3.2")
def test_matches_are_marked_by_offsets(starter: KnowledgeBase) -> None:
    """You should see spans that cut exactly the words asked for out of title and snippet."""
    hit = starter.search("公积金提取")[0]
    marked = {hit.title[start:end] for start, end in hit.title_spans}
    marked |= {hit.snippet[start:end] for start, end in hit.snippet_spans}
    assert marked & {"公积金", "提取公积金", "公积金提取"}
    assert all(set(text) <= set("公积金提取") for text in marked)
    assert "\n" not in hit.snippet


def test_a_snippet_shows_the_part_with_most_words() -> None:
    """You should see the sentence that holds both words, not the first that holds one."""
    text = "居住证。" + "无关的话，" * 40 + "申领居住证请带租房合同。" + "无关的话，" * 40
    shown, spans = Marker(["居住证", "租房合同"]).snippet(text)
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert [shown[a:b] for a, b in spans] == ["居住证", "租房合同"]


def test_marks_meet_width_case_and_whole_numbers() -> None:
    """You should see ＷＩＦＩ marked for wifi, and 5 not marked within 2025."""
    assert Marker(["wifi"]).spans("免费ＷＩＦＩ") == ((2, 6),)
    assert Marker(["5"]).spans("2025年第5号") == ((6, 7),)
    assert Marker(["公积", "公积金", "提取"]).spans("公积金提取") == ((0, 5),)
    assert Marker([]).snippet("正文") == ("正文", ())


@pytest.mark.clause("6.3.3")
@pytest.mark.clause("5.2.1")
def test_what_is_not_in_force_comes_last_and_cannot_answer(base: KnowledgeBase, make) -> None:
    """You should see the current article first, and the expired and the coming ones flagged and refused."""
    base.import_articles(
        [
            make(id="old", title="居住证办理居住证", valid_until=date(2026, 11, 19)),
            make(id="next", title="居住证办理居住证", valid_from=date(2026, 11, 21)),
            make(id="now", title="其他", body="顺带一提居住证。", valid_from=TODAY, valid_until=TODAY),
            make(id="open", title="再其他", body="说到居住证，" * 3),
        ]
    )
    hits = base.search("居住证", today=TODAY)
    assert {hit.id for hit in hits[:2]} == {"now", "open"}
    assert {(hit.id, hit.standing) for hit in hits[2:]} == {("old", "已失效"), ("next", "未生效")}
    assert [hit.answerable for hit in hits] == [True, True, False, False]
    assert [hit.expired for hit in hits] == [False, False, True, True]
    assert {hit.id for hit in base.suggest("居住证", "", today=TODAY)} == {"now", "open"}
    assert base.for_answer("now").id == "now"
    with pytest.raises(KnowledgeError, match="已于 2026-11-19 失效，不能用于直接答复"):
        base.for_answer("old")
    with pytest.raises(KnowledgeError, match="自 2026-11-21 起才生效"):
        base.for_answer("next")
    assert [hit.id for hit in base.search("居住证", 2, date(2026, 11, 19))].count("old") == 1


@pytest.mark.clause("6.3.2")
@pytest.mark.clause("5.1.3.4b")
def test_a_record_being_written_calls_up_its_article(starter: KnowledgeBase) -> None:
    """You should see the article on heating beside a record about cold radiators, without asking."""
    text = (
        "来电人称其居住的小区三号楼暖气片一直冰凉，家中有老人和孩子，已向供热公司报修三天没有人来，"
        "希望尽快派人上门检修，恢复正常供暖。"
    )
    assert "gongre-02" in [hit.id for hit in starter.suggest("家里暖气不热", text)[:3]]
    assert starter.suggest("", "") == []
    assert starter.suggest("", text)


def test_the_limit_holds(starter: KnowledgeBase) -> None:
    """You should see no more hits than asked for, best first."""
    hits = starter.search("投诉", 3)
    assert len(hits) == 3
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_threads_search_at_once(starter: KnowledgeBase) -> None:
    """You should see each thread served while another imports, with no error."""
    failures: list[BaseException] = []
    expected = [hit.id for hit in starter.search("护照到期")]

    def ask() -> None:
        try:
            for _ in range(20):
                assert [hit.id for hit in starter.search("护照到期")] == expected
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    starter.import_articles(starter_articles())
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.mark.clause("6.3.1")
def test_after_a_large_import_the_index_is_of_one_piece(
    base: KnowledgeBase, make: MakeArticle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """You should see the pieces that a large import leaves joined by a process of its own, every article found."""
    monkeypatch.setattr(search, "MANY", 600)
    base.import_articles([make(id=f"a-{at}", title=f"第{at}x条", body="到派出所办理。") for at in range(600)])
    before = base._keeper.view()
    end = time.monotonic() + 60
    while base._keeper.view().searcher.num_segments > 1 and time.monotonic() < end:
        time.sleep(0.05)
    after = base._keeper.view()
    assert (before.searcher.num_segments > 1, after.searcher.num_segments) == (True, 1)
    assert after.path != before.path
    assert [hit.id for hit in base.search("599x", 1)] == ["a-599"]
    assert base.index_fault == ""


def test_a_whole_word_is_asked_for_without_its_endings(starter: KnowledgeBase) -> None:
    """You should see only the beginning of a word completed: what has a longer word has the whole one too."""
    vocabulary = starter._finder.moment().vocabulary
    whole, begun = (typed(text, starter._segmenter, vocabulary) for text in ("公积金", "居住登"))
    assert ("公积金" in whole.words, whole.prefix) == (True, "")
    assert begun.prefix


def test_a_hit_reads_its_article_when_it_is_asked_for(starter: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    """You should see a search for one word read no article, and each hit the one it stands for."""
    expected = [(hit.id, hit.title) for hit in starter.search("居住证", 5)]
    read: list[int] = []
    numbered = Reading.numbered
    monkeypatch.setattr(Reading, "numbered", lambda self, those: read.extend(those) or numbered(self, those))
    hits = starter.search("居住证", 5)
    assert ([hit.id for hit in hits], read) == ([id for id, _ in expected], [])
    assert [(hit.article.id, hit.title) for hit in hits] == expected
    assert len(read) == len(hits) == 5
