"""The risk configuration of a pool or client: how SetRiskConfiguration checks and stores it, and how it is read."""

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
"""The member of `further`, of pools and clients, that has the risk configuration."""
_PARTS = (
    "CompromisedCredentialsRiskConfiguration",
    "AccountTakeoverRiskConfiguration",
    "RiskExceptionConfiguration",
)
_EVENTS = ["SIGN_IN", "SIGN_UP", "PASSWORD_CHANGE"]
_LISTS = ("BlockedIPRangeList", "SkippedIPRangeList")
_CIDR = re.compile(r"[0-9A-Fa-f.:]{2,45}/[0-9]{1,3}", re.ASCII)


def require_add_on(pool: Pool) -> None:
    """Raise UserPoolAddOnNotEnabledException for a pool without threat protection."""
    if not is_on(pool):
        # AWS unknown: the message of UserPoolAddOnNotEnabledException, of all operations of threat protection.
        raise UserPoolAddOnNotEnabledException(f"Threat protection is not enabled for user pool {pool.id}.")


def is_on(pool: Pool) -> bool:
    """Whether the pool has threat protection, be it for custom authentication only."""
    return pool_checks.is_protected(pool.settings) or mode(pool, "CUSTOM_AUTH") != "OFF"


def mode(pool: Pool, flow: str) -> str:
    """The mode of threat protection: OFF, AUDIT (events only) or ENFORCED (and actions). CUSTOM_AUTH has its own."""
    add_ons = pool.settings.get("UserPoolAddOns") or {}
    if flow == "CUSTOM_AUTH":
        return str((add_ons.get("AdvancedSecurityAdditionalFlows") or {}).get("CustomAuthMode") or "OFF")
    return str(add_ons.get("AdvancedSecurityMode") or "OFF")


def updated(request: Settings, now: float) -> dict[str, Any] | None:
    """The risk configuration to store for a request of SetRiskConfiguration, in place of the previous one.

    None where the request has no configuration, and so resets it. Raises InvalidParameterException for an invalid one.
    """
    # AWS unknown: whether SetRiskConfiguration keeps a configuration, such as RiskExceptionConfiguration, that the
    # request leaves out; here it is removed, as UpdateUserPool does.
    # AWS unknown: the messages of InvalidParameterException of SetRiskConfiguration.
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
    """RiskConfigurationType of a pool or client. `further` is that member of the pool, or of the client."""
    # AWS unknown: what DescribeRiskConfiguration returns where nothing was set, or for a client that has its pool's
    # configuration; here the ids only.
    ids = {"UserPoolId": pool_id} | ({"ClientId": client_id} if client_id else {})
    return {**ids, **(further.get(KEY) or {})}


def effective(pool: Pool, client: Client) -> Settings:
    """The risk configuration that applies to a client: its own, if it has one, else the pool's."""
    # AWS unknown: what threat protection does in the mode ENFORCED where SetRiskConfiguration was never called; here
    # the same as in the mode AUDIT.
    found: Settings = client.further.get(KEY) or pool.further.get(KEY) or {}
    return found


def lists(configuration: Settings, name: str, address: str | None) -> bool:
    """Whether the address is in a list of IP ranges, such as BlockedIPRangeList."""
    ranges = (configuration.get("RiskExceptionConfiguration") or {}).get(name) or []
    if not address or not ranges:
        return False
    wanted = ip_address(address)
    return any(wanted in ip_network(text, strict=False) for text in ranges)


def compromised_action(configuration: Settings, event: str) -> str | None:
    """BLOCK or NO_ACTION for a compromised password; None where EventFilter does not have the event."""
    found = configuration.get("CompromisedCredentialsRiskConfiguration") or {}
    return found["Actions"]["EventAction"] if event in found.get("EventFilter", ()) else None


def takeover_action(configuration: Settings, level: str) -> Settings:
    """Notify and EventAction for a risk level Low, Medium or High; without one configured, false and NO_ACTION.

    `configuration` is a whole risk configuration, with AccountTakeoverRiskConfiguration in it.
    """
    found = configuration.get("AccountTakeoverRiskConfiguration") or {}
    action: Settings = found.get("Actions", {}).get(f"{level}Action") or {"Notify": False, "EventAction": "NO_ACTION"}
    return action


def notices(configuration: Settings) -> Settings:
    """The NotifyConfiguration of a risk configuration; empty if it has none."""
    found: Settings = (configuration.get("AccountTakeoverRiskConfiguration") or {}).get("NotifyConfiguration") or {}
    return found


def _check_takeover(takeover: Settings) -> None:
    """Raise InvalidParameterException for Notify without NotifyConfiguration, and for e-mails without a body."""
    notify = takeover.get("NotifyConfiguration")
    if notify is None and any(action["Notify"] for action in takeover["Actions"].values()):
        raise InvalidParameterException("NotifyConfiguration is required when Notify is true.")
    for name in ("BlockEmail", "NoActionEmail", "MfaEmail"):
        mail = (notify or {}).get(name)
        if mail is not None and not (mail.get("HtmlBody") or mail.get("TextBody")):
            raise InvalidParameterException(f"{name} needs an HtmlBody or a TextBody.")


def _check_ranges(name: str, ranges: list[str]) -> None:
    """Raise InvalidParameterException for text that is not a CIDR range."""
    for text in ranges:
        try:
            if not _CIDR.fullmatch(text):
                raise ValueError
            ip_network(text, strict=False)
        except ValueError:
            raise InvalidParameterException(f"{name} has an invalid CIDR range: {text[:64]}") from None
