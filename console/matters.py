"""Matters (事项): what several people raise about one place, and what came at this time before (5.2.3, 4.4).

Two tickets are about one matter when they lie in one district, their streets and places do not contradict each other,
and their titles say nearly the same. The cost is bounded: the newest `MOST` tickets of the last
`WINDOW` are compared, each with at most `TRIED` matters that share a pair of characters with it.
"""

import re
from collections import Counter, deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
from rapidfuzz import fuzz

from data.clock import SHANGHAI
from data.figures import Figures, Glimpse
from data.lifecycle import AT_UNIT, State
from data.personal import phone_key
from data.record import Record

OPEN = (State.RECORDING, State.TO_DISPATCH, *AT_UNIT, State.FED_BACK)
RAISED = tuple(
    state for state in State if state is not State.CLASSIFIED
)  # what is classified was no matter of a unit's
WINDOW = timedelta(days=30)
MOST, TRIED = 3000, 24
WHILE_TYPING = 400  # tickets of a district that a record is compared with at each pause of its writer
MANY = 3  # 集中反映: so many people about one matter
OFTEN = 3  # 多次反映: so many times by one person
ALIKE = 75.0  # likeness of two titles, 0-100
ALIKE_THERE = 60.0  # enough where both name one place
NEARBY = 70.0  # likeness of two places

AHEAD = timedelta(days=7)  # the coming days, in earlier years
YEARS, WEEKS = 3, 4
DAY = timedelta(days=1)

# What any title may say: it tells no matter from another.
_COMMON = re.compile(
    "投诉|反映|求助|举报|咨询|建议|要求|希望|问题|情况|多次|再次|反复|一直|长期|严重|处理|解决|市民|居民|附近|小区"
    "|突然|现在|目前|今天|昨天|昨晚|[两几多]天|没人管|没有人管|怎么办"
)
_WITHIN = re.compile(
    r"[0-9０-９A-Za-z一二三四五六七八九十]*(号楼|号院|单元|室|栋|层|门|号)|[0-9０-９]+|[\s,，、。（）()]"
)


class _Read(NamedTuple):
    """A ticket as it is compared: its title's pairs of characters, the same as one text, its place without house and door.

    Pairs, as `console.repeats` has them: 路灯不亮 is cut 路|灯不亮 or 路灯|不亮, as the words around it go.
    """

    glimpse: Glimpse
    pairs: frozenset[str]
    joined: str
    spot: str


class Matter(msgspec.Struct, frozen=True):
    """Several tickets about one thing. ``by_one`` is how often the person who raised it most did so."""

    title: str
    district: str
    place: str
    ids: tuple[str, ...]
    numbers: tuple[str, ...]
    claimants: int
    by_one: int
    first_at: datetime
    last_at: datetime

    @property
    def count(self) -> int:
        """How many tickets."""
        return len(self.ids)

    @property
    def where(self) -> str:
        """The place as it is shown: never only a house without its district."""
        return f"{self.district}{self.place}" if self.place else self.district or "地点不详"


class Matters(msgspec.Struct, frozen=True):
    """The matters of a span of time: ``total`` tickets were open in it, ``read`` of them were compared."""

    since: datetime
    total: int
    read: int
    groups: tuple[Matter, ...] = ()

    @property
    def concentrated(self) -> tuple[Matter, ...]:
        """Those that many people raised (集中反映, 5.2.3)."""
        return tuple(each for each in self.groups if each.claimants >= MANY)

    @property
    def repeated(self) -> tuple[Matter, ...]:
        """Those that one person raised often (多次反映, 5.2.3)."""
        return tuple(each for each in self.groups if each.by_one >= OFTEN)

    def share(self, matter: Matter) -> float:
        """Return which share of the open tickets a matter is."""
        return matter.count / self.total if self.total else 0.0

    def of(self, ticket_id: str) -> Matter | None:
        """Return the matter that a ticket belongs to, if others do as well."""
        return next((each for each in self.groups if ticket_id in each.ids), None)


class Expected(msgspec.Struct, frozen=True):
    """A matter that came at this time before: when, how often, and whether it is here again."""

    matter: Matter
    times: tuple[str, ...]  # 去年同期, 上周此日: in how many spans of the past
    here: bool

    @property
    def words(self) -> str:
        """Write it in one line."""
        now = "，现在又有" if self.here else ""
        return f"{'、'.join(self.times)} {self.matter.count} 件：{self.matter.title}（{self.matter.where}）{now}"


def open_matters(figures: Figures, now: datetime) -> Matters:
    """Group what is open of the last 30 days, the largest matter first."""
    since = now - WINDOW
    until = now + timedelta(seconds=1)  # what was registered at this very moment counts
    seen = figures.glimpses(since, until, MOST, OPEN)
    total = len(seen) if len(seen) < MOST else figures.count(since, until, OPEN)
    return Matters(since, total, len(seen), tuple(grouped(seen)))


