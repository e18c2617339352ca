"""Tracked sessions of users, in pools with UserSessionTracking (AWS: "Managing user sessions").

A token session is a token family. SSO sessions are those of browsers at the login pages: `browser_sessions`.
"""

from __future__ import annotations

from typing import Any

from emulator.context import Context
from emulator.domain.access.user_agents import described
from emulator.domain.tokens.grants import Grant
from emulator.faults import FeatureUnavailableInTierException, OperationNotEnabledException
from keys import entropy
from storage.records.pools import Pool
from storage.records.sign_ins import Family
from storage.records.users import User

_MOST = 20
_RANDOM = 25
MOST_LISTED = 125
"""The most sessions that one response lists."""


def configuration(pool: Pool) -> dict[str, Any]:
    """The pool's session configuration, with AWS's defaults."""
    further = pool.further
    return {
        "UserSessionTracking": further.get("UserSessionTracking", "DISABLED"),
        "TokenSession": further.get("TokenSession", {"MaxPerUser": _MOST}),
    }


def tracks(pool: Pool) -> bool:
    """Whether the pool tracks its users' sessions."""
    return bool(configuration(pool)["UserSessionTracking"] == "ENABLED")


def require_tracking(pool: Pool) -> None:
    """Raise OperationNotEnabledException if the pool does not track sessions."""
    # AWS unknown: how ListUserSessions, RevokeUserSession and SetUserPoolClientSessionConfiguration refuse a pool
    # without session tracking. AWS has OperationNotEnabledException for what "the current user pool configuration" does
    # not allow.
    if not tracks(pool):
        raise OperationNotEnabledException("Session tracking is not enabled for the user pool.")


def check_tier(tier: str) -> None:
    """Raise FeatureUnavailableInTierException for the LITE tier, which has no session tracking."""
    # AWS unknown: what the message of SetUserPoolSessionConfiguration calls session tracking in the LITE tier.
    if tier == "LITE":
        raise FeatureUnavailableInTierException(
            "The following features need to be disabled for the LITE pricing tier configured: Session Tracking"
        )


def begin(context: Context, grant: Grant) -> tuple[str | None, dict[str, Any]]:
    """The id of a new token session, and its device and address; (None, {}) in a pool without session tracking.

    The caller stores both with the new family. If the user has MaxPerUser sessions already, the least recently used
    ones are revoked.
    """
    if not tracks(grant.pool):
        return None, {}
    live = active(context, grant.owner)
    most = int(configuration(grant.pool)["TokenSession"]["MaxPerUser"])
    for family in sorted(live, key=lambda family: family.active)[: max(len(live) - most + 1, 0)]:
        context.unit.tokens.revoke(family.origin_jti)
    return f"tkn{entropy.lower_alnum(context.world.entropy, _RANDOM)}", seen(context)


def touch(context: Context, family: Family) -> None:
    """Store the time, address and device of the present use, if the family is a tracked session."""
    if family.session:
        context.unit.tokens.change(family, active=context.now, details=family.details | seen(context))


def active(context: Context, user: User) -> list[Family]:
    """The user's token sessions that can still be refreshed, oldest first."""
    found = [family for family in context.unit.tokens.of(user.id) if is_active(context, family)]
    return sorted(found, key=lambda family: (family.auth_time, family.active))


def is_active(context: Context, family: Family) -> bool:
    """Whether a family is a tracked session that can still be refreshed."""
    return family.session is not None and not family.revoked and family.details.get("Ends", 0) > context.now


def shown(family: Family, current: Family | None) -> dict[str, Any]:
    """The session as ListUserSessions shows it. `current` is the family of the caller's access token; None without."""
    # Unlike AWS: the sessions of ListUserSessions have no LastLocation, since IP addresses are not resolved to places.
    return {
        "SessionId": family.session,
        "SessionType": "TOKEN",
        "ClientId": family.client_id,
        "CreateDate": family.auth_time,
        "LastActiveDate": family.active,
        **{name: family.details[name] for name in ("DeviceType", "LastIPAddress") if family.details.get(name)},
        **({"OriginSessionId": family.details["OriginSession"]} if "OriginSession" in family.details else {}),
        "IsCurrentSession": current is not None and family.origin_jti == current.origin_jti,
    }


def seen(context: Context) -> dict[str, Any]:
    """The device and address of the request, as a session's details have them."""
    return {"DeviceType": described(context.origin.user_agent), "LastIPAddress": context.origin.ip}
