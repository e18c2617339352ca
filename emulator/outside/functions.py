"""The real forms of the port for Lambda functions: Lambda's Invoke API, webhooks, and Python callables.

The settings `lambda-endpoint` and `lambda-functions` choose the form by function name or ARN.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from msgspec import Struct, field

from emulator.outside.http import Http, HttpClient, HttpResponse, TooSlow, Unreachable
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
"""Prefix of a target that is an Invoke API."""
_NAME = re.compile(r"[A-Za-z0-9_-]+")
"""Valid function names. One with slashes or dots would change the path of the request."""
_WINDOW, _EXCERPT = 4096, 300
"""Characters of an answer that are cleaned for the log, and those that the log shows."""
_CONFIDENTIAL = ("password", "challengeAnswer", "code")
"""Members of an event's request whose values must not be logged."""
_JSON = {"Content-Type": "application/json"}


class InvokeApi(Struct, frozen=True):
    """An endpoint with Lambda's Invoke API: Lambda, or a local substitute.

    Requests are signed if there are credentials. `stamp` returns the time for SigV4, as `20150830T123600Z`.
    """

    endpoint: str
    stamp: Callable[[], str]
    credentials: Credentials | None = None
    seconds: float = LIMIT
    http: Http = field(default_factory=HttpClient)

    def runs(self, function: str) -> bool:  # noqa: ARG002 - the port's signature
        """True: only `invoke` finds out."""
        return True

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """Invoke the function. Raises what `Lambdas.invoke` raises."""
        body, name = _encoded(event), name_of(function)
        if not _NAME.fullmatch(name):
            raise _unavailable(function, "no function of Lambda has such a name", "ResourceNotFoundException")
        qualifier = qualifier_of(function)
        url = f"{self.endpoint.rstrip('/')}/2015-03-31/functions/{name}/invocations"
        url += f"?Qualifier={quote(qualifier, safe='')}" if qualifier else ""
        headers = {**_JSON, "X-Amz-Invocation-Type": "RequestResponse"}
        if self.credentials:
            region = function.split(":")[3] if function.count(":") > 3 else "us-east-1"
            scope = sigv4.Scope(self.stamp(), region, "lambda")
            headers = sigv4.signed("POST", url, headers, body, self.credentials, scope)
        answer = _post(self.http, function, url, body, headers, self.seconds)
        if answer.status != 200:
            why = f"{redacted(url)} answered {answer.status}: {_excerpt(answer, event)}"
            raise _unavailable(function, why, answer.error)
        document = answer.json()
        if "x-amz-function-error" in answer.headers or _is_error(document):
            raise _failed(document)
        return document


class Webhook(Struct, frozen=True):
    """A URL that receives the event with POST, and answers with the event that the function returns.

    An error is a body as Lambda's runtimes have it for errors, or a status other than 200 with a body that has an
    `errorMessage`.
    """

    url: str
    seconds: float = LIMIT
    http: Http = field(default_factory=HttpClient)

    def runs(self, function: str) -> bool:  # noqa: ARG002 - the port's signature
        """True: only `invoke` finds out."""
        return True

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """POST the event to the webhook. Raises what `Lambdas.invoke` raises."""
        answer = _post(self.http, function, self.url, _encoded(event), _JSON, self.seconds)
        document = answer.json()
        if answer.status == 200 and not _is_error(document):
            return document
        text = _excerpt(answer, event)
        if _is_error(document) or (isinstance(document, dict) and isinstance(document.get("errorMessage"), str)):
            log.warning("the function %s: %s refused with %d: %s", function, redacted(self.url), answer.status, text)
            raise _failed(document)
        why = f"{redacted(self.url)} answered {answer.status} without an errorMessage: {text}"
        raise _unavailable(function, why, f"HTTP {answer.status}")


class Routed(Struct, frozen=True):
    """Invokes each function at the target for its ARN or name, and all others at `otherwise`."""

    targets: Mapping[str, Lambdas] = field(default_factory=dict)
    otherwise: Lambdas | None = None

    def runs(self, function: str) -> bool:
        """Whether the function has a target."""
        target = self._target(function)
        return target is not None and target.runs(function)

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """Invoke the function. Raises what `Lambdas.invoke` raises."""
        target = self._target(function)
        if target is None:
            raise NoFunctions(function)
        return target.invoke(function, event)

    def _target(self, function: str) -> Lambdas | None:
        return self.targets.get(function) or self.targets.get(name_of(function)) or self.otherwise


