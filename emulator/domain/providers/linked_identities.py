"""The identities at providers that belong to users, of their own or linked to them.

A user that the pool created for an identity has it as the primary one. Others are linked by AdminLinkProviderForUser
(AWS: "Linking federated users to an existing user profile"). The user attribute `identities` lists them as JSON; only
this module makes it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from emulator import refusals
from emulator.context import Context
from emulator.domain.accounts import accounts, usernames
from emulator.domain.accounts.principals import Principal
from emulator.domain.providers import providers
from emulator.domain.providers.provider_details import SOCIAL
from emulator.faults import InvalidParameterException, LimitExceededException
from storage.records.pools import Pool
from storage.records.providers import IdentityProvider, Link
from storage.records.users import User
from storage.violations import UniqueViolation

ATTRIBUTE = "identities"
SUBJECT = "Cognito_Subject"
"""ProviderAttributeName for the provider's own subject (`sub`, the NameID or the like), as opposed to an attribute."""

_PRIMARY = "primary"
"""Member of `Link.settings` of an identity for which the pool created the user."""
_MOST_LINKS = 5
_MOST_ATTRIBUTES = 5
_LONGEST = 128
"""Characters that the three members of a SourceUser may have together."""
_EXISTS = "Merging is not currently supported, provide a SourceUser that has not been signed up in order to link"
_LINKED = "SourceUser is already linked to DestinationUser"
_LOCAL_SOURCE = (
    "Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, "
    "only as a DestinationUser"
)
_NOT_LINKED = "Account isn't linked to anyone else, verify that the account has been linked"

Identifier = Mapping[str, Any]
"""ProviderUserIdentifierType: ProviderName, ProviderAttributeName, ProviderAttributeValue."""


class Owner(Struct, frozen=True):
    """The user to whom an identity belongs, and the link that says so."""

    user: User
    link: Link


def owner(
    context: Context, provider: IdentityProvider, subject: str | None, attributes: Mapping[str, str]
) -> Owner | None:
    """The user to whom an identity at a provider belongs, None if there is none.

    The user is found by the subject, which is compared exactly, else by a link to one of the mapped `attributes`.
    """
    values = {SUBJECT: subject or "", **attributes}
    for attribute, value in values.items():
        found = context.unit.links.get(provider.pool_id, provider.name, attribute, value) if value else None
        user = context.unit.users.get(found.user_id) if found else None
        if found and user:
            return Owner(user, found)
    return None


def primary(context: Context, provider: IdentityProvider, subject: str, user: User) -> Link:
    """The link, not stored yet, of a user whom the pool creates for an identity."""
    settings = {**_settings(provider), _PRIMARY: True}
    return Link(provider.pool_id, provider.name, SUBJECT, subject, user.id, settings, context.now)


def shown(links: Collection[Link]) -> str:
    """The value of the user attribute `identities` for a user's links."""
    return json.dumps([_identity(link) for link in links], separators=(",", ":"), ensure_ascii=False)


def read(pool_id: str, text: str) -> list[Link]:
    """The links that a value of the user attribute `identities` lists, of no user yet. Raises ValueError.

    All are by the subject, since the attribute does not tell others.
    """
    listed = json.loads(text)
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise ValueError("it is no list of identities in JSON")
    found = [_link(pool_id, each) for each in listed]
    if len({(link.provider, link.value) for link in found}) < len(found):
        raise ValueError("it has an identity twice")
    return found


def _link(pool_id: str, identity: Mapping[str, Any]) -> Link:
    """The link of a member of `identities`, whose values may be texts, as they are in ID tokens."""
    texts = [identity.get(name) for name in ("providerName", "userId", "providerType")]
    primary = {True: True, "true": True, False: False, "false": False}.get(identity.get("primary", False))
    if not all(isinstance(text, str) and text for text in texts) or primary is None:
        raise ValueError("an identity has a providerName, a userId, a providerType and primary")
    created = int(identity.get("dateCreated", 0))
    seconds = created / 1000 if int(created / 1000 * 1000) == created else (created + 0.5) / 1000
    settings = {"providerType": texts[2], "issuer": identity.get("issuer"), **({_PRIMARY: True} if primary else {})}
    return Link(pool_id, str(texts[0]), SUBJECT, str(texts[1]), 0, settings, seconds)


def is_primary(linked: Link) -> bool:
    """Whether the pool created the user for the identity."""
    return bool(linked.settings.get(_PRIMARY))


