"""What goes wrong, in words for the person who wrote the test."""

from __future__ import annotations


class CognitoEmulatorError(RuntimeError):
    """The server did not start, has ended, or cannot do what it was asked for. The text says what to do."""


class CallRefused(CognitoEmulatorError):
    """The server refused a call of this package, as AWS would."""

    def __init__(self, operation: str, exception: str, message: str) -> None:
        super().__init__(f"{operation}: {exception}: {message}")
        self.operation = operation
        self.exception = exception
        """The name of AWS's exception, such as `UsernameExistsException`."""
        self.message = message
