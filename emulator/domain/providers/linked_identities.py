"""Identities at other providers that users may sign in with (AWS: "Linking federated users to an existing profile").

A user's attribute `identities` says which they are, as JSON; nobody writes it but the rules here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from emulator.context import Context
from emulator.domain.accounts import accounts, usernames
from emulator.domain.providers import providers
from emulator.domain.providers.provider_details import SOCIAL
from emulator.faults import InvalidParameterException, LimitExceededException, UserNotFoundException
from storage.records.pools import Pool
from storage.records.providers import IdentityProvider, Link
from storage.records.users import User
from storage.store import Taken

ATTRIBUTE = "identities"
SUBJECT = "Cognito_Subject"
"""The attribute that means: whatever tells the users of a provider apart."""

_MOST = 5
_LONGEST = 128
_MERGING = "Merging is not currently supported, provide a SourceUser that has not been signed up in order to link"
_LINKED = "SourceUser is already linked to DestinationUser"
_LOCAL_SOURCE = (
    "Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, "
    "only as a DestinationUser"
)
_NOT_LINKED = "Account isn't linked to anyone else, verify that the account has been linked"

Identifier = Mapping[str, Any]
"""ProviderUserIdentifierType: ProviderName, ProviderAttributeName, ProviderAttributeValue."""


def link(context: Context, pool: Pool, destination: Identifier, source: Identifier) -> User:
    """Let the user `destination` sign in with an identity that nobody has signed in with yet.

    AWS unknown: the words of AdminLinkProviderForUser for an attribute that a provider does not map, for the sixth
    link, and for an identifier that lacks something; and what follows where a user who signed in has the value of a
    mapped attribute.
    """
    if source.get("ProviderName") == providers.LOCAL:
        raise InvalidParameterException(_LOCAL_SOURCE)
    user = _destination(context, pool, destination)
    name, value = _part(source, "SourceUser", "ProviderName"), _part(source, "SourceUser", "ProviderAttributeValue")
    attribute = _part(source, "SourceUser", "ProviderAttributeName")
    provider = providers.named(context, pool, name)
    _check_source(provider, attribute, value)
    _check_free(context, pool, user, Link(pool.id, name, attribute, value, user.id, {}, context.now))
    _check_count(context, provider, user, attribute)
    try:
        context.unit.links.add(Link(pool.id, name, attribute, value, user.id, _settings(provider), context.now))
    except Taken:
        raise InvalidParameterException(_MERGING) from None
    return _told(context, pool, user)


def unlink(context: Context, pool: Pool, identifier: Identifier) -> None:
    """Take an identity from the user who has it, or the password from one of the pool's own.

    AWS unknown: the faults of AdminDisableProviderForUser where nothing is linked; and whether a user whose password it
    took can ask for a new one with ForgotPassword, as here.
    """
    name, value = _part(identifier, "User", "ProviderName"), _part(identifier, "User", "ProviderAttributeValue")
    attribute = _part(identifier, "User", "ProviderAttributeName")
    if name == providers.LOCAL:
        _without_password(context, pool, attribute, value)
        return
    found = context.unit.links.get(pool.id, name, attribute, value)
    if found is None:
        providers.named(context, pool, name)
        if _federated(context, pool, name, value):
            raise InvalidParameterException(_NOT_LINKED)
        raise UserNotFoundException("User does not exist.")
    user = context.unit.users.get(found.user_id)
    context.unit.links.delete(found)
    if user:
        _told(context, pool, user)


def claim(attribute: str) -> list[dict[str, Any]]:
    """What an ID token says of the identities: the attribute's, with every value as text."""
    return [{name: _text(value) for name, value in identity.items()} for identity in json.loads(attribute)]


def _text(value: Any) -> str | None:
    return None if value is None else value if isinstance(value, str) else json.dumps(value)


def _part(identifier: Identifier, whose: str, member: str) -> str:
    value = identifier.get(member)
    if not value:
        raise InvalidParameterException(f"Invalid {whose}: {member} is required.")
    return str(value)


def _destination(context: Context, pool: Pool, destination: Identifier) -> User:
    name = _part(destination, "DestinationUser", "ProviderName")
    value = _part(destination, "DestinationUser", "ProviderAttributeValue")
    local = name == providers.LOCAL
    user = accounts.find(context.unit, pool, value) if local else _federated(context, pool, name, value)
    if user is None:
        raise UserNotFoundException("User does not exist.")
    return user


def _federated(context: Context, pool: Pool, name: str, value: str) -> User | None:
    """The user whom the pool made of an identity at its first sign-in."""
    return context.unit.users.named(pool.id, usernames.fold(pool.settings, "username", f"{name}_{value}"))


def _check_source(provider: IdentityProvider, attribute: str, value: str) -> None:
    mapped = () if provider.settings["ProviderType"] in SOCIAL else provider.settings.get("AttributeMapping", ())
    if attribute != SUBJECT and (attribute == "username" or attribute not in mapped):
        raise InvalidParameterException(
            f"Invalid SourceUser: ProviderAttributeName {attribute} is not mapped by {provider.name}."
        )
    if len(provider.name) + len(attribute) + len(value) > _LONGEST:
        raise InvalidParameterException(
            f"Invalid SourceUser: its members are longer than {_LONGEST} characters together."
        )


def _check_free(context: Context, pool: Pool, user: User, wanted: Link) -> None:
    linked = context.unit.links.get(pool.id, wanted.provider, wanted.attribute, wanted.value)
    if linked:
        raise InvalidParameterException(_LINKED if linked.user_id == user.id else _MERGING)
    if wanted.attribute == SUBJECT and _federated(context, pool, wanted.provider, wanted.value):
        raise InvalidParameterException(_MERGING)


def _check_count(context: Context, provider: IdentityProvider, user: User, attribute: str) -> None:
    if len(context.unit.links.of(user.id)) >= _MOST:
        raise LimitExceededException(f"A user cannot have more than {_MOST} linked identities.")
    names = {attribute, SUBJECT, *provider.settings.get("AttributeMapping", ())}
    used = {name for name in names if context.unit.links.any_by(provider.pool_id, provider.name, name)}
    if len(used | {attribute}) > _MOST:
        raise LimitExceededException(f"Users of {provider.name} are linked by {_MOST} different attributes already.")


def _settings(provider: IdentityProvider) -> dict[str, Any]:
    return {"providerType": provider.settings["ProviderType"], "issuer": provider.settings.get("SamlIssuer")}


def _told(context: Context, pool: Pool, user: User) -> User:
    """The user, whose attribute says what is linked now."""
    attributes = {name: value for name, value in user.attributes.items() if name != ATTRIBUTE}
    identities = [_identity(linked) for linked in context.unit.links.of(user.id)]
    if identities:
        attributes[ATTRIBUTE] = json.dumps(identities, separators=(",", ":"), ensure_ascii=False)
    return accounts.change(context, pool, user, attributes)


def _identity(linked: Link) -> dict[str, Any]:
    return {
        "userId": linked.value,
        "providerName": linked.provider,
        **linked.settings,
        "primary": False,
        "dateCreated": int(linked.created * 1000),
    }


def _without_password(context: Context, pool: Pool, attribute: str, username: str) -> None:
    if attribute != SUBJECT:
        raise InvalidParameterException(f"Invalid User: ProviderAttributeName must be {SUBJECT}.")
    user = accounts.find(context.unit, pool, username)
    if user is None:
        raise UserNotFoundException("User does not exist.")
    context.unit.users.change(user, password=None, verifier=None, modified=context.now)
