"""SOFTWARE_TOKEN_MFA: the code that an authenticator app shows, as second factor."""

from __future__ import annotations

from collections.abc import Mapping

from emulator import refusals
from emulator.domain.credentials import lockout
from emulator.domain.factors import software_tokens
from emulator.domain.sign_in.progress import Accept, Offer, Progress
from emulator.faults import CodeMismatchException

NAME = "SOFTWARE_TOKEN_MFA"
_CODE = "SOFTWARE_TOKEN_MFA_CODE"


def offer(progress: Progress) -> Offer:
    """Ask for a code; the parameters name the user, and their authenticator app if it has a FriendlyDeviceName."""
    token = software_tokens.verified(progress.context, progress.known)
    named = {"FRIENDLY_DEVICE_NAME": token.name} if token and token.name else {}
    return Offer({**named, "USER_ID_FOR_SRP": progress.known.username})


def answer(progress: Progress, responses: Mapping[str, str]) -> Accept:
    """Check SOFTWARE_TOKEN_MFA_CODE; if it is right, the second factor is passed, and the code is used up.

    Raises CodeMismatchException for a wrong code, which counts as a failed attempt, ExpiredCodeException for a used
    one, and NotAuthorizedException during a lockout. After a wrong or used code the session stays valid.
    """
    code = refusals.required(responses, _CODE)
    lockout.refuse(progress.context, progress.known)
    try:
        step = software_tokens.check(progress.context, progress.known, code)
    except CodeMismatchException as wrong:
        lockout.count(progress.context, progress.known, lockout.CODE)
        raise wrong.keeping() from None

    def accept(progress: Progress) -> None:
        software_tokens.use_up(progress.context, progress.known, step)
        progress.state["second"] = NAME

    return accept
