"""Faults that tests have told the server to inject: the next calls of an operation fail, are slow, or get no answer.

A call looks for faults at the beginning of its transaction, which is when it knows what other processes have written.
It takes one in a transaction of its own, waits without any, and then fails or begins again.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from emulator import faults, work
from emulator.context import Context, RequestOrigin
from emulator.faults import Fault
from emulator.oauth.errors import OAuthError
from emulator.outside import orders, turns
from emulator.outside.orders import FAULTS
from emulator.outside.turns import Waits
from emulator.outside.world import World
from emulator.settings import Settings
from emulator.wire.model import Name
from storage.store import Store
from storage.unit import Unit

MOST_SECONDS = 300.0
"""The longest delay of a call."""
_WELL_KNOWN = "/.well-known/"
_REASON = "fault: this call failed as /_emulator/faults was told"
_DROPPED = "fault: the connection was closed as /_emulator/faults was told"

OAUTH_ERRORS = {
    "access_denied": 400,
    "insufficient_scope": 403,
    "invalid_client": 400,
    "invalid_client_metadata": 400,
    "invalid_grant": 400,
    "invalid_redirect_uri": 400,
    "invalid_request": 400,
    "invalid_scope": 400,
    "invalid_token": 401,
    "login_required": 400,
    "redirect_mismatch": 400,
    "server_error": 500,
    "temporarily_unavailable": 503,
    "unauthorized_client": 400,
    "unsupported_grant_type": 400,
    "unsupported_token_type": 400,
}
"""Error of OAuth (RFC 6749, RFC 6750, RFC 7009, RFC 7591) → the status with which the endpoints answer it."""


class Dropped(Exception):
    """The connection is to be closed without an answer."""


class ConnectionDropped(Fault, code="dropped"):
    """The event of a call that got no answer."""


class InjectedOAuthError(OAuthError):
    """A refusal by an OAuth endpoint, as a test wants it."""

    def __init__(self, code: str) -> None:
        super().__init__(None, _REASON)
        self.code = code  # type: ignore[misc]
        self.status = OAUTH_ERRORS[code]  # type: ignore[misc]


class Place(Struct, frozen=True):
    """Where faults are injected: an operation of a service, or the path of an endpoint.

    `name` is the one under which a call looks for faults.
    """

    name: str
    operation: str
    service: Name | None = None


def look(context: Context, *names: str) -> None:
    """Raise Waits if a fault waits under one of these names. To be called first, if `World.orders.faults` is set.

    A fault is taken outside of the call's transaction, and not in the event loop.
    """
    found = context.world.orders.found(context.unit, FAULTS).values()
    if any(each["name"] in names for each in found):
        raise Waits


def take(store: Store, world: World, settings: Settings, *names: str) -> str | None:
    """Take a fault for a call, if one is left by now: wait as long as it says, and raise the exception that it names.

    Returns a remark for the event of a call that is only delayed. Raises Waits in the event loop.
    """
    turns.leave_event_loop()

    def begin(unit: Unit) -> Context:
        return Context(unit, world, settings, RequestOrigin())

    fault = work.run(store, True, begin, lambda context: _taken(context, names), configures=False)
    if fault is None:
        return None
    if fault["delay"]:
        world.pause(fault["delay"])
    if fault["drop"]:
        raise ConnectionDropped(None, _DROPPED)
    if fault["exception"]:
        raise _exception(fault)
    return f"fault: /_emulator/faults delayed this call by {fault['delay']:g} s"


def _taken(context: Context, names: tuple[str, ...]) -> dict[str, Any] | None:
    """The oldest fault for these names, which is counted down."""
    orders.lock(context.unit, FAULTS)
    for key, each in context.world.orders.found(context.unit, FAULTS).items():
        if each["name"] in names:
            orders.count_down(context.unit, FAULTS, key, each)
            return each
    return None


def _exception(fault: dict[str, Any]) -> Fault:
    if fault["service"] is None:
        return InjectedOAuthError(fault["exception"])
    return classes()[fault["exception"]]("This call failed because /_emulator/faults was told so.", _REASON)


def inject(context: Context, place: Place, times: int, exception: str | None, delay: float | None, drop: bool) -> None:
    """Have the next `times` calls meet this fault."""
    content: dict[str, Any] = {
        "name": place.name,
        "operation": place.operation,
        "service": place.service,
        "times": times,
    }
    content |= {"exception": exception, "delay": delay, "drop": drop}
    context.world.orders.give(context.unit, FAULTS, content, context.afterwards)


def waiting(context: Context) -> list[dict[str, Any]]:
    """The faults that are left, the oldest first."""
    found = context.world.orders.found(context.unit, FAULTS).values()
    return [{name: value for name, value in each.items() if name != "name"} for each in found]


def withdraw(context: Context, place: Place | None) -> None:
    """Take faults back: those of a place, or all."""
    orders.lock(context.unit, FAULTS)
    for key, each in context.world.orders.found(context.unit, FAULTS).items():
        if place is None or each["name"] == place.name:
            orders.withdraw(context.unit, FAULTS, key)


def document_names(path: str) -> tuple[str, ...]:
    """The names for a document under /.well-known/: its path, and the end of it, which means that of any pool."""
    _pool, found, document = path.partition(_WELL_KNOWN)
    return (path, found + document) if found else (path,)


def of_operation(service: str, operation: str) -> str:
    """The name for an operation."""
    return f"{service} {operation}"


def classes() -> dict[str, type[Fault]]:
    """Code on the wire → the fault."""
    known = [each for each in vars(faults).values() if isinstance(each, type) and issubclass(each, Fault)]
    return {each.code: each for each in known if each not in (Fault, faults.NotBuilt)}
