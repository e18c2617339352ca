"""CustomMessage: asked for the words of every message before anything is written; it never sees a code."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.custom_message.acts import ANA, EVERY_CASE, INVITES, METADATA, WORDS, Case, asks_again, is_moved, says
from tests.api.people import confirm, seen, status_of
from tests.api.recorded_functions import EVERY_FAILURE, Function, Json, Place, Recorder, configured
from tests.api.signing_in import refusal
from tests.builders import PASSWORD, Api, pairs

BOTH = ["EMAIL", "SMS"]
BOTH_KINDS = ["email", "phone_number"]


@EVERY_CASE
def test_the_event_is_aws_own(api: Api, place: Place, recorder: Recorder, case: Case) -> None:
    says(recorder, case)
    case.act(place)
    [event] = recorder.events
    sub = next(pair["Value"] for pair in seen(api, place.pool, case.user)["UserAttributes"] if pair["Name"] == "sub")
    verified = {"email_verified": case.verified} if case.verified else {}
    attributes = {"sub": sub, "cognito:user_status": case.status, "email": case.to, **verified}
    request = {
        "userAttributes": attributes,
        "codeParameter": "{####}",
        "linkParameter": "{##Click Here##}",
        "usernameParameter": "{username}" if case.source == "AdminCreateUser" else None,
        "clientMetadata": METADATA,
    }
    response = {"smsMessage": None, "emailMessage": None, "emailSubject": None}
    client = place.client if case.by_client else "CLIENT_ID_NOT_APPLICABLE"
    assert event == place.event(client, f"CustomMessage_{case.source}", request, response, case.user)


@EVERY_CASE
def test_its_words_are_sent_with_the_code_in_their_place(
    api: Api, place: Place, recorder: Recorder, case: Case
) -> None:
    says(recorder, case)
    before = len(api.world.mailbox.messages())
    case.act(place)
    [message] = api.world.mailbox.messages()[before:]
    assert (message.to, message.trigger) == (case.to, f"CustomMessage_{case.source}")
    assert message.code
    if case.source == "AdminCreateUser":
        assert (message.subject, message.body) == ("Come", f"cleo: {message.code}")
    else:
        assert (message.subject, message.body) == ("Hello", f"Say {message.code}, please")
    assert message.code not in str(recorder.events)


@EVERY_CASE
@EVERY_FAILURE
def test_where_it_fails_nothing_is_written(
    place: Place, recorder: Recorder, case: Case, does: Function | None, told: str
) -> None:
    recorder.fails("CustomMessage", does)
    before = place.people()
    assert refusal(lambda: case.act(place)) == told.format("CustomMessage")
    assert place.people() == before


def test_a_code_from_before_is_good_still_where_it_fails(api: Api, place: Place, recorder: Recorder) -> None:
    code = api.code(user="bea")
    recorder.fails("CustomMessage", None)
    for _ in range(10):
        told = "UnexpectedLambdaException: CustomMessage invocation failed due to error ResourceNotFoundException."
        assert refusal(lambda: asks_again(place)) == told
    confirm(api, place.client, code, "bea")
    assert status_of(api, place.pool, "bea") == "CONFIRMED"


def test_an_invitation_by_both_mediums_is_one_question(api: Api, place: Place, recorder: Recorder) -> None:
    recorder.on("CustomMessage", INVITES)
    addresses = pairs({"email": "cleo@example.com", "phone_number": "+15555550000"})
    members = {"Username": "cleo", "UserAttributes": addresses, "DesiredDeliveryMediums": BOTH}
    api.idp("AdminCreateUser", UserPoolId=place.pool, **members)
    assert recorder.sources == ["CustomMessage_AdminCreateUser"]
    text, email = api.world.mailbox.messages(user="cleo")
    assert (text.medium, text.subject, text.body) == ("SMS", None, f"cleo {text.code}")
    assert (email.medium, email.subject, email.body) == ("EMAIL", "Come", f"cleo: {text.code}")


def test_two_new_addresses_are_two_questions(api: Api, place: Place, recorder: Recorder) -> None:
    members = {"AutoVerifiedAttributes": BOTH_KINDS, "LambdaConfig": configured("CustomMessage")}
    api.idp("UpdateUserPool", UserPoolId=place.pool, **members)
    changed = pairs({"email": "new@example.com", "phone_number": "+15555550000"})
    api.idp("AdminUpdateUserAttributes", UserPoolId=place.pool, Username="ana", UserAttributes=changed)
    assert recorder.sources == ["CustomMessage_UpdateUserAttribute"] * 2
    sent = api.world.mailbox.messages(user="ana")
    assert [(message.to, message.body) for message in sent] == [
        ("new@example.com", f"Say {sent[0].code}, please"),
        ("+15555550000", f"Text {sent[1].code}"),
    ]


def test_the_address_that_waits_is_the_one_it_is_told(api: Api, place: Place, recorder: Recorder) -> None:
    waits = {"AttributesRequireVerificationBeforeUpdate": ["email"]}
    members = {"AutoVerifiedAttributes": ["email"], "LambdaConfig": configured("CustomMessage")}
    api.idp("UpdateUserPool", UserPoolId=place.pool, UserAttributeUpdateSettings=waits, **members)
    is_moved(place)
    assert recorder.events[0]["request"]["userAttributes"]["email"] == "new@example.com"
    assert {"Name": "email", "Value": "ana@example.com"} in seen(api, place.pool)["UserAttributes"]


@pytest.mark.parametrize("action", ["SUPPRESS", "RESEND"])
def test_it_is_asked_only_where_something_is_sent(api: Api, place: Place, recorder: Recorder, action: str) -> None:
    recorder.on("CustomMessage", INVITES)
    members = {"UserPoolId": place.pool, "Username": "cleo", "UserAttributes": pairs(ANA | {"email": "c@example.com"})}
    api.idp("AdminCreateUser", **members, MessageAction="SUPPRESS")
    assert recorder.sources == []
    if action == "RESEND":
        api.idp("AdminCreateUser", **members, MessageAction="RESEND", DesiredDeliveryMediums=["EMAIL"])
        assert recorder.sources == ["CustomMessage_AdminCreateUser"]
        assert api.message(user="cleo").body == f"cleo: {api.code(user='cleo')}"


def test_a_sign_up_that_is_refused_asks_nothing(place: Place, recorder: Recorder) -> None:
    members = {"ClientId": place.client, "Username": "ana", "Password": PASSWORD}
    refused = refusal(lambda: place.api.idp("SignUp", **members, UserAttributes=pairs({"email": "x@example.com"})))
    assert refused == "UsernameExistsException: User already exists"
    assert recorder.events == []


def test_it_may_call_back(api: Api, place: Place, recorder: Recorder) -> None:
    def asks_back(event: Json) -> Any:
        api.idp("AdminGetUser", UserPoolId=place.pool, Username="ana")
        changed = pairs({"name": "Bea"})
        api.idp("AdminUpdateUserAttributes", UserPoolId=place.pool, Username="bea", UserAttributes=changed)
        return WORDS(event)

    recorder.on("CustomMessage", asks_back)
    asks_again(place)
    assert api.message(user="bea").body == f"Say {api.code(user='bea')}, please"
    assert {"Name": "name", "Value": "Bea"} in seen(api, place.pool, "bea")["UserAttributes"]


def test_who_is_confirmed_meanwhile_gets_no_code(api: Api, place: Place, recorder: Recorder) -> None:
    def confirms(event: Json) -> Any:
        api.idp("AdminConfirmSignUp", UserPoolId=place.pool, Username="bea")
        return WORDS(event)

    recorder.on("CustomMessage", confirms)
    before = len(api.world.mailbox.messages())
    assert refusal(lambda: asks_again(place)) == "InvalidParameterException: User is already confirmed."
    assert len(api.world.mailbox.messages()) == before
