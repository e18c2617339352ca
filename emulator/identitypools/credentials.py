"""Temporary AWS credentials for identities (the enhanced flow), and OpenID tokens (the basic flow)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain.identities import (
    aws_credentials,
    developer_tokens,
    identities,
    identity_pools,
    logins,
    open_id_tokens,
    principal_tags,
    proven,
    roles,
)
from emulator.domain.identities.proven import Proven
from emulator.domain.trust import assumption, identity_pool_roles, session_limits
from emulator.domain.trust.assumption import NotTrusted
from emulator.faults import InvalidParameterValue
from emulator.registry import operation
from storage.records.identities import Identity, IdentityPool

if TYPE_CHECKING:
    from mypy_boto3_cognito_identity import type_defs as shapes


@operation("GetCredentialsForIdentity")
def get_credentials_for_identity(call: Call[shapes.GetCredentialsForIdentityInputTypeDef]) -> dict[str, Any]:
    """Issue credentials for an identity, authenticated by its logins or as a guest.

    New logins are linked to the identity. Where a login belongs to another identity, this identity is merged into that
    one, whose id the answer has.
    """
    pool, identity, given = _entitled(call)
    custom = call.request.get("CustomRoleArn")
    role = roles.of_logins(pool.roles, given, custom) if given else roles.of_guest(pool.roles, custom)
    return {"IdentityId": identity.id, "Credentials": _issued(call, role, identity, pool, given)}


@operation("GetOpenIdToken")
def get_open_id_token(call: Call[shapes.GetOpenIdTokenInputTypeDef]) -> dict[str, Any]:
    """Issue a token to whom GetCredentialsForIdentity issues credentials, unless the pool refuses the basic flow."""
    # AWS unknown: whether GetOpenIdToken checks first that the basic flow is enabled, or the logins. Here the former.
    identity = identities.named(call, call.request["IdentityId"])
    identity_pools.check_classic_flow(identity_pools.named(call, identity.pool_id))
    open_id_tokens.ensure_key(call)
    pool, identity, given = _entitled(call)
    tags = principal_tags.of_logins(pool, given)
    seconds = developer_tokens.capped(call, given, open_id_tokens.SECONDS)
    token = open_id_tokens.mint(call, identity, proven.methods(given), tags, seconds)
    return {"IdentityId": identity.id, "Token": token}


def _entitled(call: Call[Any]) -> tuple[IdentityPool, Identity, list[Proven]]:
    """The identity that the caller gets into by the request's logins, with its pool and the validated logins."""
    identity_id, sent = call.request["IdentityId"], call.request.get("Logins", {})
    identity = identities.named(call, identity_id)
    generation = call.unit.generation
    logins.read_ahead(call, sent)
    pool, given = logins.check(call, identity.pool_id, sent)
    if generation != call.unit.generation:
        identity = identities.named(call, identity_id)
    developer_tokens.check_owner(identity, given)
    return pool, identities.entitled(call, pool, identity, given), given


def _issued(
    call: Call[Any], role: str, identity: Identity, pool: IdentityPool, given: Sequence[Proven]
) -> dict[str, Any]:
    """`Credentials` for a session of the role, which trusts the identity pool.

    Raises InvalidIdentityPoolConfigurationException.
    """
    tags = principal_tags.of_logins(pool, given)
    try:
        session_limits.check_passed(tags, ())
        session = aws_credentials.of_identity(role, identity, proven.methods(given), tags)
        assumption.check(call, identity_pool_roles.assumed(session))
        made = aws_credentials.mint(call, session)
    except (aws_credentials.NoRole, aws_credentials.TooLarge, NotTrusted) as problem:
        raise roles.unusable(str(problem)) from None
    except InvalidParameterValue as problem:
        # AWS unknown: the exception of GetCredentialsForIdentity for principal tags that STS does not take.
        raise roles.unusable(str(problem)) from None
    return {
        "AccessKeyId": made.access_key,
        "SecretKey": made.secret,
        "SessionToken": made.token,
        "Expiration": made.expires,
    }
