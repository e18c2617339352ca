"""DEVICE_SRP_AUTH: the first half of a device's SRP. Its answer begins what DEVICE_PASSWORD_VERIFIER ends."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.domain import devices
from emulator.domain.challenges import password, srp_exchange
from emulator.domain.challenges.progress import Accept, Offer, Progress
from emulator.faults import InvalidParameterException, NotAuthorizedException

NAME = "DEVICE_SRP_AUTH"


def offer(progress: Progress) -> Offer:
    """The challenge has no parameters; it waits for one device."""
    device = devices.remembered(progress)
    if device is None:
        raise NotAuthorizedException(password.WRONG, "there is no remembered device to prove")
    return Offer({}, {"device_key": device.key})


def answer(progress: Progress, responses: Mapping[str, str]) -> Accept:
    """Take the device's SRP_A."""
    check_device(progress, responses)
    a = srp_exchange.read_a(responses)
    drawn = srp_exchange.draw(progress.context)

    def accept(progress: Progress) -> None:
        progress.state["device_a"] = a
        progress.drawn = drawn

    return accept


def check_device(progress: Progress, responses: Mapping[str, str]) -> None:
    """Refuse an answer of another device than the one that the challenge was put to.

    AWS unknown: the words of that refusal; they are those of a wrong proof here.
    """
    if not responses.get("DEVICE_KEY"):
        raise InvalidParameterException("Missing required parameter DEVICE_KEY")
    if responses["DEVICE_KEY"] != progress.waits["device_key"]:
        raise NotAuthorizedException(password.WRONG, "the sign-in waits for another device")
