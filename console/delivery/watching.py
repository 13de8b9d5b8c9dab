"""What is told of a worker while it runs: lines of JSON without personal data, health, and figures for Prometheus."""

import threading
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec

from console.exposition import Log, Reach, family
from data.clock import Clock, iso_local
from data.postgres.deliveries import Delivery, Depth
from data.queue import QueueUnavailable

PUT_OFF, DEFERRED, REMINDED, BOUNCED = "put_off", "deferred_again", "reminded", "bounced"
_COUNTERS = (
    ("hotline_work_deliveries_total", "Deliveries by what became of them; put_off are tries that failed."),
    ("hotline_work_reminders_total", "Reminders of clocks that this worker sent."),
    ("hotline_work_bounces_total", "Mails that came back as undeliverable."),
    (
        "hotline_work_rescued_total",
        "Jobs of workers that had died, begun anew, and deliveries that had lost their job.",
    ),
    ("hotline_work_queue_lost_total", "How often the server could not be used."),
)
DELIVERIES, REMINDERS, BOUNCES, RESCUED, LOST = (name for name, _ in _COUNTERS)


class WorkWatch:
    """Counts what a worker does, and writes its log."""

    def __init__(self, clock: Clock, log: Log) -> None:
        self._clock, self._log = clock, log
        self._counts = Counter[tuple[str, str, str]]()
        self._lock = threading.Lock()
        self.reach = Reach(clock, log)

    def note(self, outcome: str, one: Delivery, channel: str, reason: str = "") -> None:
        """Note what became of a try."""
        self.count(DELIVERIES, labels=(channel, outcome))
        line = {"ticket_id": one.ticket_id, "seq": one.seq, "kind": one.kind, "unit": one.unit, "channel": channel}
        self.tell(outcome, {**line, "delivery": one.id, "try": one.tries + 1, **({"reason": reason} if reason else {})})

    def count(self, name: str, many: int = 1, labels: tuple[str, str] = ("", "")) -> None:
        """Add to a figure."""
        with self._lock:
            self._counts[name, *labels] += many

    def tell(self, event: str, more: dict[str, object] | None = None) -> None:
        """Write a line of the log."""
        self._log({"at": iso_local(self._clock.now()), "event": event, **(more or {})})

    def text(self, depth: Depth | None) -> str:
        """The figures as Prometheus reads them; without those of the queue where it cannot be asked."""
        lines: list[str] = []
        with self._lock:
            counts = sorted(self._counts.items())
        for name, told in _COUNTERS:
            own = [
                ({"channel": channel, "outcome": outcome} if outcome else {}, str(count))
                for (of, channel, outcome), count in counts
                if of == name
            ]
            lines += family(name, "counter", told, own or [({}, "0")])
        gauges: list[tuple[str, str, float]] = [
            ("hotline_work_queue_up", "Whether the server answers.", depth is not None)
        ]
        if depth is not None:
            gauges += [
                ("hotline_deliveries_waiting", "Deliveries that wait, in the whole city.", depth.waiting),
                ("hotline_deliveries_held", "Deliveries that were given up and need a person.", depth.held),
                ("hotline_deliveries_oldest_age_seconds", "Age of the oldest that waits.", round(depth.oldest, 1)),
                ("hotline_jobs", "Jobs of procrastinate that wait or run.", depth.jobs),
                ("hotline_clocks_due", "Clocks that are to be looked at.", depth.overdue_clocks),
            ]
        for name, told, value in gauges:
            lines += family(name, "gauge", told, [({}, f"{float(value):g}")])
        return "\n".join(lines) + "\n"


def serve_figures(host: str, port: int, watch: WorkWatch, depth: Callable[[], Depth]) -> ThreadingHTTPServer:
    """Answer /health and /metrics on a loopback address, in a thread, until the server is shut down.

    Raises:
        OSError: the address cannot be bound.
    """

    class Figures(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                found: Depth | None = depth()
            except QueueUnavailable as error:
                found, watch_says = None, str(error)
            else:
                watch_says = watch.reach.trouble
            if self.path == "/metrics":
                self._answer(200, "text/plain; version=0.0.4; charset=utf-8", watch.text(found).encode())
            elif self.path == "/health":
                told = {"status": "ok"} if not watch_says else {"status": "queue_unavailable", "reason": watch_says}
                self._answer(503 if watch_says else 200, "application/json; charset=utf-8", msgspec.json.encode(told))
            else:
                self._answer(404, "text/plain; charset=utf-8", b"")

        def _answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Write nothing: the worker's log is for what it delivers."""

    server = ThreadingHTTPServer((host, port), Figures)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
