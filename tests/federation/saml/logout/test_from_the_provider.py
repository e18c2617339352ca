"""A sign-out that begins at the SAML provider."""

from __future__ import annotations

from typing import Any

import pytest

from keys.signing import SigningKey
from storage.store import Store
from tests import saml
from tests.api import web
from tests.api.provider_calls import changed
from tests.builders import Api, a_pool, a_user
from tests.conftest import NOON
from tests.federation.logout import (
    REFUSED,
    SAMLP,
    SESSION,
    asked,
    is_live,
    posted,
    request,
    response,
    sign_in,
    verified,
)
from tests.federation.saml_idp import STATUS, Corp, inflated, query, signed
from tests.oauth.browser import Browser


def test_the_provider_ends_the_users_session_and_is_answered(corp: Corp, browser: Browser) -> None:
    cookie = sign_in(browser)
    other = sign_in(browser, {**SESSION, "SessionIndex": "_s2"})
    answer = asked(corp, request(), RelayState="a b")
    location = answer.headers["Location"]
    assert location.startswith("https://idp.example.com/slo?SAMLResponse=")
    sent = verified(corp, location)
    assert sent["RelayState"] == "a b"
    said = inflated(sent["SAMLResponse"])
    assert (said.tag, said.get("InResponseTo"), said.get("Destination")) == (
        f"{SAMLP}LogoutResponse",
        "_l",
        "https://idp.example.com/slo",
    )
    assert said.find(f"{SAMLP}Status/{SAMLP}StatusCode").get("Value") == f"{STATUS}:Success"
    assert (is_live(browser.store, cookie), is_live(browser.store, other)) == (False, True)


def test_without_an_index_all_sessions_of_the_name_end_and_no_others(corp: Corp, browser: Browser) -> None:
    a_user(corp.api, corp.pool, "bob")
    mine = [sign_in(browser), sign_in(browser, {**SESSION, "SessionIndex": "_s2"})]
    others = [
        sign_in(browser, {**SESSION, "NameID": "ana@idp"}, user="bob"),
        sign_in(browser, provider="Other"),
        browser.sign_in(),
    ]
    assert asked(corp, request(index=None)).status_code == 302
    assert [is_live(browser.store, cookie) for cookie in mine + others] == [False, False, True, True, True]


def test_a_request_about_nobody_succeeds_too(corp: Corp) -> None:
    said = query(asked(corp, request("nobody")).headers["Location"])
    assert "RelayState" not in said
    assert inflated(said["SAMLResponse"]).get("InResponseTo") == "_l"


def test_sessions_end_in_each_pool_that_has_the_provider(
    api: Api, store: Store, corp: Corp, browser: Browser, idp_key: SigningKey
) -> None:
    pool = a_pool(api)
    a_user(api, pool)
    other = Browser.of(api, store, Corp.of(api, store, idp_key, pool).pool)
    cookies = [sign_in(browser), sign_in(other)]
    assert asked(corp, request()).status_code == 302
    assert [is_live(store, cookie) for cookie in cookies] == [False, False]


def test_at_a_domain_sessions_of_its_pool_end_alone(
    api: Api, store: Store, corp: Corp, browser: Browser, idp_key: SigningKey
) -> None:
    pool = a_pool(api)
    a_user(api, pool)
    other = Browser.of(api, store, Corp.of(api, store, idp_key, pool).pool)
    api.idp("CreateUserPoolDomain", UserPoolId=pool, Domain="other-pool")
    host = "http://other-pool.auth.us-east-1.localhost"
    cookies = [sign_in(browser), sign_in(other)]
    document = signed(request(destination=f"{host}/saml2/logout"), idp_key, "_l")
    answer = api.http.post("/saml2/logout", data={"SAMLRequest": saml.encoded(document)}, base_url=host)
    assert answer.status_code == 302
    assert [is_live(store, cookie) for cookie in cookies] == [True, False]


def test_a_provider_without_an_endpoint_for_the_answer_gets_none(corp: Corp) -> None:
    file = web.metadata(web.certificate(corp.key, NOON - 1000), sign_out=False)
    changed(corp.api, corp.pool, ProviderDetails={"MetadataFile": file})
    answer = asked(corp, request())
    assert (answer.status_code, "Location" in answer.headers) == (204, False)


def test_a_request_counts_once(corp: Corp, browser: Browser) -> None:
    assert asked(corp, request(index=None)).status_code == 302
    cookie = sign_in(browser)
    assert asked(corp, request(index=None)).status_code == 400
    assert is_live(browser.store, cookie)


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "https://other.example"},
        {"issuer": ""},
        {"destination": "https://other.example"},
        {"until": -60},
        {"issued": 61},
        {"issued": -3_661, "until": None},
    ],
)
def test_a_request_that_is_not_good_ends_nothing(corp: Corp, browser: Browser, changes: dict[str, Any]) -> None:
    cookie = sign_in(browser)
    answer = asked(corp, request(**changes))
    assert (answer.status_code, is_live(browser.store, cookie)) == (400, True)
    assert REFUSED in answer.text


def test_a_request_that_the_provider_did_not_sign_ends_nothing(
    corp: Corp, browser: Browser, stranger: SigningKey
) -> None:
    cookie = sign_in(browser)
    other = signed(request(index="_other"), corp.key, "_l")
    wrapped = request(id="_evil").replace("<saml:NameID>", f"<samlp:Extensions>{other}</samlp:Extensions><saml:NameID>")
    assert asked(corp, request(), stranger).status_code == 400
    assert posted(corp.api, SAMLRequest=saml.encoded(request())).status_code == 400
    assert posted(corp.api, SAMLRequest=saml.encoded(wrapped)).status_code == 302, "the signed one is answered"
    assert posted(corp.api, SAMLRequest=saml.encoded(signed(response("_q"), corp.key, "_l"))).status_code == 400
    assert is_live(browser.store, cookie)


@pytest.mark.parametrize("state", ["s" * 4_097, "a\0b"])
def test_a_relaystate_that_no_url_takes_back_ends_nothing(corp: Corp, browser: Browser, state: str) -> None:
    cookie = sign_in(browser)
    assert asked(corp, request(), RelayState=state).status_code == 400
    assert is_live(browser.store, cookie)
    assert query(asked(corp, request(), RelayState="s" * 4_096).headers["Location"])["RelayState"] == "s" * 4_096


def test_a_message_that_is_given_twice_ends_nothing(corp: Corp, browser: Browser) -> None:
    cookie = sign_in(browser)
    message = saml.encoded(signed(request(), corp.key, "_l"))
    assert corp.api.http.post("/saml2/logout", data={"SAMLRequest": [message, message]}).status_code == 400
    assert is_live(browser.store, cookie)


def test_tokens_stay_valid(corp: Corp, browser: Browser) -> None:
    token = browser.tokens()["refresh_token"]
    asked(corp, request())
    answer = browser.token(None, grant_type="refresh_token", client_id=browser.client, refresh_token=token)
    assert answer.status_code == 200
