"""DEVICE_PASSWORD_VERIFIER: the second half of a device's SRP, by which it proves that it knows its password."""

from __future__ import annotations

from collections.abc import Mapping

from emulator import refusals
from emulator.domain.factors import devices
from emulator.domain.sign_in import known_device, srp_exchange
from emulator.domain.sign_in.progress import Accept, Offer, Progress
from storage.records.factors import Device

NAME = "DEVICE_PASSWORD_VERIFIER"


def offer(progress: Progress) -> Offer:
    """Compute SALT, SRP_B and SECRET_BLOCK from the SRP_A that answered DEVICE_SRP_AUTH.

    In USER_SRP_AUTH the answer names the sign-in by its SECRET_BLOCK. Raises NotAuthorizedException if the user no
    longer remembers the device.
    """
    device, a = _device(progress), progress.state.pop("device_a")
    proof = devices.verifier(progress.context, device)
    parameters, kept = srp_exchange.offer(progress.context, proof, a, progress.drawn)
    handle = parameters["SECRET_BLOCK"] if progress.flow == "USER_SRP_AUTH" else None
    shown = {**parameters, "DEVICE_KEY": device.key, "USERNAME": progress.known.username}
    return Offer(shown, kept | {"device_key": device.key}, handle=handle)


def answer(progress: Progress, responses: Mapping[str, str]) -> Accept:
    """Check the device's proof; if it is right, the device is proved. A wrong proof ends the sign-in.

    Raises InvalidParameterException for a claim with a part missing or malformed, NotAuthorizedException for a wrong
    proof.
    """
    context, claim = progress.context, srp_exchange.read_claim(responses)
    known_device.check_answer(progress, responses)
    device = _device(progress)
    right = srp_exchange.is_timely(context, claim)
    right = right and srp_exchange.proves(context, devices.verifier(context, device), progress.kept, claim)
    if not right:
        # AWS unknown: whether a wrong answer to DEVICE_PASSWORD_VERIFIER counts towards the lockout of the user's
        # password. It does not here, since the password was right.
        progress.spend()
        raise refusals.wrong_credentials("wrong proof of the device").keeping()
    if _device(progress).verifier != device.verifier:
        raise refusals.wrong_credentials("the device has changed since")

    def accept(progress: Progress) -> None:
        progress.state["device_proved"] = device.key

    return accept


def _device(progress: Progress) -> Device:
    """The device of the sign-in. Raises NotAuthorizedException if the user no longer remembers it."""
    device = known_device.remembered(progress)
    if device is None:
        raise refusals.wrong_credentials("the device is not remembered any more")
    return device
