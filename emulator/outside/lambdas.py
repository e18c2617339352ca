"""The functions behind Lambda triggers. Whoever calls one has let go of the database before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeAlias

from emulator.outside import turns

LIMIT = 5.0
"""Seconds that a function has, as on AWS."""


class FunctionFailed(Exception):
    """The function raised. The message is what the caller of the API is told; `kind` names the error, for the log."""

    def __init__(self, message: str, kind: str = "Error") -> None:
        super().__init__(message)
        self.kind = kind


class FunctionUnavailable(Exception):
    """The function could not be called: it is missing, or forbidden. The message names the error."""


class FunctionTimedOut(FunctionUnavailable):
    """The function did not answer in time; it may do so when it is called again."""

    def __init__(self) -> None:
        super().__init__("Socket timeout while invoking Lambda function")


class NoFunctions(Exception):
    """There is nothing that runs functions."""


class Lambdas(Protocol):
    """Runs functions."""

    def runs(self, function: str) -> bool:
        """Whether there is something to run the function of that ARN; that it is there, and answers, is not said."""
        ...

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """What the function of that ARN answers to an event, which it may change and keep.

        Raises FunctionFailed, FunctionUnavailable, FunctionTimedOut, or NoFunctions where functions are not run at all.
        """
        ...


class NoLambdas:
    """Runs no functions."""

    def runs(self, function: str) -> bool:  # noqa: ARG002 - the port's signature
        """No."""
        return False

    def invoke(self, function: str, event: dict[str, Any]) -> Any:  # noqa: ARG002 - the port's signature
        """Raises NoFunctions."""
        raise NoFunctions(function)


Function: TypeAlias = Callable[[dict[str, Any]], Any]


class Functions:
    """Runs Python functions, by ARN or by the name in it, in this process. Nobody stops one that takes too long."""

    def __init__(self, functions: Mapping[str, Function] | None = None) -> None:
        self.functions: dict[str, Function] = dict(functions or {})

    def runs(self, function: str) -> bool:  # noqa: ARG002 - the port's signature
        """Yes; one that is missing is refused as such."""
        return True

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """Call the function. A TimeoutError is one that did not answer in time.

        Whatever else it raises is a FunctionFailed with that message, as in Lambda's own Python runtime.
        """
        found = self.functions.get(function) or self.functions.get(name_of(function))
        if found is None:
            raise FunctionUnavailable("ResourceNotFoundException")
        try:
            with turns.given_back():
                return found(event)
        except TimeoutError:
            raise FunctionTimedOut from None
        except (Exception, SystemExit) as error:
            raise FunctionFailed(str(error), type(error).__name__) from error


def name_of(function: str) -> str:
    """The function's name in an ARN, whatever version or alias follows it; a plain name is one already."""
    return function.split(":")[6] if function.count(":") >= 6 else function


def qualifier_of(function: str) -> str | None:
    """The version or alias at the end of an ARN."""
    return function.split(":", 7)[7] if function.count(":") >= 7 else None
