"""Courses, classes, assignments and how far each trainee is; the trainer's figures; a finding that assigns (6.3.2, 7.2)."""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from console.house import House
from console.practice.assigning import Assigning, CourseError
from console.practice.courses import FOLDER, load_courses, read_course
from console.practice.for_findings import FindingCourses
from console.practice.house import PracticeHouse, practice_root
from console.practice.learning import Learning
from console.practice.lesson import TRAINEE, TRAINER, Lesson
from console.practice.memory import CALL, DRILL
from console.practice.plan import cases_of
from console.practice.progress import DONE, OVERDUE, TO_BEGIN, UNDER_WAY
from console.practice.results import Result
from console.practice.scoring import Deviation
from console.practice.training import Training, as_csv, daily
from data.clock import SHANGHAI, FixedClock
from data.people import Actor, Role
from scripts.pack import Packs
from scripts.reading import PackError
from scripts.scenarios import Scenarios

GOOD = """
standard = "DB11/T"
version = "1"
id = "own"
title = "自编"
about = "一步。"
passing = 80.0
[[steps]]
title = "一步"
scenarios = ["consult-ebike"]
drill = ["C.4"]
"""


@pytest.fixture
def lesson(tmp_path: Path, clock: FixedClock, scenarios: Scenarios) -> Iterator[Lesson]:
    """A lesson in a practice home with no articles."""
    house = PracticeHouse(tmp_path / "practice", clock)
    yield Lesson(house, scenarios, ())
    house.close()


def call(lesson: Lesson, scenario: str, total: float, agent: str = "9901", at: datetime | None = None) -> None:
    """Keep the result of a call."""
    critical = (Deviation("danger_missed", "dispatch", "critical", "漏判", "5.2.2.1.2a"),) if total <= 40 else ()
    items = {"phrases": total, "record": total, "dispatch": total, "answer": 100.0}
    when = at or lesson.house.clock.now()
    title = lesson.titles[scenario]
    lesson.results.append(Result(when, agent, scenario, title, 1, f"c-{scenario}", "", total, items, critical))


@pytest.mark.clause("6.3.2")
def test_the_shipped_courses_can_be_practised(packs: Packs, scenarios: Scenarios) -> None:
    """You should see three courses, each with calls to pass and cards to know, none empty."""
    courses, refused = load_courses(packs, scenarios)
    assert (len(courses.every), refused) == (3, [])
    for each in courses.every:
        assert any(step.scenarios for step in each.steps)
        assert sum(len(courses.cards(step)) for step in each.steps) > 3


@pytest.mark.parametrize(
    ("old", "new", "entry", "why"),
    [
        ('"consult-ebike"', '"nothing"', "一步", "没有场景 nothing"),
        ('"C.4"', '"9.9"', "一步", "条款 9.9 没有要练的卡"),
        ("passing = 80.0", "passing = 180.0", "own", "passing 应在 0 到 100 之间"),
        ('id = "own"', 'id = "自编"', "自编", "id 只能是"),
        ('title = "自编"', "", "title", "缺少字段 title"),
        ("drill", "drills", "第 1 项", "不认识的字段 drills"),
    ],
)
def test_a_faulty_course_is_refused_with_file_entry_and_reason(
    tmp_path: Path, packs: Packs, scenarios: Scenarios, old: str, new: str, entry: str, why: str
) -> None:
    """You should see which file, which entry and why, and the shipped courses in force all the same."""
    path = tmp_path / "own.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert read_course(path, packs, scenarios).id == "own"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    courses, [error] = load_courses(packs, scenarios, tmp_path)
    assert (error.file, len(courses.every)) == ("own.toml", 3)
    assert entry in error.entry or entry in error.reason
    assert why in error.reason


@pytest.mark.clause("6.3.2")
def test_an_assignment_reaches_the_class_and_its_progress_is_seen(lesson: Lesson, clock: FixedClock) -> None:
    """You should see the course that is due first stand first, only what was done since count, and when it is late."""
    call(lesson, "danger-gas-leak", 100.0)
    clock.advance(60)
    trainer = Assigning(lesson.house.home.root, clock, TRAINER)
    trainer.set_class("一班", ("9901", "8042"))
    trainer.assign("routes", "9901", date(2026, 12, 9))
    trainer.assign("danger", "一班", date(2026, 12, 1))
    mine = Learning(lesson, TRAINEE)
    first, second, rest = mine.every()
    assert [each.course.id for each in (first, second, rest)] == ["danger", "routes", "first-week"]
    assert rest.assigned is None
    assert (first.done, first.state(mine.today)) == (0, TO_BEGIN)
    assert [each.course.id for each in mine.to_do()] == ["danger", "routes"]
    call(lesson, "danger-gas-leak", 79.0)
    lesson.memory.note("9901", clock.now(), {"element:harm": 3, "element:state": 2}, DRILL)
    first = mine.every()[0]
    assert (first.done, first.state(mine.today)) == (1, UNDER_WAY)
    call(lesson, "danger-gas-leak", 80.0)
    assert mine.every()[0].done == 2
    clock.advance(timedelta(days=8).total_seconds())
    assert mine.every()[0].state(mine.today) == OVERDUE
    for part in mine.every()[0].open:
        if part.scenario:
            call(lesson, part.scenario, 95.0)
        else:
            lesson.memory.note("9901", clock.now(), {part.card: 3}, CALL)
    assert mine.every()[0].state(mine.today) == DONE
    (held,) = [each for each in trainer.every() if each.course == "routes"]
    trainer.withdraw(held.id[-8:])
    assert [each.course for each in trainer.of("9901")] == ["danger"]


