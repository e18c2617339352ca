"""Credentials for identities: the enhanced flow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain import aws_credentials, identities, logins, roles
from emulator.domain.logins import Proof
from emulator.identitypools.pools import found
from emulator.registry import operation
from storage.records.identities import IdentityPool

if TYPE_CHECKING:
    from mypy_boto3_cognito_identity import type_defs as shapes

_LACKS = "logins of social, OIDC, SAML and developer providers"


@operation("GetCredentialsForIdentity", lacks=_LACKS)
def get_credentials_for_identity(call: Call[shapes.GetCredentialsForIdentityInputTypeDef]) -> dict[str, Any]:
    """Temporary AWS credentials for an identity, for an hour, with the role that the pool gives it."""
    named = identities.found(call, call.request["IdentityId"])
    pool = found(call, named.pool_id)
    proofs = logins.check(call, pool, call.request.get("Logins", {}))
    identity = identities.proved(call, named.id, pool, proofs)
    custom = call.request.get("CustomRoleArn")
    role = _role(pool, proofs, custom) if proofs else roles.of_guest(pool.roles)
    login = proofs[0].provider if proofs else None
    credentials = aws_credentials.mint(call, role, identity=identity.id, pool=pool.id, login=login)
    return {"IdentityId": identity.id, "Credentials": credentials}


def _role(pool: IdentityPool, proofs: list[Proof], custom: str | None) -> str:
    """The role of the first provider in the pool's order.

    AWS unknown: which of several logins decides, and whether the refusal of an ambiguous mapping names the client.
    """
    order = [
        (logins.canonical(entry["ProviderName"]), entry.get("ClientId"))
        for entry in pool.settings.get("CognitoIdentityProviders") or []
    ]
    proof = min(proofs, key=lambda proof: order.index((proof.provider, proof.client_id)))
    mappings = {
        logins.canonical_with_client(key): mapping for key, mapping in (pool.roles.get("RoleMappings") or {}).items()
    }
    configured = {**pool.roles, "RoleMappings": mappings}
    return roles.of_user(configured, f"{proof.provider}:{proof.client_id}", proof.claims, custom)