def bind(context: Context, pool: Pool, found: Owner, subject: str) -> User:
    """Make a link by an attribute one by the subject, once its identity has signed in; return the user as stored.

    From then on AdminDisableProviderForUser takes it by Cognito_Subject, and no other identity with the attribute is
    the user's. Raises InvalidParameterException if another call has linked the subject.
    """
    # AWS unknown: whether a link of AdminLinkProviderForUser by an attribute of an OIDC provider becomes one by the
    # subject at the first sign-in, as AWS documents it for SAML. Here it does.
    if found.link.attribute == SUBJECT:
        return found.user
    context.unit.links.delete(found.link)
    try:
        context.unit.links.add(replace(found.link, attribute=SUBJECT, value=subject))
    except UniqueViolation:
        raise InvalidParameterException(_EXISTS) from None
    return _updated(context, Principal(pool, found.user))


def link(context: Context, pool: Pool, destination: Identifier, source: Identifier) -> User:
    """Link the federated identity `source`, which has not signed in yet, to the user `destination`; return the user.

    Raises InvalidParameterException, ResourceNotFoundException for an unknown provider, UserNotFoundException for an
    unknown destination, LimitExceededException for one link too many.
    """
    if source.get("ProviderName") == providers.LOCAL:
        raise InvalidParameterException(_LOCAL_SOURCE)
    user = _destination(context, pool, destination)
    name, value = _member(source, "SourceUser", "ProviderName"), _member(source, "SourceUser", "ProviderAttributeValue")
    attribute = _member(source, "SourceUser", "ProviderAttributeName")
    provider = providers.named(context, pool, name)
    _check_source(provider, attribute, value)
    principal = Principal(pool, user)
    _check_not_linked(context, principal, Link(pool.id, name, attribute, value, user.id, {}, context.now))
    _check_count(context, provider, user, attribute)
    try:
        context.unit.links.add(Link(pool.id, name, attribute, value, user.id, _settings(provider), context.now))
    except UniqueViolation:
        raise InvalidParameterException(_EXISTS) from None
    return _updated(context, principal)


def unlink(context: Context, pool: Pool, identifier: Identifier) -> None:
    """Remove the link of `identifier` from its user; if ProviderName is "Cognito", remove that user's password instead.

    Raises InvalidParameterException, ResourceNotFoundException for an unknown provider, or UserNotFoundException.
    """
    name, value = _member(identifier, "User", "ProviderName"), _member(identifier, "User", "ProviderAttributeValue")
    attribute = _member(identifier, "User", "ProviderAttributeName")
    if name == providers.LOCAL:
        _remove_password(context, pool, attribute, value)
        return
    found = context.unit.links.get(pool.id, name, attribute, value)
    if found is None:
        # AWS unknown: the error of AdminDisableProviderForUser where the identity is linked to nobody. Here it is
        # InvalidParameterException for a federated user, else UserNotFoundException.
        providers.named(context, pool, name)
        if _federated(context, pool, name, value):
            raise InvalidParameterException(_NOT_LINKED)
        raise refusals.unknown_user()
    if found.settings.get(_PRIMARY):
        # AWS unknown: the error of AdminDisableProviderForUser for the identity of a user whom the pool created for it.
        raise InvalidParameterException(_NOT_LINKED)
    user = context.unit.users.get(found.user_id)
    context.unit.links.delete(found)
    if user:
        _updated(context, Principal(pool, user))


def claim(attribute: str) -> list[dict[str, Any]]:
    """The claim `identities` of an ID token, from the value of the user attribute `identities`.

    Every member of every identity is a string, or None.
    """
    return [{name: _text(value) for name, value in identity.items()} for identity in json.loads(attribute)]


def _text(value: Any) -> str | None:
    return None if value is None else value if isinstance(value, str) else json.dumps(value)


def _member(identifier: Identifier, parameter: str, member: str) -> str:
    value = identifier.get(member)
    if not value:
        # AWS unknown: the message of AdminLinkProviderForUser and AdminDisableProviderForUser where an identifier lacks
        # a member.
        raise InvalidParameterException(f"Invalid {parameter}: {member} is required.")
    return str(value)


