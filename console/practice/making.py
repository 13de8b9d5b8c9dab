"""Making scenarios (出题, 6.3.2): one that is being written is checked and previewed; one is drawn from an archived ticket.

Of a ticket nothing personal may come along (6.2.1). What is known of the people in it is replaced by slots that a seed
fills; a clause that might still tell of somebody is left out whole. What is left is a draft: a trainer completes it.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from console.disclosure import SECRET
from console.house import House
from console.judgement import element_value
from console.practice.case import Case, draw
from console.practice.scoring import accepts, wanted_facts
from data.clock import SHANGHAI
from data.events import Ticket
from data.record import REFUSED, UNKNOWN, Record
from kb.starters import starter_articles
from scripts.kinds import UNSTABLE
from scripts.pack import Packs
from scripts.reading import PackError
from scripts.scenarios import Scenario, Scenarios, read_scenarios

_ANY_DAY = datetime(2026, 1, 5, 9, tzinfo=SHANGHAI)
SEEDS = range(1, 6)  # with which a scenario is tried
HEAD = 'standard = "DB11/T 12345热线服务与管理规范（征求意见稿）"\nversion = "1"\n'
MANY = 1_000_000_000  # no word is met so often
NAME_BELOW = 500  # a word that begins like a surname and is met less often may be a name
_CLAUSE = re.compile(r"[^，。；！？,;!?\n]+")
_DIGITS = re.compile(r"[A-Za-z]?\d[\dA-Za-z\-]{2,}|[@＠]|[A-Za-z_]{5,}")
_EMERGENCY = re.compile(r"(?<!\d)(?:110|119|120|122|12345)(?!\d)")
_ROOM = re.compile(r"[\d一二三四五六七八九十百]+(?:号楼|号院|号|单元|室|门|栋|幢|层|户)")
_ADDRESS = re.compile(
    r"[^\W\d_]{1,6}(?:家园|花园|嘉园|雅园|苑|大厦|公寓|胡同|大街|[东西南北中环]路|(?<!我们)(?<!整个)(?<!我家)(?<!老旧)(?<!这个)小区(?!里))"
)
_LETTERS = str.maketrans("0123456789", "ghijklmnop")
_SUFFIX = re.compile(r"(?:小区|家园|花园|社区|大厦|公寓|苑|院|号楼|楼|门口|附近|旁边)+$")
_TITLED = "先生|女士|老师|大夫|医生|师傅|经理|主任|同志|大爷|大妈|阿姨|老板|某"
_FIRM = re.compile(
    r"(?:物业公司|物业|公司|超市|饭店|餐厅|医院|诊所|学校|幼儿园|培训班|健身房|商店|工地|停车场|银行|集团|中心|厂|店)$"
)


class DrawError(RuntimeError):
    """A ticket that no scenario can be drawn from; the message names it, the reason and the way out."""


# -- checking -----------------------------------------------------------------------------------------------------------


def check_scenarios(path: Path, packs: Packs, scenarios: Scenarios) -> tuple[Scenario, ...]:
    """Read a file of scenarios as practice would, and try each with several seeds.

    Args:
        path: the file.
        packs: elements, routes and phrases in force.
        scenarios: those in force, with what they draw from.

    Raises:
        PackError: the first entry that cannot be played or scored, with file, entry and reason.
    """
    found = read_scenarios(path, packs, scenarios.pool)
    for scenario in found:
        for seed in SEEDS:
            case = draw(scenarios, scenario, seed)
            for fact in wanted_facts(packs, case):
                if fact.accept and not accepts(msgspec.structs.replace(fact, writes=""), fact.written, _ANY_DAY):
                    raise PackError(
                        path.name, f"{scenario.id} {fact.of}", "writes（好的记录）自己不算对：请核对 accept"
                    )
    return found


def preview(packs: Packs, case: Case) -> list[str]:
    """Say what a case is to whoever writes it: how the caller begins, what they tell when, and what is right."""
    told = {"asked": "问了才说", "volunteered": "开头就说", "late": "问别的以后才说", "corrected": "先说错再改"}
    lines = [f"{case.scenario.id} 种子 {case.seed} · {case.mood} · {case.scenario.title}", f"开头：{case.opening}"]
    labels = {each.id: each.label for each in packs.elements.elements}
    for fact in wanted_facts(packs, case):
        wrong = f"先说“{fact.wrong}”，" if fact.wrong else ""
        good = fact.refuses or fact.written
        lines.append(f"{labels.get(fact.of, fact.of)}（{told[fact.told]}）：{wrong}{fact.says} ▸ {good}")
    lines += [f"不该记：{each.says}" for each in case.background]
    truth = case.truth
    ends = {"dispatch": " 或 ".join(truth.units), "reply": " 或 ".join(truth.articles)}
    way = ends.get(truth.outcome) or f"{truth.route} {truth.choice}".strip()
    lines.append(f"答案：{'、'.join(truth.types)} · {'、'.join(truth.kinds) or '一般'} · {way}")
    return lines


# -- drawing ------------------------------------------------------------------------------------------------------------


def scenario_of(house: House, ticket: Ticket) -> str:
    """Return a scenario file drawn from an archived ticket, without anything personal in it.

    Raises:
        DrawError: it is not archived, may not be shown, or nothing of use is left of it.
    """
    number = ticket.number
    if not ticket.archive:
        raise DrawError(f"工单 {number} 还没有归档：只从案卷里出题，请先用 hotline archive 归档")
    if ticket.record.scope is not None and ticket.record.scope.clause == SECRET:
        raise DrawError(f"工单 {number} 涉及国家秘密、商业秘密或个人隐私，不能出题（5.1.2.2e）：请换一件")
    if UNSTABLE in ticket.record.urgency_kinds:
        raise DrawError(f"工单 {number} 是不稳定因素，原话要逐字记，改不了人名地名：请照 threat.toml 自己写")
    scrub = Scrub(house, ticket)
    text = scrub.kept(ticket.record.own_text) or scrub.kept(ticket.record.title)
    if not text:
        raise DrawError(f"工单 {number} 去掉个人信息以后没有剩下可用的内容：请换一件，或自己写")
    made = HEAD + "\n".join(["", *_entry(house, ticket, scrub, text)]) + "\n"
    if found := leaks(made, ticket.record):
        raise DrawError(f"工单 {number} 还带着{'、'.join(found)}里的字，没有出成：请换一件，或自己写")
    return made


class Scrub:
    """Takes what is personal out of the words of one ticket."""

    def __init__(self, house: House, ticket: Ticket) -> None:
        self._rare: Callable[[str, int], list[str]] = house.kb.rare_words
        self._surname = house.packs.elements.parts["surname"]
        tables = house.reference
        names = [each.name for each in tables.regions] + [each.name for each in tables.landmarks]
        self._places = {name for name in names if len(name) > 2}
        self._known = _known(ticket.record)
        self._begins = re.compile(self._surname)
        titled = rf"{self._surname}[^\W\d_]{{0,2}}(?:{_TITLED})|(?:叫|名叫|姓名|姓)[是为]?{self._surname}"
        self._person = re.compile(titled)

    def kept(self, text: str) -> str:
        """The clauses of a text that tell of nobody, joined."""
        return "，".join(clause for found in _CLAUSE.findall(text) if (clause := self.clause(found.strip())))

    def clause(self, clause: str) -> str:
        """A clause as it may stand, or nothing where it might tell of somebody or of some place."""
        bare = _EMERGENCY.sub("", clause)
        if any(each in clause for each in self._known) or any(name in clause for name in self._places):
            return ""
        if _DIGITS.search(bare) or _ROOM.search(bare) or _ADDRESS.search(bare) or self._person.search(bare):
            return ""
        if any(self._begins.match(word) and 2 <= len(word) <= 4 for word in self._rare(bare, NAME_BELOW)):
            return ""
        return clause

    def key_words(self, value: str) -> str:
        """The two longest words of a value, by which a record is known to have it."""
        words = dict.fromkeys(each for each in self._rare(value, MANY) if each in value)
        return "&".join(sorted(words, key=len, reverse=True)[:2]) or value


def leaks(made: str, record: Record) -> list[str]:
    """What of a record's personal data stands in a text: a second look, by another way than `Scrub`."""
    claimant, place = record.claimant, record.place
    held = {
        "姓名": claimant.name, "来电号码": claimant.phone, "联系方式": claimant.contact, "住址": claimant.address,
        "地点": place.text, "标志物": place.landmark, "对象": record.respondent,
    }  # fmt: skip
    digits = {each for value in held.values() for each in re.findall(r"\d{4,}", value)}
    least = {"对象": 4}  # 邻居 and 物业 name nobody
    found = [label for label, value in held.items() if len(value) >= least.get(label, 2) and value in made]
    return found + ["号码"] * any(each in made for each in digits)


