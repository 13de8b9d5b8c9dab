"""Where a request goes: a unit, one of the six routes of 5.1.2.2, or an earlier ticket it repeats."""

from collections.abc import Callable
from typing import Any

import pytest

from data.lifecycle import State
from data.record import REQUEST_TYPES, Claimant, Place, Record
from data.tickets import TicketStore
from tests.lives import Lives

Sit = Callable[..., Any]

ROUTES = [
    pytest.param("紧急服务热线", "119", id="a", marks=pytest.mark.clause("5.1.2.2a")),
    pytest.param("法定途径", "诉讼", id="b", marks=pytest.mark.clause("5.1.2.2b")),
    pytest.param("信访渠道", "", id="c", marks=pytest.mark.clause("5.1.2.2c")),
    pytest.param("国家秘密", "商业秘密", id="e", marks=pytest.mark.clause("5.1.2.2e")),
    pytest.param("超出承办单位职责范围", "", id="f", marks=pytest.mark.clause("5.1.2.2f")),
]


def only(store: TicketStore, state: State) -> Any:
    """The one ticket that stands there."""
    (ticket,) = [ticket for ticket in store.every() if ticket.state is state]
    return ticket


async def pick(seat: Any, route: str, choice: str) -> None:
    """Put the cursor of the route page on a classification."""
    dialog = seat.app.screen
    for at, way in enumerate(dialog._ways):
        if way.line.plain.startswith(f"分类 {route}") and (not choice or f"：{choice}" in way.line.plain):
            await seat.press(*["down"] * (at - dialog.query_one("PickList").at))
            return
    raise AssertionError(f"no {route} {choice} among {[way.line.plain for way in dialog._ways]}")


@pytest.mark.clause("5.1.2.2")
@pytest.mark.parametrize(("route", "choice"), ROUTES)
async def test_each_route_out_of_scope_still_gives_a_numbered_record(sit: Sit, route: str, choice: str) -> None:
    """You should see F5 show what to explain, want the key twice, and give a number; nothing is turned away."""
    async with sit() as seat:
        await seat.take("court-ruling", "6")
        await seat.fill(title="不服判决", text="法院判我赔钱，我不服。")
        await seat.press("f5")
        await pick(seat, route, choice)
        await seat.see("▸")
        await seat.press("f8")
        if "要先问" in seat.glass:
            await seat.type("受理了，让我等结果")
            await seat.press("f8")
        await seat.see("再按一次，登记为分类处理")
        assert not list(seat.house.tickets.every())
        await seat.press("f8")
        await seat.until(lambda: list(seat.house.tickets.every()))
        ticket = only(seat.house.tickets, State.CLASSIFIED)
        assert ticket.number
        assert ticket.record.scope.route.startswith(route)
        assert ticket.record.scope.choice == choice or not choice
        assert ticket.record.scope.clause.startswith("5.1.2.2")


@pytest.mark.clause("5.2.2.1.1a")
async def test_a_unit_is_found_by_initials(sit: Sit) -> None:
    """You should see the district and the unit found by pinyin initials, and both stand on the record."""
    async with sit() as seat:
        await seat.take("parking", "1")
        await seat.fill(title="胡同乱停车", text="有车乱停，堵了消防通道。")
        await seat.press("f5")
        await seat.type("xcq")
        await seat.see("地区西城区")
        dialog = seat.app.screen
        at = next(n for n, way in enumerate(dialog._ways) if way.line.plain == "地区 西城区")
        await seat.press(*["down"] * (at - dialog.query_one("PickList").at), "enter")
        await seat.until(lambda: seat.model.record.place.district == "西城区")
        await seat.press("f8")
        await seat.until(lambda: seat.app.screen is seat.desk)
        assert seat.model.record.unit


@pytest.fixture
def earlier(house: Any) -> Any:
    """A ticket of the same number about the same matter, registered before."""
    from console.registration import Registration
    from data.events import new_id
    from data.people import Actor, Role

    record = Record(
        claimant=Claimant(name="刘志强", phone="13800000104"),
        types=["投诉"],
        title="柳巷胡同乱停车",
        text="柳巷胡同每天晚上有车乱停，消防车进不来。",
        place=Place(text="柳巷胡同", district="西城区"),
        event_time="昨晚",
        respondent="柳巷食府",
        earlier_handling="跟居委会说过",
    )
    taker = Actor("8007", "坐席8007", frozenset({Role.CALL_TAKER}))
    return Registration(house, taker, new_id()).submit(record, house.clock.now())


