"""A client of AWS KMS, or of a local substitute, for GenerateDataKey."""

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
    """KMS returned no data key. The message says why, for the log."""


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A data key: in plain text, `wrapped` (encrypted under the KMS key), and the ARN of the KMS key."""

    plain: bytes
    wrapped: bytes
    key: str


@dataclass(frozen=True, slots=True)
class Kms:
    """An endpoint with KMS's JSON API. `stamp` returns the time for SigV4, as `20150830T123600Z`.

    Requests are signed even if the credentials are made up: local substitutes that serve several AWS services at one
    endpoint tell from the signature which service is meant.
    """

    endpoint: str
    stamp: Callable[[], str]
    credentials: Credentials
    seconds: float = _SECONDS
    http: Http = field(default_factory=HttpClient)

    def data_key(self, key: str, length: int, context: Mapping[str, str]) -> WrappedKey:
        """Generate a data key of `length` bytes under the KMS key `key` (an ARN). Raises KmsFailed."""
        request = {"KeyId": key, "NumberOfBytes": length, "EncryptionContext": dict(context)}
        response = self._call("GenerateDataKey", request, key.split(":")[3])
        try:
            plain, wrapped = (
                base64.b64decode(response[name], validate=True) for name in ("Plaintext", "CiphertextBlob")
            )
            data_key = WrappedKey(plain, wrapped, response["KeyId"])
        except (KeyError, TypeError, ValueError) as error:
            raise KmsFailed(f"{self.endpoint} answered no data key: {error!r}") from None
        if len(plain) != length or not wrapped or not isinstance(data_key.key, str):
            raise KmsFailed(f"{self.endpoint} answered no data key of {length} bytes")
        return data_key

    def _call(self, operation: str, request: Mapping[str, Any], region: str) -> dict[str, Any]:
        body = json.dumps(request).encode()
        headers = {"Content-Type": _JSON, "X-Amz-Target": f"TrentService.{operation}"}
        scope = sigv4.Scope(self.stamp(), region, "kms")
        headers = sigv4.signed("POST", self.endpoint, headers, body, self.credentials, scope)
        try:
            answer = self.http.request("POST", self.endpoint, headers=headers, body=body, seconds=self.seconds)
        except Unreachable as error:
            raise KmsFailed(str(error)) from None
        document = answer.json()
        response = document if isinstance(document, dict) else {}
        if answer.status != 200:
            message = response.get("message") or response.get("Message") or ""
            raise KmsFailed(f"{self.endpoint} answered {answer.error} to {operation}: {message}")
        return response
