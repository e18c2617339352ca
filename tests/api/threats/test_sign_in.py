"""Adaptive authentication: which risk a sign-in has, and what is done about it."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from sqlalchemy import event as sql

from emulator.outside.world import World
from storage.store import Store
from tests.api.lambda_functions import ARNS as CUSTOM
from tests.api.lambda_functions import CUSTOM_FLOWS, Place, Triggers
from tests.api.people import status_of
from tests.api.second_factors import OWN_SENDER, TOTP, answer, code_of, configure, enrol, prefer
from tests.api.signing_in import WRONG, a_secret_client, enter, proof, reasons, refusal
from tests.api.srp_client import SrpClient
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
from tests.builders import FLOWS, PASSWORD, Api, a_client, sign_in

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


# Second factors


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


# Other flows


def test_srp_is_watched_like_any_other_sign_in(place: Guarded) -> None:
    web = SrpClient(place.api, place.pool, a_client(place.api, place.pool, ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"]))
    web.sign_in("ana")
    assert place.responses() == [("SignIn", "Pass")]
    assert place.events()[0]["ChallengeResponses"] == [{"ChallengeName": "Password", "ChallengeResponse": "Success"}]


def test_a_temporary_password_is_one_event_to_its_end(place: Guarded) -> None:
    place.api.idp("AdminSetUserPassword", UserPoolId=place.pool, Username="ana", Password=PASSWORD, Permanent=False)
    challenge = place.enter(HOME)
    assert place.responses() == [("SignIn", "InProgress")]
    answer(place.api, place.client, challenge["ChallengeName"], challenge["Session"], NEW_PASSWORD="Another-Horse-1")
    assert place.responses() == [("SignIn", "Pass")]


def test_a_refusal_after_the_right_password_keeps_the_event_and_nothing_else(place: Guarded) -> None:
    place.sign_up()
    told = refusal(lambda: enter(place.api, place.client, "bob"))
    assert told == "UserNotConfirmedException: User is not confirmed."
    assert place.responses("bob") == [("SignUp", "InProgress"), ("SignIn", "Fail")]
    assert place.events("bob")[0]["ChallengeResponses"] == [
        {"ChallengeName": "Password", "ChallengeResponse": "Success"}
    ]
    assert status_of(place.api, place.pool, "bob") == "UNCONFIRMED"


def test_calls_that_make_no_sense_leave_nothing(place: Guarded) -> None:
    for parameters in ({"USERNAME": "ana"}, {"USERNAME": "ana", "PASSWORD": ""}):
        told = refusal(
            lambda: place.api.idp(
                "InitiateAuth",
                ClientId=place.client,
                AuthFlow="USER_PASSWORD_AUTH",
                AuthParameters=parameters,  # noqa: B023
            )
        )
        assert told.startswith("InvalidParameterException: Missing")
    assert refusal(lambda: enter(place.api, place.client, "nobody"))
    assert place.events() == []


@pytest.mark.parametrize(("standard", "custom", "events"), [("ENFORCED", "", 0), ("OFF", "ENFORCED", 3)])
def test_custom_challenges_have_a_mode_of_their_own(
    api_of: tuple[Api, Triggers], standard: str, custom: str, events: int
) -> None:
    api, _ = api_of
    place = a_guarded(api, standard, custom, LambdaConfig=CUSTOM, UserPoolTier="PLUS")
    place.configure(Takeover=takeover(Low="BLOCK"))
    riddles = Place(api, place.pool, a_client(api, place.pool, ExplicitAuthFlows=CUSTOM_FLOWS))
    assert riddles.answer(riddles.begin())["AuthenticationResult"]
    assert refusal(lambda: riddles.answer(riddles.begin("nobody")))
    api.headers["User-Agent"] = CHROME
    if events:
        assert refusal(lambda: riddles.answer(riddles.begin())) == BLOCKED
        api.headers["User-Agent"] = FIREFOX
        assert refusal(lambda: riddles.answer(riddles.begin())) == BLOCKED
    else:
        assert riddles.answer(riddles.begin())["AuthenticationResult"]
    assert len(place.events()) == events


@pytest.fixture
def triggers() -> Triggers:
    """The triggers of custom challenges."""
    return Triggers()


@pytest.fixture
def world(world: World, triggers: Triggers) -> World:
    """A world that runs them."""
    return triggers.in_world(world)


@pytest.fixture
def api_of(api: Api, triggers: Triggers) -> tuple[Api, Triggers]:
    """The application, and its triggers."""
    return api, triggers


def test_a_pool_without_threat_protection_pays_nothing(api: Api, store: Store) -> None:
    place = a_guarded(api, "OFF")
    asked: list[str] = []
    sql.listen(store.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    sign_in(api, place.client)
    refusal(lambda: enter(api, place.client, password="wrong"))
    place.sign_up()
    assert asked
    assert not any("auth_events" in statement for statement in asked)
