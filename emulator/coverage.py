"""Every operation of the models, and what we do with it: the table of docs/operations.md and /_emulator/operations."""

from __future__ import annotations

from typing import Any

from emulator import registry
from emulator.wire import model


def rows() -> list[dict[str, Any]]:
    """One row an operation: service, name, state ("whole", "partial", "missing"), module, signed, lacks."""
    registry.load()
    return [
        _row(service, name) for service in registry.SERVICES.values() for name in sorted(model.load(service).operations)
    ]


def _row(service: str, name: str) -> dict[str, Any]:
    registered = registry.OPERATIONS.get((service, name))
    return {
        "service": service,
        "name": name,
        "state": registered.state if registered else "missing",
        "module": registered.function.__module__ if registered else None,
        "signed": model.load(service).operations[name].signed,
        "lacks": registered.lacks if registered else "",
    }
