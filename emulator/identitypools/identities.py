"""Identities: found, shown, unlinked from logins, deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain.identities import (
    developer_tokens,
    identities,
    identity_pools,
    login_providers,
    login_refusals,
    logins,
)
from emulator.domain.pools import regions
from emulator.registry import operation
from storage.records.identities import Identity

if TYPE_CHECKING:
    from mypy_boto3_cognito_identity import type_defs as shapes


def _names_user_pools(request: Mapping[str, Any]) -> bool:
    """Whether all logins are those of user pools, which no other server is asked about. Most have an identity."""
    sent: Mapping[str, str] = request.get("Logins", {})
    return bool(sent) and all(login_providers.user_pool_of(name) for name in sent)


@operation("GetId", is_short=True, reads_first=_names_user_pools)
def get_id(call: Call[shapes.GetIdInputTypeDef]) -> dict[str, Any]:
    """The id of the identity with these logins, created if there is none; without logins, of a new guest identity."""
    # AWS unknown: what GetId does with an AccountId that is not the identity pool's. Here it is ignored.
    sent = call.request.get("Logins", {})
    logins.read_ahead(call, sent)
    pool, proven = logins.check(call, call.request["IdentityPoolId"], sent)
    found = identities.of_logins(call, pool, proven) if proven else identities.begin_guest(call, pool)
    return {"IdentityId": found.id}


@operation("UnlinkIdentity")
def unlink_identity(call: Call[shapes.UnlinkIdentityInputTypeDef]) -> None:
    """Detach logins from an identity, as somebody who proves one of its logins."""
    # AWS unknown: whether UnlinkIdentity removes a developer user. Here it refuses the developer provider's name.
    identity_id = call.request["IdentityId"]
    pool, proven = logins.check(call, identities.named(call, identity_id).pool_id, call.request["Logins"])
    removed = {login_providers.canonical(name.removesuffix("/")) for name in call.request["LoginsToRemove"]}
    if pool.settings.get("DeveloperProviderName") in removed:
        raise login_refusals.not_public()
    identity = identities.named(call, identity_id)
    developer_tokens.check_owner(identity, proven)
    identities.unlink(call, identity, proven, removed)


@operation("DeleteIdentities")
def delete_identities(call: Call[shapes.DeleteIdentitiesInputTypeDef]) -> dict[str, Any]:
    """Delete identities of the caller's region, in any pools. Their logins then lead to new identities."""
    # AWS unknown: what DeleteIdentities answers for unknown identities, and for those of another region. Here nothing:
    # they are no more there than those that were deleted.
    for identity_id in call.request["IdentityIdsToDelete"]:
        if regions.reason_out_of_region(call, regions.of_id(identity_id)) is None:
            call.unit.identities.delete(identity_id)
    return {"UnprocessedIdentityIds": []}


@operation("DescribeIdentity", reads=True, is_short=True)
def describe_identity(call: Call[shapes.DescribeIdentityInputTypeDef]) -> dict[str, Any]:
    """An identity and the providers of its logins."""
    identity = identities.named(call, call.request["IdentityId"])
    return _shown(identity, [login.provider for login in call.unit.identities.logins(identity)])


@operation("ListIdentities", reads=True, is_short=True)
def list_identities(call: Call[shapes.ListIdentitiesInputTypeDef]) -> dict[str, Any]:
    """The identities of a pool, page by page."""
    # AWS unknown: the order of the identities in ListIdentities. Here it is that of their ids.
    pool = identity_pools.named(call, call.request["IdentityPoolId"])
    enabled_only = call.request.get("HideDisabled", False)
    repository = call.unit.identities
    page = call.page(
        lambda limit, token: repository.page(pool, limit, token, enabled_only=enabled_only), "MaxResults", "NextToken"
    )
    linked = repository.logins_of(page.items)
    return {
        "IdentityPoolId": pool.id,
        "Identities": [
            _shown(identity, [login.provider for login in linked if login.identity_id == identity.id])
            for identity in page.items
        ],
        "NextToken": page.token,
    }


def _shown(identity: Identity, providers: list[str]) -> dict[str, Any]:
    """IdentityDescription."""
    # AWS unknown: whether DescribeIdentity and ListIdentities show `Logins` for a guest. Here they show an empty list.
    return {
        "IdentityId": identity.id,
        "Logins": list(dict.fromkeys(providers)),
        "CreationDate": identity.created,
        "LastModifiedDate": identity.modified,
    }
