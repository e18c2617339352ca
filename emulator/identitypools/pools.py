"""Identity pools and their roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain.identities import identity_pools, open_id_tokens
from emulator.domain.pools import pinning
from emulator.faults import ResourceConflictException
from emulator.registry import operation
from keys import entropy
from storage.records.identities import IdentityPool
from storage.violations import UniqueViolation

if TYPE_CHECKING:
    from mypy_boto3_cognito_identity import type_defs as shapes


@operation("CreateIdentityPool")
def create_identity_pool(call: Call[shapes.CreateIdentityPoolInputTypeDef]) -> dict[str, Any]:
    """Create an identity pool in the caller's region; a tag may pin its id."""
    pool_id = _new_id(call)
    open_id_tokens.provide_key(call)
    settings = identity_pools.settings(call.request)
    pool = IdentityPool(
        pool_id, pool_id.partition(":")[0], call.request["IdentityPoolName"], settings, {}, call.now, call.now
    )
    try:
        return _shown(call.unit.identity_pools.add(pool))
    except UniqueViolation:
        raise ResourceConflictException(f"IdentityPool '{pool_id}' already exists.") from None


@operation("DescribeIdentityPool", reads=True, is_short=True)
def describe_identity_pool(call: Call[shapes.DescribeIdentityPoolInputTypeDef]) -> dict[str, Any]:
    """The configuration of a pool, without its roles."""
    return _shown(_pool(call))


@operation("UpdateIdentityPool")
def update_identity_pool(call: Call[shapes.IdentityPoolRequestTypeDef]) -> dict[str, Any]:
    """Replace the configuration of a pool: what the request leaves out is unset. The roles stay."""
    pool = _pool(call)
    settings = identity_pools.settings(call.request, pool.settings)
    name = call.request["IdentityPoolName"]
    return _shown(call.unit.identity_pools.change(pool, name=name, settings=settings, modified=call.now))


@operation("DeleteIdentityPool")
def delete_identity_pool(call: Call[shapes.DeleteIdentityPoolInputTypeDef]) -> None:
    """Delete a pool and its identities. Issued credentials stay valid until they expire."""
    call.unit.identity_pools.delete(_pool(call))


@operation("ListIdentityPools", reads=True, is_short=True)
def list_identity_pools(call: Call[shapes.ListIdentityPoolsInputTypeDef]) -> dict[str, Any]:
    """The pools of the caller's region, page by page."""
    page = call.page(
        lambda limit, token: call.unit.identity_pools.page(call.region, limit, token), "MaxResults", "NextToken"
    )
    return {"IdentityPools": page.of(_listed), "NextToken": page.token}


@operation("SetIdentityPoolRoles")
def set_identity_pool_roles(call: Call[shapes.SetIdentityPoolRolesInputTypeDef]) -> None:
    """Replace the roles of a pool."""
    pool = _pool(call)
    roles = identity_pools.roles(pool, call.request)
    call.unit.identity_pools.change(pool, roles=roles, modified=call.now)


@operation("GetIdentityPoolRoles", reads=True, is_short=True)
def get_identity_pool_roles(call: Call[shapes.GetIdentityPoolRolesInputTypeDef]) -> dict[str, Any]:
    """The roles of a pool."""
    pool = _pool(call)
    # AWS unknown: whether GetIdentityPoolRoles shows `Roles` when none were ever set. Here it shows an empty map.
    return {"IdentityPoolId": pool.id, "Roles": {}, **pool.roles}


def _pool(call: Call[Any]) -> IdentityPool:
    return identity_pools.named(call, call.given("IdentityPoolId"))


def _new_id(call: Call[shapes.CreateIdentityPoolInputTypeDef]) -> str:
    """The id that is pinned, by a seed or a tag, or else a new one, `<region>:<uuid>`."""
    if "Id" in call.pins:
        return call.pins["Id"]
    tags = call.request.get("IdentityPoolTags", {})
    pinned = pinning.identity_pool_id(tags, call.region)
    if pinned is None:
        return f"{call.region}:{entropy.uuid(call.world.entropy)}"
    pinning.check_region(call, tags, pinned)
    return pinned


def _shown(pool: IdentityPool) -> dict[str, Any]:
    """IdentityPool: the members that were set."""
    return {"IdentityPoolId": pool.id, "IdentityPoolName": pool.name, **pool.settings}


def _listed(pool: IdentityPool) -> dict[str, Any]:
    """IdentityPoolShortDescription."""
    return {"IdentityPoolId": pool.id, "IdentityPoolName": pool.name}
