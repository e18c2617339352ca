"""Where the functions of Lambda triggers run, for real: behind Lambda's Invoke API, behind a webhook, or as Python.

Which function runs where is chosen by its name or ARN; `emulator.settings` says how that is written.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from emulator.outside.http import Answer, Http, HttpClient, TooSlow, Unreachable
from emulator.outside.lambdas import (
    LIMIT,
    FunctionFailed,
    FunctionTimedOut,
    FunctionUnavailable,
    Lambdas,
    NoFunctions,
    NoLambdas,
    name_of,
    qualifier_of,
)
from emulator.outside.python_functions import PYTHON, PythonFunction
from emulator.redaction import redacted
from keys import sigv4
from keys.sigv4 import Credentials

log = logging.getLogger("cognito_emulator")

API = "lambda:"
"""What the target of a function begins with that is behind an Invoke API."""
_NAME = re.compile(r"[A-Za-z0-9_-]+")
"""Names that Lambda takes. What has slashes or dots in it would lead elsewhere on the endpoint's host."""
_WINDOW, _EXCERPT = 4096, 300
"""Characters of an answer that are looked at for the log, and those that it shows."""
_CONFIDENTIAL = ("password", "challengeAnswer", "code")
"""Members of an event's request that are kept out of the log."""
_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class InvokeApi:
    """An endpoint that speaks Lambda's Invoke API: Lambda itself, or what stands in for it on this machine.

    Requests are signed where there are credentials; `stamp` says what time it is, for their signatures.
    """

    endpoint: str
    stamp: Callable[[], str]
    credentials: Credentials | None = None
    seconds: float = LIMIT
    http: Http = field(default_factory=HttpClient)

    def runs(self, function: str) -> bool:  # noqa: ARG002 - the port's signature
        """Yes, as far as is known here."""
        return True

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """What the function answers. Raises what the port raises."""
        body, name = _written(event), name_of(function)
        if not _NAME.fullmatch(name):
            raise _unavailable(function, "no function of Lambda has such a name", "ResourceNotFoundException")
        qualifier = qualifier_of(function)
        url = f"{self.endpoint.rstrip('/')}/2015-03-31/functions/{name}/invocations"
        url += f"?Qualifier={quote(qualifier, safe='')}" if qualifier else ""
        headers = {**_JSON, "X-Amz-Invocation-Type": "RequestResponse"}
        if self.credentials:
            region = function.split(":")[3] if function.count(":") > 3 else "us-east-1"
            headers = sigv4.signed(
                "POST", url, headers, body, self.credentials, region=region, service="lambda", stamp=self.stamp()
            )
        answer = _posted(self.http, function, url, body, headers, self.seconds)
        if answer.status != 200:
            why = f"{redacted(url)} answered {answer.status}: {_excerpt(answer, event)}"
            raise _unavailable(function, why, answer.error)
        said = answer.json()
        if "x-amz-function-error" in answer.headers or _tells_of_an_error(said):
            raise _failed(said)
        return said


@dataclass(frozen=True, slots=True)
class Webhook:
    """A URL that gets the event and answers with it.

    Any status but 200 refuses, in the words of `errorMessage`, and so does what Lambda's runtimes say of an error.
    """

    url: str
    seconds: float = LIMIT
    http: Http = field(default_factory=HttpClient)

    def runs(self, function: str) -> bool:  # noqa: ARG002 - the port's signature
        """Yes, as far as is known here."""
        return True

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """What the webhook answers. Raises what the port raises."""
        answer = _posted(self.http, function, self.url, _written(event), _JSON, self.seconds)
        said = answer.json()
        if answer.status == 200 and not _tells_of_an_error(said):
            return said
        words = _excerpt(answer, event)
        if _tells_of_an_error(said) or (isinstance(said, dict) and isinstance(said.get("errorMessage"), str)):
            log.warning("the function %s: %s refused with %d: %s", function, redacted(self.url), answer.status, words)
            raise _failed(said)
        why = f"{redacted(self.url)} answered {answer.status} without an errorMessage: {words}"
        raise _unavailable(function, why, f"HTTP {answer.status}")


