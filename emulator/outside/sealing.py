"""Encryption of codes and temporary passwords for custom sender functions (AWS: "Custom sender Lambda triggers").

The caller has released its database connection.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Protocol

from emulator.outside.aws_api import PLACEHOLDER
from emulator.outside.http import Http
from emulator.outside.kms import Kms, KmsFailed
from keys import sigv4

_POOL = "userpool-id"
"""The key of the pool's id in the encryption context."""
_LIBRARY = "aws_encryption_sdk"
_ENDPOINT = "a KMS (the setting kms-endpoint)"
_EXTRA = "the AWS Encryption SDK (in a checkout: pip install '.[senders]')"


class SealingFailed(Exception):
    """A secret could not be encrypted. The message says why, for the log."""


class Sealer(Protocol):
    """Encrypts secrets under a pool's KMS key."""

    def lacks(self) -> list[str]:
        """What is missing for `seal` to work, in words; empty if nothing is."""
        ...

    def seal(self, secret: str, key: str, pool_id: str) -> str:
        """Encrypt a pool's secret under the KMS key `key` (an ARN); return the event's `code`. Raises SealingFailed."""
        ...


class KmsSealer:
    """The real form, as on AWS: a message of the AWS Encryption SDK with a data key of KMS, in base64."""

    def __init__(self, kms: Kms) -> None:
        self._kms = kms

    def lacks(self) -> list[str]:
        """The AWS Encryption SDK, if it is not installed."""
        return [] if find_spec(_LIBRARY) else [_EXTRA]

    def seal(self, secret: str, key: str, pool_id: str) -> str:
        """Encrypt the secret. Raises SealingFailed."""
        from emulator.outside import encryption_sdk

        try:
            message = encryption_sdk.encrypted(secret.encode(), self._kms, key, {_POOL: pool_id})
        except KmsFailed as failed:
            raise SealingFailed(str(failed)) from None
        return base64.b64encode(message).decode()


class NoSealer:
    """The form without a KMS endpoint: encrypts nothing."""

    def lacks(self) -> list[str]:
        """The setting `kms-endpoint`, and the AWS Encryption SDK if it is not installed."""
        return [_ENDPOINT] if find_spec(_LIBRARY) else [_ENDPOINT, _EXTRA]

    def seal(self, secret: str, key: str, pool_id: str) -> str:  # noqa: ARG002 - the port's signature
        """Raises SealingFailed."""
        raise SealingFailed("nobody said where a KMS is")


class OpenSealer:
    """The test form: encodes without encrypting. `fails` is raised instead, if it is set."""

    def __init__(self) -> None:
        self.fails: SealingFailed | None = None

    def lacks(self) -> list[str]:
        """An empty list: nothing is missing."""
        return []

    def seal(self, secret: str, key: str, pool_id: str) -> str:
        """The secret, the key and the pool's id as JSON in base64. Raises `fails`, if it is set."""
        if self.fails:
            raise self.fails
        return base64.b64encode(json.dumps([secret, key, pool_id]).encode()).decode()

    @staticmethod
    def opened(code: str) -> tuple[str, str, str]:
        """Decode a `code` into the secret, the key and the pool's id."""
        secret, key, pool_id = json.loads(base64.b64decode(code))
        return secret, key, pool_id


def configured(endpoint: str | None, stamp: Callable[[], str], environment: Mapping[str, str], http: Http) -> Sealer:
    """The sealer for the setting `kms-endpoint`. Requests are signed with AWS_ACCESS_KEY_ID etc. of the environment."""
    if endpoint is None:
        return NoSealer()
    return KmsSealer(Kms(endpoint, stamp, sigv4.credentials(environment) or PLACEHOLDER, http=http))
