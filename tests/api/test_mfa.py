"""Second factors of a sign-in: which challenge comes, what is sent, and what answers it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from emulator.settings import Settings
from tests.api.people import attributes_of
from tests.api.second_factors import (
    EMAIL,
    EXPIRED,
    MAIL,
    MISMATCH,
    ONCE,
    PHONE,
    SMS,
    SNS,
    a_place,
    an_enrolled,
    ana,
    another,
    answer,
    challenged,
    code_of,
    prefer,
)
from tests.api.signing_in import WRONG, begin, enter, refusal
from tests.builders import PASSWORD, Api, a_client, a_pool, claims, sign_in

ISSUED = {"AccessToken", "IdToken", "RefreshToken", "ExpiresIn", "TokenType"}


def test_the_challenge_by_text_message_is_exactly_this(api: Api) -> None:
    pool, client = a_place(api)
    ana(api, pool, "phone_number")
    prefer(api, pool, SMS="on")
    challenge = enter(api, client)
    assert challenge.pop("Session").startswith("AYABe")
    assert challenge == {
        "ChallengeName": "SMS_MFA",
        "ChallengeParameters": {
            "CODE_DELIVERY_DELIVERY_MEDIUM": "SMS",
            "CODE_DELIVERY_DESTINATION": "+*******9934",
            "USER_ID_FOR_SRP": "ana",
        },
    }


def test_the_challenge_by_email_is_exactly_this(api: Api) -> None:
    pool, client = a_place(api)
    ana(api, pool, "email")
    prefer(api, pool, Email="on")
    challenge = enter(api, client)
    del challenge["Session"]
    assert challenge == {
        "ChallengeName": "EMAIL_OTP",
        "ChallengeParameters": {
            "CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL",
            "CODE_DELIVERY_DESTINATION": "a***@e***",
            "USER_ID_FOR_SRP": "ana",
        },
    }


def test_the_challenge_of_a_software_token_is_exactly_this(api: Api) -> None:
    pool, client = a_place(api)
    an_enrolled(api, pool, client)
    challenge = enter(api, client)
    del challenge["Session"]
    assert challenge == {"ChallengeName": "SOFTWARE_TOKEN_MFA", "ChallengeParameters": {"USER_ID_FOR_SRP": "ana"}}


def test_the_choice_of_a_second_factor_is_exactly_this(api: Api) -> None:
    pool, client = a_place(api)
    an_enrolled(api, pool, client, "email", "phone_number")
    prefer(api, pool, SMS="on", Email="on")
    challenge = enter(api, client)
    del challenge["Session"]
    assert challenge == {
        "ChallengeName": "SELECT_MFA_TYPE",
        "ChallengeParameters": {
            "MFAS_CAN_CHOOSE": '["SMS_MFA","SOFTWARE_TOKEN_MFA","EMAIL_OTP"]',
            "USER_ID_FOR_SRP": "ana",
        },
    }


@pytest.mark.parametrize(
    ("kind", "method", "name", "member", "attribute"),
    [
        ("SMS", SMS, "SMS_MFA", "SMS_MFA_CODE", "phone_number"),
        ("Email", EMAIL, "EMAIL_OTP", "EMAIL_OTP_CODE", "email"),
    ],
)
def test_the_code_that_was_sent_ends_the_sign_in_and_verifies_where_it_went(
    api: Api, kind: str, method: dict[str, Any], name: str, member: str, attribute: str
) -> None:
    pool, client = a_place(api, "OPTIONAL", method)
    ana(api, pool, attribute)
    prefer(api, pool, **{kind: "on"})
    challenge = challenged(api, client, name)
    message = api.message(user="ana")
    assert re.fullmatch("[0-9]{6}", message.code or "")
    assert message.trigger == "CustomMessage_Authentication"
    assert f"{attribute}_verified" not in attributes_of(api, pool)
    done = answer(api, client, name, challenge["Session"], **{member: message.code or ""})
    assert done["ChallengeParameters"] == {}
    assert done["AuthenticationResult"].keys() == ISSUED
    assert claims(done["AuthenticationResult"]["IdToken"])[f"{attribute}_verified"] is True
    assert attributes_of(api, pool)[f"{attribute}_verified"] == "true"


def test_the_messages_are_the_pools_own(api: Api) -> None:
    text = {"SmsMfaConfiguration": {**SMS["SmsMfaConfiguration"], "SmsAuthenticationMessage": "{####} is it"}}
    pool, client = a_place(api, "OPTIONAL", text, EMAIL)
    ana(api, pool, "email", "phone_number")
    prefer(api, pool, SMS="best")
    enter(api, client)
    message = api.message(user="ana")
    assert (message.to, message.medium, message.body) == (PHONE, "SMS", f"{message.code} is it")
    prefer(api, pool, Email="best")
    enter(api, client)
    message = api.message(user="ana")
    assert (message.to, message.subject, message.body) == (MAIL, "Hello", f"Code: {message.code}")


def test_without_templates_the_messages_are_the_default_ones(api: Api) -> None:
    pool, client = a_place(api, "OPTIONAL", SMS, {"EmailMfaConfiguration": {}})
    ana(api, pool, "email", "phone_number")
    prefer(api, pool, SMS="best")
    enter(api, client)
    message = api.message(user="ana")
    assert message.body == f"Your authentication code is {message.code}. "
    prefer(api, pool, Email="best")
    enter(api, client)
    message = api.message(user="ana")
    assert (message.subject, message.body) == (
        "Your authentication code",
        f"Your authentication code is {message.code}",
    )


@pytest.mark.parametrize("wrong", ["", "12345", "abcdef", "١٢٣٤٥٦", "💥", "1" * 10_000])
def test_a_wrong_code_leaves_the_session_good_and_is_no_code(api: Api, wrong: str) -> None:
    pool, client = a_place(api)
    ana(api, pool, "phone_number")
    prefer(api, pool, SMS="on")
    session = challenged(api, client, "SMS_MFA")["Session"]
    missing = "InvalidParameterException: Missing required parameter SMS_MFA_CODE"
    told = refusal(lambda: answer(api, client, "SMS_MFA", session, SMS_MFA_CODE=wrong))
    assert told == (MISMATCH if wrong else missing)
    assert "phone_number_verified" not in attributes_of(api, pool)
    code = api.code(user="ana")
    for _ in range(3):
        told = refusal(lambda: answer(api, client, "SMS_MFA", session, SMS_MFA_CODE=another(code)))
        assert told == MISMATCH
    assert answer(api, client, "SMS_MFA", session, SMS_MFA_CODE=code)["AuthenticationResult"]
    assert refusal(lambda: answer(api, client, "SMS_MFA", session, SMS_MFA_CODE=code)) == ONCE


def test_a_code_is_good_for_its_own_sign_in_only(api: Api) -> None:
    pool, client = a_place(api)
    ana(api, pool, "phone_number")
    prefer(api, pool, SMS="on")
    first = challenged(api, client, "SMS_MFA")["Session"]
    code = api.code(user="ana")
    second = challenged(api, client, "SMS_MFA")["Session"]
    assert api.code(user="ana") != code
    assert refusal(lambda: answer(api, client, "SMS_MFA", second, SMS_MFA_CODE=code)) == MISMATCH
    assert answer(api, client, "SMS_MFA", first, SMS_MFA_CODE=code)["AuthenticationResult"]


def test_a_code_lives_as_long_as_its_session(api: Api) -> None:
    pool = a_place(api)[0]
    client = a_client(api, pool, AuthSessionValidity=5)
    ana(api, pool, "phone_number")
    prefer(api, pool, SMS="on")
    session = challenged(api, client, "SMS_MFA")["Session"]
    api.world.clock.advance(minutes=4, seconds=59)
    told = refusal(lambda: answer(api, client, "SMS_MFA", session, SMS_MFA_CODE="000000"))
    assert told == MISMATCH
    api.world.clock.advance(seconds=1)
    code = api.code(user="ana")
    assert refusal(lambda: answer(api, client, "SMS_MFA", session, SMS_MFA_CODE=code)) == EXPIRED


class TestWithAFixedCode:
    """Where the settings say what every code is."""

    @pytest.fixture
    def settings(self) -> Settings:
        """Every code is 123456."""
        return Settings(ephemeral=True, code="123456")

    def test_the_codes_of_sign_ins_are_it_too(self, api: Api) -> None:
        pool, client = a_place(api)
        ana(api, pool, "email")
        prefer(api, pool, Email="on")
        session = challenged(api, client, "EMAIL_OTP")["Session"]
        told = refusal(lambda: answer(api, client, "EMAIL_OTP", session, EMAIL_OTP_CODE="654321"))
        assert told == MISMATCH
        assert answer(api, client, "EMAIL_OTP", session, EMAIL_OTP_CODE="123456")["AuthenticationResult"]


@pytest.mark.parametrize("chosen", ["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"])
def test_the_chosen_factor_is_asked_for_and_ends_the_sign_in(api: Api, chosen: str) -> None:
    pool, client = a_place(api)
    secret = an_enrolled(api, pool, client, "email", "phone_number")
    prefer(api, pool, SMS="on", Email="on")
    session = challenged(api, client, "SELECT_MFA_TYPE")["Session"]
    challenge = answer(api, client, "SELECT_MFA_TYPE", session, ANSWER=chosen)
    assert challenge["ChallengeName"] == chosen
    code = code_of(api, secret) if chosen == "SOFTWARE_TOKEN_MFA" else api.code(user="ana")
    assert answer(api, client, chosen, challenge["Session"], **{f"{chosen}_CODE": code})["AuthenticationResult"]
    assert refusal(lambda: answer(api, client, "SELECT_MFA_TYPE", session, ANSWER=chosen)) == ONCE


@pytest.mark.parametrize("chosen", ["EMAIL_OTP", "sms_mfa", "WEB_AUTHN", "💥", "SMS_MFA,SOFTWARE_TOKEN_MFA"])
def test_a_factor_that_was_not_offered_cannot_be_chosen(api: Api, chosen: str) -> None:
    pool, client = a_place(api)
    an_enrolled(api, pool, client, "email", "phone_number")
    prefer(api, pool, SMS="on")
    session = challenged(api, client, "SELECT_MFA_TYPE")["Session"]
    told = refusal(lambda: answer(api, client, "SELECT_MFA_TYPE", session, ANSWER=chosen))
    assert told == "InvalidParameterException: Invalid MFA type selected."
    told = refusal(lambda: answer(api, client, "SELECT_MFA_TYPE", session))
    assert told == "InvalidParameterException: Missing required parameter ANSWER"
    assert answer(api, client, "SELECT_MFA_TYPE", session, ANSWER="SMS_MFA")["ChallengeName"] == "SMS_MFA"


def test_the_second_factor_comes_only_after_the_right_password(api: Api) -> None:
    pool, client = a_place(api)
    ana(api, pool, "phone_number")
    prefer(api, pool, SMS="on")
    assert refusal(lambda: enter(api, client, password="Wrong-Horse-1")) == WRONG
    assert api.world.mailbox.messages(user="ana") == []


def test_an_administrator_meets_the_same_challenge(api: Api) -> None:
    pool, client = a_place(api)
    ana(api, pool, "phone_number")
    prefer(api, pool, SMS="on")
    challenge = begin(api, client, "ADMIN_USER_PASSWORD_AUTH", pool, USERNAME="ana", PASSWORD=PASSWORD)
    assert challenge["ChallengeName"] == "SMS_MFA"
    done = api.idp(
        "AdminRespondToAuthChallenge",
        UserPoolId=pool,
        ClientId=client,
        ChallengeName="SMS_MFA",
        Session=challenge["Session"],
        ChallengeResponses={"USERNAME": "ana", "SMS_MFA_CODE": api.code(user="ana")},
    )
    assert done["AuthenticationResult"].keys() == ISSUED


def test_mfa_comes_after_a_new_password(api: Api) -> None:
    pool, client = a_place(api, "ON", SMS)
    api.idp(
        "AdminCreateUser",
        UserPoolId=pool,
        Username="ana",
        TemporaryPassword="Temporary-Horse-1",
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "phone_number", "Value": PHONE}],
    )
    challenge = enter(api, client, password="Temporary-Horse-1")
    challenge = answer(api, client, "NEW_PASSWORD_REQUIRED", challenge["Session"], NEW_PASSWORD=PASSWORD)
    assert challenge["ChallengeName"] == "SMS_MFA"
    assert answer(api, client, "SMS_MFA", challenge["Session"], SMS_MFA_CODE=api.code(user="ana"))


def test_a_pool_may_be_made_with_mfa_by_text_message(api: Api) -> None:
    pool = a_pool(api, MfaConfiguration="ON", SmsConfiguration=SNS)
    client = a_client(api, pool)
    ana(api, pool, "phone_number")
    session = challenged(api, client, "SMS_MFA")["Session"]
    assert answer(api, client, "SMS_MFA", session, SMS_MFA_CODE=api.code(user="ana"))["AuthenticationResult"]
    api.idp("UpdateUserPool", UserPoolId=pool)
    assert sign_in(api, client)
