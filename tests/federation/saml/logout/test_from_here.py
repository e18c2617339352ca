"""A sign-out here, which ends the session at the SAML provider too."""

from __future__ import annotations

import pytest

from keys.signing import SigningKey
from storage.store import Store
from tests import saml
from tests.api import web
from tests.api.provider_calls import changed
from tests.builders import Api
from tests.conftest import NOON
from tests.federation.logout import (
    BYE,
    NAME_ID,
    REFUSED,
    SAMLP,
    is_live,
    posted,
    request,
    response,
    sign_in,
    signs_out,
    verified,
)
from tests.federation.saml_idp import STATUS, Corp, inflated, query, signed
from tests.oauth.browser import CALLBACK, Browser


def test_a_sign_out_leads_over_the_provider_to_the_application(corp: Corp, browser: Browser) -> None:
    location = signs_out(browser)
    assert location.startswith("https://idp.example.com/slo?SAMLRequest=")
    sent = verified(corp, location)
    asked = inflated(sent["SAMLRequest"])
    assert (asked.tag, asked.get("Destination")) == (f"{SAMLP}LogoutRequest", "https://idp.example.com/slo")
    assert asked[0].text == f"urn:amazon:cognito:sp:{corp.pool}"
    name_id = asked.find(NAME_ID)
    assert (name_id.text, dict(name_id.attrib)) == (
        "Ana@idp",
        {"Format": "urn:x:persistent", "SPNameQualifier": "a<b"},
    )
    assert asked.findtext(f"{SAMLP}SessionIndex") == "_s1"
    answer = posted(corp.api, SAMLResponse=saml.encoded(response(asked.get("ID"))), RelayState=sent["RelayState"])
    assert (answer.status_code, answer.headers["Location"]) == (302, BYE)


def test_the_session_here_has_ended_before_the_provider_is_asked(browser: Browser) -> None:
    cookie = sign_in(browser)
    answer = browser.get("/logout", client_id=browser.client, logout_uri=BYE)
    assert answer.headers["Location"].startswith("https://idp.example.com/slo?")
    assert "cognito=;" in answer.headers["Set-Cookie"]
    assert not is_live(browser.store, cookie)


def test_a_sign_out_may_lead_over_the_provider_to_a_new_sign_in(corp: Corp, browser: Browser) -> None:
    sent = query(signs_out(browser, redirect_uri=CALLBACK, response_type="code", state="é"))
    request_id = inflated(sent["SAMLRequest"]).get("ID")
    answer = posted(corp.api, SAMLResponse=saml.encoded(response(request_id)), RelayState=sent["RelayState"])
    assert answer.headers["Location"].startswith(f"/login?client_id={browser.client}&redirect_uri=")


def test_a_sign_out_that_is_refused_ends_nothing(browser: Browser) -> None:
    cookie = sign_in(browser)
    assert browser.get("/logout", client_id=browser.client, logout_uri="https://evil.example").status_code == 400
    assert is_live(browser.store, cookie)


@pytest.mark.parametrize("kind", ["local", "no NameID", "switched off", "no endpoint", "gone"])
def test_other_sessions_end_here_alone(corp: Corp, browser: Browser, kind: str) -> None:
    if kind == "local":
        browser.sign_in()
    if kind == "no NameID":
        sign_in(browser, {})
    if kind in {"switched off", "no endpoint"}:
        file = web.metadata(web.certificate(corp.key, NOON - 1000), sign_out=kind == "switched off")
        switch = "false" if kind == "switched off" else "true"
        changed(corp.api, corp.pool, ProviderDetails={"MetadataFile": file, "IDPSignout": switch})
    if kind == "gone":
        corp.api.idp("DeleteIdentityProvider", UserPoolId=corp.pool, ProviderName="Corp")
    assert signs_out(browser) == BYE


def test_another_pools_session_is_left_alone(corp: Corp, browser: Browser, api: Api, store: Store) -> None:
    cookie = sign_in(browser)
    other = Browser.of(api, store, LogoutURLs=[BYE])
    assert signs_out(other) == BYE
    assert is_live(store, cookie)


@pytest.mark.parametrize("sign", [True, False])
def test_a_failure_at_the_provider_does_not_keep_the_user_from_the_application(
    corp: Corp, browser: Browser, sign: bool
) -> None:
    sent = query(signs_out(browser))
    failed = response(inflated(sent["SAMLRequest"]).get("ID"), status=f'<samlp:StatusCode Value="{STATUS}:Responder"/>')
    encoded = saml.encoded(signed(failed, corp.key, "_l") if sign else failed)
    assert posted(corp.api, SAMLResponse=encoded, RelayState=sent["RelayState"]).headers["Location"] == BYE


@pytest.mark.parametrize(
    "kind", ["state", "no state", "late", "other request", "issuer", "destination", "signature", "request", "nothing"]
)
def test_a_response_that_belongs_to_no_sign_out_leads_nowhere(
    corp: Corp, browser: Browser, stranger: SigningKey, kind: str
) -> None:
    sent = query(signs_out(browser))
    request_id, state = inflated(sent["SAMLRequest"]).get("ID"), sent["RelayState"]
    said = {
        "other request": response("_other"),
        "issuer": response(request_id, "https://other.example"),
        "destination": response(request_id, destination="https://other.example"),
        "signature": signed(response(request_id), stranger, "_l"),
        "request": request(),
        "nothing": "",
    }.get(kind, response(request_id))
    state = {"state": state[::-1], "no state": ""}.get(kind, state)
    corp.world.clock.advance(seconds=900 if kind == "late" else 0)
    answer = posted(corp.api, SAMLResponse=saml.encoded(said), RelayState=state)
    assert (answer.status_code, "Location" in answer.headers) == (400, False)
    assert REFUSED in answer.text


def test_only_post_is_taken(api: Api) -> None:
    assert api.http.get("/saml2/logout?SAMLResponse=x").status_code == 405
