"""TLS: the contexts of the secure listener, with a certificate for the name that the client asks for (SNI).

A certificate for `*.localhost` would not do: OpenSSL takes no wildcard of a top-level domain. Hence each name below
`localhost` gets a certificate when it is asked for.
"""

from __future__ import annotations

import logging
import os
import re
import ssl
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from keys.authority import Authority, issue

log = logging.getLogger("cognito_emulator.server")

_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_LOCAL = re.compile(rf"({_LABEL}\.)+localhost")
_LONGEST = 253
_KEPT = 128
"""Contexts for names below `localhost`, the last used ones."""
_EARLY = timedelta(days=1)
"""How long before its end a certificate is replaced."""
_PROTOCOLS = ["http/1.1"]


def from_files(certificate: Path, key: Path) -> ssl.SSLContext:
    """The context of a certificate that somebody else has issued. Raises OSError (ssl.SSLError)."""
    context = _new()
    context.load_cert_chain(certificate, key)
    return context


def local(authority: Authority, names: Sequence[str], now: Callable[[], datetime]) -> ssl.SSLContext:
    """A context with certificates by a CA of our own: of these names, and of each name below `localhost` asked for.

    Raises OSError where no temporary file can be written.
    """
    leaves = _Leaves(authority, names, now)
    context = _new()

    def choose(connection: ssl.SSLSocket | ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> int | None:
        try:
            connection.context = leaves.context(name)
        except Exception:
            log.exception("a certificate cannot be made")
            return ssl.ALERT_DESCRIPTION_INTERNAL_ERROR
        return None

    leaves.context(None)  # any problem is to show now
    context.sni_callback = choose  # is called without SNI too
    return context


class _Leaves:
    """The certificates in use, as contexts. New ones take the place of those that run out."""

    def __init__(self, authority: Authority, names: Sequence[str], now: Callable[[], datetime]) -> None:
        self._authority = authority
        self._names = list(names)
        self._now = now
        self._lock = threading.Lock()
        self._usual: tuple[ssl.SSLContext, datetime] | None = None
        self._local: OrderedDict[str, tuple[ssl.SSLContext, datetime]] = OrderedDict()

    def context(self, name: str | None) -> ssl.SSLContext:
        """The context for a name that is asked for; that of the usual names for all others. Raises OSError."""
        name = (name or "").lower().removesuffix(".")
        is_local = len(name) <= _LONGEST and _LOCAL.fullmatch(name) is not None and name not in self._names
        with self._lock:
            if not is_local:
                self._usual = self._usable(self._usual) or self._made(self._names)
                return self._usual[0]
            kept = self._usable(self._local.pop(name, None)) or self._made([name])
            self._local[name] = kept
            if len(self._local) > _KEPT:
                self._local.popitem(last=False)
            return kept[0]

    def _usable(self, kept: tuple[ssl.SSLContext, datetime] | None) -> tuple[ssl.SSLContext, datetime] | None:
        return kept if kept and self._now() < kept[1] - _EARLY else None

    def _made(self, names: Sequence[str]) -> tuple[ssl.SSLContext, datetime]:
        leaf = issue(self._authority, names, self._now())
        context = _new()
        _load(context, leaf.pem)
        return context, leaf.until


def _new() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION
    context.set_alpn_protocols(_PROTOCOLS)
    return context


def _load(context: ssl.SSLContext, pem: str) -> None:
    """Load a certificate and its key: by a file of mode 0600, as OpenSSL wants it in Python, which is deleted."""
    descriptor, name = tempfile.mkstemp(suffix=".pem")
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(pem)
        context.load_cert_chain(name)
    finally:
        Path(name).unlink(missing_ok=True)
