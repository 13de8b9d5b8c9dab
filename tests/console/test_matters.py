"""Matters: what several people raise about one place, and what came at this time before (5.2.3, 4.4)."""

from datetime import datetime, timedelta

import msgspec
import pytest

from console.house import House
from console.matters import MOST, Matters, expected, grouped, matter_of, open_matters
from data.clock import SHANGHAI, FixedClock
from data.figures import Glimpse
from data.record import Claimant, Place, Record
from tests.lives import Lives

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=SHANGHAI)


def look(house: House) -> Matters:
    """The open matters now."""
    return open_matters(house.figures, house.clock.now())


def titles(found: Matters) -> list[tuple[str, int, int]]:
    """Each matter as title, tickets, people."""
    return [(each.title, each.count, each.claimants) for each in found.groups]


@pytest.mark.clause("5.2.3")
def test_many_people_about_one_place_are_one_matter(house: House, lives: Lives) -> None:
    """You should see three people's words for one lift as one matter with its share, and another house's apart."""
    for at, (title, place) in enumerate(
        [
            ("小区电梯反复停运", "南湖东园122号楼"),
            ("电梯又停运了没人管", "南湖东园122号楼2单元"),
            ("南湖东园电梯停运", "望京街道南湖东园121号楼"),
            ("小区电梯停运", "花家地北里3号楼"),
            ("占道经营", "南湖东园门口"),
        ]
    ):
        lives.waiting(title, place=place, phone=f"1380000010{at}")
    found = look(house)
    assert titles(found) == [("小区电梯反复停运", 3, 3)]
    (matter,) = found.concentrated
    assert found.share(matter) == pytest.approx(0.6)
    assert matter.where == "朝阳区南湖东园122号楼"
    assert found.of(matter.ids[2]) == matter


@pytest.mark.clause("5.2.3")
def test_one_person_three_times_is_often_and_not_many(house: House, lives: Lives) -> None:
    """You should see one number's three tickets as repeated by one, two numbers' as neither."""
    for title in ("路灯不亮", "路灯还是不亮", "路灯一直不亮没人修"):
        lives.waiting(title)
    for phone in ("13800000201", "13800000202"):
        lives.waiting("暖气不热", place="望京花园", phone=phone)
    found = look(house)
    assert [each.by_one for each in found.repeated] == [3]
    assert found.concentrated == ()


@pytest.mark.clause("5.2.3")
def test_people_without_a_number_are_not_counted_as_many(house: House, lives: Lives) -> None:
    """You should see four nameless submissions about one matter count as one person."""
    for _ in range(4):
        lives.waiting("暖气不热", place="望京花园", phone="")
    (matter,) = look(house).groups
    assert (matter.count, matter.claimants, matter.by_one) == (4, 1, 1)


@pytest.mark.clause("5.2.3")
@pytest.mark.parametrize(
    ("title", "street", "place"),
    [
        ("路灯不亮", "东湖街道", "望京西路"),
        ("路灯不亮", "望京街道", "阜通东大街"),
        ("噪音扰民", "望京街道", "望京西路"),
    ],
    ids=["street", "place", "words"],
)
def test_another_street_place_or_thing_is_another_matter(
    house: House, lives: Lives, title: str, street: str, place: str
) -> None:
    """You should see no matter where street, place or words differ."""
    lives.waiting("路灯不亮", phone="13800000301")
    lives.waiting(title, street=street, place=place, phone="13800000302")
    assert look(house).groups == ()


@pytest.mark.clause("5.2.3")
def test_what_is_done_or_old_is_not_open(house: House, lives: Lives, clock: FixedClock) -> None:
    """You should see tickets older than 30 days, and answered for good, left out."""
    lives.waiting("路灯不亮", phone="13800000401")
    clock.advance(31 * 86400)
    lives.waiting("路灯不亮", phone="13800000402")
    lives.waiting("路灯不亮", phone="13800000403")
    (matter,) = look(house).groups
    assert matter.count == 2


