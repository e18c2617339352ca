"""Functions of triggers during a sign-in at a provider: what they refuse, and what changes while they run."""

from __future__ import annotations

import pytest

from storage.store import Store
from tests.api.recorded_functions import Json, Recorder, configured, refusing, same
from tests.builders import Api
from tests.federation.test_states import OPTION, changed
from tests.federation.upstream import Upstream
from tests.federation.walk import Walk, returned

BEFORE, AFTER = "PreSignUp", "PostConfirmation"


@pytest.fixture
def walk(api: Api, store: Store, corp: Upstream, recorder: Recorder) -> Walk:
    walk = Walk.of(api, store, corp)
    api.idp("UpdateUserPool", UserPoolId=walk.pool, LambdaConfig=configured(BEFORE, AFTER))
    recorder.on(BEFORE, same)
    recorder.on(AFTER, same)
    return walk


def test_what_a_function_says_is_told_to_the_callback(walk: Walk, recorder: Recorder) -> None:
    recorder.on(BEFORE, refusing("Not here, Ana & Eva"))
    answer = walk.walk()
    told = {"error": "invalid_request", "error_description": "PreSignUp failed with error Not here, Ana & Eva."}
    assert returned(answer) == {**told, "state": "S"}
    assert (
        "error_description=PreSignUp+failed+with+error+Not+here%2C+Ana+%26+Eva.&state=S" in answer.headers["Location"]
    )
    assert walk.created() == {}


def test_what_a_function_says_at_length_is_cut_so_that_browsers_take_it(walk: Walk, recorder: Recorder) -> None:
    recorder.on(BEFORE, refusing("é" * 100_000))
    told = "PreSignUp failed with error " + "é" * (1_000 - len("PreSignUp failed with error "))
    assert returned(walk.walk()) == {"error": "invalid_request", "error_description": told, "state": "S"}


def test_a_client_that_stops_supporting_the_provider_while_a_function_runs_gets_no_code(
    walk: Walk, recorder: Recorder
) -> None:
    def meanwhile(event: Json) -> Json:
        changed(walk, SupportedIdentityProviders=["COGNITO"])
        return event

    recorder.on(AFTER, meanwhile)
    answer = walk.walk()
    assert (answer.status_code, OPTION in answer.text) == (400, True)
    assert walk.created() == {"users": 1}, "the user was stored before PostConfirmation"


def test_a_client_that_stops_supporting_the_provider_while_that_is_asked_creates_nobody(
    walk: Walk, recorder: Recorder
) -> None:
    back = walk.at_provider(walk.sent())

    def go() -> None:
        if walk.corp.at("/token"):
            walk.store.while_released = None
            changed(walk, SupportedIdentityProviders=["COGNITO"])

    walk.store.while_released = go
    answer = walk.back(back)
    assert (answer.status_code, OPTION in answer.text) == (400, True)
    assert recorder.events == []
    assert walk.created() == {}
