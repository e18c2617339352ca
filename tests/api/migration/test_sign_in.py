"""UserMigration at sign-in: who is asked about, who is made, and that nobody is where it fails."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.api.migration.conftest import ANA, CONFIRMED
from tests.api.people import attributes_of, sent, status_of
from tests.api.recorded_functions import OF_MIGRATION, Function, Json, Place, Recorder, a_place, answering, same, saying
from tests.api.signing_in import WRONG, begin, enter, refusal
from tests.api.srp_client import SRP_A
from tests.builders import FLOWS, Api, a_user, sign_in

PASSWORD = "short"
"""No policy has a say in a password that is brought along."""
UNDECIDED = {
    "userAttributes": None,
    "finalUserStatus": None,
    "messageAction": None,
    "desiredDeliveryMediums": None,
    "forceAliasCreation": None,
    "enableSMSMFA": None,
}


def failed(place: Place) -> str:
    """What is said where the function makes no user."""
    return f"UserNotFoundException: Exception migrating user in app client {place.client}"


def test_who_is_migrated_is_signed_in_and_from_then_on_known(place: Place, functions: Recorder) -> None:
    assert sign_in(place.api, place.client, password=PASSWORD)["AccessToken"]
    assert status_of(place.api, place.pool) == "CONFIRMED"
    assert attributes_of(place.api, place.pool) == ANA
    assert sent(place.api) == 0
    assert sign_in(place.api, place.client, password=PASSWORD)["AccessToken"]
    assert refusal(lambda: enter(place.api, place.client, password="wrong")) == WRONG
    assert functions.sources == ["UserMigration_Authentication"]


def test_the_event_is_exactly_this(place: Place, functions: Recorder) -> None:
    enter(place.api, place.client, password=PASSWORD)
    told = {"userAttributes": None, "password": PASSWORD, "validationData": None}
    assert functions.events == [place.event(place.client, "UserMigration_Authentication", told, UNDECIDED)]


@pytest.mark.parametrize("admin", [False, True])
def test_client_metadata_is_its_validation_data(place: Place, functions: Recorder, admin: bool) -> None:
    place.api.idp(
        "AdminInitiateAuth" if admin else "InitiateAuth",
        **({"UserPoolId": place.pool} if admin else {}),
        ClientId=place.client,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH" if admin else "USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ana", "PASSWORD": PASSWORD},
        ClientMetadata={"from": "shop"},
    )
    assert functions.events[0]["request"]["validationData"] == {"from": "shop"}
    assert "clientMetadata" not in functions.events[0]["request"]


def test_who_is_there_is_not_asked_about(place: Place, functions: Recorder) -> None:
    a_user(place.api, place.pool)
    assert refusal(lambda: enter(place.api, place.client, password="wrong")) == WRONG
    assert functions.events == []


@pytest.mark.parametrize(("does", "told"), [pytest.param(*row[1:], id=row[0]) for row in OF_MIGRATION])
def test_a_function_that_fails_makes_nobody(
    place: Place, functions: Recorder, does: Function | None, told: str
) -> None:
    functions.fails("UserMigration", does)
    assert refusal(lambda: enter(place.api, place.client)) == told.format("UserMigration")
    assert place.people() == ([], 0)


UNREADABLE = "InvalidLambdaResponseException: Unrecognizable lambda output"


@pytest.mark.parametrize(
    "response",
    [
        {"userAttributes": "ana"},
        {"userAttributes": [ANA]},
        {"userAttributes": {"email": None}},
        {"userAttributes": {"email": "ana@example.com", "email_verified": True}},
        {"finalUserStatus": "UNCONFIRMED"},
        {"finalUserStatus": 7},
        {"finalUserStatus": ["CONFIRMED"]},
        {"messageAction": "RESEND"},
        {"messageAction": ["SUPPRESS"]},
        {"desiredDeliveryMediums": "EMAIL"},
        {"desiredDeliveryMediums": ["PIGEON"]},
        {"desiredDeliveryMediums": [{}]},
        {"forceAliasCreation": "yes"},
        {"enableSMSMFA": 1},
    ],
)
def test_a_response_of_a_wrong_shape_makes_nobody(place: Place, functions: Recorder, response: Json) -> None:
    functions.on("UserMigration", answering(**{"userAttributes": ANA, **CONFIRMED, **response}))
    assert refusal(lambda: enter(place.api, place.client)) == UNREADABLE
    assert place.people() == ([], 0)


NEW = "InvalidParameterException: Attributes did not conform to the schema: "


@pytest.mark.parametrize(
    ("attributes", "told"),
    [
        ({"custom:none": "1"}, f"{NEW}custom:none: Attribute does not exist in the schema.\n"),
        ({"sub": "1"}, f"{NEW}sub: Attribute cannot be updated.\n"),
        ({"email": "nowhere"}, "InvalidParameterException: Invalid email address format."),
        ({"name": "x" * 2049}, f"{NEW}name: String must be no longer than 2048 characters\n"),
    ],
)
def test_the_schema_is_heeded(place: Place, functions: Recorder, attributes: Json, told: str) -> None:
    functions.on("UserMigration", answering(userAttributes=attributes, **CONFIRMED))
    assert refusal(lambda: enter(place.api, place.client)) == told
    assert place.people() == ([], 0)


@pytest.mark.parametrize("attributes", [None, {}])
def test_a_function_that_knows_nobody_makes_nobody(
    place: Place, discreet: Place, functions: Recorder, attributes: Any
) -> None:
    functions.on("UserMigration", answering(userAttributes=attributes, finalUserStatus="CONFIRMED"))
    assert refusal(lambda: enter(place.api, place.client)) == failed(place)
    assert refusal(lambda: enter(discreet.api, discreet.client)) == failed(discreet)
    assert [place.people(), discreet.people()] == [([], 0)] * 2


@pytest.mark.parametrize("nothing", [None, "", {}])
def test_a_function_that_answers_nothing_knows_nobody(
    place: Place, discreet: Place, functions: Recorder, nothing: Any
) -> None:
    functions.on("UserMigration", saying(nothing))
    for where in (place, discreet):
        assert refusal(lambda: enter(where.api, where.client)) == failed(where)  # noqa: B023
        assert where.people() == ([], 0)


def test_who_has_to_reset_their_password_is_kept_and_told(place: Place, functions: Recorder) -> None:
    functions.on("UserMigration", answering(userAttributes=ANA, messageAction="SUPPRESS"))
    due = "PasswordResetRequiredException: Password reset required for the user"
    assert refusal(lambda: enter(place.api, place.client)) == due
    assert status_of(place.api, place.pool) == "RESET_REQUIRED"
    assert refusal(lambda: enter(place.api, place.client)) == due
    assert len(functions.events) == 1


@pytest.mark.parametrize("status", ["CONFIRMED", "RESET_REQUIRED"])
@pytest.mark.parametrize(
    ("mediums", "to"),
    [
        (["EMAIL"], ["ana@example.com"]),
        (["SMS"], ["+12065550100"]),
        (["EMAIL", "SMS"], ["+12065550100", "ana@example.com"]),
        (None, ["+12065550100"]),
    ],
)
def test_who_is_migrated_is_welcomed_without_their_password(
    place: Place, functions: Recorder, status: str, mediums: list[str] | None, to: list[str]
) -> None:
    attributes = {**ANA, "phone_number": "+12065550100"}
    functions.on(
        "UserMigration",
        answering(userAttributes=attributes, finalUserStatus=status, desiredDeliveryMediums=mediums),
    )
    if status == "CONFIRMED":
        sign_in(place.api, place.client, password=PASSWORD)
    else:
        refusal(lambda: enter(place.api, place.client, password=PASSWORD))
    messages = place.api.world.mailbox.messages()
    assert [message.to for message in messages] == to
    assert {message.body for message in messages} == {"Your username is ana. "}


def test_whom_the_function_makes_itself_is_not_made_twice(place: Place, functions: Recorder) -> None:
    def makes(event: Json) -> Json:
        a_user(place.api, place.pool, password="Own-Password-1")
        return answering(userAttributes=ANA, **CONFIRMED)(event)

    functions.on("UserMigration", makes)
    assert sign_in(place.api, place.client, password="Own-Password-1")["AccessToken"]
    assert attributes_of(place.api, place.pool) == {}


def test_two_who_migrate_one_user_at_once_make_one(place: Place, api: Api, functions: Recorder) -> None:
    both = threading.Barrier(2, timeout=10)

    def waits(event: Json) -> Json:
        both.wait()
        return answering(userAttributes=ANA, **CONFIRMED)(event)

    functions.on("UserMigration", waits)
    tokens: list[str] = []
    apis = [Api(api.http.application.test_client(), api.world) for _ in range(2)]
    threads = [
        threading.Thread(target=lambda one=one: tokens.append(sign_in(one, place.client)["AccessToken"]))
        for one in apis
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(tokens)) == 2
    assert len(place.people()[0]) == 1


@pytest.mark.parametrize("flow", ["USER_SRP_AUTH", "USER_AUTH"])
def test_who_brings_no_password_is_not_migrated(discreet: Place, functions: Recorder, flow: str) -> None:
    begin(discreet.api, discreet.client, flow, USERNAME="ana", **({"SRP_A": SRP_A} if "SRP" in flow else {}))
    assert functions.events == []


def test_a_choice_of_the_password_migrates(discreet: Place, functions: Recorder) -> None:
    given = {"USERNAME": "ana", "PASSWORD": PASSWORD, "PREFERRED_CHALLENGE": "PASSWORD"}
    assert "AuthenticationResult" in begin(discreet.api, discreet.client, "USER_AUTH", **given)
    assert functions.sources == ["UserMigration_Authentication"]


def test_it_comes_before_every_other_trigger_of_a_sign_in(api: Api, functions: Recorder) -> None:
    others = ("PreAuthentication", "PostAuthentication", "PreTokenGeneration")
    place = a_place(api, "UserMigration", *others, client={"ExplicitAuthFlows": FLOWS})
    for trigger in others:
        functions.on(trigger, same)
    sign_in(api, place.client)
    assert [source.partition("_")[0] for source in functions.sources] == [
        "UserMigration",
        "PreAuthentication",
        "PostAuthentication",
        "TokenGeneration",
    ]


def answers(place: Place, challenge: Json, **responses: str) -> Json:
    """Answer a challenge of USER_AUTH."""
    return place.api.idp(
        "RespondToAuthChallenge",
        ClientId=place.client,
        ChallengeName=challenge["ChallengeName"],
        Session=challenge["Session"],
        ChallengeResponses={"USERNAME": "ana", **responses},
        ClientMetadata={"from": "shop"},
    )


def test_a_password_that_answers_a_challenge_migrates(discreet: Place, functions: Recorder) -> None:
    challenge = begin(discreet.api, discreet.client, "USER_AUTH", USERNAME="ana")
    answer = answers(discreet, challenge, ANSWER="PASSWORD", PASSWORD=PASSWORD)
    assert answer["AuthenticationResult"]["AccessToken"]
    told = {
        "userAttributes": None,
        "password": PASSWORD,
        "validationData": None,
        "clientMetadata": {"from": "shop"},
    }
    assert functions.events == [discreet.event(discreet.client, "UserMigration_Authentication", told, UNDECIDED)]
    once = "NotAuthorizedException: Invalid session for the user, session can only be used once."
    assert refusal(lambda: answers(discreet, challenge, ANSWER="PASSWORD", PASSWORD=PASSWORD)) == once


def test_a_challenge_that_the_function_does_not_help_with_is_answered_wrongly(
    discreet: Place, functions: Recorder
) -> None:
    challenge = begin(discreet.api, discreet.client, "USER_AUTH", USERNAME="ana")
    functions.on("UserMigration", same)
    assert refusal(lambda: answers(discreet, challenge, ANSWER="PASSWORD", PASSWORD=PASSWORD)) == failed(discreet)
    a_user(discreet.api, discreet.pool)
    assert refusal(lambda: answers(discreet, challenge, ANSWER="PASSWORD", PASSWORD=PASSWORD)) == WRONG
