"""``hotline queue``: what waits, what is held, and for the centre its server and who may use it."""

from typing import TYPE_CHECKING

import click

from console.commands.base import Entry, Refusal, json_option, show_json, show_table
from console.commands.usage import Command, Group, OneOf
from data.clock import SHANGHAI
from data.lifecycle import KIND_NAMES, Kind

if TYPE_CHECKING:
    from data.postgres.address import Address
    from data.postgres.grants import Grant
    from data.queue import HeldDelivery

KINDS = {"centre": "中心", "district": "区", "seat": "坐席", "unit": "承办单位"}

_at_option = click.option(
    "--at",
    "url",
    default="",
    metavar="URL",
    help="管理员账号的地址；不写则取 HOTLINE_QUEUE 或 settings.toml 的 queue（写在命令行上的密码别的用户看得见）",
)


@click.group(cls=Group, example="hotline queue held")
def queue() -> None:
    """派单队列：等待的、滞留的；中心的服务器与账号。"""


@queue.command("list", cls=Command, example="hotline queue list --json")
@json_option
@click.pass_obj
def list_(entry: Entry, as_json: bool) -> None:
    """用的是哪个队列，通不通，什么在等待送出，什么没有被采用。"""
    from data.queue import QueueUnavailable
    from data.receiving import Receiving

    house, unreachable = entry.house, ""
    try:
        house.queue.identity()
    except QueueUnavailable as error:
        unreachable = str(error)
    waiting, refused, held = house.outbox.waiting(), house.outbox.refused(), Receiving(house.tickets).count()
    if as_json:
        lost = [
            {"ticket_id": each.event.ticket_id, "seq": each.event.seq, "kind": each.event.kind, "reason": each.reason}
            for each in refused
        ]
        rows = [
            {"ticket_id": each.ticket_id, "number": each.number, "events": each.events, "error": each.error}
            for each in waiting
        ]
        named = {"queue": house.queue.name, "unreachable": unreachable}
        show_json({**named, "waiting": rows, "refused": lost, "held": held})
        return
    click.echo(f"派单队列：{house.queue.name}" + (f"，用不了：{unreachable}" if unreachable else ""))
    if waiting:
        show_table(
            ("待同步", "步", "已试", "上次的原因"),
            [_row(each.number, each.events, each.attempts, each.error) for each in waiting],
        )
    if refused:
        show_table(
            ("未采用", "步", "原因"), [_row(each.event.ticket_id, each.event.seq, each.reason) for each in refused]
        )
    if not waiting and not refused:
        click.echo("全部已送出，没有未被采用的")
    if held:
        click.echo(f"滞留 {held} 步：请看 hotline queue held")


@queue.command("held", cls=Command, example="hotline queue held --json")
@json_option
@click.pass_obj
def held(entry: Entry, as_json: bool) -> None:
    """滞留的步骤及原因：从队列收到、但与本机或规则不合的；在中心还有没能送达承办单位的。"""
    from data.queue import QueueUnavailable
    from data.receiving import Receiving

    listed = Receiving(entry.house.tickets).held()
    unreachable = ""
    undelivered: list[HeldDelivery] = []
    try:
        undelivered = entry.house.queue.held_deliveries()
    except QueueUnavailable as error:
        unreachable = str(error)
    if as_json:
        show_json([*listed, *undelivered])
    elif not listed and not undelivered and not unreachable:
        click.echo("没有滞留的")
    if not as_json and listed:
        rows = [_row(each.number or each.ticket_id, each.seq, each.what, each.tries, each.reason) for each in listed]
        show_table(("工单", "步", "内容", "已试", "原因"), rows)
    if not as_json and undelivered:
        rows = [_row(each.number, each.seq, *_sent_by(each), each.tries, each.reason) for each in undelivered]
        show_table(("工单", "步", "内容", "单位", "方式", "已试", "未送达的原因"), rows)
    if unreachable:
        click.echo(f"没能查看未送达的：{unreachable}", err=True)


@queue.command("requeue", cls=Command, example="hotline queue requeue 2026112400017")
@click.argument("number", default="", metavar="[工单]")
@json_option
@click.pass_obj
def requeue(entry: Entry, number: str, as_json: bool) -> None:
    """把滞留的再试一次：一件工单的（编号或标识），或全部的；没能送达的由 hotline work 重新投递。"""
    from data.queue import QueueUnavailable
    from data.receiving import Receiving

    receiving, unreachable = Receiving(entry.house.tickets), ""
    ticket = entry.house.tickets.by_number(number) if number else None
    ticket_id = ticket.id if ticket else number
    here = any(ticket_id in ("", each.ticket_id) for each in receiving.held())
    delivering = 0
    try:
        undelivered = entry.house.queue.held_deliveries()
        for each in {each.ticket_id for each in undelivered if number in ("", each.number, each.ticket_id)}:
            delivering += entry.house.queue.requeue_deliveries(each)
    except QueueUnavailable as error:
        unreachable = str(error)
    if number and not here and not delivering:
        why = f"（未送达的没能查看：{unreachable}）" if unreachable else ""
        raise Refusal(f"工单 {number} 没有滞留的步骤{why}：请看 hotline queue held")
    applied, _ = receiving.requeue(ticket_id) if here else (0, 0)
    left = [each for each in receiving.held() if ticket_id in ("", each.ticket_id)]
    if as_json:
        show_json({"applied": applied, "held": len(left), "delivering": delivering})
    else:
        told = f"，重新投递 {delivering} 步" if delivering else ""
        click.echo(f"收下 {applied} 步，仍滞留 {len(left)} 步{told}")
    if left:
        raise Refusal(f"工单 {left[0].number or left[0].ticket_id} 第 {left[0].seq} 步仍滞留：{left[0].reason}")
    if unreachable:
        raise Refusal(f"未送达的没有重新投递：{unreachable}")


