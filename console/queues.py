"""Which dispatch queue an installation uses: the file in its own folder, or a city's server by its URL."""

import os
from collections.abc import Sequence

from console.settings import Settings
from data.home import Home
from data.late_queue import LateQueue
from data.queue import DispatchQueue
from data.reference import Reference
from data.sqlite_queue import SqliteQueue

VARIABLE = "HOTLINE_QUEUE"


class ScopeError(ValueError):
    """A login role cannot have this scope; the message says why."""


def queue_url(settings: Settings) -> str:
    """Return the URL of the city's server; empty where the queue is a file of this machine."""
    return os.environ.get(VARIABLE, "") or settings.queue


def late_queue(home: Home, settings: Settings) -> LateQueue:
    """Make the queue of an installation; nothing is opened, and no driver loaded, before it is used."""
    url = queue_url(settings)
    if not url:
        return LateQueue(lambda: SqliteQueue(home.queue), SqliteQueue.name)

    from data.postgres.address import name_of, read_address  # the driver is loaded by the second, not by the first

    def opened() -> DispatchQueue:
        from data.postgres.queue import PostgresQueue

        return PostgresQueue(read_address(url))

    return LateQueue(opened, name_of(url), reminds=False)


def scope(
    reference: Reference, kind: str, name: str, units: Sequence[str], districts: Sequence[str]
) -> tuple[list[str], list[str]]:
    """Return the units and the districts whose tickets a login role may see; none of either for all tickets.

    Raises:
        ScopeError: a name that the tables do not know, or a scope that its kind cannot have.
    """
    if kind == "centre" and (units or districts):
        raise ScopeError("中心的账号看全部工单，不写 --unit 或 --district：要限制范围，请用 district 或 seat")
    if kind == "unit" and districts:
        raise ScopeError("承办单位的账号只按单位看，不写 --district：整个区的请用 district")
    seen_units = [name, *units] if kind == "unit" else list(units)
    seen_districts = [name, *districts] if kind == "district" else list(districts)
    known = {unit.name for unit in reference.units}
    for unit in seen_units:
        if unit not in known:
            several = reference.named_with_district(unit)
            way_out = f"请写明区（{'、'.join(several)}）" if several else "请写单位表里的全称"
            raise ScopeError(f"单位表中没有“{unit}”：{way_out}")
    areas = {region.name for region in reference.regions if region.is_district}
    for district in seen_districts:
        if district not in areas:
            raise ScopeError(f"地区表中没有“{district}”这个区：请写地区表里的全称")
    if kind == "district":
        seen_units += [unit.name for unit in reference.units if unit.district in seen_districts]
    return list(dict.fromkeys(seen_units)), list(dict.fromkeys(seen_districts))
