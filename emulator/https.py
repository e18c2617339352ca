"""HTTPS: what the settings make of it. Imported only where there is a secure listener."""

from __future__ import annotations

import logging
import re
import socket
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from emulator import certificate_files
from emulator.data_errors import DataDirectoryError
from emulator.home import CA_CERTIFICATE
from emulator.outside.clock import MovableClock
from emulator.server import tls
from emulator.settings import Settings
from keys import authority

if TYPE_CHECKING:
    import ssl
    from datetime import datetime

log = logging.getLogger("cognito_emulator")
_LOCAL = ("localhost", "127.0.0.1", "::1")
_EVERY_ADDRESS = {"0.0.0.0", "::"}  # noqa: S104 compared, not bound
_NAME = re.compile(r"[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?|[0-9a-f:]{2,45}", re.IGNORECASE)


class Https(Struct, frozen=True):
    """What a secure listener needs, and the CA's certificate (PEM) for those who are to trust it; None if not ours."""

    context: ssl.SSLContext
    ca: str | None


def prepared(settings: Settings, directory: Path) -> Https:
    """Make or read the certificates. `directory` is that of the data. Raises `DataDirectoryError`."""
    if settings.certificate and settings.certificate_key:
        certificate_files.check(settings.certificate, settings.certificate_key, _now())
        try:
            return Https(tls.from_files(settings.certificate, settings.certificate_key), None)
        except OSError as error:  # such as a key that OpenSSL finds too short
            raise DataDirectoryError(f"cannot serve https with {settings.certificate}: {error}") from error
    directory = settings.ca or directory
    ca = certificate_files.read_or_make(directory, _now())
    log.info("https: the certificates are by the CA in %s", (directory / CA_CERTIFICATE).resolve())
    try:
        return Https(tls.local(ca, _names(settings), _now), ca.pem)
    except OSError as error:
        raise DataDirectoryError(f"cannot serve https: {error}") from error


def _names(settings: Settings) -> list[str]:
    """The names and addresses of the server: those of this machine, of `--host`, and of `--certificate-name`."""
    own = {socket.gethostname().lower(), settings.host.lower()} - _EVERY_ADDRESS
    given = settings.certificate_name or frozenset()
    return [*_LOCAL, *sorted((given | {name for name in own if _NAME.fullmatch(name)}) - {*_LOCAL})]


def _now() -> datetime:
    """The time by the real clock: certificates are checked by clients, whose clocks do not move with ours."""
    return authority.moment(MovableClock().real())
