"""PASSWORD: the plain password, chosen as first factor of USER_AUTH."""

from __future__ import annotations

from collections.abc import Mapping

from emulator import refusals
from emulator.domain.sign_in import password
from emulator.domain.sign_in.progress import Accept, Offer, Progress

NAME = "PASSWORD"


def offer(_progress: Progress) -> Offer:
    """The challenge has no parameters."""
    return Offer({})


def answer(progress: Progress, responses: Mapping[str, str]) -> Accept:
    """Check PASSWORD; if it is right, the first factor is passed. Raises what `password.take` raises.

    A wrong password counts as a failed attempt, and the session stays valid.
    """
    return password.take(progress, refusals.required(responses, "PASSWORD"))
