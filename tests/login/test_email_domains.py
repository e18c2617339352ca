"""The box for an e-mail address: its domain leads to the provider that has it among its IdpIdentifiers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from emulator.login import languages
from tests.api.provider_calls import a_provider
from tests.builders import Api, a_pool
from tests.federation.walk import asked
from tests.login.visitor import Visitor

TITLE = "Sign in with your corporate ID"
UNKNOWN = "There is no sign-in for the domain of this email address."
AUTHORIZE = "https://corp.example.com/authorize"


def providers(api: Api, pool: str) -> None:
    """Two companies with domains, and a provider that is known by a word."""
    a_provider(api, pool, "CorpA", IdpIdentifiers=["Corp-A.example", "a.example"])
    a_provider(api, pool, "CorpB", IdpIdentifiers=["corp-b.example"])
    a_provider(api, pool, "Partner", IdpIdentifiers=["partner"])


@pytest.fixture
def visitor(api: Api) -> Visitor:
    pool = a_pool(api)
    providers(api, pool)
    return Visitor.of(api, pool, SupportedIdentityProviders=["COGNITO", "CorpA", "CorpB", "Partner"])


def sent(visitor: Visitor) -> str:
    """The provider's URL to which the person was sent at last."""
    return visitor.page.headers["Location"]


def test_the_box_stands_for_the_providers_with_domains_and_the_others_have_buttons(visitor: Visitor) -> None:
    html = visitor.open().html
    assert TITLE in visitor.page.text
    assert [link.rpartition("=")[2] for link in html.links if "identity_provider" in link] == ["Partner"]
    assert [sorted(form) for form in html.forms] == [
        ["_csrf", "corporate_email"],
        ["_csrf", "password", "username"],
    ]


@pytest.mark.parametrize("address", ["ana@corp-a.example", "Ana@CORP-A.EXAMPLE", " ana@a.example ", '"a@b"@a.example'])
def test_an_address_leads_to_the_provider_of_its_domain(visitor: Visitor, address: str) -> None:
    visitor.asked["state"] = "S"
    assert sent(visitor.open().fill(corporate_email=address)).startswith(AUTHORIZE)
    assert asked(sent(visitor))["login_hint"] == address.strip()


def test_the_hint_takes_the_place_of_the_applications(visitor: Visitor) -> None:
    visitor.asked["login_hint"] = "eva@corp-b.example"
    assert visitor.open().html.forms[0]["corporate_email"] == "eva@corp-b.example"
    assert asked(sent(visitor.fill(corporate_email="ana@a.example")))["login_hint"] == "ana@a.example"


@pytest.mark.parametrize(
    "address",
    ["ana@other.example", "ana@x.corp-a.example", "corp-a.example", "@a.example", "ana@partner", "ana@", "é@é"],
)
def test_an_address_of_another_domain_is_refused(visitor: Visitor, address: str) -> None:
    html = visitor.open().fill(corporate_email=address).html
    assert (html.alert, html.forms[0]["corporate_email"]) == (UNKNOWN, address)


def test_a_provider_that_the_client_does_not_support_has_no_box(api: Api) -> None:
    pool = a_pool(api)
    providers(api, pool)
    visitor = Visitor.of(api, pool, SupportedIdentityProviders=["COGNITO", "Partner"])
    html = visitor.open().html
    assert TITLE not in visitor.page.text
    form = {**html.forms[0], "corporate_email": "ana@a.example"}
    assert visitor.post(html.actions[0], form).html.alert == UNKNOWN


def test_of_identifiers_that_differ_in_case_the_clients_own_provider_counts(api: Api) -> None:
    pool = a_pool(api)
    a_provider(api, pool, "Another", IdpIdentifiers=["CORP.example"])
    a_provider(api, pool, "CorpA", IdpIdentifiers=["corp.example"])
    visitor = Visitor.of(api, pool, SupportedIdentityProviders=["COGNITO", "CorpA"])
    assert sent(visitor.open().fill(corporate_email="ana@Corp.example")).startswith(AUTHORIZE)


def test_a_client_of_such_providers_alone_has_the_box_alone(api: Api) -> None:
    pool = a_pool(api)
    providers(api, pool)
    visitor = Visitor.of(api, pool, SupportedIdentityProviders=["CorpA", "CorpB"])
    html = visitor.open().html
    assert [sorted(form) for form in html.forms] == [["_csrf", "corporate_email"]]
    assert html.links == []


def test_a_request_that_names_the_pools_own_users_has_no_box(visitor: Visitor) -> None:
    html = visitor.open(identity_provider="COGNITO").html
    assert TITLE not in visitor.page.text
    form = {**html.forms[0], "corporate_email": "ana@a.example"}
    assert visitor.post(html.actions[0], form).html.alert == UNKNOWN


def test_a_form_of_another_site_is_refused(visitor: Visitor) -> None:
    html = visitor.open().html
    assert visitor.post(html.actions[0], {"_csrf": "x", "corporate_email": "ana@a.example"}).page.status_code == 403


@pytest.mark.parametrize("language", languages.ALL)
def test_managed_login_has_the_box_in_every_language(api: Api, managed: Callable[..., Visitor], language: str) -> None:
    visitor = managed()
    providers(api, visitor.pool)
    names = {"UserPoolId": visitor.pool, "ClientId": visitor.client}
    shown = api.idp("DescribeUserPoolClient", **names)["UserPoolClient"]
    kept = {k: v for k, v in shown.items() if k not in {"LastModifiedDate", "CreationDate"}}
    api.idp("UpdateUserPoolClient", **(kept | {"SupportedIdentityProviders": ["COGNITO", "CorpA"]}))
    html = visitor.open(lang=language).html
    assert "corporate_email" in html.forms[0]
    assert (TITLE in visitor.page.text) == (language == "en")
    assert visitor.fill(corporate_email="ana@b").html.alert
    assert sent(visitor.fill(corporate_email="ana@a.example")).startswith(AUTHORIZE)
