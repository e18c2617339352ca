"""CUSTOM_AUTH: what the triggers are given, and what becomes of what they say."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.lambda_functions import CREATE, DEFINE, ROUND, VERIFY, Json, Place, Triggers, a_place, answering
from tests.api.signing_in import WRONG, begin, refusal
from tests.api.srp_client import SRP_A
from tests.builders import Api, a_pool, a_user, claims, unpaired

ONCE = "NotAuthorizedException: Invalid session for the user, session can only be used once."
FIRST = {"challengeName": "CUSTOM_CHALLENGE", "challengeMetadata": "RIDDLE-1"}


def test_the_challenge_is_exactly_this(place: Place) -> None:
    challenge = place.begin()
    assert challenge.pop("Session").startswith("AYABe")
    assert challenge == {
        "ChallengeName": "CUSTOM_CHALLENGE",
        "ChallengeParameters": {"riddle": "the 1.", "USERNAME": "ana"},
    }


def test_a_right_answer_gives_tokens(place: Place) -> None:
    answer = place.answer(place.begin())
    assert answer.keys() == {"ChallengeParameters", "AuthenticationResult"}
    assert answer["ChallengeParameters"] == {}
    assert claims(answer["AuthenticationResult"]["IdToken"])["email"] == "ana@example.com"
    assert place.api.idp("GetUser", AccessToken=answer["AuthenticationResult"]["AccessToken"])["Username"] == "ana"


def test_the_events_are_exactly_these(place: Place, triggers: Triggers) -> None:
    place.answer(place.begin())
    user = unpaired(place.api.idp("AdminGetUser", UserPoolId=place.pool, Username="ana")["UserAttributes"])
    attributes = {"userAttributes": {"cognito:user_status": "CONFIRMED", **user}}
    assert user.keys() == {"sub", "email"}

    def event(trigger: str, request: Json, response: Json) -> Json:
        return {
            "version": "1",
            "region": "us-east-1",
            "userPoolId": place.pool,
            "userName": "ana",
            "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": place.client},
            "triggerSource": f"{trigger}_Authentication",
            "request": attributes | request,
            "response": response,
        }

    undecided = {"challengeName": None, "issueTokens": None, "failAuthentication": None}
    unmade = {"publicChallengeParameters": None, "privateChallengeParameters": None, "challengeMetadata": None}
    answered = {"privateChallengeParameters": {"answer": "hush-1"}, "challengeAnswer": "hush-1"}
    assert triggers.events == [
        event(DEFINE, {"session": []}, undecided),
        event(CREATE, {"challengeName": "CUSTOM_CHALLENGE", "session": []}, unmade),
        event(VERIFY, answered, {"answerCorrect": None}),
        event(DEFINE, {"session": [FIRST | {"challengeResult": True}]}, undecided),
    ]
    assert list(triggers.events[0]) == list(event(DEFINE, {}, {}))


def test_the_sdk_of_the_caller_is_told(api: Api, place: Place, triggers: Triggers) -> None:
    api.headers["User-Agent"] = "aws-sdk-js/3.1.0 os/linux lang/js"
    place.begin()
    assert triggers.events[0]["callerContext"]["awsSdkVersion"] == "aws-sdk-js-3.1.0"


def test_a_wrong_answer_is_followed_by_what_the_trigger_says(place: Place, triggers: Triggers) -> None:
    first = place.begin()
    second = place.answer(first, "wrong")
    assert second["ChallengeParameters"] == {"riddle": "the 2.", "USERNAME": "ana"}
    assert second["Session"] != first["Session"]
    assert "AuthenticationResult" in place.answer(second, "hush-2")
    wrong, right = FIRST | {"challengeResult": False}, FIRST | {"challengeResult": True}
    right["challengeMetadata"] = "RIDDLE-2"
    assert [request["session"] for request in triggers.of(DEFINE)] == [[], [wrong], [wrong, right]]
    assert [request["session"] for request in triggers.of(CREATE)] == [[], [wrong]]
    assert [request["privateChallengeParameters"] for request in triggers.of(VERIFY)] == [
        {"answer": "hush-1"},
        {"answer": "hush-2"},
    ]


def test_the_third_wrong_answer_ends_it_because_the_trigger_says_so(place: Place, triggers: Triggers) -> None:
    challenge = place.answer(place.answer(place.begin(), "wrong"), "wrong")
    assert triggers.called == [DEFINE, CREATE, *ROUND, *ROUND]
    assert refusal(lambda: place.answer(challenge, "wrong")) == WRONG
    assert triggers.called == [VERIFY, DEFINE]
    assert refusal(lambda: place.answer(challenge, "hush-3")) == ONCE
    assert triggers.called == []


def test_a_session_is_good_for_one_answer(place: Place, triggers: Triggers) -> None:
    first = place.begin()
    second = place.answer(first, "wrong")
    assert refusal(lambda: place.answer(first)) == ONCE
    place.answer(second, "hush-2")
    triggers.events.clear()
    assert refusal(lambda: place.answer(second, "hush-2")) == ONCE
    assert triggers.called == []


@pytest.mark.parametrize("answer", ["", " ", "💥", "\x00", "x" * 100_000, '{"a": 1}', "hush-1 "])
def test_any_answer_is_for_the_trigger_to_judge(place: Place, triggers: Triggers, answer: str) -> None:
    assert place.answer(place.begin(), answer)["ChallengeName"] == "CUSTOM_CHALLENGE"
    assert triggers.of(VERIFY)[0]["challengeAnswer"] == answer


def test_an_answer_that_is_missing_is_asked_for(place: Place, triggers: Triggers) -> None:
    challenge = place.begin()
    told = refusal(lambda: place.respond(challenge, {"USERNAME": "ana"}))
    assert told == "InvalidParameterException: Missing required parameter ANSWER"
    assert triggers.of(VERIFY) == []
    assert "AuthenticationResult" in place.answer(challenge)


def test_only_the_metadata_of_an_answer_reaches_the_triggers(place: Place, triggers: Triggers) -> None:
    members = {"ClientId": place.client, "AuthFlow": "CUSTOM_AUTH", "AuthParameters": {"USERNAME": "ana"}}
    challenge = place.api.idp("InitiateAuth", **members, ClientMetadata={"from": "the first call"})
    challenge = place.answer(challenge, "wrong", ClientMetadata={"from": "an answer"})
    place.answer(challenge, "hush-2")
    told = [event["request"].get("clientMetadata") for event in triggers.events]
    assert told == [None, None, *[{"from": "an answer"}] * 3, None, None]


@pytest.mark.parametrize("parameters", [{}, {"CHALLENGE_NAME": "CUSTOM_CHALLENGE"}, {"CHALLENGE_NAME": ""}])
def test_it_begins_without_the_password_where_srp_is_not_named(
    place: Place, triggers: Triggers, parameters: dict[str, str]
) -> None:
    assert place.begin(**parameters)["ChallengeName"] == "CUSTOM_CHALLENGE"
    assert triggers.of(DEFINE)[0]["session"] == []


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"CHALLENGE_NAME": "SRP_A"}, "Missing required parameter SRP_A"),
        ({"CHALLENGE_NAME": "SRP_A", "SRP_A": ""}, "Missing required parameter SRP_A"),
        ({"CHALLENGE_NAME": "SRP_A", "SRP_A": "xyz"}, "Invalid SRP_A"),
        ({"CHALLENGE_NAME": "SRP_A", "SRP_A": "0"}, "Invalid SRP_A"),
        ({"CHALLENGE_NAME": "PASSWORD_VERIFIER", "SRP_A": SRP_A}, "Invalid CHALLENGE_NAME PASSWORD_VERIFIER"),
        ({"CHALLENGE_NAME": "💥"}, "Invalid CHALLENGE_NAME 💥"),
    ],
)
def test_it_begins_with_nothing_else(place: Place, triggers: Triggers, parameters: dict[str, str], words: str) -> None:
    assert refusal(lambda: place.begin(**parameters)) == f"InvalidParameterException: {words}"
    assert triggers.events == []


@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize("second", [False, True])
def test_administrators_may_ask_and_answer_too(place: Place, first: bool, second: bool) -> None:
    challenge = begin(place.api, place.client, "CUSTOM_AUTH", place.pool if first else "", USERNAME="ana")
    members: dict[str, Any] = {"ClientId": place.client, "ChallengeName": "CUSTOM_CHALLENGE"}
    members |= {"Session": challenge["Session"], "ChallengeResponses": {"USERNAME": "ana", "ANSWER": "hush-1"}}
    if second:
        answer = place.api.idp("AdminRespondToAuthChallenge", UserPoolId=place.pool, **members)
    else:
        answer = place.api.idp("RespondToAuthChallenge", **members)
    assert "AuthenticationResult" in answer


def test_tokens_may_be_issued_at_once(place: Place, triggers: Triggers) -> None:
    triggers.does[DEFINE] = answering(issueTokens=True)
    answer = place.begin()
    assert answer["AuthenticationResult"]["RefreshToken"]
    assert "Session" not in answer


def test_the_true_name_and_the_addresses_that_are_names_are_told(api: Api, triggers: Triggers) -> None:
    place = a_place(api, UsernameAttributes=["email"])
    sub = a_user(api, place.pool, "ana@example.com")["Username"]
    challenge = place.begin("ana@example.com")
    assert challenge["ChallengeParameters"]["USERNAME"] == sub
    event = triggers.events[0]
    assert event["userName"] == sub
    assert event["request"]["userAttributes"]["cognito:email_alias"] == "ana@example.com"
    assert "AuthenticationResult" in place.answer(challenge, username=sub)


def test_any_number_of_challenges_comes_to_an_end(api: Api, place: Place, triggers: Triggers) -> None:
    triggers.does[DEFINE] = answering(challengeName="CUSTOM_CHALLENGE")
    triggers.does[VERIFY] = answering(answerCorrect=True)
    challenge = place.begin()
    for _ in range(50):
        challenge = place.answer(challenge)
    assert refusal(lambda: place.answer(challenge)) == WRONG
    assert refusal(lambda: place.answer(challenge)) == ONCE


def test_a_pool_without_all_three_has_no_custom_authentication(api: Api, triggers: Triggers) -> None:
    place = a_place(api)
    a_user(api, place.pool)
    words = "InvalidParameterException: Custom auth lambda trigger is not configured for the user pool."
    pool = api.idp("DescribeUserPool", UserPoolId=place.pool)["UserPool"]
    for missing in (DEFINE, CREATE, VERIFY):
        config = {name: arn for name, arn in pool["LambdaConfig"].items() if name != missing}
        api.idp("UpdateUserPool", UserPoolId=place.pool, LambdaConfig=config)
        assert refusal(place.begin) == words
    assert triggers.events == []


def test_a_pool_may_lose_a_trigger_on_the_way(place: Place, triggers: Triggers) -> None:
    challenge = place.begin()
    place.api.idp("UpdateUserPool", UserPoolId=place.pool, LambdaConfig={})
    words = "InvalidParameterException: Custom auth lambda trigger is not configured for the user pool."
    assert refusal(lambda: place.answer(challenge)) == words


def test_another_pool_has_its_own(api: Api, place: Place) -> None:
    other = a_pool(api)
    assert place.begin()["ChallengeName"] == "CUSTOM_CHALLENGE"
    assert api.idp("DescribeUserPool", UserPoolId=other)["UserPool"]["LambdaConfig"] == {}
