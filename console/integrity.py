"""Proving that an installation agrees with itself: ``hotline verify``.

Everything here only reads (what can be made again, in the cache, aside). Each check yields findings; an installation in order yields none.
"""

import sqlite3
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from console.archive import fault_of
from console.house import House
from console.packs import not_in_force
from console.practice.courses import OWN_COURSES, load_courses
from console.suggest.learned import SHIPPED as SHIPPED_MODEL
from console.suggest.model import Model, ModelError
from console.tables import calendar_in_force, reference_in_force, table_not_in_force
from data.db import connect
from data.events import Ticket
from data.lifecycle import TransitionRefused
from data.outbox import Outbox
from data.personal import seal
from data.queue import DispatchQueue, QueueUnavailable
from data.receiving import Receiving
from data.tables import ReferenceTableError
from data.tickets import TicketStore
from scripts.pack import PackError, load_packs
from scripts.scenarios import OWN_SCENARIOS, load_scenarios

Progress = Callable[[int, int | None], None]


_RESTORE = "请交系统管理员，必要时用备份恢复"
_REINSTALL = "请重新安装本程序"


class Finding(msgspec.Struct, frozen=True):
    """Something that does not agree: which part, which thing and entry in it, what is wrong, and the way out."""

    part: str
    thing: str
    problem: str
    way_out: str = _RESTORE
    entry: str = ""


class Verified(msgspec.Struct, frozen=True):
    """What was looked at, and what was found."""

    tickets: int
    events: int
    findings: tuple[Finding, ...]


def verify(house: House, progress: Progress) -> Verified:
    """Check tickets against their events, the outbox against the queue, packs, tables, the index, and who may read.

    Raises:
        StorageError: a file cannot be read at all.
    """
    reader = connect(house.home.store, read_only=True)
    try:
        reader.execute("BEGIN")  # one instant for all that is compared, while the desks go on working
        store = TicketStore(reader)
        ids = [row["id"] for row in reader.execute("SELECT id FROM tickets UNION SELECT ticket_id FROM events")]
        findings: list[Finding] = []
        for done, ticket_id in enumerate(ids, start=1):
            findings += _ticket_findings(store, ticket_id)
            findings += _archive_findings(house, store.get(ticket_id))
            progress(done, len(ids))
        events = int(reader.execute("SELECT count(*) FROM events").fetchone()[0])
        # The queue is read after the store: what was sent meanwhile still waits in the store as seen here.
        findings += [*_queue_findings(house.queue, reader), *_held_findings(store)]
    finally:
        reader.close()
    findings += _private_findings(house)
    findings += [*_pack_findings(house.home.packs), *_table_findings(house.home.reference), *_model_findings(house)]
    if unkept := house.kb.words_unkept:
        problem = f"{unkept}；检索照常，只是每个会话都要多花约一秒、多占内存"
        findings.append(Finding("知识库", "词表", problem, "请腾出磁盘空间，或改正该目录的权限"))
    if fault := house.kb.index_fault:
        findings.append(Finding("知识库", "索引", fault, "请运行 hotline kb rebuild"))
    return Verified(len(ids), events, tuple(findings))


def _private_findings(house: House) -> Iterator[Finding]:
    """What holds passwords or citizens' words, and others on this machine can read (6.2.1)."""
    root = house.home.root
    if not root.stat().st_mode & stat.S_IXOTH:
        return
    for path in (root / "settings.toml", house.home.store, house.home.queue):
        if path.exists() and path.stat().st_mode & stat.S_IROTH:
            yield Finding("目录", path.name, "这台机器上别的用户也能读", f"请运行 chmod o-rwx {root} {path}")


def _ticket_findings(store: TicketStore, ticket_id: str) -> Iterator[Finding]:
    try:
        row, history = store.get(ticket_id), store.events(ticket_id)
        thing = row.number if row else ticket_id
        if not history:
            yield Finding("工单", thing, "有工单而没有历史")
            return
        if [event.seq for event in history] != list(range(1, len(history) + 1)):
            yield Finding("工单", thing, f"历史的步号不连续：{'、'.join(str(event.seq) for event in history)}")
            return
        rebuilt = store.rebuild(ticket_id)
    except (TransitionRefused, msgspec.DecodeError, ValueError) as error:
        yield Finding("工单", ticket_id, f"不能读出或重演：{error}")
        return
    if row is None:
        yield Finding("工单", thing, "有历史而没有工单")
    elif seal(row) != seal(rebuilt):
        yield Finding("工单", thing, f"工单与历史不符：{'、'.join(_differences(row, rebuilt))}")


def _archive_findings(house: House, ticket: Ticket | None) -> Iterator[Finding]:
    """The bundle of an archived request is there, and as it was (5.5.3)."""
    if ticket is not None and ticket.archive and (fault := fault_of(house, ticket)):
        yield Finding("档案", ticket.number, fault, "请从备份恢复这一案卷")


