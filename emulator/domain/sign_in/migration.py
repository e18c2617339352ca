"""UserMigration at sign-in: which sign-ins migrate a user who does not exist yet."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.domain.accounts import accounts
from emulator.domain.registration import user_migration
from emulator.domain.sign_in.progress import Progress
from storage.records.users import User

_WITH_PASSWORD = frozenset({"USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"})


def at_start(progress: Progress, parameters: Mapping[str, str]) -> None:
    """Migrate whom InitiateAuth names, where there is no such user and a password came along.

    AWS unknown: whether USER_AUTH migrates; documentation says that signing in with a password does, and without one
    does not. Here it does where the password is the challenge that is preferred.
    """
    password = parameters.get("PASSWORD")
    chosen = progress.flow == "USER_AUTH" and parameters.get("PREFERRED_CHALLENGE") == "PASSWORD"
    if password and (chosen or progress.flow in _WITH_PASSWORD):
        at_sign_in(progress, password)


def at_sign_in(progress: Progress, password: str) -> User | None:
    """Migrate the user whom a sign-in names, with the password that was sent.

    Answers the new user; None where the user exists, or the pool has no UserMigration trigger. Raises
    UserNotFoundException where the trigger returns no user, to clients that hide which users exist too.
    """
    context, pool = progress.context, progress.pool
    if not user_migration.is_configured(pool) or accounts.find(context.unit, pool, progress.typed):
        return None
    return user_migration.migrate(context, pool, progress.client, progress.typed, password, progress.metadata)
