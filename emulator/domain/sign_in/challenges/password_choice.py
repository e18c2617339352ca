"""PASSWORD: the plain password, chosen as first factor of USER_AUTH."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.domain.sign_in import password
from emulator.domain.sign_in.progress import Accept, Offer, Progress
from emulator.faults import InvalidParameterException

NAME = "PASSWORD"


def offer(_progress: Progress) -> Offer:
    """The challenge has no parameters."""
    return Offer({})


def answer(progress: Progress, responses: Mapping[str, str]) -> Accept:
    """Check the password. A wrong password counts as a failed attempt, and the session stays valid."""
    if not responses.get("PASSWORD"):
        raise InvalidParameterException("Missing required parameter PASSWORD")
    return password.take(progress, responses["PASSWORD"])
