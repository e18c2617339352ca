"""Users without a password: they sign up or are created, and sign in by a code."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.choosing import BY_PASSWORD, MAIL, MISMATCH, PHONE, Place, a_choosing_client, a_place, ana, policy
from tests.api.people import attributes_of, confirm, refused, seen, sent, status_of
from tests.api.signing_in import WRONG, enter, refusal
from tests.builders import PASSWORD, Api, a_client, a_pool, pairs, sign_in

BOTH = {"email": MAIL, "phone_number": PHONE}
VERIFYING: dict[str, Any] = {"AutoVerifiedAttributes": ["email", "phone_number"]}
NEEDED = ("InvalidParameterException", "Missing required parameter PASSWORD")


def join(api: Api, client: str, username: str = "ana", **members: Any) -> dict[str, Any]:
    """SignUp; the attributes are Ana's addresses where nothing else is said."""
    return api.idp("SignUp", **{"ClientId": client, "Username": username, "UserAttributes": pairs(BOTH), **members})


def create(api: Api, pool: str, username: str = "ana", **members: Any) -> dict[str, Any]:
    """AdminCreateUser's answer; the attributes are Ana's addresses where nothing else is said."""
    attributes = {"UserAttributes": pairs(BOTH)}
    members = {"UserPoolId": pool, "Username": username, **attributes, **members}
    return dict(api.idp("AdminCreateUser", **members)["User"])


def by_code(place: Place, username: str = "ana") -> dict[str, Any]:
    """Sign in by a code that goes to the e-mail address."""
    challenge = place.prefer("EMAIL_OTP", username)
    return place.answer(challenge, username, EMAIL_OTP_CODE=place.api.code(to=MAIL))


def test_somebody_signs_up_without_a_password(api: Api) -> None:
    place = a_place(api, "PASSWORD", "EMAIL_OTP", AutoVerifiedAttributes=["email"])
    answer = join(api, place.client)
    assert answer["UserConfirmed"] is False
    assert answer["CodeDeliveryDetails"] == {
        "Destination": "a***@e***",
        "DeliveryMedium": "EMAIL",
        "AttributeName": "email",
    }
    assert status_of(api, place.pool) == "UNCONFIRMED"
    confirm(api, place.client, api.code(user="ana"))
    assert status_of(api, place.pool) == "CONFIRMED"
    assert "AuthenticationResult" in by_code(place)


def test_an_empty_password_is_none_that_the_model_knows(api: Api) -> None:
    place = a_place(api, "PASSWORD", "EMAIL_OTP", AutoVerifiedAttributes=["email"])
    pattern = "failed to satisfy constraint: Member must satisfy regular expression pattern: [\\S]+"
    with refused("InvalidParameterException", f"1 validation error detected: Value at 'password' {pattern}"):
        join(api, place.client, Password="")
    with refused("InvalidParameterException", f"1 validation error detected: Value at 'temporaryPassword' {pattern}"):
        create(api, place.pool, TemporaryPassword="")


def test_the_first_code_may_be_that_of_a_sign_in(api: Api) -> None:
    place = a_place(api, "PASSWORD", "EMAIL_OTP", AutoVerifiedAttributes=["email"])
    join(api, place.client)
    assert "AuthenticationResult" in by_code(place)
    assert status_of(api, place.pool) == "CONFIRMED"
    assert attributes_of(api, place.pool)["email_verified"] == "true"
    with refused("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED"):
        confirm(api, place.client, "123456")


@pytest.mark.parametrize(
    ("factors", "pool", "attributes"),
    [
        (["PASSWORD"], VERIFYING, BOTH),
        (["PASSWORD", "WEB_AUTHN"], VERIFYING, BOTH),
        (["PASSWORD", "EMAIL_OTP"], VERIFYING, {}),
        (["PASSWORD", "EMAIL_OTP"], VERIFYING, {"phone_number": PHONE}),
        (["PASSWORD", "EMAIL_OTP"], {}, BOTH),
        (["PASSWORD", "EMAIL_OTP"], {"AutoVerifiedAttributes": ["phone_number"]}, BOTH),
        (["PASSWORD", "SMS_OTP"], VERIFYING, {"email": MAIL}),
    ],
)
def test_a_password_is_needed_without_a_verified_address_for_codes(
    api: Api, factors: list[str], pool: dict[str, Any], attributes: dict[str, str]
) -> None:
    place = a_place(api, *factors, **pool)
    with refused(*NEEDED):
        join(api, place.client, UserAttributes=pairs(attributes))
    assert api.idp("ListUsers", UserPoolId=place.pool)["Users"] == []
    assert join(api, place.client, UserAttributes=pairs(attributes), Password=PASSWORD)["UserSub"]


@pytest.mark.parametrize("attributes", [{"email": MAIL}, {"phone_number": PHONE}, BOTH])
def test_either_address_is_enough_where_codes_go_to_both(api: Api, attributes: dict[str, str]) -> None:
    place = a_place(api, **VERIFYING)
    assert join(api, place.client, UserAttributes=pairs(attributes))["UserSub"]


