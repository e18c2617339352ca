"""A server that was told of an SMTP server sends its e-mails there, and goes on where there is none."""

from __future__ import annotations

import queue
import socket
import ssl
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from tests.certificates import self_signed
from tests.sdk.conftest import Start

WAIT = 20


class Inbox:
    """Bodies of e-mails, as they come."""

    def __init__(self) -> None:
        self.came: queue.Queue[tuple[str, str]] = queue.Queue()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802 - its name
        assert isinstance(envelope.content, bytes)
        email = message_from_bytes(envelope.content)
        self.came.put((envelope.rcpt_tos[0], str(email.get_payload()).strip()))
        return "250 taken"


def signs_up(start: Start, port: int, tls: str = "") -> tuple[str, str]:
    """Sign up at a server; answers the pool and what the log says."""
    server = start("--ephemeral", "--code", "123456", "--smtp-url", f"smtp://127.0.0.1:{port}{tls}")
    idp = server.client("cognito-idp")
    pool = idp.create_user_pool(PoolName="pool", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
    client = idp.create_user_pool_client(UserPoolId=pool, ClientName="web")["UserPoolClient"]["ClientId"]
    mail = [{"Name": "email", "Value": "ana@example.com"}]
    idp.sign_up(ClientId=client, Username="ana", Password="Correct-Horse-1", UserAttributes=mail)
    idp.confirm_sign_up(ClientId=client, Username="ana", ConfirmationCode="123456")
    server.stop()
    return pool, server.log.read_text()


@pytest.fixture
def port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def test_an_email_arrives(start: Start, port: int) -> None:
    inbox = Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        pool, log = signs_up(start, port)
        assert inbox.came.get(timeout=WAIT) == ("ana@example.com", "Your confirmation code is 123456")
    finally:
        controller.stop()
    assert f"CustomMessage_SignUp pool={pool} user=ana EMAIL to ana@example.com" in log
    assert "123456" not in log


def test_an_email_arrives_over_tls_where_its_certificate_is_named(
    start: Start, port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trust.load_cert_chain(certificate)
    inbox = Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=port, tls_context=trust, require_starttls=True)
    controller.start()
    try:
        signs_up(start, port, "?starttls=true")
        assert inbox.came.get(timeout=WAIT) == ("ana@example.com", "Your confirmation code is 123456")
    finally:
        controller.stop()


def test_without_anybody_there_the_call_is_answered_all_the_same(start: Start, port: int) -> None:
    _, log = signs_up(start, port)
    assert "not sent by SMTP: ConnectionRefusedError" in log
