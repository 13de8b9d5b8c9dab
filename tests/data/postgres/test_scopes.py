"""What each login role may see and do, decided by the server: its tickets whole, and nothing of any other."""

import psycopg
import pytest

from data.lifecycle import Kind, TransitionRefused
from data.personal import seal
from data.postgres.queue import PostgresQueue
from data.queue import OutOfScope, SequenceConflict
from tests.data.postgres.conftest import Login
from tests.postgres import granted_url
from tests.queues import NOW, dispatched, registered, step, to_dispatch

PRIVATE = "6.2.1"


def seen(queue: PostgresQueue, after: int = 0) -> list[tuple[str, int]]:
    """Which steps a desk is shown."""
    return [(event.ticket_id, event.seq) for _, event in queue.read_after(after)]


@pytest.mark.clause(PRIVATE)
def test_a_unit_is_shown_its_own_tickets_whole_and_no_other(
    centre: PostgresQueue, east: PostgresQueue, west: PostgresQueue
) -> None:
    """You should see a ticket come with its history when it is dispatched, though the unit had read further before."""
    centre.append(to_dispatch("a"))
    centre.append([*to_dispatch("b"), dispatched("b", 3, "西街道")])
    assert seen(east) == []
    (*_, (read_to, _)) = west.read_after(0)
    assert seen(west) == [("b", 1), ("b", 2), ("b", 3)]
    centre.append([dispatched("a", 3, "东街道", copy_to="西街道")])
    assert seen(east) == [("a", 1), ("a", 2), ("a", 3)]
    assert seen(west, read_to) == [("a", 1), ("a", 2), ("a", 3)]
    assert seen(centre) == [("a", 1), ("a", 2), ("b", 1), ("b", 2), ("b", 3), ("a", 3)]


@pytest.mark.clause(PRIVATE)
def test_a_history_is_never_cut_by_the_limit_of_a_portion(centre: PostgresQueue, east: PostgresQueue) -> None:
    """You should see portions of one position hold the whole ticket that it brought, and reading go on behind it."""
    for ticket_id in "ab":
        centre.append([*to_dispatch(ticket_id), dispatched(ticket_id, 3, "东街道")])
    first = east.read_after(0, limit=1)
    assert [(event.ticket_id, event.seq) for _, event in first] == [("a", 1), ("a", 2), ("a", 3)]
    assert seen(east, first[-1][0]) == [("b", 1), ("b", 2), ("b", 3)]


@pytest.mark.clause("4.2")
def test_a_ticket_that_goes_to_another_unit_is_seen_up_to_there(
    centre: PostgresQueue, east: PostgresQueue, west: PostgresQueue
) -> None:
    """You should see the first unit told of the change and nothing after, the second have all; and back again."""
    centre.append([*to_dispatch("a"), dispatched("a", 3, "东街道")])
    centre.append([dispatched("a", 4, "西街道", Kind.REDISPATCHED, reason="属西街道")])
    west.append([step("a", 5, Kind.SIGNED)])
    assert seen(east) == [("a", seq) for seq in (1, 2, 3, 4)]
    assert seen(west) == [("a", seq) for seq in (1, 2, 3, 4, 5)]
    with pytest.raises(OutOfScope, match="已转给别的单位"):
        east.append([step("a", 5, Kind.SIGNED)])
    with pytest.raises(SequenceConflict) as conflict:
        east.append([step("a", 4, Kind.SIGNED)])
    assert [(their.seq, their.event().kind) for their in conflict.value.theirs] == [(4, Kind.REDISPATCHED)]
    west.append([step("a", 6, Kind.RETURN_ASKED, unit="西街道", reason="不属本街道")])
    centre.append([dispatched("a", 7, "东街道", Kind.REDISPATCHED, reason="核实属东街道")])
    assert seen(east)[-7:] == [("a", seq) for seq in (1, 2, 3, 4, 5, 6, 7)]
    east.append([step("a", 8, Kind.SIGNED)])
    assert seen(west)[-1] == ("a", 7)


