"""EMAIL_OTP: a code by e-mail, as first or second factor."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from emulator.domain.sign_in import one_time_codes
from emulator.domain.sign_in.progress import Accept, Offer, Progress

NAME = "EMAIL_OTP"


def offer(progress: Progress) -> Offer:
    """Send a code to the user's e-mail address, verified or not: 8 digits as first factor, 6 as second.

    Raises what `one_time_codes.send` raises.
    """
    if "first" not in progress.state:
        return one_time_codes.send(progress, "email", one_time_codes.FIRST_FACTOR)
    sent = one_time_codes.send(progress, "email", one_time_codes.SECOND_FACTOR)
    return replace(sent, parameters={**sent.parameters, "USER_ID_FOR_SRP": progress.known.username})


def answer(progress: Progress, responses: Mapping[str, str]) -> Accept:
    """Check EMAIL_OTP_CODE; if it is right, its factor is passed, and the address is verified.

    As first factor it also confirms the user. Raises what `one_time_codes.check` raises.
    """
    one_time_codes.check(progress, responses, "EMAIL_OTP_CODE")

    def accept(progress: Progress) -> None:
        factor = "second" if "first" in progress.state else "first"
        one_time_codes.verify_address(progress, confirm=factor == "first")
        progress.state[factor] = NAME

    return accept
