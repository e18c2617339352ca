"""What an entry of a user says: its checks beyond the service models', and its attributes, identities and secrets."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

from emulator.domain.accounts import accounts
from emulator.domain.factors import mfa_methods
from emulator.domain.providers import linked_identities
from emulator.faults import Fault
from emulator.seed import users_hashes
from emulator.seed.entries import Entry, SeedError
from emulator.seed.seeding import refused
from storage.records.providers import Link

ATTRIBUTES = "UserAttributes"
PASSWORDS = ("Password", "TemporaryPassword", "PasswordHash")
MFA = ("UserMFASettingList", "PreferredMfaSetting", "MFAOptions")
TEMPORARY = "FORCE_CHANGE_PASSWORD"
EXTERNAL = "EXTERNAL_PROVIDER"
MOST_GROUPS = 100
"""The largest number of groups of one user (AWS: "Quotas")."""
_LONGEST = 2048
"""Characters of a value. `identities` may have more, where issuers have long names."""
_STATUSES = ("UNCONFIRMED", "CONFIRMED", "RESET_REQUIRED", TEMPORARY, EXTERNAL)
_METHODS = (mfa_methods.SMS, mfa_methods.SOFTWARE_TOKEN, mfa_methods.EMAIL, mfa_methods.PASSKEY)
_EITHER = (PASSWORDS, ("SecretCode", "SealedSecretCode"), ("Verifier", "SealedVerifier"))
_ABOUT_USERNAME = re.compile("(Username|User account|Already found)")


def check(entry: Entry) -> None:
    """Raise SeedError for members that contradict each other, or that no user can have."""
    for names in _EITHER:
        entry.check_one_of(*names)
    _check_attributes(entry)
    _check_password(entry)
    _check_second_factors(entry)
    groups = entry.members.get("groups", [])
    for place, name in enumerate(groups):
        if name in groups[:place]:
            raise entry.error("it is there twice", f"groups[{place}]")
    if len(groups) > MOST_GROUPS:
        raise entry.error(f"a user cannot be in more than {MOST_GROUPS} groups", "groups")


def attributes(entry: Entry) -> dict[str, str]:
    """The attributes that the entry names, without `sub` and `identities`."""
    apart = ("sub", linked_identities.ATTRIBUTE)
    return {pair["Name"]: pair["Value"] for pair in _pairs(entry) if pair["Name"] not in apart}


def sub(entry: Entry) -> str | None:
    """The `sub` that the entry pins."""
    return _value(entry, "sub")


def links(entry: Entry) -> list[Link] | None:
    """The identities at providers that the attribute `identities` lists; None without the attribute."""
    text = _value(entry, linked_identities.ATTRIBUTE)
    if text is None:
        return None
    by_others = {
        (each.get("ProviderName"), each.get("ProviderAttributeValue")): each.get("ProviderAttributeName")
        for each in entry.members.get("LinkedProviders", [])
    }
    found = linked_identities.read(entry.scope, text) if text else []
    return [_by(each, by_others.get((each.provider, each.value))) for each in found]


def path_of(entry: Entry, name: str) -> str:
    """The path of an attribute in the entry."""
    for place, pair in enumerate(_pairs(entry)):
        if pair["Name"] == name:
            return f"{ATTRIBUTES}[{place}]"
    return ATTRIBUTES


def error(entry: Entry, fault: Fault) -> SeedError:
    """The error of an entry that AWS's rules refuse, at the attribute that the fault names, where it names one."""
    message = " ".join((fault.message or fault.code).split())
    if _ABOUT_USERNAME.match(message):
        return entry.error(message, "Username")
    named = message.replace("phone number", "phone_number")
    for pair in _pairs(entry):
        if re.search(rf"(?<![\w:-]){re.escape(pair['Name'])}(?![\w-])", named):
            return entry.error(message, path_of(entry, pair["Name"]))
    if "ttribute" in message:
        return entry.error(message, ATTRIBUTES)
    return refused(entry, fault)


def _pairs(entry: Entry) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = entry.members.get(ATTRIBUTES, [])
    return found