@pytest.mark.clause("5.2.2.2.3")
def test_units_called_to_help_see_the_ticket_too(
    centre: PostgresQueue, east: PostgresQueue, west: PostgresQueue
) -> None:
    """You should see a helper shown the ticket whole, take its own step, and keep it when the leading unit changes."""
    centre.append([*to_dispatch("a"), dispatched("a", 3, "东街道")])
    east.append([step("a", 4, Kind.SIGNED), step("a", 5, Kind.JOINED, mode="街乡吹哨、部门报到", units=["西街道"])])
    assert seen(west) == [("a", seq) for seq in range(1, 6)]
    west.append([step("a", 6, Kind.PROGRESSED, text="已到现场")])
    east.append([step("a", 7, Kind.RETURN_ASKED, unit="东街道", reason="不属本街道")])
    centre.append([dispatched("a", 8, "南街道", Kind.REDISPATCHED, reason="属南街道")])
    centre.append([step("a", 9, Kind.AMENDED, record={"title": "停水停电"})])
    assert seen(west)[-1] == ("a", 9)
    assert seen(east)[-1] == ("a", 8)


@pytest.mark.clause("6.2.2")
def test_each_kind_of_desk_takes_its_own_steps_only(centre: PostgresQueue, east: PostgresQueue, login: Login) -> None:
    """You should see a unit kept from dispatching and a seat from signing, and neither told more than that."""
    seat = login("seat", "一号坐席")
    seat.append([*to_dispatch("a"), dispatched("a", 3, "东街道")])
    for kind, payload in ((Kind.REDISPATCHED, {"reason": "给别人"}), (Kind.AMENDED, {"record": {}})):
        with pytest.raises(OutOfScope, match="东街道的账号不能写这一步"):
            east.append([dispatched("a", 4, "西街道", kind, **payload)])
    with pytest.raises(OutOfScope, match="一号坐席的账号不能写这一步（签收）"):
        seat.append([step("a", 4, Kind.SIGNED)])
    east.append([step("a", 4, Kind.SIGNED)])
    centre.append([step("a", 5, Kind.CONTACTED, reached=True, note="已核实")])
    with pytest.raises(OutOfScope, match="不领工单编号"):
        east.reserve_numbers(NOW.date(), 10)
    assert seat.reserve_numbers(NOW.date(), 10) == range(1, 11)
    assert [desk.reminds for desk in (centre, seat, east)] == [False] * 3  # the centre's workers do


@pytest.mark.clause(PRIVATE)
def test_what_a_unit_may_not_see_looks_like_what_does_not_exist(centre: PostgresQueue, east: PostgresQueue) -> None:
    """You should see the same answer for another unit's ticket as for a guessed one, whatever is tried on it."""
    centre.append([*to_dispatch("b", "秘密"), dispatched("b", 3, "西街道")])
    answers: list[set[str]] = []
    for ticket_id in ("b", "none"):
        told = set()
        for seq in (1, 2, 3, 4, 9):
            with pytest.raises((OutOfScope, SequenceConflict, TransitionRefused)) as refused:
                east.append([step(ticket_id, seq, Kind.SIGNED)])
            told.add(f"{seq} {type(refused.value).__name__} {refused.value}".replace(f" {ticket_id} ", " "))
            if isinstance(refused.value, SequenceConflict):
                assert refused.value.theirs == []
        with pytest.raises(OutOfScope) as refused:
            east.append([registered(ticket_id)])
        answers.append({*told, str(refused.value)})
    assert answers[0] == answers[1]
    assert seen(centre) == [("b", 1), ("b", 2), ("b", 3)]


