"""Sign-in at a SAML provider, from the application and back to it, and sign-ins that the provider begins."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from werkzeug.test import Client, TestResponse

from keys.signing import SigningKey
from storage.store import Store
from tests import saml
from tests.api.provider_calls import changed
from tests.builders import Api, claims
from tests.federation.logout import BYE, is_live
from tests.federation.saml_idp import Corp, inflated, query
from tests.federation.walk import returned
from tests.oauth.browser import CALLBACK, Browser

SAML = "/saml2/idpresponse"
HERE = f"http://localhost{SAML}"
INVALID = "Invalid samlResponse or relayState from identity provider"
ERROR_PAGE = "/error?error=invalid_request"


@pytest.fixture
def corp(api: Api, store: Store, idp_key: SigningKey) -> Corp:
    return Corp.of(api, store, idp_key, IDPInit="true", IDPSignout="true")


@pytest.fixture
def browser(corp: Corp) -> Browser:
    names = ["COGNITO", "Corp"]
    return Browser.of(corp.api, corp.store, corp.pool, LogoutURLs=[BYE], SupportedIdentityProviders=names)


def sent(browser: Browser, **parameters: str) -> dict[str, str]:
    """Go to the provider; answers RelayState and the ID of the request."""
    location = browser.authorize(identity_provider="Corp", state="S", **parameters).headers["Location"]
    assert location.startswith("https://idp.example.com/"), location
    given = query(location)
    asked = inflated(given["SAMLRequest"])
    assert asked.get("AssertionConsumerServiceURL") == HERE
    return {"state": given["RelayState"], "request": asked.get("ID")}


def form(corp: Corp, relay_state: str, request: str | None, **members: object) -> dict[str, str]:
    """What the provider's page posts."""
    answer = corp.answer(request, recipient=HERE, destination=HERE, **members)
    return {"SAMLResponse": saml.encoded(corp.document(answer)), "RelayState": relay_state}


def post(browser: Browser, given: dict[str, str], at: Client | None = None) -> TestResponse:
    return (at or browser.api.http).post(SAML, data=given)


def elsewhere(browser: Browser) -> Client:
    """Another browser, or this one at a page of another site, with whose forms it sends none of our cookies."""
    return Client(browser.api.http.application)


def username(browser: Browser, answer: TestResponse) -> str:
    tokens = browser.exchange(returned(answer)["code"]).get_json()
    return str(claims(tokens["access_token"])["username"])


def test_a_browser_goes_to_the_provider_and_comes_back_with_a_code(corp: Corp, browser: Browser) -> None:
    went = sent(browser)
    answer = post(browser, form(corp, went["state"], went["request"]))
    assert returned(answer)["state"] == "S"
    assert username(browser, answer) == "Corp_Ana@idp"


def test_a_form_of_the_providers_site_goes_on_by_a_get_of_ours(corp: Corp, browser: Browser) -> None:
    went = sent(browser)
    answer = post(browser, form(corp, went["state"], went["request"]), elsewhere(browser))
    location = answer.headers["Location"]
    assert (answer.status_code, location.startswith(f"{SAML}?RelayState=")) == (303, True)
    assert elsewhere(browser).get(location).headers["Location"] == ERROR_PAGE
    assert username(browser, browser.api.http.get(location)) == "Corp_Ana@idp"
    assert browser.api.http.get(location).headers["Location"] == ERROR_PAGE


def test_a_response_for_another_sign_in_is_refused(corp: Corp, browser: Browser) -> None:
    one, other = sent(browser), sent(browser)
    answer = returned(post(browser, form(corp, other["state"], one["request"])))
    assert (answer["error"], answer["state"]) == ("server_error", "S")
    assert answer["error_description"].startswith("Invalid SAML response received: ")


def test_another_browser_cannot_use_a_response(corp: Corp, browser: Browser) -> None:
    went = sent(browser)
    other = elsewhere(browser)
    other.set_cookie("csrf-state", "A" * 64)
    given = form(corp, went["state"], went["request"])
    assert post(browser, given, other).headers["Location"] == ERROR_PAGE
    assert "code" in returned(post(browser, given))


def relay(browser: Browser, **changes: str) -> str:
    """RelayState as AWS's guide has it for sign-ins that the provider begins."""
    asked = {"identity_provider": "Corp", "client_id": browser.client, "redirect_uri": CALLBACK}
    given = {**asked, "response_type": "code", "scope": "openid email", **changes}
    return urlencode({name: value for name, value in given.items() if value})


def test_the_provider_may_begin_a_sign_in(corp: Corp, browser: Browser) -> None:
    answer = post(browser, form(corp, relay(browser), None), elsewhere(browser))
    assert returned(answer).keys() == {"code"}
    assert "cognito=" in str(answer.headers.getlist("Set-Cookie"))
    assert username(browser, answer) == "Corp_Ana@idp"


def test_without_idpinit_the_provider_may_not(corp: Corp, browser: Browser) -> None:
    shown = corp.api.idp("DescribeIdentityProvider", UserPoolId=corp.pool, ProviderName="Corp")["IdentityProvider"]
    details = {"MetadataFile": shown["ProviderDetails"]["MetadataFile"], "IDPInit": "false"}
    changed(corp.api, corp.pool, ProviderDetails=details)
    answer = post(browser, form(corp, relay(browser), None))
    assert (answer.status_code, INVALID in answer.text) == (400, True)


def test_an_assertion_of_a_sign_in_that_the_provider_began_counts_once(corp: Corp, browser: Browser) -> None:
    given = form(corp, relay(browser), None)
    assert "code" in returned(post(browser, given))
    again = returned(post(browser, given))
    assert again["error"] == "server_error"
    assert again["error_description"] == "Invalid SAML response received: SAML Assertion was used before. "


def test_an_assertion_is_used_even_if_the_sign_in_is_refused(corp: Corp, browser: Browser) -> None:
    given = form(corp, relay(browser), None)
    assert "code" in returned(post(browser, given))
    corp.api.idp("AdminDisableUser", UserPoolId=corp.pool, Username="Corp_Ana@idp")
    given = form(corp, relay(browser), None, id="_b", sign=("_b",))
    assert returned(post(browser, given))["error_description"] == "User is disabled."
    corp.api.idp("AdminEnableUser", UserPoolId=corp.pool, Username="Corp_Ana@idp")
    assert returned(post(browser, given))["error"] == "server_error"


def test_what_relaystate_asks_for_is_checked(corp: Corp, browser: Browser) -> None:
    for wrong in ({"client_id": "made-up"}, {"redirect_uri": "https://attacker.example.com"}, {"scope": "admin"}):
        answer = post(browser, form(corp, relay(browser, **wrong), None))
        assert (answer.status_code, INVALID in answer.text) == (400, True)
    assert "code" in returned(post(browser, form(corp, relay(browser, state="T"), None)))


def test_a_sign_out_leads_to_the_provider_at_which_the_session_began(corp: Corp, browser: Browser) -> None:
    went = sent(browser)
    post(browser, form(corp, went["state"], went["request"]))
    kept = browser.api.http.get_cookie("cognito")
    assert kept
    assert is_live(browser.store, kept.value)
    location = browser.get("/logout", client_id=browser.client, logout_uri=BYE).headers["Location"]
    assert location.startswith("https://idp.example.com/slo?SAMLRequest=")
    named = inflated(query(location)["SAMLRequest"])
    assert named.findtext("{urn:oasis:names:tc:SAML:2.0:assertion}NameID") == "Ana@idp"
