"""Messages: words, media, masks."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.domain.messages import messages
from emulator.domain.messages.messages import Draft
from emulator.faults import NotAuthorizedException

BOTH = {"email": "ana@example.com", "phone_number": "+15551239934"}
VERIFIED = {**BOTH, "email_verified": "true", "phone_number_verified": "true"}


@pytest.mark.parametrize(
    ("trigger", "medium", "subject", "body"),
    [
        ("CustomMessage_SignUp", "EMAIL", "Your verification code", "Your confirmation code is 123456"),
        ("CustomMessage_SignUp", "SMS", None, "Your verification code is 123456. "),
        ("CustomMessage_ForgotPassword", "EMAIL", "Your password reset code", "Your password reset code is 123456"),
        (
            "CustomMessage_AdminCreateUser",
            "EMAIL",
            "Your temporary password",
            "Your username is ana and temporary password is 123456. ",
        ),
    ],
)
def test_the_words_are_aws_own_unless_the_pool_has_others(
    trigger: str, medium: messages.Medium, subject: str | None, body: str
) -> None:
    assert messages.render({}, Draft(trigger, medium, "", "123456"), "ana") == (subject, body)


def test_a_pools_templates_are_filled_in() -> None:
    settings = {
        "VerificationMessageTemplate": {"EmailSubject": "Hi", "EmailMessage": "<{####}>", "SmsMessage": "[{####}]"},
        "AdminCreateUserConfig": {
            "InviteMessageTemplate": {
                "EmailSubject": "Come",
                "EmailMessage": "{username}: {####}",
                "SMSMessage": "{####}",
            }
        },
    }
    assert messages.render(settings, Draft("CustomMessage_ResendCode", "EMAIL", "", "1"), "ana") == ("Hi", "<1>")
    assert messages.render(settings, Draft("CustomMessage_ForgotPassword", "SMS", "", "1"), "ana") == (None, "[1]")
    assert messages.render(settings, Draft("CustomMessage_AdminCreateUser", "EMAIL", "", "1"), "ana") == (
        "Come",
        "ana: 1",
    )
    assert messages.render(settings, Draft("CustomMessage_AdminCreateUser", "SMS", "", "1"), "ana") == (None, "1")


def test_what_is_filled_in_is_not_filled_in_again() -> None:
    settings = {"AdminCreateUserConfig": {"InviteMessageTemplate": {"EmailMessage": "{username} {####} {####}"}}}
    told = messages.render(settings, Draft("CustomMessage_AdminCreateUser", "EMAIL", "", "{username}A1!"), "{####}")
    assert told[1] == "{####} {username}A1! {username}A1!"


def test_only_an_invitation_names_the_user() -> None:
    settings = {"VerificationMessageTemplate": {"EmailMessage": "{username} {####}"}}
    assert messages.render(settings, Draft("CustomMessage_SignUp", "EMAIL", "", "1"), "ana")[1] == "{username} 1"


@pytest.mark.parametrize(
    ("verified", "target"),
    [
        ([], None),
        (["email"], ("email", "EMAIL")),
        (["phone_number"], ("phone_number", "SMS")),
        (["email", "phone_number"], ("phone_number", "SMS")),
    ],
)
def test_a_new_account_is_verified_by_phone_first(verified: list[str], target: messages.Target | None) -> None:
    assert messages.verification_target({"AutoVerifiedAttributes": verified}, BOTH) == target
    assert messages.verification_target({"AutoVerifiedAttributes": verified}, {}) is None


def recovery(*names: str) -> dict[str, Any]:
    mechanisms = [{"Name": name, "Priority": number} for number, name in enumerate(names, 1)]
    return {"AccountRecoverySetting": {"RecoveryMechanisms": mechanisms[::-1]}}


def test_a_password_is_recovered_in_the_pools_order_of_verified_addresses() -> None:
    email, phone = ("email", "EMAIL"), ("phone_number", "SMS")
    assert messages.recovery_target({}, VERIFIED) == phone
    assert messages.recovery_target(recovery("verified_email", "verified_phone_number"), VERIFIED) == email
    assert messages.recovery_target(recovery("verified_phone_number", "verified_email"), VERIFIED) == phone
    assert messages.recovery_target(recovery("verified_email"), {**BOTH, "phone_number_verified": "true"}) is None
    assert messages.recovery_target({}, BOTH) is None


def test_where_only_an_administrator_recovers_nothing_is_sent() -> None:
    with pytest.raises(NotAuthorizedException, match=r"Contact administrator to reset password\."):
        messages.recovery_target(recovery("admin_only"), VERIFIED)


@pytest.mark.parametrize(
    ("attribute", "address", "masked"),
    [
        ("email", "test@test.com", "t***@t***"),
        ("email", "a@b", "a***@b***"),
        ("phone_number", "+15551239934", "+*******9934"),
        ("phone_number", "+12345", "+*2345"),
        ("phone_number", "+1", "+1"),
        ("email", "é😀@ñ.example", "é***@ñ***"),
    ],
)
def test_an_address_is_masked_as_aws_masks_it(attribute: str, address: str, masked: str) -> None:
    assert messages.masked(attribute, address) == masked


def test_an_invitation_goes_by_the_media_asked_for() -> None:
    email, phone = ("email", "EMAIL"), ("phone_number", "SMS")
    assert messages.invitation_targets(["EMAIL"], BOTH) == [email]
    assert messages.invitation_targets(["EMAIL", "SMS"], BOTH) == [phone, email]
    assert messages.invitation_targets(None, BOTH) == [phone]
    assert messages.invitation_targets(None, {"email": "a@b.c"}) == [email]
    assert messages.invitation_targets(["SMS"], {"email": "a@b.c"}) == []


def test_a_made_up_delivery_is_plausible_and_stable() -> None:
    assert messages.simulated_details("ana@example.com")["Destination"] == "a***@e***"
    assert messages.simulated_details("+15551239934")["DeliveryMedium"] == "SMS"
    assert messages.simulated_details("Nobody") == messages.simulated_details("Nobody")


ADDRESS = "arn:aws:ses:us-east-1:000000000000:identity/shop@example.com"
DOMAIN = "arn:aws:ses:us-east-1:000000000000:identity/example.com"


@pytest.mark.parametrize(
    ("email", "senders"),
    [
        ({}, (None, None)),
        (
            {"EmailSendingAccount": "COGNITO_DEFAULT", "ReplyToEmailAddress": "help@example.com"},
            (None, "help@example.com"),
        ),
        ({"EmailSendingAccount": "COGNITO_DEFAULT", "SourceArn": ADDRESS}, ("shop@example.com", None)),
        ({"EmailSendingAccount": "COGNITO_DEFAULT", "From": "a@b.c"}, (None, None)),
        ({"EmailSendingAccount": "DEVELOPER", "SourceArn": ADDRESS}, ("shop@example.com", None)),
        ({"EmailSendingAccount": "DEVELOPER", "SourceArn": ADDRESS, "From": ""}, ("shop@example.com", None)),
        (
            {"EmailSendingAccount": "DEVELOPER", "SourceArn": DOMAIN, "From": "Shop <a@example.com>"},
            ("Shop <a@example.com>", None),
        ),
        ({"EmailSendingAccount": "DEVELOPER", "SourceArn": DOMAIN}, (None, None)),
    ],
)
def test_a_pool_says_whom_its_emails_are_from(email: dict[str, str], senders: tuple[str | None, str | None]) -> None:
    assert messages.senders({"EmailConfiguration": email}) == senders
