"""Which words every message is sent in: AWS's, or the pool's."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api import second_factors
from tests.api.people import sign_up
from tests.api.signing_in import enter
from tests.builders import Api, a_client, a_pool, a_user, pairs

PHONE, MAIL = "+15555550000", "ana@example.com"
VERIFIED = {"email": MAIL, "email_verified": "true"}
TEMPLATE = {"EmailSubject": "Verify", "EmailMessage": "Mail {####}!", "SmsMessage": "Text {####}!"}
INVITE = {"EmailSubject": "Come", "EmailMessage": "{username}/{####}", "SMSMessage": "{username}:{####}"}


def told(api: Api, pool: str) -> tuple[str, str | None, str]:
    """The newest message: its medium, its subject, and its body with the code taken out."""
    message = api.message(pool=pool)
    assert message.code
    assert message.code in message.body
    return message.medium, message.subject, message.body.replace(message.code, "#")


OWN_TEXT = {"SmsMfaConfiguration": {"SmsConfiguration": second_factors.SNS, "SmsAuthenticationMessage": "Go {####}"}}
OWN = {"VerificationMessageTemplate": TEMPLATE}


@pytest.mark.parametrize(
    ("words", "kind", "expected"),
    [
        ({}, "email", ("EMAIL", "Your verification code", "Your confirmation code is #")),
        ({}, "phone_number", ("SMS", None, "Your verification code is #. ")),
        (OWN, "email", ("EMAIL", "Verify", "Mail #!")),
        (OWN, "phone_number", ("SMS", None, "Text #!")),
        (
            {"EmailVerificationSubject": "Old", "EmailVerificationMessage": "Old {####}"},
            "email",
            ("EMAIL", "Old", "Old #"),
        ),
        ({"SmsVerificationMessage": "Old {####}"}, "phone_number", ("SMS", None, "Old #")),
    ],
)
@pytest.mark.parametrize("again", [False, True])
def test_the_code_of_a_sign_up(
    api: Api, words: dict[str, Any], kind: str, expected: tuple[str, str | None, str], *, again: bool
) -> None:
    pool = a_pool(api, AutoVerifiedAttributes=[kind], **words)
    client = a_client(api, pool)
    sign_up(api, client, **{kind: MAIL if kind == "email" else PHONE})
    if again:
        api.idp("ResendConfirmationCode", ClientId=client, Username="ana")
    assert told(api, pool) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({}, ("EMAIL", "Your password reset code", "Your password reset code is #")),
        (OWN, ("EMAIL", "Verify", "Mail #!")),
    ],
)
@pytest.mark.parametrize("asks", ["ForgotPassword", "AdminResetUserPassword"])
def test_the_code_of_a_forgotten_password(
    api: Api, words: dict[str, Any], expected: tuple[str, str | None, str], asks: str
) -> None:
    pool = a_pool(api, **words)
    client = a_client(api, pool)
    a_user(api, pool, **VERIFIED)
    place = {"ClientId": client} if asks == "ForgotPassword" else {"UserPoolId": pool}
    api.idp(asks, Username="ana", **place)
    assert told(api, pool) == expected


@pytest.mark.parametrize(
    ("words", "medium", "expected"),
    [
        (
            {},
            "EMAIL",
            ("EMAIL", "Your temporary password", "Your username is ana and temporary password is #. "),
        ),
        ({}, "SMS", ("SMS", None, "Your username is ana and temporary password is #. ")),
        (INVITE, "EMAIL", ("EMAIL", "Come", "ana/#")),
        (INVITE, "SMS", ("SMS", None, "ana:#")),
    ],
)
def test_the_password_of_an_invitation(
    api: Api, words: dict[str, Any], medium: str, expected: tuple[str, str | None, str]
) -> None:
    pool = a_pool(api, AdminCreateUserConfig={"InviteMessageTemplate": words} if words else {})
    members = {"Username": "ana", "UserAttributes": pairs({"email": MAIL, "phone_number": PHONE})}
    api.idp("AdminCreateUser", UserPoolId=pool, **members, DesiredDeliveryMediums=[medium])
    assert told(api, pool) == expected


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        (second_factors.SMS, ("SMS", None, "Your authentication code is #. ")),
        (OWN_TEXT, ("SMS", None, "Go #")),
        (second_factors.EMAIL, ("EMAIL", "Hello", "Code: #")),
        ({"EmailMfaConfiguration": {}}, ("EMAIL", "Your authentication code", "Your authentication code is #")),
    ],
)
def test_the_code_of_a_sign_in(api: Api, method: dict[str, Any], expected: tuple[str, str | None, str]) -> None:
    # An address that recovers accounts is no second factor, where the pool says the order.
    recovery = {"AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]}}
    pool, client = second_factors.a_place(api, "ON", method, **recovery)
    second_factors.ana(api, pool, "email", "phone_number")
    enter(api, client)
    assert told(api, pool) == expected


@pytest.mark.parametrize("by", ["UpdateUserAttribute", "VerifyUserAttribute"])
@pytest.mark.parametrize("words", [{}, OWN])
def test_the_code_of_an_address(api: Api, by: str, words: dict[str, Any]) -> None:
    pool = a_pool(api, AutoVerifiedAttributes=["email"], **words)
    client = a_client(api, pool)
    a_user(api, pool, **VERIFIED)
    token = enter(api, client)["AuthenticationResult"]["AccessToken"]
    if by == "VerifyUserAttribute":
        api.idp("GetUserAttributeVerificationCode", AccessToken=token, AttributeName="email")
    else:
        api.idp("UpdateUserAttributes", AccessToken=token, UserAttributes=pairs({"email": "new@example.com"}))
    mine, aws = ("EMAIL", "Verify", "Mail #!"), ("EMAIL", "Your verification code", "Your confirmation code is #")
    assert told(api, pool) == (mine if words else aws)
    assert api.message(pool=pool).trigger == f"CustomMessage_{by}"


def test_an_email_is_from_whom_the_pool_says_and_a_text_is_from_nobody(api: Api) -> None:
    source = "arn:aws:ses:us-east-1:000000000000:identity/shop@example.com"
    configured = {"EmailSendingAccount": "DEVELOPER", "SourceArn": source, "ReplyToEmailAddress": "help@example.com"}
    pool = a_pool(api, AutoVerifiedAttributes=["email", "phone_number"], EmailConfiguration=configured)
    client = a_client(api, pool)
    sign_up(api, client, "ana", email=MAIL)
    assert (api.message(pool=pool).sender, api.message(pool=pool).reply_to) == ("shop@example.com", "help@example.com")
    sign_up(api, client, "bea", phone_number=PHONE)
    assert (api.message(pool=pool).sender, api.message(pool=pool).reply_to) == (None, None)
