"""Sealing: codes and temporary passwords, unreadable for all but the function that is to send them.

Whoever seals has let go of the database before.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Protocol

from emulator.outside.http import Http
from emulator.outside.kms import Kms, KmsFailed
from keys import sigv4
from keys.sigv4 import Credentials

_POOL = "userpool-id"
"""What the pool's id is called in what a sealed secret is bound to, AWS's encryption context."""
_LIBRARY = "aws_encryption_sdk"
_ENDPOINT = "a KMS (the setting kms-endpoint)"
_EXTRA = "the AWS Encryption SDK (in a checkout: pip install '.[senders]')"
_NOBODY = Credentials("local", "local")


class SealingFailed(Exception):
    """A secret could not be sealed; the message says why, for the log."""


class Sealer(Protocol):
    """Seals secrets."""

    def lacks(self) -> list[str]:
        """What is needed before anything can be sealed, in words; empty where nothing is."""
        ...

    def seal(self, secret: str, key: str, pool_id: str) -> str:
        """A secret of a pool as the `code` of an event, under the KMS key of that ARN. Raises SealingFailed."""
        ...


class KmsSealer:
    """Seals as AWS does: a message of the AWS Encryption SDK with a data key from a KMS, in base64."""

    def __init__(self, kms: Kms) -> None:
        self._kms = kms

    def lacks(self) -> list[str]:
        """The library, where it is not installed."""
        return [] if find_spec(_LIBRARY) else [_EXTRA]

    def seal(self, secret: str, key: str, pool_id: str) -> str:
        """A sealed secret. Raises SealingFailed."""
        from emulator.outside import encryption_sdk

        try:
            message = encryption_sdk.encrypted(secret.encode(), self._kms, key, {_POOL: pool_id})
        except KmsFailed as failed:
            raise SealingFailed(str(failed)) from None
        return base64.b64encode(message).decode()


class NoSealer:
    """Seals nothing, since nobody said where a KMS is."""

    def lacks(self) -> list[str]:
        """The setting, and the library where it is not installed."""
        return [_ENDPOINT] if find_spec(_LIBRARY) else [_ENDPOINT, _EXTRA]

    def seal(self, secret: str, key: str, pool_id: str) -> str:  # noqa: ARG002 - the port's signature
        """Raises SealingFailed."""
        raise SealingFailed("nobody said where a KMS is")


class OpenSealer:
    """For tests: seals so that anybody can open it. `fails` is what becomes of the next secrets instead."""

    def __init__(self) -> None:
        self.fails: SealingFailed | None = None

    def lacks(self) -> list[str]:
        """Nothing."""
        return []

    def seal(self, secret: str, key: str, pool_id: str) -> str:
        """A secret with what it is bound to, in plain JSON in base64. Raises SealingFailed where told to."""
        if self.fails:
            raise self.fails
        return base64.b64encode(json.dumps([secret, key, pool_id]).encode()).decode()

    @staticmethod
    def opened(code: str) -> tuple[str, str, str]:
        """The secret, the key and the pool's id of a `code`."""
        secret, key, pool_id = json.loads(base64.b64decode(code))
        return secret, key, pool_id


def configured(endpoint: str | None, stamp: Callable[[], str], environment: Mapping[str, str], http: Http) -> Sealer:
    """What the settings say. AWS_ACCESS_KEY_ID and the like, where they are set, sign what is sent to the KMS."""
    if endpoint is None:
        return NoSealer()
    return KmsSealer(Kms(endpoint, stamp, sigv4.credentials(environment) or _NOBODY, http=http))
