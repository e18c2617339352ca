"""Whom a browser's session signs in at `/oauth2/authorize` without a page, and whom it does not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest

from keys import totp
from storage.store import Store
from tests.builders import Api, a_pool, a_user, sign_in
from tests.oauth.browser import CALLBACK, Browser, an_oauth_client


@dataclass(frozen=True)
class Silent:
    """A request of a browser whose user signed in some time ago, and whether a code comes at once."""

    given: dict[str, str]
    after: int = 0
    answered: bool = True


SILENT = {
    "at once": Silent({}),
    "prompt=none": Silent({"prompt": "none"}),
    "prompt=login": Silent({"prompt": "login"}, answered=False),
    "prompt=select_account": Silent({"prompt": "select_account consent"}),
    "just before the hour ends": Silent({}, after=3599),
    "after an hour": Silent({}, after=3600, answered=False),
    "max_age enough": Silent({"max_age": "60"}, after=60),
    "max_age too low": Silent({"max_age": "59"}, after=60, answered=False),
    "max_age 0 at once": Silent({"max_age": "0"}),
    "identity_provider=COGNITO": Silent({"identity_provider": "COGNITO"}),
    "a level that is reached": Silent({"acr_values": "urn:cognito:loa:1"}),
    "a level that nobody knows": Silent({"acr_values": "gold"}),
    "a level that the user cannot reach": Silent({"acr_values": "urn:cognito:loa:4"}),
}


@pytest.mark.parametrize("case", SILENT)
def test_a_session_answers_a_request_without_a_page(api: Api, store: Store, case: str) -> None:
    browser, silent = Browser.of(api, store), SILENT[case]
    browser.sign_in(Amr=["pwd"], Acr="urn:cognito:loa:1")
    api.world.clock.advance(seconds=silent.after)
    location = browser.authorize(**silent.given).headers["Location"]
    assert location.startswith(f"{CALLBACK}?code=" if silent.answered else "/login?")


def test_using_a_session_does_not_prolong_it(browser: Browser) -> None:
    browser.api.world.clock.advance(seconds=1800)
    assert "code=" in browser.authorize().headers["Location"]
    browser.api.world.clock.advance(seconds=1800)
    assert browser.authorize().headers["Location"].startswith("/login?")


def test_prompt_none_without_a_session_is_told_to_the_callback(api: Api, store: Store) -> None:
    browser = Browser.of(api, store)
    location = browser.authorize(prompt="none", state="S").headers["Location"]
    assert location == f"{CALLBACK}?error=login_required&state=S"


def test_a_session_is_good_for_every_client_of_the_pool(browser: Browser) -> None:
    other = an_oauth_client(browser.api, browser.pool)
    assert "code=" in browser.authorize(client_id=other, prompt="none").headers["Location"]


def test_a_session_is_not_good_for_another_pool(browser: Browser) -> None:
    pool = a_pool(browser.api)
    a_user(browser.api, pool)
    other = an_oauth_client(browser.api, pool)
    assert browser.authorize(client_id=other).headers["Location"].startswith("/login?")


@pytest.mark.parametrize("cookie", ["", "made-up", "é" * 10, "a" * 5000])
def test_a_made_up_session_is_none(api: Api, store: Store, cookie: str) -> None:
    browser = Browser.of(api, store)
    answer = api.http.get(
        f"/oauth2/authorize?client_id={browser.client}&response_type=code&redirect_uri={quote(CALLBACK)}",
        headers={"Cookie": f"cognito={cookie}".encode().decode("latin-1")},
    )
    assert answer.headers["Location"].startswith("/login?")


def disabled(browser: Browser) -> None:
    browser.api.idp("AdminDisableUser", UserPoolId=browser.pool, Username="ana")


def deleted(browser: Browser) -> None:
    browser.api.idp("AdminDeleteUser", UserPoolId=browser.pool, Username="ana")


def reset(browser: Browser) -> None:
    browser.api.idp("AdminResetUserPassword", UserPoolId=browser.pool, Username="ana")


def moved_to_managed_login(browser: Browser) -> None:
    domain = {"UserPoolId": browser.pool, "Domain": "pages"}
    browser.api.idp("CreateUserPoolDomain", **domain, ManagedLoginVersion=2)


@pytest.mark.parametrize("happens", [disabled, deleted, reset, moved_to_managed_login])
def test_a_session_ends_with_what_it_stands_on(browser: Browser, happens: Any) -> None:
    happens(browser)
    assert browser.authorize().headers["Location"].startswith("/login?")


def test_a_global_sign_out_leaves_the_browsers_session(browser: Browser) -> None:
    browser.api.idp("AdminUserGlobalSignOut", UserPoolId=browser.pool, Username="ana")
    assert "code=" in browser.authorize().headers["Location"]


def test_a_higher_level_that_the_user_can_reach_needs_a_sign_in(api: Api, store: Store) -> None:
    browser = Browser.of(api, store)
    mfa = {"MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": {"Enabled": True}}
    api.idp("SetUserPoolMfaConfig", UserPoolId=browser.pool, **mfa)
    token = sign_in(api, browser.client)["AccessToken"]
    secret = api.idp("AssociateSoftwareToken", AccessToken=token)["SecretCode"]
    code = totp.code(secret, totp.step(api.world.clock.now()))
    api.idp("VerifySoftwareToken", AccessToken=token, UserCode=code)
    browser.sign_in(Amr=["pwd"], Acr="urn:cognito:loa:1")
    asked = {"acr_values": "gold urn:cognito:loa:4 urn:cognito:loa:1"}
    assert browser.authorize(**asked).headers["Location"].startswith("/login?")
    assert browser.authorize(**asked, prompt="none").headers["Location"] == f"{CALLBACK}?error=login_required"
    browser.sign_in(Amr=["pwd", "otp", "mfa"], Acr="urn:cognito:loa:4")
    assert "code=" in browser.authorize(**asked).headers["Location"]
