"""The password as first factor: PASSWORD in the clear, over the wire that the caller chose."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.context import Context
from emulator.domain import accounts, client_settings, lockout, triggers
from emulator.domain.challenges.progress import Progress
from emulator.faults import (
    InvalidParameterException,
    NotAuthorizedException,
    PasswordResetRequiredException,
    UserNotFoundException,
)
from keys import passwords
from storage.records.pools import Client, Pool
from storage.records.users import Attempts, User

_KIND = "password"
WRONG = "Incorrect username or password."


def start(progress: Progress, parameters: Mapping[str, str]) -> str | None:
    """Begin USER_PASSWORD_AUTH and its Admin twin: nothing is asked where the password is right."""
    if not parameters.get("PASSWORD"):
        raise InvalidParameterException("Missing required parameter PASSWORD")
    triggers.require_none(progress.pool, "PreAuthentication")
    progress.user = check(progress.context, progress.pool, progress.client, progress.typed, parameters["PASSWORD"])
    progress.state["first"] = "PASSWORD"
    return None


def check(context: Context, pool: Pool, client: Client, username: str, password: str) -> User:
    """The user whose password this is. Raises what AWS raises for everybody else.

    The hash is checked with the database let go of; the user is read anew afterwards. An unknown user costs as
    much as a known one.

    AWS unknown: the order of the refusals. Here a lock comes first, then a reset that is due, then a wrong password,
    and only who knows the password learns that the user is disabled or not confirmed. A reset that is due is told to
    clients that hide who exists too: AWS hides it for imported users, which there are none of.
    """
    user = _candidate(context, pool, username)
    while True:
        held = user.password if user else None
        with context.unit.released():
            right = passwords.matches(password, held, context.settings.bcrypt_cost)
        user = _candidate(context, pool, username)
        if (user.password if user else None) == held:
            break
    if user is None:
        triggers.require_none(pool, "UserMigration")
        raise _unknown(client)
    if not right:
        _count_failure(context, user)
        raise NotAuthorizedException(WRONG, "wrong password").keeping()
    if context.unit.codes.attempts(user.id, _KIND):
        forgive(context, user)
    if not user.enabled:
        raise NotAuthorizedException("User is disabled.")
    return user


def _candidate(context: Context, pool: Pool, username: str) -> User | None:
    """The user of that name, where they may try a password now."""
    user = accounts.find(context.unit, pool, username)
    if user is None:
        return None
    context.username = user.username
    failures = context.unit.codes.attempts(user.id, _KIND)
    if failures and failures.locked_until > context.now:
        raise NotAuthorizedException("Password attempts exceeded", f"locked until {failures.locked_until}")
    if user.status == "RESET_REQUIRED":
        raise PasswordResetRequiredException("Password reset required for the user")
    return user


def _unknown(client: Client) -> UserNotFoundException | NotAuthorizedException:
    if client_settings.protects_existence(client.settings):
        return NotAuthorizedException(WRONG, "there is no such user")
    return UserNotFoundException("User does not exist.")


def _count_failure(context: Context, user: User) -> None:
    before = context.unit.codes.attempts(user.id, _KIND)
    count, last = (before.count, before.last) if before else (0, context.now)
    count, locked_until = lockout.after_failure(count, last, context.now)
    since = before.since if before else context.now
    context.unit.codes.put_attempts(Attempts(user.id, _KIND, count, since, context.now, locked_until))


def forgive(context: Context, user: User) -> None:
    """Forget failed attempts: the password is a new one."""
    context.unit.codes.forget_attempts(user.id, _KIND)
