"""What practice calls came to, one line of JSON a call, in the practice home (6.3.2)."""

from datetime import datetime
from pathlib import Path

import msgspec

from console.practice.journal import Journal
from console.practice.scoring import Deviation

FILE = "results.jsonl"


class Result(msgspec.Struct, frozen=True):
    """One practised call: when it was over, who took it, which scenario and seed, the points (0 to 100), and why."""

    at: datetime
    agent: str
    scenario: str
    title: str
    seed: int
    call: str
    number: str
    total: float
    items: dict[str, float]
    deviations: tuple[Deviation, ...]


class Results(Journal[Result]):
    """The results of one practice home, oldest first."""

    def __init__(self, root: Path) -> None:
        """Nothing is read or made before it is asked for."""
        super().__init__(root / FILE, Result, "练习成绩")
