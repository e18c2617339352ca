"""SELECT_MFA_TYPE: a user with several second factors chooses one of them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from emulator import refusals
from emulator.domain.factors import mfa_methods
from emulator.domain.sign_in import mfa
from emulator.domain.sign_in.progress import Accept, Offer, Progress
from emulator.faults import InvalidParameterException

NAME = "SELECT_MFA_TYPE"


def offer(progress: Progress) -> Offer:
    """Offer the factors to choose from: MFAS_CAN_CHOOSE is JSON in a string."""
    parameters = {
        "MFAS_CAN_CHOOSE": json.dumps(_choices(progress), separators=(",", ":")),
        "USER_ID_FOR_SRP": progress.known.username,
    }
    return Offer(parameters)


def answer(progress: Progress, responses: Mapping[str, str]) -> Accept:
    """Take the choice, ANSWER; the challenge of that factor comes next.

    Raises InvalidParameterException for another factor than those offered.
    """
    chosen = refusals.required(responses, "ANSWER")
    if chosen not in _choices(progress):
        # AWS unknown: the message of RespondToAuthChallenge where the user does not have the ANSWER to SELECT_MFA_TYPE.
        raise InvalidParameterException("Invalid MFA type selected.")

    def accept(progress: Progress) -> None:
        progress.state["mfa"] = chosen

    return accept


def _choices(progress: Progress) -> list[str]:
    return mfa.choices(progress) or mfa_methods.usable(progress.context, progress.principal)
