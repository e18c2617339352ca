"""Sign-ins at identity providers whose functions fail, or while whose functions run something else happens."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from emulator.outside.functions import Routed
from storage.store import Store
from tests.api.recorded_functions import Json, Recorder, refusing, same, saying
from tests.api.recovery.recovering import HOUR, MINUTE, PAUSED
from tests.builders import Api, a_user
from tests.federated_users.arriving import Town, source
from tests.federated_users.triggered import AFTER, BEFORE, BEFORE_SIGN_UP, CONFIRMED, FIRST, INBOUND, a_triggered_town


@pytest.fixture
def town(api: Api, store: Store, recorder: Recorder) -> Town:
    return a_triggered_town(api, store, recorder)


FAILING = [
    (INBOUND, "InboundFederation failed with error No.", 0),
    (BEFORE_SIGN_UP, "PreSignUp failed with error No.", 0),
    (CONFIRMED, "PostConfirmation failed with error No.", 1),
    (BEFORE, "PreAuthentication failed with error No.", 0),
    (AFTER, "PostAuthentication failed with error No.", 1),
]


@pytest.mark.parametrize(("trigger", "words", "stays"), FAILING)
def test_a_function_that_raises_ends_the_sign_in(
    town: Town, recorder: Recorder, trigger: str, words: str, stays: int
) -> None:
    """`stays`: what happened before it is committed."""
    if trigger in (BEFORE, AFTER):
        town.arrive(name="Old")
    recorder.on(trigger, refusing("No"))
    assert town.refusal() == words
    names = [town.attributes(name)["name"] for name in town.usernames()]
    assert names == ([["Old"], ["Ana"]][stays] if trigger in (BEFORE, AFTER) else ["Ana"] * stays)


@pytest.mark.parametrize("trigger", [row[0] for row in FAILING])
def test_a_function_that_runs_nowhere_ends_the_sign_in_before_anything_is_written(
    town: Town, recorder: Recorder, trigger: str
) -> None:
    if trigger in (BEFORE, AFTER):
        town.arrive(name="Old")
    routes = {row[0]: recorder.lambdas for row in FAILING if row[0] != trigger}
    town.api.world = replace(town.api.world, lambdas=Routed(routes))
    assert town.refusal() == f"{trigger} invocation failed due to error ResourceNotFoundException."
    names = [town.attributes(name)["name"] for name in town.usernames()]
    assert names == (["Old"] if trigger in (BEFORE, AFTER) else [])


@pytest.mark.parametrize("trigger", [row[0] for row in FAILING])
def test_a_function_that_answers_nonsense_ends_the_sign_in(town: Town, recorder: Recorder, trigger: str) -> None:
    if trigger in (BEFORE, AFTER):
        town.arrive()
    recorder.on(trigger, saying(7))
    assert town.refusal() == "Unrecognizable lambda output"


def _disabled(town: Town) -> None:
    town.api.idp("AdminDisableUser", UserPoolId=town.pool, Username="Corp_42")


def _deleted(town: Town) -> None:
    town.api.idp("AdminDeleteUser", UserPoolId=town.pool, Username="Corp_42")


@pytest.mark.parametrize("act", [_disabled, _deleted])
@pytest.mark.parametrize("trigger", [INBOUND, BEFORE, AFTER, CONFIRMED])
def test_who_goes_while_a_function_runs_is_not_signed_in(
    town: Town, recorder: Recorder, trigger: str, act: Callable[[Town], None]
) -> None:
    if trigger != CONFIRMED:
        town.arrive()

    def meanwhile(event: Json) -> Json:
        recorder.on(trigger, same)
        act(town)
        return event

    recorder.on(trigger, meanwhile)
    if trigger == INBOUND and act is _deleted:
        town.arrive()
        assert recorder.sources[-3:] == FIRST, "nobody was found, so there is a new user"
        return
    assert town.refusal() == "User is disabled."


def test_who_is_unlinked_while_pre_authentication_runs_is_not_signed_in(town: Town, recorder: Recorder) -> None:
    a_user(town.api, town.pool, "ana")
    town.link("ana")

    def meanwhile(event: Json) -> Json:
        town.api.idp("AdminDisableProviderForUser", UserPoolId=town.pool, User=source())
        return event

    recorder.on(BEFORE, meanwhile)
    assert town.refusal() == "User is disabled."


def test_what_others_change_while_pre_authentication_runs_is_kept(town: Town, recorder: Recorder) -> None:
    town.arrive()

    def meanwhile(event: Json) -> Json:
        town.update("Corp_42", nickname="an")
        return event

    recorder.on(BEFORE, meanwhile)
    town.arrive(name="Anna")
    assert (town.attributes("Corp_42")["nickname"], town.attributes("Corp_42")["name"]) == ("an", "Anna")


def test_who_is_linked_to_somebody_else_while_pre_authentication_runs_is_not_signed_in(
    town: Town, recorder: Recorder
) -> None:
    a_user(town.api, town.pool, "ana")
    a_user(town.api, town.pool, "bob")
    town.link("ana")

    def meanwhile(event: Json) -> Json:
        town.api.idp("AdminDisableProviderForUser", UserPoolId=town.pool, User=source())
        town.link("bob")
        return event

    recorder.on(BEFORE, meanwhile)
    assert town.refusal() == "User is disabled."
    assert town.attributes("bob") == {}


def test_no_function_is_asked_about_who_is_disabled(town: Town, recorder: Recorder) -> None:
    town.arrive()
    _disabled(town)
    recorder.events.clear()
    assert town.refusal() == "User is disabled."
    assert recorder.sources == FIRST[:1]


def test_no_function_is_asked_about_a_new_user_while_a_recovery_is_open(town: Town, recorder: Recorder) -> None:
    town.api.world.clock.advance(seconds=HOUR)
    to = {"RestoreTimestamp": town.api.world.clock.now() - 15 * MINUTE}
    town.api.idp("InitiatePointInTimeRecovery", UserPoolId=town.pool, **to)
    assert town.refusal() == PAUSED
    assert recorder.sources == FIRST[:1]