def _known(record: Record) -> set[str]:
    """The words of a record that name its people and places, in pieces as small as still name them."""
    claimant, place = record.claimant, record.place
    people = [claimant.name, claimant.phone, claimant.contact, record.respondent]
    places = [claimant.address, place.text, place.landmark, place.street, place.district]
    pieces = {part for value in (*people, *places) for part in re.split(r"[\s，,、;；()（）\-]+|\d+", value)}
    for part in list(pieces):  # 海淀区枫林里小区 names somebody also as 枫林里小区 and as 枫林里
        inner = part.removeprefix(place.district).removeprefix(place.street)
        inner = re.sub(r"^[^\W\d_]{1,3}[区县]|^[^\W\d_]{1,4}(?:街道|镇|乡)", "", inner)
        pieces |= {inner, _SUFFIX.sub("", inner), _SUFFIX.sub("", part)}
    pieces |= {_FIRM.sub("", record.respondent), re.sub(r"(?:有限|集团|责任)*公司$", "", record.respondent)}
    given = {claimant.name[1:]} if len(claimant.name) > 2 else set()
    return {each for each in {*people, *places, *pieces, *given} if len(each) > 1}


def _entry(house: House, ticket: Ticket, scrub: Scrub, text: str) -> Iterator[str]:
    record, packs = ticket.record, house.packs
    types = [each for each in record.types if each] or ["求助"]
    outcome, way = _way(house, ticket)
    # Letters alone: a digit could be one of a number that `leaks` looks for.
    key = hashlib.sha256(ticket.id.encode()).hexdigest()[:8].translate(_LETTERS)
    content = "content" if set(types) & {"咨询", "建议", "其他"} and len(types) == 1 else "event"
    yield "# 草稿，从案卷脱敏得来：请补写来电人的话、先说后说和答案，再用 hotline practice check 检查。"
    yield "[[scenarios]]"
    yield f'id = "drawn-{key}"'
    yield f"title = {_toml(scrub.kept(record.title) or f'{types[0]}一件')}"
    yield f"opening = {_toml(f'你好，我要{types[0]}。')}"
    yield 'moods = ["平静", "着急"]'
    yield "facts = ["
    given = {content: _fact(content, text, scrub)}
    for element in packs.elements.elements:
        if element.id in given or element.id in ("time", "place", "name", "landmark", "direction", "distance"):
            continue
        answer = record.elements.get(element.id)
        value = element_value(record, element.id)
        if element.id == "object":
            value = _object(value)
        elif value:
            value = scrub.kept(value)
        if value:
            given[element.id] = _fact(element.id, value, scrub)
        elif answer is not None and answer.asked == REFUSED:
            given[element.id] = _refused(element.id, "这个我不想说。", REFUSED)
    truth = f"{{ types = {_toml(types)}, kinds = {_toml(record.urgency_kinds)}, {way} }}"
    if record.claimant.confidential:
        truth = f"{truth[:-2]}, confidential = true }}"
    if record.wish and (wish := scrub.kept(record.wish)):
        given["wish"] = _fact("wish", wish, scrub)
    for missing in _unasked(packs, types, record.urgency_kinds, outcome, given):
        given[missing] = _refused(missing, "这个我不清楚。", UNKNOWN)
    yield from (f"  {line}," for line in given.values())
    yield "]"
    yield f"truth = {truth}"