def test_a_password_is_needed_where_the_client_does_not_allow_choice(api: Api) -> None:
    pool = a_pool(api, **VERIFYING, **policy("PASSWORD", "EMAIL_OTP"))
    with refused(*NEEDED):
        join(api, a_client(api, pool))
    assert "Session" not in join(api, a_client(api, pool), Password=PASSWORD)


def test_an_address_may_be_the_username(api: Api) -> None:
    place = a_place(api, "PASSWORD", "EMAIL_OTP", UsernameAttributes=["email"], **VERIFYING)
    join(api, place.client, MAIL, UserAttributes=[])
    assert place.begin(MAIL)["ChallengeName"] == "EMAIL_OTP"


def test_the_required_attributes_are_needed_all_the_same(api: Api) -> None:
    schema = [{"Name": "email", "Required": True}, {"Name": "name", "Required": True}]
    place = a_place(api, "PASSWORD", "EMAIL_OTP", Schema=schema, **VERIFYING)
    missing = "Attributes did not conform to the schema: name: The attribute is required\n"
    with refused("InvalidParameterException", missing):
        join(api, place.client)


@pytest.mark.parametrize("attributes", [BOTH, {"email": MAIL}, {"email": MAIL, "email_verified": "true"}])
def test_who_is_created_without_a_password_is_confirmed(api: Api, attributes: dict[str, str]) -> None:
    place = a_place(api, "PASSWORD", "EMAIL_OTP")
    user = create(api, place.pool, UserAttributes=pairs(attributes), MessageAction="SUPPRESS")
    assert user["UserStatus"] == status_of(api, place.pool) == "CONFIRMED"
    assert attributes_of(api, place.pool) == attributes
    assert sent(api) == 0
    challenge = place.begin()
    assert (challenge["ChallengeName"], challenge["AvailableChallenges"]) == ("EMAIL_OTP", ["EMAIL_OTP"])
    assert challenge["ChallengeParameters"] == {
        "CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL",
        "CODE_DELIVERY_DESTINATION": "a***@e***",
    }
    assert "AuthenticationResult" in place.answer(challenge, EMAIL_OTP_CODE=api.code(user="ana"))
    assert attributes_of(api, place.pool)["email_verified"] == "true"


@pytest.mark.parametrize(
    ("factors", "attributes", "status"),
    [
        (["PASSWORD"], BOTH, "FORCE_CHANGE_PASSWORD"),
        (["PASSWORD", "WEB_AUTHN"], BOTH, "FORCE_CHANGE_PASSWORD"),
        (["PASSWORD", "EMAIL_OTP"], {"phone_number": PHONE}, "FORCE_CHANGE_PASSWORD"),
        (["PASSWORD", "EMAIL_OTP"], {}, "FORCE_CHANGE_PASSWORD"),
        (["PASSWORD", "SMS_OTP"], {"phone_number": PHONE}, "CONFIRMED"),
    ],
)
def test_who_cannot_sign_in_by_a_code_gets_a_password(
    api: Api, factors: list[str], attributes: dict[str, str], status: str
) -> None:
    place = a_place(api, *factors)
    assert create(api, place.pool, UserAttributes=pairs(attributes))["UserStatus"] == status
    expected = ["SMS_OTP"] if status == "CONFIRMED" else BY_PASSWORD
    assert place.begin()["AvailableChallenges"] == expected


def test_who_is_given_a_password_has_to_change_it(api: Api) -> None:
    place = a_place(api, "PASSWORD", "EMAIL_OTP")
    assert create(api, place.pool, TemporaryPassword=PASSWORD)["UserStatus"] == "FORCE_CHANGE_PASSWORD"
    assert place.begin()["AvailableChallenges"] == BY_PASSWORD


def test_who_is_confirmed_at_once_has_every_required_attribute(api: Api) -> None:
    schema = [{"Name": "email", "Required": True}, {"Name": "name", "Required": True}]
    place = a_place(api, "PASSWORD", "EMAIL_OTP", Schema=schema)
    missing = "Attributes did not conform to the schema: name: The attribute is required\n"
    with refused("InvalidParameterException", missing):
        create(api, place.pool)
    assert api.idp("ListUsers", UserPoolId=place.pool)["Users"] == []
    assert create(api, place.pool, TemporaryPassword=PASSWORD)["UserStatus"] == "FORCE_CHANGE_PASSWORD"
    named = pairs({**BOTH, "name": "Bo"})
    assert create(api, place.pool, "bob", UserAttributes=named)["UserStatus"] == "CONFIRMED"


def test_the_invitation_of_a_user_without_a_password_says_the_username(api: Api) -> None:
    place = a_place(api, "PASSWORD", "EMAIL_OTP")
    create(api, place.pool, DesiredDeliveryMediums=["EMAIL"])
    message = api.message()
    assert (message.to, message.trigger, message.code) == (MAIL, "CustomMessage_AdminCreateUser", None)
    assert message.body == "Your username is ana. "


