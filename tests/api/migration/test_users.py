"""Whom UserMigration makes: their names, their aliases, their second factor; and forgotten passwords."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.migration.conftest import ANA, CONFIRMED
from tests.api.people import attributes_of, seen, status_of
from tests.api.recorded_functions import OF_MIGRATION, Function, Place, Recorder, a_place, answering, refusing, saying
from tests.api.signing_in import enter, refusal
from tests.builders import FLOWS, Api, a_user, sign_in

ADDRESS = "ana@example.com"


def an_alias_place(api: Api, **members: Any) -> Place:
    """A place whose users sign in by their verified e-mail address too."""
    return a_place(
        api, "UserMigration", client={"PreventUserExistenceErrors": "LEGACY"}, AliasAttributes=["email"], **members
    )


def failed(place: Place) -> str:
    """What is said where the function makes no user."""
    return f"UserNotFoundException: Exception migrating user in app client {place.client}"


def test_where_usernames_are_addresses_the_address_becomes_the_attribute(api: Api, functions: Recorder) -> None:
    place = a_place(api, "UserMigration", UsernameAttributes=["email"])
    given = {"email_verified": "true", "username": "ana"}
    functions.on("UserMigration", answering(userAttributes=given, **CONFIRMED))
    assert sign_in(api, place.client, ADDRESS)["AccessToken"]
    assert functions.events[0]["userName"] == ADDRESS
    user = seen(api, place.pool, ADDRESS)
    assert attributes_of(api, place.pool, ADDRESS) == ANA
    assert user["Username"] == user["UserAttributes"][0]["Value"]


def test_another_address_than_the_one_that_was_typed_is_refused(api: Api, functions: Recorder) -> None:
    place = a_place(api, "UserMigration", UsernameAttributes=["email"])
    functions.on("UserMigration", answering(userAttributes={"email": "bea@example.com"}, **CONFIRMED))
    told = (
        "InvalidParameterException: User email should be empty or same as username, since username attribute is email"
    )
    assert refusal(lambda: enter(api, place.client, ADDRESS)) == told
    assert place.people() == ([], 0)


def test_who_typed_an_alias_needs_a_username(api: Api, functions: Recorder) -> None:
    place = an_alias_place(api)
    told = (
        "InvalidParameterException: Username cannot be of email format, since user pool is configured for email alias."
    )
    assert refusal(lambda: enter(api, place.client, ADDRESS)) == told
    functions.on("UserMigration", answering(userAttributes={**ANA, "username": "ana"}, **CONFIRMED))
    assert sign_in(api, place.client, ADDRESS)["AccessToken"]
    assert seen(api, place.pool, ADDRESS)["Username"] == "ana"
    assert attributes_of(api, place.pool) == ANA


@pytest.mark.parametrize(
    "attributes",
    [
        {**ANA, "username": "ana", "email_verified": "false"},
        {**ANA, "username": "ana", "email": "bea@example.com"},
        {**ANA, "username": "a na"},
        {**ANA, "username": "a" * 129},
    ],
)
def test_who_could_not_sign_in_by_what_was_typed_is_not_made(
    api: Api, functions: Recorder, attributes: dict[str, str]
) -> None:
    place = an_alias_place(api)
    functions.on("UserMigration", answering(userAttributes=attributes, **CONFIRMED))
    assert refusal(lambda: enter(api, place.client, ADDRESS)) == failed(place)
    assert place.people() == ([], 0)


@pytest.mark.parametrize("typed", ["a b", "a" * 129, "a\x00b", "a\tb", "\ue000"])
def test_a_name_that_nobody_could_have_makes_nobody(place: Place, typed: str) -> None:
    assert refusal(lambda: enter(place.api, place.client, typed)) == failed(place)
    assert place.people() == ([], 0)


def test_the_case_that_was_typed_does_not_matter_where_case_does_not(api: Api, functions: Recorder) -> None:
    place = a_place(api, "UserMigration", UsernameConfiguration={"CaseSensitive": False})
    functions.on("UserMigration", answering(userAttributes={**ANA, "username": "ana"}, **CONFIRMED))
    assert sign_in(api, place.client, "ANA")["AccessToken"]
    assert sign_in(api, place.client, "Ana")["AccessToken"]
    assert [functions.events[0]["userName"], len(functions.events)] == ["ANA", 1]


def test_an_alias_that_is_taken_moves_only_where_the_function_says_so(api: Api, functions: Recorder) -> None:
    place = an_alias_place(api)
    a_user(api, place.pool, "bea", **ANA)
    before = place.people()
    assert refusal(lambda: enter(api, place.client)) == failed(place)
    assert place.people() == before
    functions.on("UserMigration", answering(userAttributes=ANA, forceAliasCreation=True, **CONFIRMED))
    assert sign_in(api, place.client)["AccessToken"]
    assert seen(api, place.pool, ADDRESS)["Username"] == "ana"
    assert attributes_of(api, place.pool, "bea") == {**ANA, "email_verified": "false"}


def test_a_username_that_is_taken_is_not_made_again(api: Api, functions: Recorder) -> None:
    place = an_alias_place(api)
    a_user(api, place.pool, "ana")
    before = place.people()
    functions.on("UserMigration", answering(userAttributes={**ANA, "username": "ana"}, **CONFIRMED))
    assert refusal(lambda: enter(api, place.client, ADDRESS)) == failed(place)
    assert place.people() == before


def test_a_required_attribute_has_to_be_there(api: Api, functions: Recorder) -> None:
    place = a_place(api, "UserMigration", Schema=[{"Name": "name", "Required": True}])
    told = "InvalidParameterException: Attributes did not conform to the schema: name: The attribute is required\n"
    assert refusal(lambda: enter(api, place.client)) == told
    functions.on("UserMigration", answering(userAttributes={**ANA, "name": "Ana"}, **CONFIRMED))
    assert sign_in(api, place.client)["AccessToken"]


def test_the_second_factor_is_activated_for_those_who_have_a_phone(place: Place, functions: Recorder) -> None:
    functions.on("UserMigration", answering(userAttributes=ANA, enableSMSMFA=True, **CONFIRMED))
    assert refusal(lambda: enter(place.api, place.client)) == failed(place)
    assert place.people() == ([], 0)
    attributes = {**ANA, "phone_number": "+12065550100"}
    functions.on("UserMigration", answering(userAttributes=attributes, enableSMSMFA=True, **CONFIRMED))
    enter(place.api, place.client)
    assert seen(place.api, place.pool)["UserMFASettingList"] == ["SMS_MFA"]


def test_the_welcome_may_have_words_of_its_own(api: Api, functions: Recorder) -> None:
    place = a_place(api, "UserMigration", "CustomMessage", client={"ExplicitAuthFlows": FLOWS})
    functions.on("UserMigration", answering(userAttributes=ANA, finalUserStatus="CONFIRMED"))
    functions.on("CustomMessage", refusing("not today"))
    told = "UserLambdaValidationException: CustomMessage failed with error not today."
    assert refusal(lambda: enter(api, place.client)) == told
    assert place.people() == ([], 0)
    functions.on("CustomMessage", answering(emailMessage="Welcome {username}!", smsMessage=None))
    assert sign_in(api, place.client)["AccessToken"]
    assert [message.body for message in api.world.mailbox.messages()] == ["Welcome ana!"]
    assert functions.sources[-2:] == ["UserMigration_Authentication", "CustomMessage_AdminCreateUser"]


def forgets(place: Place, username: str = "ana", **members: Any) -> Any:
    """ForgotPassword."""
    return place.api.idp("ForgotPassword", ClientId=place.client, Username=username, **members)


def test_who_forgot_their_password_before_they_were_here_gets_a_code(place: Place, functions: Recorder) -> None:
    functions.on("UserMigration", answering(userAttributes=ANA, messageAction="SUPPRESS"))
    details = forgets(place, ClientMetadata={"from": "shop"})["CodeDeliveryDetails"]
    assert details == {"Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
    asked = functions.events[0]
    assert asked["triggerSource"] == "UserMigration_ForgotPassword"
    assert asked["request"] == {
        "userAttributes": None,
        "password": None,
        "validationData": None,
        "clientMetadata": {"from": "shop"},
    }
    assert status_of(place.api, place.pool) == "RESET_REQUIRED"
    place.api.idp(
        "ConfirmForgotPassword",
        ClientId=place.client,
        Username="ana",
        Password="Another-Horse-2",
        ConfirmationCode=place.api.code(user="ana"),
    )
    assert sign_in(place.api, place.client, password="Another-Horse-2")["AccessToken"]
    assert len(functions.events) == 1


def test_who_has_no_address_for_the_code_is_made_and_told(place: Place, functions: Recorder) -> None:
    functions.on("UserMigration", answering(userAttributes={"name": "Ana"}))
    told = (
        "InvalidParameterException: "
        "Cannot reset password for the user as there is no registered/verified email or phone_number"
    )
    assert refusal(lambda: forgets(place)) == told
    assert status_of(place.api, place.pool) == "RESET_REQUIRED"


def test_nobody_is_made_of_a_forgotten_password_where_the_function_knows_nobody(
    place: Place, discreet: Place, functions: Recorder
) -> None:
    for does in (answering(), saying(None), saying(""), saying({})):
        functions.on("UserMigration", does)
        for where in (place, discreet):
            assert refusal(lambda: forgets(where)) == failed(where)  # noqa: B023
    assert [place.people(), discreet.people()] == [([], 0)] * 2


@pytest.mark.parametrize(("does", "told"), [pytest.param(*row[1:], id=row[0]) for row in OF_MIGRATION])
def test_a_function_that_fails_makes_nobody(
    place: Place, functions: Recorder, does: Function | None, told: str
) -> None:
    functions.fails("UserMigration", does)
    assert refusal(lambda: forgets(place)) == told.format("UserMigration")
    assert place.people() == ([], 0)
