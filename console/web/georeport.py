"""The shapes of Open311 GeoReport v2 and what of ours stands in them: services, definitions, requests, filters.

Nothing that is read back holds a claimant's words, name, number or place: who handed a request in has them, and
anybody may ask for a status.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from console.intake_fields import COLUMNS
from console.web.answers import Refused, Row
from console.when import WhenError, read_instant
from data.clock import iso_local
from data.events import Ticket
from data.lifecycle import State
from data.record import REQUEST_TYPES
from data.reference import Region

MOST = 1000  # requests in one answer
MOST_IDS = 100  # numbers in one question
SPAN = timedelta(days=90)
OPEN, CLOSED = "open", "closed"
_CLOSED = (State.ANSWERED, State.CLASSIFIED, State.COMPLETED, State.ARCHIVED)

# 3.2: the five types and 其他, under names that stay whatever a city calls them.
SERVICES = dict(zip(("complaint", "help", "tipoff", "inquiry", "suggestion", "other"), REQUEST_TYPES, strict=True))
_CODES = {name: code for code, name in SERVICES.items()}
_ABOUT = {
    "complaint": "对公共服务、市政设施、经营者等不满，要求处理",
    "help": "生产、生活中遇到困难，要求帮助解决",
    "tipoff": "反映违法、违规行为",
    "inquiry": "询问政策、办事程序与公共服务信息",
    "suggestion": "对城市管理与公共服务提出意见、建议",
    "other": "以上几类之外的诉求",
}


class Attribute(NamedTuple):
    """A further field of a request: GeoReport's datatype, and what it asks for."""

    datatype: str
    about: str


# Each is a field of `hotline intake import` by the same name, and is read by the same rules.
ATTRIBUTES = {
    "title": Attribute("string", "诉求标题，可不写"),
    "district": Attribute("singlevaluelist", "诉求发生在哪个区"),
    "respondent": Attribute("string", "被反映单位或涉及对象"),
    "wish": Attribute("string", "诉求人的要求"),
    "address": Attribute("string", "诉求人的联系地址"),
    "confidential": Attribute("singlevaluelist", "是否为诉求人保密"),
    "id": Attribute("string", "来源平台自己的编号；同一编号只收一次"),
    "date": Attribute("datetime", "诉求人提交的时间，2 小时受理时限由此起算；不写则为收到的时间"),
}


def services() -> list[Row]:
    """The service list: the request types."""
    return [
        {
            "service_code": code,
            "service_name": name,
            "description": _ABOUT[code],
            "metadata": True,
            "type": "batch",  # a number is given when an agent registers it: within two hours (5.1.3.2)
            "keywords": name,
            "group": "诉求类型",
        }
        for code, name in SERVICES.items()
    ]


def service_name(code: str) -> str:
    """The request type that a service code stands for.

    Raises:
        Refused: there is no such service.
    """
    if code not in SERVICES:
        raise Refused(404, "no_service", f"没有这个 service_code：可用 {'、'.join(SERVICES)}")
    return SERVICES[code]


def definition(code: str, regions: Iterable[Region]) -> Row:
    """The definition of a service: what else may be told of a request.

    Raises:
        Refused: there is no such service.
    """
    service_name(code)
    lists = {"district": [region.name for region in regions if region.is_district], "confidential": ["是", "否"]}
    return {
        "service_code": code,
        "attributes": [
            {
                "variable": True,
                "code": name,
                "datatype": attribute.datatype,
                "required": False,
                "datatype_description": None,
                "order": order,
                "description": f"{COLUMNS[name][0]}：{attribute.about}",
                "values": [{"key": value, "name": value} for value in lists.get(name, [])],
            }
            for order, (name, attribute) in enumerate(ATTRIBUTES.items(), start=1)
        ],
    }


def discovery(base: str) -> Row:
    """The service discovery that GeoReport v2 asks for beside the endpoint."""
    return {
        "changeset": "2026-11-01T00:00:00+08:00",
        "contact": "12345 热线中心系统管理员",
        "key_service": "由 12345 热线中心发放：hotline intake key add",
        "endpoints": [
            {
                "specification": "http://wiki.open311.org/GeoReport_v2",
                "url": base,
                "changeset": "2026-11-01T00:00:00+08:00",
                "type": "production",
                "formats": ["application/json", "text/xml"],
            }
        ],
    }


