"""The port for Lambda functions of triggers. The caller has released its database connection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeAlias

from emulator.outside import turns

LIMIT = 5.0
"""Time limit of a function in seconds, as on AWS."""


class FunctionFailed(Exception):
    """The function raised an error. The message goes to the API's caller; `kind` is the error's type, for the log."""

    def __init__(self, message: str, kind: str = "Error") -> None:
        super().__init__(message)
        self.kind = kind


class FunctionUnavailable(Exception):
    """The function could not be invoked: it does not exist, or access is denied. The message is the error's name."""


class FunctionTimedOut(FunctionUnavailable):
    """The function did not answer within its time limit. Another attempt may succeed."""

    def __init__(self) -> None:
        super().__init__("Socket timeout while invoking Lambda function")


class NoFunctions(Exception):
    """No setting says where the function runs."""


class Lambdas(Protocol):
    """Invokes functions."""

    def runs(self, function: str) -> bool:
        """Whether the settings say where the function (an ARN) runs. The function itself may still not exist."""
        ...

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """Invoke the function (an ARN) with an event; return its answer. The function may change and keep the event.

        Raises FunctionFailed, FunctionUnavailable, FunctionTimedOut, or NoFunctions if `runs` is False.
        """
        ...


class NoLambdas:
    """The form without settings: there are no functions."""

    def runs(self, function: str) -> bool:  # noqa: ARG002 - the port's signature
        """False."""
        return False

    def invoke(self, function: str, event: dict[str, Any]) -> Any:  # noqa: ARG002 - the port's signature
        """Raises NoFunctions."""
        raise NoFunctions(function)


Function: TypeAlias = Callable[[dict[str, Any]], Any]


class Functions:
    """The test form: calls Python functions in this process, by ARN or by function name, without a time limit."""

    def __init__(self, functions: Mapping[str, Function] | None = None) -> None:
        self.functions: dict[str, Function] = dict(functions or {})

    def runs(self, function: str) -> bool:  # noqa: ARG002 - the port's signature
        """True: `invoke` raises FunctionUnavailable for an unknown function."""
        return True

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """Call the function. Its TimeoutError becomes FunctionTimedOut.

        Any other exception becomes FunctionFailed with its message, as in Lambda's Python runtime.
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
    """The function name in an ARN, without version or alias. A plain name is returned as it is."""
    return function.split(":")[6] if function.count(":") >= 6 else function


def qualifier_of(function: str) -> str | None:
    """The version or alias at the end of an ARN, or None."""
    return function.split(":", 7)[7] if function.count(":") >= 7 else None
