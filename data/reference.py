"""The reference tables: regions, landmarks, units and topics, each from a CSV file that a city can replace.

Keys for typing (full pinyin and initials, heteronyms united) are columns of the tables, so that nothing heavy
runs when the console starts; ``data/reference/build_tables.py`` fills them.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

import msgspec

from data.tables import SHIPPED, ReferenceTableError, check_choice, check_fresh, check_row, parts, read_csv

TABLES = ("regions.csv", "units.csv", "topics.csv", "landmarks.csv", "calendar.toml")
"""The files that a city may put in the place of the shipped ones."""
REGION_KINDS = ("区", "街道", "镇", "乡")
UNIT_KINDS = ("区政府", "市部门", "区部门", "街道乡镇", "授权组织", "公共服务企业")
"""Kinds of units that handle requests (承办单位, 3.6 note)."""
CHANNELS = ("系统", "邮箱", "其他")
"""Ways a ticket is dispatched (派单方式, 5.2.2.1.1): the system, a mailbox, or another."""

_REGION_COLUMNS = ("code", "name", "district", "kind", "aliases", "common", "pinyin", "initials")
_UNIT_COLUMNS = (
    *("id", "name", "kind", "district", "aliases", "duties", "examples", "channel", "phone"),
    *("pinyin", "initials"),
)
_UNIT_OPTIONAL = ("mailbox", "hours")
_LANDMARK_COLUMNS = ("name", "district", "street", "aliases")
_TOPIC_COLUMNS = ("scope", "name", "words", "pinyin", "initials")

T = TypeVar("T")
_HOURS = re.compile(r"24小时|(?:(?:工作日|每日|周末) ?)?[0-2]?\d:[0-5]\d-[0-2]?\d:[0-5]\d")
_MAILBOX = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")

# How the office of a street, town or township is called, with the keys of that ending.
_OFFICES = {
    "街道": ("办事处", "banshichu", "bsc"),
    "镇": ("人民政府", "renminzhengfu", "rmzf"),
    "乡": ("人民政府", "renminzhengfu", "rmzf"),
}
_DISTRICT_SLOT, _STREET_SLOT = "{区}", "{街乡}"


class Region(msgspec.Struct, frozen=True):
    """A district, or a street, town or township of one.

    ``district`` is the district's name (a district's own name for itself). ``common`` are those of its names that
    are ordinary words or places elsewhere too, so that in running text they count only beside the district.
    """

    code: str
    name: str
    district: str
    kind: str
    aliases: tuple[str, ...]
    common: tuple[str, ...]
    pinyin: tuple[str, ...]
    initials: tuple[str, ...]

    @property
    def is_district(self) -> bool:
        """Whether this is a district rather than a part of one."""
        return self.kind == "区"


class Unit(msgspec.Struct, frozen=True):
    """A unit that handles requests (承办单位, 3.6).

    ``district`` and ``street`` are the area it answers for, empty for the whole city. ``phone`` is the number on
    duty and ``hours`` when it is answered (24小时, 工作日 09:00-17:30), ``mailbox`` where tickets by mail go; each is
    empty where none is registered.
    """

    id: str
    name: str
    kind: str
    district: str
    street: str
    aliases: tuple[str, ...]
    duties: tuple[str, ...]
    examples: tuple[str, ...]
    channel: str
    phone: str
    pinyin: tuple[str, ...]
    initials: tuple[str, ...]
    mailbox: str = ""
    hours: str = ""


class Landmark(msgspec.Struct, frozen=True):
    """A place that everybody knows (标志物, C.3) and the district and street that it lies in; the street may be empty."""

    name: str
    district: str
    street: str
    aliases: tuple[str, ...]


class Topic(msgspec.Struct, frozen=True):
    """A topic of requests within one of the scopes of 5.1.2.1; the scope itself is a topic named like it."""

    scope: str
    name: str
    words: tuple[str, ...]
    aliases: tuple[str, ...]
    pinyin: tuple[str, ...]
    initials: tuple[str, ...]


class Reference(msgspec.Struct, frozen=True):
    """All reference tables of one city."""

    regions: tuple[Region, ...]
    units: tuple[Unit, ...]
    topics: tuple[Topic, ...]
    landmarks: tuple[Landmark, ...] = ()

    def named_with_district(self, name: str) -> list[str]:
        """Return the units that bear their district before this name, since several districts have one of it."""
        return [unit.name for unit in self.units if unit.name == unit.district + name and name in unit.aliases]

    @classmethod
    def load(cls, folder: Path | None = None) -> "Reference":
        """Load the tables, each from a city's ``folder`` where it has the file, else as shipped.

        Raises:
            ReferenceTableError: a table cannot be used.
        """
        reference, refused = cls.in_force(folder)
        if refused:
            raise refused[0]
        return reference

    @classmethod
    def in_force(cls, folder: Path | None = None) -> "tuple[Reference, list[ReferenceTableError]]":
        """Return the tables in force and what was refused of a city's ``folder``.

        A broken table of a city is refused and the shipped one stays in force. Landmarks are a city's own: shipped
        ones that lie in no district of the city's regions are left out.

        Raises:
            ReferenceTableError: a shipped table is broken, or does not go with a city's regions.
        """
        refused: list[ReferenceTableError] = []

        def table(name: str, load: Callable[[Path], T]) -> T:
            own = folder / name if folder else SHIPPED / name
            if folder and own.exists():
                try:
                    return load(own)
                except ReferenceTableError as error:
                    refused.append(error)
            return load(SHIPPED / name)

        regions = table("regions.csv", load_regions)
        units = table("units.csv", lambda path: load_units(regions, path))
        topics = table("topics.csv", load_topics)
        landmarks = table("landmarks.csv", lambda path: load_landmarks(regions, path))
        for path in sorted(folder.glob("[!.]*")) if folder and folder.is_dir() else []:
            if path.name not in TABLES:
                refused.append(ReferenceTableError(path, "", f"不是认识的参考表，只认 {'、'.join(TABLES)}"))
        return cls(regions, units, topics, landmarks), refused


def load_regions(path: Path = SHIPPED / "regions.csv") -> tuple[Region, ...]:
    """Load districts and their parts, in the table's order.

    Raises:
        ReferenceTableError: the file cannot be read, or a line contradicts itself or another.
    """
    regions: list[Region] = []
    codes: set[str] = set()
    named: set[tuple[str, str]] = set()
    for line, row in read_csv(path, _REGION_COLUMNS):
        entry = f"第{line}行“{row['name']}”"
        own_district = row["name"] if row["kind"] == "区" else row["district"]
        region = Region(
            code=row["code"],
            name=row["name"],
            district=own_district,
            kind=row["kind"],
            aliases=parts(row["aliases"]),
            common=parts(row["common"]),
            pinyin=parts(row["pinyin"]),
            initials=parts(row["initials"]),
        )
        check_row(path, entry, row, ("code", "name"))
        check_choice(path, entry, "kind", region.kind, REGION_KINDS)
        check_fresh(path, entry, "编码", region.code, codes)
        if (region.name, own_district) in named:
            raise ReferenceTableError(path, entry, f"在“{own_district}”重复")
        if not region.is_district and (own_district, own_district) not in named:
            raise ReferenceTableError(path, entry, f"所属的区“{own_district}”不在表中（区应写在前面）")
        if unknown := set(region.common) - {region.name, *region.aliases}:
            raise ReferenceTableError(path, entry, f"common 中的“{unknown.pop()}”不是它的名称或别名")
        named.add((region.name, own_district))
        regions.append(region)
    if not regions:
        raise ReferenceTableError(path, "", "没有任何区域")
    return tuple(regions)


def load_units(regions: Iterable[Region], path: Path = SHIPPED / "units.csv") -> tuple[Unit, ...]:
    """Load the units: the rows of the table, and those that a template row (``id`` with ``*``) gives each region.

    A template named ``{区}…`` gives each district a unit; the one named ``{街乡}`` gives each street, town and
    township its office. A name that units of several districts have bears the district before it (朝阳区八里庄街道办事处):
    a ticket, a person and a login role say the name alone.

    Raises:
        ReferenceTableError: the file cannot be read, or a line contradicts itself or another.
    """
    areas = tuple(regions)
    districts = {region.name for region in areas if region.is_district}
    units: list[Unit] = []
    ids: set[str] = set()
    names: set[tuple[str, str]] = set()
    for line, row in read_csv(path, _UNIT_COLUMNS, _UNIT_OPTIONAL):
        entry = f"第{line}行“{row['name']}”"
        unit = Unit(
            id=row["id"].removeprefix("*"),
            name=row["name"],
            kind=row["kind"],
            district=row["district"],
            street="",
            aliases=parts(row["aliases"]),
            duties=parts(row["duties"]),
            examples=parts(row["examples"]),
            channel=row["channel"],
            phone=row["phone"],
            pinyin=parts(row["pinyin"]),
            initials=parts(row["initials"]),
            mailbox=row["mailbox"],
            hours=row["hours"],
        )
        office = unit.name == _STREET_SLOT
        check_row(path, entry, row, ("id", "name"), keyless=office)
        check_choice(path, entry, "kind", unit.kind, UNIT_KINDS)
        check_choice(path, entry, "channel", unit.channel, CHANNELS)
        check_fresh(path, entry, "id", unit.id, ids)
        if unit.district and unit.district not in districts:
            raise ReferenceTableError(path, entry, f"所属的区“{unit.district}”不在区域表中")
        if unit.phone and not re.fullmatch(r"[0-9]{3,12}(-[0-9]{1,8}){0,2}", unit.phone):
            raise ReferenceTableError(path, entry, f"电话“{unit.phone}”应为数字")
        if unit.hours and not _HOURS.fullmatch(unit.hours):
            raise ReferenceTableError(path, entry, f"值班时间“{unit.hours}”应如 24小时 或 工作日 09:00-17:30")
        if unit.mailbox and not _MAILBOX.fullmatch(unit.mailbox):
            raise ReferenceTableError(path, entry, f"邮箱“{unit.mailbox}”不是邮件地址")
        if not row["id"].startswith("*"):
            made = [unit]
        elif office:
            made = [_office(unit, region) for region in areas if not region.is_district]
        elif unit.name.startswith(_DISTRICT_SLOT):
            made = [_of_district(unit, region) for region in areas if region.is_district]
        else:
            raise ReferenceTableError(path, entry, f"模板的名称应以{_DISTRICT_SLOT}开头，或为{_STREET_SLOT}")
        for each in made:
            if (each.name, each.district) in names:
                raise ReferenceTableError(path, entry, f"名称“{each.name}”重复")
            names.add((each.name, each.district))
        units.extend(made)
    if not units:
        raise ReferenceTableError(path, "", "没有任何单位")
    return _told_apart(units, path)


def load_topics(path: Path = SHIPPED / "topics.csv") -> tuple[Topic, ...]:
    """Load the topics, in the table's order, each scope (5.1.2.1) before its topics.

    Raises:
        ReferenceTableError: the file cannot be read, or a line contradicts itself or another.
    """
    topics: list[Topic] = []
    names: set[str] = set()
    for line, row in read_csv(path, _TOPIC_COLUMNS):
        entry = f"第{line}行“{row['name']}”"
        check_row(path, entry, row, ("scope", "name"))
        check_fresh(path, entry, "名称", row["name"], names)
        if row["scope"] not in names:
            raise ReferenceTableError(path, entry, f"所属范围“{row['scope']}”应先单独占一行")
        keys = parts(row["pinyin"]), parts(row["initials"])
        topics.append(Topic(row["scope"], row["name"], parts(row["words"]), (), *keys))
    if not topics:
        raise ReferenceTableError(path, "", "没有任何主题")
    return tuple(topics)


def load_landmarks(regions: Iterable[Region], path: Path = SHIPPED / "landmarks.csv") -> tuple[Landmark, ...]:
    """Load the landmarks: names that tell a district, and a street where they lie in one.

    Raises:
        ReferenceTableError: the file cannot be read, or a line contradicts itself, another or the regions.
    """
    areas = {(region.district, "" if region.is_district else region.name) for region in regions}
    landmarks: list[Landmark] = []
    names: set[str] = set()
    for line, row in read_csv(path, _LANDMARK_COLUMNS):
        entry = f"第{line}行“{row['name']}”"
        if path.parent == SHIPPED and (row["district"], "") not in areas:
            continue
        landmark = Landmark(row["name"], row["district"], row["street"], parts(row["aliases"]))
        for name in (landmark.name, *landmark.aliases):
            if len(name) < 2:
                raise ReferenceTableError(path, entry, f"名称“{name}”至少要有两个字")
            check_fresh(path, entry, "名称", name, names)
        if (landmark.district, landmark.street) not in areas:
            where = landmark.district + landmark.street
            raise ReferenceTableError(path, entry, f"“{where or '（空）'}”不在区域表中")
        landmarks.append(landmark)
    return tuple(landmarks)


def _office(template: Unit, region: Region) -> Unit:
    ending, pinyin, initials = _OFFICES[region.kind]
    return msgspec.structs.replace(
        template,
        id=f"{template.id}-{region.code}",
        name=region.name + ending,
        district=region.district,
        street=region.name,
        aliases=(region.name, *region.aliases),
        pinyin=(region.pinyin[0] + pinyin, *region.pinyin[1:]),
        initials=(region.initials[0] + initials, *region.initials[1:]),
    )


def _told_apart(units: list[Unit], path: Path) -> tuple[Unit, ...]:
    often = Counter(unit.name for unit in units)
    apart = tuple(
        msgspec.structs.replace(unit, name=unit.district + unit.name, aliases=(unit.name, *unit.aliases))
        if often[unit.name] > 1 and unit.district
        else unit
        for unit in units
    )
    for name, count in Counter(unit.name for unit in apart).items():
        if count > 1:
            raise ReferenceTableError(path, f"“{name}”", f"{count} 个单位同名")
    return apart


def _of_district(template: Unit, region: Region) -> Unit:
    return msgspec.structs.replace(
        template,
        id=f"{template.id}-{region.code}",
        name=template.name.replace(_DISTRICT_SLOT, region.name),
        district=region.name,
        aliases=tuple(alias.replace(_DISTRICT_SLOT, region.name) for alias in template.aliases),
        pinyin=tuple(region.pinyin[0] + ending for ending in template.pinyin),
        initials=tuple(region.initials[0] + ending for ending in template.initials),
    )
