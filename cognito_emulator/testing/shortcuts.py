"""What spares a test a flow: tokens, an authenticator app's code, a fault."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from types import TracebackType

from cognito_emulator.testing.wire import Wire


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of a user, without a sign-in."""

    id_token: str = field(repr=False)
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int
    """The lifetime of the access token, in seconds."""


@dataclass(frozen=True, slots=True)
class AuthenticatorApp:
    """An authenticator app that is enrolled for a user: its secret in Base32, and the code that it shows now."""

    secret: str = field(repr=False)
    code: str


class Fault(AbstractContextManager["Fault"]):
    """A fault that the server injects. At the end of a `with` statement, what is left is taken back."""

    def __init__(self, wire: Wire, operation: str, service: str | None) -> None:
        self._wire = wire
        self._query = {"operation": operation, "service": service}

    def clear(self) -> None:
        """Take back the faults of this operation that are left."""
        self._wire.control("DELETE", "faults", query=self._query)

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        self.clear()
