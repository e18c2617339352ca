"""A small Secrets Manager of the tests' own, as a form of the HTTP port: it answers in this process."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.outside.http import MOST_BYTES, HttpResponse, Unreachable

ENDPOINT = "http://secrets.test"
ACCOUNT = "000000000000"
_NONE: Mapping[str, str] = {}
Reply = tuple[int, bytes | dict[str, Any]] | Unreachable


@dataclass
class Secret:
    """A secret, with the value of each label."""

    arn: str
    name: str
    labels: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    is_scheduled: bool = False
    """Whether the secret is scheduled for deletion."""


class LocalSecretsManager:
    """Stores secrets. `asked` are the operations so far.

    `reply` is given in place of an answer. The answers of the operations in `loses`, which are carried out, do not
    arrive. `meanwhile` runs before a request is carried out, `afterwards` when it is, before the answer arrives.
    """

    def __init__(self) -> None:
        self.secrets: dict[str, Secret] = {}
        self.asked: list[str] = []
        self.headers: list[Mapping[str, str]] = []
        self.seconds: list[float] = []
        self.reply: Reply | None = None
        self.loses: set[str] = set()
        self.meanwhile: Callable[[], Any] = lambda: None
        self.afterwards: Callable[[], Any] = lambda: None
        self.account = ACCOUNT
        self._made = 0

    def value(self, arn: str, label: str = "AWSCURRENT") -> dict[str, str]:
        """The value of a secret, by ARN."""
        [secret] = [one for one in self.secrets.values() if one.arn == arn and not one.is_scheduled]
        return dict(json.loads(secret.labels[label]))

    def request(
        self,
        method: str,
        url: str,
        *,
        seconds: float,
        headers: Mapping[str, str] = _NONE,
        body: bytes | None = None,
        most_bytes: int = MOST_BYTES,
    ) -> HttpResponse:
        """Carry out a request."""
        assert (method, url, most_bytes) == ("POST", ENDPOINT, MOST_BYTES)
        operation = headers["X-Amz-Target"].removeprefix("secretsmanager.")
        self.asked.append(operation)
        self.headers.append(headers)
        self.seconds.append(seconds)
        self.meanwhile()
        if isinstance(self.reply, Unreachable):
            raise self.reply
        region = headers["Authorization"].split("/")[2]
        status, said = self.reply or self._answer(operation, json.loads(body or b""), region)
        self.afterwards()
        if operation in self.loses:
            raise Unreachable(f"{url} did not answer in {seconds:g} s")
        return HttpResponse(status, {}, said if isinstance(said, bytes) else json.dumps(said).encode())

    def _answer(self, operation: str, request: dict[str, Any], region: str) -> tuple[int, dict[str, Any]]:
        if operation == "CreateSecret":
            return self._create(request, region)
        found = [one for one in self.secrets.values() if request["SecretId"] in (one.arn, one.name)]
        if not found:
            return _refused("ResourceNotFoundException")
        secret = found[0]
        if operation == "DeleteSecret":
            assert request["ForceDeleteWithoutRecovery"] is True
            del self.secrets[secret.name]
        elif operation == "RestoreSecret":
            secret.is_scheduled = False
        elif secret.is_scheduled:
            return _refused("InvalidRequestException")
        else:
            assert operation == "PutSecretValue"
            _put(secret, request)
        return 200, {"ARN": secret.arn, "Name": secret.name}

    def _create(self, request: dict[str, Any], region: str) -> tuple[int, dict[str, Any]]:
        name = request["Name"]
        if name in self.secrets:
            is_scheduled = self.secrets[name].is_scheduled
            return _refused("InvalidRequestException" if is_scheduled else "ResourceExistsException")
        self._made += 1
        arn = f"arn:aws:secretsmanager:{region}:{self.account}:secret:{name}-{self._made:06}"
        self.secrets[name] = Secret(arn, name)
        _put(self.secrets[name], request)
        return 200, {"ARN": arn, "Name": name}


def _put(secret: Secret, request: dict[str, Any]) -> None:
    token, value = request["ClientRequestToken"], request["SecretString"]
    assert 32 <= len(token) <= 64
    if token in secret.tokens:
        assert secret.tokens[token] == value
        return
    secret.tokens[token] = value
    previous = {"AWSPREVIOUS": secret.labels["AWSCURRENT"]} if secret.labels else {}
    secret.labels = {"AWSCURRENT": value, **previous}


def _refused(code: str) -> tuple[int, dict[str, Any]]:
    return 400, {"__type": code, "Message": f"{code} it is"}
