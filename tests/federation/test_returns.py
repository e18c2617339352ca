"""How browsers come back from a provider: by a GET or a form, with cookies or without, and with refusals."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from werkzeug.test import TestResponse

from keys.signing import SigningKey
from storage.store import Store
from tests.api import web
from tests.api.provider_calls import a_provider
from tests.builders import Api
from tests.federation.upstream import Upstream
from tests.federation.walk import BACK, Walk, asked, returned
from tests.oauth.browser import CALLBACK

SAML = "/saml2/idpresponse"
INVALID = "Invalid samlResponse or relayState from identity provider"
ERROR_PAGE = "/error?error=invalid_request"
Form = dict[str, str]


@pytest.fixture
def walk(api: Api, store: Store, corp: Upstream) -> Walk:
    return Walk.of(api, store, corp)


def post(walk: Walk, path: str, form: Form, *, cookies: bool = True) -> TestResponse:
    """Send a form: of our own site's page, or of another site's, with which browsers send none of our cookies."""
    return (walk.api.http if cookies else walk.browser()).post(path, data=form)


def test_a_provider_may_answer_by_a_form(walk: Walk) -> None:
    form = asked(walk.at_provider(walk.sent()))
    assert returned(post(walk, BACK, form)).keys() == {"code", "state"}
    assert post(walk, BACK, form).headers["Location"] == ERROR_PAGE


def test_a_form_of_another_site_comes_without_cookies_and_goes_on_by_a_get(walk: Walk) -> None:
    form = {**asked(walk.at_provider(walk.sent())), "user": '{"name": {"firstName": "Ana & Co", "lastName": "Ñ"}}'}
    answer = post(walk, BACK, form, cookies=False)
    location = answer.headers["Location"]
    assert (answer.status_code, location.partition("?")[0]) == (303, BACK)
    assert asked(location) == form
    assert answer.headers["Cache-Control"].startswith("no-cache")
    assert answer.headers.getlist("Set-Cookie") == []
    assert walk.browser().get(location).headers["Location"] == ERROR_PAGE
    assert returned(walk.back(location)).keys() == {"code", "state"}


def test_only_what_a_provider_may_say_goes_on(walk: Walk) -> None:
    answer = post(walk, BACK, {"state": "x\r\nSet-Cookie: a=b", "code": "c", "made_up": "m"}, cookies=False)
    assert answer.headers["Location"] == f"{BACK}?state=x%0D%0ASet-Cookie%3A%20a%3Db&code=c"


@pytest.mark.parametrize("cookies", [True, False])
@pytest.mark.parametrize("size", [20_000, 300_000])
def test_a_form_with_a_long_parameter_is_refused_on_a_page(walk: Walk, cookies: bool, size: int) -> None:
    answer = post(walk, BACK, {"state": walk.sent()["state"], "code": "c" * size}, cookies=cookies)
    assert (answer.status_code, "Location" in answer.headers) == (400, False)


def test_a_form_that_is_too_long_for_a_query_does_not_go_on_by_a_get(walk: Walk) -> None:
    form = {"state": walk.sent()["state"], "code": "c" * 16_000, "user": "u" * 16_000}
    answer = post(walk, BACK, form, cookies=False)
    assert (answer.status_code, "Location" in answer.headers) == (400, False)


@pytest.mark.parametrize("path", [BACK, SAML])
def test_what_is_no_form_is_refused(walk: Walk, path: str) -> None:
    for content, kind in ((b"{}", "application/json"), (b"state=a&state=b", "application/x-www-form-urlencoded")):
        answer = walk.api.http.post(path, data=content, content_type=kind)
        assert answer.status_code == 400


def test_a_refusal_of_the_provider_is_told_to_the_application(walk: Walk) -> None:
    given = walk.sent()
    refused = {"error": "access_denied", "error_description": "Ana said no & left", "state": given["state"]}
    location = walk.back(f"{BACK}?{urlencode(refused)}").headers["Location"]
    assert location == f"{CALLBACK}?error_description=Ana+said+no+%26+left&state=S&error=access_denied"
    assert walk.created() == {}
    [event] = [each for each in walk.api.world.events.last(5) if each.operation == "POST /oauth2/idpresponse"]
    assert event.outcome == "access_denied"


def test_in_the_implicit_grant_refusals_are_in_the_fragment(api: Api, store: Store, corp: Upstream) -> None:
    walk = Walk.of(api, store, corp, AllowedOAuthFlows=["implicit"])
    given = walk.sent(response_type="token")
    answer = walk.back(f"{BACK}?{urlencode({'error': 'access_denied', 'state': given['state']})}")
    assert answer.headers["Location"].startswith(f"{CALLBACK}#")


def test_a_wrong_token_of_the_provider_is_told_to_the_application_and_creates_nothing(walk: Walk) -> None:
    walk.corp.claims["nonce"] = "another"
    answer = returned(walk.walk())
    assert (answer["error"], answer["state"]) == ("invalid_request", "S")
    assert answer["error_description"]
    assert walk.created() == {}


@pytest.fixture
def saml(walk: Walk, provider_key: SigningKey) -> Walk:
    """The walk's pool has a SAML provider too."""
    a_provider(walk.api, walk.pool, "Hall", "SAML", {"MetadataFile": web.metadata(web.certificate(provider_key))})
    names = {"UserPoolId": walk.pool, "ClientId": walk.client}
    shown = walk.api.idp("DescribeUserPoolClient", **names)["UserPoolClient"]
    kept = {k: v for k, v in shown.items() if k not in {"LastModifiedDate", "CreationDate"}}
    walk.api.idp("UpdateUserPoolClient", **(kept | {"SupportedIdentityProviders": ["COGNITO", "Corp", "Hall"]}))
    return walk


