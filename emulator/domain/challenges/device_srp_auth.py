"""DEVICE_SRP_AUTH: the first half of a device's SRP."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.domain.challenges.progress import Accept, Offer, Progress
from emulator.faults import NotBuilt

NAME = "DEVICE_SRP_AUTH"


def offer(progress: Progress) -> Offer:
    """The challenge's parameters."""
    raise NotBuilt(f"The challenge {NAME}")


def answer(progress: Progress, responses: Mapping[str, str]) -> Accept:
    """Check an answer."""
    raise NotBuilt(f"The challenge {NAME}")
