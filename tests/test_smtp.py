"""E-mails go on to an SMTP server where one is named, and no call waits for it or fails by it."""

from __future__ import annotations

import logging
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

from emulator.outside.mailbox import Mailbox, Message
from emulator.outside.smtp import Post, Server, as_email
from tests.certificates import self_signed

WAIT = 10


def a_message(**changed: Any) -> Message:
    fields: dict[str, Any] = {
        "id": "0b9d",
        "time": 1_800_000_000.0,
        "pool": "us-east-1_x",
        "user": "ana",
        "medium": "EMAIL",
        "to": "ana@example.com",
        "subject": "Hello",
        "body": "Your code is <b>123456</b>",
        "code": "123456",
        "link": None,
        "trigger": "CustomMessage_SignUp",
    }
    return Message(**{**fields, **changed})


class Inbox:
    """What an SMTP server gets. It refuses e-mails to `nobody@…`."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if address.startswith("nobody@"):
            return "550 there is no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        self.envelopes.append(envelope)
        return "250 taken"

    @property
    def emails(self) -> list[EmailMessage]:
        found = []
        for envelope in self.envelopes:
            assert isinstance(envelope.content, bytes)
            found.append(message_from_bytes(envelope.content, policy=policy.default))
        return found


def accepts(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    return AuthResult(handled=False, success=isinstance(data, LoginPassword) and data == LoginPassword(b"u@x", b"p:w"))


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def server(inbox: Inbox) -> Iterator[Controller]:
    """A real SMTP server, which lets anybody in, and takes one user's password."""
    controller = Controller(
        inbox,
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=accepts,
        auth_require_tls=False,
        enable_SMTPUTF8=True,
    )
    controller.start()
    yield controller
    controller.stop()


def post_to(url: str) -> Post:
    return Post(Server.at(url).send)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls"))


@pytest.fixture(params=["smtps://127.0.0.1:{}", "smtp://127.0.0.1:{}", "smtp://127.0.0.1:{}?starttls=true"])
def secure(request: pytest.FixtureRequest, inbox: Inbox, certificate: Path) -> Iterator[str]:
    """The URL of an SMTP server that speaks TLS: from the first byte, or once asked, and nothing else."""
    trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trust.load_cert_chain(certificate)
    at_once = request.param.startswith("smtps")
    how = {"ssl_context": trust} if at_once else {"tls_context": trust, "require_starttls": True}
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port(), **how)
    controller.start()
    yield request.param.format(controller.port)
    controller.stop()


