"""The table of operations and the functions that answer them.

A module of operations is imported for the first call of one of them: all together take a tenth of the start.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import cache
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
    millisecond. `reads_first` says of a request that it mostly changes nothing: it is run as one that reads, and
    once more as one that writes where it has to; so it must not ask other servers.
    """

    operation: Operation
    function: Callable[[Any], Output]
    reads: Callable[[Mapping[str, Any]], bool]
    lacks: str
    is_short: bool
    reads_first: Callable[[Mapping[str, Any]], bool]

    @property
    def configures(self) -> bool:
        """Whether the operation is for configuration, not for one user: a signed one that is not called Admin…"""
        return self.operation.signed and not self.operation.name.startswith("Admin")

    @property
    def state(self) -> str:
        """The column of docs/operations.md: "whole", or "partial" if something is missing."""
        return "partial" if self.lacks else "whole"


OPERATIONS: dict[tuple[str, str], Registered] = {}
"""The operations whose modules are imported, by service and name."""
SHORT_TARGETS: set[str] = set()
"""The values of X-Amz-Target of short ones among them."""
_REGISTERED = "_registered"
"""The variable of a module with its operations. They come into `OPERATIONS`, where other threads find them, when the
import is over. Those of an import that fails are gone with the module, so that the next call begins anew.
"""


def operation(
    *names: str,
    reads: bool | Callable[[Mapping[str, Any]], bool] = False,
    lacks: str = "",
    is_short: bool = False,
    reads_first: Callable[[Mapping[str, Any]], bool] = lambda _request: False,
) -> Callable[[Function], Function]:
    """Decorator: register a function for the operations `names` of its package's service.

    `reads` says whether they write nothing to the database, always or for a given request; `lacks` is what is not built
    yet; `is_short` and `reads_first` are as in `Registered`. Raises LookupError at import for a name that the service
    model lacks, that is registered already, or that `MODULES` of the package does not have for the module.
    """

    def register(function: Function) -> Function:
        module = function.__module__
        service, registered = SERVICES[module.split(".")[1]], vars(sys.modules[module]).setdefault(_REGISTERED, {})
        decide = reads if callable(reads) else (lambda _request: bool(reads))
        for name in names:
            known = model.load(service).operations.get(name)
            if known is None:
                raise LookupError(f"{service} has no operation {name}")
            if (service, name) in registered:
                raise LookupError(f"{service} {name} is answered twice")
            if _modules().get((service, name)) != module:
                raise LookupError(f"MODULES does not say that {module} has {name}")
            registered[service, name] = Registered(known, function, decide, lacks, is_short, reads_first)
        return function

    return register


def find(service: str, name: str) -> Registered | None:
    """An operation with its function, as `get`; None if it is not built."""
    found = OPERATIONS.get((service, name))
    return get(service, name) if found is None and (service, name) in _modules() else found


def get(service: str, name: str) -> Registered:
    """An operation that is built, with its function, whose module is imported now if it was not yet."""
    if (service, name) not in OPERATIONS:
        _import(_modules()[service, name])
    return OPERATIONS[service, name]


@cache
def load() -> None:
    """Import all modules of operations, which registers them."""
    for module in set(_modules().values()):
        _import(module)


def _import(module: str) -> None:
    imported = import_module(module)  # waits for a thread that is importing it
    for key, registered in vars(imported)[_REGISTERED].items():
        OPERATIONS[key] = registered
        if registered.is_short:
            SHORT_TARGETS.add(f"{registered.operation.model.target_prefix}.{registered.operation.name}")


@cache
def _modules() -> Mapping[tuple[str, str], str]:
    """The module of each operation, by service and name."""
    return {
        (service, name): f"emulator.{package}.{module}"
        for package, service in SERVICES.items()
        for module, names in import_module(f"emulator.{package}").MODULES.items()
        for name in names.split()
    }