class FollowingFunctions:
    """The form with the functions of the settings, and with what seeds have beside them. Settings precede a seed.

    `make` returns the form for targets by function name or ARN; `given` are the targets of the settings.
    """

    def __init__(self, make: Callable[[Mapping[str, str]], Lambdas], given: Mapping[str, str]) -> None:
        self._make = make
        self._given = dict(given)
        self._targets = dict(given)
        self._current = make(given)

    def follow(self, targets: Mapping[str, str]) -> None:
        """Go by these targets of seeds. Calls in progress end with what they began with."""
        merged = {**targets, **self._given}
        if merged != self._targets:
            self._current, self._targets = self._make(merged), merged

    def runs(self, function: str) -> bool:
        """Whether the function has a target."""
        return self._current.runs(function)

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """Invoke the function. Raises what `Lambdas.invoke` raises."""
        return self._current.invoke(function, event)


def configured(
    endpoint: str | None,
    targets: Mapping[str, str],
    stamp: Callable[[], str],
    environment: Mapping[str, str],
    http: Http,
) -> Lambdas:
    """The form for the settings: `targets` by function name or ARN, and the Invoke API `endpoint` for other functions.

    A target is the URL of a webhook, or `lambda:` and the URL of an Invoke API, or `python:package.module:function`.
    Requests to an Invoke API are signed with AWS_ACCESS_KEY_ID etc. of `environment`, if they are set. Python functions
    get all of `environment`, as it is when a process starts.
    """
    if endpoint is None and not targets:
        return NoLambdas()
    credentials = sigv4.credentials(environment)

    def parsed(target: str) -> Lambdas:
        if target.startswith(PYTHON):
            return PythonFunction(target.removeprefix(PYTHON), stamp, environment)
        if target.startswith(API):
            return InvokeApi(target.removeprefix(API), stamp, credentials, http=http)
        return Webhook(target, http=http)

    targeted = {name: parsed(target) for name, target in targets.items()}
    return Routed(targeted, InvokeApi(endpoint, stamp, credentials, http=http) if endpoint else None)


def _post(http: Http, function: str, url: str, body: bytes, headers: Mapping[str, str], seconds: float) -> HttpResponse:
    try:
        return http.request("POST", url, headers=headers, body=body, seconds=seconds)
    except TooSlow as error:
        log.warning("the function %s: %s", function, error)
        raise FunctionTimedOut from None
    except Unreachable as error:
        # AWS unknown: how a trigger's UnexpectedLambdaException names an Invoke API that cannot be reached. Lambda's
        # own always can; here it is ServiceException.
        raise _unavailable(function, str(error), "ServiceException") from None


def _unavailable(function: str, reason: str, kind: str) -> FunctionUnavailable:
    """Log the reason, and return the exception, which names only the kind of error."""
    log.warning("the function %s cannot be called: %s", function, reason)
    return FunctionUnavailable(kind)


def _excerpt(answer: HttpResponse, event: Mapping[str, Any]) -> str:
    """The beginning of an answer as one line for the log. It may quote the event, whose secret values become `***`."""
    request = event.get("request") or {}
    private = (request.get("privateChallengeParameters") or {}).values()
    text = answer.body.decode(errors="replace")
    for secret in [*(request.get(name) for name in _CONFIDENTIAL), *private]:
        if secret:
            text = text.replace(str(secret), "***").replace(json.dumps(secret)[1:-1], "***")
    line = " ".join(text[:_WINDOW].split())
    return "".join(letter for letter in line if letter.isprintable())[:_EXCERPT] or "nothing"


def _is_error(document: Any) -> bool:
    """Whether an answer is a Lambda runtime's description of an error, not an event."""
    # Unlike AWS: a trigger's function that returns an object with errorMessage and errorType counts as failed; on AWS
    # it has returned. The emulator in Lambda's container images answers so for failed functions, without the header
    # X-Amz-Function-Error.
    if not isinstance(document, dict):
        return False
    return {"errorMessage", "errorType"} <= document.keys() and "triggerSource" not in document


def _failed(document: Any) -> FunctionFailed:
    """The exception for a function's error. An error without a message has the message `null`, as on AWS."""
    members = document if isinstance(document, dict) else {}
    message = members.get("errorMessage")
    return FunctionFailed("null" if message is None else str(message), str(members.get("errorType", "Error")))


def _encoded(event: dict[str, Any]) -> bytes:
    return json.dumps(event, separators=(",", ":")).encode()
