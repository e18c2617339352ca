"""ADMIN_NO_SRP_AUTH: the plain password, for AdminInitiateAuth's flow of that name without PASSWORD."""

from __future__ import annotations

from collections.abc import Mapping

from emulator import refusals
from emulator.domain.sign_in import password
from emulator.domain.sign_in.progress import Accept, Offer, Progress

NAME = "ADMIN_NO_SRP_AUTH"


def offer(progress: Progress) -> Offer:
    """Ask for the password; USER_ID_FOR_SRP says whose."""
    # AWS unknown: the ChallengeParameters of AdminInitiateAuth's challenge ADMIN_NO_SRP_AUTH; here USER_ID_FOR_SRP.
    return Offer({"USER_ID_FOR_SRP": progress.user.username if progress.user else progress.typed})


def answer(progress: Progress, responses: Mapping[str, str]) -> Accept:
    """Check PASSWORD; if it is right, the first factor is passed. Raises what `password.take` raises.

    A wrong password counts as a failed attempt, and the session stays valid.
    """
    return password.take(progress, refusals.required(responses, "PASSWORD"))
