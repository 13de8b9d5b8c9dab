"""The shipped articles: enough, valid, distinct, and plainly worded."""

import re
from itertools import combinations

import pytest
from rapidfuzz import fuzz

from kb.articles import checked
from kb.starters import starter_articles

# 5.1.3.4: nothing vague is read to a caller.
VAGUE = re.compile("(?<!尽)可能|大概|好像|也许|应该吧|估计是|差不多|说不定|大约|左右吧")
SUBJECTS = [
    "社保",
    "医保",
    "公积金",
    "户口",
    "居住证",
    "供暖",
    "物业",
    "噪声",
    "停车",
    "结婚",
    "护照",
    "入学",
    "退款",
    "水费",
    "燃气",
]


@pytest.mark.clause("3.7")
@pytest.mark.clause("6.3.1")
def test_there_are_at_least_120_valid_articles() -> None:
    """You should see 120 articles or more, each acceptable as it stands and marked as a sample."""
    articles = starter_articles()
    assert len(articles) >= 120
    for article in articles:
        assert checked(article) == article
        assert article.sample
        assert article.source == "示例文本：以主管部门现行规定为准"
        assert article.checked_on
        assert article.valid_from
        assert article.valid_until
        assert article.questions
        assert article.keywords


def test_no_two_articles_share_id_or_title() -> None:
    """You should see no id twice and no two titles nearly alike."""
    articles = starter_articles()
    assert len({article.id for article in articles}) == len(articles)
    alike = [
        (one.title, other.title) for one, other in combinations(articles, 2) if fuzz.ratio(one.title, other.title) > 80
    ]
    assert alike == []


@pytest.mark.clause("6.3.3")
def test_no_article_is_vague() -> None:
    """You should see no word in a body that leaves the caller guessing."""
    vague = [(article.id, VAGUE.findall(article.body)) for article in starter_articles() if VAGUE.search(article.body)]
    assert vague == []


@pytest.mark.clause("6.3.3")
def test_the_articles_cover_what_citizens_ask() -> None:
    """You should see each main subject in some title, question or keyword, and several kinds of source."""
    asked = " ".join(" ".join((a.title, *a.questions, *a.keywords)) for a in starter_articles())
    assert [subject for subject in SUBJECTS if subject not in asked] == []
    assert len({article.source_kind for article in starter_articles()}) >= 4
    assert not all(article.public for article in starter_articles())
