"""A small TCP proxy between a desk and its server, that can cut what passes through it and speak TLS for the server."""

import socket
import ssl
import struct
import threading
from contextlib import suppress
from pathlib import Path

_SSL_REQUEST = struct.pack("!II", 8, 80877103)
# Made with openssl, the key usages written out: from 3.13 on Python refuses an authority's certificate without them.
TLS = Path(__file__).parent / "data" / "postgres" / "tls"


class Proxy:
    """Listens on loopback and passes on to ``port``; each connection in two threads."""

    def __init__(self, port: int, *, tls: bool = False) -> None:
        self._to = port
        self._tls: ssl.SSLContext | None = None
        if tls:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(TLS / "server.pem", TLS / "server.key")
        self._open: list[socket.socket] = []
        self._left: int | None = None
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Cut every connection now."""
        connections, self._open = self._open, []
        for each in connections:
            with suppress(OSError):
                # Reset, as a firewall does, not an orderly end.
                each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def cut_after(self, sent: int) -> None:
        """Cut every connection once this many further bytes have gone either way; what goes beyond them is lost."""
        self._left = sent

    def close(self) -> None:
        """Stop listening and cut what is open."""
        self._listening.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                desk, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._join, args=(desk,), daemon=True).start()

    def _join(self, desk: socket.socket) -> None:
        try:
            if self._tls is not None:
                assert desk.recv(8) == _SSL_REQUEST
                desk.sendall(b"S")
                desk = self._tls.wrap_socket(desk, server_side=True)
            server = socket.create_connection(("127.0.0.1", self._to))
        except (OSError, AssertionError):
            desk.close()
            return
        self._open += [desk, server]
        for one, other in ((desk, server), (server, desk)):
            threading.Thread(target=self._pass, args=(one, other), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError, ValueError):
            while some := one.recv(65536):
                if self._left is not None:
                    allowed, self._left = some[: self._left], self._left - len(some)
                    if self._left < 0:
                        self._left = None
                        with suppress(OSError):
                            other.sendall(allowed)
                        self.cut()
                        return
                other.sendall(some)
        for each in (one, other):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
