"""Amplify's signInWithRedirect with a provider, in a real browser: at the stand-ins, as docs/federation.md has it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.chromium import Browser
from tests.federation.whole import stand_ins
from tests.federation.whole.shop import Shop
from tests.federation.whole.stand_ins import NOOR
from tests.https.conftest import Secure
from tests.recipes.page import POOL, PUBLIC, Site, blocks
from tests.recipes.test_pages import Application, application, secure, trusting

__all__ = ["secure"]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "federation.md"
NAMES = "fetchAuthSession, signInWithRedirect, signOut"
PERSON = 'button[name="person"]'


@pytest.fixture(scope="module")
def page(secure: Secure, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """The page of docs/oauth.md, whose client supports Google, Apple, MyOIDC and MySAML."""
    site, place = Site(secure.server, secure.url), tmp_path_factory.mktemp("page")
    shop = Shop(secure.server, pool=POOL)
    names = ["Google", "SignInWithApple", "MyOIDC", "MySAML"]
    for name in names:
        stand_ins.add(shop, name)
    found = shop.idp.describe_user_pool_client(UserPoolId=POOL, ClientId=PUBLIC)["UserPoolClient"]
    del found["CreationDate"], found["LastModifiedDate"]
    shop.idp.update_user_pool_client(**found | {"SupportedIdentityProviders": names})
    [code] = blocks("Amplify (v6)")
    with (
        Browser(place / "profile", trusting(secure)) as browser,
        application(site, browser, code, NAMES, place) as opened,
    ):
        yield opened


def signed_in(page: Application, expression: str, *, clicks: bool = True) -> dict[str, str]:
    """Run an expression that leads to a provider, click on Noor there, and come back. Answers the identity."""
    page.browser.command("Storage.clearCookies")
    page.open()
    if clicks:
        page.leave(expression)
        assert "/_emulator/idp/" in page.browser.at()
        page.browser.click(PERSON)
    else:
        page.leave(expression)
    page.browser.arrive(page.site.home)
    page.wait()
    token = "(await fetchAuthSession()).tokens.idToken.payload"  # no secret
    assert page.run(f"{token}.email") == NOOR
    [identity] = page.run(f"{token}.identities")
    page.browser.run("localStorage.clear()")
    return dict(identity)


@pytest.mark.parametrize(
    ("block", "name", "kind"), [(0, "Google", "Google"), (1, "MyOIDC", "OIDC")], ids=["Google", "custom"]
)
def test_amplify_signs_in_at_a_provider(page: Application, block: int, name: str, kind: str) -> None:
    code = blocks("Recipe: Amplify", PAGE)[block].partition(";")[0].removeprefix("await ")
    identity = signed_in(page, code)
    assert (identity["providerName"], identity["providerType"], identity["primary"]) == (name, kind, "true")


@pytest.mark.parametrize(
    ("provider", "name"), [("'Apple'", "SignInWithApple"), ("{ custom: 'MySAML' }", "MySAML")], ids=["Apple", "SAML"]
)
def test_amplify_signs_in_where_a_form_comes_back(page: Application, provider: str, name: str) -> None:
    assert signed_in(page, f"signInWithRedirect({{ provider: {provider} }})")["providerName"] == name


def test_amplifys_hint_signs_in_without_a_page(page: Application) -> None:
    hint = f"signInWithRedirect({{ provider: 'Google', options: {{ loginHint: '{NOOR}' }} }})"
    assert signed_in(page, hint, clicks=False)["providerName"] == "Google"
