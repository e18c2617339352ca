"""Calls of AWS by its SDK: how answers are read page by page, and what an error means."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.redaction import one_line

EXTRA = "aws"
_ATTEMPTS = 8
_NOTHING_THERE = frozenset(
    {"ResourceNotFoundException", "UserPoolAddOnNotEnabledException", "FeatureUnavailableInTierException"}
)
"""What operations answer where a pool or client has no such configuration."""
_OF_CREDENTIALS = (
    "ExpiredToken",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "InvalidSignature",
    "MissingAuthenticationToken",
    "SignatureDoesNotMatch",
    "UnrecognizedClient",
)
_OF_RATES = ("LimitExceeded", "RequestLimitExceeded", "Throttl", "TooManyRequests")
_SERVER_ERROR = 500


class ImportFailed(Exception):
    """The import cannot be made. The text says why."""


class Notes:
    """What the person who imports must know, each once, in the order in which it was found."""

    def __init__(self) -> None:
        self.all: list[str] = []

    def add(self, text: str) -> str:
        """Note a text, unless it is noted already, and return it."""
        shown = one_line(text)
        if shown not in self.all:
            self.all.append(shown)
        return shown


class Source:
    """One service of AWS in one region, or whatever the variables of the SDK put in its place. It is only read."""

    def __init__(self, service: str, region: str, notes: Notes) -> None:
        self.notes = notes
        self._region = region
        self._refused: set[str] = set()
        self._sdk = _Sdk()
        self._client = self._sdk.client(service, region)

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """The answer of an operation. Raises `ImportFailed`."""
        try:
            return self._answer(operation, parameters)
        except self._sdk.refusal as error:
            raise ImportFailed(self._explained(operation, error)) from None

    def find(self, operation: str, **parameters: Any) -> dict[str, Any] | None:
        """The answer, or None where there is no such thing. Raises `ImportFailed`."""
        try:
            return self._answer(operation, parameters)
        except self._sdk.refusal as error:
            if _code(error) in _NOTHING_THERE:
                return None
            raise ImportFailed(self._explained(operation, error)) from None

    def ask(self, operation: str, what: str, **parameters: Any) -> dict[str, Any] | None:
        """The answer; None where there is no such thing, or where AWS refuses the operation, which is noted.

        `what` is then left out. Raises `ImportFailed` where no other call would succeed either.
        """
        if operation in self._refused:
            return None
        if not self._sdk.knows(self._client, operation):
            self.notes.add(f"{what} left out: the installed botocore does not know {operation}")
            return None
        try:
            return self._answer(operation, parameters)
        except self._sdk.refusal as error:
            if _code(error) in _NOTHING_THERE:
                return None
            if _is_final(error):
                raise ImportFailed(self._explained(operation, error)) from None
            self.notes.add(f"{what} left out, since {operation} failed: {_code(error)}: {_message(error)}")
            if "Denied" in _code(error) or "UnknownOperation" in _code(error):
                self._refused.add(operation)
            return None

    def pages(
        self, operation: str, member: str, paged_by: str = "NextToken", what: str = "", **parameters: Any
    ) -> Iterator[list[dict[str, Any]]]:
        """The items of all pages. With `what`, the operation is one to `ask`. Raises `ImportFailed`."""
        seen: str | None = None
        while True:
            given = parameters | ({paged_by: seen} if seen else {})
            answer = self.ask(operation, what, **given) if what else self.call(operation, **given)
            if answer is None:
                return
            yield answer.get(member) or []
            following = answer.get(paged_by)
            if not following:
                return
            if following == seen:
                raise ImportFailed(f"{operation}: the same page comes again and again")
            seen = following

    def all(self, operation: str, member: str, what: str = "", **parameters: Any) -> list[dict[str, Any]]:
        """The items of all pages at once. Raises `ImportFailed`."""
        return [item for page in self.pages(operation, member, what=what, **parameters) for item in page]

    def _answer(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = self._sdk.method(self._client, operation)(**parameters)
        except self._sdk.refusal:
            raise
        except self._sdk.failures as error:
            raise ImportFailed(f"{operation}: {one_line(str(error))}") from None
        answer.pop("ResponseMetadata", None)
        return answer

    def _explained(self, operation: str, error: Any) -> str:
        code, words = _code(error), f"{operation}: {_code(error)}: {_message(error)}"
        if code == "ResourceNotFoundException":
            return f"{words} (in {self._region}, for the account of these credentials)"
        if code.startswith("ExpiredToken"):
            return f"{words} (the session has ended; sign in again, by aws sso login, say)"
        if "AccessDenied" in code:
            return f"{words} (docs/import-from-aws.md has the policy that the command needs)"
        return words


class _Sdk:
    """boto3's core, which only this command needs, and which is imported with the first object.

    Raises `ImportFailed` where it is missing.
    """

    def __init__(self) -> None:
        try:
            import botocore.session
            from botocore import config, exceptions, parsers
        except ImportError:
            raise ImportFailed(
                f"it needs boto3, which the extra {EXTRA} brings: pip install 'cognito-emulator[{EXTRA}]'"
            ) from None
        self.refusal = exceptions.ClientError
        self.failures = (exceptions.BotoCoreError, exceptions.HTTPClientError, parsers.ResponseParserError, ValueError)
        self._botocore, self._config = botocore, config

    def client(self, service: str, region: str) -> Any:
        """A client of a service. Throttled calls are made again, more often than by default."""
        try:
            session = self._botocore.session.Session()
            retries = {"mode": session.get_config_variable("retry_mode") or "standard"}
            attempts = session.get_config_variable("max_attempts") or _ATTEMPTS
            configured = self._config.Config(retries={**retries, "total_max_attempts": attempts})
            return session.create_client(service, region_name=region, config=configured)
        except self.failures as error:
            raise ImportFailed(one_line(str(error))) from None

    def knows(self, client: Any, operation: str) -> bool:
        """Whether a client has an operation. An old botocore lacks new ones."""
        return hasattr(client, self._botocore.xform_name(operation))

    def method(self, client: Any, operation: str) -> Any:
        """The method of an operation."""
        return getattr(client, self._botocore.xform_name(operation))


def _code(error: Any) -> str:
    return one_line(str(error.response.get("Error", {}).get("Code", "")))


def _message(error: Any) -> str:
    return one_line(str(error.response.get("Error", {}).get("Message", "")))


def _is_final(error: Any) -> bool:
    """Whether the error is one of credentials, of rates or of AWS itself, so that other calls would fail too."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= _SERVER_ERROR or _code(error).startswith((*_OF_CREDENTIALS, *_OF_RATES))
