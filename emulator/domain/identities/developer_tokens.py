"""Logins with tokens of GetOpenIdTokenForDeveloperIdentity, which this server has issued."""

from __future__ import annotations

from collections.abc import Sequence

from emulator.context import Context
from emulator.domain.identities import login_refusals, open_id_tokens
from emulator.domain.identities.proven import Proven
from storage.records.identities import Identity, IdentityPool


def prove(context: Context, pool: IdentityPool, _key: str, token: str) -> tuple[int, Proven]:
    """The login of the developer user in a token.

    Raises a TokenProblem, or NotAuthorizedException for a token of another pool, of no developer user, or of one that
    is not linked to its identity any more.
    """
    # AWS unknown: the messages of NotAuthorizedException in GetCredentialsForIdentity for a developer's token of
    # another identity pool or identity, and whether a token outlives UnlinkDeveloperIdentity. Here it does not.
    claims = open_id_tokens.open_token(context, token)
    name = pool.settings["DeveloperProviderName"]
    start = f"{name}:{pool.id}:"
    users = [entry.removeprefix(start) for entry in claims.methods if entry.startswith(start)]
    if claims.pool_id != pool.id or not users:
        raise login_refusals.unsupported("the token is not one of a developer user of this identity pool")
    linked = context.unit.identities.login(pool.id, name, users[0])
    if linked is None or linked.identity_id != claims.identity_id:
        raise login_refusals.no_match()
    return 0, Proven(name, pool.id, users[0], claims.everything, "developer", tags=claims.principal_tags)


def check_owner(identity: Identity, proven: Sequence[Proven]) -> None:
    """Raise NotAuthorizedException if a developer's token is of another identity than the one that a caller names."""
    if any(login.kind == "developer" and login.claims["sub"] != identity.id for login in proven):
        raise login_refusals.no_match()


def capped(context: Context, proven: Sequence[Proven], seconds: int) -> int:
    """A lifetime for a token that is issued for these logins: it does not outlive a developer's token among them."""
    # AWS unknown: how long a token of GetOpenIdToken for a developer's token lasts. Here no longer than that one: else
    # whoever got hold of a developer's token could renew it for ever.
    ends = [login.claims["exp"] for login in proven if login.kind == "developer"]
    return min([seconds, *(int(end - context.now) for end in ends)])
