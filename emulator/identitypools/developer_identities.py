"""Developer-authenticated identities: users whom a backend vouches for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain.identities import (
    developer_identities,
    identity_pools,
    logins,
    open_id_tokens,
    principal_tags,
    proven,
)
from emulator.domain.identities.proven import Proven
from emulator.faults import ExternalServiceException, InvalidParameterException, NotAuthorizedException
from emulator.registry import operation
from storage import paging
from storage.records.identities import Identity, IdentityPool

if TYPE_CHECKING:
    from mypy_boto3_cognito_identity import type_defs as shapes


@operation("GetOpenIdTokenForDeveloperIdentity")
def get_open_id_token_for_developer_identity(
    call: Call[shapes.GetOpenIdTokenForDeveloperIdentityInputTypeDef],
) -> dict[str, Any]:
    """Issue a token for a developer user, whose identity is created where there is none.

    Further logins are validated and linked. With IdentityId, the developer user is linked to that identity.
    """
    # AWS unknown: whether GetOpenIdTokenForDeveloperIdentity is refused by AllowClassicFlow and RoleMappings of the
    # identity pool. Here it is not.
    pool_id = call.request["IdentityPoolId"]
    open_id_tokens.ensure_key(call)
    user, others = developer_identities.split(identity_pools.named(call, pool_id), call.request["Logins"])
    pool, given = _checked(call, pool_id, others)
    given = [user, *given]
    named = call.request.get("IdentityId")
    identity = developer_identities.of_pool(call, pool, named) if named else None
    identity = developer_identities.of_logins(call, pool, identity, given)
    tags = {**principal_tags.of_logins(pool, given), **call.request.get("PrincipalTags", {})}
    seconds = call.request.get("TokenDuration", open_id_tokens.DEVELOPER_SECONDS)
    return {
        "IdentityId": identity.id,
        "Token": open_id_tokens.mint(call, identity, proven.methods(given), tags, seconds),
    }


@operation("LookupDeveloperIdentity", reads=True)
def lookup_developer_identity(call: Call[shapes.LookupDeveloperIdentityInputTypeDef]) -> dict[str, Any]:
    """The identity of a developer user, or the developer users of an identity, or whether both belong together."""
    pool = identity_pools.named(call, call.request["IdentityPoolId"])
    identity_id, user = call.request.get("IdentityId"), call.request.get("DeveloperUserIdentifier")
    if identity_id is not None:
        identity = developer_identities.of_pool(call, pool, identity_id)
        if user is None:
            return _users(call, pool, identity)
    elif user is None:
        # AWS unknown: the message of LookupDeveloperIdentity without IdentityId and DeveloperUserIdentifier.
        raise InvalidParameterException("Either IdentityId or DeveloperUserIdentifier is required.")
    login = developer_identities.named(call, pool, user)
    if identity_id not in {None, login.identity_id}:
        raise developer_identities.mismatch()
    # AWS unknown: whether LookupDeveloperIdentity with a DeveloperUserIdentifier lists the other developer users of its
    # identity too. Here it does not.
    return {"IdentityId": login.identity_id, "DeveloperUserIdentifierList": [user]}


@operation("MergeDeveloperIdentities")
def merge_developer_identities(call: Call[shapes.MergeDeveloperIdentitiesInputTypeDef]) -> dict[str, Any]:
    """Merge the identity of the source user into that of the destination user."""
    pool = _pool(call)
    request = call.request
    merged = developer_identities.merge(
        call, pool, request["SourceUserIdentifier"], request["DestinationUserIdentifier"]
    )
    return {"IdentityId": merged.id}


@operation("UnlinkDeveloperIdentity")
def unlink_developer_identity(call: Call[shapes.UnlinkDeveloperIdentityInputTypeDef]) -> None:
    """Detach a developer user from an identity."""
    pool = _pool(call)
    identity = developer_identities.of_pool(call, pool, call.request["IdentityId"])
    developer_identities.unlink(call, pool, identity, call.request["DeveloperUserIdentifier"])


def _checked(call: Call[Any], pool_id: str, others: Mapping[str, str]) -> tuple[IdentityPool, list[Proven]]:
    """`logins.check`, in the exceptions that the operation declares."""
    try:
        return logins.check(call, pool_id, others)
    except ExternalServiceException as fault:
        # AWS unknown: the exception of GetOpenIdTokenForDeveloperIdentity, which does not declare
        # ExternalServiceException, for a login whose provider cannot be reached.
        raise NotAuthorizedException(fault.message, fault.reason) from None


def _pool(call: Call[Any]) -> IdentityPool:
    """The identity pool of a request that names its developer provider."""
    pool = identity_pools.named(call, call.request["IdentityPoolId"])
    developer_identities.check_name(pool, call.request["DeveloperProviderName"])
    return pool


def _users(call: Call[Any], pool: IdentityPool, identity: Identity) -> dict[str, Any]:
    """A page of an identity's developer users: there are twenty logins at most."""
    users = developer_identities.users_of(call, pool, identity)
    scope = f"developer users {identity.id}"

    def read(limit: int, token: str | None) -> paging.Page[str]:
        after = paging.position(call.vault, scope, token)
        rest = [user for user in users if after is None or user > after[0]]
        return paging.cut(call.vault, scope, rest, limit, lambda user: [user])

    page = call.page(read, "MaxResults", "NextToken")
    return {"IdentityId": identity.id, "DeveloperUserIdentifierList": page.items, "NextToken": page.token}
