"""The archive (立卷归档, 5.5): what belongs to a finished request in one bundle, whose hash its last event carries."""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from console.form import as_text, ticket_form
from console.house import House
from data.callback_rules import kept_open
from data.callbacks import VIEWS
from data.clock import SHANGHAI
from data.events import NewEvent, Ticket
from data.lifecycle import Kind, State, TransitionRefused
from data.people import Actor, Role
from data.personal import seal
from data.ticket_lists import TicketFilter
from data.tickets import Act, StaleTicket

KEPT_OPEN = timedelta(days=7)
"""How long a finished request stays open to a callback (5.4.1), a rating (5.3.4) or a further word of its claimant."""

FINISHED = (State.COMPLETED, State.ANSWERED, State.CLASSIFIED)
PAGE = 200


class ArchiveError(RuntimeError):
    """A bundle cannot be made; the message names the ticket, the reason and the way out."""


class Archived(msgspec.Struct):
    """What one run did."""

    archived: list[str] = []
    failed: list[str] = []


def archive_finished(house: House, actor: Actor, now: datetime, older: timedelta = KEPT_OPEN) -> Archived:
    """Archive every request that was finished ``older`` ago or longer and waits for nothing more (5.5.1).

    Raises:
        ActRefused: the actor's roles do not allow it.
        StorageError: the disk refused.
    """
    done = Archived()
    for ticket in _due(house, now - older):
        try:
            archive_one(house, ticket, actor, now)
        except (ArchiveError, TransitionRefused, StaleTicket) as error:
            done.failed.append(str(error))
        else:
            done.archived.append(ticket.number)
    return done


def _due(house: House, before: datetime) -> list[Ticket]:
    found: list[Ticket] = []
    want = TicketFilter(states=FINISHED)
    while page := house.tickets.page(want, PAGE, len(found)):
        found += page
    return [each for each in found if each.updated_at <= before and not kept_open(each)]


def archive_one(house: House, ticket: Ticket, actor: Actor, now: datetime) -> Ticket:
    """Write a request's bundle, then note its hash in the event that ends its life.

    Raises:
        ArchiveError: an attachment is gone or changed, or the disk refuses.
        TransitionRefused, ActRefused, StaleTicket, StorageError: see `TicketStore.act`.
    """
    path = bundle_path(house, ticket)
    try:
        digest = _write(house, ticket, path)
    except OSError as error:
        raise ArchiveError(
            f"工单 {ticket.number} 未能归档：{error.strerror}；请检查磁盘空间与 {path.parent} 的权限"
        ) from error
    payload = {"digest": digest, "bundle": path.relative_to(house.home.root).as_posix()}
    return house.tickets.act([Act(ticket.id, [NewEvent(Kind.ARCHIVED, payload)], expected=ticket.seq)], actor, now)[0]


def bundle_path(house: House, ticket: Ticket) -> Path:
    """Return where a request's bundle lies: by the year in which it was raised."""
    return house.home.archive / f"{ticket.created_at.astimezone(SHANGHAI):%Y}" / f"{ticket.number}.zip"


def fault_of(house: House, ticket: Ticket) -> str:
    """Return what is wrong with the bundle of an archived request; nothing where it is whole (5.5.3)."""
    path = bundle_path(house, ticket)
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return f"案卷 {path} 不见了"
    except OSError as error:
        return f"案卷 {path} 读不出（{error.strerror}）"
    return "" if digest == ticket.archive else f"案卷 {path} 与归档时的校验值不符"


def _write(house: House, ticket: Ticket, path: Path) -> str:
    for folder in (house.home.archive, path.parent):
        folder.mkdir(mode=0o700, exist_ok=True)
    beside = path.with_name(f"{path.name}.part")
    listed: dict[str, str] = {}
    with open(beside, "wb", opener=_private) as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle:
            for name, content in _parts(house, ticket):
                bundle.writestr(zipfile.ZipInfo(name), content)
                listed[name] = hashlib.sha256(content).hexdigest()
            bundle.writestr(
                zipfile.ZipInfo("案卷目录.json"), json.dumps(listed, ensure_ascii=False, indent=1, sort_keys=True)
            )
        file.flush()
        os.fsync(file.fileno())
    with beside.open("rb") as written:
        digest = hashlib.file_digest(written, "sha256").hexdigest()
    beside.replace(path)
    return digest


def _parts(house: House, ticket: Ticket) -> Iterator[tuple[str, bytes]]:
    """Yield what belongs to the bundle: the request, how it was handled, what was answered, and every file (5.5.1)."""
    whole = Actor(ticket.created_by, roles=frozenset({Role.SUPERVISOR}))  # the archive keeps what nobody else may read
    yield "诉求工单.txt", as_text(ticket_form(ticket, house.packs, whole)).encode()
    yield "工单.json", seal(ticket).encode()
    yield "办理过程.json", seal(house.tickets.events(ticket.id)).encode()
    if said := _views(ticket):
        yield "回访意见.txt", said.encode()
    for call_id in filter(None, [ticket.call_id]):
        call = house.calls.get(call_id)
        if call is not None:
            yield "通话.json", seal(call).encode()
    for at, attachment in enumerate(ticket.record.attachments, 1):
        path = house.home.root / attachment.path
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ArchiveError(
                f"工单 {ticket.number} 未能归档：附件 {attachment.name or path.name} 读不出（{error.strerror}）；请从备份恢复它"
            ) from error
        if hashlib.sha256(content).hexdigest() != attachment.sha256:
            raise ArchiveError(
                f"工单 {ticket.number} 未能归档：附件 {attachment.name or path.name} 已不是登记时的内容；请从备份恢复它"
            )
        yield f"附件/{at:02} {Path(attachment.name or path.name).name}", content


def _views(ticket: Ticket) -> str:
    lines = []
    for result in ticket.callback.results:
        answers = "；".join(f"{name} {answer.value} {answer.said}".strip() for name, answer in result.answers.items())
        lines.append(f"{result.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M} {result.outcome} {answers}")
        if VIEWS in result.answers:
            lines.append(result.answers[VIEWS].said)
    return "\n".join(lines)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
