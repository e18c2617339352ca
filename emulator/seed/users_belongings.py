"""What belongs to a user of a seed beside the record: groups, software token, devices, passkeys, links, history."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from emulator.domain.factors import devices, passkeys, software_tokens
from emulator.domain.providers import linked_identities
from emulator.seed import users_entries, users_hashes, users_passwords
from emulator.seed.entries import Entry
from emulator.seed.seeding import Seeding
from keys import srp
from storage.records.factors import Device, Passkey
from storage.records.pools import Pool
from storage.records.users import Group, User
from storage.violations import UniqueViolation

_NOT_A_VERIFIER = "it is no verifier of an export"


class Memberships:
    """The groups of a pool that the users of a seed are in, each looked up once."""

    def __init__(self, seeding: Seeding, pool: Pool) -> None:
        self._seeding = seeding
        self._pool = pool
        self._found: dict[str, Group | None] = {}

    def wanted(self, entry: Entry) -> list[Group]:
        """The groups that the entry names. Raises SeedError for one that the pool lacks."""
        return [self._named(entry, name, place) for place, name in enumerate(entry.members.get("groups", []))]

    def change(self, entry: Entry, user: User) -> None:
        """Let a user be in the groups that the entry names, and in no others, if it names any list."""
        if "groups" not in entry.members:
            return
        wanted = {group.id: group for group in self.wanted(entry)}
        present = {group.id: group for group in self._seeding.unit.groups.of(user)}
        for group in present.values():
            if group.id not in wanted:
                self._seeding.unit.groups.remove_member(group, user)
        for group in wanted.values():
            if group.id not in present:
                self._seeding.unit.groups.add_member(group, user)

    def _named(self, entry: Entry, name: str, place: int) -> Group:
        if name not in self._found:
            self._found[name] = self._seeding.unit.groups.named(self._pool.id, name)
        found = self._found[name]
        if found is None:
            raise entry.error(f"the pool has no group {name}", f"groups[{place}]")
        return found


def add(seeding: Seeding, entry: Entry, user: User) -> None:
    """Store what belongs to a user who has just been created. Raises SeedError."""
    _keep_links(seeding, entry, user)
    change(seeding, entry, user)


def change(seeding: Seeding, entry: Entry, user: User) -> None:
    """Store what the entry names, in place of what the user has of it. Raises SeedError."""
    _keep_secret(seeding, entry, user)
    for place, given in enumerate(entry.members.get("Devices", [])):
        _keep_device(seeding, entry, user, given, f"Devices[{place}]")
    for place, given in enumerate(entry.members.get("WebAuthnCredentials", [])):
        _keep_passkey(seeding, entry, user, given, f"WebAuthnCredentials[{place}]")
    if "PastPasswordHashes" in entry.members:
        past = [users_hashes.stored(text) for text in entry.members["PastPasswordHashes"]]
        seeding.unit.users.remember_password(replace(user, password=None), 0)
        for kept in past:
            seeding.unit.users.remember_password(replace(user, password=kept), len(past))


def change_links(seeding: Seeding, entry: Entry, user: User) -> dict[str, str]:
    """Let a user have the identities that the entry names; returns the attribute `identities`, empty if none is named.

    Raises SeedError. Identities of no user of the entry stay as they are, if the entry names none.
    """
    wanted = users_entries.links(entry)
    if wanted is None:
        kept = user.attributes.get(linked_identities.ATTRIBUTE)
        return {linked_identities.ATTRIBUTE: kept} if kept else {}
    wanted = [replace(link, pool_id=user.pool_id, user_id=user.id) for link in wanted]
    present = seeding.unit.links.of(user.id)
    if present != sorted(wanted, key=lambda link: (link.created, link.provider, link.value)):
        for link in present:
            seeding.unit.links.delete(link)
        _keep_links(seeding, entry, user)
        present = seeding.unit.links.of(user.id)
    return {linked_identities.ATTRIBUTE: linked_identities.shown(present)} if present else {}


def _keep_links(seeding: Seeding, entry: Entry, user: User) -> None:
    for link in users_entries.links(entry) or []:
        held = seeding.unit.links.get(user.pool_id, link.provider, link.attribute, link.value)
        if held is not None:
            path = users_entries.path_of(entry, linked_identities.ATTRIBUTE)
            raise entry.error(f"another user has the identity {link.value} of {link.provider}", path)
        seeding.unit.links.add(replace(link, pool_id=user.pool_id, user_id=user.id))


def _keep_secret(seeding: Seeding, entry: Entry, user: User) -> None:
    """Store the TOTP secret as verified. Codes that were used of the same secret stay used."""
    secret = users_passwords.secret(seeding, entry, "SecretCode", users_passwords.purpose("software token", user))
    if secret is None:
        return
    if not users_entries.is_secret(secret):
        raise entry.error("it is no secret in Base32", "SecretCode")
    token = seeding.unit.software_tokens.get(user.id)
    name = entry.members.get("FriendlyDeviceName", token.name if token else None)
    if software_tokens.secret(seeding.context, user, token) != secret or (token and token.name != name):
        software_tokens.keep(seeding.context, user, secret, name)


def _keep_device(seeding: Seeding, entry: Entry, user: User, given: dict[str, Any], where: str) -> None:
    key = given["DeviceKey"]
    device = Device(
        key=key,
        user_id=user.id,
        group_key=given["DeviceGroupKey"],
        verifier=devices.sealed(seeding.context, key, *_device_verifier(seeding, entry, user, given, where)),
        remembered=given.get("Remembered", True),
        settings={kept: given[name] for name, kept in _DEVICE_SETTINGS.items() if name in given},
        created=seeding.now,
        modified=seeding.now,
        authenticated=seeding.now,
    )
    present = seeding.unit.devices.get(user.id, key)
    if present:
        changes = {name: getattr(device, name) for name in ("group_key", "verifier", "remembered", "settings")}
        seeding.unit.devices.change(present, **changes, modified=seeding.now)
        return
    try:
        seeding.unit.devices.add(device)
    except UniqueViolation:
        raise entry.error("another user has the device", f"{where}.DeviceKey") from None


_DEVICE_SETTINGS = {"DeviceName": "Name", "LastIp": "LastIp"}


def _device_verifier(
    seeding: Seeding, entry: Entry, user: User, given: dict[str, Any], where: str
) -> tuple[bytes, bytes]:
    """The verifier of a device's secret, and its salt. Raises SeedError."""
    number_and_salt = given.get("Verifier", "")
    if "SealedVerifier" in given:
        purpose = users_passwords.purpose(f"device {given['DeviceKey']}", user)
        number_and_salt = seeding.opened(given["SealedVerifier"], purpose, entry, f"{where}.SealedVerifier").decode()
    number, _, salt = number_and_salt.partition(":")
    try:
        parts = bytes.fromhex(number), bytes.fromhex(salt)
    except ValueError:
        raise entry.error(_NOT_A_VERIFIER, f"{where}.Verifier") from None
    if len(parts[0]) != srp.VERIFIER_BYTES or not parts[1]:
        raise entry.error(_NOT_A_VERIFIER, f"{where}.Verifier")
    return parts


def _keep_passkey(seeding: Seeding, entry: Entry, user: User, given: dict[str, Any], where: str) -> None:
    unit = seeding.unit
    settings = {name: given[name] for name in PASSKEY_SETTINGS if name in given}
    count, key = given.get("SignCount", 0), given["PublicKey"]
    present = unit.passkeys.get(user.pool_id, given["CredentialId"])
    if present and present.user_id != user.id:
        raise entry.error("another user has the passkey", f"{where}.CredentialId")
    if present:
        unit.passkeys.change(present, public_key=key, sign_count=max(count, present.sign_count), settings=settings)
        return
    if unit.passkeys.count(user.id) >= passkeys.MOST:
        raise entry.error(f"a user cannot have more than {passkeys.MOST} passkeys", where)
    unit.passkeys.add(Passkey(user.pool_id, given["CredentialId"], user.id, key, count, settings, seeding.now))


PASSKEY_SETTINGS = ("FriendlyCredentialName", "RelyingPartyId", "AuthenticatorTransports", "AuthenticatorAttachment")
"""The members of WebAuthnCredentialDescription that a passkey's record has as settings."""
