"""How risky a sign-in is, by what came before."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.domain.access.risk_context import RiskContext
from emulator.domain.threats import risk
from emulator.domain.threats.risk import Risk

HERE = RiskContext("192.0.2.1", "Firefox 128, Linux", None, has_context_data=False)


def event(
    response: str = "Pass",
    address: str | None = HERE.address,
    device: str = HERE.device,
    feedback: str = "",
    kind: str = "SignIn",
) -> dict[str, Any]:
    """The settings of an event."""
    seen = {"DeviceName": device} | ({"IpAddress": address} if address else {})
    said = {"EventFeedback": {"FeedbackValue": feedback}} if feedback else {}
    return {"EventType": kind, "EventResponse": response, "EventContextData": seen, **said}


@pytest.mark.parametrize(
    ("past", "level"),
    [
        ([], None),
        ([event()], None),
        ([event(address="198.51.100.7")], "Low"),
        ([event(device="Chrome 126, Windows")], "Low"),
        ([event(address="198.51.100.7", device="Chrome 126, Windows")], "Medium"),
        ([event(address="198.51.100.7"), event(device="Chrome 126, Windows")], None),
        ([event("Fail", address="198.51.100.7")], None),
        ([event("InProgress", address="198.51.100.7")], None),
        ([event(kind="SignUp", address="198.51.100.7")], None),
        ([event("Fail"), event(address="198.51.100.7")], "Low"),
        ([event("Fail", feedback="Valid"), event(address="198.51.100.7")], None),
        ([event(feedback="Invalid")], "High"),
        ([event(), event(feedback="Invalid")], "High"),
        ([event(feedback="Valid"), event(feedback="Invalid")], None),
        ([event(feedback="Invalid"), event(feedback="Valid")], "High"),
        ([event(address="198.51.100.7", feedback="Invalid")], None),
        ([event(address="198.51.100.7", feedback="Invalid"), event()], None),
    ],
)
def test_the_level_follows_from_the_events_the_newest_first(past: list[dict[str, Any]], level: str | None) -> None:
    assert risk.level(past, HERE) == level


def test_where_no_address_is_known_only_the_device_tells() -> None:
    nowhere = RiskContext(None, HERE.device, None, has_context_data=False)
    assert risk.level([event(address=None)], nowhere) is None
    assert risk.level([event(address=None)], RiskContext(None, "Other, Other", None, has_context_data=False)) == "Low"
    assert risk.level([event(address=None, feedback="Invalid")], HERE) is None


def test_a_level_is_shown_where_there_is_one() -> None:
    assert Risk().shown == {"RiskDecision": "NoRisk", "CompromisedCredentialsDetected": False}
    assert Risk("Block", "High", compromised=True).shown == {
        "RiskDecision": "Block",
        "RiskLevel": "High",
        "CompromisedCredentialsDetected": True,
    }
