"""A tool whose client id is the URL of its metadata document, at the OAuth endpoints."""

from __future__ import annotations

from typing import Any

from tests.oauth.browser import PKCE, VERIFIER, Browser

URL = "https://tool.example.com/client.json"
BACK = "http://127.0.0.1:3000/callback"
DAY = 86_400


def a_document(**members: Any) -> dict[str, Any]:
    """A document that can be used."""
    given = {
        "client_id": URL,
        "client_name": "Tool",
        "redirect_uris": [BACK, "http://localhost/back"],
        "grant_types": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_method": "none",
        **members,
    }
    return {name: value for name, value in given.items() if value is not None}


def policy_of(browser: Browser) -> dict[str, str]:
    """What names the policy."""
    [policy] = browser.api.idp("ListCIMDPolicies", UserPoolId=browser.pool)["CIMDPolicies"]
    return {"UserPoolId": browser.pool, "CIMDPolicyId": policy["CIMDPolicyId"]}


def urls(browser: Browser) -> list[dict[str, Any]]:
    """ListClientMetadataURLs."""
    return list(browser.api.idp("ListClientMetadataURLs", **policy_of(browser))["ClientMetadataURLs"])


def authorize(browser: Browser, **given: str) -> str:
    """Where `/oauth2/authorize` leads."""
    asked = {"client_id": URL, "redirect_uri": BACK, **PKCE, **given}
    return str(browser.authorize(**asked).headers["Location"])


def tokens(browser: Browser, **given: str) -> dict[str, Any]:
    """The tokens of a code."""
    redirect_uri = given.get("redirect_uri", BACK)
    location = authorize(browser, **given)
    assert location.startswith(f"{redirect_uri}?code="), location
    code = location.partition("code=")[2].partition("&")[0]
    answer = browser.exchange(code, client_id=URL, redirect_uri=redirect_uri, code_verifier=VERIFIER)
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())
