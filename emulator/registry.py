"""The table of operations and the functions that answer them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, TypeAlias, TypeVar

from msgspec import Struct

from emulator.wire import model
from emulator.wire.model import Operation

Output: TypeAlias = "dict[str, Any] | None"
"""The members of an operation's answer, before they are encoded; None for an operation without any."""
Function = TypeVar("Function", bound=Callable[[Any], Any])

SERVICES = {"userpools": "cognito-idp", "identitypools": "cognito-identity", "sts": "sts"}
"""Package → the service whose operations are in it."""


class Registered(Struct, frozen=True):
    """An operation with its function.

    `reads` says of a request whether the operation changes nothing for it, and so needs no write lock. `lacks` names
    what is missing. `is_short` says that it reads a few rows, a page at most, and waits for nothing: it takes about a
    millisecond.
    """

    operation: Operation
    function: Callable[[Any], Output]
    reads: Callable[[Mapping[str, Any]], bool]
    lacks: str
    is_short: bool

    @property
    def configures(self) -> bool:
        """Whether the operation is for configuration, not for one user: a signed one that is not called Admin…"""
        return self.operation.signed and not self.operation.name.startswith("Admin")

    @property
    def state(self) -> str:
        """The column of docs/operations.md: "whole", or "partial" if something is missing."""
        return "partial" if self.lacks else "whole"


OPERATIONS: dict[tuple[str, str], Registered] = {}


def operation(
    *names: str, reads: bool | Callable[[Mapping[str, Any]], bool] = False, lacks: str = "", is_short: bool = False
) -> Callable[[Function], Function]:
    """Decorator: register a function for the operations `names` of its package's service.

    `reads` says whether they write nothing to the database, always or for a given request; `lacks` is what is not built
    yet; `is_short` is as in `Registered`. Raises LookupError at import for a name that the service model lacks or that
    is registered already.
    """

    def register(function: Function) -> Function:
        service = SERVICES[function.__module__.split(".")[1]]
        decide = reads if callable(reads) else (lambda _request: bool(reads))
        for name in names:
            known = model.load(service).operations.get(name)
            if known is None:
                raise LookupError(f"{service} has no operation {name}")
            if (service, name) in OPERATIONS:
                raise LookupError(f"{service} {name} is answered twice")
            OPERATIONS[service, name] = Registered(known, function, decide, lacks, is_short)
        return function

    return register


def load() -> None:
    """Import the packages of operations, which registers them."""
    for package in SERVICES:
        import_module(f"emulator.{package}")
