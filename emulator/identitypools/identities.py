"""GetId, DescribeIdentity and ListIdentities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain.identities import identities, identity_pools, logins
from emulator.registry import operation
from storage.records.identities import Identity

if TYPE_CHECKING:
    from mypy_boto3_cognito_identity import type_defs as shapes


@operation("GetId", lacks=logins.NOT_BUILT)
def get_id(call: Call[shapes.GetIdInputTypeDef]) -> dict[str, Any]:
    """The id of the identity with these logins, created if there is none; without logins, of a new guest identity."""
    # AWS unknown: what GetId does with an AccountId that is not the identity pool's. Here it is ignored.
    sent = call.request.get("Logins")
    logins.read_ahead(call, sent or {})
    pool = identity_pools.named(call, call.request["IdentityPoolId"])
    if not sent:
        return {"IdentityId": identities.begin_guest(call, pool).id}
    return {"IdentityId": identities.of_logins(call, pool, logins.check(call, pool, sent)).id}


@operation("DescribeIdentity", reads=True)
def describe_identity(call: Call[shapes.DescribeIdentityInputTypeDef]) -> dict[str, Any]:
    """An identity and the providers of its logins."""
    identity = identities.named(call, call.request["IdentityId"])
    return _shown(identity, [login.provider for login in call.unit.identities.logins(identity)])


@operation("ListIdentities", reads=True)
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
        "Logins": providers,
        "CreationDate": identity.created,
        "LastModifiedDate": identity.modified,
    }
