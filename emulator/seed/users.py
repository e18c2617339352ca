"""Users in a seed: which users the entries describe, and in which order they are applied."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from emulator.domain.accounts import accounts, usernames
from emulator.seed import users_changed, users_entries, users_export, users_new, users_passwords
from emulator.seed.entries import Entry, Kind, named
from emulator.seed.members import (
    ANY_TEXT,
    FLAG,
    NUMBER,
    SEALED,
    SECRET,
    TEXT,
    Members,
    input_of,
    listing,
    output_of,
    structure,
)
from emulator.seed.seeding import Seeding
from emulator.seed.users_belongings import Memberships
from emulator.wire import model
from storage.records.pools import Pool

_SHOWN = model.load("cognito-idp").operations["AdminGetUser"].output
_PASSWORD = input_of("AdminSetUserPassword").members["Password"]
_ATTRIBUTE = input_of("AdminCreateUser").members["UserAttributes"].part("member").members
_CREDENTIAL = output_of("ListWebAuthnCredentials", "Credentials").part("member").members
_DEVICE = input_of("ConfirmDevice").members
_VERIFIERS = {"Verifier": SECRET, "SealedVerifier": SEALED}
_BATCH = 500

MEMBERS = Members.of(
    input_of("AdminCreateUser"),
    without=(
        "UserPoolId",
        "UserAttributes",
        "ValidationData",
        "ForceAliasCreation",
        "MessageAction",
        "DesiredDeliveryMediums",
        "ClientMetadata",
    ),
    own={
        "UserAttributes": listing(structure({"Name": _ATTRIBUTE["Name"], "Value": ANY_TEXT}, ("Name",))),
        "Password": _PASSWORD,
        "PasswordHash": SECRET,
        **_VERIFIERS,
        "PastPasswordHashes": listing(SECRET),
        "Enabled": FLAG,
        "UserStatus": _SHOWN.members["UserStatus"] if _SHOWN else TEXT,
        "groups": listing(input_of("CreateGroup").members["GroupName"]),
        **{name: _SHOWN.members[name] for name in users_entries.MFA if _SHOWN},
        "SecretCode": output_of("AssociateSoftwareToken", "SecretCode"),
        "SealedSecretCode": SEALED,
        "FriendlyDeviceName": input_of("VerifySoftwareToken").members["FriendlyDeviceName"],
        "LinkedProviders": listing(input_of("AdminLinkProviderForUser").members["SourceUser"]),
        "Devices": listing(
            structure(
                {
                    "DeviceKey": _DEVICE["DeviceKey"],
                    "DeviceGroupKey": TEXT,
                    "DeviceName": _DEVICE["DeviceName"],
                    "LastIp": TEXT,
                    "Remembered": FLAG,
                    **_VERIFIERS,
                },
                ("DeviceKey", "DeviceGroupKey"),
            )
        ),
        "WebAuthnCredentials": listing(
            structure(
                {
                    **{name: shape for name, shape in _CREDENTIAL.items() if name != "CreatedAt"},
                    "PublicKey": SEALED,
                    "SignCount": NUMBER,
                },
                ("CredentialId", "PublicKey", "RelyingPartyId", "FriendlyCredentialName", "AuthenticatorTransports"),
            )
        ),
    },
    shown=_SHOWN,
    renamed={"Attributes": users_entries.ATTRIBUTES},
    envelopes=("User",),
    words={
        "Password": "The user's permanent password.",
        "TemporaryPassword": "A password that the user must change at the first sign-in.",
        "PasswordHash": "A bcrypt hash of the password: $2a$, $2b$ or $2y$; or a hash as an export has it.",
        "Verifier": "What SRP needs of the password, as a portable export has it.",
        "SealedVerifier": "What SRP needs of the password, as an export has it.",
        "PastPasswordHashes": "The user's password history, the oldest first, as an export has it.",
        "Enabled": "Whether the user can sign in. Disabling revokes the user's tokens.",
        "groups": "All groups that the user is in.",
        "SecretCode": "The secret of the user's authenticator app (TOTP), in Base32; it counts as verified.",
        "SealedSecretCode": "The secret of the user's authenticator app, as an export has it.",
        "LinkedProviders": "Identities of the attribute identities that are linked by another attribute.",
        "Devices": "Confirmed devices, as an export has them.",
        "WebAuthnCredentials": "Passkeys, as an export has them.",
    },
)


def _exists(seeding: Seeding, entry: Entry) -> bool:
    """Whether the user exists: the one whom the entry described when it was applied last, or one of that name.

    Raises SeedError where another entry describes the same user.
    """
    noted, pool_id = entry.id, entry.scope
    known = _known(seeding, entry)
    found = _named(seeding, entry, known)
    if noted and found != noted and seeding.unit.users.with_sub(pool_id, noted):
        found = noted
    entry.id = found
    if found is None:
        return False
    other = seeding.kept.setdefault(("user", pool_id, found), entry)
    if other is not entry:
        raise entry.error(f"it describes the same user as {other.path}", "Username")
    return True


def _named(seeding: Seeding, entry: Entry, known: Mapping[tuple[str, str], str]) -> str | None:
    """The `sub` of the user whom an entry names by the pinned `sub`, the username, or the address as username."""
    names = _names(_pool(seeding, entry), entry)
    return next((known[name] for name in names if name in known), None)


def _known(seeding: Seeding, entry: Entry) -> Mapping[tuple[str, str], str]:
    """The `sub` of the users that the entries of the list name, by kind and key; looked up for all of them at once."""
    place = ("users", id(entry.parent))
    if place not in seeding.kept:
        siblings = entry.parent.children.get("users", [entry]) if entry.parent else [entry]
        pool, asked = _pool(seeding, entry), defaultdict[str, set[str]](set)
        for each in siblings:
            for kind, key in _names(pool, each):
                asked[kind].add(key)
        found = {}
        for kind, keys in asked.items():
            listed = sorted(keys)
            for first in range(0, len(listed), _BATCH):
                batch = seeding.unit.users.identified(entry.scope, kind, listed[first : first + _BATCH])
                found.update({(kind, key): sub for key, (_, sub) in batch.items()})
        seeding.kept[place] = found
    known: Mapping[tuple[str, str], str] = seeding.kept[place]
    return known


def _names(pool: Pool | None, entry: Entry) -> list[tuple[str, str]]:
    """The names, by kind and key, of the user whom an entry describes; a pinned `sub` first."""
    settings = pool.settings if pool else {}
    typed, pinned = entry.members["Username"], users_entries.sub(entry)
    names = [("sub", pinned)] if pinned else []
    names.append(("username", usernames.fold(settings, "username", typed)))
    names += [
        (kind, usernames.fold(settings, kind, typed))
        for kind in settings.get("UsernameAttributes") or []
        if kind in usernames.alias_kinds(settings, typed)
    ]
    return [*names, ("sub", typed)] if accounts.looks_like_sub(typed) else names


def _pool(seeding: Seeding, entry: Entry) -> Pool | None:
    place = ("pool of users", entry.scope)
    if place not in seeding.kept:
        seeding.kept[place] = seeding.unit.pools.get(entry.scope)
    found: Pool | None = seeding.kept[place]
    return found


def _apply(seeding: Seeding, entry: Entry) -> None:
    _apply_all(seeding, [entry])


def _apply_all(seeding: Seeding, entries: list[Entry]) -> None:
    """Change the users who exist, then create the others: an address that a change makes free can be taken at once."""
    pool = seeding.pool(entries[0])
    memberships = Memberships(seeding, pool)
    for entry in entries:
        if entry.exists:
            users_changed.change(seeding, pool, entry, memberships)
    users_new.add(seeding, pool, [entry for entry in entries if not entry.exists], memberships)


KIND = Kind(
    name="users",
    members=MEMBERS,
    key=named("Username"),
    exists=_exists,
    apply=_apply,
    export=users_export.entries,
    prepare=users_passwords.prepare,
    apply_all=_apply_all,
    check=users_entries.check,
    description="Users, as list-users and admin-get-user print them, with passwords, groups and factors.",
)
