"""PASSWORD_SRP: SRP, chosen among the first factors."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.domain.challenges.progress import Accept, Offer, Progress
from emulator.faults import NotBuilt

NAME = "PASSWORD_SRP"


def offer(progress: Progress) -> Offer:
    """The challenge's parameters."""
    raise NotBuilt(f"The challenge {NAME}")


def answer(progress: Progress, responses: Mapping[str, str]) -> Accept:
    """Check an answer."""
    raise NotBuilt(f"The challenge {NAME}")
