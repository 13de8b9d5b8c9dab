"""The URL of a server: TLS by itself wherever it leaves the machine, and no password in anything that is told."""

import logging
import os
from pathlib import Path

import pytest

from data.postgres.address import FAULTY, name_of, read_address
from data.queue import QueueUnavailable

PRIVATE = "6.2.1"


@pytest.mark.clause(PRIVATE)
@pytest.mark.parametrize(
    "url",
    [
        "postgresql://seat:pw@db.example.cn/hotline",
        "postgres://seat:pw@10.1.2.3:6432/hotline",
        "postgresql://seat:pw@[2001:db8::1]/hotline",
        "postgresql://seat:pw@localhost,db.example.cn/hotline",
        "postgresql://seat:pw@localhost/hotline?hostaddr=10.1.2.3",
        "postgresql:///hotline?host=db.example.cn",
    ],
)
def test_what_leaves_the_machine_is_encrypted_and_its_server_checked(url: str) -> None:
    """You should see the strictest mode by itself, less only where the URL asks for it, and never none."""
    assert read_address(url).parameters["sslmode"] == "verify-full"
    more = "&" if "?" in url else "?"
    assert read_address(f"{url}{more}sslmode=require").parameters["sslmode"] == "require"
    for weak in ("disable", "allow", "prefer"):
        with pytest.raises(QueueUnavailable, match=f"不能用 sslmode={weak}") as refused:
            read_address(f"{url}{more}sslmode={weak}")
        assert "pw" not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql:///hotline",
        "postgresql://seat@localhost/hotline",
        "postgresql://seat@127.0.0.5/hotline",
        "postgresql://seat@[::1]/hotline",
        "postgresql://%2Frun%2Fpostgresql/hotline",
        "postgresql:///hotline?host=/run/postgresql",
    ],
)
def test_what_stays_on_the_machine_may_do_without(url: str) -> None:
    """You should see no TLS demanded of a socket or of loopback."""
    assert read_address(url).parameters.get("sslmode") is None
    assert read_address(f"{url}{'&' if '?' in url else '?'}sslmode=disable").parameters["sslmode"] == "disable"


@pytest.mark.clause(PRIVATE)
def test_the_environment_makes_no_hole(monkeypatch: pytest.MonkeyPatch) -> None:
    """You should see an address that the environment sends elsewhere treated as what it is."""
    monkeypatch.setenv("PGHOST", "db.example.cn")
    assert read_address("postgresql:///hotline").parameters["sslmode"] == "verify-full"
    monkeypatch.setenv("PGHOSTADDR", "10.1.2.3")
    assert read_address("postgresql://localhost/hotline").parameters["sslmode"] == "verify-full"


@pytest.mark.clause(PRIVATE)
@pytest.mark.parametrize(
    "url",
    [
        "postgresql://seat:geheim@db/w@host/hotline",
        "postgresql://seat:geheim@x@host/hotline",
        "postgresql://seat:ge%heim@host/hotline",
        "postgresql://seat:geheim@host/hotline?passwrod=geheim",
        "postgresql://seat:geheim@ho st/hotline",
        "postgresql://seat:geheim@host:port/hotline",
        "postgresql://geheim:geheim",
        "mysql://seat:geheim@host/hotline",
        "host=db password=geheim",
        "postgresql://seat:geheim@host/hotline?service=x",
    ],
)
def test_a_faulty_url_is_told_without_its_password(url: str, caplog: pytest.LogCaptureFixture) -> None:
    """You should see what is wrong and the way out, and no piece of the password in it, in the name, or in a log."""
    caplog.set_level(logging.DEBUG)
    with pytest.raises(QueueUnavailable, match="请") as refused:
        read_address(url)
    told = f"{refused.value} {refused.value!r} {name_of(url)} {caplog.text}"
    assert "geheim" not in told
    assert "heim" not in told


def test_an_address_prints_without_its_password() -> None:
    """You should see only the name of the server where an address is printed."""
    address = read_address("postgresql://seat:geheim@db.example.cn:6432/hotline?sslmode=require")
    assert repr(address) == str(address) == "Address(name='db.example.cn:6432')"
    assert address.name == name_of("postgresql://seat:geheim@db.example.cn:6432/hotline")
    assert name_of("postgresql://u:p@%") == FAULTY


def test_another_login_role_gets_the_same_place() -> None:
    """You should see host, port, database and what is said of TLS kept, and name and password escaped."""
    address = read_address(
        "postgresql://boss:x@db.example.cn:6432/hot%20line?sslrootcert=/etc/ca.pem&sslmode=verify-ca"
    )
    url = address.url_for("坐席", "a@b:c/d%")
    assert url == (
        "postgresql://%E5%9D%90%E5%B8%AD:a%40b%3Ac%2Fd%25@db.example.cn:6432/hot%20line"
        "?sslmode=verify-ca&sslrootcert=/etc/ca.pem"
    )
    again = read_address(url)
    assert (again.user, again.parameters["password"], again.parameters["dbname"]) == ("坐席", "a@b:c/d%", "hot line")
    socket = read_address("postgresql://boss@%2Frun%2Fpostgresql/hotline").url_for("seat", "pw")
    assert read_address(socket).parameters["host"] == "/run/postgresql"


def test_a_password_file_must_be_ones_own(tmp_path: Path) -> None:
    """You should see a file that others may read, or that is not there, named with the way out."""
    file = tmp_path / "pass"
    url = f"postgresql://seat@db.example.cn/hotline?passfile={file}"
    with pytest.raises(QueueUnavailable, match="读不到"):
        read_address(url)
    file.write_text("*:*:*:*:geheim\n")
    file.chmod(0o644)
    with pytest.raises(QueueUnavailable, match=f"chmod 600 {file}"):
        read_address(url)
    os.chmod(file, 0o600)
    assert read_address(url).parameters["passfile"] == str(file)
