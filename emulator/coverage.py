"""Which operations of the service models are built: the rows of docs/operations.md and /_emulator/operations."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path
from typing import Any

from emulator import registry
from emulator.wire import model


def rows() -> list[dict[str, Any]]:
    """A row for each operation: service, name, state ("whole", "partial", "missing"), module, signed, lacks."""
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


def places(part: str) -> list[str]:
    """A line for each operation whose name contains `part`: file:line, name, state, and what it lacks."""
    wanted = [row for row in rows() if part.lower() in row["name"].lower()]
    exact = [row for row in wanted if row["name"].lower() == part.lower()]
    return [_place(row) for row in exact or wanted]


def _place(row: dict[str, Any]) -> str:
    registered = registry.OPERATIONS.get((row["service"], row["name"]))
    if registered is None:
        return f"{row['service']} {row['name']}: missing"
    file = inspect.getsourcefile(registered.function) or ""
    line = inspect.getsourcelines(registered.function)[1]
    short = Path(file).relative_to(Path(__file__).parents[1]).as_posix()
    lacks = f", lacks {row['lacks']}" if row["lacks"] else ""
    return f"{short}:{line}: {row['service']} {row['name']}: {row['state']}{lacks}"


if __name__ == "__main__":
    found = [line for part in sys.argv[1:] or [""] for line in places(part)]
    sys.stdout.write("".join(f"{line}\n" for line in found))
    sys.exit(0 if found else 1)
