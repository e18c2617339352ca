"""Principal tags: which claims of a provider's tokens become session tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain.identities import identity_pools, principal_tags
from emulator.registry import operation

if TYPE_CHECKING:
    from mypy_boto3_cognito_identity import type_defs as shapes


@operation("GetPrincipalTagAttributeMap", reads=True)
def get_principal_tag_attribute_map(call: Call[shapes.GetPrincipalTagAttributeMapInputTypeDef]) -> dict[str, Any]:
    """The map of a provider, or the default one."""
    pool = identity_pools.named(call, call.request["IdentityPoolId"])
    provider = call.request["IdentityProviderName"]
    return {"IdentityPoolId": pool.id, "IdentityProviderName": provider, **principal_tags.shown(pool, provider)}


@operation("SetPrincipalTagAttributeMap")
def set_principal_tag_attribute_map(call: Call[shapes.SetPrincipalTagAttributeMapInputTypeDef]) -> dict[str, Any]:
    """Replace the map of a provider."""
    pool = identity_pools.named(call, call.request["IdentityPoolId"])
    provider = call.request["IdentityProviderName"]
    maps = principal_tags.changed(pool, provider, call.request)
    pool = call.unit.identity_pools.change(pool, principal_tags=maps, modified=call.now)
    return {"IdentityPoolId": pool.id, "IdentityProviderName": provider, **principal_tags.shown(pool, provider)}