def status_of(ticket: Ticket) -> str:
    """Whether GeoReport calls a ticket open or closed."""
    return CLOSED if ticket.state in _CLOSED else OPEN


def code_of(ticket: Ticket) -> str:
    """The service of a ticket: its first request type, which an agent may have corrected."""
    return _CODES.get(ticket.record.types[0], "other") if ticket.record.types else "other"


def request_of(ticket: Ticket, centre: str) -> Row:
    """A ticket as a service request; ``centre`` has it until it is dispatched."""
    held = ticket.handling.now_with
    due = ticket.handling.feedback_due
    code = code_of(ticket)
    return {
        "service_request_id": ticket.number,
        "status": status_of(ticket),
        "status_notes": _notes(ticket),
        "service_name": SERVICES[code],
        "service_code": code,
        "description": None,
        "agency_responsible": held.unit if held else ticket.accepted_by_unit or centre,
        "service_notice": None,
        "requested_datetime": iso_local(ticket.record.raised_at or ticket.created_at),
        "updated_datetime": iso_local(ticket.updated_at),
        "expected_datetime": iso_local(due) if due else None,
        "address": None,
        "address_id": None,
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }


def _notes(ticket: Ticket) -> str:
    """The state in the standard's words, with the outcome of the reply or the route of what is not dispatched."""
    more = ""
    if ticket.state is State.CLASSIFIED and ticket.record.scope:
        more = ticket.record.scope.route
    elif status_of(ticket) == CLOSED and ticket.handling.feedbacks:
        more = ticket.handling.feedbacks[-1].outcome
    return f"{ticket.state}：{more}" if more else str(ticket.state)


class Filters(NamedTuple):
    """What a list of requests is narrowed to; with ``ids`` nothing else counts, as the specification has it."""

    ids: tuple[str, ...]
    services: tuple[str, ...]
    statuses: tuple[str, ...]
    since: datetime
    until: datetime

    def fits(self, ticket: Ticket) -> bool:
        """Whether a ticket of the right time belongs to the list."""
        return (not self.services or code_of(ticket) in self.services) and (
            not self.statuses or status_of(ticket) in self.statuses
        )


def filters(query: Mapping[str, str], now: datetime) -> Filters:
    """Read the filters of a question for requests; without times the last 90 days.

    Raises:
        Refused: one of them cannot be read, or the time is longer than 90 days.
    """
    ids = _split(query.get("service_request_id", ""))
    if len(ids) > MOST_IDS:
        raise Refused(400, "filter", f"service_request_id 最多 {MOST_IDS} 个：请分几次查询")
    statuses = _split(query.get("status", ""))
    if unknown := [each for each in statuses if each not in (OPEN, CLOSED)]:
        raise Refused(400, "filter", f"status 只能是 {OPEN} 或 {CLOSED}，不能是“{unknown[0][:20]}”")
    wanted = _split(query.get("service_code", ""))
    for code in wanted:
        service_name(code)
    since, until = _time(query, "start_date"), _time(query, "end_date")
    try:
        if since is None:
            since = (until or now) - SPAN
        if until is None:
            until = since + SPAN
    except OverflowError as error:
        raise Refused(400, "filter", "start_date 或 end_date 不是可用的时间：请核对") from error
    if not timedelta(0) <= until - since <= SPAN:
        raise Refused(400, "filter", "start_date 要在 end_date 之前，相隔不超过 90 天")
    return Filters(ids, wanted, statuses, since, until)


def _split(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def _time(query: Mapping[str, str], name: str) -> datetime | None:
    # In a query "+" is a blank: 2026-11-24T10:00:00 08:00 is what a client wrote with "+08:00" and did not escape.
    text = query.get(name, "").strip()
    if not text:
        return None
    head, blank, zone = text.rpartition(" ")
    if blank and "T" in head and zone.count(":") == 1:
        text = f"{head}+{zone}"
    try:
        at = read_instant(text)
        at.astimezone(tz=None)  # a year at the calendar's edge has no other zone
    except (WhenError, OverflowError, ValueError) as error:
        raise Refused(400, "filter", f"{name} 不是可用的时间：请写作 2026-01-31T08:30:00+08:00") from error
    return at
