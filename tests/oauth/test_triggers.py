"""PreTokenGeneration at the OAuth endpoints: what it changes, how its failure is told, and two exchanges at once."""

from __future__ import annotations

from typing import Any

import pytest

from storage.store import Store
from tests.api.recorded_functions import Recorder, answering, configured, refusing, same
from tests.builders import Api, a_pool, a_user, claims
from tests.oauth.browser import CALLBACK, Browser

TRIGGER = "PreTokenGeneration"


@pytest.fixture
def browser(api: Api, store: Store, recorder: Recorder) -> Browser:
    """A browser in which Ana is signed in, of a pool with the trigger."""
    pool = a_pool(api, LambdaConfig=configured(TRIGGER))
    recorder.on(TRIGGER, same)
    a_user(api, pool, email="ana@example.com", email_verified="true")
    browser = Browser.of(api, store, pool, AllowedOAuthFlows=["code", "implicit"])
    browser.sign_in()
    return browser


def test_the_function_changes_the_tokens_of_a_code(browser: Browser, recorder: Recorder) -> None:
    changes = {"claimsOverrideDetails": {"claimsToAddOrOverride": {"plan": "gold"}}}
    recorder.on(TRIGGER, answering(**changes))
    assert claims(browser.tokens(scope="openid")["id_token"])["plan"] == "gold"
    assert recorder.sources == ["TokenGeneration_HostedAuth"]
    assert recorder.events[-1]["callerContext"] == {
        "awsSdkVersion": "aws-sdk-unknown-unknown",
        "clientId": browser.client,
    }


def test_a_failure_is_told_at_the_token_endpoint_and_leaves_the_code(browser: Browser, recorder: Recorder) -> None:
    recorder.on(TRIGGER, refusing("No"))
    code = browser.code()
    answer = browser.exchange(code)
    told = {"error": "invalid_request", "error_description": "PreTokenGeneration failed with error No."}
    assert (answer.status_code, answer.get_json()) == (400, told)
    recorder.on(TRIGGER, same)
    assert browser.exchange(code).status_code == 200


def test_a_failure_is_told_to_the_callback_in_the_implicit_grant(browser: Browser, recorder: Recorder) -> None:
    recorder.on(TRIGGER, refusing("No"))
    location = browser.authorize(response_type="token", state="s").headers["Location"]
    described = "error_description=PreTokenGeneration+failed+with+error+No."
    assert location == f"{CALLBACK}#{described}&state=s&error=invalid_request"


def test_of_two_exchanges_at_once_one_wins_and_the_other_ends_what_it_gave(
    browser: Browser, recorder: Recorder
) -> None:
    """The second comes while the first has let go of the database, to call the function."""
    code, won = browser.code(), list[Any]()

    def exchange_too(event: Any) -> Any:
        recorder.on(TRIGGER, same)
        won.append(browser.exchange(code))
        return event

    recorder.on(TRIGGER, exchange_too)
    lost = browser.exchange(code)
    assert (lost.status_code, lost.get_json()) == (400, {"error": "invalid_grant"})
    assert won[0].status_code == 200
    token = won[0].get_json()["refresh_token"]
    answer = browser.token(None, grant_type="refresh_token", client_id=browser.client, refresh_token=token)
    assert answer.get_json() == {"error": "invalid_grant"}
