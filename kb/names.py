"""The names of places and units as words, from the reference tables in force."""

from data.reference import Reference, Region, Unit


def place_words(reference: Reference) -> tuple[str, ...]:
    """Names and other names of districts, streets, towns and of the units that handle requests (承办单位).

    A unit stands without its area and without a leading 市: 东城区教委 is cut 东城区 and 教委, so that each finds it.
    """
    names = [name for region in reference.regions for name in _of_region(region)]
    names += [name for unit in reference.units for name in _of_unit(unit)]
    return tuple(dict.fromkeys(names))


def _of_region(region: Region) -> tuple[str, ...]:
    return (region.name, *region.aliases)


def _of_unit(unit: Unit) -> list[str]:
    area = unit.street or unit.district
    return [name.removeprefix(area).removeprefix("市") for name in (unit.name, *unit.aliases)]
