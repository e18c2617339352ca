"""SMS_MFA: a code by text message, as second factor."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from emulator.domain.sign_in import one_time_codes
from emulator.domain.sign_in.progress import Accept, Offer, Progress

NAME = "SMS_MFA"


def offer(progress: Progress) -> Offer:
    """Send a code to the user's phone number, verified or not. Raises what `one_time_codes.send` raises."""
    sent = one_time_codes.send(progress, "phone_number", one_time_codes.SECOND_FACTOR)
    return replace(sent, parameters={**sent.parameters, "USER_ID_FOR_SRP": progress.known.username})


def answer(progress: Progress, responses: Mapping[str, str]) -> Accept:
    """Check SMS_MFA_CODE; if it is right, the second factor is passed, and the phone number is verified.

    Raises what `one_time_codes.check` raises.
    """
    one_time_codes.check(progress, responses, "SMS_MFA_CODE")

    def accept(progress: Progress) -> None:
        one_time_codes.verify_address(progress)
        progress.state["second"] = NAME

    return accept
