"""What a row must say, and what is kept of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.imports.importer import ANA, Importer, counts
from tests.builders import a_user

PHONE = {"phone_number": "+12345550100", "phone_number_verified": "true"}
SMS = {"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "x"}}
UNVERIFIED = (
    "[FAILED] Line Number 2 - The User Record does not set any of the auto verified attributes to true. "
    "(Example: email_verified to true)."
)


def test_the_example_of_the_guide_is_imported(importer: Importer) -> None:
    job = importer.run(
        "cognito:username,name,given_name,family_name,middle_name,nickname,preferred_username,profile,picture,website,"
        "email,email_verified,gender,birthdate,zoneinfo,locale,phone_number,phone_number_verified,address,updated_at,"
        "cognito:mfa_enabled\n"
        "John,,John,Doe,,,,,,,johndoe@example.com,TRUE,,02/01/1985,,,+12345550100,TRUE,123 Any Street,,FALSE\n"
        "Jane,,Jane,Roe,,,,,,,janeroe@example.com,TRUE,,01/01/1985,,,+12345550199,TRUE,100 Main Street,,FALSE\n"
    )
    assert (job["Status"], counts(job)) == ("Succeeded", (2, 0, 0))
    john = importer.user("John")
    assert john["UserStatus"] == "RESET_REQUIRED"
    assert {name: john[name] for name in ("given_name", "birthdate", "email_verified", "address")} == {
        "given_name": "John",
        "birthdate": "1985-02-01",
        "email_verified": "true",
        "address": "123 Any Street",
    }
    assert "nickname" not in john
    assert john["sub"] != john["Username"]


def test_blanks_around_values_are_trimmed_and_escaped_commas_are_commas(importer: Importer) -> None:
    importer.ana(address="  1 Any Street\\, Town\\, X ", name="back\\slash", updated_at=" 1471453471 ")
    user = importer.user()
    assert (user["address"], user["name"], user["updated_at"]) == ("1 Any Street, Town, X", "back\\slash", "1471453471")


def test_quotation_marks_and_formulas_are_text(importer: Importer) -> None:
    importer.ana(name='"Ana"', nickname='=HYPERLINK("http://x")')
    user = importer.user()
    assert (user["name"], user["nickname"]) == ('"Ana"', '=HYPERLINK("http://x")')


@pytest.mark.parametrize(
    "values",
    [
        {"email_verified": ""},
        {"email_verified": "FALSE"},
        {"email_verified": "false", **PHONE},
    ],
)
def test_a_row_needs_an_address_that_the_pool_verifies(importer: Importer, values: dict[str, str]) -> None:
    assert importer.refusal(**values) == UNVERIFIED


def test_one_of_two_verified_addresses_is_enough(importer: Importer) -> None:
    both = importer.into(AutoVerifiedAttributes=["email", "phone_number"])
    assert both.ana(email_verified="FALSE", **PHONE)["ImportedUsers"] == 1


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"email": ""}, "email is required where email_verified is true."),
        ({"phone_number_verified": "true"}, "phone_number is required where phone_number_verified is true."),
        ({"email": "ana"}, "Invalid email address format."),
        ({"phone_number": "555"}, "Invalid phone number format."),
        ({"email_verified": "yes"}, "email_verified is neither true nor false."),
        ({"birthdate": "1985-02-01"}, "birthdate is not of the form mm/dd/yyyy."),
        ({"birthdate": "2/1/1985"}, "birthdate is not of the form mm/dd/yyyy."),
        ({"birthdate": "13/32/1985"}, "birthdate is not of the form mm/dd/yyyy."),
        ({"birthdate": "02/30/1985"}, "birthdate is not of the form mm/dd/yyyy."),
        ({"birthdate": "00/00/0000"}, "birthdate is not of the form mm/dd/yyyy."),
        ({"updated_at": "yesterday"}, "updated_at is not a time in epoch seconds."),
        ({"updated_at": "-1"}, "updated_at is not a time in epoch seconds."),
        ({"cognito__username": ""}, "cognito:username is required."),
        ({"cognito__username": "ana b"}, "cognito:username has spaces, tabs or control characters."),
        ({"cognito__username": "ana\tb"}, "cognito:username has spaces, tabs or control characters."),
        ({"cognito__username": "ana\x00b"}, "cognito:username has spaces, tabs or control characters."),
        ({"cognito__username": "a" * 129}, "cognito:username is longer than 128 characters."),
        ({"name": "n" * 2049}, "name is longer than 2048 characters."),
        ({"cognito__mfa_enabled": "maybe"}, "cognito:mfa_enabled is neither true nor false."),
        ({"cognito__mfa_enabled": "true"}, "cognito:mfa_enabled must be false or blank: MFA is OFF in the pool."),
        ({"name": "a,b"}, "The row has 22 values, but the header has 21 columns."),
    ],
)
def test_a_row_that_breaks_a_rule_fails_with_its_reason(
    importer: Importer, values: dict[str, str], reason: str
) -> None:
    assert importer.refusal(**values) == f"[FAILED] Line Number 2 - {reason}"
    assert importer.usernames() == []


def test_a_username_may_be_any_unicode_text(importer: Importer) -> None:
    assert importer.ana(cognito__username="Ана😀")["ImportedUsers"] == 1
    assert importer.usernames() == ["Ана😀"]


def test_required_and_custom_attributes_are_held_to_the_schema(importer: Importer) -> None:
    own = importer.into(
        Schema=[
            {"Name": "name", "Required": True, "Mutable": True},
            {"Name": "age", "AttributeDataType": "Number", "NumberAttributeConstraints": {"MaxValue": "150"}},
            {"Name": "plan", "AttributeDataType": "String", "StringAttributeConstraints": {"MaxLength": "3"}},
        ]
    )
    schema = "Attributes did not conform to the schema: "
    assert own.refusal() == f"[FAILED] Line Number 2 - {schema}name: The attribute is required"
    assert "custom:age" in own.refusal(name="Ana", custom__age="old")
    assert "custom:age" in own.refusal(name="Ana", custom__age="151")
    assert "custom:plan" in own.refusal(name="Ana", custom__plan="free")
    assert own.ana(name="Ana", custom__age="30", custom__plan="pro")["ImportedUsers"] == 1
    assert own.user()["custom:plan"] == "pro"


@pytest.mark.parametrize(
    ("mode", "text", "is_taken"),
    [
        ("ON", "true", True),
        ("ON", "", True),
        ("ON", "FALSE", False),
        ("OPTIONAL", "TRUE", True),
        ("OPTIONAL", "false", True),
        ("OPTIONAL", "", True),
        ("OFF", "", True),
    ],
)
def test_mfa_must_be_as_the_pool_has_it(importer: Importer, mode: str, text: str, is_taken: bool) -> None:
    own = importer.into(MfaConfiguration=mode, **(SMS if mode != "OFF" else {}))
    assert own.ana(cognito__mfa_enabled=text)["ImportedUsers"] == int(is_taken)


def test_who_has_mfa_has_it_by_text_message(importer: Importer) -> None:
    own = importer.into(MfaConfiguration="OPTIONAL", **SMS)
    without = ANA | {"cognito:mfa_enabled": "true"}
    without |= {"cognito:username": "bea", "email": "bea@example.com"}
    job = own.run(own.csv(ANA | PHONE | {"cognito:mfa_enabled": "true"}, without))
    assert counts(job) == (2, 0, 0)
    assert own.user()["UserMFASettingList"] == ["SMS_MFA"]
    assert "UserMFASettingList" not in own.user("bea")


def test_a_username_is_imported_once(importer: Importer) -> None:
    a_user(importer.api, importer.pool, "bea")
    bea = {**ANA, "cognito:username": "bea"}
    job = importer.run(importer.csv(ANA, bea, ANA, {**ANA, "cognito:username": "ANA"}))
    assert (job["Status"], counts(job)) == ("Succeeded", (2, 2, 0))
    words = [line.partition(" ")[0] for line in importer.log(job)]
    assert words == ["[SUCCEEDED]", "[SKIPPED]", "[SKIPPED]", "[SUCCEEDED]"]
    assert importer.usernames() == ["bea", "ana", "ANA"]


def test_usernames_compare_as_the_pool_says(importer: Importer) -> None:
    own = importer.into(UsernameConfiguration={"CaseSensitive": False})
    assert counts(own.run(own.csv(ANA, {**ANA, "cognito:username": "ANA"}))) == (1, 1, 0)


def test_in_a_pool_of_addresses_the_username_is_the_sub(importer: Importer) -> None:
    own = importer.into(UsernameAttributes=["email"])
    row = {**ANA, "cognito:username": "ana@example.com"}
    job = own.run(own.csv(row, row, ANA, {**row, "email": "other@example.com"}))
    assert counts(job) == (1, 1, 2)
    assert "Username should be an email." in own.log(job)[2]
    assert own.user("ana@example.com")["Username"] == own.user("ana@example.com")["sub"]


def test_an_alias_is_of_one_user(importer: Importer) -> None:
    own = importer.into(AliasAttributes=["email", "preferred_username"])
    a_user(own.api, own.pool, "eva", email="eva@example.com", email_verified="true")
    rows = [
        ANA,
        {**ANA, "cognito:username": "bea"},
        {**ANA, "cognito:username": "eve", "email": "eva@example.com"},
        {**ANA, "cognito:username": "cat@example.com", "email": "c@example.com"},
        {**ANA, "cognito:username": "dan", "email": "d@example.com", "preferred_username": "ana"},
        {**ANA, "cognito:username": "fay", "email": "f@example.com", "preferred_username": "gus"},
        {**ANA, "cognito:username": "gus", "email": "g@example.com"},
        {**ANA, "cognito:username": "hal", "email": "h@example.com", "preferred_username": "hal2"},
    ]
    job = own.run(own.csv(*rows))
    assert [line.split(" - ")[0] for line in own.log(job)] == [
        "[SUCCEEDED] Line Number 2",
        "[FAILED] Line Number 3",
        "[FAILED] Line Number 4",
        "[FAILED] Line Number 5",
        "[FAILED] Line Number 6",
        "[SUCCEEDED] Line Number 7",
        "[SKIPPED] Line Number 8",
        "[SUCCEEDED] Line Number 9",
    ]
    assert "An account with the given email already exists." in own.log(job)[1]
    assert own.user("ana@example.com")["Username"] == "ana"
    assert own.user("hal2")["Username"] == "hal"


def test_more_failures_than_imports_are_too_many(importer: Importer) -> None:
    rows: list[dict[str, Any]] = [{**ANA, "cognito:username": f"u{number}"} for number in range(4)]
    bad = {**ANA, "email_verified": ""}
    assert importer.run(importer.csv(*rows[:2], bad, bad))["Status"] == "Succeeded"
    job = importer.run(importer.csv(*rows[2:], bad, bad, bad))
    assert (job["Status"], counts(job)) == ("Failed", (2, 0, 3))
    assert job["CompletionMessage"] == "Too many users have failed or been skipped during the import."


def test_many_rows_are_imported_in_batches(importer: Importer) -> None:
    rows = [{**ANA, "cognito:username": f"u{number}"} for number in range(750)]
    job = importer.run(importer.csv(*rows, rows[0]))
    assert counts(job) == (750, 1, 0)
    assert importer.log(job)[-1] == "[SKIPPED] Line Number 752 - The user already exists."
    described = importer.api.idp("DescribeUserPool", UserPoolId=importer.pool)["UserPool"]
    assert described["EstimatedNumberOfUsers"] == 750


def test_no_user_data_is_in_the_log(importer: Importer) -> None:
    job = importer.run(importer.csv(ANA, ANA, {**ANA, "cognito:username": "bea", "email": "secret"}))
    assert not any("ana" in line or "secret" in line for line in importer.log(job))
