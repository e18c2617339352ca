"""The claims of ID and access tokens, each with its JSON type (AWS: "Using the ID token", "Using the access token")."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import Any

from emulator.domain.accounts import groups
from emulator.domain.factors import levels
from emulator.domain.pools import client_settings, oauth_settings
from emulator.domain.providers import linked_identities
from emulator.domain.tokens.grants import Grant
from storage.records.sign_ins import Family
from storage.records.users import Group

_NAME_ATTRIBUTES = frozenset({"email", "phone", "profile"})
"""Scopes. With `openid` alone, a client gets all attributes that it may read."""
_BOOLEANS = frozenset({"email_verified", "phone_number_verified"})


def shared(grant: Grant, family: Family, issuer: str, now: int) -> dict[str, Any]:
    """The claims that ID and access token have alike, but for `exp` and `jti`. `now` is in seconds.

    There is no `origin_jti` without token revocation and rotation (AWS: "Revoking tokens", "Refresh token rotation").
    """
    claims: dict[str, Any] = {"sub": grant.owner.sub, "iss": issuer}
    if client_settings.names_tokens(grant.client.settings):
        claims["origin_jti"] = family.origin_jti
    claims |= levels.claims(family.details)
    return claims | {"event_id": family.event_id, "auth_time": family.auth_time, "iat": now}


def of_access_token(grant: Grant, family: Family, membership: list[Group]) -> dict[str, Any]:
    """The access token's own claims, but for the grant's audience, which is set after the trigger's changes."""
    named = of_groups(membership)
    claims = {"cognito:groups": named["cognito:groups"]} if "cognito:groups" in named else {}
    if family.device_key:
        claims["device_key"] = family.device_key
    # AWS unknown: whether access tokens of InitiateAuth and RespondToAuthChallenge have `version`, as those of the
    # token endpoint do; here they do not.
    if grant.oauth:
        claims["version"] = 2
    return claims | {
        "client_id": grant.client.id,
        "token_use": "access",
        "scope": " ".join(grant.scopes),
        "username": grant.owner.username,
    }


def of_client_token(grant: Grant, issuer: str, now: int) -> dict[str, Any]:
    """The claims of a client's own access token: its `sub` is the client's id."""
    # AWS unknown: whether the token of GetClientToken has a `scope` where it has no scopes; here it is there, and
    # empty.
    return {
        "sub": grant.client.id,
        "token_use": "access",
        "scope": " ".join(grant.scopes),
        "auth_time": now,
        "iss": issuer,
        "iat": now,
        "version": 2,
        "client_id": grant.client.id,
    }


def of_id_token(grant: Grant, membership: list[Group]) -> dict[str, Any]:
    """The ID token's own claims: groups, roles, the attributes that the client may read, and the grant's nonce."""
    user, client = grant.owner, grant.client
    # AWS unknown: whether developer-only attributes are in ID tokens where the client may not read them. AWS says that
    # they are in ID tokens, and that only a developer writes them; here they always are, as far as the scopes go.
    seen = readable_attributes(grant, lambda name: name.startswith("dev:"))
    return (
        of_groups(membership)
        | {"cognito:username": user.username, "aud": client.id, "token_use": "id"}
        | {name: _typed(name, value) for name, value in seen.items()}
        | ({"nonce": grant.nonce} if grant.nonce is not None else {})
    )


def readable_attributes(grant: Grant, always: Callable[[str], bool] = lambda _name: False) -> dict[str, str]:
    """The user's attributes that the client may read and the scopes allow, with `identities`, without `sub`.

    `always` says of an attribute that the client may read it in any case.
    """
    linked = linked_identities.ATTRIBUTE
    readable = client_settings.readable(grant.client.settings, grant.pool.settings["SchemaAttributes"]) | {linked}
    scopes = set(grant.scopes) & _NAME_ATTRIBUTES if grant.oauth else set()
    return {
        name: value
        for name, value in grant.owner.attributes.items()
        if (name in readable or always(name)) and (not scopes or _scope_of(name) in scopes or name == linked)
    }


def _scope_of(name: str) -> str:
    """The scope that an attribute needs once one of email, phone and profile is granted."""
    return oauth_settings.SCOPES_OF_ATTRIBUTES.get(name, "profile")


def of_groups(membership: list[Group]) -> dict[str, Any]:
    """`cognito:groups`, `cognito:roles` and `cognito:preferred_role`, as far as the groups have them."""
    rows = [(group.name, group.settings.get("Precedence"), group.settings.get("RoleArn")) for group in membership]
    return dict(groups.claims(rows))


def _typed(name: str, value: str) -> Any:
    """An attribute as a claim: custom attributes are strings whatever their type, some standard ones are not."""
    if name in _BOOLEANS:
        return value == "true"
    if name == "address":
        return {"formatted": value}
    if name == linked_identities.ATTRIBUTE:
        return linked_identities.claim(value)
    if name == "updated_at":
        return _number(value)
    return value


def _number(value: str) -> int | float | str:
    """An attribute as an int if it is whole, else as a float; unchanged if it is not a finite number."""
    try:
        number = float(value)
        whole = number.is_integer()
    except ValueError:
        return value
    if not isfinite(number):
        return value
    return number if not whole else int(number) if "." in value else int(value)
