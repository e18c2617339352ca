"""USER_AUTH of somebody who does not exist: told, or hidden by a sign-in that only seems to go on."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from storage.store import Store
from tests.api.choosing import MISMATCH, OFFERED, Place, a_place, ana, families_of
from tests.api.people import sent
from tests.api.signing_in import WRONG, reasons, refusal
from tests.builders import PASSWORD, Api, a_user

NOBODY = "UserNotFoundException: User does not exist."


@pytest.fixture
def place(api: Api) -> Place:
    """A pool that allows every first factor, a client that hides who exists, and Ana, who has all but a passkey."""
    place = a_place(api, users="ENABLED")
    ana(place, "email", "phone_number")
    return place


@pytest.fixture
def families(store: Store) -> Callable[[], int]:
    """How many sign-ins have come to tokens so far."""
    return families_of(store)


def masked(challenge: dict[str, Any]) -> str:
    """What a challenge looks like, but for what is random."""
    return re.sub(r"AYABe[^']*", "AYABe", str(challenge))


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"PREFERRED_CHALLENGE": "PASSWORD"},
        {"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD},
        {"PREFERRED_CHALLENGE": "EMAIL_OTP"},
        {"PREFERRED_CHALLENGE": "WEB_AUTHN"},
    ],
)
@pytest.mark.parametrize("username", ["nobody", "💥", "ANA", "00000000-0000-4000-8000-000000000000"])
def test_a_client_that_does_not_hide_it_says_so(api: Api, parameters: dict[str, str], username: str) -> None:
    place = a_place(api)
    ana(place)
    assert refusal(lambda: place.begin(username, **parameters)) == NOBODY


def test_the_choice_looks_as_that_of_a_user(place: Place) -> None:
    assert place.begin("nobody")["AvailableChallenges"] == OFFERED
    assert masked(place.begin("nobody")) == masked(place.begin()) == masked(place.begin("nobody"))


@pytest.mark.parametrize("preferred", ["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"])
def test_a_preference_looks_as_that_of_a_user(place: Place, preferred: str) -> None:
    told = place.prefer(preferred)
    message_count = sent(place.api)
    seems = place.prefer(preferred, "nobody")
    assert seems["ChallengeName"] == told["ChallengeName"]
    assert seems.keys() == told.keys()
    assert seems["ChallengeParameters"].keys() == told["ChallengeParameters"].keys()
    assert seems["AvailableChallenges"] == told["AvailableChallenges"]
    assert len(seems["Session"]) == len(told["Session"])
    assert sent(place.api) == message_count


@pytest.mark.parametrize(
    ("username", "factor", "medium", "destination"),
    [
        ("nobody", "EMAIL_OTP", "EMAIL", r"n\*\*\*@e\*\*\*"),
        ("nobody@test.org", "EMAIL_OTP", "EMAIL", r"n\*\*\*@t\*\*\*"),
        ("+15555550000", "EMAIL_OTP", "EMAIL", r"[a-z]\*\*\*@e\*\*\*"),
        ("nobody", "SMS_OTP", "SMS", r"\+\*{7}[0-9]{4}"),
        ("nobody@test.org", "SMS_OTP", "SMS", r"\+\*{7}[0-9]{4}"),
        ("+15555550000", "SMS_OTP", "SMS", r"\+\*{7}0000"),
        ("💥", "SMS_OTP", "SMS", r"\+\*{7}[0-9]{4}"),
    ],
)
def test_the_code_seems_to_go_to_the_same_address_each_time(
    place: Place, username: str, factor: str, medium: str, destination: str
) -> None:
    parameters = place.prefer(factor, username)["ChallengeParameters"]
    assert parameters["CODE_DELIVERY_DELIVERY_MEDIUM"] == medium
    assert re.fullmatch(destination, parameters["CODE_DELIVERY_DESTINATION"])
    assert place.prefer(factor, username)["ChallengeParameters"] == parameters
    assert sent(place.api) == 0


@pytest.mark.parametrize("factor", ["EMAIL_OTP", "SMS_OTP"])
@pytest.mark.parametrize("code", ["00000000", "12345678", "x", "💥", "0" * 100_000])
def test_no_code_is_right(place: Place, families: Callable[[], int], factor: str, code: str) -> None:
    challenge = place.answer(place.begin("nobody"), "nobody", ANSWER=factor)
    assert challenge["ChallengeName"] == factor
    for _ in range(2):
        told = refusal(lambda: place.answer(challenge, "nobody", **{f"{factor}_CODE": code}))
        assert told == MISMATCH
    assert families() == 0


def test_no_password_is_right(place: Place, families: Callable[[], int]) -> None:
    choice = place.begin("nobody")
    assert refusal(lambda: place.answer(choice, "nobody", ANSWER="PASSWORD", PASSWORD=PASSWORD)) == WRONG
    challenge = place.answer(choice, "nobody", ANSWER="PASSWORD")
    assert refusal(lambda: place.answer(challenge, "nobody", PASSWORD=PASSWORD)) == WRONG
    assert refusal(lambda: place.prefer("PASSWORD", "nobody", PASSWORD=PASSWORD)) == WRONG
    assert reasons(place.api) == "there is no such user"
    assert families() == 0


def test_who_comes_to_be_meanwhile_begins_anew(place: Place, families: Callable[[], int]) -> None:
    """What was begun before them was not theirs, whoever knows their password by now."""
    choice, challenge = place.begin("bob"), place.prefer("PASSWORD", "bob")
    a_user(place.api, place.pool, "bob", email="bob@example.com")
    assert refusal(lambda: place.answer(choice, "bob", ANSWER="PASSWORD", PASSWORD=PASSWORD)) == WRONG
    assert refusal(lambda: place.answer(challenge, "bob", PASSWORD=PASSWORD)) == WRONG
    code = place.answer(choice, "bob", ANSWER="EMAIL_OTP")
    assert sent(place.api) == 0
    assert refusal(lambda: place.answer(code, "bob", EMAIL_OTP_CODE="00000000")) == MISMATCH
    assert families() == 0
    assert "AuthenticationResult" in place.prefer("PASSWORD", "bob", PASSWORD=PASSWORD)


@pytest.mark.parametrize("factors", [["PASSWORD"], ["PASSWORD", "SMS_OTP"], ["PASSWORD", "WEB_AUTHN"]])
def test_what_the_pool_does_not_allow_is_not_offered(api: Api, factors: list[str]) -> None:
    place = a_place(api, *factors, users="ENABLED")
    ana(place, "email", "phone_number")
    assert place.begin("nobody")["AvailableChallenges"] == place.begin()["AvailableChallenges"]
