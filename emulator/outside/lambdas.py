"""The functions behind Lambda triggers. Whoever calls one has let go of the database before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeAlias


class FunctionFailed(Exception):
    """The function raised; its message is what the caller of the API is told."""


class FunctionUnavailable(Exception):
    """The function could not be called: missing, forbidden, timed out. The argument names the error."""


class NoFunctions(Exception):
    """There is nothing that runs functions."""


class Lambdas(Protocol):
    """Runs functions."""

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """What the function of that ARN answers to an event.

        Raises FunctionFailed, FunctionUnavailable, or NoFunctions where functions are not run at all.
        """
        ...


class NoLambdas:
    """Runs no functions."""

    def invoke(self, function: str, event: dict[str, Any]) -> Any:  # noqa: ARG002 - the port's signature
        """Raises NoFunctions."""
        raise NoFunctions(function)


Function: TypeAlias = Callable[[dict[str, Any]], Any]


class Functions:
    """Runs Python functions, by ARN or by the name at its end, in this process."""

    def __init__(self, functions: Mapping[str, Function] | None = None) -> None:
        self.functions: dict[str, Function] = dict(functions or {})

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """Call the function. Whatever it raises is a FunctionFailed with that message, as in Lambda's own runtimes."""
        found = self.functions.get(function) or self.functions.get(function.rpartition(":")[2])
        if found is None:
            raise FunctionUnavailable("ResourceNotFoundException")
        try:
            return found(event)
        except Exception as error:
            raise FunctionFailed(str(error)) from error
