"""``hotline ticket``: register and read tickets (诉求工单) without a screen."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from console.commands.base import Entry, F, Refusal, json_option, name_of, read_limited, show_json, show_table
from console.commands.usage import Command, Group, Moment, Number, OneOf
from data.lifecycle import KIND_NAMES, State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from console.judgement import Judgement
    from data.events import Ticket
    from scripts.urgency import Hint, Question

NEW_HELP = """从 JSON 登记一张工单并转派单；附录C要素未齐的不予登记。

\b
{"source": "热线电话", "raised_at": "2026-05-06T09:30:00+08:00",
 "claimant": {"name", "phone", "contact", "address", "confidential"},
 "types": ["投诉"], "urgency_kinds": [], "urgency_answers": {},
 "not_urgent": ["文中词语像是、但已判定不属的紧急种类"],
 "title": "…", "text": "…", "event_time": "…", "respondent": "…",
 "place": "…" 或 {"text", "district", "street", "landmark",
                  "direction", "distance"},
 "earlier_handling": "…", "wish": "…", "topic": "…",
 "elements": {"name": {"asked": "不愿提供"}, "harm": "无人受伤"}}
"""


@click.group(cls=Group, example="hotline ticket list --state 待派单 --json")
def ticket() -> None:
    """工单：登记、列表、查看、历史。"""


@ticket.command("new", cls=Command, help=NEW_HELP, example="hotline ticket new --from 诉求.json --agent 1001 --json")
@click.option("--from", "file", required=True, metavar="文件|-", help="JSON 文件，- 为标准输入")
@click.option("--agent", default="", metavar="工号", help="以谁的名义登记；默认为系统")
@json_option
@click.pass_obj
def new(entry: Entry, file: str, agent: str, as_json: bool) -> None:
    from console.judgement import judge_record, resolved_urgency
    from console.registration import Incomplete, NothingRecorded, Registration, UrgencyOpen
    from console.ticket_json import LARGEST, record_from_json
    from data.events import new_id

    content, named = read_limited(file, LARGEST), name_of(file)
    house = entry.house
    actor = entry.actor(agent)
    record = record_from_json(content, house.packs, house.reference.regions)
    now = entry.clock.now()
    record.raised_at = record.raised_at or now
    if record.raised_at > now:
        raise Refusal(f"{named} 的 raised_at（{record.raised_at:%Y-%m-%d %H:%M}）在将来：请核对时间与时区")
    try:
        made = Registration(house, actor, new_id()).submit(record, now)
    except UrgencyOpen as error:
        pending = resolved_urgency(house.packs, record).pending
        if as_json:
            show_json({"error": "open question", "missing": [], "pending": pending, "hints": error.judgement.hints})
        raise Refusal(f"{named} 没有登记：{_open(error.judgement.hints, pending)}") from error
    except Incomplete as error:
        if as_json:
            show_json({"error": "incomplete", "missing": _missing(error.judgement)})
        labels = "、".join(state.label for state in error.judgement.missing)
        raise Refusal(
            f"{named} 没有登记：附录C要素还缺{labels}；请补上，"
            '问过而没有得到的在 elements 里写 {"asked": "不愿提供"} 或 {"asked": "不清楚"}'
        ) from error
    except NothingRecorded as error:
        if as_json:
            show_json({"error": "not registered", "missing": []})
        raise Refusal(f"{named} 没有登记：{error}") from error
    if words := judge_record(house.packs, made.record).secrecy:
        click.echo(f"提示：{named} 文中要求保密（“{words}”），而 confidential 不是 true：已照“否”登记", err=True)
    if as_json:
        show_json(made)
        return
    reported = f"，并已上报{made.escalations[-1].to}" if made.escalations else ""
    click.echo(f"已登记 {made.number}{reported}，{made.state}：{made.record.title}")


def _open(hints: "Sequence[Hint]", pending: "Sequence[Question]") -> str:
    """Say what is open about the urgency, and which field of the JSON settles it."""
    if hints:
        words = "、".join(hints[0].words[:2])
        return (
            f"文中“{words}”像是{hints[0].kind}，紧急程度还没有判定；"
            f'请写进 "urgency_kinds": ["{hints[0].kind}"]，判定不属的写进 "not_urgent"'
        )
    return f'紧急程度还有一问未答（{pending[0].text}）；请在 urgency_answers 里写 {{"{pending[0].id}": true}} 或 false'


def _missing(judgement: "Judgement") -> list[dict[str, str]]:
    return [
        {"element": state.id, "label": state.label, "clause": state.clause, "ask": state.ask}
        for state in judgement.missing
    ]


def personal_option(command: F) -> F:
    """Add ``--personal``: without it, what is closed to readers is masked as on the form."""
    return click.option(
        "--personal", is_flag=True, help="连同保密的来电人与限制阅读的内容；不写时按附录D工单的规则遮去"
    )(command)


@ticket.command("list", cls=Command, example="hotline ticket list --state 待派单 --since 2026-05-01 --json")
@click.option(
    "--state", type=OneOf([state.value for state in State]), default=None, metavar="状态", help="只看这个状态"
)
@click.option("--unit", default="", metavar="单位", help="只看这个承办单位：名称的一部分、全拼或首字母都行")
@click.option("--since", type=Moment(), metavar="时间", help="只看此时以后登记的")
@click.option("--limit", type=Number(), default=100, metavar="N", help="最多几张，默认 100")
@personal_option
@json_option
@click.pass_obj
def list_(
    entry: Entry, state: str | None, unit: str, since: datetime | None, limit: int, personal: bool, as_json: bool
) -> None:
    """工单列表，最新的在前。"""
    from console.form import title_of
    from data.ticket_lists import TicketFilter

    want = TicketFilter(state=state or "", units=_units(entry, unit) if unit else (), since=since)
    page = [_seen(each, personal) for each in entry.house.tickets.page(want, limit)]
    if as_json:
        show_json([_summary(each) for each in page])
        return
    rows = [
        (
            each.number,
            each.state.value,
            "紧急" if each.record.urgent else "",
            "、".join(each.record.types),
            title_of(each.record)[:24],
            each.unit[:16],
        )
        for each in page
    ]
    show_table(("工单编号", "状态", "紧急", "类型", "标题", "承办单位"), rows)


def _units(entry: Entry, query: str) -> tuple[str, ...]:
    """The names of the units that a query may mean, as wherever names are typed; a whole name means itself only.

    A ticket may bear a unit that the table no longer has, so what is not found there is taken as a name too.
    """
    from console.names import narrow

    units = entry.house.reference.units
    exact = [unit.name for unit in units if query in (unit.name, *unit.aliases)]
    return tuple(exact or [unit.name for unit in narrow(query, units, limit=len(units))] or [query])


def _summary(each: "Ticket") -> dict[str, object]:
    record = each.record
    return {
        "id": each.id,
        "number": each.number,
        "state": each.state,
        "types": record.types,
        "urgent": record.urgent,
        "title": record.title,
        "source": record.source,
        "district": record.place.district,
        "unit": each.unit,
        "created_at": each.created_at,
        "created_by": each.created_by,
        "dispatch_due": each.due.dispatch if each.due else None,
    }


@ticket.command("show", cls=Command, example="hotline ticket show 2026050600001 --form")
@click.argument("number", metavar="工单编号")
@click.option("--form", is_flag=True, help="按附录D的样式（默认）")
@personal_option
@json_option
@click.pass_obj
def show(entry: Entry, number: str, form: bool, personal: bool, as_json: bool) -> None:
    """查看一张工单。"""
    from console.form import as_text, ticket_form

    if form and as_json:
        raise click.UsageError("--form 与 --json 只能写一个", click.get_current_context())
    found = _seen(_find(entry, number), personal)
    if as_json:
        show_json(found)
        return
    click.echo(as_text(ticket_form(found, entry.house.packs)), nl=False)


@ticket.command("events", cls=Command, example="hotline ticket events 2026050600001 --json")
@click.argument("number", metavar="工单编号")
@personal_option
@json_option
@click.pass_obj
def events(entry: Entry, number: str, personal: bool, as_json: bool) -> None:
    """一张工单的历史：每一步、何时、何人、依据哪一条。"""
    from console.disclosure import ANYBODY, event_as_read_by

    found = _find(entry, number)
    history = entry.house.tickets.events(found.id)
    if not personal:
        history = [event_as_read_by(event, found, ANYBODY) for event in history]
    if as_json:
        show_json(history)
        return
    rows = [
        (str(event.seq), f"{event.at:%Y-%m-%d %H:%M:%S}", event.by, KIND_NAMES[event.kind], event.clause)
        for event in history
    ]
    show_table(("步", "时间", "何人", "何事", "条款"), rows)


def _seen(each: "Ticket", personal: bool) -> "Ticket":
    from console.disclosure import ANYBODY, as_read_by

    return each if personal else as_read_by(each, ANYBODY)


def _find(entry: Entry, number: str) -> "Ticket":
    found = entry.house.tickets.by_number(number)
    if found is None:
        raise Refusal(f"没有工单 {number[:40]}：请核对编号，或用 hotline ticket list 查找")
    return found
