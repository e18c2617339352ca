"""Requests to identity providers: limits, and what an answer must be to be used."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote, urlsplit

from emulator import nesting
from emulator.context import Context
from emulator.federation.errors import ProviderError
from emulator.outside.http import HttpResponse, TooSlow, Unreachable
from emulator.redaction import one_line, redacted
from emulator.stand_in import addresses

SECONDS = 5.0
"""The time limit of each request to a provider."""
MOST_BYTES = 262_144
_CONTROL = "/_emulator/"
_LONGEST = 200
"""How much of a provider's own text a message has."""


def fetch(
    context: Context,
    method: str,
    url: str,
    *,
    late: str,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> HttpResponse:
    """Send a request to a provider, and return its answer. `late` is the message if no answer comes in time.

    The caller has released the database connection. Raises ProviderError if there is no answer.
    """
    if _is_control(url):
        raise ProviderError("Connection reset", f"no provider is at {redacted(url)}, the control of such a server")
    # AWS unknown: for how long a sign-in at an identity provider waits for it, how long an answer may be, and which
    # redirects the limit of 20 is about that AWS's guide gives. Here a request has five seconds, an answer 256 KiB, and
    # redirects of a provider's endpoints are not followed.
    try:
        return context.http.request(
            method,
            url,
            seconds=SECONDS,
            headers={"Accept": "application/json", **(headers or {})},
            body=body,
            most_bytes=MOST_BYTES,
        )
    except TooSlow as problem:
        raise ProviderError(late, str(problem)) from None
    except Unreachable as problem:
        # AWS unknown: the error_description of GET /oauth2/idpresponse where a provider cannot be reached, or its
        # answer is incomplete or too long. Applications have seen "Connection reset"; here it stands for each of these,
        # and the log says which.
        raise ProviderError("Connection reset", str(problem)) from None


def _is_control(url: str) -> bool:
    """Whether a URL is of a control endpoint, such as `/_emulator/reset`, of this server by whichever name or address.

    A foreign provider's discovery document may name it. The stand-in provider is not meant.
    """
    path = f"{unquote(urlsplit(url).path)}/"
    return path.startswith(_CONTROL) and not path.startswith(f"{addresses.PREFIX}/")


def document(answer: HttpResponse) -> dict[str, Any] | None:
    """The JSON object of an answer; None if it has none that can be stored."""
    held = answer.json()
    return held if isinstance(held, dict) and is_storable(held) else None


def is_storable(held: Mapping[str, Any]) -> bool:
    """Whether JSON can be stored and passed on: no NUL characters, lone surrogates, NaN, infinity, no deep nesting."""
    # AWS unknown: how deeply the claims that GET /oauth2/idpresponse gets may be nested. Here 64 levels are taken.
    if nesting.is_too_deep(held):
        return False
    try:
        return "\\u0000" not in json.dumps(held, allow_nan=False) and bool(
            json.dumps(held, ensure_ascii=False).encode()
        )
    except (ValueError, RecursionError):
        return False


def refusal(name: str, answer: HttpResponse, what: str, attempt: str) -> ProviderError:
    """The error for an answer that is not the one hoped for.

    `name` is the provider's; `what` says what the answer was to be ("token"), and `attempt` stands for the description
    that an OAuth error lacks ("error getting token").
    """
    code, description = _error(document(answer) or {})
    if code:
        return ProviderError(f"{name} Error - {answer.status} {cut(code)} {cut(description or attempt)}")
    # AWS unknown: the rest of the error_description "Bad token response: HTTP/1.1 400 Bad Request, entity: …", and the
    # words for other documents of a provider. Here its type and length are told of the entity, never its content.
    return ProviderError(
        f"Bad {what} response: HTTP/1.1 {answer.status} {_phrase(answer.status)}, "
        f"entity: [Content-Type: {cut(answer.headers.get('content-type', ''))},Content-Length: {len(answer.body)}]"
    )


def _error(held: Mapping[str, Any]) -> tuple[str, str]:
    """The error and its description in a JSON object: OAuth's, or that of an API of Google or Facebook."""
    code, description = held.get("error"), held.get("error_description")
    if isinstance(code, dict):
        nested: dict[str, Any] = code
        code, description = nested.get("type") or nested.get("status"), nested.get("message")
    return code if isinstance(code, str) else "", description if isinstance(description, str) else ""


def cut(text: str) -> str:
    """The beginning of a text of a provider, on one line."""
    return one_line(text)[:_LONGEST]


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
