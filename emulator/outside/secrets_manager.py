"""A client of AWS Secrets Manager, or of a local substitute, where app clients' secrets are published.

The caller has released its database connection.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Protocol

from msgspec import Struct

from emulator.outside.aws_api import PLACEHOLDER, AwsApi, CallFailed
from emulator.outside.http import Http
from emulator.redaction import redacted
from keys import sigv4

_ARN = re.compile(r"arn:[a-z-]+:secretsmanager:([a-z0-9-]+):[0-9]{12}:secret:[\w+=/.@-]{1,600}", re.ASCII)
_TAKEN = frozenset({"ResourceExistsException", "InvalidRequestException"})
"""CreateSecret's errors for a name that is in use, and for one whose secret is scheduled for deletion."""
_NOT_FOUND = "ResourceNotFoundException"
_SCHEDULED = "InvalidRequestException"


class SecretsManagerFailed(Exception):
    """Secrets Manager did not do what it was asked for. The message says why, without the secret.

    `is_down` says that there was no response at all, so that further requests are likely to fail too.
    """

    def __init__(self, message: str, *, is_down: bool = False) -> None:
        super().__init__(message)
        self.is_down = is_down


class Version(Struct, frozen=True):
    """A version of a secret: the secret's name, its value, and the id that makes storing it idempotent."""

    region: str
    name: str
    value: str
    id: str
    sensitive: str
    """The part of the value that no log may show."""


class SecretsManager(Protocol):
    """Stores secrets."""

    @property
    def lacks(self) -> str | None:
        """The setting that is missing, in words; None if none is."""
        ...

    def create(self, version: Version) -> str:
        """Store a version as the current one, and return the secret's ARN. Raises SecretsManagerFailed.

        A secret of that name that exists already, or is scheduled for deletion, is taken over.
        """
        ...

    def put(self, arn: str, version: Version) -> str:
        """Store a version of a secret as the current one, and return the secret's ARN. Raises SecretsManagerFailed.

        The version that was current becomes the previous one. If somebody deleted the secret, it is created again.
        """
        ...

    def delete(self, arn: str) -> None:
        """Delete a secret for good, if it still exists. Raises SecretsManagerFailed."""
        ...


class AwsSecretsManager:
    """The real form."""

    lacks = None

    def __init__(self, api: AwsApi) -> None:
        self._api = api

    def create(self, version: Version) -> str:
        """Store the version. Raises SecretsManagerFailed."""
        members = {"Name": version.name, "Description": "The secret of an Amazon Cognito app client."}
        try:
            return self._store("CreateSecret", members, version)
        except _Refused as refused:
            if refused.code not in _TAKEN:
                raise
        return self._take_over(version.name, version)

    def put(self, arn: str, version: Version) -> str:
        """Store the version. Raises SecretsManagerFailed."""
        try:
            return self._store("PutSecretValue", {"SecretId": arn}, version)
        except _Refused as refused:
            if refused.code == _NOT_FOUND:
                return self.create(version)
            if refused.code == _SCHEDULED:
                return self._take_over(arn, version)
            raise

    def delete(self, arn: str) -> None:
        """Delete the secret. Raises SecretsManagerFailed."""
        request = {"SecretId": arn, "ForceDeleteWithoutRecovery": True}
        try:
            self._call("DeleteSecret", request, arn.split(":")[3])
        except _Refused as refused:
            if refused.code != _NOT_FOUND:
                raise

    def _take_over(self, secret: str, version: Version) -> str:
        """Store a version of a secret, by name or ARN, that exists and may be scheduled for deletion."""
        with suppress(_Refused):
            self._call("RestoreSecret", {"SecretId": secret}, version.region)
        return self._store("PutSecretValue", {"SecretId": secret}, version)

    def _store(self, operation: str, members: Mapping[str, Any], version: Version) -> str:
        request = {**members, "SecretString": version.value, "ClientRequestToken": version.id}
        response = self._call(operation, request, version.region, version.sensitive)
        arn = response.get("ARN")
        found = _ARN.fullmatch(arn) if isinstance(arn, str) else None
        if found is None or found[1] != version.region:
            raise SecretsManagerFailed(
                f"{redacted(self._api.endpoint)} answered {operation} without the ARN of a secret in {version.region}"
            )
        return found[0]

    def _call(self, operation: str, request: Mapping[str, Any], region: str, sensitive: str = "") -> dict[str, Any]:
        try:
            return self._api.call(operation, request, region, sensitive)
        except CallFailed as failed:
            raise _Refused(str(failed), failed.code) from None


class _Refused(SecretsManagerFailed):
    """A request failed; `code` is the error code."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message, is_down=not code)
        self.code = code


class NoSecretsManager:
    """The form without an endpoint: stores nothing."""

    lacks = "AWS Secrets Manager: start the server with --secrets-endpoint"

    def create(self, version: Version) -> str:  # noqa: ARG002 - the port's signature
        """Raises SecretsManagerFailed."""
        raise _no_endpoint()

    def put(self, arn: str, version: Version) -> str:  # noqa: ARG002
        """Raises SecretsManagerFailed."""
        raise _no_endpoint()

    def delete(self, arn: str) -> None:  # noqa: ARG002
        """Raises SecretsManagerFailed."""
        raise _no_endpoint()


def _no_endpoint() -> SecretsManagerFailed:
    return SecretsManagerFailed("the setting secrets-endpoint is not set", is_down=True)


def configured(
    endpoint: str | None, stamp: Callable[[], str], environment: Mapping[str, str], http: Http
) -> SecretsManager:
    """The form for the setting `secrets-endpoint`. Requests are signed with AWS_ACCESS_KEY_ID etc., if they are set."""
    if endpoint is None:
        return NoSecretsManager()
    credentials = sigv4.credentials(environment) or PLACEHOLDER
    return AwsSecretsManager(AwsApi(endpoint, "secretsmanager", "secretsmanager", stamp, credentials, http=http))