def test_only_a_trainer_assigns_and_never_to_nobody(lesson: Lesson, clock: FixedClock) -> None:
    """You should see a trainee refused by their role, an unknown class and a day that is over refused."""
    root = lesson.house.home.root
    with pytest.raises(CourseError, match=r"9901 没有这个角色（6\.2\.2）"):
        Assigning(root, clock, TRAINEE).assign("danger", "9901", date(2026, 12, 1))
    trainer = Assigning(root, clock, TRAINER)
    with pytest.raises(CourseError, match="没有班级“二班”"):
        trainer.assign("danger", "二班", date(2026, 12, 1))
    with pytest.raises(CourseError, match="期限 2026-11-23 已过"):
        trainer.assign("danger", "9901", date(2026, 11, 23))
    with pytest.raises(CourseError, match="不能只是数字"):
        trainer.set_class("8041", ("8041",))
    assert trainer.every() == []
    assert trainer.classes() == {}


@pytest.mark.clause("6.3.2")
def test_the_next_calls_of_a_course_ring_with_its_coach(lesson: Lesson) -> None:
    """You should see the open calls of the first unfinished step ring before all others, coached as the step says."""
    lesson.cases = tuple(cases_of(lesson.scenarios, "", 1))
    line = lesson.telephone(TRAINEE)
    mine = Learning(lesson, TRAINEE)
    (week,) = [each for each in mine.every() if each.course.id == "first-week"]
    assert mine.line_up(week, line) == 3
    assert lesson.coach
    assert [line._draw().id.rpartition("-")[0] for _ in range(3)] == [
        "consult-ebike",
        "suggest-bus-stop",
        "help-street-light",
    ]
    for scenario in ("consult-ebike", "suggest-bus-stop", "help-street-light"):
        call(lesson, scenario, 70.0)
    (week,) = [each for each in mine.every() if each.course.id == "first-week"]
    assert mine.line_up(week, line) == 3
    assert not lesson.coach
    assert line._draw().id.startswith("consult-pension")


@pytest.mark.clause("6.3.2")
def test_the_trainer_sees_who_practised_what_is_missed_and_how_it_goes(lesson: Lesson, clock: FixedClock) -> None:
    """You should see averages, the most missed card first, the mean of each day in Shanghai, and every call as CSV."""
    night = datetime(2026, 11, 23, 23, 30, tzinfo=SHANGHAI)
    call(lesson, "danger-gas-leak", 40.0, "8041", night)
    call(lesson, "consult-ebike", 60.0, "8041")
    call(lesson, "consult-ebike", 90.0, "8042")
    lesson.memory.note("8041", clock.now(), {"rule:danger": 1, "phrase:greeting": 3, "element:harm": 2}, CALL)
    lesson.memory.note("8042", clock.now(), {"rule:danger": 3, "phrase:greeting": 3}, CALL)
    lesson.house.people.add("8043", "没练过", frozenset({Role.TRAINEE}), None, clock.now())
    training = Training(lesson, TRAINER)
    Assigning(lesson.house.home.root, clock, TRAINER).assign("danger", "8043", date(2026, 12, 1))
    found = training.trainees()
    assert [(each.agent, len(each.results), each.average) for each in found] == [
        ("8041", 2, 50.0), ("8042", 1, 90.0), ("8043", 0, None),
    ]  # fmt: skip
    missed = training.missed_most(found)
    assert [(each.card, each.missed, each.half, each.asked, each.trainees) for each in missed] == [
        ("rule:danger", 1, 0, 2, 1), ("element:harm", 0, 1, 1, 1),
    ]  # fmt: skip
    assert daily(found) == [(date(2026, 11, 23), 40.0, 1), (date(2026, 11, 24), 75.0, 2)]
    rows = list(csv.DictReader(io.StringIO(as_csv(found, training.today))))
    assert [(row["工号"], row["时间"], row["总分"], row["合格"]) for row in rows] == [
        ("8041", "2026-11-23 23:30", "40", "否"),
        ("8041", "2026-11-24 10:30", "60", "是"),
        ("8042", "2026-11-24 10:30", "90", "是"),
        ("8043", "", "", ""),
    ]
    assert rows[3]["布置的课程"].startswith("危及生命的来电 0/")


