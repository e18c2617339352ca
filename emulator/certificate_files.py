"""The files of TLS: the CA, which is made once and kept, or the certificate that the settings name."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from emulator import data_keys
from emulator.data_errors import DataDirectoryError, explanation
from emulator.home import CA_CERTIFICATE, CA_KEY
from keys import authority
from keys.authority import Authority, InvalidCertificate

_BEGIN = b"-----BEGIN CERTIFICATE-----"


def read_or_make(directory: Path, now: datetime) -> Authority:
    """The CA in a directory, made if there is none. Raises `DataDirectoryError`.

    The file of the key has the certificate too, so that two servers that start at once never keep halves of two CAs.
    `ca.pem` is a copy, or, beside a key that somebody else made, the certificate itself.
    """
    certificate, key = directory / CA_CERTIFICATE, directory / CA_KEY
    with _explained(key):
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not key.exists():
            if certificate.exists():
                raise OSError(f"{certificate} is there without it")
            made = authority.create(now)
            data_keys.write_new(key, f"{made.key_pem}{made.pem}".encode())
        whole = key.read_bytes()
        if _BEGIN not in whole:
            return authority.read(certificate.read_bytes(), whole, now)
        found = authority.read(whole, whole, now)
        _copy(certificate, found.pem.encode())
        return found


def check(certificate: Path, key: Path, now: datetime) -> None:
    """Check the certificate and the key that the settings name. Raises `DataDirectoryError`."""
    with _explained(certificate):
        authority.check(certificate.read_bytes(), key.read_bytes(), now)


def _copy(path: Path, certificate: bytes) -> None:
    """Write the certificate where those find it who are to trust it, unless it is there. Anybody may read it."""
    if path.exists() and path.read_bytes() == certificate:
        return
    descriptor, fresh = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(certificate)
        Path(fresh).chmod(0o644)
        Path(fresh).replace(path)
    finally:
        Path(fresh).unlink(missing_ok=True)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Raise `DataDirectoryError` in place of errors of the disk and of certificates."""
    try:
        yield
    except InvalidCertificate as error:
        raise DataDirectoryError(f"cannot serve https: {path} {error}") from None
    except OSError as error:
        raise DataDirectoryError(f"cannot serve https with {path}: {explanation(error)}") from error
