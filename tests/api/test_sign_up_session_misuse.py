"""The session from sign-up into sign-in, in the hands of somebody else, too late, twice, or in another place."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask

from storage.store import Store
from tests.api.choosing import (
    EXPIRED,
    INVALID,
    ONCE,
    Place,
    a_choosing_client,
    a_place,
    confirmed,
    families_of,
    go_on,
    join,
    joined,
)
from tests.api.people import attributes_of, confirm, status_of
from tests.api.signing_in import WRONG, refusal
from tests.builders import PASSWORD, Api, Refused, sign_in

MADE_UP = "AYABe" + "x" * 289


@pytest.fixture
def place(api: Api) -> Place:
    """A pool that verifies e-mail addresses and takes codes for a first factor."""
    return a_place(api, "PASSWORD", "EMAIL_OTP", AutoVerifiedAttributes=["email"])


@pytest.fixture
def families(store: Store) -> Callable[[], int]:
    """How many sign-ins have come to tokens so far."""
    return families_of(store)


def _made_up(_place: Place, _other: Place) -> str:
    return MADE_UP


def _too_early(place: Place, _other: Place) -> str:
    """The session of a sign-up that is not confirmed."""
    return join(place, "cleo")


def _anothers(place: Place, _other: Place) -> str:
    return joined(place, "bob")


def _elsewhere(_place: Place, other: Place) -> str:
    """That of the same user at another client."""
    return joined(other)


def _of_a_sign_in(place: Place, _other: Place) -> str:
    return str(place.begin("dora")["Session"])


Steal = Callable[[Place, Place], str]


@pytest.mark.parametrize("steal", [_made_up, _too_early, _anothers, _elsewhere, _of_a_sign_in])
@pytest.mark.parametrize("users", ["LEGACY", "ENABLED"])
def test_no_other_session_signs_in(api: Api, families: Callable[[], int], steal: Steal, users: str) -> None:
    place = a_place(api, "PASSWORD", "EMAIL_OTP", AutoVerifiedAttributes=["email"], users=users)
    other = Place(api, place.pool, a_choosing_client(api, place.pool))
    joined(place, "dora")
    mine = "" if steal is _elsewhere else joined(place)
    stolen = steal(place, other)
    for _ in range(2):
        assert refusal(lambda: go_on(place, stolen)) == INVALID
    assert families() == 0
    if mine:
        assert "AuthenticationResult" in go_on(place, mine)


@pytest.mark.parametrize(
    ("users", "told"), [("LEGACY", "UserNotFoundException: User does not exist."), ("ENABLED", INVALID)]
)
def test_nobodys_session_is_refused(api: Api, users: str, told: str) -> None:
    place = a_place(api, "PASSWORD", "EMAIL_OTP", AutoVerifiedAttributes=["email"], users=users)
    session = joined(place)
    assert refusal(lambda: go_on(place, session, "nobody")) == told
    assert "AuthenticationResult" in go_on(place, session)


@pytest.mark.parametrize("steal", [_made_up, _too_early, _anothers])
def test_no_other_session_confirms(place: Place, steal: Steal) -> None:
    first = join(place)
    code = place.api.code(user="ana")
    stolen = steal(place, place)
    assert refusal(lambda: confirm(place.api, place.client, code, Session=stolen)) == INVALID
    assert status_of(place.api, place.pool) == "UNCONFIRMED"
    assert confirm(place.api, place.client, code, Session=first)["Session"]


def test_another_clients_session_confirms_nobody(place: Place) -> None:
    first = join(place)
    elsewhere = a_choosing_client(place.api, place.pool)
    code = place.api.code(user="ana")
    assert refusal(lambda: confirm(place.api, elsewhere, code, Session=first)) == INVALID
    assert confirm(place.api, place.client, code, Session=first)["Session"]


def test_a_wrong_code_leaves_the_session_good(place: Place) -> None:
    first = join(place)
    code = place.api.code(user="ana")
    with pytest.raises(Refused) as refused:
        confirm(place.api, place.client, "000000" if code != "000000" else "111111", Session=first)
    assert refused.value.code == "CodeMismatchException"
    assert confirm(place.api, place.client, code, Session=first)["Session"]


def test_a_session_is_good_once(place: Place, families: Callable[[], int]) -> None:
    second = joined(place)
    assert "AuthenticationResult" in go_on(place, second)
    for _ in range(2):
        assert refusal(lambda: go_on(place, second)) == ONCE
    assert families() == 1


@pytest.mark.parametrize("minutes", [3, 15])
def test_sessions_are_good_as_long_as_those_of_a_sign_in(api: Api, minutes: int) -> None:
    place = a_place(api, "PASSWORD", "EMAIL_OTP", AutoVerifiedAttributes=["email"])
    place.client = a_choosing_client(api, place.pool, AuthSessionValidity=minutes)
    first, clock = join(place), api.world.clock
    clock.advance(minutes=minutes)
    code = api.code(user="ana")
    assert refusal(lambda: confirm(api, place.client, code, Session=first)) == EXPIRED
    assert status_of(api, place.pool) == "UNCONFIRMED"
    second = confirm(api, place.client, code)["Session"]
    clock.advance(minutes=minutes)
    assert refusal(lambda: go_on(place, second)) == EXPIRED
    third = joined(place, "bob")
    clock.advance(minutes=minutes, seconds=-1)
    assert "AuthenticationResult" in go_on(place, third, "bob")


def test_no_challenge_can_be_answered_with_it(place: Place, families: Callable[[], int]) -> None:
    first = join(place, Password=PASSWORD)
    second = confirmed(place)
    given = {"ANSWER": "PASSWORD", "PASSWORD": PASSWORD, "EMAIL_OTP_CODE": "1", "NEW_PASSWORD": PASSWORD}
    for session in (first, second):
        for name in ("SELECT_CHALLENGE", "PASSWORD", "EMAIL_OTP", "NEW_PASSWORD_REQUIRED", "MFA_SETUP"):
            challenge = {"ChallengeName": name, "Session": session}
            assert refusal(lambda c=challenge: place.answer(c, **given)) == INVALID  # type: ignore[misc]
        assert refusal(lambda s=session: place.api.idp("AssociateSoftwareToken", Session=s)) == INVALID  # type: ignore[misc]
    assert families() == 0
    assert "AuthenticationResult" in go_on(place, second)


def test_its_own_names_are_no_challenges(place: Place) -> None:
    session = joined(place)
    for name in ("SIGNED_UP", "SIGN_UP_CONFIRMED"):
        with pytest.raises(Refused) as refused:
            place.answer({"ChallengeName": name, "Session": session})
        assert refused.value.code == "InvalidParameterException"


def test_it_is_for_the_first_sign_in(place: Place, families: Callable[[], int]) -> None:
    session = joined(place, Password=PASSWORD)
    sign_in(place.api, place.client)
    assert refusal(lambda: go_on(place, session)) == INVALID
    assert families() == 1


def test_another_password_ends_it(place: Place, families: Callable[[], int]) -> None:
    session = joined(place)
    place.api.idp("AdminSetUserPassword", UserPoolId=place.pool, Username="ana", Password=PASSWORD, Permanent=True)
    assert refusal(lambda: go_on(place, session)) == INVALID
    assert families() == 0


def test_a_disabled_user_does_not_get_in_with_it(place: Place, families: Callable[[], int]) -> None:
    session = joined(place)
    place.api.idp("AdminDisableUser", UserPoolId=place.pool, Username="ana")
    assert refusal(lambda: go_on(place, session)) == "NotAuthorizedException: User is disabled."
    assert families() == 0


def test_the_next_of_that_name_does_not_get_in_with_it(place: Place, families: Callable[[], int]) -> None:
    session = joined(place)
    place.api.idp("AdminDeleteUser", UserPoolId=place.pool, Username="ana")
    joined(place)
    assert refusal(lambda: go_on(place, session)) == INVALID
    assert families() == 0


def test_who_an_administrator_confirmed_has_proved_nothing(place: Place, families: Callable[[], int]) -> None:
    session = join(place)
    place.api.idp("AdminConfirmSignUp", UserPoolId=place.pool, Username="ana")
    assert refusal(lambda: go_on(place, session)) == INVALID
    assert families() == 0
    assert attributes_of(place.api, place.pool)["email_verified"] == "false"


def test_it_means_nothing_to_the_other_flows(place: Place, families: Callable[[], int]) -> None:
    session = joined(place, Password=PASSWORD)
    told = refusal(lambda: go_on(place, session, flow="USER_PASSWORD_AUTH", PASSWORD="Wrong-Horse-1"))
    assert told == WRONG
    assert families() == 0


def test_of_two_sign_ins_with_it_at_once_one_wins(app: Flask, place: Place, families: Callable[[], int]) -> None:
    session, ready = joined(place), threading.Barrier(2)
    ends: list[str] = []

    def run() -> None:
        racer = Place(Api(app.test_client(), place.api.world), place.pool, place.client)
        ready.wait()
        try:
            go_on(racer, session)
        except Refused as refused:
            ends.append(str(refused))
        else:
            ends.append("ok")

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(ends) == {"ok": 1, ONCE: 1}
    assert families() == 1
