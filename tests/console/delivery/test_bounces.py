"""Mail that comes back: which notifications are believed, and what becomes of the delivery (退信)."""

import socketserver
import ssl
import threading
from collections.abc import Iterator

import pytest

from console.delivery import bounces
from console.delivery.bounces import Bounce, BounceBox, read_bounce
from console.delivery.letter import Temporary
from tests.console.delivery.conftest import Desk
from tests.delivery import MAILED, MailRoom, sent_to

# As Postfix writes one, shortened.
DSN = """\
From: MAILER-DAEMON@mx.example.cn
To: 12345@city.test
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.cn.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.cn
Arrival-Date: Tue, 24 Nov 2026 10:30:00 +0800

Final-Recipient: rfc822; yi@unit.test
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 user unknown

--B
Content-Type: {returned}

From: 12345@city.test
Message-ID: {id}
Subject: =?utf-8?q?x?=

x
--B--
"""
RETURNED = ("message/rfc822", "text/rfc822-headers")


def notification(message_id: str, action: str = "failed", returned: str = RETURNED[0]) -> bytes:
    """A delivery status notification."""
    return DSN.format(action=action, returned=returned, id=message_id).replace("\n", "\r\n").encode()


@pytest.mark.parametrize("returned", RETURNED)
def test_a_notification_names_the_delivery(returned: str) -> None:
    """You should see delivery, event and status of a failure, whether the whole mail comes back or its headers."""
    raw = notification("<01a2-b.0123456789ab@city.test>", returned=returned)
    assert read_bounce(raw) == Bounce("01a2-b.0123456789ab", "5.1.1")


@pytest.mark.parametrize(
    "raw",
    [
        notification("<01a2-b.0123456789ab@city.test>", action="delayed"),
        notification("<somebody-elses@city.test>"),
        b"From: a@b\r\nSubject: Out of office\r\nIn-Reply-To: <01a2-b.0123456789ab@city.test>\r\n\r\nback on Monday\r\n",
        b"Content-Type: multipart/report; boundary=B\r\n\r\n--B\r\nContent-Type: message/delivery-status\r\n\r\n\xff\r\n--B--\r\n",
        b"",
        bytes(range(256)),
        notification("<>"),  # where the library's parser falls over
        notification("<a@["),
        b"Content-Type: multipart/report; boundary=B\r\n\r\n--B\r\nContent-Type: text/rfc822-headers; charset=none\r\n\r\nx\r\n--B--\r\n",
        b"Content-Type: multipart/report; boundary=B\r\n\r\n--B\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 3000,
    ],
    ids=["delay", "another's", "holiday", "broken", "empty", "rubbish", "no id", "half an id", "no charset", "nested"],
)
def test_what_is_no_failure_of_ours_is_nothing(raw: bytes) -> None:
    """You should see a delay, another's mail, a holiday notice and rubbish passed over, whatever a stranger sends."""
    assert read_bounce(raw) is None


