"""What happens in CUSTOM_AUTH while a function runs, when the call has let go of the database; and what is kept."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from msgspec.structs import replace

from emulator.outside.lambdas import Functions, NoLambdas
from emulator.outside.world import World
from storage.store import Store
from tests.api.choosing import families_of
from tests.api.lambda_functions import ARN, CREATE, DEFINE, VERIFY, Json, Place, Triggers, a_place, answering
from tests.api.people import refused, runs_nowhere
from tests.api.signing_in import refusal
from tests.builders import PASSWORD, Api, Refused, a_user, claims, pairs

INVALID = "NotAuthorizedException: Invalid session for the user."
ONCE = "NotAuthorizedException: Invalid session for the user, session can only be used once."


@pytest.fixture
def other(app: Flask, api: Api) -> Api:
    """The server, as a function calls it."""
    return Api(app.test_client(), api.world)


def first(triggers: Triggers, trigger: str, act: Callable[[], object]) -> None:
    """Let a trigger's function do something before what it does, the next time that it is called."""
    usual = triggers.does[trigger]

    def does(event: Json) -> Any:
        triggers.does[trigger] = usual
        act()
        return usual(event)

    triggers.does[trigger] = does


def test_a_function_may_call_back(place: Place, triggers: Triggers, other: Api) -> None:
    seen = []

    def calls_back() -> None:
        named = {"UserPoolId": place.pool, "Username": "ana"}
        seen.append(other.idp("AdminGetUser", **named)["UserStatus"])
        other.idp("AdminUpdateUserAttributes", **named, UserAttributes=pairs({"email": "new@example.com"}))
        other.idp("AdminSetUserPassword", **named, Password=PASSWORD + "!", Permanent=True)

    first(triggers, VERIFY, calls_back)
    tokens = place.answer(place.begin())["AuthenticationResult"]
    assert seen == ["CONFIRMED"]
    assert triggers.of(DEFINE)[1]["userAttributes"]["email"] == "new@example.com"
    assert claims(tokens["IdToken"])["email"] == "new@example.com"


def test_what_a_function_changes_is_in_tokens_that_are_issued_at_once(
    place: Place, triggers: Triggers, other: Api
) -> None:
    triggers.does[DEFINE] = answering(issueTokens=True)
    members = {"UserPoolId": place.pool, "Username": "ana", "UserAttributes": pairs({"email": "new@example.com"})}
    first(triggers, DEFINE, lambda: other.idp("AdminUpdateUserAttributes", **members))
    assert claims(place.begin()["AuthenticationResult"]["IdToken"])["email"] == "new@example.com"


@pytest.mark.parametrize("trigger", [DEFINE, CREATE, VERIFY])
def test_the_user_is_disabled_meanwhile(place: Place, triggers: Triggers, other: Api, trigger: str) -> None:
    challenge = place.begin()
    first(triggers, trigger, lambda: other.idp("AdminDisableUser", UserPoolId=place.pool, Username="ana"))
    if trigger == CREATE:
        challenge = place.answer(challenge, "wrong")
    assert refusal(lambda: place.answer(challenge, "wrong")) == "NotAuthorizedException: User is disabled."


@pytest.mark.parametrize("trigger", [DEFINE, CREATE])
@pytest.mark.parametrize("users", ["LEGACY", "ENABLED"])
def test_the_user_goes_while_a_sign_in_begins(
    api: Api, triggers: Triggers, other: Api, trigger: str, users: str
) -> None:
    place = a_place(api, users)
    a_user(api, place.pool)
    first(triggers, trigger, lambda: other.idp("AdminDeleteUser", UserPoolId=place.pool, Username="ana"))
    if users == "LEGACY":
        assert refusal(place.begin) == "UserNotFoundException: User does not exist."
    else:
        assert place.begin()["ChallengeName"] == "CUSTOM_CHALLENGE"
        assert [request["userNotFound"] for request in triggers.of(DEFINE)] == [False, True]


@pytest.mark.parametrize("trigger", [DEFINE, CREATE, VERIFY])
def test_the_user_goes_while_an_answer_is_checked(place: Place, triggers: Triggers, other: Api, trigger: str) -> None:
    challenge = place.begin()
    first(triggers, trigger, lambda: other.idp("AdminDeleteUser", UserPoolId=place.pool, Username="ana"))
    assert refusal(lambda: place.answer(challenge, "wrong")) == INVALID


