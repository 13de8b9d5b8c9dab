"""``hotline check``: what appendix C and the wording rules say of a request, nothing stored."""

import click

from console.commands.base import Entry, json_option, read_limited, show_json
from console.commands.usage import Command


@click.command(
    cls=Command,
    example='hotline check 诉求.json --json\necho \'{"types": ["投诉"], "text": "…"}\' | hotline check - --json',
)
@click.argument("file", metavar="文件|-")
@json_option
@click.pass_obj
def check(entry: Entry, file: str, as_json: bool) -> None:
    """按附录C核对一份诉求（输入同 ticket new），不保存。"""
    from console.judgement import judge_record
    from console.ticket_json import LARGEST, record_from_json

    packs = entry.packs()
    record = record_from_json(read_limited(file, LARGEST), packs, entry.reference().regions)
    judged = judge_record(packs, record)
    states = {"missing": [], "present": [], "asked": []}  # type: dict[str, list[dict[str, str]]]
    for state in judged.states:
        shown = {"element": state.id, "label": state.label, "clause": state.clause}
        extra = {"ask": state.ask} if state.status == "missing" else {"evidence": state.evidence}
        states[state.status].append(shown | extra)
    if as_json:
        show_json(
            {
                **states,
                "wording": judged.wording,
                "complete": judged.complete,
                "pending": judged.pending,
                "notes": judged.notes,
                "hints": judged.hints,
            }
        )
        return
    for each in states["missing"]:
        click.echo(f"缺　{each['label']}（{each['clause']}）：{each['ask']}")
    for question in judged.pending:
        click.echo(f"问　{question}（5.1.4.1）")
    for each in states["present"]:
        click.echo(f"有　{each['label']}（{each['clause']}）：{each['evidence']}")
    for each in states["asked"]:
        click.echo(f"记明　{each['label']}（{each['clause']}）：{each['evidence']}")
    for finding in judged.wording:
        click.echo(f"用语　“{finding.text}”（{finding.clause}）：{finding.advice}")
    for hint in judged.hints:
        click.echo(f"待判定　像是{hint.kind}（{'、'.join(hint.words)}）：写进 urgency_kinds 或 not_urgent（5.1.4.1）")
    if judged.complete:
        click.echo(packs.elements.complete)
    elif not record.types:
        click.echo("还没有选诉求类型（types）")
