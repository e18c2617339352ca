"""Devices of users."""

from __future__ import annotations

from storage.paging import Page
from storage.records.factors import Device
from storage.repositories.repository import KeyedRepository, columns_of
from storage.tables.factors import devices


class DeviceRepository(KeyedRepository[Device]):
    """The confirmed devices of all users."""

    table = devices
    record = Device
    columns = columns_of(Device)

    def get(self, user_id: int, key: str) -> Device | None:
        """The device of a user by device key."""
        return self._one(user_id=user_id, key=key)

    def page(self, user_id: int, limit: int, token: str | None, *, remembered_only: bool = False) -> Page[Device]:
        """The devices of a user, by key; with `remembered_only`, without those that are not remembered."""
        query = self._select().where(devices.c.user_id == user_id)
        if remembered_only:
            query = query.where(devices.c.remembered.is_(True))
        return self._page(query, f"devices {user_id} {remembered_only}", token, limit, "key")