def relay(walk: Walk, **changes: str) -> str:
    """RelayState of a sign-in that the provider begins."""
    return urlencode(walk.query(identity_provider="Hall", **changes))


@pytest.mark.parametrize(
    "case", ["made up", "empty", "no client", "another callback", "an OIDC provider", "no IDPInit"]
)
def test_a_saml_response_that_nobody_asked_for_is_refused_on_a_page(saml: Walk, case: str) -> None:
    state = {
        "made up": "A" * 64,
        "empty": "",
        "no client": "identity_provider=Hall",
        "another callback": relay(saml, redirect_uri="https://attacker.example.com/"),
        "an OIDC provider": relay(saml).replace("=Hall", "=Corp"),
        "no IDPInit": relay(saml),
    }[case]
    answer = post(saml, SAML, {"SAMLResponse": "PHNhbWw+", "RelayState": state})
    assert (answer.status_code, INVALID in answer.text, "Location" in answer.headers) == (400, True, False)
    assert saml.created() == {}


@pytest.mark.parametrize("form", [{"made_up": "m"}, {"RelayState": "x"}, {"SAMLResponse": ""}])
def test_a_form_without_a_saml_response_is_refused_on_a_page(saml: Walk, form: Form) -> None:
    answer = post(saml, SAML, form)
    assert (answer.status_code, INVALID in answer.text) == (400, True)


def test_a_saml_response_has_at_most_a_hundred_thousand_characters(saml: Walk) -> None:
    for size, known in ((100_000, True), (100_001, False)):
        answer = post(saml, SAML, {"SAMLResponse": "A" * size, "RelayState": "x"})
        assert (answer.status_code, INVALID in answer.text) == (400, known)


def test_a_saml_response_of_another_site_is_kept_and_goes_on_in_the_browser_that_left(saml: Walk) -> None:
    state = saml.sent()["state"]
    form = {"SAMLResponse": "PHNhbWw+", "RelayState": state}
    answer = post(saml, SAML, form, cookies=False)
    location = answer.headers["Location"]
    assert (answer.status_code, location.partition("?")[0]) == (303, SAML)
    renewed = asked(location)
    assert renewed.keys() == {"RelayState"}
    assert state not in location
    other = saml.browser()
    saml.sent(other)
    assert other.get(location).headers["Location"] == ERROR_PAGE
    assert INVALID in post(saml, SAML, form).text, "the first state is spent"
    assert returned(saml.back(location))["error"] == "invalid_request", "it came to the connector, of an OIDC provider"
    assert saml.back(location).headers["Location"] == ERROR_PAGE
    assert "users" not in saml.created()


def test_a_kept_response_goes_after_five_minutes(saml: Walk) -> None:
    form = {"SAMLResponse": "PHNhbWw+", "RelayState": saml.sent()["state"]}
    location = post(saml, SAML, form, cookies=False).headers["Location"]
    saml.api.world.clock.advance(seconds=300)
    assert saml.back(location).headers["Location"] == ERROR_PAGE


def test_a_get_without_a_kept_response_is_refused(saml: Walk) -> None:
    answer = saml.back(f"{SAML}?RelayState={saml.sent()['state']}")
    assert (answer.status_code, INVALID in answer.text) == (400, True)
    assert saml.back(SAML).headers["Location"] == ERROR_PAGE
