"""Identity providers of a user pool: create, update, delete, look up and describe them.

A record's `settings` are the members of IdentityProviderType and four private ones: `Sealed` (the secrets, encrypted);
`SamlIssuer` and `SamlCertificates`, from the metadata of a SAML provider, and `SamlReread`, the time from which on they
are to be read again (None: never).
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from emulator.context import Context
from emulator.domain.accounts import usernames
from emulator.domain.providers import provider_details, provider_endpoints, saml_metadata
from emulator.domain.providers.provider_details import KINDS, SECRETS, SHOWN_SECRETS, SOCIAL
from emulator.domain.providers.saml_metadata import Metadata
from emulator.faults import (
    ConcurrentModificationException,
    DuplicateProviderException,
    InvalidParameterException,
    LimitExceededException,
    ResourceNotFoundException,
)
from keys import certificates
from keys.signing import SigningKey
from storage.records.pools import Pool
from storage.records.providers import IdentityProvider
from storage.violations import UniqueViolation

LOCAL = "Cognito"
"""ProviderName that stands for the pool's own directory."""

_IDENTIFIER_IN_USE = "An IdpIdentifier is in use by another provider."
_MOST = 300
"""Identity providers of a pool (AWS: "Quotas")."""
_OWN_NAMES = frozenset({"username"})
"""Destinations of an attribute mapping that are not attributes of the schema."""
_PRIVATE = frozenset({"Sealed", "SamlIssuer", "SamlCertificates", "SamlReread"})
REREAD_SECONDS = 60
"""The least time between two readings of a SAML provider's metadata."""
_SIX_HOURS = 6 * 3600
_KEY, _KID = "encryption_key", "encryption_kid"
CERTIFICATE = "ActiveEncryptionCertificate"
"""The member of ProviderDetails with the certificate of the key for encrypted SAML responses."""

Request = Mapping[str, Any]
Described = tuple[dict[str, Any], dict[str, str]]
"""Settings from ProviderDetails and from the documents that they refer to; and the secrets, which are apart."""


def create(context: Context, pool: Pool, request: Request, known: Described | None = None) -> IdentityProvider:
    """Store and return a new identity provider, and store the group of its users.

    `request` is CreateIdentityProvider's; `known` is what `described` has made of its ProviderDetails. Without it,
    releases the connection while it fetches documents, so the unit must not have written. Raises
    DuplicateProviderException, InvalidParameterException or LimitExceededException.
    """
    name, provider_type = request["ProviderName"], request["ProviderType"]
    _check_new(context, pool, name, provider_type)
    members = _members(pool, provider_type, {"AttributeMapping": {}, **request})
    found, secrets = known or described(context, provider_type, request["ProviderDetails"])
    if provider_type == "SAML" and _KEY not in secrets:
        with context.unit.released():
            found["ProviderDetails"] |= _encryption(context, pool, secrets)
    sealed = {"ProviderType": provider_type, "Sealed": _sealed(context, pool, name, secrets)}
    settings = _filled({**sealed, **members, **found})
    _check_new(context, pool, name, provider_type)
    provider = context.unit.providers.add(IdentityProvider(pool.id, name, settings, context.now, context.now))
    try:
        context.unit.providers.set_identifiers(provider, settings.get("IdpIdentifiers", []))
    except UniqueViolation:
        # AWS unknown: the messages of CreateIdentityProvider and UpdateIdentityProvider for an identifier that another
        # provider of the pool has.
        raise DuplicateProviderException(_IDENTIFIER_IN_USE) from None
    _add_group(context, pool, name)
    return provider


def change(context: Context, pool: Pool, request: Request, known: Described | None = None) -> IdentityProvider:
    """Replace the members of a provider that the request has, and return the changed provider; other members stay.

    `known` is as for `create`. Without it, releases the connection while it fetches documents, so the unit must not
    have written. Raises ResourceNotFoundException, InvalidParameterException, or ConcurrentModificationException if the
    provider was replaced meanwhile by one of another type.
    """
    provider = named(context, pool, request["ProviderName"])
    provider_type = provider.settings["ProviderType"]
    members = _members(pool, provider_type, request)
    if request.get("ProviderDetails"):
        found, secrets = known or described(context, provider_type, request["ProviderDetails"])
        provider = named(context, pool, provider.name)
        if provider.settings["ProviderType"] != provider_type:
            raise ConcurrentModificationException("The provider has been replaced meanwhile.")
        members |= _redescribed(context, pool, provider, found, secrets)
    settings = _filled({**provider.settings, **members})
    try:
        context.unit.providers.set_identifiers(provider, settings.get("IdpIdentifiers", []))
    except UniqueViolation:
        raise InvalidParameterException(_IDENTIFIER_IN_USE) from None
    return context.unit.providers.change(provider, settings=settings, modified=context.now)


