"""Demo data in a folder of its own: invented people, tickets and web submissions, written through the real desks.

The folder bears a mark from its first moment and another when it is full, so that a fill that was killed is begun
anew, and no other folder is ever emptied. A city's packs and settings may lie in it beforehand, and stay.
"""

import dataclasses
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import msgspec
from msgspec.structs import replace

from console.demo_callback import called_back
from console.demo_handling import dispatched, handled, supervised
from console.house import House
from console.intake import Intake
from console.registration import Registration
from console.ticket_json import record_from_json
from data.clock import SHANGHAI, iso_local
from data.events import Ticket, new_id
from data.people import Actor, Role
from data.record import Scope
from kb.starters import starter_articles
from scripts.pack import load_packs

TABLE = Path(__file__).parent / "demo.toml"
MARK = ".hotline-demo"  # the folder is a demo's, and the lock of whoever uses it
FULL = ".hotline-demo-full"
CITYS_OWN = (
    "packs",
    "reference",
    "settings.toml",
)  # what a city may lay into a new folder to try out; no demo ever empties it

Progress = Callable[[int, int | None], None]


class DemoError(RuntimeError):
    """The demo cannot use its folder; the message says why and what to do."""


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody of the demo, with one role; a handler has a unit."""

    agent_no: str
    name: str
    role: Role
    unit: str = ""


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request of the demo: when it was raised, by whom it was taken, what became of it."""

    minutes: int
    agent: str
    outcome: Literal["submit", "dispatch", "handle", "supervise", "reply", "classify", "escalate"]
    ticket: dict[str, object]
    article: str = ""
    route: str = ""
    choice: str = ""
    new_facts: str = ""
    repeats: str = ""  # title of an earlier request of the demo
    order: str = ""  # the kind of supervision (督办) that was ordered once it had been dispatched
    unit: str = ""  # to which unit it was dispatched
    facts: dict[str, str] = {}  # what the order states
    handled: Literal["", "已派单", "已签收", "办理中", "待审核", "已反馈", "已办结"] = ""  # how far its unit has come
    callback: Literal["", "wait", "no_answer", "appointment", "unsolved", "archived"] = ""  # what its callback came to


