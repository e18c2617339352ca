"""The error of a sign-in that fails at the identity provider."""

from __future__ import annotations

from emulator.faults import Fault


class ProviderError(Fault):
    """A provider refused, could not be asked, or answered something invalid.

    `message` is the error_description for the callback, in AWS's words, and `error` the OAuth error. `reason` is for
    the log.
    """

    def __init__(self, message: str, reason: str | None = None, error: str = "invalid_request") -> None:
        super().__init__(message, reason)
        self.error = error
