"""A client that hides who exists tells by no refusal and by no limit, however often it is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emulator.app import create_app
from emulator.outside.world import World
from emulator.settings import Settings
from storage.store import Store
from storage.tables.codes import stand_in_attempts
from tests.api import choosing
from tests.api.choosing import Place, a_choosing_client
from tests.api.people import sent
from tests.api.signing_in import WRONG, enter
from tests.api.srp_client import SrpClient, attempt
from tests.builders import PASSWORD, Api, Refused, a_user, pairs

LOCKED = "NotAuthorizedException: Password attempts exceeded"
TOO_MANY = "LimitExceededException: Attempt limit exceeded, please try after some time."
TOO_MANY_CODES = "TooManyRequestsException: Attempt limit exceeded, please try after some time."
MISMATCH = "CodeMismatchException: Invalid verification code provided, please try again."
EXPIRED = "ExpiredCodeException: Invalid code provided, please request a code again."
WRONG_CODE = "CodeMismatchException: Invalid code or auth state for the user."
SENT = "ok"


@pytest.fixture
def place(api: Api) -> Place:
    """A pool whose names ignore case, a client that hides who exists, and Ana, confirmed, with verified addresses."""
    folded = {"UsernameConfiguration": {"CaseSensitive": False}, "AutoVerifiedAttributes": ["email"]}
    made = choosing.a_place(api, users="ENABLED", **folded)
    a_user(
        api,
        made.pool,
        email="ana@example.com",
        email_verified="true",
        phone_number="+15555559934",
        phone_number_verified="true",
    )
    return made


def told(call: Callable[[], object]) -> str:
    """What a call ends with: "ok", or the refusal."""
    try:
        call()
    except Refused as refused:
        return str(refused)
    return SENT


def again(times: int, call: Callable[[], object]) -> list[str]:
    """How that many calls end."""
    return [told(call) for _ in range(times)]


def ask(place: Place, operation: str, username: str, **members: Any) -> Callable[[], object]:
    """A call of an operation about somebody."""
    return lambda: place.api.idp(operation, ClientId=place.client, Username=username, **members)


def confirm(place: Place, operation: str, username: str) -> Callable[[], object]:
    """A wrong code."""
    given = {"Password": PASSWORD} if operation == "ConfirmForgotPassword" else {}
    return ask(place, operation, username, ConfirmationCode="000000", **given)


everybody = pytest.mark.parametrize("username", ["ana", "nobody", "nobody@test.org", "+15555550000", "💥"])


@everybody
def test_wrong_passwords_lock_a_name_as_they_lock_a_user(place: Place, username: str) -> None:
    guess = lambda: enter(place.api, place.client, username, "wrong")  # noqa: E731
    assert again(7, guess) == [WRONG] * 5 + [LOCKED] * 2
    for seconds in (1, 2, 4, 8):
        place.api.world.clock.advance(seconds=seconds)
        assert again(2, guess) == [WRONG, LOCKED]
    place.api.world.clock.advance(minutes=16)
    assert again(6, guess) == [WRONG] * 5 + [LOCKED]


@everybody
def test_wrong_proofs_lock_a_name_too_and_count_with_the_passwords(place: Place, username: str) -> None:
    web = SrpClient(place.api, place.pool, place.client)
    assert [attempt(web, username, "wrong") for _ in range(3)] == [WRONG] * 3
    assert again(3, lambda: enter(place.api, place.client, username, "wrong")) == [WRONG, WRONG, LOCKED]
    assert attempt(web, username, "wrong") == LOCKED
    assert told(lambda: place.prefer("PASSWORD", username, PASSWORD="wrong")) == LOCKED
    choice = place.begin(username)
    assert told(lambda: place.answer(choice, username, ANSWER="PASSWORD", PASSWORD="wrong")) == LOCKED


@pytest.mark.parametrize("names", [("ana", "ANA"), ("nobody", "NOBODY")])
def test_a_name_is_the_same_however_it_is_spelled(place: Place, names: tuple[str, str]) -> None:
    for number in range(5):
        assert told(lambda n=number: enter(place.api, place.client, names[n % 2], "wrong")) == WRONG  # type: ignore[misc]
    assert [told(lambda n=name: enter(place.api, place.client, n, "wrong")) for name in names] == [LOCKED] * 2  # type: ignore[misc]
    challenge = place.prefer("EMAIL_OTP", names[0])
    assert told(lambda: place.answer(challenge, names[1], EMAIL_OTP_CODE="00000000")) == WRONG_CODE


def test_one_name_does_not_lock_another(place: Place) -> None:
    again(6, lambda: enter(place.api, place.client, "nobody", "wrong"))
    assert told(lambda: enter(place.api, place.client, "somebody", "wrong")) == WRONG
    assert told(lambda: enter(place.api, place.client)) == SENT


def test_who_signs_up_by_a_name_that_was_locked_is_not_locked(place: Place) -> None:
    again(6, lambda: enter(place.api, place.client, "bob", "wrong"))
    a_user(place.api, place.pool, "bob")
    assert told(lambda: enter(place.api, place.client, "bob")) == SENT


def test_a_client_that_says_who_exists_counts_nobody(place: Place) -> None:
    telling = a_choosing_client(place.api, place.pool)
    ends = again(8, lambda: enter(place.api, telling, "nobody", "wrong"))
    assert ends == ["UserNotFoundException: User does not exist."] * 8
    assert told(lambda: enter(place.api, place.client, "nobody", "wrong")) == WRONG


@everybody
def test_a_password_is_forgotten_so_often(place: Place, username: str) -> None:
    assert again(22, ask(place, "ForgotPassword", username)) == [SENT] * 20 + [TOO_MANY] * 2
    assert sent(place.api) == (20 if username == "ana" else 0)
    place.api.world.clock.advance(hours=1)
    assert told(ask(place, "ForgotPassword", username)) == SENT


@everybody
def test_a_code_for_a_new_password_is_guessed_so_often(place: Place, username: str) -> None:
    guess = confirm(place, "ConfirmForgotPassword", username)
    assert again(25, guess) == [EXPIRED] * 25
    place.api.idp("ForgotPassword", ClientId=place.client, Username=username)
    assert again(22, guess) == [MISMATCH] * 20 + [TOO_MANY] * 2
    place.api.world.clock.advance(hours=1)
    assert told(guess) == EXPIRED


@pytest.mark.parametrize("username", ["ana", "nobody"])
@pytest.mark.parametrize("factor", ["EMAIL_OTP", "SMS_OTP"])
def test_one_time_codes_are_sent_and_guessed_so_often(place: Place, username: str, factor: str) -> None:
    challenge = place.prefer(factor, username)
    guess = lambda: place.answer(challenge, username, **{f"{factor}_CODE": "00000000"})  # noqa: E731
    assert again(22, guess) == [WRONG_CODE] * 20 + [TOO_MANY_CODES] * 2
    assert told(lambda: place.prefer(factor, username)) == TOO_MANY_CODES
    place.api.world.clock.advance(hours=1)
    assert again(22, lambda: place.prefer(factor, username)) == [SENT] * 20 + [TOO_MANY_CODES] * 2
    choice = place.begin(username)
    assert told(lambda: place.answer(choice, username, ANSWER=factor)) == TOO_MANY_CODES
    assert told(lambda: place.answer(choice, username, ANSWER="PASSWORD")) == SENT


@pytest.mark.parametrize("username", ["bob", "nobody"])
def test_a_confirmation_is_sent_and_guessed_so_often(place: Place, username: str) -> None:
    email = pairs({"email": "bob@example.com"})
    place.api.idp("SignUp", ClientId=place.client, Username="bob", Password=PASSWORD, UserAttributes=email)
    assert again(7, ask(place, "ResendConfirmationCode", username)) == [SENT] * 5 + [TOO_MANY] * 2
    assert again(17, confirm(place, "ConfirmSignUp", username)) == [MISMATCH] * 15 + [TOO_MANY] * 2
    place.api.world.clock.advance(days=1)
    assert told(confirm(place, "ConfirmSignUp", username)) == EXPIRED


@pytest.mark.parametrize("username", ["bob", "nobody"])
def test_a_user_who_is_disabled_gets_no_code_and_looks_like_nobody(place: Place, username: str) -> None:
    email = pairs({"email": "bob@example.com", "phone_number": "+15555550001"})
    place.api.idp("SignUp", ClientId=place.client, Username="bob", Password=PASSWORD, UserAttributes=email)
    place.api.idp("AdminDisableUser", UserPoolId=place.pool, Username="bob")
    place.api.world.clock.advance(days=2)
    before = sent(place.api)
    named = {"ClientId": place.client, "Username": username}
    answers = [
        place.api.idp(operation, **named)["CodeDeliveryDetails"]
        for operation in ("ForgotPassword", "ResendConfirmationCode")
    ]
    assert answers[0] == answers[1]
    assert answers[0]["Destination"] == f"{username[0]}***@e***"
    for operation in ("ConfirmForgotPassword", "ConfirmSignUp"):
        assert told(confirm(place, operation, username)) == MISMATCH
    for factor in ("EMAIL_OTP", "SMS_OTP"):
        challenge = place.prefer(factor, username)
        assert told(lambda c=challenge, f=factor: place.answer(c, username, **{f"{f}_CODE": "00000000"})) == WRONG_CODE  # type: ignore[misc]
    assert sent(place.api) == before


def test_a_client_that_says_who_exists_says_that_a_user_who_resends_is_disabled(place: Place) -> None:
    email = pairs({"email": "bob@example.com"})
    place.api.idp("SignUp", ClientId=place.client, Username="bob", Password=PASSWORD, UserAttributes=email)
    place.api.idp("AdminDisableUser", UserPoolId=place.pool, Username="bob")
    before, telling = sent(place.api), Place(place.api, place.pool, a_choosing_client(place.api, place.pool))
    assert told(ask(telling, "ResendConfirmationCode", "bob")) == "NotAuthorizedException: User is disabled."
    assert sent(place.api) == before


def test_what_was_counted_outlives_the_server(place: Place, settings: Settings, world: World, store: Store) -> None:
    again(5, lambda: enter(place.api, place.client, "nobody", "wrong"))
    later = Api(create_app(settings, world, store).test_client(), world)
    assert told(lambda: enter(later, place.client, "nobody", "wrong")) == LOCKED


def test_a_reset_of_the_pool_forgets_what_was_counted(place: Place) -> None:
    again(5, lambda: enter(place.api, place.client, "nobody", "wrong"))
    assert place.api.http.post(f"/_emulator/reset?pool={place.pool}").status_code == 200
    assert told(lambda: enter(place.api, place.client, "nobody", "wrong")) == WRONG


def test_names_are_kept_as_digests(place: Place, store: Store) -> None:
    for call in (lambda: enter(place.api, place.client, "nobody", "wrong"), ask(place, "ForgotPassword", "nobody")):
        told(call)
    with store.unit(writes=False) as unit:
        kept = str(unit.read(stand_in_attempts.select()).all())
    assert "password" in kept
    assert "nobody" not in kept
