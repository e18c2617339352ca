"""Devices: told apart by a key, and remembered ones prove themselves (AWS: "Working with user devices").

A pool tracks devices where its DeviceConfiguration says anything. A sign-in from a device that is not known is given
the key of a new one, to confirm with a verifier; the tokens of a sign-in are bound to its device.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from emulator.context import Context
from emulator.domain import accounts
from emulator.domain.bearers import Bearer
from emulator.domain.challenges.progress import Progress
from emulator.domain.verifiers import Verifier
from emulator.faults import (
    DeviceKeyExistsException,
    InvalidParameterException,
    InvalidUserPoolConfigurationException,
    NotAuthorizedException,
    ResourceNotFoundException,
)
from keys import entropy, srp
from storage.records.factors import Device
from storage.records.pools import Client, Pool
from storage.records.sign_ins import Family
from storage.records.users import User
from storage.store import Taken

CHALLENGES = ("DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER")
"""Its proof, in two halves. In CUSTOM_AUTH they follow once the triggers issue tokens, which are not asked again."""

_KEY = re.compile(r"[\w-]+_[0-9a-f-]+", re.ASCII)
_LONGEST_KEY = 55


def tracks(pool: Pool) -> bool:
    """Whether the pool tells devices apart."""
    return bool(pool.settings.get("DeviceConfiguration"))


def require_tracking(pool: Pool) -> None:
    """Refuse where the pool tracks no devices. AWS unknown: the words of that refusal."""
    if not tracks(pool):
        raise InvalidUserPoolConfigurationException("Device tracking is not enabled for the user pool.")


def asks_user(pool: Pool) -> bool:
    """Whether a confirmed device is remembered only once the user said so."""
    return _configured(pool, "DeviceOnlyRememberedOnUserPrompt")


def find(context: Context, user: User, key: str) -> Device:
    """A confirmed device of a user. Raises ResourceNotFoundException, for another user's device too."""
    device = _found(context, user, key)
    if device is None:
        raise ResourceNotFoundException("Device does not exist.")
    return device


def begin(progress: Progress, given: str | None) -> None:
    """Take note of the device that InitiateAuth names.

    Where InitiateAuth passes the first factor itself, a device that does not exist is refused. Where a challenge
    comes first, it is left to the answer: clients drop the key when an answer is refused, and answer again.

    AWS unknown: whether InitiateAuth refuses a device that does not exist; public reports of sign-ins with the
    password in the clear say that it does.
    """
    if not given or progress.user is None or not tracks(progress.pool):
        return
    if "first" in progress.state:
        find(progress.context, progress.user, given)
    if _found(progress.context, progress.user, given):
        progress.state["device_key"] = given


def note(progress: Progress, challenge: str, given: str | None) -> None:
    """Take note of the device that an answer says it comes from, before anything is spent.

    What the answer to PASSWORD_VERIFIER says, or does not say, is all that counts in its sign-in. A pool that tracks
    no devices takes no notice.
    """
    if not tracks(progress.pool):
        return
    if given:
        if progress.user is None:
            raise ResourceNotFoundException("Device does not exist.", "there is no such user")
        find(progress.context, progress.user, given)
    if given or challenge == "PASSWORD_VERIFIER":
        progress.state["device_key"] = given


def replaces_second_factor(progress: Progress) -> bool:
    """Whether the proof of a remembered device is taken for the second factor (ChallengeRequiredOnNewDevice)."""
    return _configured(progress.pool, "ChallengeRequiredOnNewDevice") and remembered(progress) is not None


def due(progress: Progress) -> str | None:
    """The challenge by which a remembered device proves itself; None where there is none, or it has done so.

    AWS unknown: whether a remembered device proves itself where no second factor is due, and where its proof does
    not replace one. AWS says that it does at every sign-in, and its clients expect that after a second factor; here
    it does, after the second factor that it does not replace.
    """
    device = remembered(progress)
    if device is None or progress.state.get("device_proved") == device.key:
        return None
    return CHALLENGES[1] if progress.state.get("device_a") else CHALLENGES[0]


def waiting(context: Context, pool: Pool, client: Client, challenge: str, responses: Mapping[str, str]) -> str | None:
    """The digest of the sign-in that an answer to DEVICE_SRP_AUTH without a session means; None where there is none.

    In USER_SRP_AUTH some clients bring no session from first to last (pycognito). They mean the newest sign-in of
    their user that waits for that device; its secret is still to be proved.
    """
    if challenge != CHALLENGES[0]:
        return None
    user = accounts.find(context.unit, pool, responses.get("USERNAME", ""))
    waiting = [
        sign_in
        for sign_in in (context.unit.sign_ins.waiting(user.id, challenge) if user else ())
        if sign_in.client_id == client.id
        and sign_in.expires > context.now
        and sign_in.state["flow"] == "USER_SRP_AUTH"
        and sign_in.state["waits"]["device_key"] == responses.get("DEVICE_KEY")
    ]
    return max(waiting, key=lambda sign_in: sign_in.expires).digest if waiting else None


