"""Threat protection of calls that are no sign-in: each leaves an event, and always-blocked addresses are refused.

A call that is refused is noted too, after all that it did was rolled back. Where a pool has threat protection off,
nothing is looked up. Sign-ins are watched by `sign_in/watching.py`.
"""

from __future__ import annotations

from collections.abc import Callable

from emulator.context import Context
from emulator.domain.access import risk_context
from emulator.domain.access.risk_context import RiskContext
from emulator.domain.threats import auth_events, risk_settings
from emulator.domain.threats.risk import Risk
from emulator.faults import (
    Fault,
    InternalErrorException,
    InvalidParameterException,
    NotAuthorizedException,
    NotBuilt,
)
from storage.records.pools import Client, Pool
from storage.records.users import User

NO_ATTEMPTS = (InvalidParameterException, NotBuilt, InternalErrorException)
"""Refusals of calls that say nothing about whoever makes them."""


def over(
    context: Context, pool: Pool, client: Client, kind: str, find: Callable[[], User | None]
) -> RiskContext | None:
    """Watch over a call that is no sign-in; None where the pool does not. Refuses addresses that are always blocked."""
    mode = risk_settings.mode(pool, "")
    if mode == "OFF":
        return None
    caller = risk_context.of(context, client)
    blocked = is_blocked(pool, client, caller)
    risk_of = Risk("Block" if mode == "ENFORCED" else "AccountTakeover", "High") if blocked else Risk()

    def refused(fault: Fault) -> None:
        if not isinstance(fault, NO_ATTEMPTS):
            record_outcome(context, pool, client, find(), kind, "Fail", caller, risk_of)

    context.on_refusal(refused)
    if blocked and mode == "ENFORCED":
        raise blocked_address()
    return caller


def record_outcome(
    context: Context,
    pool: Pool,
    client: Client,
    user: User | None,
    kind: str,
    response: str,
    caller: RiskContext | None,
    risk_of: Risk | None = None,
) -> None:
    """Note how a watched call ended that is no sign-in: in the event that waits for it, else in a new one."""
    if user is None or caller is None:
        return
    event = auth_events.open_one(context, user, kind) if kind in ("SignUp", "ForgotPassword") else None
    if event:
        auth_events.change(context, pool, user, event, response, risk=risk_of)
    else:
        auth_events.add(context, pool, client, user, kind, response, caller, risk=risk_of)


def is_blocked(pool: Pool, client: Client, caller: RiskContext) -> bool:
    """Whether the risk configuration blocks the caller's address always."""
    configuration = risk_settings.effective(pool, client)
    return risk_settings.lists(configuration, "BlockedIPRangeList", caller.address)


def blocked_address() -> NotAuthorizedException:
    """The refusal of a caller whose address is always blocked."""
    return NotAuthorizedException("Request not allowed due to security reasons.", "the address is always blocked")
