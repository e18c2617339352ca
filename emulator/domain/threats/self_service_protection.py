"""Threat protection of what users do for themselves beside signing in: sign up, confirm, recover, change a password.

Each such operation leaves an auth event, and callers whose IP address is always blocked are refused. The event of a
refused call is written in a transaction of its own, after the call was rolled back. In a pool without threat protection
nothing is looked up. `sign_in/sign_in_protection.py` does the same for sign-ins.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from emulator.context import Context
from emulator.domain.access import risk_context
from emulator.domain.access.risk_context import RiskContext
from emulator.domain.accounts.principals import Principal
from emulator.domain.pools.apps import App, FoundApp
from emulator.domain.threats import auth_events, breaches, risk_settings
from emulator.domain.threats.auth_events import Outcome
from emulator.domain.threats.risk import Risk
from emulator.faults import (
    Fault,
    InternalErrorException,
    InvalidParameterException,
    NotAuthorizedException,
    NotBuilt,
)
from storage.records.users import User

UNRECORDED = (InvalidParameterException, NotBuilt, InternalErrorException)
"""Faults that leave no auth event, since they say nothing about the caller."""
_CONTINUED = ("SignUp", "ForgotPassword")
"""Event types whose event begins with one call, such as SignUp, and ends with another, such as ConfirmSignUp."""

FindUser = Callable[[], User | None]


class SelfServiceProtection(Struct, frozen=True):
    """An operation under way in a pool with threat protection. `kind` is the EventType of its auth event.

    `compromised` says that the operation's new password is known to others, and that the configuration looks for that.
    """

    context: Context
    app: FoundApp
    kind: str
    caller: RiskContext
    compromised: bool

    def record(self, user: User | None, response: str, risk: Risk | None) -> None:
        """Write how the operation ended to the user's event that is in progress, else to a new one.

        Without a user, nothing is written. Without `risk`, an event that is in progress keeps its EventRisk.
        """
        if user is None:
            return
        context, principal = self.context, Principal(self.app.pool, user, self.app.client)
        outcome = Outcome(response, risk)
        event = auth_events.open_one(context, user, self.kind) if self.kind in _CONTINUED else None
        if event:
            auth_events.change(context, principal, event, outcome)
        else:
            auth_events.add(context, principal, self.kind, self.caller, outcome)


def begin(
    context: Context, app: App, kind: str, find: FindUser, *, password: str | None = None, event: str = ""
) -> SelfServiceProtection | None:
    """Begin to protect an operation, and return what `end` needs; None in a pool without threat protection.

    If the operation is refused after this, here or later, its auth event is written after the rollback, for the user
    whom `find` then reads. `kind` is the EventType, `password` the new password, if there is one, and `event` the value
    of EventFilter under which it is checked. Raises NotAuthorizedException for an IP address that is always blocked,
    and InvalidPasswordException for a compromised password, where the pool enforces it.
    """
    mode = risk_settings.mode(app.pool, "")
    if mode == "OFF":
        return None
    app = FoundApp(app.pool, app.client)
    caller = risk_context.of(context, app.client)
    compromised = breaches.detected(context, app, password, event)
    protection = SelfServiceProtection(context, app, kind, caller, compromised)
    blocked = is_blocked(app, caller)
    risk = Risk("Block" if mode == "ENFORCED" else "AccountTakeover", "High") if blocked else Risk()

    def refused(fault: Fault) -> None:
        if not isinstance(fault, UNRECORDED):
            protection.record(find(), "Fail", risk)

    context.on_refusal(refused)
    if blocked and mode == "ENFORCED":
        raise blocked_address()
    breaches.refuse(context, app, password, event)
    return protection


def end(protection: SelfServiceProtection | None, find: FindUser, response: str) -> None:
    """Write the event of an operation that was not refused, if it is protected and `find` reads a user.

    `response` is the EventResponse.
    """
    if protection:
        protection.record(find(), response, Risk(compromised=protection.compromised))


def is_blocked(app: App, caller: RiskContext) -> bool:
    """Whether the risk configuration always blocks the caller's IP address."""
    configuration = risk_settings.effective(app.pool, app.client)
    return risk_settings.lists(configuration, "BlockedIPRangeList", caller.address)


def blocked_address() -> NotAuthorizedException:
    """The fault for a caller whose IP address is always blocked."""
    return NotAuthorizedException("Request not allowed due to security reasons.", "the address is always blocked")
