"""UserMigration at sign-in: which sign-ins migrate a user who does not exist yet."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.domain.accounts import accounts
from emulator.domain.registration import user_migration
from emulator.domain.sign_in.progress import Progress
from storage.records.users import User

_WITH_PASSWORD = frozenset({"USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"})


def at_start(progress: Progress, parameters: Mapping[str, str]) -> None:
    """Migrate an unknown user whom InitiateAuth names, if the flow and its `parameters` bring a password.

    Raises what `at_sign_in` raises.
    """
    # AWS unknown: whether InitiateAuth with USER_AUTH calls UserMigration. AWS documents it for sign-in with a password
    # alone; here USER_AUTH calls it where PREFERRED_CHALLENGE is PASSWORD.
    password = parameters.get("PASSWORD")
    chosen = progress.flow == "USER_AUTH" and parameters.get("PREFERRED_CHALLENGE") == "PASSWORD"
    if password and (chosen or progress.flow in _WITH_PASSWORD):
        at_sign_in(progress, password)


def at_sign_in(progress: Progress, password: str) -> User | None:
    """Migrate the user whom a sign-in names, with the password that was sent, and commit.

    Returns the new user; None where the user exists, or the pool has no UserMigration trigger. Raises what
    `user_migration.migrate` raises: UserNotFoundException where the trigger returns no user, to clients that hide which
    users exist too.
    """
    context, pool = progress.context, progress.pool
    if not user_migration.is_configured(pool) or accounts.find(context.unit, pool, progress.typed):
        return None
    return user_migration.migrate(context, progress, progress.typed, password, progress.metadata)
