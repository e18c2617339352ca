"""PASSWORD_SRP: SRP, chosen as first factor of USER_AUTH. Its answer brings SRP_A; PASSWORD_VERIFIER comes next."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.domain.sign_in import srp_exchange
from emulator.domain.sign_in.progress import Accept, Offer, Progress

NAME = "PASSWORD_SRP"


def offer(_progress: Progress) -> Offer:
    """The challenge has no parameters."""
    return Offer({})


def answer(progress: Progress, responses: Mapping[str, str]) -> Accept:
    """Take SRP_A; PASSWORD_VERIFIER comes next. Raises InvalidParameterException without a valid SRP_A."""
    a = srp_exchange.read_a(responses)
    drawn = srp_exchange.draw(progress.context)

    def accept(progress: Progress) -> None:
        progress.state |= {"srp_a": a, "next": "PASSWORD_VERIFIER"}
        progress.drawn = drawn

    return accept
