"""What is wrong with the server or the way to it: one sentence that names it, in time, and never a password."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from data.events import new_id
from data.late_queue import LateQueue
from data.postgres import link as link_module
from data.postgres.address import read_address
from data.postgres.grants import grant
from data.postgres.queue import PostgresQueue
from data.queue import QueueUnavailable
from tests.data.postgres.conftest import Login
from tests.postgres import PASSWORD, Server, granted_url, opened
from tests.proxy import TLS, Proxy
from tests.queues import registered

ROOT = Path(__file__).parents[3]
FAULTS: dict[str, tuple[Callable[[str], str], str]] = {
    "nobody listens": (lambda url: url.replace(url.rpartition(":")[2].partition("/")[0], "1"), "连接被拒绝"),
    "no such host": (lambda url: url.replace("127.0.0.1", "nohost.invalid") + "?sslmode=require", "找不到这台主机"),
    "wrong password": (lambda url: url.replace(":", ":x", 2).replace("postgresql:x", "postgresql:"), "账号或密码不对"),
    "no such database": (lambda url: url.rpartition("/")[0] + "/nothing", "没有这个账号或库|没有权限|没有授权"),
    "no queue in it": (lambda url: url.rpartition("/")[0] + "/postgres", "还没有派单队列|没有权限"),
    "no grant": (lambda url: url, "没有授权"),
    "no socket": (lambda url: "postgresql://%2Ftmp%2Fnothing/x", "没有这个本机套接字"),
    "no TLS there": (lambda url: url + "?sslmode=require", "没有开 TLS"),
}  # fmt: skip


@pytest.mark.clause("5.1.3.1¶2 [5.2.3.2]")
@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_a_sentence_of_its_own(database: str, fault: str, tmp_path: Path) -> None:
    """You should see the host, the reason and the way out, and neither a traceback's words nor the password."""
    change, reason = FAULTS[fault]
    if fault == "no TLS there" and os.environ.get("HOTLINE_TEST_PG"):
        pytest.skip("that server may have it")
    with pytest.raises(QueueUnavailable, match=reason) as refused:
        opened(change(database))
    told = str(refused.value)
    assert told.startswith("派单队列 ")
    assert "请" in told
    assert PASSWORD not in told
    assert "\n" not in told
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


@pytest.mark.clause("6.2.1")
def test_tls_is_spoken_and_the_server_checked(database: str) -> None:
    """You should see events pass through TLS to the server that the certificate names, and to no other."""
    address = read_address(database)
    made, password = grant(address, "centre", "中心")
    proxy = Proxy(int(address.parameters["port"]), tls=True)
    try:
        url = f"postgresql://{made.role}:{password}@localhost:{proxy.port}/{address.parameters['dbname']}?sslmode=verify-full"
        queue = opened(f"{url}&sslrootcert={TLS / 'ca.pem'}")
        queue.append([registered("a")])
        assert queue._link.pgconn.ssl_in_use
        queue.close()
        other = url.replace("@localhost", "@db.example.cn") + "&hostaddr=127.0.0.1"
        with pytest.raises(QueueUnavailable, match="没有用来核对服务器的根证书"):
            opened(url)
        for wrong in (f"{other}&sslrootcert={TLS / 'ca.pem'}", f"{url}&sslrootcert={TLS / 'server.key'}"):
            with pytest.raises(QueueUnavailable, match="证书") as refused:
                opened(wrong)
            assert password not in str(refused.value)
    finally:
        proxy.close()


def test_a_password_may_stand_in_a_file(database: str, tmp_path: Path) -> None:
    """You should see a desk connect by a URL without a password."""
    address = read_address(database)
    made, password = grant(address, "centre", "中心")
    file = tmp_path / "pass"
    file.touch(0o600)
    file.write_text(f"*:*:*:{made.role}:{password}\n")
    url = address.url_for(made.role, "").replace(":@", "@") + f"?passfile={file}"
    queue = opened(url)
    assert queue.read_after(0) == []
    queue.close()


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"postgresql://seat:x@127.0.0.1:{listening.getsockname()[1]}/hotline?connect_timeout=2"


def test_a_server_that_never_answers_is_given_up(silent: str) -> None:
    """You should see the reason after the time for connecting, however long it would stay silent."""
    with pytest.raises(QueueUnavailable, match="一直没有回答"):
        opened(silent)