def remembered(progress: Progress) -> Device | None:
    """The device of a sign-in, where it is one that its user has remembered."""
    device = _known(progress)
    return device if device and device.remembered else None


def at_the_end(progress: Progress) -> tuple[str | None, dict[str, Any]]:
    """The device that the tokens are bound to, and what the family keeps: a `DeviceGroupKey` where it is a new one.

    A CUSTOM_AUTH sign-in without SRP meets no new device, by what AWS's staff says of NewDeviceMetadata.

    AWS unknown: the form of a DeviceGroupKey; as in AWS's samples (`-v7w9UcY6`) here.
    """
    context, pool, device = progress.context, progress.pool, _known(progress)
    if device:
        seen = {"LastIp": context.origin.ip} if context.origin.ip else {}
        context.unit.devices.change(
            device, settings=device.settings | seen, modified=context.now, authenticated=context.now
        )
        return device.key, {}
    if not tracks(pool) or (progress.flow == "CUSTOM_AUTH" and "srp_a" not in progress.state):
        return None, {}
    source = context.world.entropy
    return f"{pool.region}_{entropy.uuid(source)}", {"DeviceGroupKey": f"-{entropy.mixed_alnum(source, 8)}"}


def check_refresh(context: Context, user: User, family: Family, given: str | None) -> None:
    """Refuse to refresh the tokens of a device to anybody but that device, confirmed and not forgotten since.

    Public reports have it so: a refresh token is no good until its device is confirmed, nor after it is forgotten,
    and is good to all once the pool tracks no devices.
    """
    pool = context.unit.pools.get(family.pool_id) if family.device_key else None
    if pool is None or not tracks(pool):
        return
    if given != family.device_key:
        raise NotAuthorizedException("Invalid Refresh Token", "it is bound to another device")
    if _found(context, user, family.device_key or "") is None:
        raise NotAuthorizedException("Invalid Refresh Token", "its device is not confirmed, or forgotten")


def confirm(context: Context, bearer: Bearer, key: str, name: str | None, secret: Mapping[str, str] | None) -> Device:
    """Keep the new device of the bearer's sign-in, and the verifier of its secret.

    AWS unknown: the words of DeviceKeyExistsException, and how a verifier that is missing or none is refused. Whether
    a device of a sign-in without SRP can be confirmed: public reports up to 2024 say that AWS answers "Invalid device
    key given."; its documentation says that any sign-in has a device, and here it can.
    """
    family, now = bearer.family, context.now
    if _found(context, bearer.user, key):
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
    except Taken:
        raise DeviceKeyExistsException("Device already exists.", "another confirmation won the race") from None
    return device


def forget(context: Context, device: Device) -> None:
    """Forget a device; the sign-ins that met it can neither confirm it again nor refresh their tokens."""
    context.unit.devices.delete(device)
    for family in context.unit.tokens.of(device.user_id):
        if family.device_key == device.key and "DeviceGroupKey" in family.details:
            kept = {name: value for name, value in family.details.items() if name != "DeviceGroupKey"}
            context.unit.tokens.change(family, details=kept)


def verifier(context: Context, device: Device) -> Verifier:
    """What is known of a device's secret. SRP hashes its group key and key where a user's has pool and username."""
    opened = context.vault.open(device.verifier, _purpose(device.key))
    salt, number = opened[srp.VERIFIER_BYTES :], opened[: srp.VERIFIER_BYTES]
    return Verifier(device.group_key + device.key, salt, number)


def _read_secret(secret: Mapping[str, str]) -> bytes:
    """A DeviceSecretVerifierConfig: the verifier's number, then the salt."""
    for name in ("PasswordVerifier", "Salt"):
        if not secret.get(name):
            raise InvalidParameterException(f"Missing required parameter {name}")
    try:
        return srp.read_device_verifier(secret["PasswordVerifier"]) + srp.read_salt(secret["Salt"])
    except srp.Refused as refused:
        raise InvalidParameterException("Invalid device secret verifier given.", str(refused)) from None


def _known(progress: Progress) -> Device | None:
    """The device that a sign-in comes from, as it is now; None for an unknown one."""
    key = progress.state.get("device_key")
    if not key or not tracks(progress.pool):
        return None
    return _found(progress.context, progress.known, key)


def _found(context: Context, user: User, key: str) -> Device | None:
    if len(key) > _LONGEST_KEY or not _KEY.fullmatch(key):
        return None
    return context.unit.devices.get(user.id, key)


def _configured(pool: Pool, name: str) -> bool:
    return bool((pool.settings.get("DeviceConfiguration") or {}).get(name))


def _purpose(key: str) -> str:
    return f"device:{key}"
