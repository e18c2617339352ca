"""Which second factor a sign-in asks for: by the pool, by what the user has, and by what changed in the meantime."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api.people import attributes_of, seen
from tests.api.second_factors import (
    EMAIL,
    INVALID,
    MAIL,
    MISMATCH,
    PHONE,
    SMS,
    TOTP,
    a_place,
    an_enrolled,
    ana,
    answer,
    challenged,
    code_of,
    configure,
    prefer,
)
from tests.api.signing_in import enter, refusal
from tests.builders import Api, sign_in

NO_WAY = "InvalidParameterException: User does not have delivery config set to turn on SMS_MFA"
BOTH = ("email", "phone_number")

ROWS: list[tuple[str, list[dict[str, Any]], tuple[str, ...], bool, dict[str, str], str | list[str] | None]] = [
    ("OFF", [SMS, TOTP, EMAIL], BOTH, True, {"SMS": "on", "Email": "best"}, None),
    ("OPTIONAL", [SMS, TOTP, EMAIL], BOTH, False, {}, None),
    ("OPTIONAL", [SMS, TOTP, EMAIL], BOTH, True, {"SoftwareToken": "off"}, None),
    ("OPTIONAL", [SMS, TOTP, EMAIL], BOTH, True, {}, "SOFTWARE_TOKEN_MFA"),
    ("OPTIONAL", [SMS, TOTP, EMAIL], BOTH, False, {"SMS": "on"}, "SMS_MFA"),
    ("OPTIONAL", [SMS, TOTP, EMAIL], BOTH, False, {"Email": "on"}, "EMAIL_OTP"),
    ("OPTIONAL", [SMS, TOTP, EMAIL], BOTH, True, {"SMS": "best"}, "SMS_MFA"),
    ("OPTIONAL", [SMS, TOTP, EMAIL], BOTH, True, {"Email": "best", "SMS": "on"}, "EMAIL_OTP"),
    ("OPTIONAL", [SMS, TOTP, EMAIL], BOTH, True, {"SMS": "on"}, ["SMS_MFA", "SOFTWARE_TOKEN_MFA"]),
    ("OPTIONAL", [SMS, TOTP, EMAIL], BOTH, False, {"Email": "on", "SMS": "on"}, ["SMS_MFA", "EMAIL_OTP"]),
    ("ON", [SMS, TOTP, EMAIL], (), True, {}, "SOFTWARE_TOKEN_MFA"),
    ("ON", [SMS, TOTP, EMAIL], ("email",), True, {"SoftwareToken": "off"}, ["SOFTWARE_TOKEN_MFA", "EMAIL_OTP"]),
    ("ON", [SMS, TOTP, EMAIL], ("phone_number",), False, {}, "SMS_MFA"),
    ("ON", [SMS, TOTP, EMAIL], ("email",), False, {}, "EMAIL_OTP"),
    ("ON", [SMS, TOTP], BOTH, False, {}, "SMS_MFA"),
    ("ON", [TOTP, EMAIL], BOTH, False, {}, "EMAIL_OTP"),
    ("ON", [SMS, TOTP, EMAIL], BOTH, False, {}, ["SMS_MFA", "EMAIL_OTP"]),
    ("ON", [SMS, TOTP, EMAIL], BOTH, False, {"Email": "on"}, "EMAIL_OTP"),
    ("ON", [SMS, TOTP, EMAIL], (), False, {}, "MFA_SETUP"),
    ("ON", [TOTP], BOTH, False, {}, "MFA_SETUP"),
    ("ON", [SMS, EMAIL], (), False, {}, "MFA_SETUP"),
]
"""Pool, its methods, the user's addresses, whether they have a software token, their settings → what comes."""


@pytest.mark.parametrize(("mode", "methods", "addresses", "enrolled", "wishes", "expected"), ROWS)
def test_the_second_factor_follows_from_the_pool_and_the_user(
    api: Api,
    mode: str,
    methods: list[dict[str, Any]],
    addresses: tuple[str, ...],
    enrolled: bool,
    wishes: dict[str, str],
    expected: str | list[str] | None,
) -> None:
    pool, client = a_place(api)
    if enrolled:
        an_enrolled(api, pool, client, *addresses)
    else:
        ana(api, pool, *addresses)
    prefer(api, pool, **wishes)
    configure(api, pool, "OPTIONAL" if mode == "OFF" else mode, *methods)
    if mode == "OFF":
        api.idp("UpdateUserPool", UserPoolId=pool)
    answered = enter(api, client)
    choices = json.loads(answered.get("ChallengeParameters", {}).get("MFAS_CAN_CHOOSE", "null"))
    assert (choices or answered.get("ChallengeName")) == expected
    assert ("AuthenticationResult" in answered) == (expected is None)


def test_a_pool_that_asks_for_texts_only_refuses_who_has_no_phone_number(api: Api) -> None:
    pool, client = a_place(api, "ON", SMS)
    ana(api, pool, "email")
    assert refusal(lambda: enter(api, client)) == NO_WAY
    addressed = [{"Name": "phone_number", "Value": PHONE}]
    api.idp("AdminUpdateUserAttributes", UserPoolId=pool, Username="ana", UserAttributes=addressed)
    assert challenged(api, client, "SMS_MFA")


def test_a_factor_whose_address_is_gone_counts_no_more_and_does_again(api: Api) -> None:
    pool, client = a_place(api)
    ana(api, pool, "phone_number")
    prefer(api, pool, SMS="best")
    api.idp("AdminDeleteUserAttributes", UserPoolId=pool, Username="ana", UserAttributeNames=["phone_number"])
    assert sign_in(api, client)
    assert seen(api, pool)["UserMFASettingList"] == ["SMS_MFA"]
    addressed = [{"Name": "phone_number", "Value": PHONE}]
    api.idp("AdminUpdateUserAttributes", UserPoolId=pool, Username="ana", UserAttributes=addressed)
    assert challenged(api, client, "SMS_MFA")