@pytest.mark.clause("5.1.2.2d")
@pytest.mark.clause("5.2.3")
async def test_a_repeat_without_news_is_classified_linked_and_counted(sit: Sit, earlier: Any) -> None:
    """You should see the classification refused until the question is asked; then number, link and count."""
    async with sit() as seat:
        await seat.ring("parking")
        await seat.see("柳巷胡同乱停车")  # the number pops who called before and what about
        await seat.press("f2")
        await seat.see("现在说")
        await seat.press("f2", "1")
        await seat.fill(title="柳巷胡同乱停车", text="柳巷胡同还是有车乱停。")
        await seat.press("f5")
        await pick(seat, "重复诉求", "")
        await seat.press("f8")
        await seat.see("要先问", "新情况")
        assert [ticket.id for ticket in seat.house.tickets.every()] == [earlier.id]
        await seat.press("escape", "f7")
        await seat.see("柳巷胡同乱停车", "内容相似")
        await seat.press("f4")
        await seat.see("有没有新情况")
        await seat.press("enter")
        await seat.see("没有新情况就写“没有”")
        await seat.type("没有，就是催一催")
        await seat.press("enter")
        await seat.until(lambda: seat.app.screen is seat.desk)
        await seat.press("f5")
        await pick(seat, "重复诉求", "")
        await seat.press("f8")
        if "要先问" in seat.glass:  # the page of routes puts the question itself
            await seat.type("没有，就是催一催")
            await seat.press("f8")
        await seat.see("再按一次，登记为分类处理")
        await seat.press("f8")
        await seat.until(lambda: len(list(seat.house.tickets.every())) == 2)
        ticket = only(seat.house.tickets, State.CLASSIFIED)
        assert (ticket.record.repeats, ticket.record.new_facts) == (earlier.id, "没有，就是催一催")
        assert seat.house.tickets.get(earlier.id).repeats == [ticket.id]


@pytest.mark.clause("5.1.2.2d")
async def test_a_repeat_with_news_goes_to_dispatch_and_stays_linked(sit: Sit, earlier: Any) -> None:
    """You should see new facts kept with the ticket, which is dispatched like any other."""
    async with sit() as seat:
        await seat.take("parking", "1")
        await seat.fill(
            name="刘志强",
            place="西城区柳巷胡同",
            object="柳巷食府",
            time="昨晚",
            earlier="上回打过热线",
            title="柳巷胡同乱停车",
        )
        await seat.fill(text="柳巷胡同又有车乱停，昨晚消防车被堵在外面。")
        await seat.press("f7", "f4")
        await seat.type("昨晚消防车被堵在外面")
        await seat.press("enter", "f8")
        await seat.see("已交派单队列")
        (ticket,) = [one for one in seat.house.tickets.every() if one.id != earlier.id]
        assert (ticket.state, ticket.record.repeats) == (State.TO_DISPATCH, earlier.id)
        assert ticket.record.new_facts == "昨晚消防车被堵在外面"
        assert seat.house.tickets.get(earlier.id).repeats == [ticket.id]


async def test_a_wrong_link_is_taken_away(sit: Sit, earlier: Any) -> None:
    """You should see F6 undo the link."""
    async with sit() as seat:
        await seat.take("parking", "1")
        await seat.press("f7", "f4")
        await seat.until(lambda: seat.model.record.repeats == earlier.id)
        await seat.press("f6")
        await seat.until(lambda: not seat.model.record.repeats)


@pytest.mark.clause("3.2")
async def test_several_types_hold_at_once(sit: Sit) -> None:
    """You should see digits turn types on and off, and the elements asked for be the union."""
    async with sit() as seat:
        await seat.take("elevator", "1", "4")
        await seat.see("附录C.3∪C.1") if "C.3∪C.1" in seat.glass else await seat.see("C.1", "C.3")
        assert set(seat.model.record.types) == {REQUEST_TYPES[0], REQUEST_TYPES[3]}
        await seat.press("4")
        await seat.until(lambda: seat.model.record.types == [REQUEST_TYPES[0]])


@pytest.mark.clause("5.2.3")
async def test_a_matter_of_many_people_is_told_while_it_is_written(sit: Sit, house: Any) -> None:
    """You should see how many people have raised what the caller tells, this one counted."""
    lives = Lives(house)
    for at in range(3):
        lives.waiting("小区突然停水", place="槐荫家园3号楼", phone=f"1380000080{at}")
    async with sit() as seat:
        await seat.take("water-outage", "2")
        await seat.fill(place="朝阳区望京街道槐荫家园7号楼", title="家里停水了", text="家里停水两天了。")
        await seat.see("集中4人")
