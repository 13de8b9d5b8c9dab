"""What callback agents said beyond the script against 5.4.4, for quality (质检): the sentence, the rule, the agent."""

from datetime import datetime

import msgspec

from console.disclosure import RESTRICTED, restricted
from console.house import House
from data.clock import SHANGHAI
from data.people import Actor


class Leading(msgspec.Struct, frozen=True):
    """One such sentence: when, by whom, at which question, about which requests, and what is wrong with it."""

    at: datetime
    agent: str
    question: str
    text: str
    tickets: list[str]
    rules: list["Broken"]


class Broken(msgspec.Struct, frozen=True):
    """A rule that a sentence went against. One that the pack no longer has keeps its name only."""

    rule: str
    clause: str = "5.4.4"
    reason: str = ""
    advice: str = ""


def leading_said(house: House, since: datetime | None, until: datetime | None, reader: Actor) -> list[Leading]:
    """Return what was said in callbacks of a span of time that leads, newest first, as this reader may see it.

    Raises:
        StorageError: the store cannot be read.
    """
    rules = {
        each.id: Broken(each.label, each.clause, each.reason, each.advice) for each in house.packs.neutrality.rules
    }
    labels = {each.id: each.label for each in house.packs.survey.questions}
    found = []
    for said in house.figures.said(since, until):
        tickets = [ticket for each in said.tickets if (ticket := house.tickets.get(each)) is not None]
        closed = any(restricted(ticket, reader) for ticket in tickets)
        found.append(
            Leading(
                at=said.at.astimezone(SHANGHAI),
                agent=said.by,
                question=labels.get(said.question, said.question),
                text=RESTRICTED if closed else said.text,
                tickets=sorted(ticket.number for ticket in tickets),
                rules=[rules.get(each, Broken(each)) for each in said.findings],
            )
        )
    return found
