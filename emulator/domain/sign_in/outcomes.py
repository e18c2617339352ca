"""What a step of a sign-in ends in: another challenge, or the end. Whoever drives the machine makes an answer of it."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from emulator.domain.sign_in.progress import Progress
from storage.records.users import User


class Asks(Struct, frozen=True):
    """The sign-in goes on: the caller has to answer a challenge.

    `challenge` is its name, `parameters` are its ChallengeParameters. `session` is None where the answer brings back
    the challenge's SECRET_BLOCK instead. `available` is AvailableChallenges: the first factors of USER_AUTH; None once
    the first factor is passed, and in other flows.
    """

    challenge: str
    parameters: dict[str, str]
    session: str | None
    available: list[str] | None


class Done(Struct, frozen=True):
    """The user has passed every step.

    The caller issues tokens, and then calls `sign_in_protection.record_pass(done.progress)`. `details` is what the
    token family keeps of the sign-in: `acr`, `amr`, and the DeviceGroupKey of a new device. `device_key` is the device
    that the tokens are bound to; None where the pool tracks no devices.
    """

    progress: Progress
    user: User
    device_key: str | None
    details: dict[str, Any]

    @property
    def new_device_group(self) -> str | None:
        """The DeviceGroupKey of a device that the pool sees for the first time; None for a known or no device."""
        group: str | None = self.details.get("DeviceGroupKey")
        return group
