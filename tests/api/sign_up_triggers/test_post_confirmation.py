"""PostConfirmation: what it is given, and that the fact stands where it fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.people import attributes_of, confirm, sign_up, status_of
from tests.api.recorded_functions import EVERY_FAILURE, Function, Json, Place, Recorder, a_place, answering, refusing
from tests.api.signing_in import refusal
from tests.builders import PASSWORD, Api, a_client, a_pool, a_user, pairs, sign_in

PROTECTED = {"UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}}
ANA = {"email": "ana@example.com", "phone_number": "+12065550100"}
Act = Callable[[Place], Any]


def confirms(place: Place) -> Any:
    return confirm(place.api, place.client, place.api.code(user="ana"))


def is_confirmed(place: Place) -> Any:
    return place.api.idp("AdminConfirmSignUp", UserPoolId=place.pool, Username="ana")


def replaces(place: Place, **members: Any) -> Any:
    """ConfirmForgotPassword."""
    given = {"ClientId": place.client, "Username": "ana", "Password": "Another-Horse-2"}
    return place.api.idp("ConfirmForgotPassword", **given, ConfirmationCode=place.api.code(user="ana"), **members)


def test_the_event_of_a_confirmation_is_exactly_this(place: Place, functions: Recorder) -> None:
    sub = sign_up(place.api, place.client, email="ana@example.com")["UserSub"]
    confirm(place.api, place.client, place.api.code(user="ana"), ClientMetadata={"from": "shop"})
    user = {
        "sub": sub,
        "cognito:user_status": "CONFIRMED",
        "email": "ana@example.com",
        "email_verified": "true",
    }
    told = {"userAttributes": user, "clientMetadata": {"from": "shop"}}
    assert functions.events[1:] == [place.event(place.client, "PostConfirmation_ConfirmSignUp", told, {})]


def test_the_event_of_an_administrators_confirmation_is_exactly_this(place: Place, functions: Recorder) -> None:
    sub = sign_up(place.api, place.client)["UserSub"]
    place.api.idp("AdminConfirmSignUp", UserPoolId=place.pool, Username="ana", ClientMetadata={"from": "desk"})
    user = {"sub": sub, "cognito:user_status": "CONFIRMED"}
    told = {"userAttributes": user, "clientMetadata": {"from": "desk"}}
    client = "CLIENT_ID_NOT_APPLICABLE"
    assert functions.events[1:] == [place.event(client, "PostConfirmation_ConfirmSignUp", told, {})]


def test_the_event_of_a_forgotten_password_is_exactly_this(place: Place, functions: Recorder) -> None:
    user = a_user(place.api, place.pool, email="ana@example.com", email_verified="true")
    functions.events.clear()
    place.api.idp("ForgotPassword", ClientId=place.client, Username="ana")
    assert functions.events == []
    replaces(place, ClientMetadata={"from": "shop"})
    attributes = {pair["Name"]: pair["Value"] for pair in user["Attributes"]}
    told = {
        "userAttributes": {"cognito:user_status": "CONFIRMED", **attributes},
        "clientMetadata": {"from": "shop"},
    }
    assert functions.events == [place.event(place.client, "PostConfirmation_ConfirmForgotPassword", told, {})]


@EVERY_FAILURE
@pytest.mark.parametrize("act", [confirms, is_confirmed])
def test_a_post_confirmation_that_fails_leaves_the_user_confirmed(
    place: Place, functions: Recorder, act: Act, does: Function | None, told: str
) -> None:
    sign_up(place.api, place.client, email="ana@example.com")
    functions.fails("PostConfirmation", does)
    assert refusal(lambda: act(place)) == told.format("PostConfirmation")
    assert status_of(place.api, place.pool) == "CONFIRMED"
    assert sign_in(place.api, place.client)["AccessToken"]
    again = "NotAuthorizedException: User cannot be confirmed. Current status is CONFIRMED"
    assert refusal(lambda: act(place)) == again


@EVERY_FAILURE
def test_a_post_confirmation_that_fails_leaves_the_user_signed_up(
    place: Place, functions: Recorder, does: Function | None, told: str
) -> None:
    functions.on("PreSignUp", answering(autoConfirmUser=True))
    functions.fails("PostConfirmation", does)
    assert refusal(lambda: sign_up(place.api, place.client)) == told.format("PostConfirmation")
    assert status_of(place.api, place.pool) == "CONFIRMED"


@EVERY_FAILURE
def test_a_post_confirmation_that_fails_leaves_the_new_password(
    place: Place, functions: Recorder, does: Function | None, told: str
) -> None:
    a_user(place.api, place.pool, email="ana@example.com", email_verified="true")
    place.api.idp("ForgotPassword", ClientId=place.client, Username="ana")
    functions.fails("PostConfirmation", does)
    assert refusal(lambda: replaces(place)) == told.format("PostConfirmation")
    assert sign_in(place.api, place.client, password="Another-Horse-2")["AccessToken"]


def test_what_post_confirmation_answers_does_not_matter(place: Place, functions: Recorder) -> None:
    functions.on("PostConfirmation", answering(autoConfirmUser="whatever"))
    sign_up(place.api, place.client, email="ana@example.com")
    assert confirms(place) == {}


@pytest.mark.parametrize("act", [confirms, is_confirmed])
def test_post_confirmation_sees_the_user_as_they_are_kept(place: Place, functions: Recorder, act: Act) -> None:
    seen: list[str] = []

    def looks(event: Json) -> Json:
        seen.append(status_of(place.api, event["userPoolId"], event["userName"]))
        return event

    sign_up(place.api, place.client, email="ana@example.com")
    functions.on("PostConfirmation", looks)
    act(place)
    assert seen == ["CONFIRMED"]


def test_a_post_confirmation_that_deletes_the_user_does_no_harm(place: Place, functions: Recorder) -> None:
    def deletes(event: Json) -> Json:
        place.api.idp("AdminDeleteUser", UserPoolId=place.pool, Username="ana")
        return event

    functions.on("PostConfirmation", deletes)
    sign_up(place.api, place.client, email="ana@example.com")
    assert confirms(place) == {}
    assert place.people()[0] == []


@pytest.mark.parametrize("at_once", [True, False])
def test_a_post_confirmation_that_deletes_the_client_does_no_harm_under_threat_protection(
    api: Api, functions: Recorder, at_once: bool
) -> None:
    place = a_place(api, "PreSignUp", "PostConfirmation", UserPoolTier="PLUS", **PROTECTED)

    def deletes(event: Json) -> Json:
        api.idp("DeleteUserPoolClient", UserPoolId=place.pool, ClientId=place.client)
        return event

    functions.on("PreSignUp", answering(autoConfirmUser=at_once))
    functions.on("PostConfirmation", deletes)
    assert sign_up(api, place.client, email="ana@example.com")["UserConfirmed"] is at_once
    if not at_once:
        assert confirms(place) == {}
    assert status_of(api, place.pool) == "CONFIRMED"
    events = api.idp("AdminListUserAuthEvents", UserPoolId=place.pool, Username="ana")["AuthEvents"]
    assert [(event["EventType"], event["EventResponse"]) for event in events] == [("SignUp", "Pass")]


def test_a_forgotten_password_is_set_though_post_confirmation_deletes_the_client(api: Api, functions: Recorder) -> None:
    place = a_place(api, "PostConfirmation", UserPoolTier="PLUS", **PROTECTED)
    a_user(api, place.pool, email="ana@example.com", email_verified="true")
    api.idp("ForgotPassword", ClientId=place.client, Username="ana")

    def deletes(event: Json) -> Json:
        api.idp("DeleteUserPoolClient", UserPoolId=place.pool, ClientId=place.client)
        return event

    functions.on("PostConfirmation", deletes)
    assert replaces(place) == {}


def test_neither_is_asked_about_what_is_none_of_their_business(place: Place, functions: Recorder) -> None:
    for trigger in ("PreSignUp", "PostConfirmation"):
        functions.on(trigger, refusing("nobody asked you"))
    pool = a_pool(place.api)
    client = a_client(place.api, pool)
    sign_up(place.api, client)
    place.api.idp("AdminConfirmSignUp", UserPoolId=pool, Username="ana")
    assert functions.events == []


def test_post_confirmation_follows_at_once(place: Place, functions: Recorder) -> None:
    functions.on("PreSignUp", answering(autoConfirmUser=True, autoVerifyEmail=True, autoVerifyPhone=True))
    answer = place.api.idp(
        "SignUp",
        ClientId=place.client,
        Username="ana",
        Password=PASSWORD,
        UserAttributes=pairs(ANA),
        ValidationData=pairs({"invitation": "42"}),
        ClientMetadata={"from": "shop"},
    )
    verified = ANA | {"email_verified": "true", "phone_number_verified": "true"}
    user = {"sub": answer["UserSub"], "cognito:user_status": "CONFIRMED", **verified}
    told = {"userAttributes": user, "clientMetadata": {"from": "shop"}}
    assert functions.sources == ["PreSignUp_SignUp", "PostConfirmation_ConfirmSignUp"]
    assert functions.events[1] == place.event(place.client, "PostConfirmation_ConfirmSignUp", told, {})
    assert attributes_of(place.api, place.pool) == verified
