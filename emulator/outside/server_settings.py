"""The functions of triggers and the roles of IAM that seeds have, kept in the database for all processes.

Calls read them in memory. A process reads the database at its start, after a seed or a reset of its own, and, where
processes share the data, when another one has announced a change (`ServerStateRepository.announce`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from msgspec import Struct

from keys.vault import Vault
from storage.records.seeds import ServerSetting
from storage.store import Store
from storage.unit import Unit

FUNCTIONS = "lambda_functions"
IAM = ("roles", "oidc_providers", "saml_providers")
"""The kinds that are entries of the file of the setting `roles`."""

Entries: TypeAlias = "Mapping[str, list[dict[str, Any]]]"
"""The entries of IAM by kind, in IAM's own members."""


class ServerSettings(Struct, frozen=True):
    """Hands on what the database has: to `functions` the targets by name, to `roles` the entries of IAM by kind."""

    functions: Callable[[Mapping[str, str]], object] | None = None
    roles: Callable[[Entries], object] | None = None

    def read(self, unit: Unit) -> None:
        """Read the database, and hand on what it has."""
        if self.functions:
            self.functions({name: str(found["Target"]) for name, found in entries(unit, FUNCTIONS)})
        if self.roles:
            self.roles({kind: [found for _, found in entries(unit, kind)] for kind in IAM})

    def reload(self, store: Store) -> None:
        """As `read`, in a unit of work of its own: after a commit."""
        if self.functions or self.roles:
            with store.unit(writes=False) as unit:
                self.read(unit)


def entries(unit: Unit, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The settings of a kind: their names and contents, by name."""
    for setting in unit.server_settings.of(kind):
        yield setting.name, _opened(unit.store.vault, setting)


def put(unit: Unit, kind: str, name: str, content: Mapping[str, Any]) -> None:
    """Store a setting, in the place of the one with that name. Processes hear of it by `announce`."""
    sealed = unit.store.vault.seal_json(content, _context(kind, name))
    unit.server_settings.put(ServerSetting(kind, name, sealed))


def _opened(vault: Vault, setting: ServerSetting) -> dict[str, Any]:
    return vault.open_json(setting.sealed, _context(setting.kind, setting.name))


def _context(kind: str, name: str) -> str:
    return f"server setting {kind} {name}"
