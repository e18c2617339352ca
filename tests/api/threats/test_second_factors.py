"""Second factors that the risk of a sign-in makes due."""

from __future__ import annotations

import pytest

from tests.api.second_factors import OWN_SENDER, TOTP, answer, code_of, configure, enrol, prefer
from tests.api.signing_in import refusal
from tests.api.threats.guarded import (
    BEACH,
    BLOCKED,
    BLOCKED_ADDRESS,
    CHROME,
    HOME,
    NOTIFY,
    WORK,
    Guarded,
    a_guarded,
    takeover,
)
from tests.builders import Api, sign_in


def an_enrolled(api: Api) -> tuple[Guarded, str]:
    """A place whose pool has software tokens, and Ana with one that she did activate."""
    place = a_guarded(api, **OWN_SENDER)
    configure(api, place.pool, "OPTIONAL", TOTP)
    secret = enrol(api, sign_in(api, place.client)["AccessToken"])
    prefer(api, place.pool, SoftwareToken="on")
    api.world.clock.advance(seconds=30)
    return place, secret


@pytest.mark.parametrize("action", ["MFA_REQUIRED", "MFA_IF_CONFIGURED"])
def test_a_risk_asks_for_a_second_factor_that_nobody_activated(api: Api, action: str) -> None:
    place, secret = an_enrolled(api)
    prefer(api, place.pool, SoftwareToken="off")
    place.configure(Takeover=takeover(NOTIFY, Low=action, Medium=action))
    challenge = place.enter(WORK)
    assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    assert api.message().subject == "New sign-in attempt"
    assert "multi-factor" in api.message().body
    assert place.responses()[-1] == ("SignIn", "InProgress")
    name, session = challenge["ChallengeName"], challenge["Session"]
    refusal(lambda: answer(api, place.client, name, session, SOFTWARE_TOKEN_MFA_CODE="000000"))
    assert place.responses()[-1] == ("SignIn", "Fail")
    answer(api, place.client, name, session, SOFTWARE_TOKEN_MFA_CODE=code_of(api, secret))
    [event, *_] = place.events()
    assert (event["EventResponse"], event["EventRisk"]["RiskLevel"]) == ("Pass", "Medium")
    assert [tuple(each.values()) for each in event["ChallengeResponses"]] == [
        ("Password", "Success"),
        ("Mfa", "Failure"),
        ("Mfa", "Success"),
    ]
    assert event["EventContextData"]["IpAddress"] == WORK
    assert len(place.events()) == 2
    assert sum("multi-factor" in message.body for message in api.world.mailbox.messages()) == 1
    assert place.enter(WORK)["AuthenticationResult"]


def test_who_has_no_second_factor_is_let_in_or_blocked(api: Api) -> None:
    place = a_guarded(api, **OWN_SENDER)
    configure(api, place.pool, "OPTIONAL", TOTP)
    place.configure(Takeover=takeover(NOTIFY, Medium="MFA_REQUIRED"))
    place.enter(HOME)
    assert refusal(lambda: place.enter(WORK, CHROME)) == BLOCKED
    assert api.message().subject == "Blocked sign-in attempt"
    place.configure(Takeover=takeover(NOTIFY, Medium="MFA_IF_CONFIGURED"))
    assert place.enter(WORK, CHROME)["AuthenticationResult"]
    assert "We observed" in api.message().body


def test_a_pool_without_mfa_has_no_second_factor(place: Guarded) -> None:
    place.configure(Takeover=takeover(Low="MFA_IF_CONFIGURED", Medium="MFA_REQUIRED"))
    place.enter(HOME)
    assert place.enter(WORK)["AuthenticationResult"]
    assert refusal(lambda: place.enter(BEACH, CHROME)) == BLOCKED


def test_an_activated_second_factor_is_asked_for_whatever_the_risk(api: Api) -> None:
    place, _ = an_enrolled(api)
    assert place.enter(HOME)["ChallengeName"] == "SOFTWARE_TOKEN_MFA"


def test_a_blocked_address_cannot_answer_a_challenge_that_another_began(api: Api) -> None:
    place, secret = an_enrolled(api)
    place.configure(Exceptions={"BlockedIPRangeList": ["127.0.0.0/8"]})
    challenge = place.enter(HOME)
    assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    code = code_of(api, secret)
    told = refusal(
        lambda: answer(api, place.client, "SOFTWARE_TOKEN_MFA", challenge["Session"], SOFTWARE_TOKEN_MFA_CODE=code)
    )
    assert told == BLOCKED_ADDRESS
    place.configure()
    assert answer(api, place.client, "SOFTWARE_TOKEN_MFA", challenge["Session"], SOFTWARE_TOKEN_MFA_CODE=code)
