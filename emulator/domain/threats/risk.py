"""How risky a sign-in is: what came before is compared with where it comes from now.

Unlike AWS: AWS scores by a model that nobody else has. Here somebody who signed in before is at Low risk by a new
address or a new device, at Medium risk by both, and at High risk by an address that feedback called Invalid. An address
and a device are known from sign-ins that passed, or that feedback called Valid; feedback on the newest one counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from emulator.domain.access.risk_context import RiskContext

LOOKED_AT = 60
"""Events of a user that count, the newest."""


@dataclass(frozen=True, slots=True)
class Risk:
    """What was made of an event. `level` is Low, Medium, High or None."""

    decision: str = "NoRisk"
    level: str | None = None
    compromised: bool = False

    @property
    def shown(self) -> dict[str, Any]:
        """EventRiskType."""
        level = {"RiskLevel": self.level} if self.level else {}
        return {"RiskDecision": self.decision, **level, "CompromisedCredentialsDetected": self.compromised}


def level(past: Sequence[Mapping[str, Any]], caller: RiskContext) -> str | None:
    """The level of risk, by the settings of the user's events, the newest first; None for no risk.

    Who never signed in before is at no risk, whatever they come from.
    """
    sign_ins = [event for event in past if event["EventType"] == "SignIn"]
    here = [_feedback(event) for event in sign_ins if event["EventContextData"].get("IpAddress") == caller.address]
    told = next((value for value in here if value), None)
    if told == "Invalid":
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
