"""What is told of one event, whatever the channel, and how sending it can fail."""

import ssl
from functools import cache
from typing import Any, NamedTuple, Self
from urllib.parse import unquote, urlsplit

from console.form import ticket_form
from data.callbacks import GRADES
from data.clock import iso_local
from data.events import Event, Ticket
from data.lifecycle import KIND_NAMES, Kind
from scripts.pack import Packs

OVER = "改派，不再承办"


@cache
def certificates() -> ssl.SSLContext:
    """How other servers' certificates are checked: by the machine's own list, read once, for it is long."""
    return ssl.create_default_context()


_STRANGE = ("不是本机信任的机构签发的", "请核对主机；对方自签的，把它的根证书加入本机的信任（或用 SSL_CERT_FILE 指明）")
_FAULTS = {  # of a certificate, by OpenSSL's numbers (X509_V_ERR_…)
    9: ("还没有生效", "请核对两台机器的时钟"),
    10: ("已过期", "请对方换证书"),
    62: ("不是这台主机的", "请在地址里写证书上的主机名"),
    64: ("不是这台主机的", "请在地址里写证书上的主机名"),
    **dict.fromkeys((2, 18, 19, 20, 21), _STRANGE),
}


def tls_trouble(what: str, error: ssl.SSLError) -> str:
    """Say why no TLS to ``what`` came about, with the way out; nothing was sent to it then, no password either."""
    if isinstance(error, ssl.SSLCertVerificationError):
        # Python 3.13 checks more strictly, so that a site's own authority of long ago may be at fault.
        otherwise = f"不合规范（{error.verify_message}）", "请对方换证书，自建的根证书也要重签"
        reason, way_out = _FAULTS.get(error.verify_code, otherwise)
        return f"{what} 的 TLS 证书{reason}：{way_out}"
    return f"{what} 的 TLS 建立不了或断了：请核对端口，及对方是否开启 TLS"


class Service(NamedTuple):
    """A mail service as a URL names it: ``scheme://user:password@host:port``, with TLS from the first byte or by command."""

    host: str
    port: int
    implicit: bool
    user: str
    password: str

    @classmethod
    def read(cls, url: str, by_command: tuple[str, int], implicit: tuple[str, int]) -> Self | None:
        """Read a URL of one of two schemes, each with its usual port; None where it is neither or names no host."""
        parts = urlsplit(url)
        ports = dict((by_command, implicit))
        if parts.scheme not in ports or not parts.hostname:
            return None
        port = parts.port or ports[parts.scheme]
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.hostname, port, parts.scheme == implicit[0], user, password)


class NotDelivered(Exception):
    """A try failed; ``reason`` is a sentence for people, without a word of a citizen."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Temporary(NotDelivered):
    """It may go well later."""


class Permanent(NotDelivered):
    """Trying again is of no use before a person has changed something."""


class Letter(NamedTuple):
    """One event for one unit. ``ticket`` is as the unit may read it after that event; ``over``: it has it no longer."""

    key: str
    event: Event
    unit: str
    ticket: Ticket
    over: bool = False

    @property
    def what(self) -> str:
        """The event in the standard's words; of a reminder its level (5.2.3a)."""
        if self.over:
            return OVER
        if self.event.kind is Kind.REMINDED:
            return f"系统{self.event.payload.get('level', '')}"
        return KIND_NAMES[self.event.kind]


def letter_json(letter: Letter, packs: Packs) -> dict[str, Any]:
    """The body of a webhook to a unit: the event, the clocks, and the fields of appendix D under their names."""
    ticket, held = letter.ticket, letter.ticket.handling.now_with
    body: dict[str, Any] = {
        "event_id": letter.event.event_id,
        "number": ticket.number,
        "seq": letter.event.seq,
        "kind": letter.event.kind,
        "what": letter.what,
        "at": iso_local(letter.event.at),
        "unit": letter.unit,
        "over": letter.over,
    }
    if letter.over:
        return body  # who has it no longer is told nothing more of it
    form = ticket_form(ticket, packs)
    rows = [{"name": cell.label, "value": cell.value} for row in (*form.rows, *form.addendum) for cell in row]
    feedback_due = ticket.handling.feedback_due
    return {
        **body,
        "urgent": ticket.record.urgent,
        "sign_due": iso_local(held.sign_due) if held else None,
        "feedback_due": iso_local(feedback_due) if feedback_due else None,
        "form": rows,
    }


def finished_json(ticket: Ticket, event: Event) -> dict[str, Any]:
    """The body of a webhook to the platform of a finished web request: show its rating page now, once (5.3.4)."""
    return {
        "event_id": event.event_id,
        "service_request_id": ticket.number,
        "status": "closed",
        "finished_at": iso_local(event.at),
        "rating": {"post": "ratings.json", "grades": list(GRADES)},
    }
