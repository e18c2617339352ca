"""Tokens without a sign-in, for tests: minted for a user as if a sign-in by the API had just ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from emulator.context import Context
from emulator.domain.access import signing_keys
from emulator.domain.accounts import named
from emulator.domain.pools import client_settings, resource_servers
from emulator.domain.sign_in import sign_in_triggers
from emulator.domain.tokens import families, tokens
from emulator.domain.tokens.grants import OF_API, Grant
from emulator.domain.triggers import trigger_table, triggers
from emulator.faults import Fault
from storage.records.pools import Pool
from storage.records.users import User

_REFUSED = {
    "UNCONFIRMED": "is not confirmed: confirm the user first (AdminConfirmSignUp)",
    "RESET_REQUIRED": "has to reset the password first (ConfirmForgotPassword, AdminSetUserPassword)",
}
"""Status → why a user in it gets no tokens. One with a temporary password gets them, as tests want it."""


class Refused(Fault, code="Refused"):
    """The tokens cannot be minted. The message says why."""


def mint(context: Context, pool_id: str, client_id: str, name: str, scopes: Sequence[str] | None) -> dict[str, Any]:
    """AuthenticationResult, whose tokens are put into it after the commit. `scopes` replace those of a sign-in.

    Calls PreTokenGeneration, and no other trigger. Raises Unknown, Refused, and what a trigger raises.
    """
    signing_keys.ensure(context, named.pool(context, pool_id).id)
    grant = _grant(context, pool_id, client_id, name, scopes)
    overrides = None
    if triggers.function(grant.pool, "PreTokenGeneration"):
        triggers.commit_before_trigger(context)
        overrides = sign_in_triggers.before_tokens(context, grant, {}, trigger_table.SIGNED_IN)
        grant = _grant(context, pool_id, client_id, name, scopes)
    return tokens.issue(context, grant, families.by_password(context, grant.pool), overrides=overrides)


def _grant(context: Context, pool_id: str, client_id: str, name: str, scopes: Sequence[str] | None) -> Grant:
    """What the tokens are for, as it is now. Raises Unknown and Refused."""
    pool = named.pool(context, pool_id)
    client = named.client(context, pool, client_id)
    user = usable(named.user(context, pool, name))
    return Grant(pool, client, user, OF_API if scopes is None else _possible(context, pool, scopes))


def usable(user: User) -> User:
    """The user, if the API would sign the user in. Raises Refused."""
    if not user.enabled:
        raise Refused(f"user: {user.username} is disabled: enable the user first (AdminEnableUser)")
    if user.status in _REFUSED:
        raise Refused(f"user: {user.username} {_REFUSED[user.status]}")
    return user


def _possible(context: Context, pool: Pool, scopes: Sequence[str]) -> tuple[str, ...]:
    """The scopes, each once. Raises Refused for one that no client of the pool could be granted."""
    known = client_settings.SCOPES | resource_servers.scopes(context, pool)
    wrong = [scope for scope in scopes if scope not in known]
    if wrong:
        raise Refused(f"scopes: {', '.join(wrong)}: pool {pool.id} knows {', '.join(sorted(known))}")
    return tuple(dict.fromkeys(scopes))