def glimpse(number: int, title: str, place: str = "", at: datetime = NOW) -> Glimpse:
    """A ticket as it is compared."""
    return Glimpse(f"{number:05}", f"{number:05}", "待派单", title, "朝阳区", "", place, f"138{number:08}", at)


def test_the_cost_is_bounded(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """You should see the comparisons of thousands of unlike tickets of one district grow with their number only."""
    compared = 0

    def counting(one: str, other: str) -> float:
        nonlocal compared
        compared += 1
        return 0.0

    monkeypatch.setattr("console.matters.fuzz.token_set_ratio", counting)
    seen = [glimpse(at, f"甲{at:04}号车位被占") for at in range(MOST)]
    assert grouped(seen) == []
    assert 0 < compared <= 24 * MOST


def test_only_the_newest_are_compared_and_the_total_is_told(
    house: House, lives: Lives, monkeypatch: pytest.MonkeyPatch
) -> None:
    """You should see how many were compared, and of how many the share is."""
    monkeypatch.setattr("console.matters.MOST", 2)
    for at in range(4):
        lives.waiting("路灯不亮", phone=f"1380000050{at}")
    found = look(house)
    assert (found.read, found.total) == (2, 4)
    assert found.share(found.groups[0]) == 0.5


@pytest.mark.clause("4.4")
def test_what_came_at_this_time_before_is_foreseen(house: House, lives: Lives, clock: FixedClock) -> None:
    """You should see a matter of the coming week of two earlier years, not one of another season, nor one that came once."""

    def came(title: str, at: datetime, count: int = 1) -> None:
        clock.advance((at - clock.now()).total_seconds())
        for serial in range(count):
            lives.waiting(title, place="望京花园", phone=f"1380000060{serial}")

    came("暖气不热", datetime(2024, 11, 26, 8, tzinfo=SHANGHAI))
    came("蚊虫太多", datetime(2025, 7, 1, 8, tzinfo=SHANGHAI), 3)
    came("暖气不热没人管", datetime(2025, 11, 27, 9, tzinfo=SHANGHAI))
    came("积雪没有清扫", datetime(2025, 11, 28, 9, tzinfo=SHANGHAI))
    came("占道经营", datetime(2026, 11, 17, 18, tzinfo=SHANGHAI), 3)
    came("暖气不热", NOW - timedelta(hours=2))
    clock.advance(2 * 3600)
    found = {each.matter.title: each for each in expected(house.figures, clock.now())}
    assert set(found) == {"暖气不热", "占道经营"}
    assert found["暖气不热"].times == ("去年同期", "2 年前同期")
    assert found["暖气不热"].here
    assert found["占道经营"].words == "上周此日 3 件：占道经营（朝阳区望京花园）"


@pytest.mark.clause("4.4")
def test_the_twenty_ninth_of_february_has_an_earlier_year(house: House) -> None:
    """You should see no error on a day that other years do not have."""
    assert expected(house.figures, datetime(2028, 2, 29, 8, tzinfo=SHANGHAI)) == []


@pytest.mark.clause("5.2.3")
def test_a_record_being_written_is_compared_with_what_is_open(house: House, lives: Lives) -> None:
    """You should see how many people have raised the matter that somebody is telling now."""
    for at in range(3):
        lives.waiting("小区突然停水", place="望京花园3号楼", phone=f"1380000070{at}")
    record = Record(
        title="家里停水两天了",
        place=Place(text="望京花园1号楼", district="朝阳区"),
        claimant=Claimant(phone="13800000709"),
    )
    found = matter_of(house.figures, record, "own", house.clock.now())
    assert found is not None
    assert (found.count, found.claimants) == (4, 4)
    assert found.title == "小区突然停水"
    nowhere = msgspec.structs.replace(record, place=Place(text="望京花园1号楼"))
    for other in (Record(), nowhere):
        assert matter_of(house.figures, other, "own", house.clock.now()) is None
