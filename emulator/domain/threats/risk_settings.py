"""The risk configuration of a pool or client: what SetRiskConfiguration keeps and refuses, and what follows from it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import Any

from emulator.domain.pools import pool_checks
from emulator.faults import InvalidParameterException, UserPoolAddOnNotEnabledException
from storage.records.pools import Client, Pool

Settings = Mapping[str, Any]

KEY = "RiskConfiguration"
"""The member of `further` that keeps it, of pools and of clients."""
_PARTS = (
    "CompromisedCredentialsRiskConfiguration",
    "AccountTakeoverRiskConfiguration",
    "RiskExceptionConfiguration",
)
_EVENTS = ["SIGN_IN", "SIGN_UP", "PASSWORD_CHANGE"]
_LISTS = ("BlockedIPRangeList", "SkippedIPRangeList")
_CIDR = re.compile(r"[0-9A-Fa-f.:]{2,45}/[0-9]{1,3}", re.ASCII)


def require_add_on(pool: Pool) -> None:
    """Refuse a pool without threat protection. AWS unknown: the words of UserPoolAddOnNotEnabledException."""
    if not is_on(pool):
        raise UserPoolAddOnNotEnabledException(f"Threat protection is not enabled for user pool {pool.id}.")


def is_on(pool: Pool) -> bool:
    """Whether the pool watches over its users, or over those who sign in by its own challenges."""
    return pool_checks.is_protected(pool.settings) or mode(pool, "CUSTOM_AUTH") != "OFF"


def mode(pool: Pool, flow: str) -> str:
    """OFF, AUDIT (risks are noted) or ENFORCED (they are acted on). CUSTOM_AUTH has a mode of its own."""
    add_ons = pool.settings.get("UserPoolAddOns") or {}
    if flow == "CUSTOM_AUTH":
        return str((add_ons.get("AdvancedSecurityAdditionalFlows") or {}).get("CustomAuthMode") or "OFF")
    return str(add_ons.get("AdvancedSecurityMode") or "OFF")


def updated(request: Settings, now: float) -> dict[str, Any] | None:
    """What is kept of a request, which takes the place of all before; None where it only resets.

    AWS unknown: whether SetRiskConfiguration keeps a part that a request with other parts leaves out; it goes here, as
    in UpdateUserPool. AWS unknown: the words of the refusals of SetRiskConfiguration.
    """
    given = {name: dict(request[name]) for name in _PARTS if request.get(name)}
    if not given:
        return None
    compromised, takeover, exceptions = (given.get(name) for name in _PARTS)
    if compromised is not None:
        compromised["EventFilter"] = compromised.get("EventFilter") or _EVENTS
    if takeover is not None:
        _check_takeover(takeover)
    if exceptions is not None:
        for name in _LISTS:
            _check_ranges(name, exceptions.get(name) or [])
    return {**given, "LastModifiedDate": now}


def shown(further: Settings, pool_id: str, client_id: str | None) -> dict[str, Any]:
    """RiskConfigurationType, of a pool or of a client.

    AWS unknown: what DescribeRiskConfiguration shows where nothing was set, or of a client that has the
    settings of its pool; the ids alone here.
    """
    ids = {"UserPoolId": pool_id} | ({"ClientId": client_id} if client_id else {})
    return {**ids, **(further.get(KEY) or {})}


def effective(pool: Pool, client: Client) -> Settings:
    """What applies to a client: all of its own configuration where it has one, else the pool's.

    AWS unknown: what AWS does where threat protection is ENFORCED and nothing was configured; nothing here, beyond
    what AUDIT does.
    """
    found: Settings = client.further.get(KEY) or pool.further.get(KEY) or {}
    return found


def lists(configuration: Settings, name: str, address: str | None) -> bool:
    """Whether a list of IP ranges, such as BlockedIPRangeList, has the address."""
    ranges = (configuration.get("RiskExceptionConfiguration") or {}).get(name) or []
    if not address or not ranges:
        return False
    wanted = ip_address(address)
    return any(wanted in ip_network(text, strict=False) for text in ranges)


def compromised_action(configuration: Settings, event: str) -> str | None:
    """BLOCK or NO_ACTION for a password that is known to others; None where the event is not looked at."""
    found = configuration.get("CompromisedCredentialsRiskConfiguration") or {}
    return found["Actions"]["EventAction"] if event in found.get("EventFilter", ()) else None


def takeover_action(configuration: Settings, level: str) -> Settings:
    """Notify and EventAction for a level of risk."""
    found = configuration.get("AccountTakeoverRiskConfiguration") or {}
    action: Settings = found.get("Actions", {}).get(f"{level}Action") or {"Notify": False, "EventAction": "NO_ACTION"}
    return action


def notices(configuration: Settings) -> Settings:
    """NotifyConfiguration."""
    found: Settings = (configuration.get("AccountTakeoverRiskConfiguration") or {}).get("NotifyConfiguration") or {}
    return found


def _check_takeover(takeover: Settings) -> None:
    """Refuse to notify without the means, and mails without a body."""
    notify = takeover.get("NotifyConfiguration")
    if notify is None and any(action["Notify"] for action in takeover["Actions"].values()):
        raise InvalidParameterException("NotifyConfiguration is required when Notify is true.")
    for name in ("BlockEmail", "NoActionEmail", "MfaEmail"):
        mail = (notify or {}).get(name)
        if mail is not None and not (mail.get("HtmlBody") or mail.get("TextBody")):
            raise InvalidParameterException(f"{name} needs an HtmlBody or a TextBody.")


def _check_ranges(name: str, ranges: list[str]) -> None:
    for text in ranges:
        try:
            if not _CIDR.fullmatch(text):
                raise ValueError
            ip_network(text, strict=False)
        except ValueError:
            raise InvalidParameterException(f"{name} has an invalid CIDR range: {text[:64]}") from None
