"""Identity pools and their roles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain import logins, pinning
from emulator.faults import InvalidParameterException, ResourceConflictException, ResourceNotFoundException
from emulator.registry import operation
from keys import entropy
from storage.records.identities import IdentityPool
from storage.store import Taken

if TYPE_CHECKING:
    from mypy_boto3_cognito_identity import type_defs as shapes

_SETTINGS = (
    "AllowUnauthenticatedIdentities",
    "AllowClassicFlow",
    "SupportedLoginProviders",
    "DeveloperProviderName",
    "OpenIdConnectProviderARNs",
    "CognitoIdentityProviders",
    "SamlProviderARNs",
)
_ID = re.compile(r"[a-z]{2,4}(-[a-z]+)+-\d:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MOST_RULES = 25


@operation("CreateIdentityPool")
def create_identity_pool(call: Call[shapes.CreateIdentityPoolInputTypeDef]) -> dict[str, Any]:
    """Create an identity pool in the caller's region; a tag may pin its id."""
    tags = dict(call.request.get("IdentityPoolTags", {}))
    pool_id = _pinned(tags, call.region) or f"{call.region}:{entropy.uuid(call.world.entropy)}"
    settings = {**_settings(call.request), "IdentityPoolTags": tags}
    region, name = pool_id.partition(":")[0], call.request["IdentityPoolName"]
    try:
        pool = call.unit.identity_pools.add(
            IdentityPool(pool_id, region, name, settings, roles={}, created=call.now, modified=call.now)
        )
    except Taken:
        raise ResourceConflictException(f"IdentityPool '{pool_id}' already exists.") from None
    return _shown(pool)


@operation("DescribeIdentityPool", reads=True)
def describe_identity_pool(call: Call[shapes.DescribeIdentityPoolInputTypeDef]) -> dict[str, Any]:
    """Everything that is configured about an identity pool, its roles apart."""
    return _shown(found(call, call.request["IdentityPoolId"]))


@operation("UpdateIdentityPool")
def update_identity_pool(call: Call[shapes.IdentityPoolTypeDef]) -> dict[str, Any]:
    """Replace an identity pool's settings: what is left out is unset. AWS unknown: its tags; they are kept here."""
    pool = found(call, call.request["IdentityPoolId"])
    tags = dict(call.given("IdentityPoolTags") or pool.settings["IdentityPoolTags"])
    settings = {**_settings(call.request), "IdentityPoolTags": tags}
    name = call.request["IdentityPoolName"]
    return _shown(call.unit.identity_pools.change(pool, modified=call.now, name=name, settings=settings))


@operation("DeleteIdentityPool")
def delete_identity_pool(call: Call[shapes.DeleteIdentityPoolInputTypeDef]) -> None:
    """Delete an identity pool and its identities."""
    call.unit.identity_pools.delete(found(call, call.request["IdentityPoolId"]))


@operation("ListIdentityPools", reads=True)
def list_identity_pools(call: Call[shapes.ListIdentityPoolsInputTypeDef]) -> dict[str, Any]:
    """The identity pools of the caller's region, page by page: ids and names only."""
    page = call.page(
        lambda limit, token: call.unit.identity_pools.page(call.region, limit, token), "MaxResults", "NextToken"
    )
    listed = page.of(lambda pool: {"IdentityPoolId": pool.id, "IdentityPoolName": pool.name})
    return {"IdentityPools": listed, "NextToken": page.token}


@operation("SetIdentityPoolRoles")
def set_identity_pool_roles(call: Call[shapes.SetIdentityPoolRolesInputTypeDef]) -> None:
    """Replace the roles and role mappings of an identity pool."""
    pool = found(call, call.request["IdentityPoolId"])
    mappings = call.given("RoleMappings") or {}
    for key, mapping in mappings.items():
        _check_mapping(pool, key, mapping)
    roles = {"Roles": dict(call.request["Roles"]), **({"RoleMappings": mappings} if mappings else {})}
    call.unit.identity_pools.change(pool, modified=call.now, roles=roles)


@operation("GetIdentityPoolRoles", reads=True)
def get_identity_pool_roles(call: Call[shapes.GetIdentityPoolRolesInputTypeDef]) -> dict[str, Any]:
    """The roles and role mappings of an identity pool."""
    pool = found(call, call.request["IdentityPoolId"])
    return {"IdentityPoolId": pool.id, **pool.roles}


def found(call: Call[Any], pool_id: str) -> IdentityPool:
    """The identity pool with that id. Raises ResourceNotFoundException."""
    pool = call.unit.identity_pools.get(pool_id)
    if pool is None:
        raise ResourceNotFoundException(f"IdentityPool '{pool_id}' not found.")
    return pool


def _settings(request: Mapping[str, Any]) -> dict[str, Any]:
    """What a request sets; what it leaves out, or leaves empty, is absent."""
    for provider in request.get("CognitoIdentityProviders") or []:
        if not logins.is_user_pool(provider.get("ProviderName", "")):
            raise InvalidParameterException("Invalid Cognito Identity Provider")
    return {name: request[name] for name in _SETTINGS if request.get(name) not in (None, [], {})}


def _shown(pool: IdentityPool) -> dict[str, Any]:
    return {"IdentityPoolId": pool.id, "IdentityPoolName": pool.name, **pool.settings}


def _pinned(tags: Mapping[str, str], region: str) -> str | None:
    pinned = pinning.pinned(tags)
    if pinned is None:
        return None
    tag, given = pinned
    whole = given if ":" in given else f"{region}:{given}"
    if not _ID.fullmatch(whole):
        raise InvalidParameterException(f"The tag {tag} does not hold an identity pool id: {given}")
    return whole


def _check_mapping(pool: IdentityPool, key: str, mapping: Mapping[str, Any]) -> None:
    """AWS unknown: the words for mappings whose members do not fit together."""
    if key not in _mappable(pool) and logins.canonical_with_client(key) not in _mappable(pool):
        raise InvalidParameterException(
            f"({key}) is not a valid RoleMapping ProviderName or is not a configured provider."
        )
    rules = (mapping.get("RulesConfiguration") or {}).get("Rules")
    if len(rules or []) > _MOST_RULES:
        raise InvalidParameterException(f"The number of rules in the request exceeded {_MOST_RULES}.")
    if (mapping["Type"] == "Rules") != bool(rules) or not mapping.get("AmbiguousRoleResolution"):
        raise InvalidParameterException(
            f"The role mapping for {key} needs AmbiguousRoleResolution, and rules if and only if its type is Rules."
        )


def _mappable(pool: IdentityPool) -> set[str]:
    """The providers that may have a role mapping, as its key names them."""
    settings = pool.settings
    user_pools = {
        f"{logins.canonical(entry['ProviderName'])}:{entry.get('ClientId')}"
        for entry in settings.get("CognitoIdentityProviders") or []
    }
    return user_pools.union(
        settings.get("SupportedLoginProviders") or {},
        settings.get("OpenIdConnectProviderARNs") or [],
        settings.get("SamlProviderARNs") or [],
    )
