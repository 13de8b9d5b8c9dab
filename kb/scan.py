"""Searching articles themselves, without an index: those that it has not reached yet, or all while it is made.

Slower than the index, and ranked roughly, in its measure: a word counts once in each field, as telling as it is rare.
"""

import math
from collections.abc import Callable, Iterable

from kb.articles import Article
from kb.index import BODY, KEYWORDS, QUESTIONS, TITLE
from kb.query import Query
from kb.segment import fold

Rarity = Callable[[str], int]


def scan(
    articles: Iterable[tuple[int, Article]],
    query: Query,
    weights: dict[str, float],
    frequency: Rarity,
    total: int,
) -> list[tuple[float, int, Article]]:
    """(score, number, article) of those in which a word of the query stands, best first."""
    asked = [(word, math.log(1 + (total + 0.5) / (frequency(word) + 0.5))) for word in query.marks]
    found = []
    for number, article in articles:
        fields = {
            TITLE: fold(article.title),
            QUESTIONS: fold("\n".join(article.questions)),
            KEYWORDS: fold("\n".join(article.keywords)),
            BODY: fold(article.body),
        }
        score = sum(
            weights[field] * telling for field, text in fields.items() for word, telling in asked if word in text
        )
        if score:
            found.append((score, number, article))
    return sorted(found, key=lambda hit: -hit[0])