def delete(context: Context, pool: Pool, name: str) -> None:
    """Delete a provider of the pool. Raises ResourceNotFoundException."""
    # AWS unknown: what DeleteIdentityProvider does with the provider's users and group, with links to its identities,
    # and with clients that name it in SupportedIdentityProviders. Here all of them stay. UpdateUserPoolClient refuses
    # the name from then on, and a provider that is created anew under the name gets users and links back.
    context.unit.providers.delete(named(context, pool, name))


def named(context: Context, pool: Pool, name: str) -> IdentityProvider:
    """The pool's provider of that name. Raises ResourceNotFoundException."""
    found = context.unit.providers.named(pool.id, name)
    if found is None:
        raise ResourceNotFoundException(f"Identity provider {name} does not exist.")
    return found


def identified(context: Context, pool: Pool, identifier: str) -> IdentityProvider:
    """The pool's provider that has an identifier (IdpIdentifiers). Raises ResourceNotFoundException."""
    found = context.unit.providers.with_identifier(pool.id, identifier)
    if found is None:
        # AWS unknown: the message of GetIdentityProviderByIdentifier for an identifier that no provider has.
        raise ResourceNotFoundException(f"Identity provider with identifier {identifier} does not exist.")
    return found


def known(context: Context, pool: Pool, names: Sequence[str]) -> frozenset[str]:
    """Those of `names` that providers of the pool have."""
    return frozenset(name for name in names if context.unit.providers.named(pool.id, name))


def group_name(pool: Pool, name: str) -> str:
    """The name of the group of a provider's users."""
    return f"{pool.id}_{name}"


def secrets_of(context: Context, provider: IdentityProvider) -> dict[str, str]:
    """The decrypted secrets of a provider: client_secret, private_key, and the key for encrypted SAML responses.

    That key is `encryption_key`, with its id, `encryption_kid`. Secrets that the provider does not have are left out.
    """
    sealed = base64.b64decode(provider.settings["Sealed"])
    return context.vault.open_json(sealed, _bound(provider.pool_id, provider.name))


def shown(context: Context, provider: IdentityProvider) -> dict[str, Any]:
    """A provider as IdentityProviderType, with its client secret, without its private key."""
    secrets = secrets_of(context, provider)
    members = {name: value for name, value in provider.settings.items() if name not in _PRIVATE}
    visible = {name: secrets[name] for name in SHOWN_SECRETS if name in secrets}
    return {
        "UserPoolId": provider.pool_id,
        "ProviderName": provider.name,
        **members,
        "ProviderDetails": members["ProviderDetails"] | visible,
        "LastModifiedDate": provider.modified,
        "CreationDate": provider.created,
    }


def _check_new(context: Context, pool: Pool, name: str, provider_type: str) -> None:
    if name != provider_type and not SOCIAL.isdisjoint({name, provider_type}):
        raise InvalidParameterException(f"Provider {name} cannot be of type {provider_type}.")
    if name.lower() == LOCAL.lower():
        raise InvalidParameterException(f"{name} is a reserved name.")
    # AWS unknown: the messages of CreateIdentityProvider for a name that is in use, and for one provider too many.
    if context.unit.providers.named(pool.id, name):
        raise DuplicateProviderException(f"A provider named {name} already exists in the user pool.")
    if context.unit.providers.count(pool.id) >= _MOST:
        raise LimitExceededException(f"A user pool cannot have more than {_MOST} identity providers.")


def _members(pool: Pool, provider_type: str, request: Request) -> dict[str, Any]:
    """The members AttributeMapping, IdpIdentifiers and AcrMapping, those that the request has."""
    members: dict[str, Any] = {}
    if "AttributeMapping" in request:
        members["AttributeMapping"] = _mapping(pool, provider_type, request["AttributeMapping"])
    if "IdpIdentifiers" in request:
        members["IdpIdentifiers"] = list(dict.fromkeys(request["IdpIdentifiers"]))
    if "AcrMapping" in request:
        if provider_type != "OIDC" and request["AcrMapping"]:
            raise InvalidParameterException("AcrMapping is only supported for OIDC identity providers.")
        members["AcrMapping"] = request["AcrMapping"]
    return members


