"""Threat protection at the pages: who is blocked, who gives a second factor for the risk, and what is recorded."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.second_factors import EMAIL, OWN_SENDER, SMS, TOTP, an_enrolled, code_of, configure, prefer
from tests.api.threats.guarded import BREACHED, CHROME, FIREFOX, HOME, NOTIFY, WORK, Guarded, compromised, takeover
from tests.builders import PASSWORD, Api, a_client, a_pool, a_user
from tests.login.visitor import Visitor

NEW = "Better-Horse-2"


def a_visitor(api: Api, **pool: Any) -> tuple[Visitor, Guarded]:
    """A person at the pages of a pool that acts on risks."""
    add_ons = {"UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}, "AutoVerifiedAttributes": ["email"]}
    made = a_pool(api, **OWN_SENDER, **add_ons, **pool)
    return Visitor.of(api, made), Guarded(api, made, a_client(api, made))


def ana(visitor: Visitor, password: str = PASSWORD) -> Visitor:
    a_user(visitor.api, visitor.pool, password=password, email="ana@example.com", email_verified="true")
    return visitor


def at(visitor: Visitor, address: str, agent: str = FIREFOX) -> Visitor:
    """The visitor, at an address, with a browser that has forgotten its session."""
    visitor.api.http.environ_base |= {"REMOTE_ADDR": address, "HTTP_USER_AGENT": agent}
    visitor.api.http.delete_cookie("cognito")
    return visitor


def test_a_sign_in_is_recorded_with_the_browser_that_made_it(api: Api) -> None:
    visitor, place = a_visitor(api)
    at(ana(visitor), HOME).sign_in(password="Wrong-Horse-1")
    visitor.fill(username="ana", password=PASSWORD).who()
    assert place.responses() == [("SignIn", "Fail"), ("SignIn", "Pass")]
    [event, _] = place.events()
    assert event["EventContextData"]["IpAddress"] == HOME
    assert "Firefox" in event["EventContextData"]["DeviceName"]
    assert event["ChallengeResponses"] == [{"ChallengeName": "Password", "ChallengeResponse": "Success"}]


def test_an_address_that_is_always_blocked_gets_nowhere(api: Api) -> None:
    visitor, place = a_visitor(api)
    place.configure(Exceptions={"BlockedIPRangeList": [f"{WORK}/32"]})
    at(ana(visitor), WORK)
    words = "Request not allowed due to security reasons."
    assert visitor.sign_in().html.alert == words
    assert place.risks() == [("Block", "High")]
    visitor.open("/signup")
    form = {"requiredAttributes__email": "bea@example.com", "password": PASSWORD}
    assert visitor.fill(username="bea", **form).html.alert == words
    assert visitor.open("/forgotPassword").fill(username="ana").html.alert == words
    assert api.world.mailbox.messages() == []
    assert at(visitor, HOME).sign_in().who() == "ana"


def test_a_risky_sign_in_is_blocked_and_told_of(api: Api) -> None:
    visitor, place = a_visitor(api)
    place.configure(Takeover=takeover(NOTIFY, Low="BLOCK", Medium="BLOCK", High="BLOCK"))
    assert at(ana(visitor), HOME).sign_in().who() == "ana"
    html = at(visitor, WORK, CHROME).sign_in().html
    assert (html.alert, visitor.path) == ("Unable to login because of security reasons.", "/login")
    assert "Set-Cookie" not in visitor.page.headers or "cognito=" not in visitor.page.headers["Set-Cookie"]
    assert api.message().subject == "Blocked sign-in attempt"
    assert place.responses()[-1] == ("SignIn", "Fail")


@pytest.mark.parametrize("action", ["MFA_REQUIRED", "MFA_IF_CONFIGURED"])
def test_a_risk_asks_for_the_second_factor_that_nobody_activated(api: Api, action: str) -> None:
    visitor, place = a_visitor(api)
    configure(api, place.pool, "OPTIONAL", TOTP)
    secret = an_enrolled(api, place.pool, place.client)
    prefer(api, place.pool, SoftwareToken="off")
    place.configure(Takeover=takeover(None, Low=action, Medium=action, High=action))
    at(visitor, WORK, CHROME).sign_in()
    assert visitor.path == "/mfa"
    assert visitor.fill(code=code_of(api, secret)).who() == "ana"
    [event, *_] = place.events()
    assert event["EventResponse"] == "Pass"
    assert [each["ChallengeName"] for each in event["ChallengeResponses"]] == ["Password", "Mfa"]


def test_a_risk_lets_the_user_choose_among_several_second_factors(api: Api) -> None:
    visitor, place = a_visitor(api)
    configure(api, place.pool, "OPTIONAL", EMAIL, SMS)
    a_user(api, place.pool, email="ana@example.com", phone_number="+15555550123")
    at(visitor, HOME).sign_in().who()
    action = "MFA_REQUIRED"
    place.configure(Takeover=takeover(None, Low=action, Medium=action, High=action))
    at(visitor, WORK, CHROME).sign_in()
    assert (visitor.path, visitor.html.answers) == ("/mfa/choose", ["SMS_MFA", "EMAIL_OTP"])
    visitor.fill(answer="SMS_MFA")
    html = visitor.html
    visitor.post(html.actions[1], html.forms[1] | {"answer": "SEND_AGAIN"})
    assert visitor.fill(code=api.code(to="+15555550123")).who() == "ana"
    assert place.responses()[-1] == ("SignIn", "Pass")


def test_who_has_no_second_factor_for_the_risk_is_blocked_or_let_in(api: Api) -> None:
    visitor, place = a_visitor(api)
    at(ana(visitor), HOME).sign_in().who()
    place.configure(Takeover=takeover(None, Low="MFA_REQUIRED", Medium="MFA_REQUIRED", High="MFA_REQUIRED"))
    assert at(visitor, WORK, CHROME).sign_in().html.alert == "Unable to login because of security reasons."
    place.configure(Takeover=takeover(None, Medium="MFA_IF_CONFIGURED", High="MFA_IF_CONFIGURED"))
    assert at(visitor, WORK, CHROME).sign_in().who() == "ana"


def test_a_password_that_others_know_is_to_be_replaced(api: Api) -> None:
    visitor, place = a_visitor(api)
    ana(visitor, BREACHED)
    place.configure(Compromised=compromised())
    at(visitor, HOME).sign_in(password=BREACHED)
    assert (visitor.path, visitor.html.forms[0]["username"]) == ("/forgotPassword", "ana")
    visitor.fill(username="ana")
    again = {"password": BREACHED, "confirm_password": BREACHED}
    code = api.code(user="ana")
    assert visitor.fill(code=code, **again).html.alert == "Provided password cannot be used for security reasons."
    assert visitor.fill(code=code, password=NEW, confirm_password=NEW).who() == "ana"


def test_a_password_that_others_know_signs_nobody_up(api: Api) -> None:
    visitor, place = a_visitor(api)
    place.configure(Compromised=compromised())
    at(visitor, HOME).open("/signup")
    form = {"requiredAttributes__email": "bea@example.com", "password": BREACHED}
    assert visitor.fill(username="bea", **form).html.alert == "Provided password cannot be used for security reasons."
    assert visitor.html.forms[0]["requiredAttributes[email]"] == "bea@example.com"
