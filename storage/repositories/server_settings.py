"""Settings of the whole server that seeds have."""

from __future__ import annotations

from storage.records.seeds import ServerSetting
from storage.repositories.repository import Repository, columns_of, values_of
from storage.tables.seeds import server_settings


class ServerSettingRepository(Repository[ServerSetting]):
    """The settings by kind and name."""

    table = server_settings
    record = ServerSetting
    columns = columns_of(ServerSetting)

    def get(self, kind: str, name: str) -> ServerSetting | None:
        """A setting."""
        return self._one(kind=kind, name=name)

    def of(self, kind: str) -> list[ServerSetting]:
        """The settings of a kind, by name."""
        return sorted(self._every(kind=kind), key=lambda setting: setting.name)

    def put(self, setting: ServerSetting) -> None:
        """Insert a setting, or replace the one of the same kind and name."""
        self._put(values_of(setting), "kind", "name")
