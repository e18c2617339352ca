"""What trust policies see of the roles that identity pools give: in GetCredentialsForIdentity, and by their tokens."""

from __future__ import annotations

from collections.abc import Sequence

from emulator.domain.identities import login_providers
from emulator.domain.identities.aws_credentials import Session
from emulator.domain.trust.assumption import Assumption
from emulator.policies.principals import Caller

PROVIDER = login_providers.DEVELOPER_TOKENS
ACTION = "sts:AssumeRoleWithWebIdentity"
CALLER = Caller("Federated", (PROVIDER,))


def keys(pool_id: str, identity_id: str, methods: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The condition keys of an identity."""
    named = {"aud": (pool_id,), "sub": (identity_id,), "amr": tuple(methods)}
    return {f"{PROVIDER}:{name}": values for name, values in named.items()}


def assumed(session: Session) -> Assumption:
    """The request with which GetCredentialsForIdentity assumes the role of a session."""
    about = keys(session.pool or "", session.identity or "", session.methods)
    return Assumption(session.role or "", ACTION, CALLER, session.name, about, session.tags)
