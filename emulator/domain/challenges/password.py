"""The password as first factor: PASSWORD in the clear, over the wire that the caller chose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.context import Context
from emulator.domain import accounts, client_settings, lockout, password_policy, sign_in_triggers, verifiers
from emulator.domain.challenges.progress import Progress
from emulator.faults import (
    InvalidParameterException,
    NotAuthorizedException,
    PasswordResetRequiredException,
    UserNotConfirmedException,
    UserNotFoundException,
)
from keys import passwords
from storage.records.pools import Client, Pool
from storage.records.users import Attempts, User

_KIND = "password"
WRONG = "Incorrect username or password."


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
    user = _candidate(context, pool, client, username)
    while True:
        held, verifier = (user.password, user.verifier) if user else (None, None)
        with context.unit.released():
            right = passwords.matches(password, held, context.settings.bcrypt_cost)
            made = _renewed(context, user, password) if user and right and verifier is None else {}
        user = _candidate(context, pool, client, username)
        if (user.password if user else None) == held:
            break
    if user is None or _is_hidden(client, user):
        raise unknown(client)
    if not right:
        count_failure(context, user)
        raise NotAuthorizedException(WRONG, "wrong password").keeping()
    if context.unit.codes.attempts(user.id, _KIND):
        forgive(context, user)
    if not user.enabled:
        raise NotAuthorizedException("User is disabled.")
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
        return NotAuthorizedException(WRONG, "there is no such user")
    return UserNotFoundException("User does not exist.")


def refuse_locked(context: Context, user: User) -> None:
    """Refuse who failed too often, right or wrong, for as long as the lock lasts."""
    failures = context.unit.codes.attempts(user.id, _KIND)
    if failures and failures.locked_until > context.now:
        raise NotAuthorizedException("Password attempts exceeded", f"locked until {failures.locked_until}")


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


def count_failure(context: Context, user: User) -> None:
    """Count a wrong password, or a wrong proof of one, towards the lock."""
    before = context.unit.codes.attempts(user.id, _KIND)
    count, last = (before.count, before.last) if before else (0, context.now)
    count, locked_until = lockout.after_failure(count, last, context.now)
    since = before.since if before else context.now
    context.unit.codes.put_attempts(Attempts(user.id, _KIND, count, since, context.now, locked_until))


def forgive(context: Context, user: User) -> None:
    """Forget failed attempts: the password was right, or is a new one."""
    context.unit.codes.forget_attempts(user.id, _KIND)


def _is_hidden(client: Client, user: User) -> bool:
    """Whether a client is not to learn that an imported user has to set a password first."""
    is_imported = user.status == "RESET_REQUIRED" and user.password is None
    return is_imported and client_settings.protects_existence(client.settings)


def _candidate(context: Context, pool: Pool, client: Client, username: str) -> User | None:
    """The user of that name, where they may try a password now."""
    user = accounts.find_to_sign_in(context.unit, pool, username)
    if user is not None:
        context.username = user.username
        refuse_locked(context, user)
        refuse_unconfirmed(user)
        if not _is_hidden(client, user):
            refuse_reset(user)
    return user
