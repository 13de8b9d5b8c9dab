"""What a unit says to the claimant (B.3), filled from the ticket and from its reply, and how it words it (5.2.2.2.5)."""

from collections.abc import Mapping

from console.form import place_text, title_of
from console.house import House
from console.script import Line
from data.clock import SHANGHAI
from data.events import Ticket
from data.handling import CANNOT, CONSULT, SOLVED, SUGGESTION, UNREASONABLE, UNSOLVED
from data.people import Actor
from data.record import CLAIMANT_KINDS
from scripts.phrases import Phrase, fill
from scripts.wording import Finding, check

TITLES = ("先生", "女士")  # B.3.1: XX先生/女士
_ADDRESSED = (*TITLES, "小姐", "老师", "同志", "大爷", "大妈", "阿姨", "师傅")
OPENING, VERIFYING = "unit_contact", "unit_verify"

# The sentence that tells the result, by its outcome; a pack that has no such entry gives none.
RESULTS = {
    SOLVED: "B.3.3",
    UNSOLVED: "B.3.3-unsolved",
    CANNOT: "B.3.3-cannot",
    UNREASONABLE: "B.3.3-unreasonable",
    CONSULT: "B.3.3-consult",
    SUGGESTION: "B.3.3-suggestion",
}
# Blanks of B.3.3 that no element of a reply fills: name and what stands before it on screen.
BLANKS = {
    "section": "核实科室部门",
    "officer": "办理人员",
    "site": "查看地点",
    "problem": "查看的问题",
    "process": "办理过程",
    "finding": "发现的现象",
}
_FROM_ELEMENTS = {"reply": "course", "sender": "unit"}  # a blank that has another name than its element


def unit_name(house: House, unit: str) -> str:
    """Name a unit as B.3.1 does: a street or a district's department with its district before it."""
    found = next((each for each in house.reference.units if each.name == unit), None)
    return f"{found.district}{unit}" if found and not unit.startswith(found.district) else unit


def addressed(ticket: Ticket, title: str) -> str:
    """Name the claimant as B.3.1 does, 先生 or 女士 behind the name; nothing until it is known how."""
    claimant = ticket.record.claimant
    name = claimant.name.strip()
    if not name or claimant.kind != CLAIMANT_KINDS[0] or name.endswith(_ADDRESSED):
        return name
    return f"{name}{title}" if title else ""


def contact_lines(house: House, ticket: Ticket, actor: Actor, title: str) -> list[Line]:
    """Return what is said when the claimant is rung to verify: B.3.1, B.3.2; ``ticket`` as the actor may read it."""
    values = {
        **_matter(ticket),
        "unit_name": unit_name(house, actor.unit),
        "claimant": addressed(ticket, title),
    }
    pack = house.packs.phrases
    return [_line(phrase, values) for phrase in pack.phrases if phrase.step in (OPENING, VERIFYING)]


def result_phrase(house: House, outcome: str) -> Phrase | None:
    """Return the entry that tells a result (B.3.3), or None where the pack in force has none."""
    wanted = RESULTS.get(outcome, "")
    return next((phrase for phrase in house.packs.phrases.phrases if phrase.id == wanted), None)


def result_line(house: House, ticket: Ticket, outcome: str, texts: Mapping[str, str]) -> Line | None:
    """Return the sentence that tells the result, made of a reply's elements and of `BLANKS`."""
    phrase = result_phrase(house, outcome)
    if phrase is None:
        return None
    values = {name: texts.get(_FROM_ELEMENTS.get(name, name), "") for name in phrase.slots}
    values = {name: text.strip().rstrip("。；;，,") for name, text in values.items()}
    return _line(phrase, {**values, **_matter(ticket)})


def blanks_of(house: House, outcome: str) -> list[str]:
    """Return which of `BLANKS` the sentence of an outcome has."""
    phrase = result_phrase(house, outcome)
    return [name for name in BLANKS if phrase and name in phrase.slots]


def known_blanks(house: House, ticket: Ticket) -> dict[str, str]:
    """Return what of `BLANKS` the ticket knows: where to look, and for what."""
    return {"site": place_text(ticket), "problem": title_of(ticket.record)}


def course_of(texts: Mapping[str, str]) -> str:
    """Write the course of handling (办理情况) from the blanks of B.3.3; nothing while one of them is empty."""
    needed = ("section", "officer", "site", "process", "finding")
    if any(not texts.get(name, "").strip() for name in needed):
        return ""
    section, officer, site, process, finding = (texts[name].strip().rstrip("。；") for name in needed)
    return f"与{section}核实，派{officer}到{site}查看；经{process}，发现{finding}。"


def findings(house: House, texts: Mapping[str, str]) -> list[Finding]:
    """Return what of the unit's words is vague or reproachful (5.1.3.4, by 5.2.2.2.5)."""
    return [found for text in texts.values() for found in check(house.packs.wording, text)]


def _matter(ticket: Ticket) -> dict[str, str]:
    raised = (ticket.record.raised_at or ticket.created_at).astimezone(SHANGHAI)
    matter = title_of(ticket.record).removeprefix("关于").removesuffix("的问题")
    return {"raised_day": f"{raised.month}月{raised.day}日", "matter": matter}


def _line(phrase: Phrase, values: Mapping[str, str]) -> Line:
    return Line(phrase.id, phrase.clause, fill(phrase, values).text, phrase.addition)
