"""What an article must hold before it is stored."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.articles import SOURCE_KINDS, Article, ArticleError, checked, clean


@pytest.mark.clause("6.3.3")
@pytest.mark.parametrize("kind", ["法律", "规章", "政策", "职责", "流程", "公告", "公共服务"])
def test_every_kind_of_content_of_the_standard_is_accepted(make, kind: str) -> None:
    """You should see laws, rules, policies, duties, processes, notices and public services all accepted."""
    assert checked(make(source_kind=kind)).source_kind == kind
    assert kind in SOURCE_KINDS


@pytest.mark.clause("6.3.3")
@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"title": " "}, "title", "标题"),
        ({"title": "长" * 121}, "title", "121 字，最多 120 字"),
        ({"body": ""}, "body", "正文"),
        ({"body": "长" * 20_001}, "body", "最多 20000 字"),
        ({"topic": ""}, "topic", "主题"),
        ({"owner": "\u200f\x00"[1:]}, "owner", "责任单位"),
        ({"source_kind": "传闻"}, "source_kind", "“传闻”"),
        ({"valid_from": date(2027, 1, 1), "valid_until": date(2026, 1, 1)}, "valid_until", "早于生效日期"),
        ({"questions": ("问",) * 1 + tuple(map(str, range(70)))}, "questions", "最多 60 项"),
        ({"keywords": ("词" * 201,)}, "keywords", "最多 200 字"),
    ],
)
def test_a_faulty_article_is_refused_with_field_and_reason(make, change, field: str, words: str) -> None:
    """You should see which field is wrong, why, and what to do."""
    with pytest.raises(ArticleError, match=words) as caught:
        checked(make(**change))
    assert caught.value.field == field
    assert "；" in str(caught.value)


def test_an_error_names_file_and_line_when_known() -> None:
    """You should see file, line, field and reason in one sentence."""
    error = ArticleError("为空；请填写", field="owner").at("a.csv", 7)
    assert str(error) == "a.csv 第 7 行 “责任单位”为空；请填写"
    assert (error.file, error.line, error.field, error.reason) == ("a.csv", 7, "owner", "为空；请填写")


def test_control_and_direction_characters_are_dropped(make) -> None:
    """You should see the text without characters that could break a screen or reverse what is read."""
    article = checked(make(title="居住\u202e证\x1b[31m\n办理", body="一、\x00到窗口\r\n二、\ud800办理\t"))
    assert article.title == "居住证[31m 办理"
    assert article.body == "一、到窗口\n二、办理"


def test_repeated_and_empty_questions_are_dropped(make) -> None:
    """You should see each question once, in the given order."""
    assert checked(make(questions=("在哪办", "", "在哪办 ", "要多久"))).questions == ("在哪办", "要多久")


@pytest.mark.parametrize(
    ("day", "valid"),
    [(date(2025, 12, 31), False), (date(2026, 1, 1), True), (date(2026, 6, 30), True), (date(2026, 7, 1), False)],
)
def test_both_end_dates_are_in_force(make, day: date, valid: bool) -> None:
    """You should see an article in force on its first and on its last day."""
    article: Article = make(valid_from=date(2026, 1, 1), valid_until=date(2026, 6, 30))
    assert article.valid_on(day) is valid


@given(st.text())
def test_cleaning_any_text_twice_changes_nothing_more(text: str) -> None:
    """You should see a stored text imported again unchanged, whatever it holds."""
    for one_line in (False, True):
        once = clean(text, one_line=one_line)
        assert clean(once, one_line=one_line) == once
        once.encode()
