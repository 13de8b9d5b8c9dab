"""``hotline greeting``: the first sentence of a call answered at a given moment (B.1.2)."""

from datetime import datetime

import click

from console.commands.base import Entry, json_option, show_json
from console.commands.usage import Command, Moment


@click.command(cls=Command, example="hotline greeting --at 2026-04-05T09:00 --json")
@click.option("--at", type=Moment(), metavar="时间", help="接听的时刻；不写时区即北京时间，不写即现在")
@json_option
@click.pass_obj
def greeting(entry: Entry, at: datetime | None, as_json: bool) -> None:
    """某一时刻接听时的首问语。"""
    from scripts.greeting import DayKind
    from scripts.greeting import greeting as greet

    moment = at or entry.clock.now()
    day = entry.calendar().day_of(moment)
    said = greet(entry.packs().phrases, moment, DayKind(day.holiday, day.make_up, day.published))
    if as_json:
        show_json({"text": said.text, "clause": said.clause, "because": said.because})
    else:
        click.echo(f"{said.text}\n（{said.clause}：{said.because}）")
