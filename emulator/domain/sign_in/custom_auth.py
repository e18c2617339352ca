"""CUSTOM_AUTH: an application's triggers define the challenges, create them, and verify their answers.

Triggers are called before anything is written: `decide` calls them, and `follow` stores the decision with the step.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from emulator import refusals
from emulator.domain.accounts import accounts
from emulator.domain.factors import mfa_methods
from emulator.domain.pools import client_settings
from emulator.domain.sign_in import password, sign_in_triggers, srp_exchange
from emulator.domain.sign_in.progress import Progress
from emulator.domain.triggers import trigger_table, triggers
from emulator.domain.triggers.triggers import Invocation
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
# AWS unknown: how many challenges one sign-in by CUSTOM_AUTH may have; here 50, more than an application asks.
_TRIGGERS = ("DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse")
_NOT_CONFIGURED = "Custom auth lambda trigger is not configured for the user pool."


class Decision(Struct, frozen=True):
    """What DefineAuthChallenge decided: the next challenge, or None for tokens.

    `history` is `session` in the next trigger's event. `public`, `private` and `metadata` are CreateAuthChallenge's
    publicChallengeParameters, for the caller; privateChallengeParameters, for VerifyAuthChallengeResponse; and
    challengeMetadata.
    """

    challenge: str | None
    history: list[dict[str, Any]]
    public: dict[str, str] = field(default_factory=dict)
    private: dict[str, str] = field(default_factory=dict)
    metadata: str | None = None


def start(progress: Progress, parameters: Mapping[str, str]) -> str | None:
    """Begin CUSTOM_AUTH: call PreAuthentication, and read the user into `progress`. Always None: `decide` comes next.

    Raises InvalidParameterException if a trigger of custom challenges is not configured or SRP_A is invalid, and the
    refusal of an unknown user where the client does not hide who exists.
    """
    _require(progress, *_TRIGGERS)
    _take_srp(progress, parameters)
    sign_in_triggers.before(progress)
    progress.user = accounts.find_to_sign_in(progress.context.unit, progress.pool, progress.typed)
    if progress.user is None:
        if not client_settings.protects_existence(progress.client.settings):
            raise password.unknown(progress.client)
        return None
    progress.context.username = progress.user.username
    if progress.user.status == "EXTERNAL_PROVIDER":
        # AWS unknown: how InitiateAuth refuses CUSTOM_AUTH for a user in EXTERNAL_PROVIDER.
        raise refusals.wrong_credentials("the user signs in through an identity provider")
    return None


def decide(progress: Progress, answered: str | None) -> Decision:
    """Call DefineAuthChallenge to learn what comes next, and CreateAuthChallenge if that is a custom challenge.

    `answered` is the challenge that was just answered, rightly or not; None at InitiateAuth. A temporary password has
    to be replaced before the triggers go on. Nothing is stored before `follow`, and the connection is released. Raises
    what `triggers.call` raises, InvalidLambdaResponseException for an invalid decision, and NotAuthorizedException
    where DefineAuthChallenge fails the sign-in, whose session is spent then.
    """
    history = [*_history(progress), *_entries(progress, answered)]
    if len(history) > _MOST_ROUNDS:
        raise _failed(progress, "the sign-in went on for too long")
    # AWS unknown: what RespondToAuthChallenge does once a temporary password is replaced in CUSTOM_AUTH. A report of
    # 2017 says that it issues tokens; here DefineAuthChallenge is called again, with both challenges in `session`.
    if answered == _PROOF and progress.known.status == "FORCE_CHANGE_PASSWORD":
        password.refuse_expired(progress.context, progress.principal)
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
    # AWS unknown: how a sign-in by CUSTOM_AUTH is refused where DefineAuthChallenge decides nothing, or names a
    # challenge that the user cannot answer; here with InvalidLambdaResponseException.
    raise InvalidLambdaResponseException(triggers.UNRECOGNIZABLE, f"DefineAuthChallenge asks for {str(name)[:80]}")


def follow(progress: Progress, decision: Decision) -> str | None:
    """Put a decision into the sign-in's state, and return the next challenge; None for tokens."""
    kept = {"history": decision.history, "private": decision.private, "metadata": decision.metadata}
    progress.state["custom"] = _sealed(progress, kept)
    progress.made = decision.public
    if decision.challenge in _SECOND_FACTORS:
        progress.state.setdefault("first", CHALLENGE)
    return decision.challenge


def verified(progress: Progress, answer: str) -> bool:
    """Call VerifyAuthChallengeResponse, and return whether it says that an answer is correct; False without a user.

    Releases the connection. Raises what `triggers.call` raises.
    """
    request = {"privateChallengeParameters": _kept(progress).get("private") or {}, "challengeAnswer": answer}
    said = _call(progress, "VerifyAuthChallengeResponse", request, {"answerCorrect": None})
    # AWS unknown: how an answer counts of which VerifyAuthChallengeResponse leaves out answerCorrect; here as wrong.
    return triggers.flag(said, "answerCorrect") and progress.user is not None


_DEFINED = {"challengeName": None, "issueTokens": None, "failAuthentication": None}
_CREATED = {"publicChallengeParameters": None, "privateChallengeParameters": None, "challengeMetadata": None}


