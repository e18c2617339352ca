"""Sessions and answers of every hostile kind, for every challenge: each is refused in AWS's words, and nothing issued.

After each, a right answer still works wherever AWS lets one try again.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from msgspec.structs import replace
from sqlalchemy import func, select

from emulator.domain.sign_in import challenge_table
from emulator.outside.lambdas import Functions
from emulator.outside.world import World
from storage.store import Store
from storage.tables.tokens import token_families
from tests.api.hostile_places import Challenge, Place, Responses
from tests.api.hostile_rows import INVALID, ROWS, WRONG, Row, set_up
from tests.api.signing_in import begin, refusal
from tests.builders import PASSWORD, Api, Refused, a_client

ONCE = "NotAuthorizedException: Invalid session for the user, session can only be used once."
EXPIRED = "NotAuthorizedException: Invalid session for the user, session is expired."
MADE_UP = {"session": "AYABe" + "x" * 289, "block": "AgV4" + "A" * 1696}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.thorough)])
def kind_of_database(request: pytest.FixtureRequest) -> str:
    """Both. What one call does after the other is the same on PostgreSQL."""
    return str(request.param)


on_both = pytest.mark.parametrize("kind_of_database", ["sqlite", "postgresql"], indirect=True)
"""For what may differ: units of work run side by side on PostgreSQL only, and lock the sessions that they spend."""


@pytest.fixture(params=ROWS, ids=lambda row: row.name)
def row(request: pytest.FixtureRequest) -> Row:
    """A challenge."""
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def world(world: World) -> World:
    """A world that runs functions."""
    return replace(world, lambdas=Functions())


@pytest.fixture
def place(api: Api, row: Row) -> Place:
    """Where it is put."""
    return row.settle(api)


@pytest.fixture
def issued(store: Store) -> Callable[[], int]:
    """How many sign-ins have come to tokens so far."""

    def count() -> int:
        with store.unit(writes=False) as unit:
            return int(unit.read(select(func.count()).select_from(token_families)).scalar_one())

    return count


def reached(place: Place, row: Row, username: str = "ana") -> tuple[Challenge, Responses]:
    """The challenge, put to somebody, and the right answer."""
    challenge = row.reach(place, username)
    assert challenge["ChallengeName"] == row.challenge
    return challenge, row.right(place, username, challenge)


def answer(place: Place, row: Row, challenge: Challenge, responses: Responses) -> Challenge:
    """Answer a challenge with its session, where it has one."""
    return place.answer(row.challenge, challenge.get("Session"), responses)


def words(challenge: Challenge, refused: str) -> str:
    """What is said of a bad session; a bad SECRET_BLOCK, which stands for one, is a wrong password."""
    return refused if "Session" in challenge else WRONG


def goes_on(place: Place, row: Row, challenge: Challenge, responses: Responses) -> None:
    """The right answer is accepted."""
    accepted = answer(place, row, challenge, responses)
    assert "AuthenticationResult" in accepted or accepted["ChallengeName"] != row.challenge


def test_every_challenge_has_a_row() -> None:
    assert challenge_table.CHALLENGES.keys() == {row.challenge for row in ROWS}


def test_a_right_answer_is_right(place: Place, row: Row) -> None:
    goes_on(place, row, *reached(place, row))


def test_a_made_up_session_is_refused(place: Place, row: Row, issued: Callable[[], int]) -> None:
    challenge, right = reached(place, row)
    before = issued()
    forged = {**challenge, "Session": MADE_UP["session"]} if "Session" in challenge else challenge
    block = {} if "Session" in challenge else {"PASSWORD_CLAIM_SECRET_BLOCK": MADE_UP["block"]}
    assert refusal(lambda: answer(place, row, forged, right | block)) == words(challenge, INVALID)
    assert issued() == before
    goes_on(place, row, challenge, right)


@pytest.mark.parametrize("username", ["ana", "nobody", "💥"])
def test_another_users_session_is_refused(place: Place, row: Row, issued: Callable[[], int], username: str) -> None:
    """Bob answers his own challenge in the name of Ana; with his answer, and with hers."""
    challenge, right = reached(place, row, "bob")
    answers = [right, reached(place, row, "ana")[1]] if "Session" in challenge else [right]
    before = issued()
    for stolen in answers:
        told = refusal(lambda s=stolen: answer(place, row, challenge, s | {"USERNAME": username}))  # type: ignore[misc]
        assert told == words(challenge, INVALID)
    assert issued() == before
    goes_on(place, row, challenge, right)


def test_another_clients_session_is_refused(api: Api, place: Place, row: Row, issued: Callable[[], int]) -> None:
    challenge, right = reached(place, row)
    before, elsewhere = issued(), Place(api, place.pool, a_client(api, place.pool))
    assert refusal(lambda: answer(elsewhere, row, challenge, right)) == words(challenge, INVALID)
    assert issued() == before
    goes_on(place, row, challenge, right)


@on_both
def test_a_right_answer_is_right_once(place: Place, row: Row, issued: Callable[[], int]) -> None:
    challenge, right = reached(place, row)
    goes_on(place, row, challenge, right)
    before = issued()
    for _ in range(2):
        assert refusal(lambda: answer(place, row, challenge, right)) == words(challenge, ONCE)
    assert issued() == before


def test_a_session_expires(place: Place, row: Row, issued: Callable[[], int]) -> None:
    challenge, right = reached(place, row)
    before = issued()
    place.api.world.clock.advance(minutes=3)
    assert refusal(lambda: answer(place, row, challenge, right)) == words(challenge, EXPIRED)
    assert issued() == before
    goes_on(place, row, *reached(place, row, "bob"))


def test_a_session_is_for_one_challenge(place: Place, row: Row, issued: Callable[[], int]) -> None:
    challenge, right = reached(place, row)
    session = challenge.get("Session") or right["PASSWORD_CLAIM_SECRET_BLOCK"]
    before = issued()
    for name in challenge_table.CHALLENGES.keys() - {row.challenge}:
        assert refusal(lambda n=name: place.answer(n, session, right)) == INVALID  # type: ignore[misc]
    assert issued() == before
    goes_on(place, row, challenge, right)


@pytest.mark.parametrize("row", [row for row in ROWS if row.wrong], ids=lambda row: row.name)
def test_a_wrong_answer_is_refused(place: Place, row: Row, issued: Callable[[], int]) -> None:
    challenge, right = reached(place, row)
    before = issued()
    assert refusal(lambda: answer(place, row, challenge, right | row.wrong)) == row.refused
    assert issued() == before
    if row.retried:
        goes_on(place, row, challenge, right)
    else:
        assert refusal(lambda: answer(place, row, challenge, right)) == words(challenge, ONCE)
        goes_on(place, row, *reached(place, row))
    assert issued() <= before + 1


def test_a_set_up_that_was_not_done_is_refused(api: Api, issued: Callable[[], int]) -> None:
    """MFA_SETUP has no wrong answer beside this one."""
    row = next(row for row in ROWS if row.challenge == "MFA_SETUP")
    place = row.settle(api)
    challenge = begin(api, place.client, USERNAME="ana", PASSWORD=PASSWORD)
    before = issued()
    told = refusal(lambda: answer(place, row, challenge, {"USERNAME": "ana"}))
    assert told == "InvalidParameterException: User has not verified software token mfa"
    assert issued() == before
    goes_on(place, row, set_up(place, "ana", challenge), {"USERNAME": "ana"})


@on_both
def test_of_two_right_answers_at_once_one_wins(app: Flask, place: Place, row: Row, issued: Callable[[], int]) -> None:
    challenge, right = reached(place, row)
    before, ready = issued(), threading.Barrier(2)
    ends: list[str] = []

    def run() -> None:
        racer = Place(Api(app.test_client(), place.api.world), place.pool, place.client, place.kept)
        ready.wait()
        try:
            answer(racer, row, challenge, right)
        except Refused as refused:
            ends.append(str(refused))
        else:
            ends.append("ok")

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(ends) == {"ok": 1, words(challenge, ONCE): 1}
    assert issued() <= before + 1
