"""Adaptive authentication: which risk a sign-in has, and what is done about it."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.api.signing_in import WRONG, a_secret_client, proof, reasons, refusal
from tests.api.threats.guarded import (
    BEACH,
    BLOCKED,
    BLOCKED_ADDRESS,
    CHROME,
    FIREFOX,
    HOME,
    NOTIFY,
    WORK,
    Guarded,
    a_guarded,
    takeover,
)
from tests.builders import FLOWS, PASSWORD, Api

LOW, MEDIUM, HIGH = (("AccountTakeover", level) for level in ("Low", "Medium", "High"))
NONE = ("NoRisk", None)


def test_what_is_new_for_a_user_is_a_risk(place: Guarded) -> None:
    place.enter(HOME, FIREFOX)
    place.enter(HOME, FIREFOX)
    place.enter(WORK, FIREFOX)
    place.enter(HOME, CHROME)
    place.enter(WORK, CHROME)
    place.enter(BEACH, "curl/8")
    place.enter(BEACH, "curl/8")
    assert place.risks() == [NONE, NONE, LOW, LOW, NONE, MEDIUM, NONE]


def test_failed_sign_ins_make_nothing_known(place: Guarded) -> None:
    place.enter(HOME)
    assert refusal(lambda: place.enter(WORK, CHROME, password="wrong")) == WRONG
    place.enter(WORK, CHROME)
    assert place.risks() == [NONE, NONE, MEDIUM]


def test_a_risk_is_blocked_and_told_by_mail(place: Guarded) -> None:
    place.configure(Takeover=takeover(NOTIFY, Medium="BLOCK"))
    place.enter(HOME)
    assert refusal(lambda: place.enter(WORK, CHROME)) == BLOCKED
    assert reasons(place.api) == "the risk is Medium"
    assert place.risks() == [NONE, ("Block", "Medium")]
    assert place.responses()[-1] == ("SignIn", "Fail")
    assert place.events()[0]["ChallengeResponses"] == [{"ChallengeName": "Password", "ChallengeResponse": "Success"}]
    assert place.api.message().subject == "Blocked sign-in attempt"
    assert refusal(lambda: place.enter(WORK, CHROME)) == BLOCKED
    assert place.enter(HOME)["AuthenticationResult"]


def test_what_is_not_configured_is_let_in_and_told_to_nobody(place: Guarded) -> None:
    place.enter(HOME)
    assert place.enter(WORK, CHROME)["AuthenticationResult"]
    assert place.api.world.mailbox.messages() == []


def test_no_action_tells_the_user_where_asked(place: Guarded) -> None:
    place.configure(Takeover=takeover(NOTIFY, Low="NO_ACTION"))
    place.enter(HOME)
    place.enter(WORK)
    place.enter(BEACH, CHROME)
    assert [message.subject for message in place.api.world.mailbox.messages()] == ["New sign-in attempt"]


def test_audit_notes_and_does_nothing(api: Api) -> None:
    place = a_guarded(api, "AUDIT")
    place.configure(
        Takeover=takeover(NOTIFY, Low="BLOCK", Medium="BLOCK", High="BLOCK"),
        Exceptions={"BlockedIPRangeList": [f"{BEACH}/128"]},
    )
    for address, agent in ((HOME, FIREFOX), (WORK, CHROME), (BEACH, FIREFOX)):
        assert place.enter(address, agent)["AuthenticationResult"]
    assert place.risks() == [NONE, MEDIUM, HIGH]
    assert api.world.mailbox.messages() == []


# Addresses


def test_an_address_that_is_always_blocked_is_told_nothing_about_the_password(place: Guarded) -> None:
    place.configure(Exceptions={"BlockedIPRangeList": ["198.51.100.0/24", "2001:db8::/32"]})
    for address in (WORK, BEACH, f"::ffff:{WORK}"):
        assert refusal(lambda: place.enter(address)) == BLOCKED_ADDRESS  # noqa: B023
        assert refusal(lambda: place.enter(address, password="wrong")) == BLOCKED_ADDRESS  # noqa: B023
        assert refusal(lambda: place.enter(address, username="nobody")) == BLOCKED_ADDRESS  # noqa: B023
    assert set(place.risks()) == {("Block", "High")}
    assert place.events()[0]["ChallengeResponses"] == []
    assert place.enter(HOME)["AuthenticationResult"]


def test_blocking_goes_before_skipping_and_skipping_before_scoring(place: Guarded) -> None:
    place.configure(
        Takeover=takeover(Low="BLOCK", Medium="BLOCK"),
        Exceptions={"BlockedIPRangeList": [f"{BEACH}/128"], "SkippedIPRangeList": [f"{WORK}/32", f"{BEACH}/64"]},
    )
    place.enter(HOME)
    assert place.enter(WORK, CHROME)["AuthenticationResult"]
    assert refusal(lambda: place.enter(BEACH)) == BLOCKED_ADDRESS
    assert place.risks() == [NONE, NONE, ("Block", "High")]


@pytest.mark.parametrize(("propagates", "heard"), [(True, WORK), (False, "127.0.0.1")])
def test_an_open_call_tells_an_address_only_where_the_client_may(place: Guarded, propagates: bool, heard: str) -> None:
    client, secret = a_secret_client(
        place.api, place.pool, EnablePropagateAdditionalUserContextData=propagates, ExplicitAuthFlows=FLOWS
    )
    told = {"USERNAME": "ana", "PASSWORD": PASSWORD, "SECRET_HASH": proof("ana", client, secret)}
    members = {"ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": told}
    place.api.idp("InitiateAuth", UserContextData={"IpAddress": WORK}, **members)
    assert place.events()[0]["EventContextData"]["IpAddress"] == heard


@pytest.mark.parametrize("address", ["", "x", "999.1.1.1", "1.2.3.4/8", "👋", "1" * 9000])
def test_an_address_that_is_none_is_not_heard(place: Guarded, address: str) -> None:
    place.enter(address)
    assert place.events()[0]["EventContextData"]["IpAddress"] == "127.0.0.1"


def collected(**data: Any) -> str:
    """EncodedData, as Cognito's own library for browsers makes it."""
    payload = json.dumps({"contextData": data, "username": "ana", "userPoolId": "", "timestamp": "0"})
    return base64.b64encode(json.dumps({"payload": payload, "signature": "x", "version": "JS1"}).encode()).decode()


def test_what_a_browser_collected_names_device_and_time_zone(place: Guarded) -> None:
    told: dict[str, Any] = {"EncodedData": collected(UserAgent=CHROME, ClientTimezone="-07:00"), "HttpHeaders": []}
    place.enter(HOME, **told)
    assert place.events()[0]["EventContextData"] == {
        "IpAddress": HOME,
        "DeviceName": "Chrome 126, Windows",
        "Timezone": "-07:00",
    }


NESTED = base64.b64encode(b'{"payload":' + b"[" * 60_000).decode()


@pytest.mark.parametrize("encoded", ["x", "e30=", "bnVsbA==", collected(UserAgent=[1]), NESTED, "👋"])
def test_what_nobody_can_read_is_not_read(place: Guarded, encoded: str) -> None:
    assert place.enter(HOME, EncodedData=encoded)["AuthenticationResult"]
    assert place.events()[0]["EventContextData"]["DeviceName"] == "Firefox 128, Linux"