@queue.command("init", cls=Command, example="hotline queue init postgresql://postgres@/hotline")
@click.argument("url", default="", metavar="[URL]")
@click.option("--restored", is_flag=True, help="库是从备份恢复的：各台重新对照并补送，工单编号跳过一段")
@json_option
@click.pass_obj
def init(entry: Entry, url: str, restored: bool, as_json: bool) -> None:
    """在服务器的一个库里建立派单队列，或升级到本程序的版本；可以重复运行。"""
    from data.postgres.setup import VERSION
    from data.postgres.setup import init as make

    address = _address(entry, url)
    newer = make(address, restored=restored)
    if as_json:
        show_json({"queue": address.name, "version": VERSION, "changed": newer, "restored": restored})
        return
    click.echo(f"派单队列 {address.name} " + (f"已建立或升级到版本 {VERSION}" if newer else f"已是版本 {VERSION}"))
    if restored:
        click.echo("已记为恢复：各台下次同步时从头对照，并补送它缺的")


@queue.command("grant", cls=Command, example="hotline queue grant unit 东城区人民政府东华门街道办事处")
@click.argument("kind", type=OneOf(list(KINDS)), metavar="centre|district|seat|unit")
@click.argument("name", metavar="名称")
@click.option("--district", "districts", multiple=True, metavar="区", help="坐席只看这个区（可写几次）；不写则看全市")
@click.option("--unit", "units", multiple=True, metavar="单位", help="另外能看的单位（可写几次）")
@_at_option
@json_option
@click.pass_obj
def grant(
    entry: Entry, kind: str, name: str, districts: tuple[str, ...], units: tuple[str, ...], url: str, as_json: bool
) -> None:
    """给一个中心、区、坐席或承办单位发账号，打印它的地址；再发一次即换密码。

    承办单位的名称须是单位表里的，区的须是地区表里的；区的账号连同该区各单位的工单一起看。
    """
    from console.queues import scope
    from data.postgres.grants import grant as give

    address = _address(entry, url)
    seen_units, seen_districts = scope(entry.reference(), kind, name, units, districts)
    made, password = give(address, kind, name, seen_units, seen_districts)
    desk_url = address.url_for(made.role, password)
    if as_json:
        show_json({**_plain(made), "url": desk_url})
        return
    click.echo(f"{name}的账号，只显示这一次，请写进那台机器的 settings.toml（queue）：", err=True)
    click.echo(desk_url)


@queue.command("grants", cls=Command, example="hotline queue grants --json")
@_at_option
@json_option
@click.pass_obj
def grants(entry: Entry, url: str, as_json: bool) -> None:
    """发过的账号，及各自能看什么；不含密码。"""
    from data.postgres.grants import granted

    listed = granted(_address(entry, url))
    if as_json:
        show_json([_plain(each) for each in listed])
        return
    rows = [
        _row(
            each.role,
            KINDS[each.kind],
            each.title,
            "、".join((*each.districts, *each.units)) or "全部",
            f"{each.granted_at.astimezone(SHANGHAI):%Y-%m-%d}" if each.granted_at else "",
        )
        for each in listed
    ]
    show_table(("账号", "类别", "名称", "能看", "发于"), rows)


@queue.command("revoke", cls=Command, example="hotline queue revoke hotline_unit_1a2b3c4d5e")
@click.argument("role", metavar="账号")
@_at_option
@click.pass_obj
def revoke(entry: Entry, role: str, url: str) -> None:
    """收回一个账号，立即断开它的连接。"""
    from data.postgres.grants import revoke as take_away

    if not take_away(_address(entry, url), role):
        raise Refusal(f"没有 {role} 这个账号：请看 hotline queue grants")
    click.echo(f"已收回 {role}")


def _address(entry: Entry, url: str) -> "Address":
    from console.queues import VARIABLE, queue_url
    from console.settings import load_settings
    from data.postgres.address import read_address

    found = url or queue_url(load_settings(entry.root / "settings.toml"))
    if not found:
        raise Refusal(f"没有写服务器的地址：请写 URL，或设置 {VARIABLE}，或在 settings.toml 里写 queue")
    return read_address(found)


def _plain(grant: "Grant") -> dict[str, object]:
    return {
        "role": grant.role,
        "kind": grant.kind,
        "title": grant.title,
        "units": list(grant.units),
        "districts": list(grant.districts),
        "granted_at": grant.granted_at,
    }


def _sent_by(held: "HeldDelivery") -> tuple[str, str, str]:
    return KIND_NAMES[Kind(held.kind)], held.unit or "网络平台", held.channel


def _row(*cells: object) -> tuple[str, ...]:
    return tuple(map(str, cells))
