"""Temporary AWS credentials for identities: the enhanced flow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain.identities import aws_credentials, identities, identity_pools, logins, roles
from emulator.domain.identities.logins import Proven
from emulator.registry import operation
from storage.records.identities import Identity

if TYPE_CHECKING:
    from mypy_boto3_cognito_identity import type_defs as shapes


def _is_guest(request: Mapping[str, Any]) -> bool:
    return not request.get("Logins")


@operation("GetCredentialsForIdentity", reads=_is_guest, lacks=logins.NOT_BUILT)
def get_credentials_for_identity(call: Call[shapes.GetCredentialsForIdentityInputTypeDef]) -> dict[str, Any]:
    """Issue credentials for an identity, authenticated by its logins or as a guest.

    New logins are linked to the identity. Where a login belongs to another identity, this identity is merged into that
    one, whose id the answer has.
    """
    identity = identities.named(call, call.request["IdentityId"])
    sent = call.request.get("Logins")
    logins.read_ahead(call, sent or {})
    pool = identity_pools.named(call, identity.pool_id)
    proven = logins.check(call, pool, sent) if sent else []
    identity = identities.entitled(call, pool, identity, proven)
    custom = call.request.get("CustomRoleArn")
    role = roles.of_logins(pool.roles, proven, custom) if proven else roles.of_guest(pool.roles, custom)
    return {"IdentityId": identity.id, "Credentials": _issued(call, role, identity, proven)}


def _issued(call: Call[Any], role: str, identity: Identity, proven: Sequence[Proven]) -> dict[str, Any]:
    """`Credentials` for a session of the role. Raises InvalidIdentityPoolConfigurationException."""
    try:
        session = aws_credentials.of_identity(role, identity, aws_credentials.methods(proven))
    except aws_credentials.NoRole as problem:
        raise roles.unusable(str(problem)) from None
    made = aws_credentials.mint(call, session)
    return {
        "AccessKeyId": made.access_key,
        "SecretKey": made.secret,
        "SessionToken": made.token,
        "Expiration": made.expires,
    }
