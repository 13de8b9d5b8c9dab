"""Which script packs are in force: the city's own from ``packs/``, or the shipped ones in their place."""

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from scripts.pack import SHIPPED, PackError, Packs


def city_packs(packs: Packs, folder: Path) -> list[str]:
    """The names of the files in ``folder`` that are in force."""
    sources = [Path(getattr(packs, field.name).source) for field in fields(packs)]
    return sorted(source.name for source in sources if source.parent == folder)


def packs_in_force(packs: Packs, refused: Sequence[PackError], folder: Path) -> list[str]:
    """Say which packs of a city are in force and which are not; nothing where there are none."""
    own = city_packs(packs, folder)
    told = [f"本市的规则包在用：{'、'.join(own)}；其余用自带的"] if own else []
    return [*told, *map(not_in_force, refused)]


def not_in_force(error: PackError) -> str:
    """Say which file of a city is not used, for which entry and why, and what is used instead."""
    instead = f"正在用自带的 {error.file}" if (SHIPPED / error.file).exists() else "它不起任何作用"
    return f"packs/{error.file} 未采用，{instead}：“{error.entry}”处，{error.reason}"
