"""PreAuthentication before a sign-in, PostAuthentication after it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.recorded_functions import EVERY_FAILURE, Function, Recorder, refusing
from tests.api.sign_in_triggers.conftest import ALL, ANA, SignIns, a_place
from tests.api.signing_in import TEMPORARY, WRONG, a_newcomer, begin, refusal, renew, respond
from tests.api.srp_client import SrpClient
from tests.builders import PASSWORD, Api, a_user, claims, unpaired

BEFORE, AFTER, TOKENS = (
    "PreAuthentication_Authentication",
    "PostAuthentication_Authentication",
    "TokenGeneration_Authentication",
)
UNKNOWN_SDK = "aws-sdk-unknown-unknown"


def sub(place: SignIns) -> str:
    told = place.api.idp("AdminGetUser", UserPoolId=place.pool, Username="ana")
    return unpaired(told["UserAttributes"])["sub"]


def test_the_three_are_called_in_order_with_aws_events(place: SignIns) -> None:
    place.enter(ClientMetadata={"page": "home"})
    before, after, tokens = place.functions.events
    common = {
        "version": "1",
        "region": "us-east-1",
        "userPoolId": place.pool,
        "userName": "ana",
        "callerContext": {"awsSdkVersion": UNKNOWN_SDK, "clientId": place.client},
    }
    attributes = {"sub": sub(place), "cognito:user_status": "CONFIRMED", **ANA}
    assert before == {
        **common,
        "triggerSource": BEFORE,
        "request": {"userAttributes": attributes, "validationData": {"page": "home"}},
        "response": {},
    }
    assert after == {
        **common,
        "triggerSource": AFTER,
        "request": {"userAttributes": attributes, "newDeviceUsed": False},
        "response": {},
    }
    assert tokens == {
        **common,
        "triggerSource": TOKENS,
        "request": {
            "userAttributes": attributes,
            "groupConfiguration": {"groupsToOverride": [], "iamRolesToOverride": [], "preferredRole": None},
        },
        "response": {"claimsOverrideDetails": None},
    }


def test_without_metadata_there_is_no_validation_data(place: SignIns) -> None:
    place.enter()
    assert place.functions.events[0]["request"]["validationData"] is None


def test_a_wrong_password_is_told_after_the_first_trigger(place: SignIns) -> None:
    assert refusal(lambda: place.enter(password="Wrong-Horse-1")) == WRONG
    assert place.called == [BEFORE]


def test_srp_calls_the_first_at_its_beginning_and_the_others_at_its_end(place: SignIns) -> None:
    client = SrpClient(place.api, place.pool, place.client)
    challenge = client.begin()
    assert place.called == [BEFORE]
    assert client.prove(challenge)["AuthenticationResult"]
    assert place.called == [BEFORE, AFTER, TOKENS]


def test_choice_calls_them_too(place: SignIns) -> None:
    parameters = {"USERNAME": "ana", "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD}
    assert begin(place.api, place.client, "USER_AUTH", **parameters)["AuthenticationResult"]
    assert place.called == [BEFORE, AFTER, TOKENS]


def test_a_new_password_has_a_source_of_its_own_and_brings_its_metadata(place: SignIns) -> None:
    a_newcomer(place.api, place.pool, "bob")
    challenge = place.enter("bob", TEMPORARY, ClientMetadata={"begun": "here"})
    assert place.called == [BEFORE]
    answer = {"USERNAME": "bob", "NEW_PASSWORD": PASSWORD}
    place.api.idp(
        "RespondToAuthChallenge",
        ClientId=place.client,
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=challenge["Session"],
        ChallengeResponses=answer,
        ClientMetadata={"answered": "there"},
    )
    assert place.called == [BEFORE, AFTER, "TokenGeneration_NewPasswordChallenge"]
    for event in place.functions.events[1:]:
        assert event["request"]["clientMetadata"] == {"answered": "there"}
        assert event["request"]["userAttributes"]["cognito:user_status"] == "CONFIRMED"


def test_a_refresh_calls_only_the_last(place: SignIns) -> None:
    token = place.enter()["AuthenticationResult"]["RefreshToken"]
    place.functions.events.clear()
    assert renew(place.api, place.client, token)["AuthenticationResult"]["IdToken"]
    assert place.called == ["TokenGeneration_RefreshTokens"]


def test_somebody_who_does_not_exist_is_told_of_where_the_client_hides_that(api: Api, functions: Recorder) -> None:
    hiding = a_place(api, functions, *ALL, PreventUserExistenceErrors="ENABLED")
    assert refusal(lambda: hiding.enter("zoe")) == WRONG
    (event,) = functions.events
    assert event["userName"] == "zoe"
    assert event["request"] == {"userAttributes": {}, "validationData": None, "userNotFound": True}
    hiding.enter()
    assert functions.events[1]["request"]["userNotFound"] is False


def test_somebody_who_does_not_exist_is_not_told_of_where_it_is_no_secret(place: SignIns) -> None:
    assert refusal(lambda: place.enter("zoe")) == "UserNotFoundException: User does not exist."
    assert place.called == []


@EVERY_FAILURE
@pytest.mark.parametrize("trigger", ALL)
def test_a_function_that_fails_ends_the_sign_in_with_nothing_issued(
    place: SignIns, trigger: str, does: Function | None, told: str
) -> None:
    place.functions.fails(trigger, does)
    assert refusal(place.enter) == told.format(trigger)
    place.functions.on(trigger, lambda event: event)
    assert place.enter()["AuthenticationResult"]["AccessToken"]


@pytest.mark.parametrize("trigger", ["PostAuthentication", "PreTokenGeneration"])
def test_what_a_sign_in_did_stays_when_a_trigger_after_it_refuses(place: SignIns, trigger: str) -> None:
    a_newcomer(place.api, place.pool, "ben")
    session = place.enter("ben", TEMPORARY)["Session"]
    place.functions.on(trigger, refusing("Later"))
    told = refusal(lambda: respond(place.api, place.client, session, USERNAME="ben"))
    assert told == f"UserLambdaValidationException: {trigger} failed with error Later."
    place.functions.on(trigger, lambda event: event)
    spent = refusal(lambda: respond(place.api, place.client, session, USERNAME="ben"))
    assert spent == "NotAuthorizedException: Invalid session for the user, session can only be used once."
    assert place.enter("ben")["AuthenticationResult"]


def test_a_function_that_calls_back_and_disables_the_user_ends_the_sign_in(place: SignIns) -> None:
    def disable(event: dict[str, Any]) -> dict[str, Any]:
        place.api.idp("AdminDisableUser", UserPoolId=place.pool, Username="ana")
        return event

    place.functions.on("PostAuthentication", disable)
    assert refusal(place.enter) == "NotAuthorizedException: User is disabled."


def test_a_function_that_calls_back_and_changes_the_user_is_heeded(place: SignIns) -> None:
    def rename(event: dict[str, Any]) -> dict[str, Any]:
        names = [{"Name": "name", "Value": "Ana"}]
        place.api.idp("AdminUpdateUserAttributes", UserPoolId=place.pool, Username="ana", UserAttributes=names)
        return event

    place.functions.on("PostAuthentication", rename)
    assert claims(place.enter()["AuthenticationResult"]["IdToken"])["name"] == "Ana"


def test_a_new_device_is_told_of(api: Api, functions: Recorder) -> None:
    place = a_place(api, functions, "PostAuthentication")
    config = api.idp("DescribeUserPool", UserPoolId=place.pool)["UserPool"]["LambdaConfig"]
    device = {"ChallengeRequiredOnNewDevice": False, "DeviceOnlyRememberedOnUserPrompt": False}
    api.idp("UpdateUserPool", UserPoolId=place.pool, LambdaConfig=config, DeviceConfiguration=device)
    assert "NewDeviceMetadata" in place.enter()["AuthenticationResult"]
    assert functions.events[-1]["request"]["newDeviceUsed"] is True
    assert a_user(api, place.pool, "bob")