class Web(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A web submission of the demo."""

    minutes: int
    channel: str
    type: str
    district: str
    title: str
    text: str
    name: str = ""
    phone: str = ""


class DemoTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """demo.toml."""

    people: list[Person]
    requests: list[Request]
    submissions: list[Web]


def load_demo(path: Path = TABLE) -> DemoTable:
    """Read the demo's data.

    Raises:
        DemoError: the shipped file is broken.
    """
    try:
        return msgspec.toml.decode(path.read_bytes(), type=DemoTable)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DemoError(f"演示数据 {path.name} 不能用：{error}；请重新安装本程序") from error


@contextmanager
def demo_folder(root: Path, *, reset: bool, fill_it: Callable[[], None]) -> Iterator[None]:
    """Hold a demo folder while the demo runs; when it is new, half filled or to be reset, ``fill_it`` first.

    Several demos may run in one folder, but only one may fill it, and none may empty it under another.

    Raises:
        DemoError: the folder holds something else, cannot be used, or others use it while it is to be emptied.
    """
    mark = root / MARK
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not mark.exists() and (strange := _not_of_a_demo(root)):
            raise DemoError(
                f"目录 {root} 里有不是演示的数据（{strange}），演示不会动它：请用 --home 另指一个目录，"
                f"空的或只有 {'、'.join(CITYS_OWN)} 的都可以"
            )
        handle = os.open(mark, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DemoError(f"演示目录 {root} 不能用：{error.strerror}；请用 --home 另指一个目录") from error
    try:
        if _lock(handle, root, reset=reset):
            _empty(root)
            fill_it()
            (root / FULL).touch(mode=0o600)
            fcntl.flock(handle, fcntl.LOCK_SH)
        yield
    finally:
        os.close(handle)


def _not_of_a_demo(root: Path) -> str:
    """Name something in a new folder that a demo could do harm to: anything but a city's own and empty folders."""
    for path in sorted(root.iterdir()):
        if path.name in CITYS_OWN:
            continue
        if path.is_symlink() or not path.is_dir() or any(not each.is_dir() for each in path.rglob("*")):
            return path.name
    return ""


def _lock(handle: int, root: Path, *, reset: bool) -> bool:
    """Take the folder alone when it must be filled, else beside others; returns whether it must be filled."""
    try:
        if reset:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    except BlockingIOError:
        raise DemoError(f"演示目录 {root} 正被另一个演示窗口使用：请先关闭那个窗口再重建") from None
    fcntl.flock(handle, fcntl.LOCK_SH)  # waits while another fills it
    while not (root / FULL).exists():
        fcntl.flock(handle, fcntl.LOCK_EX)
        if not (root / FULL).exists():
            return True
        fcntl.flock(handle, fcntl.LOCK_SH)
    return False


def _empty(root: Path) -> None:
    (root / FULL).unlink(missing_ok=True)
    for path in root.iterdir():
        if path.name == MARK or path.name in CITYS_OWN:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def fill(house: House, progress: Progress) -> None:
    """Write the demo's articles, people, tickets and web submissions; their times count back from now.

    It is written under the shipped packs, whatever a city's ask for: the demo's tickets are not of that city.
    """
    citys, (house.packs, _) = house.packs, load_packs()
    try:
        _fill(house, progress)
    finally:
        house.packs = citys


def open_at_any_hour(house: House) -> None:
    """Let the callback desk of a demo call at night too: nobody is rung, and the demo may be tried at any time."""
    pack = house.packs.callback
    timing = replace(pack.timing, hours=(("00:00", "23:59:59"),))
    house.packs = dataclasses.replace(house.packs, callback=replace(pack, timing=timing))


def _fill(house: House, progress: Progress) -> None:
    table, now = load_demo(), house.clock.now()
    total = len(table.people) + len(table.requests) + 2
    house.kb.import_articles(starter_articles(), by="system")
    progress(1, total)
    people: dict[str, Actor] = {}
    for one in table.people:
        # Nobody signs in to the demo: a role is chosen, and no password costs 130 ms to make.
        people[one.agent_no] = house.people.add(one.agent_no, one.name, frozenset({one.role}), None, now, one.unit)
        progress(1 + len(people), total)
    made: dict[str, Ticket] = {}
    for request in sorted(table.requests, key=lambda request: -request.minutes):
        day = (now - timedelta(minutes=request.minutes)).astimezone(SHANGHAI).date()
        if request.article and not house.kb.get(request.article).valid_on(day):
            continue  # the sample articles have last days too: no demo answers with one that is over (6.3.4)
        ticket = _register(house, people[request.agent], request, made, now)
        made[ticket.record.title] = ticket
        progress(1 + len(people) + len(made), total)
    called_back(
        house, {made[str(each.ticket["title"])].id: each.callback for each in table.requests if each.callback}, now
    )
    _receive(house, table.submissions, now)
    for _ in range(2):  # the first round reminds of what is overdue (5.2.3a), the second carries that to the queue
        house.sync_worker().run(now)
    progress(total, total)


def _register(house: House, actor: Actor, request: Request, made: dict[str, Ticket], now: datetime) -> Ticket:
    at = now - timedelta(minutes=request.minutes)
    record = record_from_json(msgspec.json.encode(request.ticket), house.packs, house.reference.regions)
    record.raised_at = at - timedelta(minutes=3)
    record.new_facts = request.new_facts
    if request.repeats:
        record.repeats = made[request.repeats].id
    work = Registration(house, actor, new_id())
    match request.outcome:
        case "submit":
            return work.submit(record, at)
        case "reply":
            return work.reply(record, house.kb.get(request.article), at)
        case "classify":
            return work.classify(record, _scope(house, request), at)
        case "escalate":
            return work.escalate(record, at)
        case "supervise":
            facts = request.facts
            return supervised(house, work.submit(record, at), request.unit, request.order, facts, at, now)
        case "handle":
            return handled(house, work.submit(record, at), request.handled, at)
        case "dispatch":
            return dispatched(house, work.submit(record, at), at + timedelta(minutes=40))


def _scope(house: House, request: Request) -> Scope:
    clause = next(route.clause for route in house.packs.scope.routes if route.label == request.route)
    return Scope(request.route, clause, request.choice)


def _receive(house: House, submissions: list[Web], now: datetime) -> None:
    """Import the web submissions as a file, as a real platform would hand them over."""
    lines = []
    for web in submissions:
        columns = msgspec.to_builtins(web)
        at = now - timedelta(minutes=columns.pop("minutes"))
        lines.append(msgspec.json.encode({**columns, "date": iso_local(at)}))
    path = house.home.cache / "demo-submissions.jsonl"
    path.write_bytes(b"\n".join(lines))
    report = Intake(house.inbox, house.packs, house.reference.regions).run([path], now)
    path.unlink()
    if report.refused:
        raise DemoError(f"演示数据里的网络诉求没有全部收下：{report.refused[0].reason}；请重新安装本程序")
