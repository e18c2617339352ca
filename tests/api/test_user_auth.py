"""USER_AUTH: what a user may begin with, and what they choose."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from storage.store import Store
from tests.api.choosing import (
    BY_PASSWORD,
    EVERY_FACTOR,
    MAIL,
    MISMATCH,
    OFFERED,
    ONCE,
    PHONE,
    Place,
    a_place,
    ana,
    families_of,
)
from tests.api.hostile_places import with_passkeys
from tests.api.people import attributes_of, sent
from tests.api.signing_in import WRONG, a_newcomer, begin, proof, refusal
from tests.builders import FLOWS, PASSWORD, Api, a_client, a_pool, claims

UNAVAILABLE = "InvalidParameterException: The selected challenge is not available."


@pytest.fixture(params=["LEGACY", "ENABLED"])
def place(api: Api, request: pytest.FixtureRequest) -> Place:
    """A pool that allows every first factor, and Ana with a password and both addresses, unverified."""
    place = a_place(api, users=request.param)
    ana(place, "email", "phone_number")
    return place


@pytest.fixture
def families(store: Store) -> Callable[[], int]:
    """How many sign-ins have come to tokens so far."""
    return families_of(store)


def test_the_choice_is_exactly_this(place: Place) -> None:
    challenge = place.begin()
    assert challenge.pop("Session").startswith("AYABe")
    assert challenge == {
        "ChallengeName": "SELECT_CHALLENGE",
        "ChallengeParameters": {},
        "AvailableChallenges": OFFERED,
    }
    assert sent(place.api) == 0


@pytest.mark.parametrize(
    ("factors", "addresses", "offered"),
    [
        (["PASSWORD"], ["email", "phone_number"], BY_PASSWORD),
        (["PASSWORD", "EMAIL_OTP"], ["email", "phone_number"], [*BY_PASSWORD, "EMAIL_OTP"]),
        (["PASSWORD", "EMAIL_OTP"], ["phone_number"], BY_PASSWORD),
        (["PASSWORD", "SMS_OTP"], ["email", "phone_number"], [*BY_PASSWORD, "SMS_OTP"]),
        (["PASSWORD", "SMS_OTP"], ["email"], BY_PASSWORD),
        (["WEB_AUTHN", "SMS_OTP", "EMAIL_OTP", "PASSWORD"], ["phone_number", "email"], OFFERED),
        (["PASSWORD", "WEB_AUTHN"], ["email"], BY_PASSWORD),
        (EVERY_FACTOR, [], BY_PASSWORD),
    ],
)
def test_what_the_pool_allows_and_the_user_has_is_available(
    api: Api, factors: list[str], addresses: list[str], offered: list[str]
) -> None:
    place = a_place(api, *factors)
    ana(place, *addresses)
    assert place.begin()["AvailableChallenges"] == offered


def test_a_pool_that_says_nothing_takes_passwords(api: Api) -> None:
    pool = a_pool(api)
    place = Place(api, pool, a_client(api, pool, ExplicitAuthFlows=["ALLOW_USER_AUTH"]))
    ana(place, "email")
    assert place.begin()["AvailableChallenges"] == BY_PASSWORD
    assert "AuthenticationResult" in place.prefer("PASSWORD", PASSWORD=PASSWORD)


def test_a_passkey_is_available_to_who_has_one(api: Api) -> None:
    place = with_passkeys(api)
    assert place.choose("ana")["AvailableChallenges"] == [*OFFERED, "WEB_AUTHN"]
    a_newcomer(api, place.pool, "cleo")
    assert place.choose("cleo")["AvailableChallenges"] == BY_PASSWORD


@pytest.mark.parametrize(
    ("preferred", "parameters"),
    [
        ("PASSWORD", {}),
        ("PASSWORD_SRP", {}),
        (
            "EMAIL_OTP",
            {"CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL", "CODE_DELIVERY_DESTINATION": "a***@e***"},
        ),
        (
            "SMS_OTP",
            {"CODE_DELIVERY_DELIVERY_MEDIUM": "SMS", "CODE_DELIVERY_DESTINATION": "+*******9934"},
        ),
    ],
)
@pytest.mark.parametrize("chosen", [False, True])
def test_what_is_preferred_or_chosen_is_put(
    place: Place, preferred: str, parameters: dict[str, str], chosen: bool
) -> None:
    challenge = place.answer(place.begin(), ANSWER=preferred) if chosen else place.prefer(preferred)
    assert challenge.pop("Session")
    assert challenge == {
        "ChallengeName": preferred,
        "ChallengeParameters": parameters,
        "AvailableChallenges": OFFERED,
    }


@pytest.mark.parametrize("preferred", ["WEB_AUTHN", ""])
def test_where_the_preferred_is_not_available_there_is_a_choice(place: Place, preferred: str) -> None:
    challenge = place.prefer(preferred)
    assert (challenge["ChallengeName"], challenge["AvailableChallenges"]) == ("SELECT_CHALLENGE", OFFERED)


@pytest.mark.parametrize("preferred", ["SOFTWARE_TOKEN", "SELECT_CHALLENGE", "password", "CUSTOM_CHALLENGE", "💥"])
def test_what_is_no_first_factor_cannot_be_preferred(place: Place, preferred: str) -> None:
    told = refusal(lambda: place.prefer(preferred))
    assert told == f"InvalidParameterException: Invalid PREFERRED_CHALLENGE {preferred}"


@pytest.mark.parametrize("admin", [False, True])
def test_the_password_may_come_along(place: Place, admin: bool) -> None:
    given = {"USERNAME": "ana", "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD}
    answer = begin(place.api, place.client, "USER_AUTH", place.pool if admin else "", **given)
    assert answer.keys() == {"ChallengeParameters", "AuthenticationResult"}
    assert claims(answer["AuthenticationResult"]["AccessToken"])["username"] == "ana"


def test_a_password_that_is_not_preferred_is_not_looked_at(place: Place) -> None:
    assert place.begin(PASSWORD="Wrong-Horse-1")["ChallengeName"] == "SELECT_CHALLENGE"


def test_the_password_may_be_chosen_and_given_at_once_or_after(place: Place) -> None:
    assert "AuthenticationResult" in place.answer(place.begin(), ANSWER="PASSWORD", PASSWORD=PASSWORD)
    challenge = place.answer(place.begin(), ANSWER="PASSWORD")
    assert challenge["ChallengeName"] == "PASSWORD"
    assert "AuthenticationResult" in place.answer(challenge, PASSWORD=PASSWORD)


@pytest.mark.parametrize(("factor", "to"), [("EMAIL_OTP", MAIL), ("SMS_OTP", PHONE)])
def test_a_code_of_eight_digits_signs_in_and_verifies_the_address(place: Place, factor: str, to: str) -> None:
    challenge = place.prefer(factor)
    code = place.api.code(user="ana", to=to)
    assert len(code) == 8
    assert code.isdigit()
    answer = place.answer(challenge, **{f"{factor}_CODE": code})
    assert answer.keys() == {"ChallengeParameters", "AuthenticationResult"}
    name = "email" if factor == "EMAIL_OTP" else "phone_number"
    assert attributes_of(place.api, place.pool)[f"{name}_verified"] == "true"
    assert claims(answer["AuthenticationResult"]["IdToken"])[f"{name}_verified"] is True


def test_six_wrong_codes_leave_the_right_one_good(place: Place) -> None:
    challenge = place.prefer("EMAIL_OTP")
    code = place.api.code(user="ana")
    for wrong in range(6):
        given = f"{(int(code) + 1 + wrong) % 10**8:08}"
        assert refusal(lambda g=given: place.answer(challenge, EMAIL_OTP_CODE=g)) == MISMATCH  # type: ignore[misc]
    assert "AuthenticationResult" in place.answer(challenge, EMAIL_OTP_CODE=code)


def test_the_code_of_one_sign_in_is_not_good_for_another(place: Place) -> None:
    challenge = place.prefer("EMAIL_OTP")
    code = place.api.code(user="ana")
    again = place.prefer("EMAIL_OTP")
    assert refusal(lambda: place.answer(again, EMAIL_OTP_CODE=code)) == MISMATCH
    assert "AuthenticationResult" in place.answer(challenge, EMAIL_OTP_CODE=code)


@pytest.mark.parametrize(
    ("responses", "told"),
    [
        ({}, "InvalidParameterException: Missing required parameter ANSWER"),
        ({"ANSWER": ""}, "InvalidParameterException: Missing required parameter ANSWER"),
        ({"ANSWER": "WEB_AUTHN"}, UNAVAILABLE),
        ({"ANSWER": "WEB_AUTHN", "CREDENTIAL": "{}"}, UNAVAILABLE),
        ({"ANSWER": "SELECT_CHALLENGE"}, UNAVAILABLE),
        ({"ANSWER": "PASSWORD_VERIFIER"}, UNAVAILABLE),
        ({"ANSWER": "SIGNED_UP"}, UNAVAILABLE),
        ({"ANSWER": "EMAIL_OTP "}, UNAVAILABLE),
        ({"ANSWER": "💥"}, UNAVAILABLE),
        ({"ANSWER": "x" * 100_000}, UNAVAILABLE),
        ({"ANSWER": "PASSWORD", "PASSWORD": "Wrong-Horse-1"}, WRONG),
        ({"ANSWER": "PASSWORD", "PASSWORD": "💥" * 300}, WRONG),
        ({"ANSWER": "PASSWORD_SRP", "SRP_A": "💥"}, "InvalidParameterException: Invalid SRP_A"),
    ],
)
def test_a_choice_that_is_refused_leaves_the_session_good(
    place: Place, families: Callable[[], int], responses: dict[str, str], told: str
) -> None:
    challenge = place.begin()
    assert refusal(lambda: place.answer(challenge, **responses)) == told
    assert (families(), sent(place.api)) == (0, 0)
    assert "AuthenticationResult" in place.answer(challenge, ANSWER="PASSWORD", PASSWORD=PASSWORD)
    assert refusal(lambda: place.answer(challenge, ANSWER="PASSWORD", PASSWORD=PASSWORD)) == ONCE


def test_what_is_gone_since_it_was_offered_cannot_be_chosen(place: Place) -> None:
    challenge = place.begin()
    place.api.idp(
        "AdminDeleteUserAttributes", UserPoolId=place.pool, Username="ana", UserAttributeNames=["phone_number"]
    )
    assert refusal(lambda: place.answer(challenge, ANSWER="SMS_OTP")) == UNAVAILABLE
    assert place.answer(challenge, ANSWER="EMAIL_OTP")["ChallengeName"] == "EMAIL_OTP"


def test_the_secret_hash_is_asked_for_at_each_step(place: Place) -> None:
    client = a_client(place.api, place.pool, ExplicitAuthFlows=[*FLOWS, "ALLOW_USER_AUTH"], GenerateSecret=True)
    told = place.api.idp("DescribeUserPoolClient", UserPoolId=place.pool, ClientId=client)
    hashed = proof("ana", client, told["UserPoolClient"]["ClientSecret"])
    elsewhere = Place(place.api, place.pool, client)
    missing = f"NotAuthorizedException: Client {client} is configured with secret but SECRET_HASH was not received"
    assert refusal(elsewhere.begin) == missing
    challenge = elsewhere.begin(SECRET_HASH=hashed)
    chosen = {"ANSWER": "PASSWORD", "PASSWORD": PASSWORD}
    assert refusal(lambda: elsewhere.answer(challenge, **chosen)) == missing
    assert "AuthenticationResult" in elsewhere.answer(challenge, SECRET_HASH=hashed, **chosen)
