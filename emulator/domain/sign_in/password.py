"""The password as first factor: PASSWORD in the clear, over the wire that the caller chose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.context import Context
from emulator.domain.accounts import accounts, stand_ins
from emulator.domain.credentials import attempts, lockout, password_policy, verifiers
from emulator.domain.pools import client_settings
from emulator.domain.sign_in import migration, refusals, sign_in_triggers
from emulator.domain.sign_in.progress import Accept, Progress
from emulator.faults import (
    InvalidParameterException,
    NotAuthorizedException,
    PasswordResetRequiredException,
    UserNotConfirmedException,
    UserNotFoundException,
)
from keys import passwords
from storage.records.pools import Client, Pool
from storage.records.users import User


def start(progress: Progress, parameters: Mapping[str, str]) -> str | None:
    """Begin USER_PASSWORD_AUTH and its Admin twins: nothing is asked where the password is right.

    The oldest of them, ADMIN_NO_SRP_AUTH, may begin without a password, and asks for it then.
    """
    if not parameters.get("PASSWORD") and progress.flow != "ADMIN_NO_SRP_AUTH":
        raise InvalidParameterException("Missing required parameter PASSWORD")
    sign_in_triggers.before(progress)
    if not parameters.get("PASSWORD"):
        return _asked(progress)
    progress.user = check(progress.context, progress.pool, progress.client, progress.typed, parameters["PASSWORD"])
    progress.state["first"] = "PASSWORD"
    return None


def _asked(progress: Progress) -> str:
    """The challenge that asks for the password; somebody who does not exist gets it where the client hides that."""
    progress.user = accounts.find_to_sign_in(progress.context.unit, progress.pool, progress.typed)
    if progress.user is None and not client_settings.protects_existence(progress.client.settings):
        raise unknown(progress.client)
    return progress.flow


def take(progress: Progress, given: str) -> Accept:
    """Check a password of the sign-in's user; nobody else's is right, whoever may be called so by now.

    Somebody who does not exist may be migrated by it.
    """
    expected = progress.user or migration.at_sign_in(progress, given)
    user = check(progress.context, progress.pool, progress.client, progress.typed, given)
    if expected is None or user.id != expected.id:
        raise refusals.wrong_credentials("the username names another user by now")

    def accept(progress: Progress) -> None:
        progress.user = progress.user or user
        progress.state["first"] = "PASSWORD"

    return accept


def check(context: Context, pool: Pool, client: Client, username: str, password: str) -> User:
    """The user whose password this is. Raises what AWS raises for everybody else.

    The hash is checked with the database let go of; the user is read anew afterwards. An unknown user costs as
    much as a known one.

    UserNotConfirmedException comes before the password is looked at, as on AWS.

    AWS unknown: the order of the other refusals of a password. Here a lock comes first, then UserNotConfirmedException,
    then a reset that is due, then a wrong password, and only who knows the password learns that the user is disabled.
    A reset that is due is told to
    clients that hide who exists too, but for users who never had a password here, imported ones, of whom AWS says so.
    """
    stand_in = stand_ins.of(context, pool, username)
    user = _candidate(context, pool, client, username, stand_in)
    while True:
        held = user.password
        with context.hashing():
            right = passwords.matches(password, held, context.settings.bcrypt_cost)
            made = _renewed(context, user, password) if right and user.verifier is None else {}
        user = _candidate(context, pool, client, username, stand_in)
        if user.password == held:
            break
    if stand_ins.is_one(user) or _is_hidden(client, user):
        raise _not_told(context, client, user)
    if not right:
        lockout.count(context, user, lockout.PASSWORD)
        raise refusals.wrong_credentials("wrong password").keeping()
    if attempts.of(context, user, lockout.PASSWORD):
        lockout.forgive(context, user, lockout.PASSWORD)
    refusals.check_enabled(user)
    return context.unit.users.change(user, **made) if made else user


def _renewed(context: Context, user: User, password: str) -> dict[str, Any]:
    """What to keep of a password that is seen for the first time since it was imported, or since verifiers are kept."""
    made: dict[str, Any] = {"verifier": verifiers.make(context, user, password)}
    if user.password and passwords.is_imported(user.password):
        made["password"] = passwords.digest(password, context.settings.bcrypt_cost)
    return made


def unknown(client: Client) -> UserNotFoundException | NotAuthorizedException:
    """What a password gets where there is no such user."""
    if client_settings.protects_existence(client.settings):
        return refusals.wrong_credentials("there is no such user")
    return UserNotFoundException("User does not exist.")


def refuse_unconfirmed(user: User) -> None:
    """Refuse a user who is not confirmed, before their password is looked at; to clients that hide who exists too."""
    if user.status == "UNCONFIRMED":
        raise UserNotConfirmedException("User is not confirmed.")


def refuse_reset(user: User) -> None:
    """Refuse a password that must be reset before it is good for anything."""
    if user.status == "RESET_REQUIRED":
        raise PasswordResetRequiredException("Password reset required for the user")


def refuse_expired(context: Context, pool: Pool, user: User) -> None:
    """Refuse a temporary password that nobody replaced in time."""
    lifetime = password_policy.temporary_lifetime(pool.settings)
    if (user.password_set or 0) + lifetime <= context.now:
        raise NotAuthorizedException("Temporary password has expired and must be reset by an administrator.")


def _is_hidden(client: Client, user: User) -> bool:
    """Whether a client is not to learn that an imported user has to set a password first."""
    is_imported = user.status == "RESET_REQUIRED" and user.password is None
    return is_imported and client_settings.protects_existence(client.settings)


def _candidate(context: Context, pool: Pool, client: Client, username: str, stand_in: User) -> User:
    """The user of that name, where they may try a password now, or else the stand-in."""
    user = accounts.find_to_sign_in(context.unit, pool, username)
    if user is None:
        if client_settings.protects_existence(client.settings):
            lockout.refuse(context, stand_in)
        return stand_in
    context.username = user.username
    lockout.refuse(context, user)
    refuse_unconfirmed(user)
    if not _is_hidden(client, user):
        refuse_reset(user)
    return user


def _not_told(context: Context, client: Client, user: User) -> UserNotFoundException | NotAuthorizedException:
    """What a password gets that is not looked at; a client that hides who exists has it counted as a wrong one."""
    fault = unknown(client)
    if client_settings.protects_existence(client.settings):
        lockout.count(context, user, lockout.PASSWORD)
        fault.keeping()
    return fault