def test_a_factor_that_the_pool_gave_up_counts_no_more_and_does_again(api: Api) -> None:
    pool, client = a_place(api)
    an_enrolled(api, pool, client, "email")
    configure(api, pool, "OPTIONAL", EMAIL)
    assert sign_in(api, client)
    configure(api, pool, "OPTIONAL", EMAIL, TOTP)
    assert challenged(api, client, "SOFTWARE_TOKEN_MFA")


def test_a_software_token_that_is_deleted_during_the_sign_in_ends_it(api: Api) -> None:
    pool, client = a_place(api)
    secret = an_enrolled(api, pool, client)
    session = challenged(api, client, "SOFTWARE_TOKEN_MFA")["Session"]
    api.idp("AdminDeleteSoftwareToken", UserPoolId=pool, Username="ana")
    code = code_of(api, secret)
    told = refusal(lambda: answer(api, client, "SOFTWARE_TOKEN_MFA", session, SOFTWARE_TOKEN_MFA_CODE=code))
    assert told == "SoftwareTokenMFANotFoundException: The user has no software token."


def test_a_choice_whose_factor_is_deleted_in_the_meantime_is_refused(api: Api) -> None:
    pool, client = a_place(api)
    an_enrolled(api, pool, client, "phone_number")
    prefer(api, pool, SMS="on")
    session = challenged(api, client, "SELECT_MFA_TYPE")["Session"]
    api.idp("AdminDeleteUserAttributes", UserPoolId=pool, Username="ana", UserAttributeNames=["phone_number"])
    told = refusal(lambda: answer(api, client, "SELECT_MFA_TYPE", session, ANSWER="SMS_MFA"))
    assert told == "InvalidParameterException: Invalid MFA type selected."
    challenge = answer(api, client, "SELECT_MFA_TYPE", session, ANSWER="SOFTWARE_TOKEN_MFA")
    assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"


def test_a_code_is_good_no_more_once_the_address_that_it_went_to_is_gone(api: Api) -> None:
    pool, client = a_place(api)
    ana(api, pool, "phone_number")
    prefer(api, pool, SMS="on")
    session = challenged(api, client, "SMS_MFA")["Session"]
    changed = [{"Name": "phone_number", "Value": "+15555550000"}]
    api.idp("AdminUpdateUserAttributes", UserPoolId=pool, Username="ana", UserAttributes=changed)
    code = api.code(user="ana")
    assert refusal(lambda: answer(api, client, "SMS_MFA", session, SMS_MFA_CODE=code)) == MISMATCH
    assert attributes_of(api, pool).get("phone_number_verified", "false") == "false"


def test_a_code_does_not_take_the_alias_of_somebody_else(api: Api) -> None:
    pool, client = a_place(api, AliasAttributes=["email"])
    ana(api, pool, "email")
    addressed = [{"Name": "email", "Value": MAIL}, {"Name": "email_verified", "Value": "true"}]
    api.idp("AdminCreateUser", UserPoolId=pool, Username="bob", MessageAction="SUPPRESS", UserAttributes=addressed)
    prefer(api, pool, Email="on")
    session = challenged(api, client, "EMAIL_OTP")["Session"]
    assert answer(api, client, "EMAIL_OTP", session, EMAIL_OTP_CODE=api.code(user="ana"))["AuthenticationResult"]
    assert "email_verified" not in attributes_of(api, pool)
    assert seen(api, pool, MAIL)["Username"] == "bob"


def test_a_user_who_is_disabled_or_gets_another_password_in_the_meantime_is_refused(api: Api) -> None:
    pool, client = a_place(api)
    ana(api, pool, "phone_number")
    prefer(api, pool, SMS="on")
    session, code = challenged(api, client, "SMS_MFA")["Session"], api.code(user="ana")
    api.idp("AdminDisableUser", UserPoolId=pool, Username="ana")
    told = refusal(lambda: answer(api, client, "SMS_MFA", session, SMS_MFA_CODE=code))
    assert told == "NotAuthorizedException: User is disabled."
    api.idp("AdminEnableUser", UserPoolId=pool, Username="ana")
    api.idp("AdminSetUserPassword", UserPoolId=pool, Username="ana", Password="Other-Horse-1", Permanent=True)
    assert refusal(lambda: answer(api, client, "SMS_MFA", session, SMS_MFA_CODE=code)) == INVALID


def test_a_forgotten_password_is_not_recovered_by_the_address_of_the_second_factor(api: Api) -> None:
    pool, client = a_place(api, "OPTIONAL", SMS, EMAIL)
    addresses = {"email": MAIL, "phone_number": PHONE}
    ana(api, pool, *addresses)
    verified = [{"Name": f"{name}_verified", "Value": "true"} for name in addresses]
    api.idp("AdminUpdateUserAttributes", UserPoolId=pool, Username="ana", UserAttributes=verified)
    prefer(api, pool, Email="on")
    sent = api.idp("ForgotPassword", ClientId=client, Username="ana")["CodeDeliveryDetails"]
    assert sent["AttributeName"] == "phone_number"
    prefer(api, pool, SMS="on")
    told = refusal(lambda: api.idp("ForgotPassword", ClientId=client, Username="ana"))
    assert told == (
        "InvalidParameterException: Cannot reset password for the user as there is no registered/verified email or "
        "phone_number"
    )
    configure(api, pool, "OFF")
    sent = api.idp("ForgotPassword", ClientId=client, Username="ana")["CodeDeliveryDetails"]
    assert sent["AttributeName"] == "email"
