"""The settings that are files, which are read at the start. Each parser raises ValueError, as those in `settings`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.policies.role_table import RoleTable


def lines(text: str) -> frozenset[str]:
    """The lines of a file of text."""
    try:
        found = Path(text).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise ValueError(f"is not a file of text: {error}") from None
    return frozenset(line for line in found if line)


def roles(text: str) -> RoleTable:
    """The roles and providers in a file of YAML or JSON."""
    from emulator.policies import role_table  # not before it is used: start-up is imports

    return role_table.read(text)
