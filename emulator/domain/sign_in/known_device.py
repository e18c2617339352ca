"""The device of a sign-in: noted, asked to prove itself, and bound to the tokens (AWS: "Working with user devices").

What devices are, and how they are confirmed and forgotten, is in `factors/devices.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.context import Context
from emulator.domain.accounts import accounts
from emulator.domain.factors import devices
from emulator.domain.sign_in import refusals
from emulator.domain.sign_in.progress import Answer, Progress
from emulator.faults import InvalidParameterException, ResourceNotFoundException
from keys import entropy
from storage.records.factors import Device
from storage.records.pools import Client, Pool

CHALLENGES = ("DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER")
"""Its proof, in two halves. In CUSTOM_AUTH they follow once the triggers issue tokens, which are not asked again."""


def begin(progress: Progress, given: str | None) -> None:
    """Take note of the device that InitiateAuth names.

    Where InitiateAuth passes the first factor itself, a device that does not exist is refused. Where a challenge
    comes first, it is left to the answer: clients drop the key when an answer is refused, and answer again.

    AWS unknown: whether InitiateAuth refuses a device that does not exist; public reports of sign-ins with the
    password in the clear say that it does.
    """
    if not given or progress.user is None or not devices.tracks(progress.pool):
        return
    if "first" in progress.state:
        devices.find(progress.context, progress.user, given)
    if devices.confirmed(progress.context, progress.user, given):
        progress.state["device_key"] = given


def note(progress: Progress, answer: Answer) -> None:
    """Take note of the device that an answer says it comes from, before anything is spent.

    What the answer to PASSWORD_VERIFIER says, or does not say, is all that counts in its sign-in. A pool that tracks
    no devices takes no notice.
    """
    if not devices.tracks(progress.pool):
        return
    given = answer.responses.get("DEVICE_KEY")
    if given:
        if progress.user is None:
            raise ResourceNotFoundException("Device does not exist.", "there is no such user")
        devices.find(progress.context, progress.user, given)
    if given or answer.challenge == "PASSWORD_VERIFIER":
        progress.state["device_key"] = given


def replaces_second_factor(progress: Progress) -> bool:
    """Whether the proof of a remembered device is taken for the second factor (ChallengeRequiredOnNewDevice)."""
    return devices.configured(progress.pool, "ChallengeRequiredOnNewDevice") and remembered(progress) is not None


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


def waiting(context: Context, pool: Pool, client: Client, answer: Answer) -> str | None:
    """The digest of the sign-in that an answer to DEVICE_SRP_AUTH without a session means; None where there is none.

    In USER_SRP_AUTH some clients bring no session from first to last (pycognito). They mean the newest sign-in of
    their user that waits for that device; its secret is still to be proved.
    """
    if answer.challenge != CHALLENGES[0]:
        return None
    user = accounts.find(context.unit, pool, answer.responses.get("USERNAME", ""))
    waiting = [
        sign_in
        for sign_in in (context.unit.sign_ins.waiting(user.id, answer.challenge) if user else ())
        if sign_in.client_id == client.id
        and sign_in.expires > context.now
        and sign_in.state["flow"] == "USER_SRP_AUTH"
        and sign_in.state["waits"]["device_key"] == answer.responses.get("DEVICE_KEY")
    ]
    return max(waiting, key=lambda sign_in: sign_in.expires).digest if waiting else None


def remembered(progress: Progress) -> Device | None:
    """The device of a sign-in, where it is one that its user has remembered."""
    device = known(progress)
    return device if device and device.remembered else None


def at_the_end(progress: Progress) -> tuple[str | None, dict[str, Any]]:
    """The device that the tokens are bound to, and what the family keeps: a `DeviceGroupKey` where it is a new one.

    A CUSTOM_AUTH sign-in without SRP meets no new device, by what AWS's staff says of NewDeviceMetadata.

    AWS unknown: the form of a DeviceGroupKey; as in AWS's samples (`-v7w9UcY6`) here.
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
    return f"{pool.region}_{entropy.uuid(source)}", {"DeviceGroupKey": f"-{entropy.mixed_alnum(source, 8)}"}


def known(progress: Progress) -> Device | None:
    """The device that a sign-in comes from, as it is now; None for an unknown one."""
    key = progress.state.get("device_key")
    if not key or not devices.tracks(progress.pool):
        return None
    return devices.confirmed(progress.context, progress.known, key)


def check_answer(progress: Progress, responses: Mapping[str, str]) -> None:
    """Refuse an answer of another device than the one that the challenge was put to.

    AWS unknown: the words of that refusal; they are those of a wrong proof here.
    """
    if not responses.get("DEVICE_KEY"):
        raise InvalidParameterException("Missing required parameter DEVICE_KEY")
    if responses["DEVICE_KEY"] != progress.waits["device_key"]:
        raise refusals.wrong_credentials("the sign-in waits for another device")
