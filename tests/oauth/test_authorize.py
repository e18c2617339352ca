"""`/oauth2/authorize`: which requests are refused and where that is told, and whom a browser's session signs in."""

from __future__ import annotations

from urllib.parse import parse_qs, quote, urlsplit

import pytest

from storage.store import Store
from tests.api.provider_calls import a_provider
from tests.api.web import ENDPOINTS
from tests.builders import Api, a_pool, a_user, claims
from tests.oauth.browser import CALLBACK, CHALLENGE, PKCE, Browser

PAGE = "Required String parameter '{}' is not present"
OPTION = "Login option is not available. Please try another one."


def to_error(code: str, client: str = "{client}") -> str:
    """The path of the error page."""
    return f"/error?error={code}&client_id={client}"


def to_callback(code: str, state: bool = True) -> str:
    """The callback with an error."""
    return f"{CALLBACK}?error={code}{'&state=S' if state else ''}"


SCOPE = f"{CALLBACK}?error_description=invalid_scope&state=S&error=invalid_request"
ROWS: dict[str, tuple[dict[str, str], str]] = {
    "redirect_uri not registered": ({"redirect_uri": "https://evil.example/"}, to_error("redirect_mismatch")),
    "redirect_uri with a slash more": ({"redirect_uri": f"{CALLBACK}/"}, to_error("redirect_mismatch")),
    "redirect_uri in other case": ({"redirect_uri": CALLBACK.upper()}, to_error("redirect_mismatch")),
    "redirect_uri with a query": ({"redirect_uri": f"{CALLBACK}?x=1"}, to_error("redirect_mismatch")),
    "redirect_uri with a line break": ({"redirect_uri": f"{CALLBACK}\r\nX: 1"}, to_error("redirect_mismatch")),
    "unknown client": ({"client_id": "nobody"}, to_error("invalid_request", "nobody")),
    "a client id that breaks lines": ({"client_id": "a\r\nX: 1"}, to_error("invalid_request", "a%0D%0AX%3A%201")),
    "no response_type": ({"response_type": ""}, to_callback("invalid_request")),
    "a hybrid response_type": ({"response_type": "code token"}, to_callback("invalid_request")),
    "response_type id_token": ({"response_type": "id_token"}, to_callback("invalid_request")),
    "challenge without method": ({"code_challenge": CHALLENGE}, to_callback("invalid_request")),
    "method without challenge": ({"code_challenge_method": "S256"}, to_callback("invalid_request")),
    "method plain": (PKCE | {"code_challenge_method": "plain"}, to_callback("invalid_request")),
    "method in small letters": (PKCE | {"code_challenge_method": "s256"}, to_callback("invalid_request")),
    "a padded challenge": (PKCE | {"code_challenge": f"{CHALLENGE}="}, to_callback("invalid_request")),
    "a short challenge": (PKCE | {"code_challenge": "abc"}, to_callback("invalid_request")),
    "a scope of another client": ({"scope": "openid aws.cognito.signin.user.admin"}, SCOPE),
    "an unknown scope": ({"scope": "openid nothing/read"}, SCOPE),
    "offline_access": ({"scope": "openid offline_access"}, SCOPE),
    "resource with a fragment": ({"resource": "https://api.example.com/#x"}, to_callback("invalid_request")),
    "resource by http elsewhere": ({"resource": "http://api.example.com/"}, to_callback("invalid_request")),
    "resource that is no URL": ({"resource": "shop"}, to_callback("invalid_request")),
    "max_age that is no number": ({"max_age": "-1"}, to_callback("invalid_request")),
    "max_age in other digits": ({"max_age": "१"}, to_callback("invalid_request")),
    "prompt none with another": ({"prompt": "none login"}, to_callback("invalid_request")),
}


