"""CUSTOM_CHALLENGE: an application's own challenge, made and checked by its triggers."""

from __future__ import annotations

from collections.abc import Mapping

from emulator import refusals
from emulator.domain.credentials import verifiers
from emulator.domain.sign_in import custom_auth
from emulator.domain.sign_in.progress import Accept, Offer, Progress

NAME = custom_auth.CHALLENGE


def offer(progress: Progress) -> Offer:
    """The publicChallengeParameters of CreateAuthChallenge, and the username."""
    return Offer({**progress.made, "USERNAME": _username(progress)})


def answer(progress: Progress, responses: Mapping[str, str]) -> Accept:
    """Call VerifyAuthChallengeResponse with ANSWER, and set `progress.right` by its response.

    A wrong answer is not refused here: the machine calls DefineAuthChallenge, which decides what comes next. The
    returned function does nothing. Raises InvalidParameterException without ANSWER, and what `triggers.call` raises.
    """
    # AWS unknown: how RespondToAuthChallenge takes an answer to CUSTOM_CHALLENGE without ANSWER. Here it is refused
    # with InvalidParameterException, and an empty ANSWER is passed to VerifyAuthChallengeResponse.
    if "ANSWER" not in responses:
        raise refusals.missing_parameter("ANSWER")
    progress.right = custom_auth.verified(progress, responses["ANSWER"])
    return _nothing


def _username(progress: Progress) -> str:
    """The username; for an unknown user a made-up one that stays the same from call to call."""
    if progress.user:
        return progress.user.username
    seeming = verifiers.seeming_name(progress.context, progress.pool, progress.typed)
    return str(progress.state.setdefault("seems", seeming))


def _nothing(_progress: Progress) -> None:
    """Change nothing: DefineAuthChallenge's decision is stored by `custom_auth.follow`."""
