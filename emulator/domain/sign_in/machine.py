"""The only place that decides what comes next in a sign-in.

A sign-in in progress is kept under the digest of its session string, bound to its client and user, and spent by
the answer that is accepted. A made-up, foreign, spent or expired session is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from emulator.context import Context
from emulator.domain.accounts import accounts, usernames
from emulator.domain.credentials import lockout
from emulator.domain.factors import first_factors, levels
from emulator.domain.pools import client_settings
from emulator.domain.sign_in import (
    choice,
    custom_auth,
    known_device,
    mfa,
    password,
    sign_in_triggers,
    step_up,
    watching,
)
from emulator.domain.sign_in.challenges import device_password_verifier, new_password, password_verifier
from emulator.domain.sign_in.custom_auth import Decision
from emulator.domain.sign_in.every import CHALLENGES
from emulator.domain.sign_in.progress import Offer, Progress
from emulator.domain.tokens import tokens
from emulator.faults import InvalidParameterException, NotAuthorizedException, NotBuilt
from keys import opaque
from storage.records.pools import Client, Pool
from storage.records.sign_ins import SignIn
from storage.records.users import User

INVALID = "Invalid session for the user."
_SPENT = "Invalid session for the user, session can only be used once."
_EXPIRED = "Invalid session for the user, session is expired."

_WITH_HANDLE = frozenset({password_verifier.NAME, device_password_verifier.NAME})
"""Challenges whose answer may bring the SECRET_BLOCK back instead of a session."""

_WITH_CODES = frozenset({"EMAIL_OTP", "SMS_OTP", "SMS_MFA", "SOFTWARE_TOKEN_MFA"})
"""Factors whose wrong codes are forgiven once a sign-in with a right one comes to its end."""

_STARTS: Mapping[str, Callable[[Progress, Mapping[str, str]], str | None]] = {
    "USER_PASSWORD_AUTH": password.start,
    "ADMIN_USER_PASSWORD_AUTH": password.start,
    "ADMIN_NO_SRP_AUTH": password.start,
    "USER_SRP_AUTH": password_verifier.start,
    "USER_AUTH": choice.start,
    "CUSTOM_AUTH": custom_auth.start,
}
"""Flow → what begins it: answers the first challenge, or None where the first factor is passed already."""


def start(progress: Progress, parameters: Mapping[str, str]) -> dict[str, Any]:
    """Begin a sign-in: the first challenge, or the tokens."""
    watching.begin(progress, parameters)
    name = _STARTS[progress.flow](progress, parameters)
    known_device.begin(progress, parameters.get("DEVICE_KEY"))
    if progress.flow == "CUSTOM_AUTH":
        return _go_on(progress, custom_auth.decide(progress, None))
    return _put(progress, name) if name else _go_on(progress, None)


def respond(
    context: Context,
    pool: Pool,
    client: Client,
    challenge: str,
    session: str | None,
    responses: Mapping[str, str],
    metadata: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Answer a challenge: the next one, or the tokens. A refused answer leaves the session good for another try."""
    if challenge not in CHALLENGES:
        raise NotBuilt(f"The challenge {challenge}")

    def held() -> Progress:
        found = _held(context, pool, client, challenge, session, responses)
        found.metadata = dict(metadata or {})
        known_device.note(found, challenge, responses.get("DEVICE_KEY"))
        watching.begin(found, responses, challenge)
        return found

    progress, generation = held(), context.unit.generation
    accept = CHALLENGES[challenge].answer(progress, responses)
    asks = progress.flow == "CUSTOM_AUTH" and "decided" not in progress.state
    decision = custom_auth.decide(progress, challenge) if asks else None
    if context.unit.generation != generation:
        progress = held()
    if not progress.spend():
        raise NotAuthorizedException(_SPENT, "another answer won the race")
    accept(progress)
    return _go_on(progress, decision)


