"""SELECT_CHALLENGE: the user chooses a first factor."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.domain.challenges.progress import Accept, Offer, Progress
from emulator.faults import NotBuilt

NAME = "SELECT_CHALLENGE"


def offer(progress: Progress) -> Offer:
    """The challenge's parameters."""
    raise NotBuilt(f"The challenge {NAME}")


def answer(progress: Progress, responses: Mapping[str, str]) -> Accept:
    """Check an answer."""
    raise NotBuilt(f"The challenge {NAME}")
