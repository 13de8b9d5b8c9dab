"""A centre that delivers, for tests: units of each channel, a real mail server, a real system that takes webhooks."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import psycopg
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from console.delivery.webhook import Receiver, WebhookRefused
from data.events import Event
from data.lifecycle import Kind
from tests.postgres import granted_url
from tests.queues import NOW, step, to_dispatch

DESK, MAILED, MAILED_TOO, HOOKED, BY_HAND = "甲单位", "乙单位", "丙单位", "丁单位", "戊单位"
SECRET = "unit-secret-for-tests"
_HEADER = "id,name,kind,district,aliases,duties,examples,channel,phone,pinyin,initials,mailbox,hours"
_UNITS = (
    (DESK, "系统", ""),
    (MAILED, "邮箱", "yi@unit.test"),
    (MAILED_TOO, "邮箱", "bing@unit.test"),
    (HOOKED, "系统", ""),
    (BY_HAND, "其他", ""),
    ("己单位", "邮箱", ""),
)


class MailRoom:
    """A mail server on loopback. ``answer`` decides each mail: None takes it, anything else is the server's reply.

    With ``tls`` it speaks nothing else from the first byte, or with ``by_command`` after STARTTLS, which it demands;
    then it knows one user, ``12345`` with the password ``secret``.
    """

    def __init__(self, tls: ssl.SSLContext | None = None, *, by_command: bool = False) -> None:
        self.mails: list[EmailMessage] = []
        self.users: list[bytes] = []  # who told a name and a password
        self.answer: Callable[[str], str | None] = lambda recipient: None
        self.after_data: Callable[[], None] = lambda: None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        options: dict[str, Any] = {}
        if tls is not None:
            options = {"tls_context": tls, "require_starttls": True} if by_command else {"ssl_context": tls}
            options |= {"auth_required": True, "auth_require_tls": by_command, "authenticator": self._known}
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)
        self._controller.start()

    def _known(self, server: SMTP, session: Session, envelope: Envelope, way: str, given: Any) -> AuthResult:
        self.users.append(given.login)
        return AuthResult(success=(given.login, given.password) == (b"12345", b"secret"), handled=False)

    @property
    def url(self) -> str:
        """What stands in the settings."""
        return f"smtp://127.0.0.1:{self.port}"

    def keys(self, recipient: str = "") -> list[str]:
        """The Message-IDs of the mails to a recipient, or of all, in the order in which they came."""
        return [str(mail["Message-ID"]) for mail in self.mails if recipient in ("", mail["To"])]

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """See aiosmtpd."""
        refused = self.answer(address)
        if refused is None:
            envelope.rcpt_tos.append(address)
        return refused or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """See aiosmtpd."""
        mail = BytesParser(policy=default).parsebytes(envelope.content or b"")
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.after_data()
        return "250 OK"

    def close(self) -> None:
        """Stop it."""
        self._controller.stop()


class System:
    """Another body's own system, which takes webhooks and checks them; over https with ``tls``."""

    def __init__(self, secret: str = SECRET, tls: ssl.SSLContext | None = None) -> None:
        self.taken: list[dict[str, Any]] = []
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.log: list[Mapping[str, object]] = []
        self.statuses: list[int] = []  # what is answered next, before anything is looked at
        self.receiver = Receiver(secret, self.log.append)
        system = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                system.requests.append((dict(self.headers), body))
                self.send_response(system.answer(dict(self.headers), body))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self._server.server_port}/hotline"

    def answer(self, headers: dict[str, str], body: bytes) -> int:
        """Take a request, or say why not."""
        if self.statuses and (status := self.statuses.pop(0)) != 200:
            return status
        try:
            if self.receiver.check(headers, body, float(headers["X-Hotline-Timestamp"])):
                self.taken.append(msgspec.json.decode(body))
        except WebhookRefused:
            return 401
        return 200

    def close(self) -> None:
        """Stop it."""
        self._server.shutdown()
        self._server.server_close()


class Centre(NamedTuple):
    """A centre's installation: its folder, the queue's URL by its login role, and the administrator's URL."""

    root: Path
    url: str
    admin: str

    def settings(self, **work: object) -> None:
        """Write the settings."""
        told = {"queue": self.url, "work": {"mail_from": "12345@city.test", **work}}
        (self.root / "settings.toml").write_text("".join(f"{name} = {_toml(value)}\n" for name, value in told.items()))

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Ask the database as its administrator."""
        with psycopg.connect(self.admin) as db:
            return db.execute(statement).fetchall()  # type: ignore[arg-type]

    def states(self) -> list[tuple[str, str, str]]:
        """Ticket, unit and state of all deliveries, in their order."""
        return self.rows("SELECT ticket_id, unit, state FROM hotline.deliveries ORDER BY id")


def make_centre(root: Path, admin: str) -> Centre:
    """Make the installation of a centre with a login role of its own."""
    (root / "reference").mkdir(parents=True)
    rows = [f"u{at},{name},市部门,,,,,{way},,x,x,{box}," for at, (name, way, box) in enumerate(_UNITS)]
    (root / "reference" / "units.csv").write_text("\n".join([_HEADER, *rows]) + "\n")
    return Centre(root, granted_url(admin), admin)


def sent_to(ticket_id: str, unit: str, **more: Any) -> list[Event]:
    """A ticket from its registration to its dispatch; its clocks end when no test runs any more."""
    late = {"sign_due": "2126-11-24T10:30:00+08:00", "feedback_due": "2126-12-01T10:30:00+08:00", "basis": "自派发起"}
    return [*to_dispatch(ticket_id), step(ticket_id, 3, Kind.DISPATCHED, "2001", unit=unit, **late, **more)]


def urged(ticket_id: str, seq: int, clock: str = "sign") -> Event:
    """A reminder to whoever has a ticket."""
    return step(ticket_id, seq, Kind.REMINDED, "system", level="催办", clock=clock, due=NOW.isoformat())


def _toml(value: object) -> str:
    """A value as TOML writes it: JSON, but for tables."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml(name)} = {_toml(item)}" for name, item in value.items()) + "}"
    return msgspec.json.encode(value).decode()


@pytest.fixture
def mail() -> Iterator[MailRoom]:
    """A mail server."""
    room = MailRoom()
    yield room
    room.close()


@pytest.fixture
def system() -> Iterator[System]:
    """The system of the unit 丁单位."""
    made = System()
    yield made
    made.close()
