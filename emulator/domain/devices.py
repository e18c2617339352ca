"""Devices: remembered ones prove themselves instead of a second factor (AWS: "Working with user devices")."""

from __future__ import annotations

from typing import Any

from emulator.domain.challenges.progress import Progress


def note(progress: Progress, device_key: str | None) -> None:
    """Take note of the device that an answer says it comes from."""
    if device_key:
        progress.state["device_key"] = device_key


def due(progress: Progress) -> str | None:
    """DEVICE_SRP_AUTH, where a remembered device has to prove itself."""
    return None


def at_the_end(progress: Progress) -> tuple[str | None, dict[str, Any]]:
    """The device that the tokens are bound to, and what the family keeps; a new device has a `DeviceGroupKey`."""
    return None, {}
