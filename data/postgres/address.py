"""Where the city's queue is, as one URL, and how it must be spoken to."""

import ipaddress
import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote

from data.queue import QueueUnavailable

SCHEMES = ("postgresql://", "postgres://")
WEAK = ("disable", "allow", "prefer")  # with these a password and a citizen's words may pass in the clear
STRICT = "verify-full"
HERE, FAULTY = "本机服务器", "地址有误"
_HOST = r"(\[[0-9A-Fa-f:.%]+\]|[\w.-]+|[0-9A-Fa-f:.]+)(:\d{1,5})?"
_HOSTS = re.compile(f"{_HOST}(,{_HOST})*")

CONNECT_SECONDS = 5
STATEMENT_SECONDS = 20  # the server gives a statement up after this
LOCK_SECONDS = 10
# A server that was stopped, or a network that swallows packets, says nothing at all: then the desk gives up by itself.
ANSWER_SECONDS = 30

_GIVEN_UP_BY_SERVER = " ".join(
    f"-c {name}={seconds}s"
    for name, seconds in (
        ("statement_timeout", STATEMENT_SECONDS),
        ("lock_timeout", LOCK_SECONDS),
        ("idle_in_transaction_session_timeout", STATEMENT_SECONDS),
    )
)
_DEFAULTS = {
    "connect_timeout": str(CONNECT_SECONDS),
    "application_name": "hotline",
    "gssencmode": "disable",  # else a Kerberos ticket would take the place of the TLS that is demanded here
    "keepalives_idle": "15",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": str(ANSWER_SECONDS * 1000),
    "client_encoding": "UTF8",
}


@dataclass(frozen=True)
class Address:
    """A server's address. ``name`` is what people read; the password is in ``parameters`` only, which never prints."""

    name: str
    parameters: dict[str, str] = field(repr=False)

    @property
    def user(self) -> str:
        """The login role."""
        return self.parameters.get("user", "")

    def url_for(self, user: str, password: str) -> str:
        """Write the URL by which another login role reaches the same database."""
        given = self.parameters
        host = given.get("host", "")
        host = f"[{host}]" if ":" in host else quote(host, safe=",.-_")
        port = f":{given['port']}" if "port" in given else ""
        kept = [name for name in ("hostaddr", "sslmode", "sslrootcert") if given.get(name)]
        more = "&".join(f"{name}={quote(given[name], safe='/.:-_')}" for name in kept)
        return (
            f"postgresql://{quote(user, safe='')}:{quote(password, safe='')}@{host}{port}"
            f"/{quote(given.get('dbname', ''), safe='')}{'?' + more if more else ''}"
        )


def read_address(url: str) -> Address:
    """Read a URL such as ``postgresql://seat:…@db.example.cn/hotline``.

    TLS with the server's name checked is on by itself for every address that leaves the machine; a URL may ask for
    less (``sslmode=require``), but not for none.

    Raises:
        QueueUnavailable: it is none, or asks for what must not be; the message does not repeat the URL, which may hold
            a password.
    """
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    if not url.startswith(SCHEMES):
        raise QueueUnavailable(f"派单队列的地址应以 {SCHEMES[0]} 开头：请改正 settings.toml 的 queue 或 HOTLINE_QUEUE")
    name = name_of(url)
    try:
        given = {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
    except ProgrammingError:
        name = FAULTY
    if name == FAULTY:
        raise QueueUnavailable(
            "派单队列的地址写法不对，应如 postgresql://用户:密码@主机:端口/库名（密码里的 @ : / ? # % 要写成 %40 一类）："
            "请改正 settings.toml 的 queue 或 HOTLINE_QUEUE"
        )
    if "service" in given:
        raise QueueUnavailable("派单队列的地址不能用 service：请直接写主机、端口与库名")
    options = f"{_GIVEN_UP_BY_SERVER} {given.pop('options', '')}".strip()
    parameters = {**_DEFAULTS, **given, "options": options}
    if leaves_this_machine(given):
        parameters["sslmode"] = _strict(given.get("sslmode", STRICT), name)
    _check_passfile(given.get("passfile", ""))
    return Address(name, parameters)


def name_of(url: str) -> str:
    """Return what people call the server of a URL, without loading psycopg: its host; `FAULTY` where it has none.

    A password that was not escaped is cut by libpq at its own signs; no piece of one is ever taken for a host.
    """
    before, _, query = url.partition("?")
    rest = before.partition("://")[2].partition("/")[0]
    host = rest.partition("@")[2] if "@" in rest else rest
    port = ""
    if not host:
        options = parse_qs(query)
        host, port = (options.get(key, [""])[-1] for key in ("host", "port"))
        host = host or options.get("hostaddr", [""])[-1]
    host = unquote(host)
    if not host or host.startswith(("/", "@")):
        return HERE if url.count("@") <= 1 else FAULTY
    if url.count("@") > 1 or not _HOSTS.fullmatch(host):
        return FAULTY
    return host.removesuffix(":5432") + (f":{port}" if port not in ("", "5432") else "")


def leaves_this_machine(given: dict[str, str]) -> bool:
    """Whether any of the addresses is another than a Unix socket or loopback."""
    address = given.get("hostaddr") or os.environ.get("PGHOSTADDR") or given.get("host") or os.environ.get("PGHOST", "")
    return not all(is_here(each.strip()) for each in address.split(","))


def is_here(host: str) -> bool:
    """Whether a host is a Unix socket or loopback; names are not resolved."""
    if not host or host.startswith(("/", "@")) or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _strict(mode: str, name: str) -> str:
    if mode in WEAK:
        raise QueueUnavailable(
            f"派单队列 {name} 不在本机，不能用 sslmode={mode}：诉求人的信息会明文经过网络，"
            f"请去掉它（默认 {STRICT}），或至少用 require"
        )
    return mode


def _check_passfile(file: str) -> None:
    """Say why a password file will not do; libpq would only warn on standard error and go on without a password."""
    if not file:
        return
    path = Path(file)
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise QueueUnavailable(f"派单队列的密码文件 {path} 读不到（{error.strerror}）：请核对路径与权限") from None
    if not stat.S_ISREG(mode) or mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise QueueUnavailable(f"派单队列的密码文件 {path} 别人也能读：请运行 chmod 600 {path}")
