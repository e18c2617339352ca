"""A client of AWS services that speak JSON: KMS and Secrets Manager, or local substitutes for them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct, field

from emulator.outside.http import Http, HttpClient, Unreachable
from emulator.redaction import one_line, redacted
from keys import sigv4
from keys.sigv4 import Credentials

_SECONDS = 5.0
_JSON = "application/x-amz-json-1.1"
_LONGEST = 500
"""Characters of an exception's message."""
PLACEHOLDER = Credentials("local", "local")
"""The credentials of requests to local substitutes where the environment has none."""


class CallFailed(Exception):
    """A service did not do what it was asked for. The message says why, for the log.

    `code` is the service's error code, `HTTP 500` where it sent none; "" if there was no response at all.
    """

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class AwsApi(Struct, frozen=True):
    """An endpoint with the JSON API of a service. `stamp` returns the time for SigV4, as `20150830T123600Z`.

    `target` is the first part of `X-Amz-Target`, `service` the service's name in signatures.
    Requests are signed even if the credentials are made up: local substitutes that serve several AWS services at one
    endpoint tell from the signature which service is meant.
    """

    endpoint: str
    target: str
    service: str
    stamp: Callable[[], str]
    credentials: Credentials
    seconds: float = _SECONDS
    http: Http = field(default_factory=HttpClient)

    def call(self, operation: str, request: Mapping[str, Any], region: str, secret: str = "") -> dict[str, Any]:
        """Call an operation, and return its answer; {} for one that is no JSON object. Raises CallFailed.

        `secret` is a secret in the request. The exception's message does not repeat it, even if the service does.
        """
        body = json.dumps(request).encode()
        headers = {"Content-Type": _JSON, "X-Amz-Target": f"{self.target}.{operation}"}
        scope = sigv4.Scope(self.stamp(), region, self.service)
        headers = sigv4.signed("POST", self.endpoint, headers, body, self.credentials, scope)
        try:
            answer = self.http.request("POST", self.endpoint, headers=headers, body=body, seconds=self.seconds)
        except Unreachable as error:
            raise _failed(str(error), secret) from None
        document = answer.json()
        response = document if isinstance(document, dict) else {}
        if answer.status != 200:
            message = str(response.get("message") or response.get("Message") or "")
            told = f"{redacted(self.endpoint)} answered {answer.error} to {operation}: {message}"
            raise _failed(told, secret, answer.error)
        return response


def _failed(told: str, secret: str, code: str = "") -> CallFailed:
    """The exception for what the service answered, on one line and without the secret of the request."""
    without = told.replace(secret, "***") if secret else told
    return CallFailed(one_line(without[:_LONGEST]), code)
