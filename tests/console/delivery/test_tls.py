"""TLS of the mail services, tried against real servers: spoken where it is demanded, and refused by a wrong certificate."""

import ssl
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from console.delivery import bounces, letter, mail
from console.delivery.bounces import Bounce, BounceBox
from console.delivery.letter import Temporary
from console.delivery.mail import MailServer
from console.delivery.webhook import KEY, post
from console.settings import Endpoint
from tests.console.delivery.test_bounces import Mailbox, notification
from tests.delivery import SECRET, MailRoom, System
from tests.proxy import TLS

pytestmark = [
    pytest.mark.clause("6.2.1"),
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS"),  # it is there from the first byte
]

Made = MailRoom | Mailbox
Make = Callable[..., Made]
WAYS = ("by command", "from the first byte")
NAME = "localhost"  # what the certificate of the tests names; it counts as another machine here


@pytest.fixture(autouse=True)
def trust(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], None]]:
    """Whom this machine trusts (``SSL_CERT_FILE``), by itself the certification authority of the tests; and that no
    address is on this machine, where clear text may pass."""

    def only(file: Path) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        letter.certificates.cache_clear()

    monkeypatch.setattr(mail, "is_here", lambda host: False)
    monkeypatch.setattr(bounces, "is_here", lambda host: False)
    only(TLS / "ca.pem")
    yield only
    letter.certificates.cache_clear()


@pytest.fixture(params=[MailRoom, Mailbox], ids=["SMTP", "POP3"])
def kind(request: pytest.FixtureRequest) -> type[Made]:
    """Which service: the one that takes our mail, or the mailbox of what comes back."""
    kind: type[Made] = request.param
    return kind


def shown(certificate: str) -> ssl.SSLContext:
    """What a server shows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / f"{certificate}.pem", TLS / f"{certificate}.key")
    return context


@pytest.fixture
def serve(kind: type[Made]) -> Iterator[Make]:
    """Start such a server with a certificate."""
    made: list[Made] = []

    def begin(way: str, certificate: str = "server") -> Made:
        made.append(kind(shown(certificate), by_command=way == WAYS[0]) if way else kind())
        return made[-1]

    yield begin
    for each in made:
        each.close()


def use(server: Made, way: str, host: str = NAME) -> None:
    """Send a mail, or look for what came back, by the URL that an administrator would write."""
    port = server.url.rpartition(":")[2]
    s = "s" if way == WAYS[1] else ""
    if isinstance(server, MailRoom):
        message = EmailMessage()
        message["From"], message["To"] = "12345@city.test", "yi@unit.test"
        MailServer(f"smtp{s}://12345:secret@{host}:{port}", "12345@city.test").send(message)
        assert [str(each["To"]) for each in server.mails] == ["yi@unit.test"]
    else:
        server.mails = {"u1": notification("<01a2-b.0123456789ab@city.test>")}
        kept: list[Bounce] = []
        BounceBox(f"pop3{s}://bounces:secret@{host}:{port}").take(set(), kept.append)
        assert [each.key for each in kept] == ["01a2-b.0123456789ab"]
        assert server.mails == {}


def nothing_was_told(server: Made) -> None:
    """Check that neither a mail nor a name nor a password has reached the server."""
    if isinstance(server, MailRoom):
        assert server.mails == []
        assert server.users == []
    else:
        assert not {"USER", "PASS"} & set(server.asked)


@pytest.mark.parametrize("way", WAYS)
def test_mail_goes_and_comes_through_tls(serve: Make, way: str) -> None:
    """You should see a mail taken by a server that demands TLS, and a bounce read from one, user and password known."""
    use(serve(way), way)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("certificate", "trusted", "host", "told"),
    [
        ("server", "server.key", NAME, "不是本机信任的机构签发的：请核对主机"),
        ("expired", "expired.pem", NAME, "已过期：请对方换证书"),
        ("server", "ca.pem", "127.0.0.1", "不是这台主机的：请在地址里写证书上的主机名"),
    ],
    ids=["a stranger's", "expired", "another host's"],
)
def test_a_wrong_certificate_is_refused(
    serve: Make, trust: Callable[[Path], None], way: str, certificate: str, trusted: str, host: str, told: str
) -> None:
    """You should see a sentence with host, fault and way out, before a password or a mail is sent; and tried again later."""
    trust(TLS / trusted)
    server = serve(way, certificate)
    with pytest.raises(Temporary) as refused:
        use(server, way, host)
    assert f" {host} 的 TLS 证书{told}" in refused.value.reason
    assert "secret" not in refused.value.reason
    nothing_was_told(server)


def test_a_server_without_tls_gets_nothing(serve: Make) -> None:
    """You should see a server that offers no TLS, or has it struck out on the way, told no password and sent no mail."""
    server = serve("")
    for way, told in ((WAYS[0], "没有 TLS"), (WAYS[1], "TLS 建立不了或断了：请核对端口")):
        with pytest.raises(Temporary) as refused:
            use(server, way)
        assert told in refused.value.reason
        nothing_was_told(server)


def test_a_webhook_goes_to_the_system_that_the_certificate_names(trust: Callable[[Path], None]) -> None:
    """You should see a request taken over https, and none sent to an address that the certificate does not name."""
    system = System(tls=shown("server"))
    body = b"{}"
    named = system.url.replace("127.0.0.1", NAME)
    post(Endpoint(named, SECRET), "1.x", body, 1_795_000_000)
    trust(TLS / "server.key")
    with pytest.raises(Temporary, match="localhost 的 TLS 证书不是本机信任的机构签发的"):
        post(Endpoint(named, SECRET), "2.x", body, 1_795_000_000)
    trust(TLS / "ca.pem")
    with pytest.raises(Temporary, match=r"127\.0\.0\.1 的 TLS 证书不是这台主机的"):
        post(Endpoint(system.url, SECRET), "3.x", body, 1_795_000_000)
    assert [headers[KEY] for headers, _ in system.requests] == ["1.x"]
    system.close()


def test_a_fault_of_a_certificate_is_called_by_its_name() -> None:
    """You should see OpenSSL's own words for what is seldom wrong, and never that a trusted authority is not."""
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = 92, "CA cert does not include key usage extension"
    assert letter.tls_trouble("接口 localhost", error) == (
        "接口 localhost 的 TLS 证书不合规范（CA cert does not include key usage extension）：请对方换证书，自建的根证书也要重签"
    )