def expected(figures: Figures, now: datetime) -> list[Expected]:
    """Return the matters to be ready for (4.4): those of the coming week in earlier years, of this weekday in earlier
    weeks. They count when they came in two of those spans, or often in one."""
    spans = [
        *((f"{'去年' if back == 1 else f'{back} 年前'}同期", _years_before(now, back), AHEAD) for back in range(1, YEARS + 1)),
        *((f"{'上周' if back == 1 else f'{back} 周前'}此日", now - back * 7 * DAY, DAY) for back in range(1, WEEKS + 1)),
    ]  # fmt: skip
    seen: dict[str, Glimpse] = {}
    span_of: dict[str, str] = {}
    for name, since, length in spans:
        for each in figures.glimpses(since, since + length, MOST // len(spans), RAISED):
            seen.setdefault(each.id, each)
            span_of.setdefault(each.id, name)
    lately = [_read(each) for each in figures.glimpses(now - DAY, now, MOST // 3, RAISED)]
    found = []
    for matter in grouped(sorted(seen.values(), key=lambda each: each.at)):
        names = {span_of[each] for each in matter.ids}
        if len(names) < 2 and matter.count < MANY:
            continue
        first = _read(seen[matter.ids[0]])
        here = any(_same(first, each) for each in lately)
        found.append(Expected(matter, tuple(name for name, _, _ in spans if name in names), here))
    return sorted(found, key=lambda each: (-len(each.times), -each.matter.count, each.matter.ids))


def matter_of(figures: Figures, record: Record, own_id: str, now: datetime) -> Matter | None:
    """Return the matter of a record that is being written, itself counted, where others of its district are open."""
    own = _read(
        Glimpse(
            own_id, "", State.RECORDING, record.title, record.place.district, record.place.street, record.place.text,
            phone_key(record.claimant.phone or record.claimant.contact), now,
        ),
    )  # fmt: skip
    if not own.pairs or not record.place.district:
        return None
    seen = figures.glimpses(now - WINDOW, now + timedelta(seconds=1), WHILE_TYPING, OPEN, record.place.district)
    same = [each for each in seen if each.id != own_id and _same(own, _read(each))]
    return _matter([*same, own.glimpse]) if same else None


def grouped(seen: Sequence[Glimpse]) -> list[Matter]:
    """Group tickets by matter: matters of one ticket are left out, those of most people come first."""
    groups: list[list[Glimpse]] = []
    leaders: list[_Read] = []
    holders: dict[tuple[str, str], deque[int]] = {}
    for each in seen:
        read = _read(each)
        shared = Counter(at for pair in read.pairs for at in holders.get((each.district, pair), ()))
        at = next((at for at, _ in shared.most_common(TRIED) if _same(leaders[at], read)), len(groups))
        if at < len(groups):
            groups[at].append(each)
            continue
        groups.append([each])
        leaders.append(read)
        for pair in read.pairs:
            # The newest matters with a pair are those that something new may belong to.
            holders.setdefault((each.district, pair), deque(maxlen=TRIED * 4)).append(at)
    found = [_matter(group) for group in groups if len(group) > 1]
    return sorted(found, key=lambda each: (-each.claimants, -each.count, each.ids))


def _matter(group: Sequence[Glimpse]) -> Matter:
    # Those without a number cannot be told apart: together they count as one person.
    people = Counter(each.claimant for each in group)
    named = [times for claimant, times in people.items() if claimant]
    first = group[0]
    return Matter(
        title=first.title,
        district=first.district,
        place=next((each.place for each in group if each.place), first.street),
        ids=tuple(each.id for each in group),
        numbers=tuple(each.number for each in group),
        claimants=len(people),
        by_one=max(named, default=1),
        first_at=min(each.at for each in group),
        last_at=max(each.at for each in group),
    )


def _read(glimpse: Glimpse) -> _Read:
    place = glimpse.place
    for name in (glimpse.district, glimpse.street):
        place = place.replace(name, "") if name else place
    # A lift that fails is one for all who live there: house, stair and door are left out.
    spot = _WITHIN.sub("", place)
    said = _COMMON.sub("", glimpse.title)
    for name in (glimpse.district, glimpse.street, spot):
        said = said.replace(name, "") if name else said
    said = "".join(char for char in said if char.isalnum())
    pairs = frozenset(said[at : at + 2] for at in range(max(1, len(said) - 1))) if said else frozenset()
    return _Read(glimpse, pairs, " ".join(sorted(pairs)), spot)


def _same(one: _Read, other: _Read) -> bool:
    here, there = one.glimpse, other.glimpse
    if here.district != there.district or (here.street and there.street and here.street != there.street):
        return False
    if not one.pairs & other.pairs:
        return False
    floor = ALIKE
    if one.spot and other.spot:
        if fuzz.partial_ratio(one.spot, other.spot) < NEARBY:
            return False
        floor = ALIKE_THERE
    return fuzz.token_set_ratio(one.joined, other.joined) >= floor


def _years_before(now: datetime, years: int) -> datetime:
    local = now.astimezone(SHANGHAI)
    day = 28 if (local.month, local.day) == (2, 29) else local.day
    return local.replace(year=local.year - years, day=day)
