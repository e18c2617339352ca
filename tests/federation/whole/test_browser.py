"""Sign-in at every stand-in in Chromium, from the buttons of the login page to the application's callback."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest

from tests.browser.chromium import Browser
from tests.federation.whole import stand_ins
from tests.federation.whole.shop import Shop
from tests.federation.whole.stand_ins import ALL, AT_HOSTS, NOOR
from tests.sdk.conftest import Server
from tests.stand_in.test_browser import FILL

ADDRESS = "(address => { document.getElementsByName('corporate_email')[0].value = address })"
FIRST, ADD, REFUSE = 'button[name="person"]', 'button[value="add"]', 'button[value="refuse"]'


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium."""
    with Browser(tmp_path_factory.mktemp("browser") / "profile") as running:
        yield running


@pytest.fixture
def browser(chromium: Browser) -> Browser:
    """The browser without cookies."""
    chromium.command("Storage.clearCookies")
    return chromium


@pytest.fixture
def shop(shared: Server) -> Shop:
    """An application with every provider. Nobody listens at its callback: the browser shows an error."""
    shop = Shop(shared)
    shop.callback = "http://localhost:9/callback"
    return shop


def all_of(shop: Shop, host: str) -> None:
    """Add all providers. What comes from another host has none of our cookies with it, if it is a form."""
    for name in ALL:
        stand_ins.add(shop, name, host)
    shop.client, _ = shop.an_app(shop.callback, ["COGNITO", *ALL])


@pytest.mark.parametrize(("name", "host"), AT_HOSTS)
def test_a_click_on_the_button_and_one_on_a_person_sign_in(shop: Shop, browser: Browser, name: str, host: str) -> None:
    all_of(shop, host)
    browser.navigate(shop.url(None))
    browser.click(f'[data-provider="{name}"]')
    assert "/_emulator/idp/" in browser.at()
    browser.click(FIRST)
    browser.arrive(shop.callback)
    found = shop.claims(browser.at())
    assert found["email"] == NOOR
    assert [each["providerName"] for each in found["identities"]] == [name]
    browser.navigate(shop.url(name))
    assert "code" in shop.returned(browser.at()), "the session of the browser answers"


@pytest.mark.parametrize("name", ALL)
def test_a_new_person_signs_in(shop: Shop, browser: Browser, name: str) -> None:
    stand_ins.add(shop, name)
    browser.navigate(shop.url(name))
    browser.call(FILL, {"name": "Bea Blau", "email": f"bea.{name.lower()}@example.com", "sub": f"bea-{name}"})
    browser.click(ADD)
    browser.arrive(shop.callback)
    found = shop.claims(browser.at())
    assert (found["email"], found["cognito:username"]) == (f"bea.{name.lower()}@example.com", f"{name}_bea-{name}")


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("Google", "access_denied"),
        ("Facebook", "access_denied"),
        ("LoginWithAmazon", "access_denied"),
        ("SignInWithApple", "invalid_request"),
        ("MyOIDC", "access_denied"),
        ("MySAML", "server_error"),
    ],
)
def test_a_refusal_is_told_to_the_application(shop: Shop, browser: Browser, name: str, error: str) -> None:
    stand_ins.add(shop, name)
    browser.navigate(shop.url(name))
    browser.click(REFUSE)
    browser.arrive(shop.callback)
    told = shop.returned(browser.at())
    assert (told["error"], told["state"]) == (error, "S")
    assert told["error_description"]
    assert shop.users() == []


def test_the_mail_box_leads_to_the_provider_of_the_domain(shop: Shop, browser: Browser) -> None:
    stand_ins.add(shop, "MySAML", "127.0.0.1", IdpIdentifiers=["corp.example"])
    shop.client, _ = shop.an_app(shop.callback, ["COGNITO", "MySAML"])
    browser.navigate(shop.url(None))
    assert browser.run("document.querySelector('[data-provider]')") is None
    browser.call(ADDRESS, "carl@corp.example")
    browser.click("form:has([name=corporate_email]) button")
    assert "/_emulator/idp/saml/sso" in browser.at()
    assert "Nobody here is known as carl@corp.example." in browser.run("document.body.innerText")
    browser.call(FILL, {"name": "Carl", "sub": "Carl@corp"})
    browser.click(ADD)
    browser.arrive(shop.callback)
    assert shop.claims(browser.at())["email"] == "carl@corp.example"


def test_a_sign_out_leads_through_the_saml_stand_in_and_back(shop: Shop, browser: Browser) -> None:
    stand_ins.add(shop, "MySAML", "127.0.0.1", details={"IDPSignout": "true"})
    bye = "http://localhost:9/bye"
    shop.allow_logout(bye)
    browser.navigate(shop.url("MySAML"))
    browser.click(FIRST)
    browser.arrive(shop.callback)
    browser.navigate(f"{shop.base}/logout?client_id={shop.client}&logout_uri={bye}")
    browser.arrive(bye)
    browser.navigate(shop.url("MySAML"))
    assert "/_emulator/idp/saml/sso" in browser.at(), "the session here has ended"
    assert browser.run("document.querySelector('.now')") is None, "and so has that of the provider"


def test_a_sign_in_that_begins_at_the_saml_stand_in(shop: Shop, browser: Browser) -> None:
    stand_ins.add(shop, "MySAML", "127.0.0.1", details={"IDPInit": "true"})
    relay_state = quote(shop.url("MySAML", scope="openid email").partition("?")[2], safe="")
    asked = f"acs={shop.base}/saml2/idpresponse&audience=urn:amazon:cognito:sp:{shop.pool}&RelayState={relay_state}"
    browser.navigate(f"http://127.0.0.1:{shop.port}/_emulator/idp/saml/initiate?{asked}")
    browser.click(FIRST)
    browser.arrive(shop.callback)
    assert shop.claims(browser.at())["email"] == NOOR
