"""The user whom a caller without proof names, and what a client that hides which users exist does about the name."""

from __future__ import annotations

from emulator.context import Context
from emulator.domain.accounts import accounts
from emulator.domain.pools.apps import App
from emulator.domain.threats.self_service_protection import FindUser
from emulator.faults import UserNotFoundException
from storage.records.users import User


def find(context: Context, app: App, typed: str) -> User | None:
    """The user whose username, `sub` or alias is `typed`, or None. Sets `context.username`, for the log."""
    user = accounts.find(context.unit, app.pool, typed)
    context.username = user.username if user else None
    return user


def finder(context: Context, app: App, typed: str) -> FindUser:
    """A function that reads the user whom `typed` names from the database at each call, for threat protection.

    It returns None where there is no such user. Unlike `find` it leaves `context.username` as it is.
    """
    pool = app.pool
    return lambda: accounts.find(context.unit, pool, typed)


def not_found() -> UserNotFoundException:
    """The fault for an unknown user, from clients that do not hide which users exist."""
    return UserNotFoundException("Username/client id combination not found.")
