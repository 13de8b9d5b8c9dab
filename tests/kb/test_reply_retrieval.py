"""Ranking on real messages: the official reply found from the message's title, over replies without titles."""

import json
from pathlib import Path

import pytest

from kb.articles import Article
from kb.search import KnowledgeBase

CASES = Path(__file__).parents[3] / "shared" / "cases" / "answered_messages.jsonl"


@pytest.mark.clause("6.3.2")
@pytest.mark.skipif(not CASES.exists(), reason="../shared/cases/answered_messages.jsonl is not here")
def test_replies_are_found_from_the_titles_of_their_messages(base: KnowledgeBase) -> None:
    """You should see nearly half of all replies first, as other engines over the same words do (0.50)."""
    messages = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    base.import_articles(
        [
            Article(
                id=message["id"], title="答复", body=message["reply"], topic="留言", owner="各单位", source_kind="政策"
            )
            for message in messages
        ]
    )
    for name, ask in (
        ("title", lambda message: base.search(message["title"], 10)),
        ("title and text", lambda message: base.suggest(message["title"], message["text"], 10)),
    ):
        ranks = [[hit.id for hit in ask(message)] for message in messages]
        first = sum(ids[:1] == [m["id"]] for ids, m in zip(ranks, messages, strict=True)) / len(messages)
        ten = sum(m["id"] in ids for ids, m in zip(ranks, messages, strict=True)) / len(messages)
        print(f"replies from {name}: R@1 {first:.3f}, R@10 {ten:.3f}")
        assert first >= 0.45
