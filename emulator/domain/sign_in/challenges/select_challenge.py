"""SELECT_CHALLENGE: the user chooses a first factor."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.domain.sign_in import choice
from emulator.domain.sign_in.progress import Accept, Offer, Progress
from emulator.faults import InvalidParameterException

NAME = choice.SELECT


def offer(_progress: Progress) -> Offer:
    """The challenge has no parameters; AvailableChallenges names what there is to choose."""
    return Offer({})


def answer(progress: Progress, responses: Mapping[str, str]) -> Accept:
    """Check the choice, and what answers it where that came along.

    AWS unknown: the words for a choice that is not available.
    """
    if not responses.get("ANSWER"):
        raise InvalidParameterException("Missing required parameter ANSWER")
    if responses["ANSWER"] not in choice.offered(progress):
        raise InvalidParameterException("The selected challenge is not available.")
    return choice.take(progress, responses["ANSWER"], responses)
