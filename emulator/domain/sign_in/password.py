"""The plain password as first factor, and the checks of users and passwords that other flows share."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from emulator import refusals
from emulator.context import Context
from emulator.domain.accounts import accounts, stand_ins
from emulator.domain.accounts.principals import Principal
from emulator.domain.credentials import credentials, lockout, password_policy, verifiers
from emulator.domain.pools import client_settings
from emulator.domain.pools.apps import App
from emulator.domain.sign_in import expected_tokens, migration, sign_in_triggers
from emulator.domain.sign_in.progress import Accept, Progress
from emulator.domain.tokens.token_pairs import SignedAhead
from emulator.faults import (
    NotAuthorizedException,
    UserNotConfirmedException,
    UserNotFoundException,
)
from keys import passwords
from storage.records.pools import Client
from storage.records.users import User


def start(progress: Progress, parameters: Mapping[str, str]) -> str | None:
    """Begin USER_PASSWORD_AUTH or one of its Admin twins: call PreAuthentication, and check PASSWORD.

    Returns None: the first factor is passed. ADMIN_NO_SRP_AUTH may begin without PASSWORD; the challenge that asks for
    it is returned then. Raises InvalidParameterException without a PASSWORD that is required, and what `check` raises.
    """
    if progress.flow != "ADMIN_NO_SRP_AUTH":
        refusals.required(parameters, "PASSWORD")
    sign_in_triggers.before(progress)
    if not parameters.get("PASSWORD"):
        return _asked(progress)
    given = parameters["PASSWORD"]

    def expect(user: User) -> SignedAhead | None:
        progress.ahead = expected_tokens.of(progress, user)
        return progress.ahead

    progress.user = check(progress.context, progress, progress.typed, given, expect)
    progress.state["first"] = "PASSWORD"
    return None


def _asked(progress: Progress) -> str:
    """The challenge that asks for the password; for an unknown user too, if the client prevents existence errors."""
    progress.user = accounts.find_to_sign_in(progress.context.unit, progress.pool, progress.typed)
    if progress.user is None and not client_settings.protects_existence(progress.client.settings):
        raise unknown(progress.client)
    return progress.flow


def take(progress: Progress, given: str) -> Accept:
    """Check the password of the sign-in's user, who is migrated first if unknown; the result passes the first factor.

    Releases the connection. Raises what `migration.at_sign_in` and `check` raise, and NotAuthorizedException where the
    username names another user by now.
    """
    expected = progress.user or migration.at_sign_in(progress, given)
    user = check(progress.context, progress, progress.typed, given)
    if expected is None or user.id != expected.id:
        raise refusals.wrong_credentials("the username names another user by now")

    def accept(progress: Progress) -> None:
        progress.user = progress.user or user
        progress.state["first"] = "PASSWORD"

    return accept


def check(
    context: Context, app: App, username: str, password: str, expect: Callable[[User], SignedAhead | None] | None = None
) -> User:
    """The user with this name, if the password is right. A wrong password is counted, a right one resets the count.

    The hash is checked while the connection is released, and the user is read again afterwards. The same work is done
    for an unknown user. `expect` is asked for tokens, to be signed meanwhile, of a user whose password is right. Raises
    UserNotConfirmedException and PasswordResetRequiredException before the password is checked, as on AWS;
    NotAuthorizedException for a wrong password, a lockout and a disabled user; and for an unknown user the exception of
    `unknown`.
    """
    # AWS unknown: the order of InitiateAuth's other refusals of a password. Here a lockout comes first, then
    # UserNotConfirmedException, then PasswordResetRequiredException, then a wrong password; that the user is disabled
    # is told only to who knows the password. PasswordResetRequiredException is told to clients that prevent user
    # existence errors too, but not of imported users, who never had a password here: AWS documents
    # NotAuthorizedException for them.
    stand_in = stand_ins.of(context, app.pool, username)
    user, _ = _candidate(context, app, username, stand_in)
    while True:
        digest = user.password
        ahead = expect(user) if expect else None
        with context.hashing():
            if ahead:
                ahead.begin()  # here: the helper would keep this thread waiting while it still has something to do
            right = passwords.matches(password, digest, context.settings.bcrypt_cost)
            made = _renewed(context, user, password) if right and user.verifier is None else {}
        user, counted = _candidate(context, app, username, stand_in)
        if user.password == digest:
            break
    if stand_ins.is_one(user) or _is_hidden(app.client, user):
        raise _refusal_unchecked(context, app.client, user)
    if not right:
        lockout.count(context, user, lockout.PASSWORD)
        raise refusals.wrong_credentials("wrong password").keeping()
    if lockout.PASSWORD in counted:
        lockout.forgive(context, user, lockout.PASSWORD)
    refusals.check_enabled(user)
    return context.unit.users.change(user, **made) if made else user


def _renewed(context: Context, user: User, password: str) -> dict[str, Any]:
    """What to store of a password that was imported, or that has no SRP verifier yet."""
    if user.password and passwords.is_imported(user.password):
        digest, verifier = credentials.hashed(context, user, password)
        return {"password": digest, "verifier": verifier}
    return {"verifier": verifiers.make(context, user, password)}


def unknown(client: Client) -> UserNotFoundException | NotAuthorizedException:
    """The exception for an unknown user, to be raised: that of a wrong password, if the client hides who exists."""
    if client_settings.protects_existence(client.settings):
        return refusals.wrong_credentials("there is no such user")
    return refusals.unknown_user()


def refuse_unconfirmed(user: User) -> None:
    """Raise UserNotConfirmedException for an UNCONFIRMED user, even where the client prevents user existence errors."""
    if user.status == "UNCONFIRMED":
        raise UserNotConfirmedException("User is not confirmed.")


def refuse_expired(context: Context, principal: Principal) -> None:
    """Raise NotAuthorizedException if the temporary password was not replaced in time."""
    lifetime = password_policy.temporary_lifetime(principal.pool.settings)
    if (principal.user.password_set or 0) + lifetime <= context.now:
        raise NotAuthorizedException("Temporary password has expired and must be reset by an administrator.")


def _is_hidden(client: Client, user: User) -> bool:
    """Whether the user was imported without a password, and the client prevents user existence errors."""
    is_imported = user.status == "RESET_REQUIRED" and user.password is None
    return is_imported and client_settings.protects_existence(client.settings)


def _candidate(context: Context, app: App, username: str, stand_in: User) -> tuple[User, Collection[str]]:
    """The user of that name, or the stand-in of an unknown user, and the kinds of attempts that are counted.

    Raises if the user may not try a password now.
    """
    user = accounts.find_to_sign_in(context.unit, app.pool, username)
    if user is None:
        if client_settings.protects_existence(app.client.settings):
            lockout.refuse(context, stand_in)
        return stand_in, ()
    context.username = user.username
    counted = lockout.refuse(context, user)
    refuse_unconfirmed(user)
    if not _is_hidden(app.client, user):
        refusals.check_not_reset(user)
    return user, counted


def _refusal_unchecked(context: Context, client: Client, user: User) -> UserNotFoundException | NotAuthorizedException:
    """The refusal of an unknown or hidden user. It counts as a wrong password, if the client hides who exists."""
    fault = unknown(client)
    if client_settings.protects_existence(client.settings):
        lockout.count(context, user, lockout.PASSWORD)
        fault.keeping()
    return fault
