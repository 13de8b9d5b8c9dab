"""Headless Chromium for tests, spoken to through its debugging pipe: no driver, no port, no package."""

import fcntl
import json
import os
import select
import shutil
import socket
import subprocess
import time
from pathlib import Path
from threading import Thread
from typing import Any, Self

import pytest

CHROMIUM = shutil.which("chromium")

needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium; the README says: apt-get install -y chromium"
)

_QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-extensions", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-default-apps",
    "--disable-domain-reliability", "--disable-client-side-phishing-detection", "--hide-scrollbars",
    "--disable-features=OptimizationHints,MediaRouter,InterestFeedContentSuggestions,Translate",
)  # fmt: skip

# What Chromium asks by itself, whatever page is open: the time, its updates, its accounts. No page of ours names these.
_OWN = (".google.com", ".googleapis.com", ".gstatic.com")


class Browser:
    """One tab. Whatever would leave the machine goes to a proxy that turns it away and keeps what it wanted.

    Attributes:
        turned_away: the first line of each request that would have left the machine, but for Chromium's own.
        requested: the address of everything that the page asked for.
        complaints: errors of scripts and violations of the pages' content policy.
    """

    def __init__(self, folder: Path) -> None:
        assert CHROMIUM is not None
        self._proxy = socket.create_server(("127.0.0.1", 0))
        self.turned_away: list[str] = []
        Thread(target=self._turn_away, daemon=True).start()
        theirs_in, self._to = os.pipe()
        self._from, theirs_out = os.pipe()
        # Chromium reads from 3 and writes to 4: ours stay out of the way of these numbers, and the shell puts them there.
        inner = [fcntl.fcntl(each, fcntl.F_DUPFD_CLOEXEC, 20) for each in (theirs_in, theirs_out)]
        self._process = subprocess.Popen(
            [
                *("bash", "-c", f'exec "$0" "$@" 3<&{inner[0]} 4>&{inner[1]}', CHROMIUM),
                *_QUIET,
                "--remote-debugging-pipe",
                f"--user-data-dir={folder}",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                f"--proxy-server=http://127.0.0.1:{self._proxy.getsockname()[1]}",
                "about:blank",
            ],
            pass_fds=inner,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for each in (*inner, theirs_in, theirs_out):
            os.close(each)
        self._buffer = b""
        self._number = 0
        self._session: str | None = None
        self._events: list[dict[str, Any]] = []
        self.requested: list[str] = []
        self.complaints: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._to)
        os.close(self._from)
        self._proxy.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits for visitors
        self._proxy.close()

    def _turn_away(self) -> None:
        while True:
            try:
                visitor, _ = self._proxy.accept()
            except OSError:  # closed: the browser is gone
                return
            with visitor:
                # Nothing comes where Chromium only opened a connection to have it ready.
                wanted = visitor.recv(1 << 12).decode(errors="replace").partition("\r\n")[0]
                if wanted and not any(own in wanted for own in _OWN):
                    self.turned_away.append(wanted)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Ask the browser for something and wait for its answer."""
        answer = self._ask(method, **parameters)
        assert "error" not in answer, answer
        result: dict[str, Any] = answer["result"]
        return result

    def _ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            got = self._next()
            if got.get("id") == self._number:
                return got
            self._take(got)

    def open(self, url: str) -> None:
        """Go to an address and wait until it is loaded."""
        self._events.clear()
        self.call("Page.navigate", url=url)
        while not any(event["method"] == "Page.loadEventFired" for event in self._events):
            self._take(self._next())

    def js(self, expression: str) -> Any:
        """Evaluate an expression in the page, awaiting what it promises."""
        result = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def until(self, expression: str) -> None:
        """Wait until an expression is true, on this page or on the one to which it is leading."""
        deadline = time.monotonic() + 30
        while True:
            # An answer may be an error: the page was left, or the next one is not there yet.
            answer = self._ask("Runtime.evaluate", expression=f"Boolean({expression})").get("result", {})
            if answer.get("result", {}).get("value") is True:
                return
            assert time.monotonic() < deadline, f"never: {expression}"
            time.sleep(0.02)

    def type(self, text: str) -> None:
        """Put text where the cursor is, as an input method does."""
        self.call("Input.insertText", text=text)

    def press(self, key: str) -> None:
        """Press and let go of a key by its name: Enter, ArrowDown."""
        codes = {"Enter": 13, "Escape": 27, "ArrowUp": 38, "ArrowDown": 40, "Tab": 9}
        text = {"text": "\r"} if key == "Enter" else {"text": key} if len(key) == 1 else {}
        code = codes.get(key, ord(key[0].upper()))
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, windowsVirtualKeyCode=code, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            assert select.select([self._from], [], [], 60)[0], "Chromium says nothing"
            part = os.read(self._from, 1 << 16)
            assert part, "Chromium has gone"
            self._buffer += part
        message, _, self._buffer = self._buffer.partition(b"\0")
        decoded: dict[str, Any] = json.loads(message)
        return decoded

    def _take(self, event: dict[str, Any]) -> None:
        if "method" not in event:
            return
        self._events.append(event)
        given = event.get("params", {})
        match event["method"]:
            case "Network.requestWillBeSent":
                self.requested.append(given["request"]["url"])
            case "Runtime.exceptionThrown":
                self.complaints.append(str(given["exceptionDetails"]))
            case "Log.entryAdded" if given["entry"]["level"] == "error":
                self.complaints.append(str(given["entry"]))
