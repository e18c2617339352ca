"""What a finished sign-in at the pages gives: the response to the authorization request, and a browser session."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from emulator.context import Context, RequestOrigin
from emulator.domain.sign_in import machine
from emulator.domain.sign_in.outcomes import Done
from emulator.domain.sign_in.progress import Progress
from emulator.oauth import authorization_request, responses
from emulator.oauth.responses import Cookie
from emulator.settings import Settings
from storage.store import Store
from tests.builders import PASSWORD, Api, claims
from tests.oauth.browser import CALLBACK, Browser


def finished(browser: Browser, **parameters: str) -> tuple[str, Cookie]:
    """Ana signs in with her password to answer a request: where she is sent, and her cookie."""
    given = {"client_id": browser.client, "redirect_uri": CALLBACK, "state": "S", **parameters}
    with browser.store.unit(writes=True) as unit:
        settings = Settings(ephemeral=True)
        context = Context(unit, browser.api.world, settings, RequestOrigin("http://localhost"), "InitiateAuth")
        request = authorization_request.read(context, urlencode(given).encode())
        progress = Progress(context, request.app.pool, request.app.client, "USER_PASSWORD_AUTH", "ana")
        done = machine.start(progress, {"USERNAME": "ana", "PASSWORD": PASSWORD})
        assert isinstance(done, Done)
        redirect = responses.finish(context, request, done)
    for act in context.afterwards:
        act()
    assert redirect.cookie
    return redirect.location, redirect.cookie


@pytest.fixture
def browser(api: Api, store: Store) -> Browser:
    """A browser that is not signed in."""
    return Browser.of(api, store, AllowedOAuthFlows=["code", "implicit"])


def test_the_browser_gets_a_code_and_a_session_of_an_hour(browser: Browser) -> None:
    location, cookie = finished(browser, response_type="code", scope="openid")
    assert location.startswith(f"{CALLBACK}?code=")
    assert location.endswith("&state=S")
    assert cookie.seconds == 3600
    tokens = browser.exchange(parse_qs(urlsplit(location).query)["code"][0]).get_json()
    said = claims(tokens["id_token"])
    assert (said["acr"], said["amr"]) == ("urn:cognito:loa:1", ["pwd"])
    browser.api.http.set_cookie("cognito", cookie.value)
    assert "code=" in browser.authorize(prompt="none").headers["Location"]


def test_the_browser_gets_tokens_in_the_implicit_grant(browser: Browser) -> None:
    location, cookie = finished(browser, response_type="token", scope="openid")
    given = parse_qs(urlsplit(location).fragment)
    assert claims(given["access_token"][0])["amr"] == ["pwd"]
    browser.api.http.set_cookie("cognito", cookie.value)
    assert "code=" in browser.authorize(prompt="none").headers["Location"]
