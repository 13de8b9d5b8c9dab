"""``hotline supervise``: the lists of 5.2.3, an order of supervision, and the live wall, without a screen."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from console.commands.base import Entry, Refusal, json_option, show_json, show_table
from console.commands.usage import Command, Group, Moment, Number, OneOf
from data.handling import SUPERVISION_FACTS

if TYPE_CHECKING:
    from console.matters import Matters
    from data.events import Ticket

_LISTS = ("超期", "临期", "突发", "多次", "集中", "申请退回", "流转", "回访", "督办中")
_TITLE, _UNIT = 24, 12  # characters
KINDS = {kind.removesuffix("督办").removesuffix("部门"): kind for kind in SUPERVISION_FACTS}
_FACTS = "；".join(
    f"{short}：{'、'.join(name for name, _, _ in SUPERVISION_FACTS[kind])}" for short, kind in KINDS.items()
)


@click.group(cls=Group, example="hotline supervise list --json")
def supervise() -> None:
    """督办：自动清单、发出督办、实时大屏（5.2.3）。"""


@supervise.command("list", cls=Command, example="hotline supervise list --list 超期 --json")
@click.option("--list", "name", type=OneOf(list(_LISTS)), default=None, metavar="清单", help="只看这个清单；默认全部")
@click.option("--limit", type=Number(), default=100, metavar="N", help="每个清单最多几件，默认 100")
@json_option
@click.pass_obj
def list_(entry: Entry, name: str | None, limit: int, as_json: bool) -> None:
    """5.2.3 的各清单：每件工单为何在列，时间最紧的在前。"""
    from console.matters import open_matters
    from console.supervision import watches
    from console.wall import matter_as_json

    house, now = entry.house, entry.clock.now()
    matters = open_matters(house.figures, now)
    lists = [watch for watch in watches(now, matters) if name in (None, watch.name)]
    pages = [house.tickets.page(watch.want, limit) for watch in lists]
    counts = house.tickets.counts([watch.want for watch in lists])
    if as_json:
        shown: list[dict[str, object]] = []
        for watch, count, page in zip(lists, counts, pages, strict=True):
            one: dict[str, object] = {"list": watch.name, "clause": watch.clause, "count": count}
            one["tickets"] = [_as_json(each, matters, now) for each in page]
            if watch.name == "集中":
                one["matters"] = [matter_as_json(each, matters) for each in matters.concentrated]
            shown.append(one)
        show_json(shown)
        return
    for watch, count, page in zip(lists, counts, pages, strict=True):
        click.echo(f"{watch.name} {count} 件（{watch.clause}）")
        if page:
            show_table(("工单编号", "状态", "标题", "承办单位", "为何"), [_row(each, matters, now) for each in page])


def _row(ticket: "Ticket", matters: "Matters", now: datetime) -> tuple[str, ...]:
    from console.disclosure import ANYBODY
    from console.form import shown_title
    from console.supervision import reasons

    because = "；".join(reasons(ticket, now, matters))
    return ticket.number, ticket.state, shown_title(ticket, ANYBODY)[:_TITLE], ticket.unit[:_UNIT], because


def _as_json(ticket: "Ticket", matters: "Matters", now: datetime) -> dict[str, object]:
    from console.disclosure import ANYBODY
    from console.form import shown_title
    from console.supervision import next_step, reasons
    from data.ticket_row import running_clock

    clock, _, due = running_clock(ticket)
    return {
        "id": ticket.id,
        "number": ticket.number,
        "state": ticket.state,
        "title": shown_title(ticket, ANYBODY),
        "urgency_kinds": ticket.record.urgency_kinds,
        "unit": ticket.unit,
        "clock": clock,
        "due": due,
        "reasons": reasons(ticket, now, matters),
        "next": next_step(ticket, now),
        "supervisions": ticket.handling.supervisions,
    }


@supervise.command(
    "open",
    cls=Command,
    example="hotline supervise open 2026050600001 --kind 会商 --fact ground=多次流转 --fact meeting_at=5月8日9时街道会议室"
    " --fact units=望京街道办事处 --deadline 2026-05-10T18:00 --by 7001",
)
@click.argument("number", metavar="工单编号")
@click.option("--kind", type=OneOf([*KINDS, *SUPERVISION_FACTS]), required=True, metavar="方式", help="、".join(KINDS))
@click.option("--fact", "facts", multiple=True, metavar="名称=内容", help=f"所需内容，每项一次。{_FACTS}")
@click.option("--deadline", type=Moment(), required=True, metavar="时间", help="回复期限")
@click.option("--by", "agent", required=True, metavar="工号", help="谁发出：须是督办或系统管理员")
@json_option
@click.pass_obj
def open_(
    entry: Entry, number: str, kind: str, facts: tuple[str, ...], deadline: datetime, agent: str, as_json: bool
) -> None:
    """对一件工单发出督办（5.2.3b-f）；文件督办还须另一位领导在督办台批准。"""
    from console.supervision import Supervising, SupervisionError
    from data.lifecycle import TransitionRefused
    from data.tickets import ActRefused, StaleTicket

    whole = KINDS.get(kind, kind)
    given = dict(_fact(each, whole) for each in facts)
    actor = entry.actor(agent)
    ticket = entry.house.tickets.by_number(number)
    if ticket is None:
        raise Refusal(f"没有工单 {number[:40]}：请核对编号，或用 hotline supervise list 查找")
    try:
        done = Supervising(entry.house, actor, entry.clock).supervise(ticket, whole, given, deadline)
    except (TransitionRefused, ActRefused, StaleTicket, SupervisionError) as error:
        raise Refusal(f"工单 {number} 没有督办：{error}") from error
    order = done.handling.supervisions[-1]
    if as_json:
        show_json({"number": done.number, "supervision": order})
    else:
        click.echo(
            f"已{'发出' if order.sent else '提出'}{order.kind}：{done.number}，{order.deadline:%Y-%m-%d %H:%M} 前回复"
        )


def _fact(written: str, kind: str) -> tuple[str, str]:
    name, equals, text = written.partition("=")
    known = [each for each, _, _ in SUPERVISION_FACTS[kind]]
    if not equals or name not in known:
        raise click.UsageError(
            f"--fact “{written[:40]}”看不懂：请写作 名称=内容，{kind}的名称有 {'、'.join(known)}",
            click.get_current_context(),
        )
    return name, text


@supervise.command("wall", cls=Command, example="hotline supervise wall --json")
@json_option
@click.pass_obj
def wall_(entry: Entry, as_json: bool) -> None:
    """实时大屏的各项数字：接通率、受理、派单、各时限、集中事项。"""
    from console.clocks import CLOCKS
    from console.matters import open_matters
    from console.wall import foreseen, gather, rate_words, wall, wall_as_json

    house, now = entry.house, entry.clock.now()
    found = wall(gather(house, now), now)
    matters, ahead = open_matters(house.figures, now), foreseen(house, now)
    if as_json:
        show_json(wall_as_json(found, matters, ahead))
        return
    click.echo(f"24 小时接通率 {rate_words(found.connected)}{'，低于 95%（5.1.3.2）' if found.connected.alarm else ''}")
    click.echo(f"15 秒内接听 {rate_words(found.answered_in_time)}，未接 {found.abandoned}")
    click.echo(f"网络 2 小时受理 {rate_words(found.web_in_time)}，待受理 {found.web_waiting}，超时 {found.web_overdue}")
    click.echo(f"派单及时率 {rate_words(found.dispatched_in_time)}")
    show_table(
        ("时限", "时限内", "临期", "超期"),
        [(CLOCKS[each.clock], str(each.in_time), str(each.near), str(each.overdue)) for each in found.clocks],
    )
    if found.surge:
        click.echo(f"集中大话务量：{found.surge.reason}，到 {found.surge.until:%Y-%m-%d %H:%M}")
    for each in matters.concentrated:
        click.echo(f"集中：{each.claimants} 人 {each.count} 件 {matters.share(each):.1%} {each.where} {each.title}")
    for one in ahead:
        click.echo(f"往年往周此时：{one.words}")
