"""The risk level of a sign-in, from the address and device of earlier sign-ins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from emulator.domain.access.risk_context import RiskContext

LOOKED_AT = 60
"""How many of a user's newest events count."""


class Risk(Struct, frozen=True):
    """The result of assessing an event.

    `decision` is NoRisk, AccountTakeover or Block, `level` Low, Medium, High or None. `compromised` says that the
    password is known to others.
    """

    decision: str = "NoRisk"
    level: str | None = None
    compromised: bool = False

    @property
    def shown(self) -> dict[str, Any]:
        """The risk as EventRiskType of an auth event."""
        level = {"RiskLevel": self.level} if self.level else {}
        return {"RiskDecision": self.decision, **level, "CompromisedCredentialsDetected": self.compromised}


def level(past: Sequence[Mapping[str, Any]], caller: RiskContext) -> str | None:
    """The risk level of a sign-in by `caller`; None for no risk, and for a first sign-in.

    `past` is the settings of the user's events, the newest first.
    """
    # Unlike AWS: the risk level of a sign-in is Low for a new address or a new device, Medium for both, and High for an
    # address that feedback called Invalid; AWS assesses it by a model that is not public. Addresses and devices are
    # known from sign-ins that passed, or that feedback called Valid; the newest feedback on an address counts.
    sign_ins = [event for event in past if event["EventType"] == "SignIn"]
    here = [_feedback(event) for event in sign_ins if event["EventContextData"].get("IpAddress") == caller.address]
    feedback = next((value for value in here if value), None)
    if feedback == "Invalid":
        return "High"
    trusted = [event["EventContextData"] for event in sign_ins if _is_trusted(event)]
    if not trusted:
        return None
    new_address = all(seen.get("IpAddress") != caller.address for seen in trusted)
    new_device = all(seen.get("DeviceName") != caller.device for seen in trusted)
    if new_address and new_device:
        return "Medium"
    return "Low" if new_address or new_device else None


def _feedback(event: Mapping[str, Any]) -> str | None:
    found: str | None = (event.get("EventFeedback") or {}).get("FeedbackValue")
    return found


def _is_trusted(event: Mapping[str, Any]) -> bool:
    feedback = _feedback(event)
    return feedback == "Valid" or (event["EventResponse"] == "Pass" and feedback is None)
