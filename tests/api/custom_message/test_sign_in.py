"""CustomMessage and the codes of a sign-in: asked once the step before is kept."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api import second_factors
from tests.api.custom_message.acts import METADATA, METADATA_GIVEN, WORDS
from tests.api.people import status_of
from tests.api.recorded_functions import EVERY_FAILURE, Function, Json, Place, Recorder, a_place, answering, configured
from tests.api.signing_in import begin, challenged, enter, refusal, respond
from tests.builders import PASSWORD, Api


@pytest.fixture
def mfa(api: Api) -> Place:
    """A pool where Ana's second factor is her phone."""
    made, client = second_factors.a_place(api, "ON", second_factors.SMS, LambdaConfig=configured("CustomMessage"))
    second_factors.ana(api, made, "phone_number")
    return Place(api, made, client)


def test_the_text_of_a_sign_in_is_its_own(api: Api, mfa: Place, recorder: Recorder) -> None:
    members = {"ClientId": mfa.client, "AuthFlow": "USER_PASSWORD_AUTH", "ClientMetadata": METADATA}
    parameters = {"USERNAME": "ana", "PASSWORD": PASSWORD}
    challenge = api.idp("InitiateAuth", **members, AuthParameters=parameters)
    assert challenge["ChallengeName"] == "SMS_MFA"
    [event] = recorder.events
    assert event["triggerSource"] == "CustomMessage_Authentication"
    assert event["callerContext"]["clientId"] == mfa.client
    assert event["request"].keys() == {"userAttributes", "codeParameter", "linkParameter", "usernameParameter"}
    message = api.message(user="ana")
    assert (message.body, message.trigger) == (f"Text {message.code}", "CustomMessage_Authentication")
    answer = {"USERNAME": "ana", "SMS_MFA_CODE": message.code}
    done = api.idp(
        "RespondToAuthChallenge",
        ClientId=mfa.client,
        ChallengeName="SMS_MFA",
        Session=challenge["Session"],
        ChallengeResponses=answer,
    )
    assert done["AuthenticationResult"]["AccessToken"]


@EVERY_FAILURE
def test_a_sign_in_whose_code_has_no_words_is_refused(
    api: Api, mfa: Place, recorder: Recorder, does: Function | None, told: str
) -> None:
    recorder.fails("CustomMessage", does)
    before = mfa.people()
    assert refusal(lambda: enter(api, mfa.client)) == told.format("CustomMessage")
    assert mfa.people() == before
    recorder.on("CustomMessage", WORDS)
    assert enter(api, mfa.client)["ChallengeName"] == "SMS_MFA"


def test_a_text_of_a_sign_in_is_short(api: Api, mfa: Place, recorder: Recorder) -> None:
    recorder.on("CustomMessage", answering(smsMessage="{####}" + "x" * 135))
    told = "Invalid lambda function output : smsMessage is longer than 140 characters"
    assert refusal(lambda: enter(api, mfa.client)) == f"InvalidLambdaResponseException: {told}"


def test_a_step_that_led_to_the_code_is_told_its_metadata_and_stays_done(
    api: Api, mfa: Place, recorder: Recorder
) -> None:
    api.idp("AdminSetUserPassword", UserPoolId=mfa.pool, Username="ana", Password="Temporary-Horse-1", Permanent=False)
    session = challenged(api, mfa.client)
    recorder.fails("CustomMessage", None)
    told = "UnexpectedLambdaException: CustomMessage invocation failed due to error ResourceNotFoundException."
    assert refusal(lambda: respond(api, mfa.client, session)) == told
    assert status_of(api, mfa.pool) == "CONFIRMED"
    recorder.on("CustomMessage", WORDS)
    assert enter(api, mfa.client)["ChallengeName"] == "SMS_MFA"
    spent = "NotAuthorizedException: Invalid session for the user, session can only be used once."
    assert refusal(lambda: respond(api, mfa.client, session)) == spent


def test_the_metadata_of_an_answer_gets_there(api: Api, mfa: Place, recorder: Recorder) -> None:
    api.idp("AdminSetUserPassword", UserPoolId=mfa.pool, Username="ana", Password="Temporary-Horse-1", Permanent=False)
    answer = {"USERNAME": "ana", "NEW_PASSWORD": PASSWORD}
    members = {"ClientId": mfa.client, "ChallengeName": "NEW_PASSWORD_REQUIRED", "ChallengeResponses": answer}
    session = challenged(api, mfa.client)
    next_one = api.idp("RespondToAuthChallenge", Session=session, **members, **METADATA_GIVEN)
    assert next_one["ChallengeName"] == "SMS_MFA"
    assert recorder.events[0]["request"]["clientMetadata"] == METADATA


def test_a_password_that_changes_meanwhile_ends_the_sign_in(api: Api, mfa: Place, recorder: Recorder) -> None:
    def changes(event: Json) -> Any:
        members = {"Username": "ana", "Password": "Another-Horse-1", "Permanent": True}
        api.idp("AdminSetUserPassword", UserPoolId=mfa.pool, **members)
        return WORDS(event)

    recorder.on("CustomMessage", changes)
    challenge = enter(api, mfa.client)
    answer = {"USERNAME": "ana", "SMS_MFA_CODE": api.code(user="ana")}
    members = {"ClientId": mfa.client, "ChallengeName": "SMS_MFA", "ChallengeResponses": answer}
    told = "NotAuthorizedException: Invalid session for the user."
    assert refusal(lambda: api.idp("RespondToAuthChallenge", Session=challenge["Session"], **members)) == told


def test_who_is_deleted_meanwhile_gets_no_further(api: Api, mfa: Place, recorder: Recorder) -> None:
    def deletes(event: Json) -> Any:
        api.idp("AdminDeleteUser", UserPoolId=mfa.pool, Username="ana")
        return WORDS(event)

    recorder.on("CustomMessage", deletes)
    assert refusal(lambda: enter(api, mfa.client)) == "UserNotFoundException: User does not exist."


def test_somebody_who_only_seems_to_exist_is_nobody_to_write_to(api: Api, recorder: Recorder) -> None:
    place = a_place(api, "CustomMessage", client={"PreventUserExistenceErrors": "ENABLED"})
    api.idp("ForgotPassword", ClientId=place.client, Username="nobody")
    api.idp("ResendConfirmationCode", ClientId=place.client, Username="nobody")
    assert refusal(lambda: begin(api, place.client, USERNAME="nobody", PASSWORD=PASSWORD)).startswith("NotAuthorized")
    assert recorder.events == []
