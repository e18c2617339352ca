"""Devices: tracked by a key; remembered ones authenticate by SRP (AWS: "Working with user devices").

A pool with a DeviceConfiguration tracks devices. A sign-in from an unknown device gets the key of a new device, which
ConfirmDevice confirms with a verifier. The tokens of a sign-in are bound to its device.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from emulator import refusals
from emulator.context import Context
from emulator.domain.access.bearers import Bearer
from emulator.domain.credentials.verifiers import Verifier
from emulator.faults import (
    DeviceKeyExistsException,
    InvalidParameterException,
    InvalidUserPoolConfigurationException,
    NotAuthorizedException,
    ResourceNotFoundException,
)
from keys import srp
from storage.records.factors import Device
from storage.records.pools import Pool
from storage.records.sign_ins import Family
from storage.records.users import User
from storage.violations import UniqueViolation

_KEY = re.compile(r"[\w-]+_[0-9a-f-]+", re.ASCII)
_LONGEST_KEY = 55


def tracks(pool: Pool) -> bool:
    """Whether the pool tracks devices."""
    return bool(pool.settings.get("DeviceConfiguration"))


def require_tracking(pool: Pool) -> None:
    """Raise InvalidUserPoolConfigurationException if the pool does not track devices."""
    if not tracks(pool):
        # AWS unknown: the message of ConfirmDevice and the other operations of devices in a pool without tracking.
        raise InvalidUserPoolConfigurationException("Device tracking is not enabled for the user pool.")


def asks_user(pool: Pool) -> bool:
    """Whether a confirmed device is remembered only after the user opted in."""
    return configured(pool, "DeviceOnlyRememberedOnUserPrompt")


def find(context: Context, user: User, key: str) -> Device:
    """A confirmed device of a user. Raises ResourceNotFoundException, also for another user's device."""
    device = confirmed(context, user, key)
    if device is None:
        raise unknown()
    return device


def unknown(reason: str | None = None) -> ResourceNotFoundException:
    """The refusal of a device that is not one of the user's."""
    return ResourceNotFoundException("Device does not exist.", reason)


def check_refresh(context: Context, user: User, family: Family, given: str | None) -> None:
    """Raise NotAuthorizedException if the refresh token of `family` is bound to another device than `given`.

    `given` is the request's DeviceKey. As public reports describe AWS, the token's device must be confirmed and not
    forgotten; in a pool that does not track devices, refresh tokens are not bound.
    """
    pool = context.unit.pools.get(family.pool_id) if family.device_key else None
    if pool is None or not tracks(pool):
        return
    if given != family.device_key:
        raise NotAuthorizedException(refusals.INVALID_REFRESH_TOKEN, "it is bound to another device")
    if confirmed(context, user, family.device_key or "") is None:
        raise NotAuthorizedException(refusals.INVALID_REFRESH_TOKEN, "its device is not confirmed, or forgotten")


def confirm(context: Context, bearer: Bearer, key: str, name: str | None, secret: Mapping[str, str] | None) -> Device:
    """Store and return the new device of the bearer's sign-in, with the verifier of the device's secret.

    `secret` is DeviceSecretVerifierConfig. Raises DeviceKeyExistsException if the device is confirmed already, and
    InvalidParameterException for a key that the sign-in was not given, or for an unreadable verifier.
    """
    # AWS unknown: the message of DeviceKeyExistsException from ConfirmDevice, and its fault for a missing or malformed
    # verifier.
    # AWS unknown: whether ConfirmDevice confirms the device of a sign-in without SRP. Public reports up to 2024 have
    # "Invalid device key given.", but documentation gives every sign-in a device; here it does.
    family, now = bearer.family, context.now
    if confirmed(context, bearer.user, key):
        raise DeviceKeyExistsException("Device already exists.")
    group_key = family.details.get("DeviceGroupKey")
    if family.device_key != key or not group_key:
        raise InvalidParameterException("Invalid device key given.", "not the new device of this sign-in")
    seen = {"Name": name, "LastIp": context.origin.ip}
    device = Device(
        key=key,
        user_id=bearer.user.id,
        group_key=group_key,
        verifier=context.vault.seal(_read_secret(secret or {}), _purpose(key)),
        remembered=not asks_user(bearer.pool),
        settings={name: value for name, value in seen.items() if value},
        created=now,
        modified=now,
        authenticated=float(family.auth_time),
    )
    try:
        context.unit.devices.add(device)
    except UniqueViolation:
        raise DeviceKeyExistsException("Device already exists.", "another confirmation won the race") from None
    return device


def forget(context: Context, device: Device) -> None:
    """Delete a device. Its sign-ins can neither confirm the device again nor refresh their tokens."""
    context.unit.devices.delete(device)
    for family in context.unit.tokens.of(device.user_id):
        if family.device_key == device.key and "DeviceGroupKey" in family.details:
            kept = {name: value for name, value in family.details.items() if name != "DeviceGroupKey"}
            context.unit.tokens.change(family, details=kept)


def verifier(context: Context, device: Device) -> Verifier:
    """The SRP verifier of a device. Its identity is DeviceGroupKey and DeviceKey, in place of pool and username."""
    opened = context.vault.open(device.verifier, _purpose(device.key))
    salt, number = opened[srp.VERIFIER_BYTES :], opened[: srp.VERIFIER_BYTES]
    return Verifier(device.group_key + device.key, salt, number)


def sealed(context: Context, key: str, number: bytes, salt: bytes) -> bytes:
    """The verifier of the secret of the device with that key, and its salt, encrypted for the device's record."""
    return context.vault.seal(number + salt, _purpose(key))


def _read_secret(secret: Mapping[str, str]) -> bytes:
    """The bytes of a DeviceSecretVerifierConfig: the verifier, then the salt."""
    verifier, salt = (refusals.required(secret, name) for name in ("PasswordVerifier", "Salt"))
    try:
        return srp.read_device_verifier(verifier) + srp.read_salt(salt)
    except srp.Refused as refused:
        raise InvalidParameterException("Invalid device secret verifier given.", str(refused)) from None


def confirmed(context: Context, user: User, key: str) -> Device | None:
    """The confirmed device of a user with that key, if there is one. No device has a malformed key."""
    if len(key) > _LONGEST_KEY or not _KEY.fullmatch(key):
        return None
    return context.unit.devices.get(user.id, key)


def configured(pool: Pool, name: str) -> bool:
    """Whether a boolean member of the pool's DeviceConfiguration is true."""
    return bool((pool.settings.get("DeviceConfiguration") or {}).get(name))


def _purpose(key: str) -> str:
    return f"device:{key}"
