"""CUSTOM_AUTH: an application's own triggers define the challenges, make them, and check their answers.

Triggers are called before anything is written: a decision is made first, and kept with the answer that led to it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.domain.accounts import accounts
from emulator.domain.factors import mfa_methods
from emulator.domain.pools import client_settings
from emulator.domain.sign_in import password, refusals, sign_in_triggers, srp_exchange
from emulator.domain.sign_in.progress import Progress
from emulator.domain.triggers import trigger_table, triggers
from emulator.faults import (
    InvalidLambdaResponseException,
    InvalidParameterException,
    NotAuthorizedException,
)

CHALLENGE = "CUSTOM_CHALLENGE"
_PROOF = "PASSWORD_VERIFIER"
_REPLACEMENT = "NEW_PASSWORD_REQUIRED"
_SECOND_FACTORS = frozenset({"SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"})
_MOST_ROUNDS = 50
"""AWS unknown: how many challenges a sign-in by CUSTOM_AUTH may come to; so many are more than any application asks."""
_TRIGGERS = ("DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse")
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
    _require(progress, *_TRIGGERS)
    _take_srp(progress, parameters)
    sign_in_triggers.before(progress)
    progress.user = accounts.find_to_sign_in(progress.context.unit, progress.pool, progress.typed)
    if progress.user is None:
        if not client_settings.protects_existence(progress.client.settings):
            raise password.unknown(progress.client)
        return None
    progress.context.username = progress.user.username
    return None


def decide(progress: Progress, answered: str | None) -> Decision:
    """Ask the triggers what comes next. `answered` is the challenge that was just answered, rightly or not.

    Who proved a temporary password has to choose another one before the triggers go on.

    AWS unknown: what follows when a temporary password is replaced in CUSTOM_AUTH. A report of 2017 says that tokens
    do, whatever the triggers had still to ask; here they are asked, with both challenges in the history.
    AWS unknown: the refusal where DefineAuthChallenge decides nothing, or asks for a challenge that the user or the
    sign-in has nothing for; that is taken for an answer of a wrong shape here.
    """
    history = [*_history(progress), *_entries(progress, answered)]
    if len(history) > _MOST_ROUNDS:
        raise _failed(progress, "the sign-in went on for too long")
    if answered == _PROOF and progress.known.status == "FORCE_CHANGE_PASSWORD":
        password.refuse_expired(progress.context, progress.pool, progress.known)
        return Decision(_REPLACEMENT, history)
    said = _call(progress, "DefineAuthChallenge", {"session": history}, _DEFINED)
    issue, fail = (triggers.flag(said, member) for member in ("issueTokens", "failAuthentication"))
    if fail:
        raise _failed(progress, "DefineAuthChallenge fails the sign-in")
    if issue:
        if progress.user is None:
            raise _failed(progress, "there is no such user")
        return Decision(None, history)
    name = said.get("challengeName")
    if name == CHALLENGE:
        return _created(progress, history)
    if isinstance(name, str) and _may_follow(progress, history, name):
        return Decision(name, history)
    raise InvalidLambdaResponseException(triggers.UNRECOGNIZABLE, f"DefineAuthChallenge asks for {str(name)[:80]}")


def follow(progress: Progress, decision: Decision) -> str | None:
    """Keep a decision in the sign-in; answers the next challenge, or None for tokens."""
    kept = {"history": decision.history, "private": decision.private, "metadata": decision.metadata}
    progress.state["custom"] = _sealed(progress, kept)
    progress.made = decision.public
    if decision.challenge in _SECOND_FACTORS:
        progress.state.setdefault("first", CHALLENGE)
    return decision.challenge


def verified(progress: Progress, answer: str) -> bool:
    """Whether VerifyAuthChallengeResponse takes an answer for right.

    AWS unknown: what becomes of an answer of which VerifyAuthChallengeResponse says neither; it is wrong here.
    """
    request = {"privateChallengeParameters": _kept(progress).get("private") or {}, "challengeAnswer": answer}
    said = _call(progress, "VerifyAuthChallengeResponse", request, {"answerCorrect": None})
    return triggers.flag(said, "answerCorrect") and progress.user is not None


_DEFINED = {"challengeName": None, "issueTokens": None, "failAuthentication": None}
_CREATED = {"publicChallengeParameters": None, "privateChallengeParameters": None, "challengeMetadata": None}


def _created(progress: Progress, history: list[dict[str, Any]]) -> Decision:
    """Let CreateAuthChallenge make the challenge.

    By public reports, one of AWS's own samples among them, a challenge without private parameters is refused as a
    wrong password is.
    """
    said = _call(progress, "CreateAuthChallenge", {"challengeName": CHALLENGE, "session": history}, _CREATED)
    public, private = (_parameters(said.get(f"{kind}ChallengeParameters")) for kind in ("public", "private"))
    metadata = said.get("challengeMetadata")
    if metadata is not None and not isinstance(metadata, str):
        raise InvalidLambdaResponseException(triggers.UNRECOGNIZABLE, "challengeMetadata is no string")
    if not private:
        raise _failed(progress, "CreateAuthChallenge made no privateChallengeParameters")
    return Decision(CHALLENGE, history, public, private, metadata)


def _may_follow(progress: Progress, history: list[dict[str, Any]], name: str) -> bool:
    """Whether a challenge of Cognito's own may come next: the password once, after SRP_A, or a second factor."""
    if name == _PROOF:
        return "srp_a" in progress.state and not any(entry["challengeName"] == name for entry in history)
    user = progress.user
    return (
        name in _SECOND_FACTORS
        and user is not None
        and name in mfa_methods.usable(progress.context, progress.pool, user)
    )


