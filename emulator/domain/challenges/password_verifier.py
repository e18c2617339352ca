"""PASSWORD_VERIFIER: the second half of SRP."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.domain.challenges.progress import Accept, Offer, Progress
from emulator.faults import NotBuilt

NAME = "PASSWORD_VERIFIER"


def start(progress: Progress, parameters: Mapping[str, str]) -> str | None:
    """Begin USER_SRP_AUTH."""
    raise NotBuilt("The flow USER_SRP_AUTH")


def offer(progress: Progress) -> Offer:
    """The challenge's parameters."""
    raise NotBuilt(f"The challenge {NAME}")


def answer(progress: Progress, responses: Mapping[str, str]) -> Accept:
    """Check an answer."""
    raise NotBuilt(f"The challenge {NAME}")
