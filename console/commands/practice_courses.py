"""``hotline practice courses|cards|class|assign|assigned|withdraw|progress``: courses, who has to do them, how far they are."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.commands.base import Entry, Refusal, json_option, show_json, show_table
from console.commands.usage import Command, Moment

if TYPE_CHECKING:
    from console.practice.lesson import Lesson
    from data.people import Actor

_by = click.option("--by", "agent", required=True, metavar="工号", help="谁操作：练习目录里的培训师，如 9902")


@contextmanager
def _lesson(entry: Entry) -> "Iterator[Lesson]":
    """The practice home with no call lined up; what is refused of courses is refused to the caller."""
    from console.practice.assigning import CourseError
    from console.practice.house import PracticeHouse, practice_root
    from console.practice.lesson import Lesson

    house = PracticeHouse(practice_root(entry.root), entry.clock, entry.root)
    try:
        yield Lesson(house, house.scenarios()[0], ())
    except CourseError as error:
        raise Refusal(str(error)) from error
    finally:
        house.close()


def _actor(lesson: "Lesson", number: str) -> "Actor":
    from console.practice.lesson import TRAINER

    people = {each.agent_no: each for each in lesson.house.people.everyone()}
    if number == TRAINER.agent_no:
        return people.get(number, TRAINER)
    if number not in people:
        root = lesson.house.home.root
        raise Refusal(f"练习目录里没有工号 {number}：请用 hotline --home {root} user add {number} 登记，角色写培训师")
    return people[number]


@click.command(cls=Command, example="hotline practice courses\nhotline practice courses 我的课程.toml")
@click.argument("files", nargs=-1, metavar="[文件]...", type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def courses(entry: Entry, files: tuple[Path, ...], as_json: bool) -> None:
    """全部练习课程：编号、步骤、来电、要会的卡；写了文件就只检查这些文件，哪一处不对说明原因。

    本市的课程放在正式目录的 packs/courses 里，每门一个 TOML 文件。
    """
    from console.packs import not_in_force
    from console.practice.courses import OWN_COURSES, Courses, load_courses, read_course
    from data.home import Home
    from scripts.scenarios import OWN_SCENARIOS, load_scenarios

    packs, home = entry.packs(), Home(entry.root).packs
    scenarios, _ = load_scenarios(packs, home / OWN_SCENARIOS)
    if files:
        known = Courses(packs, tuple(read_course(path, packs, scenarios) for path in files))
    else:
        known, refused = load_courses(packs, scenarios, home / OWN_COURSES)
        for error in refused:
            click.echo(f"提示：{not_in_force(error)}", err=True)
    found = [
        {
            "id": each.id,
            "title": each.title,
            "passing": each.passing,
            "steps": [
                {
                    "title": step.title,
                    "coach": step.coach,
                    "scenarios": step.scenarios,
                    "cards": [card.id for card in known.cards(step)],
                }
                for step in each.steps
            ],
        }
        for each in known.every
    ]
    if as_json:
        show_json(found)
        return
    rows = [
        (
            each.id,
            each.title,
            str(len(each.steps)),
            str(sum(len(step.scenarios) for step in each.steps)),
            str(sum(len(known.cards(step)) for step in each.steps)),
        )
        for each in known.every
    ]
    show_table(("编号", "课程", "步", "来电", "卡"), rows)


@click.command(cls=Command, example="hotline practice cards --of 8041 --json")
@click.option("--of", "agent", default="", metavar="工号", help="谁的卡：加上次成绩和下次时间；不写则列出全部卡")
@json_option
@click.pass_obj
def cards(entry: Entry, agent: str, as_json: bool) -> None:
    """练习评判的每句用语、每项要素、规则和时限，各是一张卡；下次时间由 fsrs 安排。"""
    from console.practice.cards import SORTS
    from console.practice.grading import RATINGS
    from console.when import stamp

    with _lesson(entry) as lesson:
        deck = lesson.courses.deck
        held = lesson.memory.standings(agent) if agent else {}
    shown = [each for each in deck.values() if not agent or each.id in held]
    if as_json:
        show_json(
            [
                {"id": each.id, "name": each.name, "clause": each.clause}
                | ({"due": held[each.id].due, "reviews": held[each.id].reviews, "missed": held[each.id].missed,
                    "last": held[each.id].last} if agent else {})
                for each in shown
            ]
        )  # fmt: skip
        return
    rows = [(each.id, SORTS[each.sort], each.clause, each.name) for each in shown]
    if not agent:
        show_table(("编号", "类别", "条款", "名称"), rows)
        return
    by_due = sorted(zip(shown, rows, strict=True), key=lambda pair: held[pair[0].id].due)
    show_table(
        ("下次", "上次", "漏", "编号", "类别", "条款", "名称"),
        [
            (stamp(held[card.id].due), RATINGS[held[card.id].last], str(held[card.id].missed), *row)
            for card, row in by_due
        ],
    )


@click.command("class", cls=Command, example="hotline practice class 一班 8041 8042 --by 9902\nhotline practice class")
@click.argument("name", default="", metavar="[班级]")
@click.argument("members", nargs=-1, metavar="[工号]...")
@click.option("--by", "agent", default="", metavar="工号", help="谁改：培训师；只看不用写")
@json_option
@click.pass_obj
def class_(entry: Entry, name: str, members: tuple[str, ...], agent: str, as_json: bool) -> None:
    """列出班级；写了班级和工号就记下班级里有谁，只写班级就是撤销它。"""
    from console.practice.assigning import Assigning

    with _lesson(entry) as lesson:
        if name and not agent:
            raise Refusal("改班级要写明是谁：请加 --by 培训师的工号")
        desk = Assigning(lesson.house.home.root, entry.clock, _actor(lesson, agent) if name else _nobody())
        if name:
            desk.set_class(name, members)
        found = desk.classes()
    if as_json:
        show_json(found)
        return
    show_table(("班级", "人数", "工号"), [(each, str(len(who)), " ".join(who)) for each, who in found.items()])


@click.command(cls=Command, example="hotline practice assign danger --to 一班 --until 2026-12-01 --by 9902")
@click.argument("course", metavar="课程")
@click.option("--to", required=True, metavar="工号或班级", help="布置给谁")
@click.option("--until", type=Moment(), required=True, metavar="日期", help="哪天以前完成，当天也算")
@_by
@json_option
@click.pass_obj
def assign(entry: Entry, course: str, to: str, until: datetime, agent: str, as_json: bool) -> None:
    """把一门课程布置给班级或一个人；学员下次练习时最先看到，布置以后练的才算。"""
    from console.practice.assigning import Assigning

    with _lesson(entry) as lesson:
        chosen = lesson.courses.course(course)
        desk = Assigning(lesson.house.home.root, entry.clock, _actor(lesson, agent))
        made = desk.assign(chosen.id, to, until.date())
    if as_json:
        show_json(made)
        return
    click.echo(f"已把“{chosen.title}”布置给{to}，{made.deadline} 前完成（{made.id[-8:]}）")


@click.command(cls=Command, example="hotline practice withdraw 1a2b3c4d --by 9902")
@click.argument("name", metavar="编号")
@_by
@click.pass_obj
def withdraw(entry: Entry, name: str, agent: str) -> None:
    """撤回一项布置；练过的成绩不变。"""
    from console.practice.assigning import Assigning

    with _lesson(entry) as lesson:
        Assigning(lesson.house.home.root, entry.clock, _actor(lesson, agent)).withdraw(name)
    click.echo(f"已撤回 {name}")


@click.command(cls=Command, example="hotline practice assigned --of 8041 --json")
@click.option("--of", "agent", default="", metavar="工号", help="只看一个人的")
@json_option
@click.pass_obj
def assigned(entry: Entry, agent: str, as_json: bool) -> None:
    """布置的课程和每个人的进度，先到期的在前。"""
    from console.practice.training import Training

    with _lesson(entry) as lesson:
        training = Training(lesson, _nobody())
        found = [
            {
                "id": one.assigned.id,
                "agent": each.agent,
                "course": one.course.id,
                "deadline": one.assigned.deadline,
                "finding": one.assigned.finding,
                "done": one.done,
                "of": len(one.parts),
                "state": one.state(training.today),
            }
            for each in training.trainees()
            if agent in ("", each.agent)
            for one in each.assigned
            if one.assigned is not None
        ]
    found.sort(key=lambda each: (str(each["deadline"]), str(each["agent"])))
    if as_json:
        show_json(found)
        return
    show_table(
        ("编号", "工号", "课程", "期限", "进度", "状态"),
        [
            (str(e["id"])[-8:], str(e["agent"]), str(e["course"]), str(e["deadline"]), f"{e['done']}/{e['of']}", str(e["state"]))
            for e in found
        ],
    )  # fmt: skip


@click.command(cls=Command, example="hotline practice progress --class 一班 -o 练习.csv --by 9902")
@click.option("--class", "of_class", default="", metavar="班级", help="只看一个班级")
@click.option("-o", "--output", type=click.Path(path_type=Path), default=None, metavar="文件", help="存为 CSV")
@_by
@json_option
@click.pass_obj
def progress(entry: Entry, of_class: str, output: Path | None, agent: str, as_json: bool) -> None:
    """谁练了、成绩、课程进度，全班常错的在后；-o 把每通来电存为 CSV（6.3.2）。"""
    from console.practice.training import Training, as_csv, write_csv
    from console.when import stamp

    with _lesson(entry) as lesson:
        training = Training(lesson, _actor(lesson, agent))
        if reason := training.why_not():
            raise Refusal(reason)
        if of_class and of_class not in training.assigning.classes():
            raise Refusal(f"没有班级“{of_class}”：请用 hotline practice class 核对名称")
        found = training.trainees(of_class)
        missed = training.missed_most(found)
        today = training.today
    if output is not None:
        write_csv(output, as_csv(found, today))
    if as_json:
        show_json(
            {
                "trainees": [
                    {"agent": e.agent, "name": e.name, "calls": len(e.results), "average": e.average, "last": e.last,
                     "courses": [{"course": one.course.id, "done": one.done, "of": len(one.parts), "state": one.state(today)}
                                 for one in e.assigned]}
                    for e in found
                ],
                "missed": missed,
            }
        )  # fmt: skip
        return
    rows = [
        (
            each.agent,
            each.name,
            str(len(each.results)),
            "—" if each.average is None else f"{each.average:.0f}",
            stamp(each.last) if each.last else "—",
            "；".join(f"{one.course.title} {one.done}/{len(one.parts)} {one.state(today)}" for one in each.assigned),
        )
        for each in found
    ]
    show_table(("工号", "姓名", "来电", "均分", "最近", "课程"), rows)
    if missed:
        click.echo()
        show_table(
            ("没做对", "漏", "半", "次数", "人", "常错"),
            [
                (f"{e.share:.0%}", str(e.missed), str(e.half), str(e.asked), str(e.trainees), e.name)
                for e in missed[:12]
            ],
        )
    if output is not None:
        click.echo(f"已存为 {output}")


def _nobody() -> "Actor":
    from data.people import Actor

    return Actor("")


COMMANDS = (courses, cards, class_, assign, withdraw, assigned, progress)