def waiting(context: Context, session: str, challenge: str) -> Progress:
    """The sign-in of a session that waits for `challenge`, for an operation that knows no more than the session."""
    sign_in = context.unit.sign_ins.get(opaque.digest(session))
    client = context.unit.clients.get(sign_in.client_id) if sign_in else None
    pool = context.unit.pools.get(sign_in.pool_id) if sign_in else None
    user = context.unit.users.get(sign_in.user_id) if sign_in and sign_in.user_id else None
    if client is None or pool is None or user is None:
        raise NotAuthorizedException(INVALID, "no such session")
    return _held(context, pool, client, challenge, session, {"USERNAME": user.username})


def renewed(progress: Progress, challenge: str) -> str:
    """Spend the session of a sign-in, and give it a new one that waits for the same challenge."""
    if not progress.spend():
        raise NotAuthorizedException(_SPENT, "another call won the race")
    session = opaque.mint_session(progress.context.world.entropy)
    _keep(progress, challenge, session, progress.waits)
    return session


def _go_on(progress: Progress, decision: Decision | None) -> dict[str, Any]:
    """What comes after a step: the next challenge, or the tokens."""
    name = custom_auth.follow(progress, decision) if decision is not None else None
    if decision is not None and name is None:
        progress.state["decided"] = True
        watching.judge(progress)
    if "decided" in progress.state:
        name = mfa.for_risk(progress) or known_device.due(progress)
    elif decision is None:
        name = _next(progress)
    return _put(progress, name) if name else _finish(progress)


def _next(progress: Progress) -> str | None:
    """The challenge that comes next; None where all is done."""
    if "first" not in progress.state:
        return str(progress.state["next"])
    user = progress.known
    _check_enabled(user)
    password.refuse_unconfirmed(user)
    watching.judge(progress)
    if user.status == "FORCE_CHANGE_PASSWORD":
        password.refuse_expired(progress.context, progress.pool, user)
        return new_password.NAME
    trusted = known_device.replaces_second_factor(progress) and step_up.second_factors(progress) is None
    second = None if trusted else mfa.due(progress)
    return second or known_device.due(progress)


def _finish(progress: Progress) -> dict[str, Any]:
    """The end of a sign-in: the tokens, in the shape of InitiateAuth's answer."""
    context, pool, client, user = progress.context, progress.pool, progress.client, progress.known
    _check_enabled(user)
    if _WITH_CODES & {progress.state.get("first"), progress.state.get("second")}:
        lockout.forgive(context, user, lockout.CODE, lockout.SENT_CODES, lockout.WRONG_CODES)
    device_key, details = known_device.at_the_end(progress)
    details |= levels.details(pool, progress.state)
    overrides = sign_in_triggers.at_the_end(progress, new_device="DeviceGroupKey" in details)
    user = progress.known
    result = tokens.issue(context, pool, client, user, device_key=device_key, details=details, overrides=overrides)
    if "DeviceGroupKey" in details:
        result["NewDeviceMetadata"] = {"DeviceKey": device_key, "DeviceGroupKey": details["DeviceGroupKey"]}
    watching.passed(progress)
    return {"ChallengeParameters": {}, "AuthenticationResult": result}


def _put(progress: Progress, name: str) -> dict[str, Any]:
    """Put a challenge to the caller, and keep the sign-in until its answer comes."""
    context = progress.context
    offer: Offer = CHALLENGES[name].offer(progress)
    session = opaque.mint_session(context.world.entropy)
    watching.waiting(progress)
    _keep(progress, name, offer.handle or session, offer.kept)
    answer: dict[str, Any] = {"ChallengeName": name, "ChallengeParameters": offer.parameters}
    if offer.handle is None:
        answer["Session"] = session
    if progress.flow == "USER_AUTH" and "first" not in progress.state:
        answer["AvailableChallenges"] = progress.state["available"]
    return answer


def _keep(progress: Progress, challenge: str, session: str, waits: dict[str, Any]) -> None:
    """Keep a sign-in until its answer comes, under the digest of its session."""
    state = {
        "flow": progress.flow,
        "typed": progress.typed,
        "proved": _proved(progress.flow, progress.state, progress.user),
        "steps": progress.state,
        "waits": waits,
    }
    progress.context.unit.sign_ins.add(
        SignIn(
            digest=opaque.digest(session),
            pool_id=progress.pool.id,
            client_id=progress.client.id,
            user_id=progress.user.id if progress.user else None,
            challenge=challenge,
            state=state,
            expires=progress.context.now + client_settings.session_seconds(progress.client.settings),
        )
    )


