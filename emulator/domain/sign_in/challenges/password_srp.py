"""PASSWORD_SRP: SRP, chosen among the first factors. Its answer begins what PASSWORD_VERIFIER ends."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.domain.sign_in import srp_exchange
from emulator.domain.sign_in.progress import Accept, Offer, Progress

NAME = "PASSWORD_SRP"


def offer(_progress: Progress) -> Offer:
    """The challenge has no parameters."""
    return Offer({})


def answer(progress: Progress, responses: Mapping[str, str]) -> Accept:
    """Take SRP_A; what comes next is PASSWORD_VERIFIER."""
    a = srp_exchange.read_a(responses)
    drawn = srp_exchange.draw(progress.context)

    def accept(progress: Progress) -> None:
        progress.state |= {"srp_a": a, "next": "PASSWORD_VERIFIER"}
        progress.drawn = drawn

    return accept
