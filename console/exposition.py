"""What the two services of a centre tell of themselves: lines of log, and figures as Prometheus reads them (text format)."""

import sys
from collections.abc import Callable, Iterable, Mapping

import msgspec

Log = Callable[[Mapping[str, object]], None]


def log_line(line: Mapping[str, object]) -> None:
    """Write one line of JSON on standard error."""
    sys.stderr.write(msgspec.json.encode(line).decode() + "\n")
    sys.stderr.flush()


def family(name: str, kind: str, told: str, samples: Iterable[tuple[Mapping[str, str], str]]) -> list[str]:
    """Lay out one figure: what it tells, its kind (counter, gauge), and its value for each set of labels."""
    lines = [f"# HELP {name} {told}", f"# TYPE {name} {kind}"]
    for labels, value in samples:
        shown = ",".join(f'{label}="{of}"' for label, of in labels.items())
        lines.append(f"{name}{{{shown}}} {value}" if shown else f"{name} {value}")
    return lines
