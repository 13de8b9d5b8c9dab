"""Running the web intake: on loopback unless told otherwise, and elsewhere only with TLS."""

import logging
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn

from console.house import House
from console.socket_wire import is_loopback
from console.web.app import Web
from console.web.watching import Told, Watch

_AT_ONCE = 200  # connections: each may hold a body of some size on the disk

_LAST_SECONDS = 10  # for what is being sent when the process is told to end


_REFUSED = {  # what the server refuses before there is a request, by its words
    "Invalid HTTP request received.": ("no_http", 400),
    "Exceeded concurrency limit.": ("busy", 503),
}


class _Refusals(logging.Handler):
    """Makes lines of our own log of what the server refuses, and lets through no word of its own: its log names
    addresses, and its tracebacks quote what was sent (6.2.1)."""

    def __init__(self, watch: Watch) -> None:
        super().__init__()
        self._watch = watch

    def emit(self, record: logging.LogRecord) -> None:
        """See logging."""
        if found := _REFUSED.get(str(record.msg)):
            told = Told("other")
            told.outcome, status = found
            self._watch.note(told, status)


class ServeError(ValueError):
    """The intake cannot be opened; the message says why."""


def serve(
    house: House, host: str, port: int, cert: Path | None, key: Path | None, ready: Callable[[str], None]
) -> None:
    """Answer requests until the process is told to end; ``ready`` is told the address once it is bound.

    Raises:
        ServeError: the address is not this machine's own and there is no TLS, the address cannot be bound, or the TLS
            files cannot be read.
    """
    if bool(cert) != bool(key):
        raise ServeError("TLS 的证书与私钥要一起写：--tls-cert 与 --tls-key")
    if not cert and not (host == "localhost" or is_loopback(host)):
        raise ServeError(
            f"{host} 不是本机地址，诉求人的信息会明文经过网络：请加 --tls-cert 与 --tls-key，或用 127.0.0.1"
        )
    web = Web(house)
    words = logging.getLogger("uvicorn.error")
    words.handlers, words.propagate = [_Refusals(web.watch)], False
    config = uvicorn.Config(
        web.app(),
        host=host,
        port=port,
        ssl_certfile=cert,
        ssl_keyfile=key,
        log_config=None,
        access_log=False,
        limit_concurrency=_AT_ONCE,
        timeout_graceful_shutdown=_LAST_SECONDS,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        ws="none",
        h11_max_incomplete_event_size=64 * 1024,
    )
    try:
        config.load()  # reads the TLS files: what is wrong with them shows before anything is bound
    except (OSError, ValueError) as error:
        raise ServeError(f"TLS 证书或私钥用不了（{cert}、{key}）：请核对路径、权限与内容") from error
    try:
        bound = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise ServeError(f"不能在 {host} 的 {port} 端口收件：{error.strerror}；请换一个地址或端口") from error
    with bound:
        named = f"[{host}]" if ":" in host else host
        ready(f"{'https' if cert else 'http'}://{named}:{bound.getsockname()[1]}")
        uvicorn.Server(config).run(sockets=[bound])