def _unasked(packs: Packs, types: Iterable[str], kinds: Iterable[str], outcome: str, given: Iterable[str]) -> list[str]:
    """What the class demands besides what is given and what every caller knows."""
    if outcome != "dispatch":
        return []
    known = {*given, "time", "place", "name", "earlier"}
    rows = {name for row in packs.elements.kinds if row.name in {*types, *kinds} for name in row.elements}
    return [each.id for each in packs.elements.elements if each.id in rows and each.id not in known]


def _way(house: House, ticket: Ticket) -> tuple[str, str]:
    """What is right to become of it, as it became: an article, a route, or the unit that had it last."""
    record = ticket.record
    if ticket.reply is not None:
        if ticket.reply.article_id not in {each.id for each in starter_articles()}:
            raise DrawError(f"工单 {ticket.number} 用的答复文章练习库里没有：请换一件，或照 consult.toml 自己写")
        return "reply", f'outcome = "reply", articles = {_toml([ticket.reply.article_id])}'
    if record.scope is not None:
        route = next(each for each in house.packs.scope.routes if each.label == record.scope.route)
        choice = next((each.id for each in route.choices if each.label == record.scope.choice), "")
        return "classify", f'outcome = "classify", route = "{route.id}", choice = "{choice}"'
    unit = ticket.handling.dispatches[-1].unit if ticket.handling.dispatches else record.unit
    if not unit:
        raise DrawError(f"工单 {ticket.number} 没有派给哪个单位，出不了答案：请换一件，或自己写")
    for name, slot in ((record.place.street, "{street}"), (record.place.district, "{district}")):
        if name:
            unit = unit.replace(name, slot)
    return "dispatch", f"units = {_toml([unit])}"


def _object(value: str) -> str:
    """A respondent of our own invention of the same sort; nothing for one that is not known by its sort."""
    found = _FIRM.search(value.strip())
    return f"安槐{found[0]}" if found else "邻居" if value.strip() else ""


def _fact(of: str, value: str, scrub: Scrub) -> str:
    accept = [scrub.key_words(value)]
    return f"{{ of = {_toml(of)}, says = {_toml(f'{value}。')}, accept = {_toml(accept)}, writes = {_toml(value)} }}"


def _refused(of: str, says: str, mark: str) -> str:
    return f"{{ of = {_toml(of)}, says = {_toml(says)}, refuses = {_toml(mark)} }}"


def _toml(value: object) -> str:
    """A string or a list of strings as TOML has it, which here is as JSON has it; braces are no slots of ours."""
    return json.dumps(value, ensure_ascii=False)
