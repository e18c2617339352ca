"""SELECT_CHALLENGE: the user chooses a first factor of USER_AUTH."""

from __future__ import annotations

from collections.abc import Mapping

from emulator import refusals
from emulator.domain.sign_in import choice
from emulator.domain.sign_in.progress import Accept, Offer, Progress
from emulator.faults import InvalidParameterException

NAME = choice.SELECT


def offer(_progress: Progress) -> Offer:
    """The challenge has no parameters; AvailableChallenges lists the choices."""
    return Offer({})


def answer(progress: Progress, responses: Mapping[str, str]) -> Accept:
    """Take the choice, ANSWER, and the PASSWORD or SRP_A of the chosen challenge if the same call brings it.

    Raises InvalidParameterException for a challenge that is not available, and what `choice.take` raises.
    """
    chosen = refusals.required(responses, "ANSWER")
    if chosen not in choice.offered(progress):
        # AWS unknown: the message of RespondToAuthChallenge where the ANSWER to SELECT_CHALLENGE is not available.
        raise InvalidParameterException("The selected challenge is not available.")
    return choice.take(progress, chosen, responses)