@dataclass(frozen=True, slots=True)
class Routed:
    """Runs each function where its ARN or its name says, and any other at `otherwise`."""

    targets: Mapping[str, Lambdas] = field(default_factory=dict)
    otherwise: Lambdas | None = None

    def runs(self, function: str) -> bool:
        """Whether the settings say where."""
        target = self._target(function)
        return target is not None and target.runs(function)

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """What the function answers. Raises what the port raises."""
        target = self._target(function)
        if target is None:
            raise NoFunctions(function)
        return target.invoke(function, event)

    def _target(self, function: str) -> Lambdas | None:
        return self.targets.get(function) or self.targets.get(name_of(function)) or self.otherwise


def configured(
    endpoint: str | None,
    targets: Mapping[str, str],
    stamp: Callable[[], str],
    environment: Mapping[str, str],
    http: Http,
) -> Lambdas:
    """What the settings say: functions by name, and an endpoint for all others; nothing runs where they say nothing.

    A target is a webhook's URL, or `lambda:` and the URL of an Invoke API, or `python:package.module:function`.
    AWS_ACCESS_KEY_ID and the like, where they are set, sign what is sent to an Invoke API; the whole environment is
    that of the Python functions, as it is when they are called first.
    """
    if endpoint is None and not targets:
        return NoLambdas()
    credentials = sigv4.credentials(environment)

    def made(target: str) -> Lambdas:
        if target.startswith(PYTHON):
            return PythonFunction(target.removeprefix(PYTHON), stamp, environment)
        if target.startswith(API):
            return InvokeApi(target.removeprefix(API), stamp, credentials, http=http)
        return Webhook(target, http=http)

    targeted = {name: made(target) for name, target in targets.items()}
    return Routed(targeted, InvokeApi(endpoint, stamp, credentials, http=http) if endpoint else None)


def _posted(http: Http, function: str, url: str, body: bytes, headers: Mapping[str, str], seconds: float) -> Answer:
    try:
        return http.request("POST", url, headers=headers, body=body, seconds=seconds)
    except TooSlow as error:
        log.warning("the function %s: %s", function, error)
        raise FunctionTimedOut from None
    except Unreachable as error:
        raise _unavailable(function, str(error), "ServiceException") from None


def _unavailable(function: str, reason: str, kind: str) -> FunctionUnavailable:
    """AWS unknown: what it calls an endpoint that is not there, which its own always is; ServiceException here."""
    log.warning("the function %s cannot be called: %s", function, reason)
    return FunctionUnavailable(kind)


def _excerpt(answer: Answer, event: Mapping[str, Any]) -> str:
    """How an answer begins, in one line for the log, without what the event holds in confidence and it may quote."""
    request = event.get("request") or {}
    private = (request.get("privateChallengeParameters") or {}).values()
    text = answer.body.decode(errors="replace")
    for secret in [*(request.get(name) for name in _CONFIDENTIAL), *private]:
        if secret:
            text = text.replace(str(secret), "***").replace(json.dumps(secret)[1:-1], "***")
    line = " ".join(text[:_WINDOW].split())
    return "".join(letter for letter in line if letter.isprintable())[:_EXCERPT] or "nothing"


def _tells_of_an_error(said: Any) -> bool:
    """Whether an answer is what a runtime says of a function that raised, and no event.

    Unlike AWS: a function that returns an object with `errorMessage` and `errorType` has raised here, since that is how
    the emulator in Lambda's container images answers where one raised, without the header that says so.
    """
    return isinstance(said, dict) and {"errorMessage", "errorType"} <= said.keys() and "triggerSource" not in said


def _failed(said: Any) -> FunctionFailed:
    """What a function raised; AWS says `null` for an error without a message."""
    told = said if isinstance(said, dict) else {}
    message = told.get("errorMessage")
    return FunctionFailed("null" if message is None else str(message), str(told.get("errorType", "Error")))


def _written(event: dict[str, Any]) -> bytes:
    return json.dumps(event, separators=(",", ":")).encode()