def _value(entry: Entry, name: str) -> str | None:
    return next((pair["Value"] for pair in _pairs(entry) if pair["Name"] == name), None)


def _by(link: Link, attribute: str | None) -> Link:
    if attribute is None:
        return link
    return Link(link.pool_id, link.provider, attribute, link.value, 0, link.settings, link.created)


def _check_attributes(entry: Entry) -> None:
    seen = set()
    for place, pair in enumerate(_pairs(entry)):
        where = f"{ATTRIBUTES}[{place}]"
        if "Value" not in pair:
            raise entry.error("it has no Value", where)
        if pair["Name"] in seen:
            raise entry.error(f"the attribute {pair['Name']} is there twice", where)
        seen.add(pair["Name"])
        if pair["Name"] == "sub" and not accounts.looks_like_sub(pair["Value"]):
            raise entry.error("a sub is a UUID in lower case", where)
        if "\0" in pair["Value"]:
            raise entry.error("it has a NUL character", where)
        if len(pair["Value"]) > _LONGEST and pair["Name"] != linked_identities.ATTRIBUTE:
            raise entry.error(f"it must have length less than or equal to {_LONGEST}", f"{where}.Value")
    _check_links(entry)


def _check_links(entry: Entry) -> None:
    name = linked_identities.ATTRIBUTE
    try:
        found = links(entry) or []
    except (ValueError, TypeError, OverflowError, RecursionError) as problem:
        reason = str(problem) if type(problem) is ValueError else "it is no list of identities in JSON"
        raise entry.error(reason, path_of(entry, name)) from None
    known = {(each.provider, each.attribute, each.value) for each in found}
    for place, linked in enumerate(entry.members.get("LinkedProviders", [])):
        names = ("ProviderName", "ProviderAttributeName", "ProviderAttributeValue")
        if tuple(linked.get(each) for each in names) not in known:
            raise entry.error("the attribute identities has no such identity", f"LinkedProviders[{place}]")


def _check_password(entry: Entry) -> None:
    members = entry.members
    status = members.get("UserStatus")
    if status is not None and status not in _STATUSES:
        raise entry.error(f"no user of this server has it; there are {', '.join(_STATUSES)}", "UserStatus")
    if "TemporaryPassword" in members and status not in (None, TEMPORARY):
        raise entry.error(f"UserStatus is {status}, where a temporary password needs {TEMPORARY}", "TemporaryPassword")
    if "Password" in members and status == EXTERNAL:
        raise entry.error(f"UserStatus is {EXTERNAL}: such a user has no password", "Password")
    hashes = [("PasswordHash", members["PasswordHash"])] if "PasswordHash" in members else []
    past = members.get("PastPasswordHashes", [])
    for where, text in [*hashes, *((f"PastPasswordHashes[{place}]", each) for place, each in enumerate(past))]:
        problem = users_hashes.problem(text)
        if problem:
            raise entry.error(problem, where)
    for name in ("Verifier", "SealedVerifier"):
        if name in members and "PasswordHash" not in members:
            raise entry.error("it belongs to a PasswordHash, and there is none", name)


def _check_second_factors(entry: Entry) -> None:
    members = entry.members
    active = members.get("UserMFASettingList", [])
    for place, method in enumerate(active):
        if method not in _METHODS:
            reason = f"there is no such method; there are {', '.join(_METHODS)}"
            raise entry.error(reason, f"UserMFASettingList[{place}]")
    preferred = members.get("PreferredMfaSetting")
    if preferred is not None and preferred not in active:
        raise entry.error("UserMFASettingList does not have it", "PreferredMfaSetting")
    if "SecretCode" in members and not is_secret(members["SecretCode"]):
        raise entry.error("it is no secret in Base32", "SecretCode")


def is_secret(text: str) -> bool:
    """Whether a text is a TOTP secret: Base32, without its padding."""
    try:
        return bool(base64.b32decode(text + "=" * (-len(text) % 8), casefold=True))
    except (binascii.Error, ValueError):
        return False
