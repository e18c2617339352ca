"""The rows of the OAuth endpoints: what a browser and an application ask of them."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

if TYPE_CHECKING:
    from bench.calls import Caller, Site

PASSWORD = "Correct-horse-7"
CALLBACK = "http://localhost:9/callback"
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_CODE = {"AllowedOAuthFlowsUserPoolClient": True, "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid"]}


class Refused(Exception):
    """An answer was not the one that was asked for, such as 200."""


def prepare(caller: Caller, site: Site) -> None:
    """Create a client that signs users in, one that is a service, a browser session, and tokens."""
    code = {**_CODE, "CallbackURLs": [CALLBACK], "SupportedIdentityProviders": ["COGNITO"]}
    created = caller.ask("CreateUserPoolClient", {"UserPoolId": site.pool, "ClientName": "web", **code})
    site.web = created["UserPoolClient"]["ClientId"]
    scopes = [{"ScopeName": "read", "ScopeDescription": "read"}]
    server = {"UserPoolId": site.pool, "Identifier": "bench", "Name": "bench", "Scopes": scopes}
    caller.ask("CreateResourceServer", server)
    granted = {"AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthScopes": ["bench/read"]}
    service = {"UserPoolId": site.pool, "ClientName": "service", "GenerateSecret": True, **_CODE, **granted}
    made = caller.ask("CreateUserPoolClient", service)["UserPoolClient"]
    basic = base64.b64encode(f"{made['ClientId']}:{made['ClientSecret']}".encode()).decode()
    site.service = f"Basic {basic}"
    code_of_user, site.session = _signed_in(caller, site)
    tokens = _tokens(caller, site, code_of_user)
    site.oauth_access, site.oauth_refresh = tokens["access_token"], tokens["refresh_token"]


def authorize(caller: Caller, site: Site, _unique: str) -> str:
    """An authorization code by the browser's session."""
    return _code(_open(caller, "GET", f"/oauth2/authorize?{_query(site)}", headers={"Cookie": site.session}))


def exchange(caller: Caller, site: Site, unique: str) -> None:
    """A code by the browser's session, and its tokens."""
    _tokens(caller, site, authorize(caller, site, unique))


def sign_in(caller: Caller, site: Site, _unique: str) -> None:
    """A whole sign-in by a browser: authorize, the form, the password, and the tokens."""
    code, _ = _signed_in(caller, site)
    _tokens(caller, site, code)


def refresh(caller: Caller, site: Site, _unique: str) -> None:
    _token(caller, {"grant_type": "refresh_token", "client_id": site.web, "refresh_token": site.oauth_refresh})


def client_credentials(caller: Caller, site: Site, _unique: str) -> None:
    _token(caller, {"grant_type": "client_credentials", "scope": "bench/read"}, Authorization=site.service)


def user_info(caller: Caller, site: Site, _unique: str) -> None:
    caller.send("GET", "/oauth2/userInfo", headers={"Authorization": f"Bearer {site.oauth_access}"})


def _query(site: Site) -> str:
    return urlencode({"client_id": site.web, "response_type": "code", "redirect_uri": CALLBACK, "scope": "openid"})


def _signed_in(caller: Caller, site: Site) -> tuple[str, str]:
    """The code of a sign-in with the password, and the cookie of the session that it began."""
    page = _header(_open(caller, "GET", f"/oauth2/authorize?{_query(site)}"), "Location")
    cookies = dict(re.findall(r"([^=;, ]+)=([^;]*)", "; ".join(_cookies(_open(caller, "GET", page)))))
    form = {"_csrf": cookies["XSRF-TOKEN"], "username": "user0", "password": PASSWORD}
    sent = "; ".join(f"{name}={value}" for name, value in cookies.items())
    done = _open(caller, "POST", page, urlencode(form), {**_FORM, "Cookie": sent})
    session = next(cookie for cookie in _cookies(done) if cookie.startswith("cognito="))
    return _code(done), session


def _tokens(caller: Caller, site: Site, code: str) -> dict[str, Any]:
    given = {"grant_type": "authorization_code", "client_id": site.web, "redirect_uri": CALLBACK, "code": code}
    return _token(caller, given)


def _token(caller: Caller, form: dict[str, str], **headers: str) -> dict[str, Any]:
    return caller.send("POST", "/oauth2/token", urlencode(form), {**_FORM, **headers})


Headers = list[tuple[str, str]]


def _open(caller: Caller, method: str, path: str, body: str | None = None, headers: Any = ()) -> Headers:
    """The headers of an answer. Redirects are not followed."""
    caller.connection.request(method, path, body, dict(headers))
    answer = caller.connection.getresponse()
    answer.read()
    return answer.getheaders()


def _header(headers: Headers, name: str) -> str:
    return next((value for each, value in headers if each.lower() == name.lower()), "")


def _cookies(headers: Headers) -> list[str]:
    return [value.partition(";")[0] for name, value in headers if name.lower() == "set-cookie"]


def _code(headers: Headers) -> str:
    """The code with which an answer leads to the callback."""
    found = re.match(rf"{re.escape(CALLBACK)}\?code=([^&]+)", _header(headers, "Location"))
    if found is None:
        raise Refused(json.dumps(headers))
    return found[1]
