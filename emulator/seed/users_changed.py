"""Users who exist already, changed to be as their entries in a seed say. What an entry does not name stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from emulator.domain.accounts import accounts, attributes, usernames
from emulator.domain.accounts.principals import Principal
from emulator.domain.credentials import lockout, password_policy
from emulator.domain.messages.messages import MEDIUMS
from emulator.domain.registration import profile, registration
from emulator.faults import Fault
from emulator.seed import users_belongings, users_entries, users_passwords
from emulator.seed.entries import Entry
from emulator.seed.seeding import Seeding
from emulator.seed.users_belongings import Memberships
from storage.records.pools import Pool
from storage.records.users import User


def change(seeding: Seeding, pool: Pool, entry: Entry, memberships: Memberships) -> User:
    """Change the user whom an entry describes, and return the user as stored. Raises SeedError.

    No token is revoked, except of a user who is disabled, as by AdminDisableUser.
    """
    user = seeding.unit.users.with_sub(pool.id, entry.id or "")
    if user is None:
        raise entry.error("the user was deleted meanwhile")
    pinned = users_entries.sub(entry)
    if pinned not in (None, user.sub):
        raise entry.error(f"it cannot be changed: it is {user.sub}", users_entries.path_of(entry, "sub"))
    if not _is_name(pool, entry.members["Username"], user):
        raise entry.error(f"it cannot be changed: it is {user.username}", "Username")
    try:
        user = _change_profile(seeding, pool, entry, user)
    except Fault as fault:
        raise users_entries.error(entry, fault) from None
    user = _change_password(seeding, pool, entry, user)
    user = _change_record(seeding, entry, user)
    memberships.change(entry, user)
    users_belongings.change(seeding, entry, user)
    return user


def _is_name(pool: Pool, typed: str, user: User) -> bool:
    """Whether a user may have this Username in an entry. Where addresses are usernames, it may be a new address."""
    same = usernames.fold(pool.settings, "username", typed) == usernames.fold(pool.settings, "username", user.username)
    return same or typed == user.sub or bool(usernames.alias_kinds(_addresses(pool), typed))


def _addresses(pool: Pool) -> dict[str, Any]:
    return {"UsernameAttributes": pool.settings.get("UsernameAttributes") or []}


def _change_profile(seeding: Seeding, pool: Pool, entry: Entry, user: User) -> User:
    """Set the attributes that the entry names, its identities, and the status. Raises Fault and SeedError."""
    given = {name: value for name, value in _given(pool, entry, user).items() if user.attributes.get(name) != value}
    accounts.check_preferred_username(pool, _status(entry, user), given)
    apart = users_belongings.change_links(seeding, entry, user)
    before = {name: value for name, value in user.attributes.items() if name != "identities"}
    after = attributes.check_change(pool.settings["SchemaAttributes"], before, given, initial=True)
    for kind in MEDIUMS:
        if profile.is_new(kind, user, after) and f"{kind}_verified" not in users_entries.attributes(entry):
            after[f"{kind}_verified"] = "false"
        elif not after.get(kind) and f"{kind}_verified" not in given:
            after.pop(f"{kind}_verified", None)
    after |= apart
    registration.check_invited(replace(user, attributes=after), None)
    status = _status(entry, user)
    if after == user.attributes and status == user.status:
        return user
    principal = Principal(pool, user)
    user = accounts.change(seeding.context, principal, after, status=status)
    profile.void_codes(seeding.context, user, given)
    return user


def _given(pool: Pool, entry: Entry, user: User) -> dict[str, str]:
    """The attributes that the entry names; in a pool with username attributes, a username that is an address too."""
    given = users_entries.attributes(entry)
    typed = entry.members["Username"]
    if pool.settings.get("UsernameAttributes") and typed not in (user.username, user.sub):
        _, given = usernames.assign(pool.settings, typed, user.sub, given)
    return given


def _status(entry: Entry, user: User) -> str:
    """The user's status from now on: the one that is given, else what a new password leads to."""
    members = entry.members
    if "UserStatus" in members:
        return str(members["UserStatus"])
    if "TemporaryPassword" in members:
        return users_entries.TEMPORARY
    return "CONFIRMED" if "Password" in members or "PasswordHash" in members else user.status


def _change_password(seeding: Seeding, pool: Pool, entry: Entry, user: User) -> User:
    """Set the password that the entry names, and end a lockout, as AdminSetUserPassword does."""
    # Unlike AWS: AdminSetUserPassword refuses a permanent password of the user's history, and a seed sets it.
    changes = users_passwords.stored(seeding, entry, pool, user)
    if not changes:
        return user
    if changes["password"] == user.password:  # the hash of an export, which the user has still
        given = changes["verifier"] if user.verifier is None else None
        return seeding.unit.users.change(user, verifier=given) if given else user
    history = password_policy.history_size(pool.settings)
    if history:
        seeding.unit.users.remember_password(user, history)
    lockout.forgive(seeding.context, user, lockout.PASSWORD, lockout.CODE)
    return seeding.unit.users.change(user, **changes, modified=seeding.now)


def _change_record(seeding: Seeding, entry: Entry, user: User) -> User:
    """Enable or disable the user, and set the preferences for second factors."""
    members, unit = entry.members, seeding.unit
    changes: dict[str, Any] = {}
    if members.get("Enabled", user.enabled) != user.enabled:
        changes["enabled"] = members["Enabled"]
        if not members["Enabled"]:
            unit.tokens.revoke_all(user.id)
    settings = _settings(members, user.settings)
    if settings != user.settings:
        changes["settings"] = settings
    return unit.users.change(user, **changes, modified=seeding.now) if changes else user


def _settings(members: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The user's preferences for second factors: those that the entry names, and the others as they were."""
    settings = dict(current)
    if "UserMFASettingList" in members:  # the preferred method is one of the list
        settings.pop("PreferredMfaSetting", None)
    settings |= {name: members[name] for name in users_entries.MFA if name in members}
    return {name: value for name, value in settings.items() if value}