def _filled(members: Mapping[str, Any]) -> dict[str, Any]:
    """The members that are not empty."""
    # AWS unknown: whether DescribeIdentityProvider returns empty members, such as IdpIdentifiers: []. Here it omits
    # them.
    return {name: value for name, value in members.items() if value not in ({}, [])}


def _mapping(pool: Pool, provider_type: str, given: Mapping[str, str]) -> dict[str, str]:
    """The attribute mapping, with the type's subject claim for `username` unless another claim is given."""
    names = {entry["Name"] for entry in pool.settings["SchemaAttributes"]} - {"sub"} | _OWN_NAMES
    unknown = [name for name in given if name not in names]
    if unknown:
        raise InvalidParameterException(f"AttributeMapping contains invalid mapping: [{', '.join(unknown)}]")
    subject = KINDS[provider_type].subject
    return {**({"username": subject} if subject else {}), **given}


def described(context: Context, provider_type: str, given: provider_details.Details) -> Described:
    """Settings from ProviderDetails and from the documents that they refer to; and the secrets, which are apart.

    Releases the database connection while documents are fetched, and while SAML metadata are parsed.
    """
    details = provider_details.checked(provider_type, given)
    found: dict[str, Any] = {"ProviderDetails": details}
    if provider_type == "OIDC":
        details |= provider_endpoints.discovered(context, details)
    if provider_type == "SAML":
        document = provider_endpoints.metadata(context, details)
        with context.unit.released():
            metadata = saml_metadata.read(document, context.now)
        found |= with_metadata(details, metadata, context.now)
        details = found["ProviderDetails"]
    return found, {name: details.pop(name) for name in SECRETS if name in details}


def with_metadata(details: provider_details.Details, metadata: Metadata, now: float) -> dict[str, Any]:
    """The settings that a SAML provider's metadata give: its ProviderDetails with the endpoints, and the private ones.

    A document at MetadataURL is to be read again after six hours, or when it says so, whichever is sooner.
    """
    endpoints = {"SSORedirectBindingURI": metadata.sign_in_url}
    if metadata.sign_out_url:
        endpoints["SLORedirectBindingURI"] = metadata.sign_out_url
    ends = now + _SIX_HOURS if metadata.good_until is None else min(metadata.good_until, now + _SIX_HOURS)
    return {
        "ProviderDetails": {**details, **endpoints},
        "SamlIssuer": metadata.entity_id,
        "SamlCertificates": list(metadata.certificates),
        "SamlReread": None if details.get("MetadataFile") else max(ends, now + REREAD_SECONDS),
    }


def _redescribed(
    context: Context, pool: Pool, provider: IdentityProvider, found: dict[str, Any], secrets: dict[str, str]
) -> dict[str, Any]:
    """Settings for a provider's new details and secrets. The key pair for encrypted SAML responses stays, unless the
    secrets have another one.
    """
    before = secrets_of(context, provider)
    if _KEY not in secrets:
        secrets |= {name: before[name] for name in (_KEY, _KID) if name in before}
        certificate = provider.settings["ProviderDetails"].get(CERTIFICATE)
        found["ProviderDetails"] |= {CERTIFICATE: certificate} if certificate else {}
    return {**found, "Sealed": _sealed(context, pool, provider.name, secrets)}


def _encryption(context: Context, pool: Pool, secrets: dict[str, str]) -> dict[str, str]:
    """Create the key pair for encrypted SAML responses: return the certificate, and put the key into `secrets`."""
    key = context.world.key_reserve.take()
    secrets |= {_KID: key.kid, _KEY: key.pem.decode()}
    since = datetime.fromtimestamp(context.now, UTC)
    return {CERTIFICATE: certificates.self_signed(SigningKey(key.kid, key.pem), pool.id, since)}


def _sealed(context: Context, pool: Pool, name: str, secrets: Mapping[str, str]) -> str:
    sealed = context.vault.seal_json(dict(secrets), _bound(pool.id, name))
    return base64.b64encode(sealed).decode()


def _bound(pool_id: str, name: str) -> str:
    """The associated data of the encryption, so that a sealed value opens for its own provider only."""
    return f"provider {pool_id} {name}"


def _add_group(context: Context, pool: Pool, name: str) -> None:
    group, settings = group_name(pool, name), {"Description": f"Autogenerated group for users who sign in using {name}"}
    with suppress(UniqueViolation):  # by a group that was there before the provider
        key = usernames.fold(pool.settings, "group", group)
        context.unit.groups.add(pool.id, group, settings, context.now, key=key)
