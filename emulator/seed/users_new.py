"""New users of a seed: their records, inserted many at a time, and what belongs to them."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from emulator.domain.accounts import accounts, attributes, usernames
from emulator.domain.imports import new_accounts
from emulator.domain.messages.messages import MEDIUMS
from emulator.domain.providers import linked_identities
from emulator.domain.registration import registration
from emulator.faults import Fault, InvalidParameterException
from emulator.seed import users_belongings, users_entries, users_passwords
from emulator.seed.entries import Entry
from emulator.seed.seeding import Seeding
from emulator.seed.users_belongings import Memberships
from storage.records.pools import Pool
from storage.records.providers import Link
from storage.records.users import User

_BATCH = 500


def add(seeding: Seeding, pool: Pool, entries: Sequence[Entry], memberships: Memberships) -> None:
    """Create the users of these entries, with all that belongs to them. Raises SeedError."""
    for first in range(0, len(entries), _BATCH):
        batch = entries[first : first + _BATCH]
        users = [_user(seeding, entry, pool) for entry in batch]
        _check_subs(seeding, pool, batch, users)
        for entry, conflict in zip(batch, new_accounts.add(seeding.context, pool, users), strict=True):
            if conflict:
                raise _taken(entry, conflict)
        _add_belongings(seeding, pool, batch, users, memberships)


def _add_belongings(
    seeding: Seeding, pool: Pool, entries: Sequence[Entry], users: Sequence[User], memberships: Memberships
) -> None:
    numbers = seeding.unit.users.identified(pool.id, "sub", [user.sub for user in users])
    pairs = []
    for entry, made in zip(entries, users, strict=True):
        user = replace(made, id=numbers[made.sub][0])
        entry.id = user.sub
        pairs += [(group.id, user.id) for group in memberships.wanted(entry)]
        users_belongings.add(seeding, entry, user)
    seeding.unit.groups.add_members(pool.id, pairs)


def _user(seeding: Seeding, entry: Entry, pool: Pool) -> User:
    """The record of the user whom an entry describes, not stored yet. Raises SeedError."""
    links = users_entries.links(entry) or []
    links = [replace(link, pool_id=pool.id) for link in links]
    try:
        username, sub, given = _named(seeding, entry, pool, links)
        status = _status(entry, pool, given, links)
        accounts.check_preferred_username(pool, status, given)
        # Unlike AWS: SignUp asks for the pool's required attributes, and AdminCreateUser does not. A seed asks for them
        # where an entry has a Password and no UserStatus, as written by hand: a user as AWS shows one may lack them.
        is_written = "Password" in entry.members and "UserStatus" not in entry.members
        checked = attributes.check_new(pool.settings["SchemaAttributes"], given, require_all=is_written)
        if status == "UNCONFIRMED":
            checked = {f"{kind}_verified": "false" for kind in MEDIUMS if kind in checked} | checked
        user = _record(seeding, entry, pool, username, sub, status, checked, links)
        registration.check_invited(user, None)
    except Fault as fault:
        raise users_entries.error(entry, fault) from None
    return replace(user, **users_passwords.stored(seeding, entry, pool, user))


def _record(  # noqa: PLR0913 - the fields of a record
    seeding: Seeding,
    entry: Entry,
    pool: Pool,
    username: str,
    sub: str,
    status: str,
    checked: dict[str, str],
    links: Sequence[Link],
) -> User:
    shown = {linked_identities.ATTRIBUTE: linked_identities.shown(links)} if links else {}
    return User(
        id=0,
        pool_id=pool.id,
        username=username,
        sub=sub,
        status=status,
        enabled=entry.members.get("Enabled", True),
        password=None,
        password_set=None,
        attributes=checked | shown,
        settings={name: entry.members[name] for name in users_entries.MFA if entry.members.get(name)},
        created=seeding.now,
        modified=seeding.now,
    )


def _named(seeding: Seeding, entry: Entry, pool: Pool, links: Sequence[Link]) -> tuple[str, str, dict[str, str]]:
    """The username, the `sub` and the attributes of a new user. Raises InvalidParameterException or SeedError."""
    typed, sub = entry.members["Username"], users_passwords.prepared(seeding, entry).sub
    given = users_entries.attributes(entry)
    if any(linked_identities.is_primary(link) for link in links):
        return typed, sub, given  # usernames of federated users follow no rule but their provider's
    if pool.settings.get("UsernameAttributes") and accounts.looks_like_sub(typed):
        if typed != (users_entries.sub(entry) or typed):
            raise entry.error("the pool has UsernameAttributes, where a username is the sub", "Username")
        return typed, typed, given
    username, given = usernames.assign(pool.settings, typed, sub, given)
    return username, sub, given


def _status(entry: Entry, pool: Pool, given: dict[str, str], links: Sequence[Link]) -> str:
    """The UserStatus of a new user: the one that is given, else what follows from the password."""
    members = entry.members
    if "UserStatus" in members:
        return str(members["UserStatus"])
    if "TemporaryPassword" in members:
        return users_entries.TEMPORARY
    if "Password" in members or "PasswordHash" in members:
        return "CONFIRMED"
    if any(linked_identities.is_primary(link) for link in links):
        return users_entries.EXTERNAL
    return "CONFIRMED" if registration.can_do_without_password(pool, given) else users_entries.TEMPORARY


def _check_subs(seeding: Seeding, pool: Pool, entries: Sequence[Entry], users: Sequence[User]) -> None:
    """Raise SeedError for a pinned `sub` that is the `sub` or username of another user."""
    pinned: dict[str, Entry] = {}
    for entry, user in zip(entries, users, strict=True):
        other = pinned.setdefault(user.sub, entry) if users_entries.sub(entry) else entry
        if other is not entry:
            raise entry.error(f"it is the sub of {other.path} too", users_entries.path_of(entry, "sub"))
    for kind in ("sub", "username") if pinned else ():
        for taken in seeding.unit.users.existing_keys(pool.id, kind, pinned.keys()):
            raise pinned[taken].error("it is another user's", users_entries.path_of(pinned[taken], "sub"))


def _taken(entry: Entry, kind: str) -> Exception:
    if kind == "username":
        return entry.error("another user has the name", "Username")
    refusal = InvalidParameterException(accounts.TAKEN.format(kind=kind))
    if kind not in users_entries.attributes(entry):
        return entry.error(refusal.message or "", "Username")
    return entry.error(refusal.message or "", users_entries.path_of(entry, kind))