@pytest.mark.skipif(bool(os.environ.get("HOTLINE_TEST_PG")), reason="freezes its server")
@pytest.mark.clause("5.1.3.1¶2 [5.2.3.2]")
def test_a_server_that_hangs_in_the_middle_is_given_up(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """You should see a desk that waits for an answer told that none comes, and at work again once the server is."""
    from data.postgres.setup import init

    init(read_address(server.url))
    url = granted_url(server.url) + "?connect_timeout=2"
    queue = LateQueue(lambda: opened(url), "x")
    first, second = registered("a"), registered("b")
    queue.append([first])
    monkeypatch.setattr(link_module, "ANSWER_SECONDS", 1)
    server.freeze()
    for _ in range(2):
        with pytest.raises(QueueUnavailable, match="没有回答"):
            queue.append([second])
    server.freeze(thaw=True)
    queue.append([second])  # which the server may have had all along
    assert [event for _, event in queue.read_after(0)] == [first, second]
    queue.close()


def test_a_lock_that_nobody_lets_go_is_not_waited_for(
    database: str, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    """You should see the server give up by itself, and the desk say so."""
    address = read_address(granted_url(database) + "?options=-c%20lock_timeout%3D200ms")
    queue = PostgresQueue(address)
    with psycopg.connect(database) as admin:
        admin.execute("LOCK TABLE hotline.heads IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(QueueUnavailable, match="等锁超过了时限"):
            queue.append([registered("a")])
        admin.rollback()
    queue.append([registered("a")])
    queue.close()


@pytest.mark.clause("5.1.3.1¶2 [5.2.3.2]")
def test_a_connection_that_is_cut_is_opened_anew(database: str) -> None:
    """You should see one sentence for the cut, wherever in an exchange it falls, and the next call work."""
    url = granted_url(database)
    port = int(read_address(url).parameters["port"])
    proxy = Proxy(port)
    queue = LateQueue(lambda: opened(url.replace(f":{port}/", f":{proxy.port}/")), "x")
    try:
        told = 0
        for number in range(40):
            event = registered(f"t{number}")
            queue.read_after(0)
            proxy.cut_after(number * 60)
            failed = 0
            for _ in range(2):  # a cut just behind the answer falls on the call after it
                try:
                    queue.append([event])
                except QueueUnavailable:
                    failed += 1
                proxy.cut_after(1 << 60)
            assert failed <= 1
            queue.append([event])
            told += failed
        assert [event.ticket_id for _, event in queue.read_after(0)] == [f"t{number}" for number in range(40)]
        assert 0 < told < 40
    finally:
        queue.close()
        proxy.close()


def test_nothing_is_written_over_the_console(database: str) -> None:
    """You should see standard error empty when a connection is cut: the driver's own warnings would land on the glass."""
    url = granted_url(database)
    proxy = Proxy(int(read_address(url).parameters["port"]))
    code = (
        "import sys\n"
        "from data.postgres.address import read_address\nfrom data.postgres.queue import PostgresQueue\n"
        "from data.queue import QueueUnavailable\n"
        "queue = PostgresQueue(read_address(sys.argv[1])); print('open', flush=True); input()\n"
        "try: queue.read_after(0)\n"
        "except QueueUnavailable as error: print(error)\n"
    )
    through = url.replace(f":{read_address(url).parameters['port']}/", f":{proxy.port}/")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", code, through], stdin=-1, stdout=-1, stderr=-1, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        proxy.cut()
        told, errors = process.communicate("\n")
    proxy.close()
    assert "恢复后会自动再连" in told
    assert errors == ""


@pytest.mark.clause("5")
def test_a_ticket_that_the_server_cannot_keep_holds_up_no_other(login: Login) -> None:
    """You should see it refused with a sentence, and those sent in the same batch taken."""
    queue = login()
    monstrous = registered("".join(new_id() for _ in range(300)))  # longer than an index entry may be
    outcomes = queue.append_each([[registered("a")], [monstrous], [registered("b")]])
    assert [outcome is None for outcome in outcomes] == [True, False, True]
    assert "存不下" in str(outcomes[1])
    assert {event.ticket_id for _, event in queue.read_after(0)} == {"a", "b"}
