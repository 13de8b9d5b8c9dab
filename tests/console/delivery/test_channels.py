"""Each delivery goes by its unit's channel (派单方式, 5.2.2.1.1)."""

import psycopg
import pytest

from console.delivery.routes import Later
from data.lifecycle import Kind
from tests.console.delivery.conftest import Desk
from tests.delivery import BY_HAND, DESK, HOOKED, MAILED, Centre, MailRoom, System, sent_to, urged
from tests.queues import dispatched, step


@pytest.mark.clause("5.2.2.1.1¶ [.1.2]")
def test_each_unit_is_told_by_its_own_channel(desk: Desk, centre: Centre, mail: MailRoom, system: System) -> None:
    """You should see a mail with the form, a webhook with its fields, and the rest recorded, each once."""
    for ticket, unit in (("a", DESK), ("b", MAILED), ("c", HOOKED), ("d", BY_HAND)):
        desk.queue.append(sent_to(ticket, unit))
        for _ in range(2):  # a second job of the ticket finds nothing to do
            desk.delivering.deliver(desk.queue, ticket)
    assert centre.states() == [
        ("a", DESK, "sent"),
        ("b", MAILED, "sent"),
        ("c", HOOKED, "sent"),
        ("d", BY_HAND, "by_hand"),
    ]
    (letter,) = mail.mails
    assert (letter["To"], letter["Subject"]) == ("yi@unit.test", "【12345】派单 20261124-b")
    (form,) = letter.iter_attachments()
    assert form.get_filename() == "诉求工单20261124-b.docx"
    (told,) = system.taken
    assert (told["number"], told["unit"], told["what"]) == ("20261124-c", HOOKED, "派单")
    assert {"name": "工单标题", "value": "停水"} in told["form"]
    assert {line["event"] for line in desk.log} == {"sent", "by_hand"}


@pytest.mark.clause("5.2.2.1.1¶ [.1.2]")
def test_what_a_desk_reads_needs_no_job(desk: Desk, centre: Centre) -> None:
    """You should see a unit at its own desk recorded with the event, the others left to a worker, and a system's unit too."""
    desk.queue.name_desks(desk.delivering.desks())
    assert centre.rows("SELECT unit FROM hotline.desks") == [(DESK,)]
    desk.queue.append(sent_to("a", DESK, copy_to=MAILED))
    desk.queue.append(sent_to("b", DESK))
    desk.queue.append(sent_to("c", HOOKED))
    assert centre.states() == [
        ("a", DESK, "sent"),
        ("a", MAILED, "waiting"),
        ("b", DESK, "sent"),
        ("c", HOOKED, "waiting"),
    ]
    assert centre.rows("SELECT lock FROM hotline_jobs.procrastinate_jobs ORDER BY id") == [("a",), ("c",)]


def test_a_mail_tells_no_more_than_is_needed(desk: Desk, mail: MailRoom) -> None:
    """You should see neither title nor words of the request in the mail itself, nor in any line of the log."""
    desk.queue.append(sent_to("a", MAILED))
    desk.delivering.deliver(desk.queue, "a")
    (letter,) = mail.mails
    body = letter.get_body(("plain",))
    assert body is not None
    shown = body.get_content() + str(letter["Subject"]) + str(desk.log)
    assert "停水" not in shown
    assert "签收截止" in shown


@pytest.mark.clause("5.2.2.1.1¶ [.1.2]")
def test_refused_for_good_is_held_and_goes_on_when_requeued(desk: Desk, centre: Centre, mail: MailRoom) -> None:
    """You should see a recipient's 550 held with its reason at once, later steps behind it, and order kept afterwards."""
    mail.answer = lambda recipient: "550 no such user"
    desk.queue.append(sent_to("a", MAILED))
    desk.queue.append([urged("a", 4)])
    desk.delivering.deliver(desk.queue, "a")
    held = desk.queue.held_deliveries()
    assert [(each.number, each.seq, each.unit) for each in held] == [
        ("20261124-a", 3, MAILED),
        ("20261124-a", 4, MAILED),
    ]
    assert "550" in held[0].reason
    assert "第 3 步" in held[1].reason
    mail.answer = lambda recipient: None
    assert desk.queue.requeue_deliveries("a") == 2
    desk.delivering.deliver(desk.queue, "a")
    assert [str(each["Subject"]) for each in mail.mails] == ["【12345】派单 20261124-a", "【12345】系统催办 20261124-a"]
    assert desk.queue.held_deliveries() == []


def test_refused_for_now_is_tried_again_and_held_after_the_last(desk: Desk, centre: Centre, mail: MailRoom) -> None:
    """You should see waits of 60 and 600 s, nothing sent in between, and a hold that says how often it was tried."""
    mail.answer = lambda recipient: "451 greylisted"
    desk.queue.append(sent_to("a", MAILED))
    for wait in (60, 600):
        for _ in range(2):  # a job that comes too early changes nothing
            with pytest.raises(Later) as later:
                desk.delivering.deliver(desk.queue, "a")
            assert (later.value.until - desk.clock.now()).total_seconds() == wait
        desk.clock.advance(wait)
    desk.delivering.deliver(desk.queue, "a")
    (held,) = desk.queue.held_deliveries()
    assert held.tries == 3
    assert "试了 3 次" in held.reason
    assert "451" in held.reason
    assert mail.mails == []


