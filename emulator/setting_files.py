"""The settings that are files, which are read at the start. Each parser raises ValueError, as those in `settings`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emulator.policies.role_table import RoleTable


def paths(text: str) -> tuple[Path, ...]:
    """The paths in a list that is separated by commas."""
    found = tuple(Path(path) for part in text.split(",") if (path := part.strip()))
    if not found or "\0" in text:
        raise ValueError("is no list of files")
    return found


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


def certificates(values: Mapping[str, Any]) -> list[str]:
    """The settings of certificates, among the values of all settings, that are missing or contradict each other."""
    if ("certificate" in values) != ("certificate_key" in values):
        return ["--certificate and --certificate-key: give both, or neither"]
    theirs = ("ca", "certificate-name") if "certificate" in values else ()
    return [f"--certificate and --{name}: choose one of them" for name in theirs if name.replace("-", "_") in values]
