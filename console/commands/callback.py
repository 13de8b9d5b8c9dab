"""``hotline callback``: samples, the list and the answers of callbacks without a screen (回访, 5.4)."""

from typing import TYPE_CHECKING

import click
import msgspec

from console.commands.base import Entry, Refusal, json_option, name_of, progress, read_limited, show_json, show_table
from console.commands.callback_rates import agents, probes, rates
from console.commands.usage import Command, Group, Number, OneOf

if TYPE_CHECKING:
    from console.callback import Calling
    from data.events import Ticket

LARGEST = 256 * 1024  # bytes of what `record` reads
_STRATA = {"unit": "承办单位", "type": "诉求类型", "district": "区", "street": "街乡"}


@click.group(cls=Group, example="hotline callback list --json")
def callback() -> None:
    """回访：抽样、名单、记录结果（5.4），响应、解决、满意率（7.1.3.3）。"""


for _command in (rates, agents, probes):
    callback.add_command(_command)


@callback.command(
    "sample", cls=Command, example="hotline callback sample --rate 0.2 --strata unit --seed 2026-11 --json"
)
@click.option("--rate", type=float, default=1.0, metavar="比例", help="大于 0、不大于 1；默认 1，全部回访")
@click.option(
    "--strata", type=OneOf(list(_STRATA)), default=None, metavar="分层", help="unit、type、district 或 street"
)
@click.option("--seed", default="", metavar="种子", help="同一种子抽出同样的工单；默认取当天日期")
@click.option("--at-least", type=Number(), default=None, metavar="N", help="每层至少几件")
@click.option("--by", "agent", default="", metavar="工号", help="谁抽取：须是回访员或督办；默认系统")
@click.option("--dry-run", is_flag=True, help="只看会抽多少，不列入回访")
@json_option
@click.pass_obj
def sample(
    entry: Entry,
    rate: float,
    strata: str | None,
    seed: str,
    at_least: int | None,
    agent: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """从已反馈、已办结而没有抽过的电话诉求中抽取回访；抽样规则、种子和全部样框都留存。"""
    from console.sampling import Rule, SamplingError, expected, kept, listing, sizes
    from data.tickets import ActRefused

    house, now = entry.house, entry.clock.now()
    excluded = house.samples.excluded()
    left_out = {"refused": excluded.refused, "no_number": excluded.no_number}
    try:
        rule = Rule(rate, strata or "", seed or f"{now:%Y-%m-%d}", at_least or 0)
        if dry_run:
            frame, drawn = expected(sizes(house, rule.by), rule)
            told = {"frame": frame, "drawn": drawn, "excluded": left_out}
        else:
            actor, listed = entry.actor(agent), 0
            run = kept(house, rule, actor, now)
            with progress("列入名单") as report:
                for listed in listing(house, run, actor, now):
                    report(listed, run.drawn)
            told = {
                "run": run.id,
                "rule": run.rule,
                "frame": run.frame,
                "drawn": run.drawn,
                "listed": listed,
                "missed": run.drawn - listed,
                "digest": run.digest,
                "excluded": left_out,
            }
    except (SamplingError, ActRefused) as error:
        raise Refusal(str(error)) from error
    if as_json:
        show_json(told)
        return
    click.echo(f"样框 {told['frame']} 件，{'会' if dry_run else '已'}抽取 {told['drawn']} 件")
    click.echo(f"另有诉求人不接受回访 {excluded.refused} 件、没有号码 {excluded.no_number} 件，不在样框内（5.4.2）")


@callback.command("list", cls=Command, example="hotline callback list --json\nhotline callback list --quotas --json")
@click.option("--limit", type=Number(), default=200, metavar="N", help="最多几个号码，默认 200")
@click.option(
    "--quotas", "with_quotas", is_flag=True, help="连同最近一次抽样各层的进度：抽了几件，访成、拒访、待访几件"
)
@json_option
@click.pass_obj
def list_(entry: Entry, limit: int, with_quotas: bool, as_json: bool) -> None:
    """回访名单：约定的在前，再按剩余时间；同一号码的工单一起回访。"""
    from console.callback import Calling
    from console.disclosure import ANYBODY
    from console.form import shown_title
    from data.people import SYSTEM
    from data.personal import mask_phone

    house, now = entry.house, entry.clock.now()
    calling = Calling(house, SYSTEM)
    rows = []
    for waiting in house.callback_list.waiting(limit):
        for ticket in calling.tickets(waiting.ticket_ids):
            rows.append((waiting, ticket))
    run = next(iter(house.samples.runs()), None) if with_quotas else None
    quotas = house.samples.quotas([run.id]) if run else []
    if as_json:
        listed: list[dict[str, object]] = [
            {
                "number": ticket.number,
                "title": shown_title(ticket, ANYBODY),
                "phone": mask_phone(waiting.dial_key),
                "at": waiting.at,
                "until": waiting.until,
                "booked": waiting.booked,
                "only_by": waiting.only_by,
                "attempts": [each.outcome for each in ticket.callback.attempts],
                "why_not": calling.why_not(waiting, now),
            }
            for waiting, ticket in rows
        ]
        told = [quota._asdict() | {"left": quota.left} for quota in quotas]
        show_json({"list": listed, "sample": run, "quotas": told} if with_quotas else listed)
        return
    show_table(
        ("工单编号", "号码", "标题", "可拨", "最后期限", "已拨"),
        [
            (
                ticket.number,
                mask_phone(waiting.dial_key),
                shown_title(ticket, ANYBODY)[:20],
                f"{waiting.at:%m-%d %H:%M}{' 约' if waiting.booked else ''}",
                f"{waiting.until:%m-%d}",
                str(len(ticket.callback.attempts)),
            )
            for waiting, ticket in rows
        ],
    )
    click.echo(f"共 {house.callback_list.count()} 个号码")
    if with_quotas:
        show_table(
            ("层", "样框", "抽取", "成功", "拒访", "未接触", "不合格", "待访"),
            [(*map(str, quota), str(quota.left)) for quota in quotas],
        )


class Recorded(msgspec.Struct, forbid_unknown_fields=True):
    """What ``record`` reads: a ticket, and either the answers of an interview or another outcome."""

    ticket: str
    outcome: str = "完成访问"
    consent: bool | None = None
    answers: dict[str, str] = {}
    said: dict[str, str] = {}
    call_id: str = ""
    note: str = ""


@callback.command(
    "record",
    cls=Command,
    example='echo \'{"ticket": "2026112400001", "consent": true, "answers": {"contacted": "是", "told": "是", '
    '"solved": "已解决", "satisfaction": "满意"}}\' | hotline callback record - --by 8107',
)
@click.argument("file", metavar="文件")
@click.option("--by", "agent", required=True, metavar="工号", help="谁回访：须是回访员")
@json_option
@click.pass_obj
def record(entry: Entry, file: str, agent: str, as_json: bool) -> None:
    """记录一次回访的结果：{"ticket", "consent", "answers", "said", "outcome", "call_id", "note"}；“拒访”也是结果。"""
    from console.callback import Calling
    from data.events import new_id
    from data.lifecycle import TransitionRefused
    from data.tickets import ActRefused
    from scripts.reading import ScriptError

    try:
        given = msgspec.json.decode(read_limited(file, LARGEST), type=Recorded)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refusal(f"{name_of(file)} 不是回访结果（{error}）：请参照 hotline callback record --help") from error
    ticket = entry.house.tickets.by_number(given.ticket)
    if ticket is None:
        raise Refusal(f"没有工单 {given.ticket}：请核对编号")
    calling = Calling(entry.house, entry.actor(agent))
    try:
        after = _record(calling, ticket, given, given.call_id or new_id())
    except (TransitionRefused, ActRefused, ScriptError, ValueError) as error:
        raise Refusal(f"工单 {given.ticket} 的回访没有记下：{error}") from error
    result = after.callback.last
    if as_json:
        show_json({"number": after.number, "state": after.state, "result": None if after.callback.waiting else result,
                   "next_at": after.callback.next_at})  # fmt: skip
        return
    following = after.callback.next_at
    click.echo(f"已记 {after.number}：{after.state}" + (f"，{following:%m-%d %H:%M} 以后再拨" if following else ""))


def _record(calling: "Calling", ticket: "Ticket", given: Recorded, call_id: str) -> "Ticket":
    from console.callback import CallbackError, Heard
    from data.callbacks import COMPLETE, REFUSED, Answer

    if given.outcome == REFUSED:
        return calling.refused([ticket], call_id, given.note)[0]
    if given.outcome != COMPLETE:
        outcome = calling.house.packs.callback.outcome(given.outcome)
        if ticket.callback.waiting is None:
            raise CallbackError("这件工单不在回访名单里（5.4.1）")
        return calling.not_interviewed([Heard(ticket)], outcome, call_id, note=given.note)[0]
    if given.consent is not True:
        raise CallbackError("还没有征得诉求人同意（5.4.2）")
    names = {*given.answers, *given.said}
    at = calling.house.clock.now()
    answers = {name: Answer(given.answers.get(name, ""), given.said.get(name, ""), at) for name in names}
    return calling.interviewed([Heard(ticket, answers)], call_id, given.note)[0]
