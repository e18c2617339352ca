"""Address and device of a request, for threat protection: from the connection, UserContextData or ContextData."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address
from typing import Any

from msgspec import Struct

from emulator.context import Context
from emulator.domain.access import user_agents
from storage.records.pools import Client

_LONGEST = 512


class RiskContext(Struct, frozen=True):
    """Where a call comes from.

    `address` is a normalised IP address, `device` the DeviceName of auth events ("Firefox 128, Linux").
    `has_context_data` says that the request had UserContextData or ContextData.
    """

    address: str | None
    device: str
    timezone: str | None
    has_context_data: bool

    @property
    def shown(self) -> dict[str, str]:
        """EventContextData of an auth event, in API shape, without members that are not known."""
        # Unlike AWS: EventContextData in AdminListUserAuthEvents has no City and Country.
        found = {"IpAddress": self.address, "DeviceName": self.device, "Timezone": self.timezone}
        return {name: value for name, value in found.items() if value}


def of(context: Context, client: Client) -> RiskContext:
    """The risk context of a call.

    The IpAddress in UserContextData counts only for clients with EnablePropagateAdditionalUserContextData; the one in
    an administrator's ContextData always counts.
    """
    data = context.context_data.get("ContextData")
    heard = data is not None or bool(client.settings.get("EnablePropagateAdditionalUserContextData"))
    # AWS unknown: what InitiateAuth and the others do with an IpAddress in UserContextData or ContextData that is not
    # an IP address. Here they use the address of the connection.
    # Unlike AWS: of EncodedData in UserContextData, only user agent and time zone are read, and its signature is not
    # checked.
    data = data or context.context_data.get("UserContextData") or {}
    collected = _collected(data.get("EncodedData"))
    address = _address(data.get("IpAddress")) if heard else None
    agent = _header(data.get("HttpHeaders") or ()) or _text(collected, "UserAgent") or context.origin.user_agent
    return RiskContext(
        address or _address(context.origin.ip),
        user_agents.device(agent),
        _text(collected, "ClientTimezone"),
        has_context_data=bool(data),
    )


def _address(text: str | None) -> str | None:
    """A normalised IP address; an IPv4-mapped IPv6 address becomes the IPv4 address."""
    try:
        found = ip_address(text or "")
    except ValueError:
        return None
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found
    return str(found).partition("%")[0]


def _header(headers: Any) -> str | None:
    found = (each.get("headerValue") for each in headers if each.get("headerName", "").lower() == "user-agent")
    return next(found, None)


def _collected(encoded: str | None) -> Mapping[str, Any]:
    """`contextData` of what Cognito's JavaScript library collected in a browser; empty if it is malformed."""
    try:
        payload = json.loads(base64.b64decode(encoded or ""))["payload"]
        found = json.loads(payload)["contextData"]
    except (ValueError, TypeError, LookupError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _text(collected: Mapping[str, Any], name: str) -> str | None:
    found = collected.get(name)
    return found[:_LONGEST] if isinstance(found, str) else None
