"""Signed webhooks: pushing to a unit's or a platform's own system; and for whoever receives, what checks them.

The receiving half stands on the standard library alone, so that a unit may copy it. A request is signed with HMAC-SHA256
over its time and its body; it is good for `WINDOW` seconds, and once.
"""

import hashlib
import hmac
import http.client
import re
import ssl
from collections.abc import Callable, Mapping
from threading import Lock
from urllib.parse import urlsplit

from console.delivery.letter import Permanent, Temporary, certificates, tls_trouble
from console.settings import Endpoint
from data.postgres.address import is_here

WINDOW = 300  # seconds between the two clocks, the way included
TIMESTAMP, SIGNATURE, KEY = "X-Hotline-Timestamp", "X-Hotline-Signature", "Idempotency-Key"
SHORTEST_SECRET = 16
_SECONDS = 20
_LATER = (408, 409, 423, 425, 429)  # what the other side says of this moment, not of the request
_STAMP = re.compile(r"[0-9]{1,12}")


def sign(secret: str, timestamp: int, key: str, body: bytes) -> str:
    """Return the signature of a body that is sent at ``timestamp`` (seconds since 1970) under an idempotency key."""
    signed = b"%d.%b." % (timestamp, key.encode()) + body
    return "v1=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


class WebhookRefused(ValueError):
    """A request is not to be believed; ``reason`` is a word for the log: unsigned, stale, wrong_signature."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Receiver:
    """The receiving side: checks signatures, knows what came before, and logs refusals without content."""

    def __init__(self, secret: str, log: Callable[[Mapping[str, object]], None]) -> None:
        self._secret, self._log = secret, log
        self._seen: dict[str, int] = {}
        self._lock = Lock()

    def check(self, headers: Mapping[str, str], body: bytes, now: float) -> bool:
        """Check a request; whether it is new. One that came before is genuine too: answer it 2xx and do nothing.

        What came is remembered as long as its signature is good; for longer, keep the keys where the tickets are kept.

        Raises:
            WebhookRefused: it is unsigned, too old or from the future, altered, or signed with another secret.
        """
        stamp, key = headers.get(TIMESTAMP, ""), headers.get(KEY, "")
        given = headers.get(SIGNATURE, "")
        reason = ""
        if not _STAMP.fullmatch(stamp) or not key or not given:
            reason = "unsigned"
        elif not hmac.compare_digest(sign(self._secret, int(stamp), key, body).encode(), given.encode()):
            reason = "wrong_signature"
        elif abs(now - int(stamp)) > WINDOW:
            reason = "stale"
        if reason:
            self._log({"event": "webhook_refused", "reason": reason, "bytes": len(body)})
            raise WebhookRefused(reason)
        with self._lock:
            self._seen = {known: until for known, until in self._seen.items() if until >= now}
            new = key not in self._seen
            self._seen[key] = int(now) + 2 * WINDOW
        if not new:
            self._log({"event": "webhook_repeated", "bytes": len(body)})
        return new


def post(endpoint: Endpoint, key: str, body: bytes, timestamp: int) -> None:
    """Push a body; when this returns, the other system has answered 2xx. Redirects are not followed.

    Raises:
        Temporary: it cannot be reached, or says that it cannot take it now.
        Permanent: it refuses, or the settings name no usable address.
    """
    parts = urlsplit(endpoint.url)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host:
        raise Permanent("接口的地址写法不对：请在 settings.toml 里写成 https://主机/路径")
    if parts.scheme == "http" and not is_here(host):
        raise Permanent(f"接口 {host} 没有用 https：个人信息不能明文经过网络")
    if len(endpoint.secret) < SHORTEST_SECRET:
        raise Permanent(f"接口 {host} 的 secret 太短：至少 {SHORTEST_SECRET} 个字符")
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "hotline",
        KEY: key,
        TIMESTAMP: str(timestamp),
        SIGNATURE: sign(endpoint.secret, timestamp, key, body),
    }
    if parts.scheme == "https":
        link: http.client.HTTPConnection = http.client.HTTPSConnection(
            host, parts.port, timeout=_SECONDS, context=certificates()
        )
    else:
        link = http.client.HTTPConnection(host, parts.port, timeout=_SECONDS)
    try:
        link.request("POST", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), body, headers)
        status = link.getresponse().status
    except ssl.SSLError as error:
        raise Temporary(tls_trouble(f"接口 {host}", error)) from None
    except (OSError, http.client.HTTPException) as error:
        what = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
        raise Temporary(f"接口 {host} 连不上或断了（{what}）") from None
    finally:
        link.close()
    if 200 <= status < 300:
        return
    if status in _LATER or status >= 500:
        raise Temporary(f"接口 {host} 暂时不收（{status}）")
    raise Permanent(f"接口 {host} 拒收（{status}）：请与对方核对地址与 secret，改正后再送")
