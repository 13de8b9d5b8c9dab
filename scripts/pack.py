"""All packs of the room, loaded and checked: the shipped ones, each replaceable by a city's file of the same name."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from scripts.drills import DrillPack, check_drill
from scripts.element_pack import ElementPack, prepare_elements
from scripts.limits import LimitPack, prepare_limits
from scripts.neutrality import NeutralityPack, prepare_neutrality
from scripts.phrases import PhrasePack, check_phrases
from scripts.reading import Check, P, PackError, PackHead, ScriptError, read_pack
from scripts.rubric import QualityPack, prepare_quality
from scripts.scope import ScopePack, prepare_scope
from scripts.survey import CallbackPack, SurveyPack, prepare_callback, prepare_survey
from scripts.urgency import UrgencyPack, prepare_urgency
from scripts.wording import WordingPack, prepare_wording

__all__ = ["SHIPPED", "ClausePack", "PackError", "Packs", "ScriptError", "load_packs"]

SHIPPED = Path(__file__).parent / "packs"
"""Where the packs of this distribution lie."""


class ClausePack(PackHead, frozen=True, kw_only=True):
    """clauses.toml: the clause numbers that packs may cite, with a short title each.

    `reconstructed` lists the paragraphs whose number the draft lost in print.
    """

    clauses: dict[str, str]
    reconstructed: dict[str, str] = msgspec.field(default_factory=dict)

    def title(self, clause: str) -> str:
        """The short title of a clause, or nothing for one that is not listed."""
        return self.clauses.get(clause) or self.reconstructed.get(clause, "")


@dataclass(frozen=True)
class Packs:
    """Every pack in force; each knows its `version` and the `source` file it was read from."""

    clauses: ClausePack
    phrases: PhrasePack
    elements: ElementPack
    wording: WordingPack
    urgency: UrgencyPack
    scope: ScopePack
    limits: LimitPack
    survey: SurveyPack
    callback: CallbackPack
    neutrality: NeutralityPack
    quality: QualityPack
    drill: DrillPack


def load_packs(override: Path | None = None, *, compile_all: bool = False) -> tuple[Packs, list[PackError]]:
    """The packs in force, and what was refused of a city's folder `override`.

    A city's file replaces the shipped file of the same name; a broken one is reported and the shipped one used.
    With `compile_all` the patterns of the shipped packs are checked too. Raises `PackError` only when a shipped pack
    is broken, which means a broken installation.
    """
    loader = _Loader(override, compile_all)
    clauses = loader.load("clauses.toml", ClausePack, _check_clauses)
    # a city that renumbers its clauses may still use a shipped pack that cites the old numbers
    for listed in (clauses, read_pack(SHIPPED / "clauses.toml", ClausePack)):
        loader.known |= listed.clauses | listed.reconstructed
    packs = Packs(
        clauses=clauses,
        phrases=loader.load("phrases.toml", PhrasePack, check_phrases),
        elements=loader.load("elements.toml", ElementPack, prepare_elements),
        wording=loader.load("wording.toml", WordingPack, prepare_wording),
        urgency=loader.load("urgency.toml", UrgencyPack, prepare_urgency),
        scope=loader.load("scope.toml", ScopePack, prepare_scope),
        limits=loader.load("limits.toml", LimitPack, prepare_limits),
        survey=loader.load("survey.toml", SurveyPack, prepare_survey),
        callback=loader.load("callback.toml", CallbackPack, prepare_callback),
        neutrality=loader.load("neutrality.toml", NeutralityPack, prepare_neutrality),
        quality=loader.load("quality.toml", QualityPack, prepare_quality),
        drill=loader.load("drill.toml", DrillPack, check_drill),
    )
    loader.refuse_strangers()
    return packs, loader.refused


def _check_clauses(pack: ClausePack, check: Check) -> ClausePack:
    for clause, title in {**pack.clauses, **pack.reconstructed}.items():
        check.filled(clause or "（空）", 标题=title)
    return pack


class _Loader:
    """Loads one file after the other, remembering which of a city's were refused."""

    def __init__(self, override: Path | None, compile_all: bool) -> None:
        self.override = override
        self.compile_all = compile_all
        self.known: dict[str, str] = {}
        self.refused: list[PackError] = []
        self.names: set[str] = set()

    def load(self, name: str, kind: type[P], ready: Callable[[P, Check], P]) -> P:
        """The city's file when there is a good one, else the shipped file."""
        self.names.add(name)
        city = self.override / name if self.override else None
        if city is not None and city.exists():
            try:
                return ready(read_pack(city, kind), Check(name, self.known, True))
            except PackError as error:
                self.refused.append(error)
        return ready(read_pack(SHIPPED / name, kind), Check(name, self.known, self.compile_all))

    def refuse_strangers(self) -> None:
        """A misspelt file name would otherwise be a pack that silently does nothing."""
        if self.override is None or not self.override.is_dir():
            return
        for path in sorted(self.override.glob("*.toml")):
            if path.name not in self.names:
                expected = "、".join(sorted(self.names))
                self.refused.append(PackError(path.name, "文件名", f"不是认识的包，只认 {expected}"))