def test_one_units_trouble_holds_up_no_other_unit(desk: Desk, centre: Centre, mail: MailRoom) -> None:
    """You should see a copy reach its unit while the lead's mail server refuses, and the lead get its steps in order."""
    mail.answer = lambda recipient: "451 greylisted"
    desk.queue.append(sent_to("a", MAILED, copy_to=DESK))
    desk.queue.append([urged("a", 4)])
    with pytest.raises(Later):
        desk.delivering.deliver(desk.queue, "a")
    assert centre.states() == [("a", MAILED, "waiting"), ("a", DESK, "sent"), ("a", MAILED, "waiting")]
    mail.answer = lambda recipient: None
    desk.clock.advance(60)
    desk.delivering.deliver(desk.queue, "a")
    assert [str(each["Subject"])[7:11] for each in mail.mails] == ["派单 2", "系统催办"]


@pytest.mark.clause("5.2.2.1.4")
def test_who_lost_a_ticket_unheard_never_hears_of_it(desk: Desk, centre: Centre, mail: MailRoom) -> None:
    """You should see a unit that got the ticket told to stop, without its form, and one that did not told nothing."""
    desk.queue.append(sent_to("a", MAILED))
    desk.delivering.deliver(desk.queue, "a")
    desk.queue.append(sent_to("b", MAILED))
    for ticket in ("a", "b"):
        desk.queue.append([step(ticket, 4, Kind.RETURN_ASKED, unit=MAILED, reason="不属于本单位")])
        desk.queue.append([dispatched(ticket, 5, DESK, Kind.REDISPATCHED, reason="属甲单位")])
        desk.delivering.deliver(desk.queue, ticket)
    assert [str(each["Subject"]) for each in mail.mails] == [
        "【12345】派单 20261124-a",
        "【12345】改派，不再承办 20261124-a",
    ]
    assert list(mail.mails[1].iter_attachments()) == []
    assert [state for ticket, unit, state in centre.states() if (ticket, unit) == ("b", MAILED)] == ["withdrawn"] * 2


def test_a_unit_without_a_mailbox_is_held_with_the_way_out(desk: Desk) -> None:
    """You should see the table named where the mailbox is missing."""
    desk.queue.append(sent_to("a", "己单位"))
    desk.delivering.deliver(desk.queue, "a")
    assert "units.csv" in desk.queue.held_deliveries()[0].reason


def test_the_same_delivery_twice_has_the_same_key(desk: Desk, centre: Centre, mail: MailRoom, system: System) -> None:
    """You should see a mail and a webhook that are sent again known by Message-ID and key, and the latter ignored."""
    for ticket, unit in (("b", MAILED), ("c", HOOKED)):
        desk.queue.append(sent_to(ticket, unit))
        desk.delivering.deliver(desk.queue, ticket)
        # As if the worker had died between the other side's answer and its own note of it.
        with desk.queue._link.transaction():
            desk.queue._link.execute("UPDATE hotline.deliveries SET state = 'waiting' WHERE ticket_id = %s", (ticket,))
        desk.delivering.deliver(desk.queue, ticket)
    assert len(mail.keys()) == 2
    assert len(set(mail.keys())) == 1
    assert (len(system.requests), len(system.taken)) == (2, 1)
    assert [line["event"] for line in system.log] == ["webhook_repeated"]


def test_a_system_that_is_down_is_tried_again_and_one_that_refuses_is_held(desk: Desk, system: System) -> None:
    """You should see 503 tried again, and 401 held with what to look at."""
    system.statuses = [503, 401]
    desk.queue.append(sent_to("c", HOOKED))
    with pytest.raises(Later):
        desk.delivering.deliver(desk.queue, "c")
    desk.clock.advance(60)
    desk.delivering.deliver(desk.queue, "c")
    assert "401" in desk.queue.held_deliveries()[0].reason


def test_after_a_restore_it_is_known_again(desk: Desk, mail: MailRoom, system: System) -> None:
    """You should see what is delivered again, because a backup knew nothing of it, under the keys of the first time."""
    for ticket, unit in (("b", MAILED), ("c", HOOKED)):
        desk.queue.append(sent_to(ticket, unit))
        desk.delivering.deliver(desk.queue, ticket)
    events = {ticket: [each.event() for each in desk.queue.history([ticket])[ticket]] for ticket in "bc"}
    with psycopg.connect(desk.admin) as db:
        for table in ("events", "heads", "access", "arrivals", "line", "feed", "deliveries", "clocks"):
            db.execute(f"DELETE FROM hotline.{table}")
    desk.queue.append(sent_to("other", DESK))  # so that the rows get other numbers
    for ticket in "bc":
        desk.queue.append(events[ticket])
        desk.delivering.deliver(desk.queue, ticket)
    assert (len(mail.keys()), len(set(mail.keys()))) == (2, 1)
    assert (len(system.requests), len(system.taken)) == (2, 1)