@pytest.mark.parametrize("case", ROWS)
def test_a_request_is_refused_where_it_may_be_told(browser: Browser, case: str) -> None:
    """Facts of AWS, §1.4. A browser that is signed in does not change any."""
    given, location = ROWS[case]
    answer = browser.authorize(**{"state": "S"} | given)
    assert (answer.status_code, answer.headers["Location"]) == (302, location.format(client=browser.client))
    assert answer.data == b""
    assert browser.api.world.events.last(1)[0].outcome in location


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"client_id": ""}, PAGE.format("client_id")),
        ({"redirect_uri": ""}, PAGE.format("redirect_uri")),
        ({"redirect_uri": "", "response_type": ""}, PAGE.format("redirect_uri")),
        ({"identity_provider": "Facebook"}, OPTION),
        ({"identity_provider": "<script>"}, OPTION),
        ({"idp_identifier": "corp.example"}, OPTION),
    ],
)
def test_a_request_is_refused_on_a_page(browser: Browser, given: dict[str, str], words: str) -> None:
    answer = browser.authorize(**given)
    assert answer.status_code == 400
    assert words.replace("'", "&#39;") in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("name", ["client_id", "redirect_uri", "scope", "nonce", "idp_identifier", "prompt"])
def test_only_state_may_be_no_text(browser: Browser, name: str) -> None:
    given = {"client_id": browser.client, "response_type": "code", "redirect_uri": quote(CALLBACK), name: "%FF"}
    query = "&".join(f"{name}={value}" for name, value in given.items())
    answer = browser.api.http.get(f"/oauth2/authorize?{query}")
    assert (answer.status_code, "invalid_request" in answer.text) == (400, True)


@pytest.mark.parametrize("name", ["state", "client_id", "redirect_uri", "scope", "resource"])
def test_a_parameter_that_is_given_twice_is_refused_on_a_page(browser: Browser, name: str) -> None:
    query = f"client_id={browser.client}&response_type=code&redirect_uri={quote(CALLBACK)}&{name}=a&{name}=b"
    answer = browser.api.http.get(f"/oauth2/authorize?{query}")
    assert (answer.status_code, "invalid_request" in answer.text) == (400, True)
    assert "Location" not in answer.headers


def test_a_client_without_oauth_is_refused(api: Api, store: Store) -> None:
    browser = Browser.of(api, store, AllowedOAuthFlowsUserPoolClient=False)
    assert browser.authorize().headers["Location"] == to_error("unauthorized_client", browser.client)


@pytest.mark.parametrize(("flows", "response_type"), [(["implicit"], "code"), (["code"], "token")])
def test_a_flow_that_the_client_does_not_allow_is_refused(
    api: Api, store: Store, flows: list[str], response_type: str
) -> None:
    browser = Browser.of(api, store, AllowedOAuthFlows=flows)
    mark = "#" if response_type == "token" else "?"
    expected = f"{CALLBACK}{mark}error=unauthorized_client&state=S"
    assert browser.authorize(response_type=response_type, state="S").headers["Location"] == expected


def test_who_is_not_signed_in_is_sent_to_sign_in_with_the_same_query(api: Api, store: Store) -> None:
    browser = Browser.of(api, store)
    query = f"client_id={browser.client}&response_type=code&redirect_uri={quote(CALLBACK, safe='')}&state=%ff%0d%0a&x=1"
    answer = api.http.get(f"/oauth2/authorize?{query}")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/login?{query}")


@pytest.mark.parametrize("state", ["%FF%FE", "a%20b%2Bc", "%0D%0ASet-Cookie%3A%20x", "%E2%82%AC", "%22%3Cscript%3E"])
def test_state_comes_back_byte_for_byte(browser: Browser, state: str) -> None:
    query = f"client_id={browser.client}&response_type=code&redirect_uri={quote(CALLBACK, safe='')}&state={state}"
    answer = browser.api.http.get(f"/oauth2/authorize?{query}")
    assert answer.headers["Location"].endswith(f"&state={state}")
    assert "Set-Cookie" not in answer.headers


def test_a_callback_with_a_query_keeps_it(api: Api, store: Store) -> None:
    browser = Browser.of(api, store, CallbackURLs=["https://app.example.com/?page=1"])
    browser.sign_in()
    location = browser.authorize(redirect_uri="https://app.example.com/?page=1").headers["Location"]
    assert location.startswith("https://app.example.com/?page=1&code=")


