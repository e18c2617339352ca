"""CUSTOM_AUTH: an application's own triggers define the challenges, make them, and check their answers.

Triggers are called before anything is written: a decision is made first, and kept with the answer that led to it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.domain import accounts, client_settings, mfa_methods, triggers
from emulator.domain.challenges import password, srp_exchange
from emulator.domain.challenges.progress import Progress
from emulator.faults import (
    InvalidLambdaResponseException,
    InvalidParameterException,
    NotAuthorizedException,
    UserNotConfirmedException,
)

CHALLENGE = "CUSTOM_CHALLENGE"
_SECOND_FACTORS = frozenset({"SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"})
_MOST_ROUNDS = 50
"""AWS unknown: how long a history may get; so many challenges are more than any application asks."""
_NOT_CONFIGURED = "Custom auth lambda trigger is not configured for the user pool."


@dataclass(frozen=True, slots=True)
class Decision:
    """What DefineAuthChallenge decided: the next challenge, or None for tokens.

    `history` is the sessions of its next event. `public` goes to the caller and `private` to the trigger that checks
    the answer; both are what CreateAuthChallenge made.
    """

    challenge: str | None
    history: list[dict[str, Any]]
    public: dict[str, str] = field(default_factory=dict)
    private: dict[str, str] = field(default_factory=dict)
    metadata: str | None = None


def start(progress: Progress, parameters: Mapping[str, str]) -> str | None:
    """Begin CUSTOM_AUTH: finds the user; what comes first is decided by `decide`."""
    for trigger in ("DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse"):
        if triggers.function(progress.pool, trigger) is None:
            raise InvalidParameterException(_NOT_CONFIGURED, f"{trigger} is missing")
    triggers.require_none(progress.pool, "PreAuthentication")
    _take_srp(progress, parameters)
    progress.user = accounts.find(progress.context.unit, progress.pool, progress.typed)
    if progress.user is None:
        if not client_settings.protects_existence(progress.client.settings):
            raise password.unknown(progress.client)
        return None
    progress.context.username = progress.user.username
    _check_status(progress)
    return None


def decide(progress: Progress, answered: str | None) -> Decision:
    """Ask the triggers what comes next. `answered` is the challenge that was just answered, rightly or not."""
    history = [*_history(progress), *_entries(progress, answered)]
    if len(history) > _MOST_ROUNDS:
        raise NotAuthorizedException(password.WRONG, "the sign-in went on for too long").keeping()
    said = _call(progress, "DefineAuthChallenge", {"session": history}, _DEFINED)
    issue, fail, name = (said.get(member) for member in ("issueTokens", "failAuthentication", "challengeName"))
    if fail is True:
        raise _failed(progress, "DefineAuthChallenge fails the sign-in")
    if issue is True:
        if progress.user is None:
            raise _failed(progress, "there is no such user")
        return Decision(None, history)
    if name == CHALLENGE:
        return _created(progress, history)
    if name == "PASSWORD_VERIFIER" and "srp_a" in progress.state and not _passed(history, name):
        return Decision(name, history)
    if (
        name in _SECOND_FACTORS
        and progress.user is not None
        and name in mfa_methods.usable(progress.context, progress.pool, progress.user)
    ):
        return Decision(str(name), history)
    raise InvalidLambdaResponseException(triggers.UNRECOGNIZABLE, f"DefineAuthChallenge asks for {name!r}")


def follow(progress: Progress, decision: Decision) -> str | None:
    """Keep a decision in the sign-in; answers the next challenge, or None for tokens."""
    kept = {"history": decision.history, "private": decision.private, "metadata": decision.metadata}
    progress.state["custom"] = _sealed(progress, kept)
    progress.made = decision.public
    return decision.challenge


def verified(progress: Progress, answer: str) -> bool:
    """Whether VerifyAuthChallengeResponse takes an answer for right."""
    request = {"privateChallengeParameters": _kept(progress).get("private") or {}, "challengeAnswer": answer}
    said = _call(progress, "VerifyAuthChallengeResponse", request, {"answerCorrect": None}).get("answerCorrect")
    if not isinstance(said, bool):
        raise InvalidLambdaResponseException(triggers.UNRECOGNIZABLE, "answerCorrect is neither true nor false")
    return said and progress.user is not None


_DEFINED = {"challengeName": None, "issueTokens": None, "failAuthentication": None}
_CREATED = {"publicChallengeParameters": None, "privateChallengeParameters": None, "challengeMetadata": None}


def _created(progress: Progress, history: list[dict[str, Any]]) -> Decision:
    """Let CreateAuthChallenge make the challenge."""
    said = _call(progress, "CreateAuthChallenge", {"challengeName": CHALLENGE, "session": history}, _CREATED)
    public, private = (_parameters(said.get(f"{kind}ChallengeParameters")) for kind in ("public", "private"))
    metadata = said.get("challengeMetadata")
    if metadata is not None and not isinstance(metadata, str):
        raise InvalidLambdaResponseException(triggers.UNRECOGNIZABLE, "challengeMetadata is no string")
    return Decision(CHALLENGE, history, public, private, metadata)


def _parameters(value: Any) -> dict[str, str]:
    """A map of strings, as the triggers exchange them; null is an empty one."""
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise InvalidLambdaResponseException(triggers.UNRECOGNIZABLE, "challenge parameters are no map of strings")
    return value


def _call(progress: Progress, trigger: str, request: Mapping[str, Any], response: Mapping[str, Any]) -> dict[str, Any]:
    metadata = {"clientMetadata": progress.metadata} if progress.metadata and progress.digest else {}
    unknown = {"userNotFound": True} if progress.user is None else {}
    return triggers.call(
        progress.context,
        progress.pool,
        progress.client,
        progress.user,
        progress.user.username if progress.user else progress.typed,
        trigger,
        f"{trigger}_Authentication",
        {**request, **metadata, **unknown},
        response,
    )


def _take_srp(progress: Progress, parameters: Mapping[str, str]) -> None:
    """CHALLENGE_NAME=SRP_A begins with the password. AWS unknown: the words for any other name."""
    name = parameters.get("CHALLENGE_NAME")
    if name is None and not parameters.get("SRP_A"):
        return
    if name not in (None, "SRP_A"):
        raise InvalidParameterException(f"Invalid CHALLENGE_NAME {name}")
    progress.state["srp_a"] = srp_exchange.read_a(parameters)
    progress.drawn = srp_exchange.draw(progress.context)


def _check_status(progress: Progress) -> None:
    """Refuse users who cannot sign in. AWS unknown: at which step they are told.

    AWS unknown: CUSTOM_AUTH for a user who has to choose a password, or whose password was reset; both may sign in
    without their password here, since that is what the flow is for, and keep their status.
    """
    user = progress.known
    if not user.enabled:
        raise NotAuthorizedException("User is disabled.")
    if user.status == "UNCONFIRMED":
        raise UserNotConfirmedException("User is not confirmed.")


def _entries(progress: Progress, answered: str | None) -> list[dict[str, Any]]:
    """What the step that was just taken adds to the history."""
    if answered is None:
        begun = {"challengeName": "SRP_A", "challengeResult": True, "challengeMetadata": None}
        return [begun] if "srp_a" in progress.state else []
    metadata = _kept(progress).get("metadata") if answered == CHALLENGE else None
    return [{"challengeName": answered, "challengeResult": progress.right, "challengeMetadata": metadata}]


def _history(progress: Progress) -> list[dict[str, Any]]:
    history: list[dict[str, Any]] = _kept(progress).get("history", [])
    return history


def _passed(history: list[dict[str, Any]], name: str) -> bool:
    return any(entry["challengeName"] == name for entry in history)


def _failed(progress: Progress, reason: str) -> NotAuthorizedException:
    """The end of a sign-in that failed: its session is spent."""
    if progress.digest:
        progress.spend()
    return NotAuthorizedException(password.WRONG, reason).keeping()


def _sealed(progress: Progress, kept: Mapping[str, Any]) -> str:
    """What the triggers know of each other's work; nobody reads a code out of the database."""
    sealed = progress.context.vault.seal(json.dumps(kept).encode(), _purpose(progress))
    return base64.b64encode(sealed).decode()


def _kept(progress: Progress) -> dict[str, Any]:
    text = progress.state.get("custom")
    if text is None:
        return {}
    kept: dict[str, Any] = json.loads(progress.context.vault.open(base64.b64decode(text), _purpose(progress)))
    return kept


def _purpose(progress: Progress) -> str:
    return f"custom challenges of client {progress.client.id}"
