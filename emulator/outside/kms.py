"""KMS, or what stands in for it on this machine: data keys under a key that never leaves it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.outside.http import Http, HttpClient, Unreachable
from keys import sigv4
from keys.sigv4 import Credentials

_SECONDS = 5.0
_JSON = "application/x-amz-json-1.1"


class KmsFailed(Exception):
    """There is no data key; the message says why, for the log."""


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A key to encrypt with, the same key `wrapped` so that KMS alone can unwrap it, and the ARN of KMS's own key."""

    plain: bytes
    wrapped: bytes
    key: str


@dataclass(frozen=True, slots=True)
class Kms:
    """An endpoint that speaks KMS's JSON API. `stamp` says what time it is, for the signatures of requests.

    Requests are always signed, if with made-up credentials: where several services share an endpoint, the signature is
    what says which one is asked.
    """

    endpoint: str
    stamp: Callable[[], str]
    credentials: Credentials
    seconds: float = _SECONDS
    http: Http = field(default_factory=HttpClient)

    def data_key(self, key: str, length: int, context: Mapping[str, str]) -> WrappedKey:
        """A fresh data key of so many bytes, bound to `context`, under the key of that ARN. Raises KmsFailed."""
        asked = {"KeyId": key, "NumberOfBytes": length, "EncryptionContext": dict(context)}
        said = self._asked("GenerateDataKey", asked, key.split(":")[3])
        try:
            plain, wrapped = (base64.b64decode(said[name], validate=True) for name in ("Plaintext", "CiphertextBlob"))
            made = WrappedKey(plain, wrapped, said["KeyId"])
        except (KeyError, TypeError, ValueError) as error:
            raise KmsFailed(f"{self.endpoint} answered no data key: {error!r}") from None
        if len(plain) != length or not wrapped or not isinstance(made.key, str):
            raise KmsFailed(f"{self.endpoint} answered no data key of {length} bytes")
        return made

    def _asked(self, operation: str, request: Mapping[str, Any], region: str) -> dict[str, Any]:
        body = json.dumps(request).encode()
        headers = sigv4.signed(
            "POST",
            self.endpoint,
            {"Content-Type": _JSON, "X-Amz-Target": f"TrentService.{operation}"},
            body,
            self.credentials,
            region=region,
            service="kms",
            stamp=self.stamp(),
        )
        try:
            answer = self.http.request("POST", self.endpoint, headers=headers, body=body, seconds=self.seconds)
        except Unreachable as error:
            raise KmsFailed(str(error)) from None
        said = answer.json()
        told = said if isinstance(said, dict) else {}
        if answer.status != 200:
            words = told.get("message") or told.get("Message") or ""
            raise KmsFailed(f"{self.endpoint} answered {answer.error} to {operation}: {words}")
        return told
