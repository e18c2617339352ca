"""Delivery of e-mails to an SMTP server, asynchronously: no call waits for it or fails by it."""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import parse_qs, unquote, urlsplit

from msgspec import Struct

from emulator.outside.backlog import GOODBYE_SECONDS, Backlog
from emulator.outside.mailbox import Message
from emulator.redaction import one_line

log = logging.getLogger("cognito_emulator")
SENDER = "no-reply@verificationemail.com"
"""Cognito's default sender."""
_SECONDS = 10
_WAITING = 1_000
_PORTS = {"smtp": 25, "smtps": 465}
_STARTTLS = {"": None, "true": True, "false": False}


class Server(Struct, frozen=True):
    """An SMTP server. `starttls`: True (required), False (never), None (if the server offers it).

    With TLS, the certificate must be trusted by the system or by SSL_CERT_FILE.
    """

    host: str
    port: int
    tls: bool = False
    starttls: bool | None = None
    user: str | None = None
    password: str | None = None

    @classmethod
    def at(cls, url: str) -> Server:
        """Parse `smtp://user:password@host:port` or `smtps://…`, optionally with `?starttls=true` or `false`.

        Raises ValueError, with a message for the user, for any other URL.
        """
        wrong = ValueError("is not smtp://[user:password@]host[:port][?starttls=true|false], nor smtps://…")
        try:
            parts = urlsplit(url)
            host, port, query = parts.hostname, parts.port, parse_qs(parts.query, strict_parsing=bool(parts.query))
        except ValueError:
            raise wrong from None
        starttls = query.pop("starttls", [""])
        if parts.scheme not in _PORTS or not host or port == 0 or query or len(starttls) != 1:
            raise wrong
        if starttls[0] not in _STARTTLS or parts.path not in ("", "/") or parts.fragment or not url.isprintable():
            raise wrong
        if (parts.username is None) != (parts.password is None) or " " in url:
            raise wrong
        secure = parts.scheme == "smtps"
        user, password = (None if text is None else unquote(text) for text in (parts.username, parts.password))
        chosen = False if secure else _STARTTLS[starttls[0]]
        return cls(host, port or _PORTS[parts.scheme], secure, chosen, user, password)

    def send(self, email: EmailMessage) -> None:
        """Send an e-mail. Raises OSError (of which smtplib's exceptions are subclasses) or ValueError."""
        trust = ssl.create_default_context()
        with self._connection(trust) as connection:
            connection.ehlo()
            if self.starttls or (self.starttls is None and connection.has_extn("starttls")):
                connection.starttls(context=trust)
                connection.ehlo()
            if self.user is not None and self.password is not None:
                connection.login(self.user, self.password)
            connection.send_message(email)

    def _connection(self, trust: ssl.SSLContext) -> smtplib.SMTP:
        if self.tls:
            return smtplib.SMTP_SSL(self.host, self.port, timeout=_SECONDS, context=trust)
        return smtplib.SMTP(self.host, self.port, timeout=_SECONDS)


class Post:
    """Sends the e-mails among the messages, one after the other, in a thread of its own.

    At most `waiting` e-mails are queued. If there is no room, or an e-mail cannot be sent, that is logged, and `failed`
    is called with the message and the reason.
    """

    def __init__(self, send: Callable[[EmailMessage], None], waiting: int = _WAITING) -> None:
        self.failed: Callable[[Message, str], None] | None = None
        self._backlog: Backlog[Message] = Backlog(
            "smtp", lambda message: send(as_email(message)), self._not_sent, waiting
        )

    def __call__(self, message: Message) -> None:
        """Queue a message, if it is an e-mail that no custom sender function sends. Neither waits nor raises."""
        if message.medium == "EMAIL" and not message.custom:
            self._backlog.put(message)

    def close(self, patience: float = GOODBYE_SECONDS) -> None:
        """Wait until the queue is empty, for at most `patience` seconds."""
        self._backlog.close(patience)

    def _not_sent(self, message: Message, why: str) -> None:
        log.warning("%s: not sent by SMTP: %s", message.id, why)
        if self.failed:
            self.failed(message, why)


def as_email(message: Message) -> EmailMessage:
    """A message as an e-mail with an HTML body, as Cognito sends it. Raises ValueError if an address is not valid."""
    email = EmailMessage()
    email["From"] = message.sender or SENDER
    email["To"] = message.to
    if message.reply_to:
        email["Reply-To"] = message.reply_to
    email["Subject"] = one_line(message.subject or "")
    email["Date"] = format_datetime(datetime.fromtimestamp(message.time, UTC))
    email["Message-ID"] = f"<{message.id}@{SENDER.partition('@')[2]}>"
    email.set_content(message.body, subtype="html")
    return email