def _created(progress: Progress, history: list[dict[str, Any]]) -> Decision:
    """Call CreateAuthChallenge, and check its response.

    By public reports, and by one of AWS's own samples, a challenge without privateChallengeParameters is refused as a
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
    """Whether a challenge of Cognito's own may come next: PASSWORD_VERIFIER once after SRP_A, or a second factor."""
    if name == _PROOF:
        return "srp_a" in progress.state and not any(entry["challengeName"] == name for entry in history)
    return (
        name in _SECOND_FACTORS
        and progress.user is not None
        and name in mfa_methods.usable(progress.context, progress.principal)
    )


def _parameters(value: Any) -> dict[str, str]:
    """A map of strings out of a trigger's response; null is an empty map. Raises InvalidLambdaResponseException."""
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        # AWS unknown: what a sign-in by CUSTOM_AUTH makes of challenge parameters that are not strings; here
        # CreateAuthChallenge's response is refused with InvalidLambdaResponseException.
        raise InvalidLambdaResponseException(triggers.UNRECOGNIZABLE, "challenge parameters are no map of strings")
    return value


def _call(progress: Progress, trigger: str, request: Mapping[str, Any], response: Mapping[str, Any]) -> dict[str, Any]:
    """Call a trigger, and read the user again, whom the function may have changed."""
    _require(progress, trigger)
    _check_status(progress)
    context, user = progress.context, progress.user
    row = trigger_table.row(context.operation_name, trigger)
    hides = client_settings.protects_existence(progress.client.settings)
    found = {"userNotFound": user is None} if hides else {}
    request = {**request, **row.passed_on(progress.metadata), **found}
    # AWS unknown: `userName` in the events of CUSTOM_AUTH's triggers for an unknown user; here USERNAME as it was
    # given.
    name = user.username if user else progress.typed
    said = triggers.call(context, Invocation(row, progress.pool, progress.client, user, name, request, response))
    if user is not None:
        # The first write about a user who was deleted meanwhile fails, and then the call is run again.
        progress.user = context.unit.users.get(user.id) or user
    return said


def _require(progress: Progress, *names: str) -> None:
    for trigger in names:
        if triggers.function(progress.pool, trigger) is None:
            raise InvalidParameterException(_NOT_CONFIGURED, f"{trigger} is missing")


def _take_srp(progress: Progress, parameters: Mapping[str, str]) -> None:
    """Take SRP_A, if CHALLENGE_NAME is SRP_A: the sign-in then begins with the password, else without it."""
    # AWS unknown: what InitiateAuth with CUSTOM_AUTH makes of SRP_A without a CHALLENGE_NAME; here it begins with the
    # password.
    name = parameters.get("CHALLENGE_NAME") or ("SRP_A" if parameters.get("SRP_A") else CHALLENGE)
    if name == CHALLENGE:
        return
    if name != "SRP_A":
        # AWS unknown: the message of InitiateAuth with CUSTOM_AUTH for another CHALLENGE_NAME.
        raise InvalidParameterException(f"Invalid CHALLENGE_NAME {name}")
    progress.state["srp_a"] = srp_exchange.read_a(parameters)
    progress.drawn = srp_exchange.draw(progress.context)


def _check_status(progress: Progress) -> None:
    """Raise if the user is disabled or not confirmed, before a trigger is called.

    By public reports, a user with a temporary password signs in without it, and stays in FORCE_CHANGE_PASSWORD.
    """
    # AWS unknown: whether CUSTOM_AUTH signs in a user in status RESET_REQUIRED; here it does where it does not begin
    # with the password.
    user = progress.user
    if user is None:
        return
    refusals.check_enabled(user)
    password.refuse_unconfirmed(user)


def _entries(progress: Progress, answered: str | None) -> list[dict[str, Any]]:
    """What the step that was just taken adds to `session` of the triggers' events."""
    if answered is None:
        begun = {"challengeName": "SRP_A", "challengeResult": True, "challengeMetadata": None}
        return [begun] if "srp_a" in progress.state else []
    metadata = _kept(progress).get("metadata") if answered == CHALLENGE else None
    return [{"challengeName": answered, "challengeResult": progress.right, "challengeMetadata": metadata}]


def _history(progress: Progress) -> list[dict[str, Any]]:
    history: list[dict[str, Any]] = _kept(progress).get("history", [])
    return history


def _failed(progress: Progress, reason: str) -> NotAuthorizedException:
    """The refusal that ends a sign-in: its session is spent."""
    if progress.digest:
        progress.spend()
    return refusals.wrong_credentials(reason).keeping()


def _sealed(progress: Progress, kept: Mapping[str, Any]) -> str:
    """Encrypt what one trigger leaves for the next, so that nobody reads a code in the database."""
    sealed = progress.context.vault.seal_json(kept, _purpose(progress))
    return base64.b64encode(sealed).decode()


def _kept(progress: Progress) -> dict[str, Any]:
    text = progress.state.get("custom")
    if text is None:
        return {}
    return progress.context.vault.open_json(base64.b64decode(text), _purpose(progress))


def _purpose(progress: Progress) -> str:
    return f"custom challenges of client {progress.client.id}"
