"""ADMIN_NO_SRP_AUTH: the password in the clear, asked of an administrator who began with the flow of that name."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.domain.sign_in import password
from emulator.domain.sign_in.progress import Accept, Offer, Progress
from emulator.faults import InvalidParameterException

NAME = "ADMIN_NO_SRP_AUTH"


def offer(progress: Progress) -> Offer:
    """Whose password it is. AWS unknown: the challenge's parameters."""
    return Offer({"USER_ID_FOR_SRP": progress.user.username if progress.user else progress.typed})


def answer(progress: Progress, responses: Mapping[str, str]) -> Accept:
    """Check the password. A wrong one counts, and leaves the session good for another try."""
    if not responses.get("PASSWORD"):
        raise InvalidParameterException("Missing required parameter PASSWORD")
    return password.take(progress, responses["PASSWORD"])