def _differences(row: Ticket, rebuilt: Ticket) -> list[str]:
    return [name for name in row.__struct_fields__ if seal(getattr(row, name)) != seal(getattr(rebuilt, name))]


def _queue_findings(queue: DispatchQueue, reader: sqlite3.Connection) -> Iterator[Finding]:
    """Every own event stands in the queue or waits in the outbox, and what was read from the queue is here."""
    own = {
        row["event_id"]: (row["ticket_id"], row["seq"])
        for row in reader.execute("SELECT event_id, ticket_id, seq FROM events")
    }
    waiting = {(row["ticket_id"], row["seq"]) for row in reader.execute("SELECT ticket_id, seq FROM outbox")}
    unsent = {ticket_id for ticket_id, _ in waiting}
    held = {row["event_id"] for row in reader.execute("SELECT event_id FROM held")}
    part = "派单队列"
    try:
        read_to = Outbox(reader).position(queue.identity())
        if read_to is None and Outbox(reader).met():
            yield Finding(part, queue.name, "本机还没有与这个队列收发过，无从对照", "请先运行 hotline sync --once")
            return
        queued: set[str] = set()
        position = 0
        while batch := queue.arrivals_after(position):
            for position, ticket_id, seq, event_id, _ in batch:
                queued.add(event_id)
                place = own.get(event_id)
                if place is not None and place != (ticket_id, seq):
                    yield Finding(part, ticket_id, f"第 {seq} 步在本机记作第 {place[1]} 步")
                elif place is None and position <= (read_to or 0) and ticket_id not in unsent and event_id not in held:
                    yield Finding(part, ticket_id, f"第 {seq} 步已收取，本机却没有")
    except QueueUnavailable as error:
        yield Finding(part, queue.name, f"用不了，无从对照（{error}）", "恢复后请再运行一次 hotline verify")
        return
    for event_id, place in own.items():
        if event_id not in queued and place not in waiting:
            yield Finding(part, place[0], f"第 {place[1]} 步既不在队列里，也不在待发之列")
    for place in waiting - set(own.values()):
        yield Finding("待发", place[0], f"待发的第 {place[1]} 步没有历史")


def _held_findings(store: TicketStore) -> Iterator[Finding]:
    for each in Receiving(store).held():
        way_out = "原因消除后，请运行 hotline queue requeue"
        yield Finding("派单队列", each.number or each.ticket_id, f"第 {each.seq} 步滞留：{each.reason}", way_out)


def _pack_findings(folder: Path) -> Iterator[Finding]:
    part = "用语与规则包"
    try:
        packs, faults = load_packs(folder, compile_all=True)
        known, scenarios = load_scenarios(packs, folder / OWN_SCENARIOS)
        courses = load_courses(packs, known, folder / OWN_COURSES)[1]
    except PackError as error:  # a shipped one, without which nothing runs
        yield Finding(part, error.file, f"自带的包已损坏：{error.reason}", _REINSTALL, error.entry)
        return
    for fault in faults:
        way_out = f"请改正 {folder / fault.file}，或把它移出 packs 目录"
        yield Finding(part, fault.file, not_in_force(fault), way_out, fault.entry)
    for name, place, of_practice in (("练习场景", OWN_SCENARIOS, scenarios), ("练习课程", OWN_COURSES, courses)):
        for fault in of_practice:
            reason = f"{name} {place}/{fault.file} 未采用：“{fault.entry}”处，{fault.reason}"
            way_out = f"请改正 {folder / place / fault.file}，或把它移出该目录"
            yield Finding(part, fault.file, reason, way_out, fault.entry)


def _table_findings(folder: Path) -> Iterator[Finding]:
    part = "参考表"
    for in_force in (calendar_in_force, reference_in_force):
        try:
            refused = in_force(folder)[1]
        except ReferenceTableError as error:  # a shipped one, without which nothing runs
            yield Finding(part, error.file, error.reason, _REINSTALL, error.entry)
            continue
        for fault in refused:
            way_out = f"请改正 {folder / fault.file}，或把它移出 reference 目录"
            yield Finding(part, fault.file, table_not_in_force(fault), way_out, fault.entry)


def _model_findings(house: House) -> Iterator[Finding]:
    for path in (SHIPPED_MODEL, house.home.suggest_model):
        if path == SHIPPED_MODEL or path.exists():
            try:
                Model(path)
            except ModelError as error:
                way_out = (
                    _REINSTALL if path == SHIPPED_MODEL else "现用自带的模型；请重新训练（hotline suggest --train）"
                )
                yield Finding("推荐模型", path.name, error.reason, way_out)
