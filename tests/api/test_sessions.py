"""The sessions of sign-ins in progress: of every hostile kind, each refused in AWS's words, nothing issued."""

from __future__ import annotations

import pytest

from emulator.app import create_app
from emulator.settings import Settings
from storage.store import Store
from tests.api.signing_in import WRONG, a_newcomer, a_place, challenged, enter, reasons, refusal, renew, respond
from tests.builders import Api, a_client, sign_in

INVALID = "NotAuthorizedException: Invalid session for the user."
ONCE = "NotAuthorizedException: Invalid session for the user, session can only be used once."
EXPIRED = "NotAuthorizedException: Invalid session for the user, session is expired."
MADE_UP = "AYABe" + "x" * 289


@pytest.fixture
def place(api: Api) -> tuple[str, str]:
    """A pool and a client, and Ana with a temporary password."""
    pool, client = a_place(api)
    a_newcomer(api, pool)
    return pool, client


def test_a_missing_session_is_told(api: Api, place: tuple[str, str]) -> None:
    told = refusal(lambda: respond(api, place[1], None))
    assert told == "InvalidParameterException: Missing required parameter Session"


@pytest.mark.parametrize("session", [MADE_UP, "x" * 20, "💥" * 20])
def test_a_made_up_session_is_refused(api: Api, place: tuple[str, str], session: str) -> None:
    assert refusal(lambda: respond(api, place[1], session)) == INVALID
    assert refusal(lambda: enter(api, place[1])) == WRONG


def test_a_session_changed_by_a_letter_is_refused(api: Api, place: tuple[str, str]) -> None:
    session = challenged(api, place[1])
    other = session[:-1] + ("A" if session[-1] != "A" else "B")
    assert refusal(lambda: respond(api, place[1], other)) == INVALID
    assert refusal(lambda: respond(api, place[1], f"{session} ")) == INVALID


@pytest.mark.parametrize("admin", [False, True])
def test_another_users_session_is_refused(api: Api, place: tuple[str, str], admin: bool) -> None:
    pool, client = place
    a_newcomer(api, pool, "bob")
    session = challenged(api, client, "bob")
    assert refusal(lambda: respond(api, client, session, pool if admin else "")) == INVALID
    assert reasons(api) == "the session is another user's"
    assert refusal(lambda: respond(api, client, session, USERNAME="nobody")) == INVALID
    assert refusal(lambda: enter(api, client)) == WRONG
    assert respond(api, client, session, USERNAME="bob")["AuthenticationResult"]


def test_another_clients_session_is_refused(api: Api, place: tuple[str, str]) -> None:
    pool, client = place
    session = challenged(api, client)
    assert refusal(lambda: respond(api, a_client(api, pool), session)) == INVALID
    _, foreign = a_place(api)
    assert refusal(lambda: respond(api, foreign, session)) == INVALID
    assert respond(api, client, session)["AuthenticationResult"]


def test_a_session_is_spent_by_the_right_answer(api: Api, place: tuple[str, str]) -> None:
    pool, client = place
    session = challenged(api, client)
    respond(api, client, session)
    assert refusal(lambda: respond(api, client, session)) == ONCE
    assert refusal(lambda: respond(api, client, session, pool, NEW_PASSWORD="Another-Horse-2")) == ONCE
    assert sign_in(api, client)


@pytest.mark.parametrize(("validity", "minutes"), [({}, 3), ({"AuthSessionValidity": 15}, 15)])
def test_a_session_expires_when_the_client_says(api: Api, validity: dict[str, int], minutes: int) -> None:
    pool, client = a_place(api, **validity)
    a_newcomer(api, pool)
    session, other = challenged(api, client), challenged(api, client)
    api.world.clock.advance(minutes=minutes)
    assert refusal(lambda: respond(api, client, session)) == EXPIRED
    api.world.clock.advance(seconds=-1)
    assert respond(api, client, other)["AuthenticationResult"]


@pytest.mark.parametrize("name", ["SMS_MFA", "SOFTWARE_TOKEN_MFA", "PASSWORD_VERIFIER", "CUSTOM_CHALLENGE", "PASSWORD"])
def test_a_session_answers_no_other_challenge(api: Api, place: tuple[str, str], name: str) -> None:
    _, client = place
    session = challenged(api, client)
    members = {"ClientId": client, "ChallengeName": name, "ChallengeResponses": {"USERNAME": "ana"}}
    assert refusal(lambda: api.idp("RespondToAuthChallenge", Session=session, **members)) == INVALID
    assert reasons(api) == "the session waits for NEW_PASSWORD_REQUIRED"
    missing = "PASSWORD_CLAIM_SECRET_BLOCK" if name == "PASSWORD_VERIFIER" else "Session"
    told = refusal(lambda: api.idp("RespondToAuthChallenge", **members))
    assert told == f"InvalidParameterException: Missing required parameter {missing}"


def test_a_session_of_a_user_who_is_gone_or_disabled_is_refused(api: Api, place: tuple[str, str]) -> None:
    pool, client = place
    session = challenged(api, client)
    api.idp("AdminDisableUser", UserPoolId=pool, Username="ana")
    assert refusal(lambda: respond(api, client, session)) == "NotAuthorizedException: User is disabled."
    api.idp("AdminDeleteUser", UserPoolId=pool, Username="ana")
    a_newcomer(api, pool)
    assert refusal(lambda: respond(api, client, session)) == INVALID


@pytest.mark.parametrize("permanent", [True, False])
def test_a_session_ends_with_the_password_that_opened_it(api: Api, place: tuple[str, str], permanent: bool) -> None:
    pool, client = place
    session, other = challenged(api, client), "Other-Horse-3"
    api.idp("AdminSetUserPassword", UserPoolId=pool, Username="ana", Password=other, Permanent=permanent)
    assert refusal(lambda: respond(api, client, session)) == INVALID
    assert enter(api, client, password=other)


def test_of_two_sessions_only_the_first_answer_counts(api: Api, place: tuple[str, str]) -> None:
    _, client = place
    first, second = challenged(api, client), challenged(api, client)
    respond(api, client, first)
    assert refusal(lambda: respond(api, client, second, NEW_PASSWORD="Thief-Horse-4")) == INVALID
    assert sign_in(api, client)


def test_what_ended_long_ago_is_forgotten_at_the_next_start(api: Api, place: tuple[str, str], store: Store) -> None:
    _, client = place
    session = challenged(api, client)
    tokens = respond(api, client, challenged(api, client))["AuthenticationResult"]
    api.world.clock.advance(hours=24, minutes=2)
    create_app(Settings(ephemeral=True), api.world, store)
    assert refusal(lambda: respond(api, client, session)) == EXPIRED
    api.world.clock.advance(minutes=2)
    create_app(Settings(ephemeral=True), api.world, store)
    assert refusal(lambda: respond(api, client, session)) == INVALID
    assert renew(api, client, tokens["RefreshToken"])
    api.world.clock.advance(days=32)
    create_app(Settings(ephemeral=True), api.world, store)
    told = refusal(lambda: renew(api, client, tokens["RefreshToken"]))
    assert told == "NotAuthorizedException: Invalid Refresh Token"