@pytest.mark.clause("7.2")
@pytest.mark.clause("7.2d")
def test_a_finding_assigns_a_course_and_its_follow_up_sees_how_far_it_is(tmp_path: Path, clock: FixedClock) -> None:
    """You should see the course in the trainee's list, from the finding, and the live home as it was."""
    house = House(tmp_path / "live", clock)
    checker = Actor("5001", roles=frozenset({Role.QUALITY}))
    with pytest.raises(CourseError, match="没有这个角色"):
        FindingCourses(house, TRAINEE).check("danger", ("8041",))
    with pytest.raises(PackError, match="没有这门课程"):
        FindingCourses(house, checker).check("nothing", ("8041",))
    files = sorted(path.name for path in house.home.root.iterdir())
    courses = FindingCourses(house, checker)
    courses.assign("danger", ("8041",), date(2026, 12, 1), "finding-1")
    [(agent, done)] = courses.progress("finding-1")
    assert (agent, done.done, done.course.id) == ("8041", 0, "danger")
    assert sorted(path.name for path in house.home.root.iterdir()) == files
    held = Assigning(practice_root(house.home.root), clock, TRAINEE).of("8041")
    assert [(each.course, each.finding) for each in held] == [("danger", "finding-1")]
    house.close()


def test_the_shipped_files_are_where_the_loader_looks() -> None:
    """You should see no course file of another ending left behind."""
    assert {path.suffix for path in FOLDER.iterdir()} == {".toml"}


def test_courses_by_command(hotline: Any, cli_home: Path, tmp_path: Path) -> None:
    """You should see courses, cards, a class, an assignment, its progress and a CSV, all without a screen."""
    assert {each["id"] for each in hotline("practice", "courses", "--json").json} == {"danger", "first-week", "routes"}
    own = tmp_path / "own.toml"
    own.write_text(GOOD, encoding="utf-8")
    assert hotline("practice", "courses", str(own), "--json").json[0]["steps"][0]["scenarios"] == ["consult-ebike"]
    own.write_text(GOOD.replace("C.4", "9.9"), encoding="utf-8")
    refused = hotline("practice", "courses", str(own))
    assert refused.code == 1
    assert "own.toml" in refused.err
    assert "条款 9.9 没有要练的卡" in refused.err
    assert any(each["id"] == "rule:danger" for each in hotline("practice", "cards", "--json").json)
    assert hotline("practice", "class", "一班", "8041", "--by", "9902", "--json").json == {"一班": ["8041"]}
    assert "9901" in hotline("practice", "class", "一班", "--by", "9901").err
    made = hotline(
        "practice", "assign", "danger", "--to", "一班", "--until", "2099-12-01", "--by", "9902", "--json"
    ).json
    (held,) = hotline("practice", "assigned", "--of", "8041", "--json").json
    assert (held["course"], held["done"], held["state"], held["id"]) == ("danger", 0, "未开始", made["id"])
    path = tmp_path / "练习.csv"
    told = hotline("practice", "progress", "--class", "一班", "-o", str(path), "--by", "9902", "--json").json
    assert told["trainees"][0]["courses"][0]["state"] == "未开始"
    assert path.read_text("utf-8-sig").splitlines()[1].startswith("8041")
    hotline("practice", "withdraw", made["id"][-8:], "--by", "9902")
    assert hotline("practice", "assigned", "--json").json == []
    assert hotline("practice", "cards", "--of", "8041", "--json").json == []


@pytest.mark.clause("7.2d")
def test_a_finding_assigns_by_command(hotline: Any, cli_home: Path, clock: FixedClock) -> None:
    """You should see a finding refused without its course or with none that there is, and then in the trainee's list."""
    house = House(cli_home, clock)
    for number, role in (("5001", Role.QUALITY), ("8041", Role.CALL_TAKER)):
        house.people.add(number, "某人", frozenset({role}), "irrelevant", clock.now())
    house.close()
    find = ("quality", "find", "漏判突发事件", "--measure", "练习", "--clause", "7.2d", "--owner", "8041")
    find = (*find, "--follow-up", "2026-12-01", "--by", "5001", "--assign", "8041")
    assert "布置要写明课程" in hotline(*find).err
    assert "没有这门课程" in hotline(*find, "--course", "nothing").err
    assert hotline("quality", "findings", "--json").json == []
    made = hotline(*find, "--course", "danger", "--json").json
    (held,) = hotline("practice", "assigned", "--of", "8041", "--json").json
    assert (held["finding"], held["deadline"], held["course"]) == (made["id"], "2026-12-01", "danger")


def test_a_faulty_course_of_the_city_is_told_of_by_verify(hotline: Any, cli_home: Path) -> None:
    """You should see the file, the entry and the reason, and where to put it right."""
    assert hotline("verify").code == 0
    folder = cli_home / "packs" / "courses"
    folder.mkdir()
    (folder / "own.toml").write_text(GOOD.replace("consult-ebike", "nothing"), encoding="utf-8")
    told = hotline("verify")
    assert told.code == 1
    assert "练习课程 courses/own.toml 未采用：“一步”处，没有场景 nothing" in told.out + told.err
