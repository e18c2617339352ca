"""CUSTOM_CHALLENGE: an application's own challenge, made and checked by its triggers."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.domain.credentials import verifiers
from emulator.domain.sign_in import custom_auth
from emulator.domain.sign_in.progress import Accept, Offer, Progress
from emulator.faults import InvalidParameterException

NAME = custom_auth.CHALLENGE


def offer(progress: Progress) -> Offer:
    """What CreateAuthChallenge made public, and the username."""
    return Offer({**progress.made, "USERNAME": _username(progress)})


def answer(progress: Progress, responses: Mapping[str, str]) -> Accept:
    """Let the trigger check the answer, an empty one too. Whether a wrong one ends the sign-in, the triggers decide.

    AWS unknown: an answer to CUSTOM_CHALLENGE without ANSWER; it is refused here, and an empty one is for the trigger
    to judge.
    """
    if "ANSWER" not in responses:
        raise InvalidParameterException("Missing required parameter ANSWER")
    progress.right = custom_auth.verified(progress, responses["ANSWER"])
    return _nothing


def _username(progress: Progress) -> str:
    """The user's name; somebody who does not exist seems to have one like it."""
    if progress.user:
        return progress.user.username
    seeming = verifiers.seeming_name(progress.context, progress.pool, progress.typed)
    return str(progress.state.setdefault("seems", seeming))


def _nothing(_progress: Progress) -> None:
    """The triggers have decided already; their decision is kept elsewhere."""
