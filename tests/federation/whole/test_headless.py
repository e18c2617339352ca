"""Every stand-in signs in whom `login_hint` of /oauth2/authorize names, for programs without a browser."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import urlencode

import pytest
import requests

from tests.federation.saml_idp import inflated, query
from tests.federation.whole import stand_ins
from tests.federation.whole.shop import Answer, Person, Shop
from tests.federation.whole.stand_ins import ALL, AT_HOSTS, NOOR
from tests.oauth.browser import PKCE


def led(shop: Shop, ana: Person, name: str, **parameters: str) -> Answer:
    """Go to the provider with a hint, and come back; a form that sends itself is sent."""
    answer = ana.open(shop.url(name, login_hint=NOOR, **parameters))
    return ana.submit(answer) if 'id="answer"' in answer.text else answer


@pytest.mark.parametrize(("name", "host"), [*AT_HOSTS, ("MyOIDC", "idp.localhost"), ("MySAML", "idp.localhost")])
def test_a_hint_signs_in_without_a_page(shop: Shop, ana: Person, name: str, host: str) -> None:
    stand_ins.add(shop, name, host)
    found = shop.claims(led(shop, ana, name))
    [identity] = found["identities"]
    assert (found["email"], identity["providerName"]) == (NOOR, name)
    assert found["cognito:username"] == f"{name}_{identity['userId']}"
    assert shop.users() == [found["cognito:username"]]


@pytest.mark.parametrize("name", ALL)
def test_a_hint_of_nobody_shows_the_page(shop: Shop, ana: Person, name: str) -> None:
    stand_ins.add(shop, name)
    page = ana.open(shop.url(name, login_hint="nobody@example.com"))
    assert "Nobody here is known as nobody@example.com." in page.text
    assert shop.users() == []


@pytest.mark.parametrize("details", [{}, {"RequestSigningAlgorithm": "rsa-sha256"}])
@pytest.mark.parametrize("encrypted", ["true", "false"])
def test_assertions_are_encrypted_for_the_pool_if_it_wants_that(
    shop: Shop, ana: Person, details: dict[str, str], encrypted: str
) -> None:
    stand_ins.add(shop, "MySAML", details={"EncryptedResponses": encrypted, **details})
    page = ana.open(shop.url("MySAML", login_hint=NOOR))
    response = base64.b64decode(page.form().fields["SAMLResponse"])
    assert (b"EncryptedAssertion" in response) is (encrypted == "true")
    assert shop.claims(ana.submit(page))["email"] == NOOR


def test_the_mail_box_leads_on_and_hints(shop: Shop, ana: Person) -> None:
    stand_ins.add(shop, "MySAML", IdpIdentifiers=["corp.example"])
    person: Any = {"provider": "SAML", "sub": "Bea@corp", "claims": {"email": "bea@corp.example"}}
    requests.post(f"{shop.base}/_emulator/idp/people", json={"people": [person]}, timeout=10).raise_for_status()
    shop.client, _ = shop.an_app(shop.callback, ["COGNITO", "MySAML"])
    page = ana.open(shop.url(None))
    page = ana.submit(page, corporate_email="bea@corp.example")
    assert shop.claims(ana.submit(page))["cognito:username"] == "MySAML_Bea@corp"


def test_no_other_saml_provider_gets_the_hint_or_the_certificate(shop: Shop, ana: Person) -> None:
    stand_ins.add(shop, "MySAML", details={"EncryptedResponses": "true"})
    shown = shop.idp.describe_identity_provider(UserPoolId=shop.pool, ProviderName="MySAML")["IdentityProvider"]
    metadata = requests.get(shown["ProviderDetails"]["MetadataURL"], timeout=10).text
    other = metadata.replace(f"{shop.base}/_emulator/idp/saml", "https://idp.example")
    shop.idp.update_identity_provider(
        UserPoolId=shop.pool,
        ProviderName="MySAML",
        ProviderDetails={"MetadataFile": other, "EncryptedResponses": "true"},
    )
    sent = ana.open(shop.url("MySAML", login_hint=NOOR)).at
    assert sent.startswith("https://idp.example/sso?SAMLRequest="), sent
    assert list(query(sent)) == ["SAMLRequest", "RelayState"]
    assert [each.tag.rpartition("}")[2] for each in inflated(query(sent)["SAMLRequest"])] == ["Issuer"]


def test_a_sign_in_that_begins_at_the_stand_in_is_encrypted_if_it_was_told_for_whom(shop: Shop, ana: Person) -> None:
    stand_ins.add(shop, "MySAML", details={"EncryptedResponses": "true", "IDPInit": "true"})
    shown = shop.idp.describe_identity_provider(UserPoolId=shop.pool, ProviderName="MySAML")["IdentityProvider"]
    audience, certificate = (
        f"urn:amazon:cognito:sp:{shop.pool}",
        shown["ProviderDetails"]["ActiveEncryptionCertificate"],
    )
    asked = {"acs": f"{shop.base}/saml2/idpresponse", "audience": audience, "login_hint": NOOR}
    relay_state = shop.url("MySAML", scope="openid email").partition("?")[2]
    begins = f"{shop.base}/_emulator/idp/saml/initiate?{urlencode({**asked, 'RelayState': relay_state})}"
    refused = shop.returned(ana.submit(ana.open(begins)))
    assert refused["error_description"].endswith("SAML Assertion is not encrypted. ")
    known = {"entity_id": audience, "encryption_certificate": certificate}
    url = f"{shop.base}/_emulator/idp/service-providers"
    requests.post(url, json=known, timeout=10).raise_for_status()
    assert shop.claims(ana.submit(ana.open(begins)))["email"] == NOOR


def test_the_code_is_bound_to_the_verifier_of_the_application(shop: Shop, ana: Person) -> None:
    stand_ins.add(shop, "Google")
    code = shop.returned(led(shop, ana, "Google", **PKCE))["code"]
    form = {"grant_type": "authorization_code", "client_id": shop.client, "redirect_uri": shop.callback, "code": code}
    assert requests.post(f"{shop.base}/oauth2/token", form, timeout=10).json() == {"error": "invalid_grant"}