@pytest.mark.parametrize(("providers", "stands_in"), [([], True), (["COGNITO"], True), (["COGNITO", "Google"], False)])
def test_the_default_redirect_uri_stands_in_for_a_client_with_one_provider(
    api: Api, store: Store, providers: list[str], stands_in: bool
) -> None:
    pool = a_pool(api)
    a_user(api, pool)
    details = {"client_id": "c", "client_secret": "s", "authorize_scopes": "openid"}
    named = {"ProviderName": "Google", "ProviderType": "Google"}
    api.idp("CreateIdentityProvider", UserPoolId=pool, **named, ProviderDetails=details)
    browser = Browser.of(api, store, pool, DefaultRedirectURI=CALLBACK, SupportedIdentityProviders=providers)
    browser.sign_in()
    answer = browser.authorize(redirect_uri="")
    assert answer.status_code == (302 if stands_in else 400)


def test_a_provider_that_is_asked_for_is_where_the_browser_goes(api: Api, store: Store) -> None:
    pool = a_pool(api)
    a_provider(api, pool, IdpIdentifiers=["corp.example"])
    browser = Browser.of(api, store, pool, SupportedIdentityProviders=["COGNITO", "Corp"])
    for given in ({"identity_provider": "Corp"}, {"idp_identifier": "corp.example"}):
        answer = browser.authorize(**given)
        assert answer.headers["Location"].startswith(f"{ENDPOINTS['authorize_url']}?client_id=app&")


def test_the_implicit_grant_gives_tokens_in_the_fragment(api: Api, store: Store) -> None:
    browser = Browser.of(api, store, AllowedOAuthFlows=["implicit"])
    browser.sign_in()
    location = browser.authorize(response_type="token", state="S", nonce="n", scope="openid").headers["Location"]
    assert location.startswith(f"{CALLBACK}#id_token=")
    given = {name: values[0] for name, values in parse_qs(urlsplit(location).fragment).items()}
    assert given.keys() == {"id_token", "access_token", "expires_in", "token_type", "state"}
    assert (given["expires_in"], given["token_type"], given["state"]) == ("3600", "Bearer", "S")
    assert claims(given["id_token"])["nonce"] == "n"
    without = browser.authorize(response_type="token", scope="email").headers["Location"]
    assert "id_token" not in without


def test_at_a_domains_host_only_clients_of_its_pool_exist(browser: Browser) -> None:
    api = browser.api
    api.idp("CreateUserPoolDomain", UserPoolId=browser.pool, Domain="shop")
    api.idp("CreateUserPoolDomain", UserPoolId=a_pool(api), Domain="other")
    query = f"client_id={browser.client}&response_type=code&redirect_uri={quote(CALLBACK)}"
    for host, location in {"shop": f"/login?{query}", "other": to_error("invalid_request", browser.client)}.items():
        base = f"http://{host}.auth.us-east-1.localhost:26464"
        assert api.http.get(f"/oauth2/authorize?{query}", base_url=base).headers["Location"] == location


@pytest.mark.parametrize(("version", "location"), [(1, to_callback("invalid_request", state=False)), (2, "/login?")])
def test_resource_needs_managed_login(api: Api, store: Store, version: int, location: str) -> None:
    browser = Browser.of(api, store)
    api.idp("CreateUserPoolDomain", UserPoolId=browser.pool, Domain="shop", ManagedLoginVersion=version)
    asked = browser.authorize(resource="https://api.example.com")
    assert asked.headers["Location"].startswith(location)


def test_prompt_and_max_age_are_ignored_by_the_classic_pages(api: Api, store: Store) -> None:
    browser = Browser.of(api, store)
    api.idp("CreateUserPoolDomain", UserPoolId=browser.pool, Domain="shop", ManagedLoginVersion=1)
    browser.sign_in()
    assert "code=" in browser.authorize(prompt="login", max_age="x").headers["Location"]


@pytest.mark.parametrize("method", ["post", "put", "delete", "head"])
def test_authorize_is_asked_by_get_alone(browser: Browser, method: str) -> None:
    assert getattr(browser.api.http, method)("/oauth2/authorize").status_code == 405


def test_the_error_page_escapes_what_it_is_told(api: Api) -> None:
    answer = api.http.get("/error?error=%3Cscript%3E&error_description=%3Cb%3E&client_id=x")
    assert answer.status_code == 400
    assert "&lt;script&gt;" in answer.text
    assert "<b>" not in answer.text
    assert "An error was encountered with the requested page." in api.http.get("/error?error=x").text