def _held(
    context: Context,
    pool: Pool,
    client: Client,
    challenge: str,
    session: str | None,
    responses: Mapping[str, str],
) -> Progress:
    """The sign-in that a session stands for. Raises NotAuthorizedException, with AWS's three texts.

    AWS unknown: what a session is good for once its user has another password. Here it is good no more, so that who
    knew a temporary password cannot undo the one that replaced it.
    AWS unknown: the refusal of a SECRET_BLOCK that is made up, spent or expired, in a sign-in without a session; it
    is that of a wrong password here.
    """
    handle = responses.get("PASSWORD_CLAIM_SECRET_BLOCK") if challenge in _WITH_HANDLE and session is None else None
    waiting = None if session else known_device.waiting(context, pool, client, challenge, responses)
    if not (session or handle or waiting):
        missing = "PASSWORD_CLAIM_SECRET_BLOCK" if challenge in _WITH_HANDLE else "Session"
        raise InvalidParameterException(f"Missing required parameter {missing}")
    digest = waiting or opaque.digest(session or handle or "")
    sign_in = context.unit.sign_ins.get(digest)
    if sign_in is None or sign_in.client_id != client.id:
        raise _refused(handle, INVALID, "no such session of this client")
    if sign_in.spent:
        raise _refused(handle, _SPENT, "the session is spent")
    if sign_in.expires <= context.now:
        raise _refused(handle, _EXPIRED, "the session is expired")
    if sign_in.challenge != challenge:
        raise _refused(handle, INVALID, f"the session waits for {sign_in.challenge}")
    user = context.unit.users.get(sign_in.user_id or 0)
    state = sign_in.state
    if not _names(context, pool, user, state, responses.get("USERNAME", "")):
        raise _refused(handle, INVALID, "the session is another user's")
    if user is not None:
        _check_unchanged(context, user, state, handle)
    return Progress(
        context, pool, client, state["flow"], state["typed"], user, state["steps"], state["waits"], digest=digest
    )


def _refused(handle: str | None, words: str, reason: str) -> NotAuthorizedException:
    return NotAuthorizedException(password.WRONG if handle else words, reason)


def _check_unchanged(context: Context, user: User, state: Mapping[str, Any], handle: str | None) -> None:
    """Refuse where the user was disabled, got another password, or has to reset it, since the last step.

    Who has not passed the first factor yet learns neither that a user is disabled nor of the reset: not here, but
    after it.

    AWS unknown: what RespondToAuthChallenge says where AdminResetUserPassword came after the password; here what a
    password gets then. AWS unknown: whether AdminUserGlobalSignOut ends the sign-ins in progress; here
    RespondToAuthChallenge goes on with them, since they have no tokens yet.
    """
    context.username = user.username
    if "first" in state["steps"]:
        _check_enabled(user)
    if state["steps"].get("first") in first_factors.PASSWORDS:
        password.refuse_reset(user)
    if state["proved"] != _proved(state["flow"], state["steps"], user):
        raise _refused(handle, INVALID, "the password has changed since")


def _check_enabled(user: User) -> None:
    if not user.enabled:
        raise NotAuthorizedException("User is disabled.")


def _proved(flow: str, steps: Mapping[str, Any], user: User | None) -> str:
    """What a sign-in has shown to know: stands for the one password that the user has now.

    CUSTOM_AUTH has nothing to do with it where it does not begin with SRP; its triggers may set another one.
    """
    if flow == "CUSTOM_AUTH" and "srp_a" not in steps:
        return ""
    return opaque.digest((user.password if user else None) or "")


def _names(context: Context, pool: Pool, user: User | None, state: Mapping[str, Any], given: str) -> bool:
    """Whether `given` names the user of a sign-in, by whichever of their names."""
    found = accounts.find(context.unit, pool, given) if given else None
    if user is None:
        spelled = usernames.fold(pool.settings, "username", given)
        return spelled == usernames.fold(pool.settings, "username", state["typed"]) or given == state["steps"].get(
            "seems"
        )
    return found is not None and found.id == user.id
