"""The only place that decides what comes next in a sign-in.

A sign-in in progress is kept under the digest of its session string, bound to its client and user, and spent by
the answer that is accepted. A made-up, foreign, spent or expired session is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.context import Context
from emulator.domain import accounts, client_settings, password_policy, tokens, triggers
from emulator.domain.challenges import new_password
from emulator.faults import (
    InvalidParameterException,
    NotAuthorizedException,
    NotBuilt,
    UserNotConfirmedException,
)
from keys import opaque
from storage.records.pools import Client, Pool
from storage.records.sign_ins import SignIn
from storage.records.users import User

INVALID = "Invalid session for the user."
BUILT = frozenset({new_password.NAME})
"""The challenges that can be answered."""


def after_password(context: Context, pool: Pool, client: Client, user: User) -> dict[str, Any]:
    """What comes after the right password: a challenge, or the tokens."""
    if user.status == "UNCONFIRMED":
        raise UserNotConfirmedException("User is not confirmed.")
    if user.status == "FORCE_CHANGE_PASSWORD":
        _check_temporary(context, pool, user)
    _require_no_mfa(pool)
    if user.status == "FORCE_CHANGE_PASSWORD":
        return _challenge(context, pool, client, user, new_password.NAME, new_password.offer(pool, user))
    return finish(context, pool, client, user)


def respond(
    context: Context,
    pool: Pool,
    client: Client,
    challenge: str,
    session: str | None,
    responses: Mapping[str, str],
) -> dict[str, Any]:
    """Answer a challenge: the next one, or the tokens. A refused answer leaves the session good for another try."""
    if challenge not in BUILT and session is None:
        raise NotBuilt(f"The challenge {challenge}")
    if session is None:
        raise InvalidParameterException("Missing required parameter Session")
    sign_in, user = _held(context, client, challenge, session, responses)
    _require_no_mfa(pool)
    right = new_password.answer(context, pool, client, user, responses)
    sign_in, user = _held(context, client, challenge, session, responses)
    if not context.unit.sign_ins.spend(sign_in.digest):
        raise NotAuthorizedException("Invalid session for the user, session can only be used once.")
    user = new_password.accept(context, pool, user, right)
    return finish(context, pool, client, user)


def finish(context: Context, pool: Pool, client: Client, user: User) -> dict[str, Any]:
    """The end of a sign-in: the tokens, in the shape of InitiateAuth's answer."""
    triggers.require_none(pool, "PostAuthentication", "PreTokenGeneration", "PreTokenGenerationConfig")
    return {"ChallengeParameters": {}, "AuthenticationResult": tokens.issue(context, pool, client, user)}


def _require_no_mfa(pool: Pool) -> None:
    if pool.settings.get("MfaConfiguration") == "ON":
        raise NotBuilt(f"Multi-factor authentication, which user pool {pool.id} requires,")


def _challenge(
    context: Context, pool: Pool, client: Client, user: User, name: str, parameters: dict[str, str]
) -> dict[str, Any]:
    session = opaque.mint_session(context.world.entropy)
    expires = context.now + client_settings.session_seconds(client.settings)
    kept = SignIn(opaque.digest(session), pool.id, client.id, user.id, name, {"proved": _proved(user)}, expires)
    context.unit.sign_ins.add(kept)
    return {"ChallengeName": name, "Session": session, "ChallengeParameters": parameters}


def _held(
    context: Context, client: Client, challenge: str, session: str, responses: Mapping[str, str]
) -> tuple[SignIn, User]:
    """The sign-in that a session stands for, and its user. Raises NotAuthorizedException, with AWS's three texts.

    AWS unknown: what a session is good for once its user has another password. Here it is good no more, so that who
    knew a temporary password cannot undo the one that replaced it.
    """
    sign_in = context.unit.sign_ins.get(opaque.digest(session))
    if sign_in is None or sign_in.client_id != client.id:
        raise NotAuthorizedException(INVALID, "no such session of this client")
    if sign_in.spent:
        raise NotAuthorizedException("Invalid session for the user, session can only be used once.")
    if sign_in.expires <= context.now:
        raise NotAuthorizedException("Invalid session for the user, session is expired.")
    if sign_in.challenge != challenge:
        raise NotAuthorizedException(INVALID, f"the session waits for {sign_in.challenge}")
    user = context.unit.users.get(sign_in.user_id) if sign_in.user_id else None
    if user is None or not _names(context, user, responses.get("USERNAME", "")):
        raise NotAuthorizedException(INVALID, "the session is another user's")
    context.username = user.username
    if not user.enabled:
        raise NotAuthorizedException("User is disabled.")
    if sign_in.state["proved"] != _proved(user):
        raise NotAuthorizedException(INVALID, "the password has changed since")
    return sign_in, user


def _proved(user: User) -> str:
    """What a sign-in has shown to know: stands for the one password that the user has now."""
    return opaque.digest(user.password or "")


def _names(context: Context, user: User, typed: str) -> bool:
    """Whether `typed` names this user, by whichever of their names."""
    pool = context.unit.pools.get(user.pool_id)
    found = accounts.find(context.unit, pool, typed) if pool and typed else None
    return found is not None and found.id == user.id


def _check_temporary(context: Context, pool: Pool, user: User) -> None:
    lifetime = password_policy.temporary_lifetime(pool.settings)
    if (user.password_set or 0) + lifetime <= context.now:
        raise NotAuthorizedException("Temporary password has expired and must be reset by an administrator.")
