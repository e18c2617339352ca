"""Identities: who is who."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain import identities, logins
from emulator.identitypools.pools import found
from emulator.registry import operation
from storage.records.identities import Identity

if TYPE_CHECKING:
    from mypy_boto3_cognito_identity import type_defs as shapes

_LACKS = "logins of social, OIDC, SAML and developer providers"


@operation("GetId", lacks=_LACKS)
def get_id(call: Call[shapes.GetIdInputTypeDef]) -> dict[str, Any]:
    """The identity of somebody's logins; a new one for a guest."""
    pool = found(call, call.request["IdentityPoolId"])
    given = call.request.get("Logins", {})
    if not given:
        identities.check_guests(pool)
        return {"IdentityId": identities.new(call, pool).id}
    proofs = logins.check(call, pool, given)
    return {"IdentityId": identities.of_logins(call, pool, proofs).id}


@operation("DescribeIdentity", reads=True)
def describe_identity(call: Call[shapes.DescribeIdentityInputTypeDef]) -> dict[str, Any]:
    """An identity and the providers it is linked to; tokens are never shown."""
    return _shown(call, identities.found(call, call.request["IdentityId"]))


def _shown(call: Call[Any], identity: Identity) -> dict[str, Any]:
    """IdentityDescription. AWS unknown: whether a guest has no `Logins` or an empty list; empty here."""
    return {
        "IdentityId": identity.id,
        "Logins": [login.provider for login in call.unit.identities.logins(identity)],
        "CreationDate": identity.created,
        "LastModifiedDate": identity.modified,
    }