@pytest.mark.clause("6.2.2")
def test_a_districts_desk_sees_its_district_its_units_and_what_it_took_itself(
    centre: PostgresQueue, login: Login
) -> None:
    """You should see tickets of the place, of the district's own units, and those it registered for another district."""
    district = login("district", "东城区", districts=["东城区"], units=["东城区人民政府"])
    seat = login("seat", "东城区一号", districts=["东城区"])
    centre.append(to_dispatch("here", district="东城区"))
    centre.append([*to_dispatch("ours", district="西城区"), dispatched("ours", 3, "东城区人民政府")])
    centre.append(to_dispatch("theirs", district="西城区"))
    district.append(to_dispatch("taken", district="西城区"))
    assert {ticket_id for ticket_id, _ in seen(district)} == {"here", "ours", "taken"}
    assert {ticket_id for ticket_id, _ in seen(seat)} == {"here"}
    with pytest.raises(OutOfScope):
        seat.append(to_dispatch("theirs", district="东城区"))
    # The place is corrected: the ticket leaves one district and comes to the other whole.
    centre.append([step("here", 3, Kind.AMENDED, record={"title": "停水", "place": {"district": "西城区"}})])
    centre.append([step("here", 4, Kind.AMENDED, record={"title": "停水", "place": {"district": "西城区"}})])
    assert [at for at in seen(seat) if at[0] == "here"] == [("here", 1), ("here", 2), ("here", 3)]
    west = login("seat", "西城区一号", districts=["西城区"])
    assert [at for at in seen(west) if at[0] == "here"] == [("here", seq) for seq in (1, 2, 3, 4)]


def test_whoever_is_granted_later_is_shown_what_came_before(centre: PostgresQueue, login: Login) -> None:
    """You should see a unit that joins the city's queue late find the tickets that wait for it."""
    centre.append([*to_dispatch("a"), dispatched("a", 3, "南街道")])
    assert len(centre.read_after(0)) == 3
    south = login("unit", "南街道", units=["南街道"])
    assert seen(south) == [("a", 1), ("a", 2), ("a", 3)]


def test_another_scope_is_another_queue_to_its_desk(login: Login) -> None:
    """You should see the identity change with what a login role is shown, so that its desk reads from the beginning."""
    first = login("unit", "某局", units=["甲科"])
    again = login("unit", "某局", units=["甲科"])
    wider = login("unit", "某局", units=["甲科", "乙科"])
    assert again.identity() != wider.identity()
    with pytest.raises(Exception, match="连接"):
        first.read_after(0)  # its password is the old one, and its session was ended


def test_a_unit_is_woken_by_its_own_tickets_only(centre: PostgresQueue, east: PostgresQueue) -> None:
    """You should see no sign at the unit of another's ticket, and one of its own."""
    assert east.wait(30)
    centre.append([*to_dispatch("b"), dispatched("b", 3, "西街道")])
    centre.read_after(0)
    assert not east.wait(0.3)
    centre.append([*to_dispatch("a"), dispatched("a", 3, "东街道")])
    centre.read_after(0)
    assert east.wait(30)
    assert [event.ticket_id for _, event in PostgresQueue.read_after(east, 0)] == ["a", "a", "a"]


@pytest.mark.clause("5.1.3.1¶2 [5.2.3.2]")
def test_no_unit_can_hold_up_the_city(database: str, centre: PostgresQueue, east: PostgresQueue, login: Login) -> None:
    """You should see the centre read on beside a unit that keeps open whatever it may open."""
    centre.append([*to_dispatch("a"), dispatched("a", 3, "东街道")])
    url = granted_url(database, "unit", "坏街道", units=["东街道"])
    with psycopg.connect(url) as unit:
        unit.execute("SELECT hotline.settle(), pg_advisory_lock_shared(12345, 1), pg_advisory_lock(12345, 2)")
        unit.execute("SELECT * FROM hotline.read_after(0, 100)")
        unit.execute("LOCK TABLE hotline.events, hotline.access, hotline.feed, hotline.line IN ACCESS SHARE MODE")
        unit.execute("SELECT * FROM hotline.append(%s)", ([seal(step("a", 4, Kind.SIGNED))],))
        centre.append(to_dispatch("b"))
        assert seen(centre) == [("a", 1), ("a", 2), ("a", 3), ("b", 1), ("b", 2)]
        assert seen(east) == [("a", 1), ("a", 2), ("a", 3)]