def _parameters(value: Any) -> dict[str, str]:
    """A map of strings, as the triggers exchange them; null is an empty one.

    AWS unknown: values of challenge parameters that are no strings; they are refused here.
    """
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise InvalidLambdaResponseException(triggers.UNRECOGNIZABLE, "challenge parameters are no map of strings")
    return value


def _call(progress: Progress, trigger: str, request: Mapping[str, Any], response: Mapping[str, Any]) -> dict[str, Any]:
    """Call a trigger, and read the user anew, since it may have changed them.

    AWS unknown: the `userName` that the triggers of CUSTOM_AUTH are given for somebody who does not exist; it is what
    was typed here.
    """
    _require(progress, trigger)
    _check_status(progress)
    row = trigger_table.row(progress.context.operation_name, trigger)
    hides = client_settings.protects_existence(progress.client.settings)
    found = {"userNotFound": progress.user is None} if hides else {}
    said = triggers.call(
        progress.context,
        progress.pool,
        progress.client,
        progress.user,
        progress.user.username if progress.user else progress.typed,
        row,
        {**request, **row.passed_on(progress.metadata), **found},
        response,
    )
    if progress.user is not None:
        # Of one who is gone nothing can be kept, by which the call finds out that it has to be worked on anew.
        progress.user = progress.context.unit.users.get(progress.user.id) or progress.user
    return said


def _require(progress: Progress, *names: str) -> None:
    for trigger in names:
        if triggers.function(progress.pool, trigger) is None:
            raise InvalidParameterException(_NOT_CONFIGURED, f"{trigger} is missing")


def _take_srp(progress: Progress, parameters: Mapping[str, str]) -> None:
    """CHALLENGE_NAME=SRP_A begins with the password, CUSTOM_CHALLENGE without it, as no name does.

    AWS unknown: the words for any other CHALLENGE_NAME in CUSTOM_AUTH, and an SRP_A without a CHALLENGE_NAME, which
    begins with the password here.
    """
    name = parameters.get("CHALLENGE_NAME") or ("SRP_A" if parameters.get("SRP_A") else CHALLENGE)
    if name == CHALLENGE:
        return
    if name != "SRP_A":
        raise InvalidParameterException(f"Invalid CHALLENGE_NAME {name}")
    progress.state["srp_a"] = srp_exchange.read_a(parameters)
    progress.drawn = srp_exchange.draw(progress.context)


def _check_status(progress: Progress) -> None:
    """Refuse users who cannot sign in, before anything is asked of a trigger.

    Public reports have it that a user who was made with a temporary password signs in without it, and keeps their
    status.

    AWS unknown: CUSTOM_AUTH for a user whose password was reset; where the sign-in does not begin with the password,
    they may sign in here.
    """
    user = progress.user
    if user is None:
        return
    refusals.check_enabled(user)
    password.refuse_unconfirmed(user)


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


def _failed(progress: Progress, reason: str) -> NotAuthorizedException:
    """The end of a sign-in that failed: its session is spent."""
    if progress.digest:
        progress.spend()
    return refusals.wrong_credentials(reason).keeping()


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
