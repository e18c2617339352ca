"""`/oauth2/token`: client authentication, what is no request, and the headers of its answers (facts of AWS, §1.6)."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.builders import a_pool
from tests.oauth.browser import CALLBACK, Browser, an_oauth_client, basic

FORM = "application/x-www-form-urlencoded"
INVALID = {"error": "invalid_request"}
WRONG = {"error": "invalid_client", "error_description": "invalid_client_secret"}
SECRET = "s+cret" * 5


@pytest.fixture
def client(browser: Browser) -> str:
    """A client with a secret."""
    return an_oauth_client(browser.api, browser.pool, ClientSecret=SECRET)


def exchange(browser: Browser, client: str, headers: dict[str, str] | None = None, **form: str) -> tuple[int, Any]:
    """Exchange a code of a client."""
    given = {"grant_type": "authorization_code", "redirect_uri": CALLBACK, "code": browser.code(client_id=client)}
    answer = browser.token(headers, **given, **form)
    return answer.status_code, answer.get_json()


def test_the_answer_is_kept_by_nobody_and_read_by_every_page(browser: Browser) -> None:
    answer = browser.exchange(browser.code())
    assert answer.content_type == "application/json;charset=UTF-8"
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Pragma"] == "no-cache"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert len(answer.headers["x-amz-cognito-request-id"]) == 36


@pytest.mark.parametrize("path", ["/oauth2/token", "/oauth2/userInfo", "/oauth2/revoke"])
def test_pages_of_every_origin_may_ask(browser: Browser, path: str) -> None:
    wanted = "authorization, content-type"
    headers = {"Origin": "https://app.example.com", "Access-Control-Request-Headers": wanted}
    answer = browser.api.http.options(path, headers=headers)
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "https://app.example.com"
    assert answer.headers["Access-Control-Allow-Headers"] == wanted
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_a_secret_is_taken_from_basic_as_it_is(browser: Browser, client: str) -> None:
    """`+` stays `+`: AWS does not decode the credentials as a form."""
    assert exchange(browser, client, basic(client, SECRET))[0] == 200


def test_a_secret_is_taken_from_the_form(browser: Browser, client: str) -> None:
    assert exchange(browser, client, client_id=client, client_secret=SECRET)[0] == 200


def test_either_of_two_secrets_is_right(browser: Browser, client: str) -> None:
    named = {"UserPoolId": browser.pool, "ClientId": client}
    added = browser.api.idp("AddUserPoolClientSecret", **named)["ClientSecretDescriptor"]
    for secret in (SECRET, added["ClientSecretValue"]):
        assert exchange(browser, client, basic(client, secret))[0] == 200
    oldest = browser.api.idp("ListUserPoolClientSecrets", **named)["ClientSecrets"][0]["ClientSecretId"]
    browser.api.idp("DeleteUserPoolClientSecret", **named, ClientSecretId=oldest)
    assert exchange(browser, client, basic(client, SECRET)) == (400, WRONG)


def test_both_forms_are_accepted_where_they_agree(browser: Browser, client: str) -> None:
    form = {"client_id": client, "client_secret": SECRET}
    assert exchange(browser, client, basic(client, SECRET), **form)[0] == 200


Case = tuple[dict[str, str] | None, dict[str, str], Any]


def cases(client: str, public: str) -> dict[str, Case]:
    """Client authentication that fails: headers, members of the form, and the error."""
    return {
        "no client": (None, {}, INVALID),
        "an empty client id": (None, {"client_id": ""}, INVALID),
        "an unknown client": (None, {"client_id": "nobody"}, {"error": "invalid_client"}),
        "an unknown client by Basic": (basic("nobody", SECRET), {}, {"error": "invalid_client"}),
        "no secret": (None, {"client_id": client}, WRONG),
        "a wrong secret": (basic(client, "wrong"), {}, WRONG),
        "a secret in other case": (basic(client, SECRET.upper()), {}, WRONG),
        "a secret with a blank for a plus": (basic(client, SECRET.replace("+", " ")), {}, WRONG),
        "a secret of a client without one": (basic(public, SECRET), {}, WRONG),
        "an empty secret": (basic(client, ""), {}, WRONG),
        "two clients": (basic(client, SECRET), {"client_id": public}, INVALID),
        "two secrets": (basic(client, SECRET), {"client_secret": "other"}, INVALID),
        "Basic that is no base64": ({"Authorization": "Basic %%%"}, {"client_id": client}, INVALID),
        "Basic without a colon": ({"Authorization": f"Basic {_base64(client)}"}, {}, INVALID),
        "Basic that is no UTF-8": ({"Authorization": "Basic /zr/"}, {}, INVALID),
        "a bearer token": ({"Authorization": "Bearer x"}, {}, INVALID),
    }


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize("case", cases("", ""))
def test_a_client_that_is_not_authenticated_gets_nothing(browser: Browser, client: str, case: str) -> None:
    headers, form, error = cases(client, browser.client)[case]
    assert exchange(browser, client, headers, **form) == (400, error)
    event = browser.api.world.events.last(1)[0]
    assert (event.operation, event.outcome) == ("POST /oauth2/token", error["error"])
    assert SECRET not in str(event)


def test_a_public_client_may_send_an_empty_secret(browser: Browser) -> None:
    assert exchange(browser, browser.client, basic(browser.client, ""))[0] == 200


def test_a_client_of_another_pool_is_unknown_at_a_domains_host(browser: Browser) -> None:
    api = browser.api
    api.idp("CreateUserPoolDomain", UserPoolId=a_pool(api), Domain="other")
    form = {"grant_type": "authorization_code", "client_id": browser.client, "code": browser.code()}
    base = "http://other.auth.us-east-1.localhost:26464"
    answer = api.http.post("/oauth2/token", data=form, base_url=base)
    assert answer.get_json() == {"error": "invalid_client"}


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (b'{"grant_type": "authorization_code"}', "application/json"),
        (b"grant_type=authorization_code", "text/plain"),
        (b"grant_type=authorization_code", ""),
        (b"--b\r\n\r\n--b--", "multipart/form-data; boundary=b"),
        (b"grant_type=a&grant_type=b", FORM),
        (b"grant_type=" + b"a" * 20_000, FORM),
        (b"grant_type=refresh_token&refresh_token=a%00b", FORM),
        (b"x=1&" * 1_000, FORM),
        (b"a" * 300_000, FORM),
        (b"", FORM),
        (b"%", FORM),
        (b"client_id=x", FORM),
        (b"grant_type=refresh_token&client_id=%FF", FORM),
    ],
)
def test_what_is_no_request_is_refused(browser: Browser, data: bytes, content_type: str) -> None:
    answer = browser.api.http.post("/oauth2/token", data=data, content_type=content_type)
    assert (answer.status_code, answer.get_json()) == (400, INVALID)


def test_resource_and_unknown_parameters_are_ignored(browser: Browser) -> None:
    """MCP clients send `resource` here too, and may send it several times (RFC 8707)."""
    form = {"grant_type": "authorization_code", "client_id": browser.client, "redirect_uri": CALLBACK}
    data = {**form, "code": browser.code(), "resource": ["https://a.example", "https://b.example"], "x": ["1", "2"]}
    assert browser.api.http.post("/oauth2/token", data=data).status_code == 200


@pytest.mark.parametrize(
    "grant_type", ["password", "implicit", "urn:ietf:params:oauth:grant-type:token-exchange", "Refresh_Token", "é"]
)
def test_other_grant_types_are_not_supported(browser: Browser, grant_type: str) -> None:
    answer = browser.token(None, grant_type=grant_type, client_id=browser.client)
    assert (answer.status_code, answer.get_json()) == (400, {"error": "unsupported_grant_type"})


@pytest.mark.parametrize("path", ["/oauth2/token", "/oauth2/revoke"])
def test_it_is_asked_by_post_alone(browser: Browser, path: str) -> None:
    answer = browser.api.http.get(path)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "OPTIONS, POST")
