"""`/oauth2/revoke` (facts of AWS, §1.8)."""

from __future__ import annotations

from typing import Any

import pytest

from storage.store import Store
from tests.builders import Api
from tests.oauth.browser import Browser, an_oauth_client, basic

SECRET = "secret" * 5


def revoke(browser: Browser, headers: dict[str, str] | None = None, **form: str) -> tuple[int, Any]:
    """Ask `/oauth2/revoke`."""
    answer = browser.api.http.post("/oauth2/revoke", data=form, headers=headers)
    return answer.status_code, answer.get_json(silent=True)


def test_a_refresh_token_and_what_it_gave_end(browser: Browser) -> None:
    tokens = browser.tokens()
    assert revoke(browser, client_id=browser.client, token=tokens["refresh_token"]) == (200, None)
    form = {"client_id": browser.client, "refresh_token": tokens["refresh_token"]}
    assert browser.token(None, grant_type="refresh_token", **form).status_code == 400
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert browser.api.http.get("/oauth2/userInfo", headers=headers).status_code == 401


def test_a_revoked_or_unknown_token_is_no_error(browser: Browser) -> None:
    token = browser.tokens()["refresh_token"]
    for each in (token, token, "made-up", "\u00e9"):
        assert revoke(browser, client_id=browser.client, token=each) == (200, None)


@pytest.mark.parametrize("by_header", [True, False])
def test_a_client_with_a_secret_is_authenticated(browser: Browser, by_header: bool) -> None:
    client = an_oauth_client(browser.api, browser.pool, ClientSecret=SECRET)
    headers = basic(client, SECRET) if by_header else None
    form = {} if by_header else {"client_id": client, "client_secret": SECRET}
    assert revoke(browser, headers, token="x", **form) == (200, None)


def test_it_is_refused(browser: Browser, api: Api, store: Store) -> None:
    tokens = browser.tokens()
    client = browser.client
    assert revoke(browser, client_id=client) == (400, {"error": "invalid_request"})
    assert revoke(browser, token="x") == (400, {"error": "invalid_request"})
    for name in ("access_token", "id_token"):
        answer = revoke(browser, client_id=client, token=tokens[name])
        assert answer == (400, {"error": "unsupported_token_type"})
    other = an_oauth_client(api, browser.pool, ClientSecret=SECRET)
    wrong = {"error": "invalid_client", "error_description": "invalid_client_secret"}
    assert revoke(browser, basic(other, "wrong"), token="x") == (401, wrong)
    assert revoke(browser, client_id="nobody", token="x") == (401, {"error": "invalid_client"})
    off = an_oauth_client(api, browser.pool, EnableTokenRevocation=False)
    assert revoke(browser, client_id=off, token="x") == (400, {"error": "invalid_request"})
    foreign = revoke(browser, basic(other, SECRET), token=tokens["refresh_token"])
    assert foreign == (400, {"error": "invalid_grant"})
    form = {"client_id": browser.client, "refresh_token": tokens["refresh_token"]}
    assert browser.token(None, grant_type="refresh_token", **form).status_code == 200
