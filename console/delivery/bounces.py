"""Mail that came back (退信): delivery status notifications (RFC 3464) in the mailbox of our sender address.

A mailbox and not a port of our own: every mail service has POP3, and a worker then listens to nobody. A notification
names our mail by the Message-ID of what it returns, which holds the delivery; what says nothing of ours is left
where it is.
"""

import email
import email.policy
import poplib
import re
import ssl
from collections.abc import Callable
from contextlib import suppress
from email.message import EmailMessage, Message
from typing import NamedTuple

from console.delivery.letter import Service, Temporary, certificates, tls_trouble
from data.postgres.address import is_here

MOST = 1000  # mails looked at in one round; what is not ours, whoever keeps the mailbox has to clear away
LARGEST = 4 << 20  # bytes of a mail that is looked at: ours are a form each, and come back with a few lines more
_SECONDS = 20
_OURS = re.compile(r"<([0-9A-Za-z-]{1,64}\.[0-9a-f]{12})@")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")

# Lines of 2 KB are the library's limit, and not that of anybody's newsletter: one mail would hold up all behind it.
poplib._MAXLINE = LARGEST  # type: ignore[attr-defined]


class Bounce(NamedTuple):
    """A mail of ours that was not delivered: its key, and the status that the other server gave (5.1.1)."""

    key: str
    status: str


def read_bounce(raw: bytes) -> Bounce | None:
    """Read a mail as a notification that one of ours failed for good; None for anything else, a delay included.

    Anybody may write to that mailbox, and the library's parser stumbles over some headers (an empty Message-ID is one):
    what it cannot read is nothing of ours, and ends no worker.
    """
    try:
        return _read(raw)
    except Exception:
        return None


def _read(raw: bytes) -> Bounce | None:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    if message.get_content_type() != "multipart/report":
        return None
    failed, status, ours = False, "", None
    for part in message.walk():
        kind, inner = part.get_content_type(), part.get_payload()
        within = [each for each in inner if isinstance(each, Message)] if isinstance(inner, list) else []
        if kind == "message/delivery-status":
            for fields in within:  # a group of fields each: one of the mail, then one a recipient
                if str(fields.get("Action", "")).strip().lower() == "failed":
                    failed = True
                    found = _STATUS.search(str(fields.get("Status", "")))
                    status = found[0] if found else ""
        elif kind == "message/rfc822" and within:
            ours = _OURS.search(str(within[0].get("Message-ID", "")))
        elif kind == "text/rfc822-headers":
            ours = _OURS.search(str(email.message_from_string(str(part.get_content())).get("Message-ID", "")))
    return Bounce(ours[1], status) if failed and ours else None


class BounceBox:
    """The mailbox, over POP3 with TLS unless it is on this machine."""

    def __init__(self, url: str) -> None:
        """Read ``pop3s://user:password@host`` (or ``pop3://`` with STLS); nothing is opened yet.

        Raises:
            Temporary: the settings name no such mailbox.
        """
        service = Service.read(url, ("pop3", 110), ("pop3s", 995))
        if service is None:
            raise Temporary("退信邮箱的地址写法不对：请在 [work] 的 bounces 里写成 pop3s://用户:密码@主机")
        self._host, self._port, self._implicit, self._user, self._password = service

    def take(self, seen: set[str], keep: Callable[[Bounce], None]) -> None:
        """Hand each notification to ``keep``, and delete it after that; ``seen`` holds what else was looked at before.

        Where the connection breaks before the end, the server forgets nothing, and they come again.

        Raises:
            Temporary: the mailbox cannot be read to the end now.
        """
        try:
            box = self._opened()
            try:
                for number, uid, size in [each for each in _listed(box) if each[1] not in seen][:MOST]:
                    bounce = read_bounce(b"\r\n".join(box.retr(number)[1])) if size <= LARGEST else None
                    if bounce is None:
                        seen.add(uid)
                        continue
                    keep(bounce)
                    box.dele(number)
                box.quit()
            finally:
                box.close()
        except ssl.SSLError as error:
            raise Temporary(tls_trouble(f"退信邮箱 {self._host}", error)) from None
        except (poplib.error_proto, OSError, ValueError) as error:  # the last where it speaks no POP3
            raise Temporary(
                f"退信邮箱 {self._host} 读不了（{type(error).__name__}）：请核对 [work] 的 bounces"
            ) from None

    def _opened(self) -> poplib.POP3:
        if self._implicit:
            box: poplib.POP3 = poplib.POP3_SSL(self._host, self._port, timeout=_SECONDS, context=certificates())
        else:
            box = poplib.POP3(self._host, self._port, timeout=_SECONDS)
        try:
            if not self._implicit and not is_here(self._host):
                if "STLS" not in box.capa():
                    raise Temporary(f"退信邮箱 {self._host} 没有 TLS：密码与邮件不能明文经过网络，请开启或改用 pop3s")
                box.stls(certificates())
            box.user(self._user)
            box.pass_(self._password)
        except BaseException:
            with suppress(OSError):  # where TLS failed its socket is gone already, and the reason must not be
                box.close()
            raise
        return box


def _listed(box: poplib.POP3) -> list[tuple[int, str, int]]:
    """Number, identity and size of each mail that is there."""
    sizes = {int(number): int(size) for number, size, *_ in (line.split() for line in box.list()[1])}
    identities = (line.decode("ascii", "replace").partition(" ") for line in box.uidl()[1])
    return [(int(number), uid, sizes.get(int(number), 0)) for number, _, uid in identities]
