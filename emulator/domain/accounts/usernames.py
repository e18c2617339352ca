"""Usernames and aliases: which names a user has, and how names are normalised for comparison."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from emulator.domain.accounts.attributes import looks_like_email, looks_like_phone
from emulator.faults import InvalidParameterException

_FORMS = {"email": looks_like_email, "phone_number": looks_like_phone}
_SHOULD_BE = {
    frozenset({"email"}): "Username should be an email.",
    frozenset({"phone_number"}): "Username should be a phone number.",
    frozenset({"email", "phone_number"}): "Username should be either an email or a phone number.",
}
_CANNOT_BE = {
    "email": "Username cannot be of email format, since user pool is configured for email alias.",
    "phone_number": "Username cannot be of phone number format, since user pool is configured for phone number alias.",
}
_FOLDED = frozenset({"username", "email", "preferred_username", "group"})

Settings = Mapping[str, Any]


def fold(settings: Settings, name: str, value: str) -> str:
    """A value normalised for comparison. `name` says what it is: "username", "group", or the name of an attribute.

    Usernames, e-mail addresses, preferred usernames and names of groups ignore case in a pool that is not
    case-sensitive (AWS: "User pool case sensitivity").
    """
    return value.lower() if name in _FOLDED and not is_case_sensitive(settings) else value


def is_case_sensitive(settings: Settings) -> bool:
    """Whether the pool distinguishes case. That is the default of the API, though not of the console."""
    return bool((settings.get("UsernameConfiguration") or {}).get("CaseSensitive", True))


def assign(settings: Settings, typed: str, sub: str, given: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The username and attributes of a new user, whose request has the username `typed`.

    In a pool with username attributes, the typed address becomes the attribute, and the `sub` the username. In a pool
    with aliases, a username must not look like an alias. Raises InvalidParameterException.
    """
    attributes = dict(given)
    kinds = settings.get("UsernameAttributes") or []
    if kinds:
        kind = next((kind for kind in kinds if _FORMS[kind](typed)), None)
        if kind is None:
            raise InvalidParameterException(_SHOULD_BE[frozenset(kinds)])
        if fold(settings, kind, attributes.setdefault(kind, typed)) != fold(settings, kind, typed):
            raise InvalidParameterException(
                f"User {kind} should be empty or same as username, since username attribute is {kind}"
            )
        return sub, attributes
    for kind in settings.get("AliasAttributes") or []:
        if kind in _FORMS and _FORMS[kind](typed):
            raise InvalidParameterException(_CANNOT_BE[kind])
    return typed, attributes


def aliases(settings: Settings, attributes: Mapping[str, str], status: str) -> dict[str, str]:
    """The active aliases of a user: kind → normalised value.

    Username attributes are always active. Addresses are active once verified, a preferred username once the user is
    confirmed. A user whom the pool created for an identity at a provider has no aliases.
    """
    # AWS unknown: whether a user of an identity provider gets aliases once AdminSetUserPassword has set a password.
    # Here such a user has none, and signs in by the username.
    if is_federated(attributes):
        return {}
    found = {}
    for kind in settings.get("UsernameAttributes") or []:
        if attributes.get(kind):
            found[kind] = fold(settings, kind, attributes[kind])
    for kind in settings.get("AliasAttributes") or []:
        active = status != "UNCONFIRMED" if kind == "preferred_username" else _verified(attributes, kind)
        if attributes.get(kind) and active:
            found[kind] = fold(settings, kind, attributes[kind])
    return found


def is_federated(attributes: Mapping[str, str]) -> bool:
    """Whether the pool created the user for an identity at a provider, as the attribute `identities` says."""
    return any(identity["primary"] for identity in json.loads(attributes.get("identities", "[]")))


def alias_kinds(settings: Settings, typed: str) -> list[str]:
    """The kinds of alias in the pool (such as "email") whose form `typed` has."""
    kinds = [*(settings.get("UsernameAttributes") or []), *(settings.get("AliasAttributes") or [])]
    return [kind for kind in kinds if kind not in _FORMS or _FORMS[kind](typed)]


def _verified(attributes: Mapping[str, str], kind: str) -> bool:
    return attributes.get(f"{kind}_verified") == "true"
