"""Every flow of a sign-in is watched, from its first call to its last, where the pool watches at all."""

from __future__ import annotations

import pytest
from sqlalchemy import event as sql

from emulator.outside.world import World
from storage.store import Store
from tests.api.lambda_functions import ARNS as CUSTOM
from tests.api.lambda_functions import CUSTOM_FLOWS, Place, Triggers
from tests.api.people import status_of
from tests.api.second_factors import EMAIL, ONCE, OWN_SENDER, TOTP, answer, code_of, configure, enrol
from tests.api.signing_in import enter, refusal
from tests.api.srp_client import SrpClient
from tests.api.threats.guarded import (
    BLOCKED,
    CHROME,
    FIREFOX,
    HOME,
    Guarded,
    a_guarded,
    takeover,
)
from tests.builders import PASSWORD, Api, a_client, sign_in

BY_PHONE = {
    "AccountRecoverySetting": {
        "RecoveryMechanisms": [
            {"Priority": 1, "Name": "verified_phone_number"},
            {"Priority": 2, "Name": "verified_email"},
        ]
    }
}


def test_srp_is_watched_like_any_other_sign_in(place: Guarded) -> None:
    web = SrpClient(place.api, place.pool, a_client(place.api, place.pool, ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"]))
    web.sign_in("ana")
    assert place.responses() == [("SignIn", "Pass")]
    assert place.events()[0]["ChallengeResponses"] == [{"ChallengeName": "Password", "ChallengeResponse": "Success"}]


def test_a_temporary_password_is_one_event_to_its_end(place: Guarded) -> None:
    place.api.idp("AdminSetUserPassword", UserPoolId=place.pool, Username="ana", Password=PASSWORD, Permanent=False)
    challenge = place.enter(HOME)
    assert place.responses() == [("SignIn", "InProgress")]
    name, session = challenge["ChallengeName"], challenge["Session"]
    answer(place.api, place.client, name, session, NEW_PASSWORD="Another-Horse-1")
    assert place.responses() == [("SignIn", "Pass")]
    assert refusal(lambda: answer(place.api, place.client, name, session, NEW_PASSWORD="Another-Horse-2")) == ONCE
    assert place.responses() == [("SignIn", "Pass")]


def test_the_refusal_of_an_unconfirmed_user_keeps_the_event_and_nothing_else(place: Guarded) -> None:
    place.sign_up()
    told = refusal(lambda: enter(place.api, place.client, "bob"))
    assert told == "UserNotConfirmedException: User is not confirmed."
    assert place.responses("bob") == [("SignUp", "InProgress"), ("SignIn", "Fail")]
    assert place.events("bob")[0]["ChallengeResponses"] == [
        {"ChallengeName": "Password", "ChallengeResponse": "Failure"}
    ]
    assert status_of(place.api, place.pool, "bob") == "UNCONFIRMED"


def test_a_refusal_after_the_right_password_keeps_the_event_and_nothing_else(place: Guarded) -> None:
    place.api.idp("AdminSetUserPassword", UserPoolId=place.pool, Username="ana", Password=PASSWORD, Permanent=False)
    place.api.world.clock.advance(days=8)
    told = refusal(lambda: enter(place.api, place.client))
    assert told == "NotAuthorizedException: Temporary password has expired and must be reset by an administrator."
    assert place.responses() == [("SignIn", "Fail")]
    assert place.events()[0]["ChallengeResponses"] == [{"ChallengeName": "Password", "ChallengeResponse": "Success"}]
    assert status_of(place.api, place.pool) == "FORCE_CHANGE_PASSWORD"


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
def test_custom_challenges_have_a_mode_of_their_own(api: Api, standard: str, custom: str, events: int) -> None:
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


def test_a_choice_of_second_factors_is_no_way_round_them_in_custom_challenges(api: Api) -> None:
    place = a_guarded(api, "OFF", "ENFORCED", LambdaConfig=CUSTOM, UserPoolTier="PLUS", **OWN_SENDER, **BY_PHONE)
    configure(api, place.pool, "OPTIONAL", TOTP, EMAIL)
    secret = enrol(api, sign_in(api, place.client)["AccessToken"])
    api.world.clock.advance(seconds=30)
    place.configure(Takeover=takeover(Low="MFA_REQUIRED"))
    riddles = Place(api, place.pool, a_client(api, place.pool, ExplicitAuthFlows=CUSTOM_FLOWS))
    assert riddles.answer(riddles.begin())["AuthenticationResult"]
    api.headers["User-Agent"] = CHROME
    choice = riddles.answer(riddles.begin())
    assert choice["ChallengeName"] == "SELECT_MFA_TYPE"
    chosen = riddles.respond(choice, {"USERNAME": "ana", "ANSWER": "SOFTWARE_TOKEN_MFA"})
    assert chosen["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    refusal(lambda: riddles.respond(chosen, {"USERNAME": "ana", "SOFTWARE_TOKEN_MFA_CODE": "000000"}))
    code = code_of(api, secret)
    done = riddles.respond(chosen, {"USERNAME": "ana", "SOFTWARE_TOKEN_MFA_CODE": code})
    assert done["AuthenticationResult"]
    assert place.responses() == [("SignIn", "Pass"), ("SignIn", "Pass")]
    assert place.risks() == [("NoRisk", None), ("AccountTakeover", "Low")]


@pytest.fixture
def world(world: World) -> World:
    """A world that runs the triggers of custom challenges."""
    return Triggers().in_world(world)


def test_a_pool_without_threat_protection_pays_nothing(api: Api, store: Store) -> None:
    place = a_guarded(api, "OFF")
    asked: list[str] = []
    sql.listen(store.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    sign_in(api, place.client)
    refusal(lambda: enter(api, place.client, password="wrong"))
    place.sign_up()
    assert asked
    assert not any("auth_events" in statement for statement in asked)
