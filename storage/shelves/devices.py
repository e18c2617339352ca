"""Devices of users."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from storage.paging import Page
from storage.records.factors import Device
from storage.shelves.shelf import Shelf
from storage.tables import devices


class DeviceShelf(Shelf[Device]):
    """The confirmed devices of users."""

    table = devices
    record = Device
    columns = (
        "key",
        "user_id",
        "group_key",
        "verifier",
        "remembered",
        "settings",
        "created",
        "modified",
        "authenticated",
    )

    def add(self, device: Device) -> None:
        """Keep a new device. Raises `Taken` when the key is in use."""
        self.unit.write(devices.insert(), asdict(device))

    def get(self, user_id: int, key: str) -> Device | None:
        """A user's device with that key."""
        return self._one(user_id=user_id, key=key)

    def page(self, user_id: int, limit: int, token: str | None, *, remembered_only: bool = False) -> Page[Device]:
        """The devices of a user, by key."""
        query = self._select().where(devices.c.user_id == user_id)
        if remembered_only:
            query = query.where(devices.c.remembered.is_(True))
        return self._page(query, f"devices {user_id} {remembered_only}", token, limit, "key")

    def change(self, device: Device, **changes: Any) -> Device:
        """Keep what changed."""
        self.unit.write(devices.update().where(devices.c.key == device.key), changes)
        return replace(device, **changes)

    def delete(self, device: Device) -> None:
        """Forget a device."""
        self.unit.write(devices.delete().where(devices.c.key == device.key))
