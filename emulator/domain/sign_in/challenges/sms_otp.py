"""SMS_OTP: a code by text message, as first factor."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.domain.sign_in import one_time_codes
from emulator.domain.sign_in.progress import Accept, Offer, Progress

NAME = "SMS_OTP"


def offer(progress: Progress) -> Offer:
    """Send a code to the user's phone number, verified or not. Raises what `one_time_codes.send` raises."""
    return one_time_codes.send(progress, "phone_number", one_time_codes.FIRST_FACTOR)


def answer(progress: Progress, responses: Mapping[str, str]) -> Accept:
    """Check SMS_OTP_CODE; if it is right, the first factor is passed, the phone number verified, the user confirmed.

    Raises what `one_time_codes.check` raises.
    """
    one_time_codes.check(progress, responses, "SMS_OTP_CODE")

    def accept(progress: Progress) -> None:
        one_time_codes.verify_address(progress, confirm=True)
        progress.state["first"] = NAME

    return accept
