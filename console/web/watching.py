"""What is told of the intake while it runs: one line of log a request, and figures for Prometheus; nothing personal."""

import threading
from collections import Counter

from console.exposition import Log, family
from data.clock import Clock, iso_local
from data.inbox import Inbox


class Told:
    """What is known of one request: its route, never its address; whose it is; what became of it."""

    def __init__(self, route: str) -> None:
        self.route, self.source, self.outcome = route, "", ""
        self.files = 0


class Watch:
    """Counts what became of requests by source and outcome, and writes the log."""

    def __init__(self, clock: Clock, log: Log) -> None:
        self._clock, self._log = clock, log
        self._counts = Counter[tuple[str, str, str]]()
        self._lock = threading.Lock()

    def note(self, told: Told, status: int) -> None:
        """Note one request that was answered."""
        with self._lock:
            self._counts[told.route, told.source, told.outcome] += 1
        self._log(
            {
                "at": iso_local(self._clock.now()),
                "route": told.route,
                "source": told.source,
                "outcome": told.outcome,
                "status": status,
                "files": told.files,
            }
        )

    def text(self, inbox: Inbox) -> str:
        """The figures as Prometheus reads them."""
        now, oldest = self._clock.now(), inbox.oldest_waiting()
        age = max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
        with self._lock:
            counts = sorted(self._counts.items())
        answered = [
            ({"route": route, "source": source, "outcome": outcome}, str(count))
            for (route, source, outcome), count in counts
        ]
        waiting, oldest_age = "hotline_inbox_waiting", "hotline_inbox_oldest_age_seconds"
        lines = [
            *family(
                "hotline_intake_requests_total", "counter", "Requests answered, by route, source and outcome.", answered
            ),
            *family(
                waiting, "gauge", "Submissions that no agent has registered yet.", [({}, str(inbox.count_waiting()))]
            ),
            *family(oldest_age, "gauge", "Age of the oldest of them, from its submission.", [({}, f"{age:.0f}")]),
        ]
        return "\n".join(lines) + "\n"