class Mailbox:
    """A POP3 server (RFC 1939) with one mailbox, on loopback; with ``tls`` from the first byte or after STLS (RFC 2595)."""

    def __init__(self, tls: ssl.SSLContext | None = None, *, by_command: bool = False) -> None:
        self.mails: dict[str, bytes] = {}
        self.retrieved: list[str] = []
        self.asked: list[str] = []
        box = self

        class Handler(socketserver.StreamRequestHandler):
            def setup(self) -> None:
                if tls is not None and not by_command:
                    self.request = tls.wrap_socket(self.request, server_side=True)
                super().setup()

            def handle(self) -> None:
                self.wfile.write(b"+OK\r\n")
                listed, deleted = list(box.mails), set[str]()
                while line := self.rfile.readline():
                    word, _, given = line.decode().strip().partition(" ")
                    box.asked.append(word)
                    answer = b"+OK\r\n"
                    if word == "PASS" and given != "secret":
                        answer = b"-ERR no\r\n"
                    elif word == "CAPA":
                        answer = b"+OK\r\nUSER\r\n" + (b"STLS\r\n" if by_command else b"") + b".\r\n"
                    elif word == "STLS":
                        self.wfile.write(answer)
                        assert tls is not None
                        self.request = tls.wrap_socket(self.request, server_side=True)
                        super().setup()
                        continue
                    elif word == "LIST":
                        sizes = (f"{at} {len(box.mails[uid])}\r\n" for at, uid in enumerate(listed, 1))
                        answer = b"+OK\r\n" + "".join(sizes).encode() + b".\r\n"
                    elif word == "UIDL":
                        told = "".join(f"{at} {uid}\r\n" for at, uid in enumerate(listed, 1))
                        answer = b"+OK\r\n" + told.encode() + b".\r\n"
                    elif word == "RETR":
                        uid = listed[int(given) - 1]
                        box.retrieved.append(uid)
                        answer = b"+OK\r\n" + box.mails[uid].replace(b"\r\n.", b"\r\n..") + b"\r\n.\r\n"
                    elif word == "DELE":
                        deleted.add(listed[int(given) - 1])
                    elif word == "QUIT":
                        for uid in deleted:
                            del box.mails[uid]
                    self.wfile.write(answer)

        class Quiet(socketserver.ThreadingTCPServer):
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                """A client that breaks off is what some tests are about."""

        self._server = Quiet(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"pop3://bounces:secret@127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """Stop it."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def box() -> Iterator[Mailbox]:
    """The mailbox of the sender's address."""
    made = Mailbox()
    yield made
    made.close()


def test_a_mail_that_comes_back_is_held(desk: Desk, mail: MailRoom, box: Mailbox) -> None:
    """You should see the delivery held with the status, the notification gone, other mail left and read only once."""
    desk.queue.append(sent_to("a", MAILED))
    desk.delivering.deliver(desk.queue, "a")
    box.mails = {
        "u1": notification(mail.keys()[0]),
        "u2": b"Subject: hello\r\n\r\nx",
        "u3": notification("<01a2-c.0123456789ab@city.test>"),
    }
    seen: set[str] = set()
    known: list[bool] = []

    def keep(bounce: Bounce) -> None:
        at = desk.clock.now()
        known.append(desk.queue.came_back(bounce.key, f"退回 {bounce.status}", at))

    for _ in range(2):
        BounceBox(box.url).take(seen, keep)
    assert known == [True, False]  # u3 is of no delivery that we know
    assert list(box.mails) == ["u2"]
    assert box.retrieved.count("u2") == 1
    (held,) = desk.queue.held_deliveries()
    assert held.reason == "退回 5.1.1"
    assert desk.queue.requeue_deliveries() == 1


def test_a_mailbox_that_cannot_be_read_says_why(box: Mailbox) -> None:
    """You should see a wrong password and a closed port told in a sentence that does not repeat the password."""
    for url in (box.url.replace("secret", "wrong"), "pop3s://u:wrong@127.0.0.1:1"):
        with pytest.raises(Temporary) as failed:
            BounceBox(url).take(set(), lambda bounce: None)
        assert "wrong" not in failed.value.reason


def test_no_stranger_blinds_the_mailbox(box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """You should see a line of 100 KB, a mail too large for ours and more mails than one round reads all passed over."""
    monkeypatch.setattr(bounces, "MOST", 3)
    monkeypatch.setattr(bounces, "LARGEST", 200_000)
    box.mails = {f"u{at}": b"Subject: x\r\n\r\n" + b"y" * 100_000 for at in range(4)}
    box.mails |= {"large": b"z" * 300_000, "ours": notification("<01a2-b.0123456789ab@city.test>")}
    seen: set[str] = set()
    kept: list[Bounce] = []
    for _ in range(2):
        BounceBox(box.url).take(seen, kept.append)
    assert [bounce.key for bounce in kept] == ["01a2-b.0123456789ab"]
    assert "large" not in box.retrieved
    assert sorted(box.mails) == ["large", "u0", "u1", "u2", "u3"]
