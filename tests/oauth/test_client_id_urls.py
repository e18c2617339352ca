"""Client ids that are URLs (CIMD): admitted by a policy, read from their documents, and of public clients alone."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from msgspec.structs import replace

from emulator.outside.http import CannedHttp, HttpResponse
from emulator.outside.world import World
from storage.store import Store
from tests.builders import Api, claims, refusal
from tests.oauth.browser import OPEN_ID, PKCE, VERIFIER, Browser, basic
from tests.oauth.tool import BACK, DAY, URL, a_document, authorize, policy_of, tokens, urls

SECRET = "secret" * 5


@pytest.fixture
def http() -> CannedHttp:
    """Where the document is."""
    http = CannedHttp()
    http.put(URL, a_document())
    return http


@pytest.fixture
def world(world: World, http: CannedHttp) -> World:
    """A world with the document."""
    return replace(world, http=http)


@pytest.fixture
def browser(api: Api, store: Store) -> Browser:
    """A browser in which Ana is signed in, of a confidential client for which the URLs of a policy stand."""
    browser = Browser.of(api, store, ClientSecret=SECRET)
    members = {"ClientId": browser.client, "PolicyName": "tools", "URLPatterns": ["https://*.example.com/*"]}
    api.idp("CreateCIMDPolicy", UserPoolId=browser.pool, **members)
    browser.sign_in()
    return browser


def test_a_public_client_gets_tokens_of_the_app_client(browser: Browser, http: CannedHttp) -> None:
    got = tokens(browser, scope="openid email", resource="https://mcp.example.com/")
    access = claims(got["access_token"])
    assert (access["client_id"], access["aud"]) == (browser.client, "https://mcp.example.com/")
    assert claims(got["id_token"])["aud"] == browser.client
    [asked] = http.requests
    assert (asked.method, asked.url, asked.seconds, asked.most_bytes) == ("GET", URL, 5, 65_536)


def test_the_document_is_cached_for_as_long_as_the_policy_says(browser: Browser, http: CannedHttp) -> None:
    for _ in range(2):
        authorize(browser)
    assert len(http.requests) == 1
    now = browser.api.world.clock.now()
    assert urls(browser) == [{"URL": URL, "CachedDate": now, "ExpirationDate": now + DAY}]
    browser.api.world.clock.advance(days=1)
    browser.sign_in()
    authorize(browser)
    assert len(http.requests) == 2


def test_the_document_is_cached_for_as_long_as_its_server_says(browser: Browser, http: CannedHttp) -> None:
    answer = http.answers[URL]
    http.answers[URL] = HttpResponse(200, {"cache-control": "max-age=172800"}, answer.body)
    authorize(browser)
    [received] = urls(browser)
    assert received["ExpirationDate"] - received["CachedDate"] == 2 * DAY


def test_a_refresh_by_the_api_changes_what_is_allowed(browser: Browser, http: CannedHttp) -> None:
    authorize(browser)
    http.put(URL, a_document(redirect_uris=["https://tool.example.com/back"]))
    assert "code=" in authorize(browser)
    browser.api.idp("UpdateClientMetadataURLState", **policy_of(browser), URL=URL, Action="REFRESH")
    assert authorize(browser).startswith("/error?error=redirect_mismatch")


def test_an_invalidated_document_is_fetched_again(browser: Browser, http: CannedHttp) -> None:
    authorize(browser)
    browser.api.idp("UpdateClientMetadataURLState", **policy_of(browser), URL=URL, Action="INVALIDATE")
    http.answers.clear()
    assert authorize(browser) == f"/error?error=invalid_client&client_id={quote(URL, safe='')}"


WRONG: dict[str, tuple[Any, str]] = {
    "another client_id": (a_document(client_id=f"{URL}?x"), "client_id is not the URL of the document"),
    "a secret": (a_document(client_secret="s"), "the document has client_secret"),
    "an authentication method": (
        a_document(token_endpoint_auth_method="client_secret_basic"),
        "token_endpoint_auth_method is not none",
    ),
    "no redirect_uris": (a_document(redirect_uris=None), "the document has no redirect_uris"),
    "a harmful redirect": (a_document(redirect_uris=["javascript:alert(1)"]), "redirect_uris: "),
    "a redirect with a line break": (a_document(redirect_uris=["https://a.example/\r\nX: 1"]), "redirect_uris: "),
    "no object": ("[]", "the document is not a JSON object"),
    "no JSON": ("<html>", "the document is not a JSON object"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_document_that_cannot_be_used_is_told_of_in_words(browser: Browser, http: CannedHttp, case: str) -> None:
    document, words = WRONG[case]
    http.put(URL, document)
    assert authorize(browser) == f"/error?error=invalid_client&client_id={quote(URL, safe='')}"
    event = browser.api.world.events.last(1)[0]
    assert words in (event.reason or "")
    assert urls(browser) == [{"URL": URL}]
    [told] = browser.api.http.get("/_emulator/client-metadata").get_json()["documents"]
    assert (told["url"], told["put"], told["document"], words in told["problem"]) == (URL, False, None, True)


def test_a_status_but_200_and_silence_are_refused_and_not_cached(browser: Browser, http: CannedHttp) -> None:
    http.put(URL, a_document(), status=302)
    assert authorize(browser).startswith("/error?error=invalid_client")
    http.answers.clear()
    assert authorize(browser).startswith("/error?error=invalid_client")
    http.put(URL, a_document())
    assert "code=" in authorize(browser)


REFUSED: dict[str, tuple[dict[str, str], str]] = {
    "no policy": ({"client_id": "https://evil.test/c.json"}, "/error?error=invalid_request&client_id="),
    "http": ({"client_id": "http://tool.example.com/client.json"}, "/error?error=invalid_request&client_id="),
    "user information": ({"client_id": "https://a@tool.example.com/c"}, "/error?error=invalid_request&client_id="),
    "dot segments": ({"client_id": "https://tool.example.com/a/../b"}, "/error?error=invalid_request&client_id="),
    "a callback of the app client": (
        {"redirect_uri": "https://app.example.com/callback"},
        "/error?error=redirect_mismatch&client_id=",
    ),
    "another port than the listed one": (
        {"redirect_uri": "http://127.0.0.1:3001/callback"},
        "/error?error=redirect_mismatch&client_id=",
    ),
    "no redirect_uri": ({"redirect_uri": ""}, ""),
    "no challenge": ({"code_challenge": "", "code_challenge_method": ""}, f"{BACK}?error=invalid_request"),
    "implicit": ({"response_type": "token"}, f"{BACK}#error=unauthorized_client"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_request_is_refused(browser: Browser, case: str) -> None:
    given, location = REFUSED[case]
    answer = browser.authorize(**{"client_id": URL, "redirect_uri": BACK, **PKCE, **given})
    assert answer.headers.get("Location", "").startswith(location)
    assert answer.status_code == (302 if location else 400)


@pytest.mark.parametrize("port", [1, 54_321])
def test_a_loopback_redirect_without_a_port_stands_for_every_port(browser: Browser, port: int) -> None:
    assert tokens(browser, redirect_uri=f"http://localhost:{port}/back")
    refused = authorize(browser, redirect_uri=f"http://localhost:{port}/other")
    assert refused.startswith("/error?error=redirect_mismatch")
    elsewhere = authorize(browser, redirect_uri=f"http://localhost.evil.test:{port}/back")
    assert elsewhere.startswith("/error?error=redirect_mismatch")


def test_the_documents_grant_types_and_scopes_count(browser: Browser, http: CannedHttp) -> None:
    http.put(URL, a_document(grant_types=None, scope="openid email shop/read"))
    got = tokens(browser)
    assert "refresh_token" not in got
    assert claims(got["access_token"])["scope"] == "openid email"
    http.put(URL, a_document(grant_types=["refresh_token"]))
    browser.api.idp("UpdateClientMetadataURLState", **policy_of(browser), URL=URL, Action="REFRESH")
    assert authorize(browser) == f"{BACK}?error=unauthorized_client"


def test_tokens_are_refreshed_by_the_url_without_the_document(browser: Browser, http: CannedHttp) -> None:
    token = tokens(browser)["refresh_token"]
    asked = len(http.requests)
    http.answers.clear()
    form = {"grant_type": "refresh_token", "refresh_token": token}
    assert browser.token(None, **form, client_id=URL).status_code == 200
    assert len(http.requests) == asked
    by_app = browser.token(basic(browser.client, SECRET), **form)
    assert (by_app.status_code, by_app.get_json()) == (400, {"error": "invalid_grant"})
    members = {"ClientId": browser.client, "ClientSecret": SECRET, "RefreshToken": token}
    assert refusal(browser.api, "GetTokensFromRefreshToken", **members)[1] == "Invalid Refresh Token."
    browser.api.idp("DeleteCIMDPolicy", **policy_of(browser))
    gone = browser.token(None, **form, client_id=URL)
    assert gone.get_json() == {"error": "invalid_client"}


def test_codes_of_the_url_and_of_its_app_client_are_not_mixed_up(browser: Browser) -> None:
    code = authorize(browser).partition("code=")[2]
    given = {"grant_type": "authorization_code", "redirect_uri": BACK, "code_verifier": VERIFIER}
    mixed = browser.token(basic(browser.client, SECRET), **given, code=code)
    assert mixed.get_json() == {"error": "invalid_grant"}
    own = browser.code(**PKCE)
    mixed = browser.exchange(own, client_id=URL, code_verifier=VERIFIER)
    assert mixed.get_json() == {"error": "invalid_grant"}


def test_it_revokes_without_a_secret_and_never_gets_a_token_for_itself(browser: Browser) -> None:
    token = tokens(browser)["refresh_token"]
    answer = browser.api.http.post("/oauth2/revoke", data={"client_id": URL, "token": token})
    assert (answer.status_code, answer.data) == (200, b"")
    m2m = browser.token(None, grant_type="client_credentials", client_id=URL)
    assert m2m.get_json() == {"error": "unauthorized_client"}
    wrong = browser.token(basic(browser.client, "x"), grant_type="refresh_token", refresh_token=token)
    assert wrong.get_json()["error"] == "invalid_client"
    with_secret = browser.token(None, grant_type="refresh_token", client_id=URL, client_secret="x", refresh_token=token)
    assert with_secret.get_json()["error"] == "invalid_client"


def test_a_policy_without_a_client_signs_nobody_in(browser: Browser) -> None:
    browser.api.idp("DeleteUserPoolClient", UserPoolId=browser.pool, ClientId=browser.client)
    assert authorize(browser) == f"/error?error=invalid_request&client_id={quote(URL, safe='')}"


def test_the_policy_may_go_while_the_document_is_fetched(browser: Browser, http: CannedHttp) -> None:
    named = policy_of(browser)
    http.meanwhile = lambda: browser.api.idp("DeleteCIMDPolicy", **named)
    assert authorize(browser) == f"/error?error=invalid_request&client_id={quote(URL, safe='')}"


def test_the_pages_query_has_the_url_unchanged(api: Api, browser: Browser) -> None:
    api.http.delete_cookie("cognito")
    location = authorize(browser)
    assert location.startswith(f"/login?client_id={quote(URL, safe='')}&response_type=code")


def test_at_a_domains_host_the_policies_of_its_pool_count(api: Api, store: Store, browser: Browser) -> None:
    other = Browser.of(api, store)
    for name, pool in (("shop", browser.pool), ("other", other.pool)):
        api.idp("CreateUserPoolDomain", UserPoolId=pool, Domain=name)
    api.http.delete_cookie("cognito")
    query = f"client_id={quote(URL)}&response_type=code&redirect_uri={quote(BACK)}&code_challenge_method=S256"
    query += f"&code_challenge={PKCE['code_challenge']}"
    for name, start in (("shop", "/login?"), ("other", "/error?error=invalid_request")):
        base = f"http://{name}.auth.us-east-1.localhost:26464"
        assert api.http.get(f"/oauth2/authorize?{query}", base_url=base).headers["Location"].startswith(start)


def test_a_document_that_is_put_stands_in_for_the_url(browser: Browser, http: CannedHttp) -> None:
    authorize(browser)
    http.answers.clear()
    put = {"url": URL, "document": a_document(redirect_uris=["https://put.example.com/"])}
    assert browser.api.http.post("/_emulator/client-metadata", json=put).get_json() == {}
    assert "code=" in authorize(browser, redirect_uri="https://put.example.com/")
    [told] = browser.api.http.get("/_emulator/client-metadata").get_json()["documents"]
    assert (told["put"], told["document"], told["problem"]) == (True, put["document"], None)
    assert browser.api.http.delete("/_emulator/client-metadata", query_string={"url": URL}).get_json() == {}
    assert authorize(browser).startswith("/error?error=invalid_client")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"url": URL},
        {"url": "http://x.example.com/", "document": {}},
        {"url": 7, "document": {}},
        {"url": URL, "document": {}, "x": 1},
    ],
)
def test_what_is_no_document_for_a_url_is_refused(api: Api, body: dict[str, Any]) -> None:
    answer = api.http.post("/_emulator/client-metadata", json=body)
    assert (answer.status_code, answer.get_json().keys()) == (400, {"error"})
    assert api.http.delete("/_emulator/client-metadata?url=https://x.example.com/c").status_code == 404
    assert api.http.delete("/_emulator/client-metadata").status_code == 200


def test_a_put_document_is_checked_when_it_is_used(browser: Browser) -> None:
    browser.api.http.post("/_emulator/client-metadata", json={"url": URL, "document": {"client_id": URL}})
    assert authorize(browser).startswith("/error?error=invalid_client")
    [told] = browser.api.http.get("/_emulator/client-metadata").get_json()["documents"]
    assert told["problem"] == "the document has no redirect_uris"


def test_a_code_is_minted_for_a_url_too(browser: Browser) -> None:
    asked = {"pool": browser.pool, "client": URL, "user": "ana", "redirect_uri": BACK}
    code = browser.api.http.post("/_emulator/codes", json=asked | {"code_challenge": PKCE["code_challenge"]})
    answer = browser.exchange(
        code.get_json()["code"], client_id=URL, redirect_uri=BACK, code_verifier=VERIFIER, client_secret=""
    )
    assert answer.status_code == 200
    assert set(claims(answer.get_json()["access_token"])["scope"].split()) == set(OPEN_ID)