@pytest.mark.parametrize("trigger", [DEFINE, CREATE])
def test_the_pool_goes_meanwhile(place: Place, triggers: Triggers, other: Api, trigger: str) -> None:
    first(triggers, trigger, lambda: other.idp("DeleteUserPool", UserPoolId=place.pool))
    told = f"ResourceNotFoundException: User pool client {place.client} does not exist."
    assert refusal(place.begin) == told


def test_the_session_runs_out_meanwhile(place: Place, triggers: Triggers) -> None:
    challenge = place.begin()
    first(triggers, VERIFY, lambda: place.api.world.clock.advance(minutes=4))
    answer = place.answer(challenge)
    assert (
        "AuthenticationResult" in answer
    )  # the answer came in time; how long the functions take is not the user's fault


def test_a_function_that_answers_the_session_itself_spends_it(place: Place, triggers: Triggers, other: Api) -> None:
    inner: list[Json] = []
    challenge = place.begin()
    first(triggers, VERIFY, lambda: inner.append(Place(other, place.pool, place.client).answer(challenge)))
    assert refusal(lambda: place.answer(challenge)) == ONCE
    assert "AuthenticationResult" in inner[0]


@pytest.mark.parametrize("trigger", [VERIFY, DEFINE])
def test_of_two_right_answers_one_wins(
    app: Flask, place: Place, triggers: Triggers, store: Store, trigger: str
) -> None:
    both, ends, usual = threading.Barrier(2), [], triggers.does[trigger]

    def waits(event: Json) -> Any:
        both.wait(timeout=30)
        return usual(event)

    def run() -> None:
        caller = Place(Api(app.test_client(), place.api.world), place.pool, place.client)
        try:
            ends.append(str(list(caller.answer(challenge))))
        except Refused as refusal:
            ends.append(str(refusal))

    challenge = place.begin()
    triggers.does[trigger] = waits
    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == [ONCE, "['ChallengeParameters', 'AuthenticationResult']"]
    assert families_of(store)() == 1


def test_what_is_private_is_neither_told_nor_kept_in_the_clear(
    place: Place, triggers: Triggers, store: Store, tmp_path: Path
) -> None:
    secret, note = "correct-battery-staple", "metadata-with-a-code-in-it"
    triggers.does[CREATE] = answering(
        publicChallengeParameters={"shown": "a-public-riddle"},
        privateChallengeParameters={"answer": secret},
        challengeMetadata=note,
    )
    told = str([place.begin(), place.answer(place.begin(), "a-wrong-answer")])
    assert "a-public-riddle" in told
    written = b"".join(path.read_bytes() for path in sorted(tmp_path.iterdir()) if path.is_file())
    store.close()
    written += b"".join(path.read_bytes() for path in sorted(tmp_path.iterdir()) if path.is_file())
    assert b"CUSTOM_CHALLENGE" in written
    assert [private for private in (secret, note) if private in told or private.encode() in written] == []


class TestNoFunctions:
    @pytest.fixture
    def world(self, world: World) -> World:
        """A world that runs no functions, as the server is for now."""
        return replace(world, lambdas=NoLambdas())

    def test_a_sign_in_that_needs_one_is_refused(self, place: Place) -> None:
        with refused(*runs_nowhere(DEFINE)):
            place.begin()


AROUND = ("PreAuthentication", "PostAuthentication", "PreTokenGeneration")


def test_the_triggers_around_a_sign_in_are_called_around_the_challenges(
    place: Place, triggers: Triggers, world: World
) -> None:
    functions = world.lambdas
    assert isinstance(functions, Functions)
    for trigger in AROUND:
        triggers.does[trigger] = lambda event: event
        functions.functions[ARN + trigger] = triggers.runs(trigger)
    config = place.api.idp("DescribeUserPool", UserPoolId=place.pool)["UserPool"]["LambdaConfig"]
    others = {trigger: ARN + trigger for trigger in AROUND}
    place.api.idp("UpdateUserPool", UserPoolId=place.pool, LambdaConfig=config | others)
    challenge = place.begin()
    assert triggers.called == ["PreAuthentication", DEFINE, CREATE]
    assert place.answer(challenge)["AuthenticationResult"]
    assert triggers.called == [VERIFY, DEFINE, "PostAuthentication", "TokenGeneration"]
