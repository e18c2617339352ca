"""The calls of this package, by the standard library's HTTP client: a connection for each, never through a proxy.

So calls may be made in any thread, and in forks of this process.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from http.client import HTTPConnection, HTTPException
from time import gmtime, strftime
from typing import Any
from urllib.parse import urlencode, urlsplit

from cognito_emulator.testing.errors import CallRefused, CognitoEmulatorError

_SECONDS = 60
_SIGNED = (
    "AWS4-HMAC-SHA256 Credential=local/{day}/{region}/cognito-idp/aws4_request, "
    f"SignedHeaders=host;x-amz-date;x-amz-target, Signature={'0' * 64}"
)
"""The server does not verify it, but with `strict_signatures` its form and its time have to be right."""


class Wire:
    """The calls to one server. `ended` tells how it has ended, for the text of errors; None if it runs."""

    def __init__(self, url: str, region: str, ended: Callable[[], str | None]) -> None:
        self.url = url
        self._region = region
        self._ended = ended

    def call(self, operation: str, **members: Any) -> dict[str, Any]:
        """What an operation of user pools answers. Raises `CallRefused`."""
        now = strftime("%Y%m%dT%H%M%SZ", gmtime())
        headers = {
            "X-Amz-Date": now,
            "X-Amz-Target": f"AWSCognitoIdentityProviderService.{operation}",
            "Content-Type": "application/x-amz-json-1.1",
            "Authorization": _SIGNED.format(day=now[:8], region=self._region),
        }
        status, answer = self._ask("POST", "/", json.dumps(members), headers)
        if status != 200:
            exception = str(answer.get("__type", status)).rpartition("#")[2]
            raise CallRefused(operation, exception, str(answer.get("message", answer.get("Message", ""))))
        return answer

    def control(
        self, method: str, path: str, body: object = None, query: Mapping[str, str | None] | None = None
    ) -> dict[str, Any]:
        """What an endpoint below `/_emulator/` answers. Raises `CognitoEmulatorError` if it refuses."""
        given = {name: value for name, value in (query or {}).items() if value is not None}
        target = f"/_emulator/{path}" + (f"?{urlencode(given)}" if given else "")
        headers = {} if body is None else {"Content-Type": "application/json"}
        status, answer = self._ask(method, target, None if body is None else json.dumps(body), headers)
        if status != 200:
            raise CognitoEmulatorError(f"{method} {target}: {answer.get('error', status)}")
        return answer

    def get(self, path: str) -> dict[str, Any]:
        """A JSON document, such as a key set."""
        status, answer = self._ask("GET", path, None, {})
        if status != 200:
            raise CognitoEmulatorError(f"GET {path}: the server answers {status}")
        return answer

    def _ask(
        self, method: str, target: str, body: str | None, headers: Mapping[str, str]
    ) -> tuple[int, dict[str, Any]]:
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=_SECONDS)
        try:
            connection.request(method, target, body, {**headers, "Connection": "close"})
            answer = connection.getresponse()
            return answer.status, _parsed(answer.read())
        except (OSError, HTTPException) as error:
            why = self._ended() or f"the server at {self.url} does not answer: {str(error) or type(error).__name__}"
            raise CognitoEmulatorError(f"{method} {target}: {why}") from None
        finally:
            connection.close()


def _parsed(body: bytes) -> dict[str, Any]:
    """The JSON object of a body; an empty one if there is none."""
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