def test_an_email_arrives_over_tls(
    secure: str, inbox: Inbox, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    post = post_to(secure)
    post(a_message())
    post.close(WAIT)
    assert [envelope.rcpt_tos for envelope in inbox.envelopes] == [["ana@example.com"]]


def test_nothing_is_told_to_a_server_whose_certificate_nobody_trusts(
    secure: str, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    post = post_to(secure)
    post(a_message())
    post.close(WAIT)
    assert "0b9d: not sent by SMTP: SSLCertVerificationError: " in caplog.text
    assert inbox.envelopes == []


@pytest.mark.parametrize("secure", ["smtp://127.0.0.1:{}?starttls=false"], indirect=True)
def test_a_server_that_wants_tls_gets_nothing_without(
    secure: str, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    post = post_to(secure)
    post(a_message())
    post.close(WAIT)
    assert "0b9d: not sent by SMTP: SMTP" in caplog.text
    assert "Must issue a STARTTLS command first" in caplog.text
    assert inbox.envelopes == []


def test_an_email_is_from_whom_the_pool_says(server: Controller, inbox: Inbox) -> None:
    post = post_to(f"smtp://127.0.0.1:{server.port}")
    post(a_message(sender="Bücher <shop@example.com>", reply_to="help@example.com"))
    post.close(WAIT)
    assert inbox.envelopes[0].mail_from == "shop@example.com"
    assert inbox.emails[0]["From"] == "Bücher <shop@example.com>"
    assert inbox.emails[0]["Reply-To"] == "help@example.com"


def test_they_arrive_in_their_order(server: Controller, inbox: Inbox) -> None:
    post = post_to(f"smtp://127.0.0.1:{server.port}")
    mailbox = Mailbox(post)
    for number in range(20):
        mailbox.deliver(a_message(subject=f"Nº {number} 🙂"))
    post.close(WAIT)
    assert [email["Subject"] for email in inbox.emails] == [f"Nº {number} 🙂" for number in range(20)]


def test_a_text_message_is_no_email(server: Controller, inbox: Inbox) -> None:
    post = post_to(f"smtp://127.0.0.1:{server.port}")
    mailbox = Mailbox(post)
    mailbox.deliver(a_message(medium="SMS", to="+15555550000", subject=None))
    mailbox.deliver(a_message())
    post.close(WAIT)
    assert [envelope.rcpt_tos for envelope in inbox.envelopes] == [["ana@example.com"]]


def test_a_password_is_given_where_there_is_one(server: Controller, inbox: Inbox) -> None:
    post = post_to(f"smtp://u%40x:p%3Aw@127.0.0.1:{server.port}")
    post(a_message())
    post.close(WAIT)
    assert len(inbox.envelopes) == 1


@pytest.mark.parametrize(
    ("url", "to", "told"),
    [
        ("smtp://u%40x:wrong@127.0.0.1:{}", "ana@example.com", "SMTPAuthenticationError"),
        ("smtp://127.0.0.1:{}", "nobody@example.com", "SMTPRecipientsRefused"),
        ("smtp://127.0.0.1:{}?starttls=true", "ana@example.com", "SMTPNotSupportedError"),
        ("smtp://127.0.0.1:{}", "ana@example.com\r\nBcc: all@example.com", "ValueError"),
    ],
)
def test_what_goes_wrong_is_in_the_log_and_the_next_one_is_sent(
    server: Controller, inbox: Inbox, caplog: pytest.LogCaptureFixture, url: str, to: str, told: str
) -> None:
    caplog.set_level(logging.WARNING, "cognito_emulator")
    post = post_to(url.format(server.port))
    post(a_message(to=to))
    post.close(WAIT)
    [record] = caplog.records
    assert record.getMessage().startswith(f"0b9d: not sent by SMTP: {told}: ")
    assert "123456" not in record.getMessage()
    assert inbox.envelopes == []
    post(a_message(to="nobody@example.com"))
    post.close(WAIT)
    assert len(caplog.records) == 2


def test_where_nobody_listens_the_message_is_kept_all_the_same(caplog: pytest.LogCaptureFixture) -> None:
    post = post_to(f"smtp://127.0.0.1:{free_port()}")
    mailbox = Mailbox(post)
    mailbox.deliver(a_message())
    post.close(WAIT)
    assert [message.id for message in mailbox.messages()] == ["0b9d"]
    assert "0b9d: not sent by SMTP: ConnectionRefusedError: " in caplog.text


def test_a_slow_server_keeps_nobody_waiting(caplog: pytest.LogCaptureFixture) -> None:
    busy, go_on = threading.Event(), threading.Event()
    sent: list[str] = []

    def slow(email: EmailMessage) -> None:
        busy.set()
        assert go_on.wait(WAIT)
        sent.append(str(email["Message-ID"]))

    post = Post(slow, waiting=2)
    began = time.monotonic()
    post(a_message(id="0"))
    assert busy.wait(WAIT)
    for number in range(1, 5):
        post(a_message(id=str(number)))
    assert time.monotonic() - began < WAIT / 2
    go_on.set()
    post.close(WAIT)
    assert sent == [f"<{number}@verificationemail.com>" for number in range(3)]
    full = "not sent by SMTP: too many wait already"
    assert [record.getMessage() for record in caplog.records] == [f"3: {full}", f"4: {full}"]


def test_a_goodbye_does_not_take_long() -> None:
    go_on = threading.Event()

    def slow(_email: EmailMessage) -> None:
        assert go_on.wait(WAIT)

    post = Post(slow)
    post(a_message())
    began = time.monotonic()
    post.close(0.05)
    assert 0.05 <= time.monotonic() - began < WAIT / 2
    go_on.set()
    post.close(WAIT)


def test_the_log_says_who_gets_a_message_and_not_what_it_says(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "cognito_emulator")
    Mailbox().deliver(a_message(user="ana\nfake"))
    [record] = caplog.records
    assert record.getMessage() == "CustomMessage_SignUp pool=us-east-1_x user=ana fake EMAIL to ana@example.com"


def test_a_subject_has_one_line() -> None:
    assert as_email(a_message(subject="Hi\r\nBcc: all@example.com"))["Subject"] == "Hi  Bcc: all@example.com"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail", Server("mail", 25)),
        ("smtp://mail:1025/", Server("mail", 1025)),
        ("smtp://mail?starttls=true", Server("mail", 25, starttls=True)),
        ("smtp://mail?starttls=false", Server("mail", 25, starttls=False)),
        ("smtps://mail", Server("mail", 465, tls=True, starttls=False)),
        ("smtps://a%40b:p%2F@[::1]:1", Server("::1", 1, tls=True, starttls=False, user="a@b", password="p/")),
    ],
)
def test_a_url_says_where_and_how(url: str, server: Server) -> None:
    assert Server.at(url) == server
