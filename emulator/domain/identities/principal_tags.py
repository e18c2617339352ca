"""Principal tags ("attributes for access control"): claims of a login that become session tags. Pure functions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from emulator.domain.identities import login_providers, oidc_logins, saml_logins, user_pool_logins
from emulator.domain.identities.proven import Proven
from emulator.faults import InvalidParameterException
from storage.records.identities import IdentityPool

_MOST_CHARACTERS = 256
"""The longest value of a session tag."""
_UNMAPPED = {"UseDefaults": False, "PrincipalTags": {}}


def shown(pool: IdentityPool, provider: str) -> dict[str, Any]:
    """`UseDefaults` and `PrincipalTags` of a provider. Raises InvalidParameterException unless it is configured."""
    # AWS unknown: what GetPrincipalTagAttributeMap answers for a provider whose map was never set, and for one that the
    # identity pool does not have. Here the map is empty, and a provider that is not configured is refused.
    name = _configured(pool, provider)
    found: dict[str, Any] = pool.principal_tags.get(name, _UNMAPPED)
    return {"UseDefaults": True, "PrincipalTags": _defaults(name)} if found["UseDefaults"] else found


def changed(pool: IdentityPool, provider: str, request: Mapping[str, Any]) -> dict[str, Any]:
    """All maps of a pool after SetPrincipalTagAttributeMap. Raises InvalidParameterException as `shown`."""
    # AWS unknown: what SetPrincipalTagAttributeMap does with PrincipalTags beside UseDefaults. Here they are ignored.
    defaults = request.get("UseDefaults", False)
    tags = {} if defaults else dict(request.get("PrincipalTags", {}))
    return {**pool.principal_tags, _configured(pool, provider): {"UseDefaults": defaults, "PrincipalTags": tags}}


def of_logins(pool: IdentityPool, proven: Sequence[Proven]) -> dict[str, str]:
    """The principal tags of an identity that proves these logins: those of the first login that has a tag's claim.

    Developer-authenticated identities bring theirs in the token.
    """
    # AWS unknown: whose claims become principal tags where several logins are given to GetOpenIdToken or
    # GetCredentialsForIdentity. Here those of the provider that the identity pool lists first.
    tags: dict[str, str] = {}
    for login in proven:
        for name, value in {**login.tags, **_of_claims(pool, login)}.items():
            tags.setdefault(name, value)
    return tags


def _of_claims(pool: IdentityPool, login: Proven) -> dict[str, str]:
    found = pool.principal_tags.get(_name(login))
    if found is None:
        return {}
    claims = _defaults(_name(login)) if found["UseDefaults"] else found["PrincipalTags"]
    values = {tag: _text(login.claims.get(claim)) for tag, claim in claims.items()}
    return {tag: value for tag, value in values.items() if value is not None}


def _text(claim: Any) -> str | None:
    """The value of a tag; None for a claim that is absent, too long, or of several values."""
    # AWS unknown: how GetOpenIdToken writes a claim that is a list or an object as a principal tag. Here it makes none,
    # and none of an empty claim or one that is longer than a tag may be.
    if claim is None or isinstance(claim, list | dict):
        return None
    text = claim if isinstance(claim, str) else json.dumps(claim)
    return text if 0 < len(text) <= _MOST_CHARACTERS else None


def _defaults(name: str) -> dict[str, str]:
    """The map of a provider by default: tag → claim."""
    # AWS unknown: the names of the tags that SetPrincipalTagAttributeMap makes by default for SAML providers, whose
    # claims alone are known.
    if ":saml-provider/" in name:
        return {"client": saml_logins.NAME, "username": saml_logins.NAME_ID}
    return {"client": "aud", "username": "user_id" if name == "www.amazon.com" else "sub"}


def _name(login: Proven) -> str:
    """The name of a login's provider, under which its map is stored."""
    return login.arn or login.provider


def _configured(pool: IdentityPool, provider: str) -> str:
    """The name under which the map of a provider is stored. Raises InvalidParameterException.

    A user pool may be given with an app client, an OIDC provider by its ARN or its issuer.
    """
    settings = pool.settings
    name = login_providers.of_role_mapping(provider)
    for user_pool in user_pool_logins.names(pool):
        if name == user_pool or login_providers.canonical(provider) == user_pool or name.startswith(f"{user_pool}:"):
            return user_pool
    arns: list[str] = [*settings.get("OpenIdConnectProviderARNs", []), *settings.get("SamlProviderARNs", [])]
    if provider in arns or provider in settings.get("SupportedLoginProviders", {}):
        return provider
    place = oidc_logins.place_of(pool, provider)
    if place is None:
        # AWS unknown: the message of SetPrincipalTagAttributeMap for a provider that is not configured.
        raise InvalidParameterException(f"{provider} is not a configured provider of this identity pool.")
    return arns[place]