def test_the_pools_own_invitation_needs_no_password(api: Api) -> None:
    template = {"EmailMessage": "Hello {username}!", "EmailSubject": "Come in", "SMSMessage": "Hi {username}"}
    place = a_place(api, "PASSWORD", "EMAIL_OTP", AdminCreateUserConfig={"InviteMessageTemplate": template})
    create(api, place.pool, DesiredDeliveryMediums=["EMAIL", "SMS"])
    assert {message.body for message in api.world.mailbox.messages()} == {"Hello ana!", "Hi ana"}


def test_no_invitation_is_sent_again_to_who_has_no_password(api: Api) -> None:
    place = a_place(api, "PASSWORD", "EMAIL_OTP")
    create(api, place.pool)
    words = "Resend not possible. ana status is not FORCE_CHANGE_PASSWORD"
    with refused("UnsupportedUserStateException", words):
        create(api, place.pool, MessageAction="RESEND")


def test_an_address_moves_to_who_is_created_without_a_password(api: Api) -> None:
    place = a_place(api, "PASSWORD", "EMAIL_OTP", AliasAttributes=["email"])
    ana(place, "email", email_verified="true")
    verified = pairs({"email": MAIL, "email_verified": "true"})
    with refused("UsernameExistsException", "An account with the given email already exists."):
        create(api, place.pool, "bob", UserAttributes=verified)
    create(api, place.pool, "bob", UserAttributes=verified, ForceAliasCreation=True)
    assert seen(api, place.pool, MAIL)["Username"] == "bob"
    assert attributes_of(api, place.pool, "ana")["email_verified"] == "false"


def test_no_password_is_right_for_who_has_none(api: Api) -> None:
    place = a_place(api, "PASSWORD", "EMAIL_OTP", users="ENABLED")
    create(api, place.pool, MessageAction="SUPPRESS")
    for password in (PASSWORD, " ", "None"):
        assert refusal(lambda p=password: enter(api, place.client, password=p)) == WRONG  # type: ignore[misc]
        challenge = place.prefer("PASSWORD", PASSWORD=password)
        assert challenge["ChallengeName"] == "EMAIL_OTP"
    assert sign_in_refused(place) == WRONG


def sign_in_refused(place: Place) -> str:
    """What an unknown user is refused with."""
    return refusal(lambda: enter(place.api, place.client, "nobody"))


def test_who_signed_in_by_a_code_can_choose_a_password(api: Api) -> None:
    place = a_place(api, "PASSWORD", "EMAIL_OTP")
    create(api, place.pool, MessageAction="SUPPRESS")
    token = by_code(place)["AuthenticationResult"]["AccessToken"]
    factors = api.idp("GetUserAuthFactors", AccessToken=token)
    assert factors == {"Username": "ana", "ConfiguredUserAuthFactors": ["EMAIL_OTP"]}
    api.idp("ChangePassword", AccessToken=token, ProposedPassword=PASSWORD)
    assert place.begin()["AvailableChallenges"] == [*BY_PASSWORD, "EMAIL_OTP"]
    assert sign_in(api, place.client)
    factors = api.idp("GetUserAuthFactors", AccessToken=token)
    assert factors["ConfiguredUserAuthFactors"] == ["PASSWORD", "EMAIL_OTP"]


def test_who_forgot_that_they_have_no_password_gets_one(api: Api) -> None:
    place = a_place(api, "PASSWORD", "EMAIL_OTP")
    create(api, place.pool, UserAttributes=pairs({"email": MAIL, "email_verified": "true"}))
    api.idp("ForgotPassword", ClientId=place.client, Username="ana")
    members = {"ClientId": place.client, "Username": "ana", "ConfirmationCode": api.code(user="ana")}
    api.idp("ConfirmForgotPassword", **members, Password=PASSWORD)
    assert sign_in(api, place.client)


def test_who_lost_the_address_cannot_begin(api: Api) -> None:
    """A password is asked for, and none is right."""
    place = a_place(api, "PASSWORD", "EMAIL_OTP")
    create(api, place.pool, UserAttributes=pairs({"email": MAIL}), MessageAction="SUPPRESS")
    challenge = place.begin()
    api.idp("AdminDeleteUserAttributes", UserPoolId=place.pool, Username="ana", UserAttributeNames=["email"])
    assert place.begin()["AvailableChallenges"] == BY_PASSWORD
    assert refusal(lambda: place.prefer("PASSWORD", PASSWORD=PASSWORD)) == WRONG
    assert refusal(lambda: place.answer(challenge, EMAIL_OTP_CODE=api.code(user="ana"))) == MISMATCH
    assert "email_verified" not in attributes_of(api, place.pool)


def test_any_client_that_allows_choice_will_do(api: Api) -> None:
    place = a_place(api, "PASSWORD", "EMAIL_OTP")
    create(api, place.pool, MessageAction="SUPPRESS")
    elsewhere = Place(api, place.pool, a_choosing_client(api, place.pool))
    assert "AuthenticationResult" in by_code(elsewhere)
