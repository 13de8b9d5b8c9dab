"""What a call-taker reports about the knowledge base while at work: nothing found, something wrong (6.3.1, 6.3.4)."""

from collections.abc import Callable

from data.drafts import Draft
from data.people import Actor
from kb.articles import Article
from kb.upkeep import Upkeep


class DeskReports:
    """The reports of one desk, each with the ticket and the call at work."""

    def __init__(self, upkeep: Upkeep, actor: Actor, work: Callable[[], Draft | None]) -> None:
        self._upkeep = upkeep
        self._actor = actor
        self._work = work

    def miss(self, asked: str) -> None:
        """Report that nothing was found for what the caller asks (6.3.1).

        Raises:
            KnowledgeError: nothing was searched for.
        """
        draft = self._work()
        owner = draft.record.unit if draft else ""
        ticket_id, call_id = _ids(draft)
        self._upkeep.reports.add("未命中", asked, self._actor, owner=owner, ticket_id=ticket_id, call_id=call_id)

    def correction(self, article: Article, words: str) -> None:
        """Report what is wrong with an article; it lands on its owner's list (6.3.4)."""
        ticket_id, call_id = _ids(self._work())
        self._upkeep.reports.add(
            "纠错",
            words,
            self._actor,
            article_id=article.id,
            version=article.version,
            owner=article.owner,
            ticket_id=ticket_id,
            call_id=call_id,
        )


def _ids(draft: Draft | None) -> tuple[str, str]:
    """The ids of the ticket and the call at work; empty where there is none."""
    if draft is None:
        return "", ""
    return draft.ticket_id, draft.call.id if draft.call else ""
