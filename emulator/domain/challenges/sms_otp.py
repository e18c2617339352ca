"""SMS_OTP: a code by text message, as first factor."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.domain.challenges.progress import Accept, Offer, Progress
from emulator.faults import NotBuilt

NAME = "SMS_OTP"


def offer(progress: Progress) -> Offer:
    """The challenge's parameters."""
    raise NotBuilt(f"The challenge {NAME}")


def answer(progress: Progress, responses: Mapping[str, str]) -> Accept:
    """Check an answer."""
    raise NotBuilt(f"The challenge {NAME}")
