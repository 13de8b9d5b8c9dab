"""``hotline verify``: prove that events and tables agree, and that packs and tables are sound."""

import click

from console.commands.base import Entry, Refusal, json_option, progress, show_json
from console.commands.usage import Command


@click.command(cls=Command, example="hotline verify --json")
@json_option
@click.pass_obj
def verify(entry: Entry, as_json: bool) -> None:
    """核对：工单与历史一致，待发与队列一致，规则包、参考表、索引可用。"""
    from console.integrity import verify as check_all
    from console.packs import packs_in_force

    with progress("核对工单") as tell:
        verified = check_all(entry.house, tell)
    findings = verified.findings
    if as_json:
        show_json(
            {
                "tickets": verified.tickets,
                "events": verified.events,
                "findings": findings,
                "ok": not findings,
            }
        )
    else:
        for finding in findings:
            click.echo(f"{finding.part} {finding.thing}：{finding.problem}；{finding.way_out}")
        click.echo(f"已核对 {verified.tickets} 张工单、{verified.events} 步历史")
        for sentence in packs_in_force(entry.house.packs, (), entry.house.home.packs):
            click.echo(sentence)
    if findings:
        first = findings[0]
        raise Refusal(
            f"核对发现 {len(findings)} 处不符，如 {first.part} {first.thing}（{first.problem}）：{first.way_out}"
        )
