"""Sessions: sign-ins in progress, stored from one answer to the next.

A sign-in is stored under the digest of its session string, bound to its client and user, and spent by the answer that
is accepted. A session that is made up, spent, expired, or of another client or user is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator import refusals
from emulator.context import Context
from emulator.domain.accounts import accounts, usernames
from emulator.domain.factors import first_factors
from emulator.domain.pools import client_settings
from emulator.domain.pools.apps import FoundApp
from emulator.domain.sign_in import known_device
from emulator.domain.sign_in.progress import ChallengeAnswer, Progress
from emulator.faults import NotAuthorizedException
from keys import opaque
from storage.records.pools import Pool
from storage.records.sign_ins import SignIn
from storage.records.users import User

_WITH_SECRET_BLOCK = frozenset({"PASSWORD_VERIFIER", "DEVICE_PASSWORD_VERIFIER"})
"""Challenges whose answer may bring the SECRET_BLOCK back instead of a session."""


def find(context: Context, app: FoundApp, answer: ChallengeAnswer) -> Progress:
    """The sign-in that an answer is for. Its session is not spent by this.

    Raises InvalidParameterException if the answer names no sign-in, and NotAuthorizedException for a session that is
    invalid, spent, expired, of another client, user or challenge, or from before a change of the password. Once the
    first factor is passed, also raises the exceptions for a user who is disabled or has to reset the password.
    """
    client, pool = app.client, app.pool
    block = _secret_block(answer)
    found = None if answer.session else known_device.sign_in_without_session(context, pool, client, answer)
    if not (answer.session or block or found):
        missing = "PASSWORD_CLAIM_SECRET_BLOCK" if answer.challenge in _WITH_SECRET_BLOCK else "Session"
        raise refusals.missing_parameter(missing)
    digest = found or opaque.digest(answer.session or block or "")
    sign_in = context.unit.sign_ins.get(digest)
    if sign_in is None or sign_in.client_id != client.id:
        raise _refusal(block, refusals.invalid_session("no such session of this client"))
    unusable = refusals.unusable_session(sign_in, context.now)
    if unusable:
        raise _refusal(block, unusable)
    if sign_in.challenge != answer.challenge:
        raise _refusal(block, refusals.invalid_session(f"the session waits for {sign_in.challenge}"))
    user = context.unit.users.get(sign_in.user_id or 0)
    state = sign_in.state
    if not _names(context, pool, user, state, answer.responses.get("USERNAME", "")):
        raise _refusal(block, refusals.invalid_session("the session is another user's"))
    if user is not None:
        _check_unchanged(context, user, sign_in, block)
    return Progress(
        context, pool, client, state["flow"], state["typed"], user, state["steps"], state["waits"], digest=digest
    )


def at_challenge(context: Context, session: str, challenge: str) -> Progress:
    """The sign-in whose next answer is to `challenge`, for an operation that is given nothing but the session.

    Raises what `find` raises, and NotAuthorizedException for the sign-in of an unknown user.
    """
    sign_in = context.unit.sign_ins.get(opaque.digest(session))
    client = context.unit.clients.get(sign_in.client_id) if sign_in else None
    pool = context.unit.pools.get(sign_in.pool_id) if sign_in else None
    user = context.unit.users.get(sign_in.user_id) if sign_in and sign_in.user_id else None
    if client is None or pool is None or user is None:
        raise refusals.invalid_session("no such session")
    return find(context, FoundApp(pool, client), ChallengeAnswer(challenge, session, {"USERNAME": user.username}))


def renew(progress: Progress, challenge: str) -> str:
    """Spend the session of a sign-in, store the sign-in under a new session to answer `challenge`, and return that.

    Raises NotAuthorizedException if another call spent the session first.
    """
    if not progress.spend():
        raise refusals.spent_session("another call won the race")
    session = opaque.mint_session(progress.context.world.entropy)
    store(progress, challenge, session, progress.kept)
    return session


def store(progress: Progress, challenge: str, session: str, kept: dict[str, Any]) -> None:
    """Store a sign-in until the answer to `challenge` comes, under the digest of its session.

    `kept` is what the answer is checked with: `Offer.kept`.
    """
    state = {
        "flow": progress.flow,
        "typed": progress.typed,
        "proved": _password_mark(progress.flow, progress.state, progress.user),
        "steps": progress.state,
        "waits": kept,
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


def _secret_block(answer: ChallengeAnswer) -> str | None:
    """The SECRET_BLOCK by which an answer without a session names its sign-in."""
    if answer.session is not None or answer.challenge not in _WITH_SECRET_BLOCK:
        return None
    return answer.responses.get("PASSWORD_CLAIM_SECRET_BLOCK")


def _refusal(block: str | None, fault: NotAuthorizedException) -> NotAuthorizedException:
    # AWS unknown: how RespondToAuthChallenge refuses a PASSWORD_CLAIM_SECRET_BLOCK that is made up, spent or expired,
    # in a sign-in without a session; here as a wrong password.
    return refusals.wrong_credentials(fault.reason or "") if block else fault


def _check_unchanged(context: Context, user: User, sign_in: SignIn, block: str | None) -> None:
    """Raise where the user was disabled, got another password, or has to reset it, since the last step.

    Before the first factor is passed, the caller learns neither that the user is disabled nor that a reset is due.
    """
    context.username = user.username
    state = sign_in.state
    # AWS unknown: whether AdminUserGlobalSignOut ends the user's sign-ins in progress. Here RespondToAuthChallenge goes
    # on with them, since they have no tokens yet.
    if "first" in state["steps"]:
        refusals.check_enabled(user)
    # AWS unknown: what RespondToAuthChallenge says where AdminResetUserPassword came after the password was right; here
    # what a right password gets then, PasswordResetRequiredException.
    if state["steps"].get("first") in first_factors.PASSWORDS:
        refusals.check_not_reset(user)
    # AWS unknown: whether RespondToAuthChallenge takes a session once its user has another password. Here it does not,
    # so that whoever knew a temporary password cannot undo the password that replaced it.
    if state["proved"] != _password_mark(state["flow"], state["steps"], user):
        raise _refusal(block, _spent_by(context, sign_in) or refusals.invalid_session("the password has changed since"))


def _spent_by(context: Context, sign_in: SignIn) -> NotAuthorizedException | None:
    """The refusal of a session that another answer, which changed the password, has spent since it was read.

    Where calls run side by side, this one has waited for that one at the user's row.
    """
    now = context.unit.sign_ins.get(sign_in.digest)
    return refusals.unusable_session(now, context.now) if now else None


def _password_mark(flow: str, steps: Mapping[str, Any], user: User | None) -> str:
    """A digest that changes with the user's password, so that a sign-in ends when the password changes.

    Empty in CUSTOM_AUTH that does not begin with SRP: no password is involved, and its triggers may set another one.
    """
    if flow == "CUSTOM_AUTH" and "srp_a" not in steps:
        return ""
    return opaque.digest((user.password if user else None) or "")


def _names(context: Context, pool: Pool, user: User | None, state: Mapping[str, Any], given: str) -> bool:
    """Whether `given` is the username, `sub` or an alias of a sign-in's user, or what stands for an unknown one."""
    found = accounts.find(context.unit, pool, given) if given else None
    if user is None:
        spelled = usernames.fold(pool.settings, "username", given)
        return spelled == usernames.fold(pool.settings, "username", state["typed"]) or given == state["steps"].get(
            "seems"
        )
    return found is not None and found.id == user.id
