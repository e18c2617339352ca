"""What a sign-in does about the user's device: recognize it, have it prove itself, and bind the tokens to it.

AWS: "Working with user devices". How devices are confirmed and forgotten is in `factors/devices.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator import refusals
from emulator.context import Context
from emulator.domain.accounts import accounts
from emulator.domain.factors import devices
from emulator.domain.sign_in.progress import ChallengeAnswer, Progress
from keys import entropy
from storage.records.factors import Device
from storage.records.pools import Client, Pool

CHALLENGES = ("DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER")
"""The device's SRP, in two halves. In CUSTOM_AUTH they come once DefineAuthChallenge issues tokens."""


def begin(progress: Progress, given: str | None) -> None:
    """Put the DEVICE_KEY that InitiateAuth was given into the state, if it is a confirmed device of the user.

    Raises ResourceNotFoundException for an unknown device, if the first factor is passed. Where a challenge comes
    first, the answer to the challenge is refused instead: clients then drop the key, and answer again.
    """
    if not given or progress.user is None or not devices.tracks(progress.pool):
        return
    # AWS unknown: whether InitiateAuth refuses a DEVICE_KEY that does not exist. Public reports of USER_PASSWORD_AUTH
    # say that it does, as here.
    if "first" in progress.state:
        devices.find(progress.context, progress.user, given)
    if devices.confirmed(progress.context, progress.user, given):
        progress.state["device_key"] = given


def note(progress: Progress, answer: ChallengeAnswer) -> None:
    """Put the DEVICE_KEY of an answer into the sign-in's state, in a pool that tracks devices.

    The answer to PASSWORD_VERIFIER replaces the device that InitiateAuth named, even if it names none. Raises
    ResourceNotFoundException for an unknown device, before the session is spent.
    """
    if not devices.tracks(progress.pool):
        return
    given = answer.responses.get("DEVICE_KEY")
    if given:
        if progress.user is None:
            raise devices.unknown("there is no such user")
        devices.find(progress.context, progress.user, given)
    if given or answer.challenge == "PASSWORD_VERIFIER":
        progress.state["device_key"] = given


def replaces_second_factor(progress: Progress) -> bool:
    """Whether a remembered device replaces the second factor (ChallengeRequiredOnNewDevice)."""
    return devices.configured(progress.pool, "ChallengeRequiredOnNewDevice") and remembered(progress) is not None


def due(progress: Progress) -> str | None:
    """The challenge by which a remembered device proves itself; None for no such device, or after its proof."""
    # AWS unknown: whether RespondToAuthChallenge asks a remembered device for its proof where no second factor is due,
    # and where the proof does not replace it. AWS documents it for every sign-in, and its clients expect it after a
    # second factor; here it is asked for in each of these cases.
    device = remembered(progress)
    if device is None or progress.state.get("device_proved") == device.key:
        return None
    return CHALLENGES[1] if progress.state.get("device_a") else CHALLENGES[0]


def sign_in_without_session(context: Context, pool: Pool, client: Client, answer: ChallengeAnswer) -> str | None:
    """The digest of the sign-in that an answer to DEVICE_SRP_AUTH without a session is for; None where there is none.

    In USER_SRP_AUTH some clients (pycognito) never bring a session. Their answer is for the newest sign-in of the user
    that waits for this device, which has still to prove itself.
    """
    if answer.challenge != CHALLENGES[0]:
        return None
    user = accounts.find(context.unit, pool, answer.responses.get("USERNAME", ""))
    found = [
        sign_in
        for sign_in in (context.unit.sign_ins.waiting(user.id, answer.challenge) if user else ())
        if sign_in.client_id == client.id
        and sign_in.expires > context.now
        and sign_in.state["flow"] == "USER_SRP_AUTH"
        and sign_in.state["waits"]["device_key"] == answer.responses.get("DEVICE_KEY")
    ]
    return max(found, key=lambda sign_in: sign_in.expires).digest if found else None


def remembered(progress: Progress) -> Device | None:
    """The device of a sign-in, read again, if it is confirmed and remembered; else None."""
    device = known(progress)
    return device if device and device.remembered else None


def at_the_end(progress: Progress) -> tuple[str | None, dict[str, Any]]:
    """The key of the device to which the tokens are bound, and what the token family stores of it.

    A known device is stored with the time and address of this sign-in. For an unknown one a new key is returned, and
    its `DeviceGroupKey` for the family: ConfirmDevice stores the device. (None, {}) in a pool that tracks no devices.
    CUSTOM_AUTH without SRP gets no new device, as AWS's staff says of NewDeviceMetadata.
    """
    context, pool, device = progress.context, progress.pool, known(progress)
    if device:
        seen = {"LastIp": context.origin.ip} if context.origin.ip else {}
        context.unit.devices.change(
            device, settings=device.settings | seen, modified=context.now, authenticated=context.now
        )
        return device.key, {}
    if not devices.tracks(pool) or (progress.flow == "CUSTOM_AUTH" and "srp_a" not in progress.state):
        return None, {}
    source = context.world.entropy
    # AWS unknown: the form of DeviceGroupKey in NewDeviceMetadata; here as in AWS's samples (`-v7w9UcY6`).
    return f"{pool.region}_{entropy.uuid(source)}", {"DeviceGroupKey": f"-{entropy.mixed_alnum(source, 8)}"}


def known(progress: Progress) -> Device | None:
    """The device of a sign-in, read again; None if it is not a confirmed device of the user."""
    key = progress.state.get("device_key")
    if not key or not devices.tracks(progress.pool):
        return None
    return devices.confirmed(progress.context, progress.known, key)


def check_answer(progress: Progress, responses: Mapping[str, str]) -> None:
    """Raise NotAuthorizedException if the answer names another device than the challenge."""
    if refusals.required(responses, "DEVICE_KEY") != progress.kept["device_key"]:
        # AWS unknown: the message of RespondToAuthChallenge where DEVICE_KEY is not the device that was asked; here
        # that of a wrong proof.
        raise refusals.wrong_credentials("the sign-in waits for another device")
