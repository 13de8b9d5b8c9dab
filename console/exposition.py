"""What the two services of a centre tell of themselves: lines of log, and figures as Prometheus reads them (text format)."""

import sys
from collections.abc import Callable, Iterable, Mapping

import msgspec

from data.clock import Clock, iso_local

Log = Callable[[Mapping[str, object]], None]


def log_line(line: Mapping[str, object]) -> None:
    """Write one line of JSON on standard error."""
    sys.stderr.write(msgspec.json.encode(line).decode() + "\n")
    sys.stderr.flush()


class Reach:
    """Whether the dispatch queue can be used: its loss is one line of log, with why, and its return another."""

    def __init__(self, clock: Clock, log: Log) -> None:
        self._clock, self._log = clock, log
        self.trouble = ""  # why it cannot be used now

    def note(self, trouble: str, **more: object) -> None:
        """Note how it is now; ``trouble`` is a sentence without a word of a citizen, empty where there is none."""
        if bool(trouble) != bool(self.trouble):
            told = {"event": "queue_lost", "reason": trouble} if trouble else {"event": "queue_back"}
            self._log({"at": iso_local(self._clock.now()), **told, **more})
        self.trouble = trouble


def family(name: str, kind: str, told: str, samples: Iterable[tuple[Mapping[str, str], str]]) -> list[str]:
    """Lay out one figure: what it tells, its kind (counter, gauge), and its value for each set of labels."""
    lines = [f"# HELP {name} {told}", f"# TYPE {name} {kind}"]
    for labels, value in samples:
        shown = ",".join(f'{label}="{of}"' for label, of in labels.items())
        lines.append(f"{name}{{{shown}}} {value}" if shown else f"{name} {value}")
    return lines