def _destination(context: Context, pool: Pool, destination: Identifier) -> User:
    name = _member(destination, "DestinationUser", "ProviderName")
    value = _member(destination, "DestinationUser", "ProviderAttributeValue")
    local = name == providers.LOCAL
    user = accounts.find(context.unit, pool, value) if local else _federated(context, pool, name, value)
    if user is None:
        raise refusals.unknown_user()
    return user


def _federated(context: Context, pool: Pool, name: str, value: str) -> User | None:
    """The user that the pool created for a federated identity at its first sign-in: by the username."""
    return context.unit.users.named(pool.id, usernames.fold(pool.settings, "username", f"{name}_{value}"))


def _check_source(provider: IdentityProvider, attribute: str, value: str) -> None:
    mapped = () if provider.settings["ProviderType"] in SOCIAL else provider.settings.get("AttributeMapping", ())
    if attribute != SUBJECT and (attribute == "username" or attribute not in mapped):
        # AWS unknown: the message of AdminLinkProviderForUser for an attribute that the provider does not map.
        raise InvalidParameterException(
            f"Invalid SourceUser: ProviderAttributeName {attribute} is not mapped by {provider.name}."
        )
    if len(provider.name) + len(attribute) + len(value) > _LONGEST:
        raise InvalidParameterException(
            f"Invalid SourceUser: its members are longer than {_LONGEST} characters together."
        )


def _check_not_linked(context: Context, principal: Principal, wanted: Link) -> None:
    pool, user = principal.pool, principal.user
    linked = context.unit.links.get(pool.id, wanted.provider, wanted.attribute, wanted.value)
    if linked:
        raise InvalidParameterException(_LINKED if linked.user_id == user.id else _EXISTS)
    # AWS unknown: whether AdminLinkProviderForUser also refuses a mapped attribute's value that a federated user who
    # has signed in already has. Only Cognito_Subject is compared here, and it takes precedence at a sign-in.
    if wanted.attribute == SUBJECT and _federated(context, pool, wanted.provider, wanted.value):
        raise InvalidParameterException(_EXISTS)


def _check_count(context: Context, provider: IdentityProvider, user: User, attribute: str) -> None:
    # AWS unknown: the messages of AdminLinkProviderForUser for a user's sixth link, and for a provider's sixth
    # attribute.
    if sum(not linked.settings.get(_PRIMARY) for linked in context.unit.links.of(user.id)) >= _MOST_LINKS:
        raise LimitExceededException(f"A user cannot have more than {_MOST_LINKS} linked identities.")
    # AWS unknown: whether Cognito_Subject counts among the five attributes by which AdminLinkProviderForUser links
    # users of a provider. Here it does not: links by other attributes become links by it.
    names = provider.settings.get("AttributeMapping", {}).keys() - {SUBJECT}
    used = {name for name in names if context.unit.links.any_with_attribute(provider.pool_id, provider.name, name)}
    if attribute != SUBJECT and len(used | {attribute}) > _MOST_ATTRIBUTES:
        raise LimitExceededException(
            f"Users of {provider.name} are linked by {_MOST_ATTRIBUTES} different attributes already."
        )


def _settings(provider: IdentityProvider) -> dict[str, Any]:
    return {"providerType": provider.settings["ProviderType"], "issuer": provider.settings.get("SamlIssuer")}


def _updated(context: Context, principal: Principal) -> User:
    """Write the attribute `identities` from the user's links, and return the changed user."""
    user = principal.user
    attributes = {name: value for name, value in user.attributes.items() if name != ATTRIBUTE}
    links = context.unit.links.of(user.id)
    if links:
        attributes[ATTRIBUTE] = shown(links)
    return accounts.change(context, principal, attributes)


def _identity(linked: Link) -> dict[str, Any]:
    return {
        "userId": linked.value,
        "providerName": linked.provider,
        "providerType": linked.settings["providerType"],
        "issuer": linked.settings["issuer"],
        "primary": bool(linked.settings.get(_PRIMARY)),
        "dateCreated": int(linked.created * 1000),
    }


def _remove_password(context: Context, pool: Pool, attribute: str, username: str) -> None:
    if attribute != SUBJECT:
        raise InvalidParameterException(f"Invalid User: ProviderAttributeName must be {SUBJECT}.")
    user = accounts.find(context.unit, pool, username)
    if user is None:
        raise refusals.unknown_user()
    # AWS unknown: whether a user whose password AdminDisableProviderForUser removed can set a new one with
    # ForgotPassword. Here the user can.
    context.unit.users.change(user, password=None, verifier=None, modified=context.now)
