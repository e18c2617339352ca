"""The session from sign-up into sign-in: SignUp, ConfirmSignUp, InitiateAuth."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from storage.store import Store
from tests.api.choosing import (
    BY_PASSWORD,
    MAIL,
    ONCE,
    PHONE,
    Place,
    a_place,
    confirmed,
    families_of,
    go_on,
    join,
    joined,
)
from tests.api.people import confirm
from tests.api.second_factors import OWN_SENDER, SMS, configure, prefer
from tests.api.signing_in import proof, refusal
from tests.builders import FLOWS, PASSWORD, Api, a_client, a_pool, claims, pairs


@pytest.fixture
def place(api: Api) -> Place:
    """A pool that verifies e-mail addresses and takes codes for a first factor."""
    return a_place(api, "PASSWORD", "EMAIL_OTP", AutoVerifiedAttributes=["email"])


@pytest.fixture
def families(store: Store) -> Callable[[], int]:
    """How many sign-ins have come to tokens so far."""
    return families_of(store)


def test_a_sign_up_leads_into_a_sign_in(place: Place) -> None:
    first = join(place)
    assert first.startswith("AYABe")
    second = confirmed(place, Session=first)
    assert second != first
    answer = go_on(place, second)
    assert answer.keys() == {"ChallengeParameters", "AuthenticationResult"}
    assert claims(answer["AuthenticationResult"]["AccessToken"])["username"] == "ana"


def test_the_confirmation_gives_a_session_where_none_was_sent(place: Place) -> None:
    join(place)
    assert "AuthenticationResult" in go_on(place, confirmed(place))


@pytest.mark.parametrize("preferred", ["EMAIL_OTP", "SMS_OTP", "PASSWORD", "WEB_AUTHN"])
def test_no_preference_asks_for_more(place: Place, preferred: str) -> None:
    assert "AuthenticationResult" in go_on(place, joined(place), PREFERRED_CHALLENGE=preferred)


def test_a_phone_number_does_as_well(api: Api) -> None:
    place = a_place(api, "PASSWORD", "SMS_OTP", AutoVerifiedAttributes=["phone_number"])
    session = joined(place, UserAttributes=pairs({"phone_number": PHONE}))
    assert "AuthenticationResult" in go_on(place, session)


def test_the_username_may_be_an_address(api: Api) -> None:
    place = a_place(api, "PASSWORD", "EMAIL_OTP", AutoVerifiedAttributes=["email"], UsernameAttributes=["email"])
    first = join(place, MAIL, UserAttributes=[])
    second = confirm(api, place.client, api.code(to=MAIL), MAIL, Session=first)["Session"]
    assert "AuthenticationResult" in go_on(place, second, MAIL)


@pytest.mark.parametrize(
    ("factors", "attributes", "offered"),
    [
        (["PASSWORD"], {"email": MAIL}, BY_PASSWORD),
        (["PASSWORD", "SMS_OTP"], {"email": MAIL, "phone_number": PHONE}, [*BY_PASSWORD, "SMS_OTP"]),
    ],
)
def test_the_choice_goes_on_where_the_code_is_no_first_factor(
    api: Api, families: Callable[[], int], factors: list[str], attributes: dict[str, str], offered: list[str]
) -> None:
    place = a_place(api, *factors, AutoVerifiedAttributes=["email"])
    session = joined(place, Password=PASSWORD, UserAttributes=pairs(attributes))
    answer = go_on(place, session)
    assert (answer["ChallengeName"], answer["AvailableChallenges"]) == ("SELECT_CHALLENGE", offered)
    assert families() == 0
    assert refusal(lambda: go_on(place, session)) == ONCE


def test_a_client_that_does_not_allow_choice_gives_none(api: Api) -> None:
    pool = a_pool(api, AutoVerifiedAttributes=["email"])
    client = a_client(api, pool)
    members = {"ClientId": client, "Username": "ana", "Password": PASSWORD}
    answer = api.idp("SignUp", **members, UserAttributes=pairs({"email": MAIL}))
    assert answer.keys() == {"UserConfirmed", "UserSub", "CodeDeliveryDetails"}
    assert confirm(api, client, api.code(user="ana")) == {}


def test_a_second_factor_is_asked_for(api: Api, families: Callable[[], int]) -> None:
    place = a_place(api, "PASSWORD", "EMAIL_OTP", AutoVerifiedAttributes=["email"], **OWN_SENDER)
    configure(api, place.pool, "OPTIONAL", SMS)
    both = pairs({"email": MAIL, "phone_number": PHONE})
    session = joined(place, Password=PASSWORD, UserAttributes=both)
    prefer(api, place.pool, SMS="on")
    assert go_on(place, session)["AvailableChallenges"] == BY_PASSWORD
    assert families() == 0


def test_the_secret_hash_is_asked_for(api: Api) -> None:
    place = a_place(api, "PASSWORD", "EMAIL_OTP", AutoVerifiedAttributes=["email"])
    place.client = a_client(api, place.pool, ExplicitAuthFlows=[*FLOWS, "ALLOW_USER_AUTH"], GenerateSecret=True)
    told = api.idp("DescribeUserPoolClient", UserPoolId=place.pool, ClientId=place.client)
    hashed = proof("ana", place.client, told["UserPoolClient"]["ClientSecret"])
    session = confirmed(place, Session=join(place, SecretHash=hashed), SecretHash=hashed)
    missing = f"Client {place.client} is configured with secret but SECRET_HASH was not received"
    assert refusal(lambda: go_on(place, session)) == f"NotAuthorizedException: {missing}"
    assert "AuthenticationResult" in go_on(place, session, SECRET_HASH=hashed)
