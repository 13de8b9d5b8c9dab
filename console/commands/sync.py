"""``hotline sync``: carry events between this installation and the dispatch queue."""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click
import msgspec

from console.commands.base import Entry, Refusal, json_option, show_json
from console.commands.usage import Command

if TYPE_CHECKING:
    from console.sync import SyncReport

PAUSE = 2.0  # seconds between two rounds: a ticket stands in the queue within 2 s of saving
BREATH = 0.2  # and at least so many: what comes is read at once, but a busy city does not make a round of each event


@click.command(cls=Command, example="hotline sync --once --json")
@click.option("--once", is_flag=True, help="只做一轮；不写则一直做到 Ctrl+C")
@json_option
@click.pass_obj
def sync(entry: Entry, once: bool, as_json: bool) -> None:
    """与派单队列收发。一直做时，队列断开与恢复各报一次；加 --json 则每次一行 JSON，写在标准错误，不含个人信息。"""
    from console.exposition import Reach, log_line
    from console.sync import SyncReport

    worker = entry.house.sync_worker()
    total = SyncReport()
    reach = Reach(entry.clock, log_line if as_json else _say)
    try:
        while True:
            report = worker.run(entry.clock.now())
            total = msgspec.structs.replace(
                report, sent=total.sent + report.sent, received=total.received + report.received
            )
            if once:
                break
            if not as_json and (report.sent or report.received or report.failed):
                click.echo(_line(report))
            reach.note(report.unreachable, waiting=report.waiting)
            time.sleep(BREATH)
            worker.wait(PAUSE - BREATH)
    except KeyboardInterrupt:
        click.echo("已停止", err=True)
    if as_json:
        show_json(total)
    elif once:
        click.echo(_line(total))
    if total.unreachable:
        raise Refusal(f"派单队列用不了（{total.unreachable}）：{total.waiting} 步留在本机，恢复后再送")
    if total.failed:
        raise Refusal(f"{len(total.failed)} 张工单没有送达（{total.failed[0]}）：原因消除后会再送，也可在同步页处理")


def _say(told: Mapping[str, object]) -> None:
    click.echo(f"派单队列用不了：{told['reason']}" if "reason" in told else "派单队列已恢复")


def _line(report: "SyncReport") -> str:
    from console.sync import told_skew

    counts = {"发出": report.sent, "收到": report.received, "待发": report.waiting, "被拒": report.refused}
    counts |= {"滞留": report.held, "失败": len(report.failed)}
    parts = [f"{what} {count}" for what, count in counts.items()]
    return "，".join(filter(None, [*parts, told_skew(report.ahead)]))
