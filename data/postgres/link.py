"""A connection to the server that never hangs, and what the server says as one sentence without a password."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.rows import TupleRow

from data.postgres.address import ANSWER_SECONDS, Address
from data.queue import OutOfScope, QueueUnavailable

# The codes that our own functions raise (`functions.sql`).
NO_GRANT, NOT_ALLOWED = "HL401", "HL403"

_ASK_CENTRE = "请联系中心的系统管理员"
# What stands in the text of a failed connection, which carries no code: reason and way out.
_UNREACHED = (
    ("connection refused", "连接被拒绝", "请检查服务器是否已启动、端口是否正确"),
    ("timeout expired", "一直没有回答", "请检查网络与服务器"),
    ("failed to resolve", "找不到这台主机", "请核对主机名与 DNS"),
    ("no such file", "没有这个本机套接字", "请检查服务器是否已启动"),
    ("starting up", "服务器正在启动", "稍候会自动再连"),
    ("shutting down", "服务器正在停止", "恢复后会自动再连"),
    ("recovery", "服务器正在恢复", "稍候会自动再连"),
    ("too many clients", "服务器的连接已满", f"{_ASK_CENTRE}调大 max_connections"),
    ("too many connections", "这个账号的连接已满", _ASK_CENTRE),
    ("remaining connection slots", "服务器的连接已满", f"{_ASK_CENTRE}调大 max_connections"),
    ("password authentication failed", "账号或密码不对", f"{_ASK_CENTRE}用 hotline queue grant 重发"),
    ("no password supplied", "没有给出密码", "请在地址里写密码，或用 passfile 指明密码文件"),
    ("not permitted to log in", "这个账号已停用", _ASK_CENTRE),
    ("no pg_hba.conf entry", "服务器不接受这个账号从本机连接", f"{_ASK_CENTRE}核对 pg_hba.conf"),
    ("does not support ssl", "服务器没有开 TLS", f"{_ASK_CENTRE}开启，个人信息不能明文经过网络"),
    ("root certificate", "没有用来核对服务器的根证书", "请在地址里写 sslrootcert=证书文件"),
    ("certificate", "服务器的证书核对不上", "请核对主机名与 sslrootcert，不要绕过核对"),
    ("does not exist", "没有这个账号或库", "请核对地址；新建的库要先运行 hotline queue init"),
    ("ssl", "TLS 建立不了", _ASK_CENTRE),
)
_CONTENT = ("22", "23", "54")  # classes of codes: what was sent is no value, breaks a constraint, or is too large
# What a code of the server means once a connection stands: reason and way out.
_CODES = {
    "57P01": ("服务器正在停止", "恢复后会自动再连"),
    "57P02": ("服务器刚刚崩溃", "恢复后会自动再连"),
    "57P03": ("服务器正在启动", "稍候会自动再连"),
    "57014": ("服务器太慢，超过了时限", "稍后会自动再试"),
    "55P03": ("服务器上等锁超过了时限", "稍后会自动再试"),
    "40P01": ("服务器上互相等待", "稍后会自动再试"),
    "40001": ("服务器上互相等待", "稍后会自动再试"),
    "25006": ("服务器现在只读", "请把地址改为主服务器"),
    "53100": ("服务器的磁盘已满", f"{_ASK_CENTRE}清理"),
    "53200": ("服务器的内存不足", _ASK_CENTRE),
    "3F000": ("服务器上还没有派单队列", f"{_ASK_CENTRE}运行 hotline queue init"),
    "42P01": ("服务器上还没有派单队列", f"{_ASK_CENTRE}运行 hotline queue init"),
    "42883": ("服务器上的派单队列版本较旧", f"{_ASK_CENTRE}运行 hotline queue init"),
    "42501": ("这个账号没有权限", f"{_ASK_CENTRE}用 hotline queue grant 授权"),
    NO_GRANT: ("这个账号没有授权", f"{_ASK_CENTRE}用 hotline queue grant 授权"),
}


# Its warnings would land on the console's screen; what they say is told as a sentence here.
logging.getLogger("psycopg").addHandler(logging.NullHandler())


class Unusable(QueueUnavailable):
    """The server cannot keep what was sent: its content is at fault, not the server."""


class Link(psycopg.Connection[TupleRow]):
    """A connection on which nothing waits for ever: a server that was stopped keeps the socket open and is silent."""

    patience: float | None = None  # seconds; `ANSWER_SECONDS` where nothing else is said

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """See psycopg. Without a limit of its own, an answer may take as long as there is patience."""
        if timeout is not None:
            return super().wait(gen, interval=interval, timeout=timeout)
        try:
            return super().wait(gen, interval=interval, timeout=self.patience or ANSWER_SECONDS)
        except psycopg.OperationalError as error:
            if error.sqlstate is None:  # the server said nothing: what it still says is no answer to the next question
                self.pgconn.finish()
            raise


def connect(address: Address) -> Link:
    """Open a connection, every statement a transaction of its own.

    Raises:
        QueueUnavailable: it cannot be opened; the message names host, reason and way out.
    """
    with explained(address, connecting=True):
        return Link.connect(**address.parameters, autocommit=True)  # type: ignore[arg-type]  # all of them strings


@contextmanager
def explained(address: Address, *, connecting: bool = False) -> Iterator[None]:
    """Turn what psycopg and the server say into a sentence.

    Raises:
        OutOfScope: the login role may not do this.
        QueueUnavailable: anything else; the message names host, reason and way out, and quotes no data.
    """
    try:
        yield
    except psycopg.Error as error:
        if error.sqlstate == NOT_ALLOWED:
            raise OutOfScope(error.diag.message_primary or "") from None
        kind = Unusable if (error.sqlstate or "")[:2] in _CONTENT else QueueUnavailable
        raise kind(_sentence(address.name, error, connecting=connecting)) from None


def _sentence(name: str, error: psycopg.Error, *, connecting: bool) -> str:
    """Say what failed: which server, why, and the way out."""
    code = error.sqlstate or ""
    if code in _CODES:
        reason, way_out = _CODES[code]
        return f"派单队列 {name}：{reason}，{way_out}"
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        told = str(error).lower()
        if not connecting:
            silent = "（一直没有回答）" if "timeout expired" in told else ""
            return f"派单队列 {name} 的连接断了{silent}：恢复后会自动再连"
        for words, reason, way_out in _UNREACHED:
            if words in told:
                return f"派单队列 {name} 连不上（{reason}）：{way_out}"
        return f"派单队列 {name} 连不上（原因不明）：请检查网络与服务器"
    # Not the server's words: they may quote a row, and a row a citizen.
    return f"派单队列 {name} 出错（{type(error).__name__} {code}）：请把这句话交给中心的系统管理员"
