"""An identity pool of AWS, with its roles, as an entry of a seed file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from emulator.commands.import_from_aws import members
from emulator.commands.import_from_aws.calls import Source

_TAG_MAPS = "PrincipalTagAttributeMaps"


def read(source: Source, pool_id: str) -> dict[str, Any]:
    """Read an identity pool. Raises `ImportFailed`."""
    pool = source.call("DescribeIdentityPool", IdentityPoolId=pool_id)
    roles = source.ask("GetIdentityPoolRoles", "roles of identity pools are", IdentityPoolId=pool_id) or {}
    found = {**pool, **{name: roles[name] for name in ("Roles", "RoleMappings") if roles.get(name)}}
    tag_maps = list(_tag_maps(source, pool_id, pool))
    if tag_maps:
        found[_TAG_MAPS] = tag_maps
    return members.entry("identity_pools", found, source.notes)


def _tag_maps(source: Source, pool_id: str, pool: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The principal tags of each provider that has some."""
    for provider in sorted(set(_providers(pool))):
        answer = source.ask(
            "GetPrincipalTagAttributeMap",
            "principal tags are",
            IdentityPoolId=pool_id,
            IdentityProviderName=provider,
        )
        if answer and (answer.get("UseDefaults") or answer.get("PrincipalTags")):
            yield {name: value for name, value in answer.items() if name != "IdentityPoolId"}


def _providers(pool: Mapping[str, Any]) -> Iterator[str]:
    yield from (each["ProviderName"] for each in pool.get("CognitoIdentityProviders") or [])
    yield from pool.get("SupportedLoginProviders") or {}
    yield from pool.get("OpenIdConnectProviderARNs") or []
    yield from pool.get("SamlProviderARNs") or []
