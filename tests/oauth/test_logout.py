"""`/logout` in both forms, which is no open redirect (facts of AWS, §1.10)."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from storage.store import Store
from tests.builders import Api, a_pool, a_user
from tests.oauth.browser import CALLBACK, Browser, an_oauth_client

BYE = "https://app.example.com/bye"
MISSING = "Required String parameter &#39;{}&#39; is not present"


@pytest.fixture
def browser(api: Api, store: Store) -> Browser:
    """A browser in which Ana is signed in, of a client with a page for after the sign-out."""
    browser = Browser.of(api, store, LogoutURLs=[BYE, "myapp://bye"])
    browser.sign_in()
    return browser


def is_signed_in(browser: Browser) -> bool:
    return "code=" in browser.authorize().headers["Location"]


@pytest.mark.parametrize("url", [BYE, "myapp://bye"])
def test_it_ends_the_session_and_leads_to_the_application(browser: Browser, url: str) -> None:
    cookie = browser.sign_in()
    answer = browser.get(
        "/logout", client_id=browser.client, logout_uri=url, state="S", redirect_uri="https://x.example"
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, url)
    assert "cognito=;" in answer.headers["Set-Cookie"]
    browser.api.http.set_cookie("cognito", cookie)
    assert not is_signed_in(browser), "the session itself has ended, not only its cookie"


def test_it_leads_back_to_a_sign_in_with_the_clients_scopes(browser: Browser) -> None:
    given = {"client_id": browser.client, "redirect_uri": CALLBACK, "response_type": "code", "state": "a b", "x": "y"}
    answer = browser.get("/logout", **given)
    query = f"client_id={browser.client}&redirect_uri={quote(CALLBACK, safe='')}&response_type=code&state=a%20b"
    assert answer.headers["Location"] == f"/login?{query}&scope=openid%20email%20phone%20profile"
    assert not is_signed_in(browser)


def test_tokens_stay_valid(browser: Browser) -> None:
    token = browser.tokens()["refresh_token"]
    browser.get("/logout", client_id=browser.client, logout_uri=BYE)
    answer = browser.token(None, grant_type="refresh_token", client_id=browser.client, refresh_token=token)
    assert answer.status_code == 200


def test_it_works_without_a_session(api: Api, store: Store) -> None:
    browser = Browser.of(api, store, LogoutURLs=[BYE])
    assert browser.get("/logout", client_id=browser.client, logout_uri=BYE).headers["Location"] == BYE


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, "redirect_uri"),
        ({"logout_uri": f"{BYE}/"}, "redirect_uri"),
        ({"logout_uri": "https://evil.example/"}, "redirect_uri"),
        ({"logout_uri": f"{BYE}\r\nX: 1"}, "redirect_uri"),
        ({"logout_uri": "//evil.example"}, "redirect_uri"),
        ({"logout_uri": CALLBACK}, "redirect_uri"),
        ({"post_logout_redirect_uri": BYE, "id_token_hint": "x"}, "redirect_uri"),
        ({"redirect_uri": CALLBACK}, "response_type"),
    ],
)
def test_a_page_tells_what_is_missing_and_the_session_stays(
    browser: Browser, given: dict[str, str], missing: str
) -> None:
    answer = browser.get("/logout", client_id=browser.client, **given)
    assert answer.status_code == 400
    assert MISSING.format(missing) in answer.text
    assert "Location" not in answer.headers
    assert is_signed_in(browser)


def test_no_other_callback_is_led_to(browser: Browser) -> None:
    given = {"redirect_uri": "https://evil.example/", "response_type": "code"}
    location = browser.get("/logout", client_id=browser.client, **given).headers["Location"]
    assert location == f"/error?error=redirect_mismatch&client_id={browser.client}"
    unknown = browser.get("/logout", client_id="nobody", logout_uri=BYE).headers["Location"]
    assert unknown == "/error?error=invalid_request&client_id=nobody"
    assert MISSING.format("client_id") in browser.get("/logout", logout_uri=BYE).text
    assert browser.get(f"/logout?client_id={browser.client}&logout_uri={BYE}&logout_uri={BYE}").status_code == 400


def test_another_pools_session_is_left_alone(browser: Browser) -> None:
    pool = a_pool(browser.api)
    a_user(browser.api, pool)
    other = an_oauth_client(browser.api, pool, LogoutURLs=[BYE])
    answer = browser.get("/logout", client_id=other, logout_uri=BYE)
    assert (answer.headers["Location"], "Set-Cookie" in answer.headers) == (BYE, False)
    assert is_signed_in(browser)


@pytest.mark.parametrize("method", ["post", "put", "delete", "head"])
def test_it_is_asked_by_get_alone(browser: Browser, method: str) -> None:
    path = f"/logout?client_id={browser.client}&logout_uri={BYE}"
    assert getattr(browser.api.http, method)(path).status_code == 405
    assert is_signed_in(browser)
