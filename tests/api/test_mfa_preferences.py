"""What users choose of the second factors: preferences, the old settings, and what shows of both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.people import seen
from tests.api.second_factors import (
    EMAIL,
    MAIL,
    NOT_VERIFIED,
    PHONE,
    SMS,
    TOTP,
    a_place,
    ana,
    challenged,
    configure,
    enrol,
    prefer,
)
from tests.api.signing_in import refusal
from tests.builders import Api, a_client, a_pool, a_user, sign_in

Prefer = Callable[..., Any]
NOBODY = "UserNotFoundException: User does not exist."
BY_TEXT = [{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}]


def undeliverable(method: str) -> str:
    """The refusal where the user lacks the address."""
    return f"InvalidParameterException: User does not have delivery config set to turn on {method}"


@pytest.fixture
def place(api: Api) -> tuple[str, str, str]:
    """A pool with every second factor, Ana with everything they need, and her access token."""
    pool, client = a_place(api)
    ana(api, pool, "email", "phone_number")
    token = sign_in(api, client)["AccessToken"]
    enrol(api, token)
    return pool, client, token


@pytest.fixture(params=["SetUserMFAPreference", "AdminSetUserMFAPreference"])
def set_preference(request: pytest.FixtureRequest, api: Api, place: tuple[str, str, str]) -> Prefer:
    """SetUserMFAPreference, by Ana and by an administrator."""
    by_token = request.param == "SetUserMFAPreference"
    who = {"AccessToken": place[2]} if by_token else {"UserPoolId": place[0], "Username": "ana"}
    return lambda **members: api.idp(request.param, **who, **members)


def shown(api: Api, pool: str) -> tuple[list[str] | None, str | None]:
    """What is active and what is preferred, as AdminGetUser shows it."""
    user = seen(api, pool)
    return user.get("UserMFASettingList"), user.get("PreferredMfaSetting")


def test_a_user_chooses_and_every_reader_sees_it(api: Api, place: tuple[str, str, str], set_preference: Prefer) -> None:
    pool, _, token = place
    assert shown(api, pool) == (None, None)
    on, best = {"Enabled": True}, {"Enabled": True, "PreferredMfa": True}
    assert set_preference(EmailMfaSettings=on, SMSMfaSettings=on, SoftwareTokenMfaSettings=best) == {}
    everything = {
        "UserMFASettingList": ["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"],
        "PreferredMfaSetting": "SOFTWARE_TOKEN_MFA",
    }
    named = {"UserPoolId": pool, "Username": "ana"}
    for answer in (
        api.idp("GetUser", AccessToken=token),
        api.idp("AdminGetUser", **named),
        api.idp("GetUserAuthFactors", AccessToken=token),
        api.idp("AdminGetUserAuthFactors", **named),
    ):
        assert {name: answer[name] for name in everything} == everything
        assert "MFAOptions" not in answer


def test_what_is_left_out_stays_and_the_preference_moves(
    api: Api, place: tuple[str, str, str], set_preference: Prefer
) -> None:
    set_preference(SMSMfaSettings={"Enabled": True, "PreferredMfa": True})
    set_preference(SoftwareTokenMfaSettings={"Enabled": True})
    assert shown(api, place[0]) == (["SMS_MFA", "SOFTWARE_TOKEN_MFA"], "SMS_MFA")
    set_preference(SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True})
    assert shown(api, place[0]) == (["SMS_MFA", "SOFTWARE_TOKEN_MFA"], "SOFTWARE_TOKEN_MFA")
    set_preference(SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": False})
    assert shown(api, place[0]) == (["SMS_MFA", "SOFTWARE_TOKEN_MFA"], None)
    set_preference(SMSMfaSettings={"Enabled": False}, SoftwareTokenMfaSettings={})
    assert shown(api, place[0]) == (None, None)
    set_preference()
    assert shown(api, place[0]) == (None, None)


def test_what_is_preferred_and_switched_off_is_preferred_no_more(
    api: Api, place: tuple[str, str, str], set_preference: Prefer
) -> None:
    set_preference(SMSMfaSettings={"Enabled": True}, EmailMfaSettings={"Enabled": True, "PreferredMfa": True})
    set_preference(EmailMfaSettings={"Enabled": False})
    assert shown(api, place[0]) == (["SMS_MFA"], None)


@pytest.mark.parametrize(
    ("members", "told"),
    [
        (
            {"SMSMfaSettings": {"Enabled": False, "PreferredMfa": True}},
            "InvalidParameterException: SMS_MFA cannot be the preferred MFA method unless it is enabled",
        ),
        (
            {"SoftwareTokenMfaSettings": {"PreferredMfa": True}},
            "InvalidParameterException: SOFTWARE_TOKEN_MFA cannot be the preferred MFA method unless it is enabled",
        ),
        (
            {
                "SMSMfaSettings": {"Enabled": True, "PreferredMfa": True},
                "EmailMfaSettings": {"Enabled": True, "PreferredMfa": True},
            },
            "InvalidParameterException: Only one MFA method can be preferred",
        ),
        (
            {"WebAuthnMfaSettings": {"Enabled": True}},
            "InvalidParameterException: Passkey MFA is not enabled for the user pool",
        ),
    ],
)
def test_what_cannot_be_chosen_is_refused_and_changes_nothing(
    api: Api, place: tuple[str, str, str], set_preference: Prefer, members: dict[str, Any], told: str
) -> None:
    set_preference(SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True})
    assert refusal(lambda: set_preference(**members)) == told
    assert shown(api, place[0]) == (["SOFTWARE_TOKEN_MFA"], "SOFTWARE_TOKEN_MFA")


@pytest.mark.parametrize(
    ("member", "told"),
    [
        ("SMS", undeliverable("SMS_MFA")),
        ("Email", undeliverable("EMAIL_OTP")),
        ("SoftwareToken", undeliverable("SOFTWARE_TOKEN_MFA")),
    ],
)
def test_what_the_user_does_not_have_is_refused(api: Api, member: str, told: str) -> None:
    pool, client = a_place(api)
    ana(api, pool)
    token = sign_in(api, client)["AccessToken"]
    assert refusal(lambda: prefer(api, pool, **{member: "on"})) == told
    settings = {f"{member}MfaSettings": {"Enabled": True}}
    assert refusal(lambda: api.idp("SetUserMFAPreference", AccessToken=token, **settings)) == told
    prefer(api, pool, **{member: "off"})
    assert shown(api, pool) == (None, None)


def test_a_software_token_that_waits_for_its_first_code_is_refused(api: Api) -> None:
    pool, client = a_place(api)
    ana(api, pool)
    api.idp("AssociateSoftwareToken", AccessToken=sign_in(api, client)["AccessToken"])
    assert refusal(lambda: prefer(api, pool, SoftwareToken="on")) == NOT_VERIFIED


@pytest.mark.parametrize(
    ("member", "name", "left"),
    [
        ("SMS", "SMS_MFA", [TOTP, EMAIL]),
        ("Email", "EMAIL_OTP", [SMS, TOTP]),
        ("SoftwareToken", "SOFTWARE_TOKEN_MFA", [SMS, EMAIL]),
    ],
)
def test_what_the_pool_does_not_have_is_refused(
    api: Api, place: tuple[str, str, str], member: str, name: str, left: list[dict[str, Any]]
) -> None:
    configure(api, place[0], "OPTIONAL", *left)
    told = refusal(lambda: prefer(api, place[0], **{member: "on"}))
    assert told == f"InvalidParameterException: {name} is not enabled for the user pool"


def test_a_passkey_is_a_second_factor_beside_another_one_only(api: Api, place: tuple[str, str, str]) -> None:
    pool = place[0]
    passkeys = {"RelyingPartyId": "localhost", "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION"}
    configure(api, pool, "OPTIONAL", SMS, TOTP, {"WebAuthnConfiguration": passkeys})
    told = refusal(lambda: prefer(api, pool, WebAuthn="on"))
    assert told == "InvalidParameterException: Passkey MFA needs another MFA method to be enabled too"
    prefer(api, pool, WebAuthn="on", SMS="on")
    assert shown(api, pool) == (["SMS_MFA", "WEB_AUTHN"], None)
    assert challenged(api, place[1], "SMS_MFA")


@pytest.fixture(params=["SetUserSettings", "AdminSetUserSettings"])
def set_settings(request: pytest.FixtureRequest, api: Api, place: tuple[str, str, str]) -> Prefer:
    """SetUserSettings, by Ana and by an administrator."""
    by_token = request.param == "SetUserSettings"
    who = {"AccessToken": place[2]} if by_token else {"UserPoolId": place[0], "Username": "ana"}
    return lambda options: api.idp(request.param, **who, MFAOptions=options)


def test_the_old_settings_drive_text_messages(api: Api, place: tuple[str, str, str], set_settings: Prefer) -> None:
    pool, client, token = place
    assert set_settings(BY_TEXT) == {}
    assert shown(api, pool) == (["SMS_MFA"], None)
    listed = api.idp("ListUsers", UserPoolId=pool)["Users"][0]
    for answer in (seen(api, pool), api.idp("GetUser", AccessToken=token), listed):
        assert answer["MFAOptions"] == BY_TEXT
    assert challenged(api, client, "SMS_MFA")
    assert set_settings([]) == {}
    assert shown(api, pool) == (None, None)
    assert "MFAOptions" not in seen(api, pool)


def test_the_old_settings_are_gone_once_text_messages_are_switched_off(
    api: Api, place: tuple[str, str, str], set_settings: Prefer
) -> None:
    set_settings(BY_TEXT)
    prefer(api, place[0], SMS="off")
    assert "MFAOptions" not in seen(api, place[0])


@pytest.mark.parametrize(
    "option",
    [
        {"DeliveryMedium": "EMAIL", "AttributeName": "email"},
        {"DeliveryMedium": "SMS", "AttributeName": "email"},
        {"DeliveryMedium": "SMS"},
        {"AttributeName": "phone_number"},
        {},
    ],
)
def test_the_old_settings_know_text_messages_only(set_settings: Prefer, option: dict[str, str]) -> None:
    told = refusal(lambda: set_settings([option]))
    assert told == "InvalidParameterException: MFAOptions can only be SMS to phone_number."


def test_the_old_settings_need_a_phone_number(api: Api) -> None:
    pool, _ = a_place(api)
    ana(api, pool, "email")
    named = {"UserPoolId": pool, "Username": "ana"}
    told = refusal(lambda: api.idp("AdminSetUserSettings", **named, MFAOptions=BY_TEXT))
    assert told == undeliverable("SMS_MFA")


@pytest.mark.parametrize("operation", ["AdminSetUserMFAPreference", "AdminGetUserAuthFactors", "AdminSetUserSettings"])
def test_nobody_is_a_user_who_does_not_exist(api: Api, operation: str) -> None:
    pool = a_pool(api)
    options: dict[str, Any] = {"MFAOptions": []} if operation == "AdminSetUserSettings" else {}
    assert refusal(lambda: api.idp(operation, UserPoolId=pool, Username="nobody", **options)) == NOBODY


@pytest.mark.parametrize(
    ("allowed", "attributes", "enrolled", "expected"),
    [
        (["PASSWORD"], {}, False, ["PASSWORD"]),
        (["PASSWORD"], {"email": MAIL, "phone_number": PHONE}, False, ["PASSWORD"]),
        (["PASSWORD", "EMAIL_OTP"], {"phone_number": PHONE}, False, ["PASSWORD"]),
        (["PASSWORD", "EMAIL_OTP", "SMS_OTP"], {"email": MAIL}, False, ["PASSWORD", "EMAIL_OTP"]),
        (
            ["PASSWORD", "EMAIL_OTP", "SMS_OTP"],
            {"email": MAIL, "phone_number": PHONE},
            True,
            ["PASSWORD", "EMAIL_OTP", "SMS_OTP", "SOFTWARE_TOKEN"],
        ),
    ],
)
def test_the_factors_of_a_user_follow_from_the_pool_and_what_they_have(
    api: Api, allowed: list[str], attributes: dict[str, str], enrolled: bool, expected: list[str]
) -> None:
    pool = a_pool(api, Policies={"SignInPolicy": {"AllowedFirstAuthFactors": allowed}})
    configure(api, pool, "OPTIONAL", TOTP)
    a_user(api, pool, **attributes)
    token = sign_in(api, a_client(api, pool))["AccessToken"]
    if enrolled:
        enrol(api, token)
    factors = {"Username": "ana", "ConfiguredUserAuthFactors": expected}
    assert api.idp("GetUserAuthFactors", AccessToken=token) == factors
    assert api.idp("AdminGetUserAuthFactors", UserPoolId=pool, Username="ana") == factors
