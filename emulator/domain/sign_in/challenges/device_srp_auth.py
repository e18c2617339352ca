"""DEVICE_SRP_AUTH: the first half of a device's SRP. Its answer brings SRP_A; DEVICE_PASSWORD_VERIFIER comes next."""

from __future__ import annotations

from collections.abc import Mapping

from emulator import refusals
from emulator.domain.sign_in import known_device, srp_exchange
from emulator.domain.sign_in.progress import Accept, Offer, Progress

NAME = "DEVICE_SRP_AUTH"


def offer(progress: Progress) -> Offer:
    """Offer the challenge, without parameters. The device's key is stored, since only that device may answer.

    Raises NotAuthorizedException if the user no longer remembers the device.
    """
    device = known_device.remembered(progress)
    if device is None:
        raise refusals.wrong_credentials("there is no remembered device to prove")
    return Offer({}, {"device_key": device.key})


def answer(progress: Progress, responses: Mapping[str, str]) -> Accept:
    """Take the device's SRP_A; DEVICE_PASSWORD_VERIFIER comes next.

    Raises InvalidParameterException without a valid SRP_A, NotAuthorizedException for another device.
    """
    known_device.check_answer(progress, responses)
    a = srp_exchange.read_a(responses)
    drawn = srp_exchange.draw(progress.context)

    def accept(progress: Progress) -> None:
        progress.state["device_a"] = a
        progress.drawn = drawn

    return accept
