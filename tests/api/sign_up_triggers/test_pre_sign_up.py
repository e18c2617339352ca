"""PreSignUp: what it is given, what it decides, and that nothing is left where it fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.people import attributes_of, sent, sign_up, status_of
from tests.api.provider_calls import a_provider
from tests.api.recorded_functions import EVERY_FAILURE, Function, Json, Place, Recorder, a_place, answering, same
from tests.api.signing_in import refusal
from tests.builders import PASSWORD, Api, a_user, pairs, sign_in

ANA = {"email": "ana@example.com", "phone_number": "+12065550100"}
UNDECIDED = {"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False}
TOGETHER = (
    "InvalidLambdaResponseException: Phone or email cannot be auto verified, when user is not being auto confirmed."
)
Act = Callable[[Place], Any]


def test_the_event_of_a_sign_up_is_exactly_this(place: Place, functions: Recorder) -> None:
    sign_up(place.api, place.client, **ANA)
    told = {"userAttributes": ANA, "validationData": None}
    assert functions.events == [place.event(place.client, "PreSignUp_SignUp", told, UNDECIDED)]
    assert attributes_of(place.api, place.pool)["email_verified"] == "false"


def test_validation_data_and_client_metadata_are_told(place: Place, functions: Recorder) -> None:
    place.api.idp(
        "SignUp",
        ClientId=place.client,
        Username="ana",
        Password=PASSWORD,
        ValidationData=[*pairs({"invitation": "42"}), {"Name": "blank"}],
        ClientMetadata={"from": "shop"},
    )
    told = {
        "userAttributes": {},
        "validationData": {"invitation": "42", "blank": None},
        "clientMetadata": {"from": "shop"},
    }
    assert functions.events == [place.event(place.client, "PreSignUp_SignUp", told, UNDECIDED)]


def test_the_event_of_a_user_whom_an_administrator_creates_is_exactly_this(place: Place, functions: Recorder) -> None:
    functions.on("PreSignUp", answering(autoConfirmUser=True, autoVerifyEmail=True))
    given = {"email": "ana@example.com", "email_verified": "false"}
    members = {"UserPoolId": place.pool, "Username": "ana", "UserAttributes": pairs(given), "MessageAction": "SUPPRESS"}
    more = {"ValidationData": pairs({"desk": "3"}), "ClientMetadata": {"from": "shop"}}
    created = place.api.idp("AdminCreateUser", **members, **more)["User"]
    told = {"userAttributes": given, "validationData": {"desk": "3"}, "clientMetadata": {"from": "shop"}}
    client = "CLIENT_ID_NOT_APPLICABLE"
    assert functions.events == [place.event(client, "PreSignUp_AdminCreateUser", told, UNDECIDED)]
    assert created["UserStatus"] == "FORCE_CHANGE_PASSWORD"
    assert attributes_of(place.api, place.pool) == given


def test_where_usernames_are_addresses_the_function_is_told_the_username_that_will_be(
    api: Api, functions: Recorder
) -> None:
    place = a_place(api, "PreSignUp", UsernameAttributes=["email"])
    answer = sign_up(api, place.client, "ana@example.com")
    assert functions.events[0]["userName"] == answer["UserSub"]
    assert functions.events[0]["request"]["userAttributes"] == {"email": "ana@example.com"}


def test_who_is_confirmed_at_once_gets_no_code_and_may_sign_in(place: Place, functions: Recorder) -> None:
    functions.on("PreSignUp", answering(autoConfirmUser=True))
    answer = sign_up(place.api, place.client, **ANA)
    assert answer.keys() == {"UserConfirmed", "UserSub"}
    assert answer["UserConfirmed"] is True
    assert sent(place.api) == 0
    unverified = {"email_verified": "false", "phone_number_verified": "false"}
    assert attributes_of(place.api, place.pool) == ANA | unverified
    assert status_of(place.api, place.pool) == "CONFIRMED"
    assert sign_in(place.api, place.client)["AccessToken"]


@pytest.mark.parametrize("response", [{}, {"autoConfirmUser": None, "autoVerifyEmail": None}, {"extra": 1}])
def test_who_is_not_confirmed_waits_for_the_code(place: Place, functions: Recorder, response: Json) -> None:
    functions.on("PreSignUp", lambda event: {"response": response, "request": event["request"]})
    answer = sign_up(place.api, place.client, **ANA)
    assert answer["UserConfirmed"] is False
    assert answer["CodeDeliveryDetails"]["AttributeName"] == "email"
    assert functions.sources == ["PreSignUp_SignUp"]


@pytest.mark.parametrize(
    ("response", "told"),
    [
        ({"autoVerifyEmail": True}, TOGETHER),
        ({"autoVerifyPhone": True, "autoConfirmUser": False}, TOGETHER),
        (
            {"autoConfirmUser": True, "autoVerifyPhone": True},
            "InvalidLambdaResponseException: phone_number cannot be auto verified, when it has no value.",
        ),
        ({"autoConfirmUser": "true"}, "InvalidLambdaResponseException: Unrecognizable lambda output"),
        ({"autoConfirmUser": 1}, "InvalidLambdaResponseException: Unrecognizable lambda output"),
        ({"autoVerifyEmail": []}, "InvalidLambdaResponseException: Unrecognizable lambda output"),
    ],
)
def test_decisions_that_cannot_be_are_refused(place: Place, functions: Recorder, response: Json, told: str) -> None:
    functions.on("PreSignUp", answering(**response))
    before = place.people()
    assert refusal(lambda: sign_up(place.api, place.client, email="ana@example.com")) == told
    assert place.people() == before


def test_an_address_that_is_verified_at_once_cannot_be_another_users(api: Api, functions: Recorder) -> None:
    place = a_place(api, "PreSignUp", AliasAttributes=["email"])
    a_user(api, place.pool, "bea", email="ana@example.com", email_verified="true")
    functions.on("PreSignUp", answering(autoConfirmUser=True, autoVerifyEmail=True))
    before = place.people()
    told = "UsernameExistsException: An account with the given email already exists."
    assert refusal(lambda: sign_up(api, place.client, email="ana@example.com")) == told
    assert place.people() == before
    functions.on("PreSignUp", answering(autoConfirmUser=True))
    assert sign_up(api, place.client, email="ana@example.com")["UserConfirmed"] is True


def test_who_is_verified_at_once_signs_in_by_the_address(api: Api, functions: Recorder) -> None:
    place = a_place(api, "PreSignUp", AliasAttributes=["email"])
    functions.on("PreSignUp", answering(autoConfirmUser=True, autoVerifyEmail=True))
    sign_up(api, place.client, email="ana@example.com")
    assert sign_in(api, place.client, "ana@example.com")["AccessToken"]


def test_a_bad_password_is_refused_before_the_function_is_asked(place: Place, functions: Recorder) -> None:
    told = "InvalidPasswordException: Password did not conform with policy: Password not long enough"
    assert refusal(lambda: sign_up(place.api, place.client, password="short")) == told
    assert functions.events == []


def signs_up(place: Place) -> Any:
    return sign_up(place.api, place.client, "cleo", **ANA)


def is_created(place: Place) -> Any:
    return place.api.idp("AdminCreateUser", UserPoolId=place.pool, Username="cleo", UserAttributes=pairs(ANA))


@EVERY_FAILURE
@pytest.mark.parametrize("act", [signs_up, is_created])
def test_a_pre_sign_up_that_fails_leaves_nothing_behind(
    place: Place, functions: Recorder, act: Act, does: Function | None, told: str
) -> None:
    before = place.people()
    functions.fails("PreSignUp", does)
    assert refusal(lambda: act(place)) == told.format("PreSignUp")
    assert place.people() == before
    functions.on("PreSignUp", same)
    act(place)
    assert place.people() != before


def test_a_pre_sign_up_may_call_back(place: Place, functions: Recorder) -> None:
    a_user(place.api, place.pool, "bea", email="bea@example.com")

    def calls(event: Json) -> Json:
        if event["userName"] == "ana":
            assert status_of(place.api, place.pool, "bea") == "CONFIRMED"
            assert "User does not exist." in refusal(lambda: status_of(place.api, place.pool, "ana"))
            sign_up(place.api, place.client, "cleo")
        return event

    functions.on("PreSignUp", calls)
    assert sign_up(place.api, place.client)["UserConfirmed"] is False
    assert [status_of(place.api, place.pool, name) for name in ("ana", "cleo")] == ["UNCONFIRMED"] * 2


def test_a_pre_sign_up_may_link_an_identity_to_somebody_who_is_there(place: Place, functions: Recorder) -> None:
    a_user(place.api, place.pool, "bea", email="bea@example.com")
    a_provider(place.api, place.pool)
    bea = {"ProviderName": "Cognito", "ProviderAttributeValue": "bea"}
    corp = {"ProviderName": "Corp", "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": "42"}

    def links(event: Json) -> Json:
        members = {"UserPoolId": event["userPoolId"], "DestinationUser": bea, "SourceUser": corp}
        place.api.idp("AdminLinkProviderForUser", **members)
        return event

    functions.on("PreSignUp", links)
    assert sign_up(place.api, place.client)["UserConfirmed"] is False
    shown = place.api.idp("AdminGetUser", UserPoolId=place.pool, Username="bea")["UserAttributes"]
    assert "identities" in [pair["Name"] for pair in shown]


def test_a_pre_sign_up_that_signs_the_user_up_itself_leaves_one_user(place: Place, functions: Recorder) -> None:
    asked: list[str] = []

    def calls(event: Json) -> Json:
        asked.append(event["userName"])
        if len(asked) == 1:
            sign_up(place.api, place.client)
        return event

    functions.on("PreSignUp", calls)
    assert refusal(lambda: sign_up(place.api, place.client)) == "UsernameExistsException: User already exists"
    assert len(place.people()[0]) == 1


def test_a_pre_sign_up_that_deletes_the_pool_leaves_no_user(place: Place, functions: Recorder) -> None:
    def deletes(event: Json) -> Json:
        place.api.idp("DeleteUserPool", UserPoolId=place.pool)
        return event

    functions.on("PreSignUp", deletes)
    told = f"ResourceNotFoundException: User pool client {place.client} does not exist."
    assert refusal(lambda: sign_up(place.api, place.client)) == told
