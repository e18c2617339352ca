"""Another user pool of the same server as the OpenID Connect provider: all its pages, over HTTP."""

from __future__ import annotations

import pytest

from tests.builders import PASSWORD
from tests.federation.whole.shop import Answer, Person, Shop
from tests.sdk.conftest import Server, Start


def company(shop: Shop, host: str = "localhost", issuer: str = "", **details: str) -> Shop:
    """Another pool, with a user, which is the shop's provider and is known at `host`; or by an issuer and `details`."""
    pool = Shop(shop.server, "company", host)
    pool.add_user("ana", PASSWORD, email="ana@corp.example", email_verified="true")
    back = f"{shop.base}/oauth2/idpresponse"
    client, secret = pool.an_app(back, ["COGNITO"], GenerateSecret=True)
    given = {name: url.format(pool=f"{pool.base}/{pool.pool}", base=pool.base) for name, url in details.items()}
    shop.add_oidc(f"{issuer or pool.base}/{pool.pool}", client, secret, **given)
    return pool


def signed_in(shop: Shop, ana: Person, **parameters: str) -> Answer:
    """Sign in at the login page of the other pool."""
    page = ana.open(shop.url(**parameters))
    assert "/login?" in page.at, page.at
    return ana.submit(page, username="ana", password=PASSWORD)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("localhost", "localhost"), ("localhost", "company.localhost"), ("127.0.0.1", "localhost")],
)
def test_a_user_of_another_pool_signs_in_at_its_login_page(shared: Server, ana: Person, ours: str, theirs: str) -> None:
    shop = Shop(shared, host=ours)
    pool = company(shop, theirs)
    found = shop.claims(signed_in(shop, ana))
    [identity] = found["identities"]
    sub = pool.idp.admin_get_user(UserPoolId=pool.pool, Username="ana")
    [upstream] = [each["Value"] for each in sub["UserAttributes"] if each["Name"] == "sub"]
    assert (identity["providerName"], identity["userId"]) == ("Corp", upstream)
    assert (found["email"], found["cognito:username"]) == ("ana@corp.example", f"Corp_{upstream}")
    assert shop.users() == [f"Corp_{upstream}"]
    assert pool.users() == ["ana"]
    assert "code" in shop.returned(ana.open(shop.url()))


def test_a_pool_with_the_issuer_of_aws_is_known_by_its_four_endpoints(start: Start, ana: Person) -> None:
    shop = Shop(start("--ephemeral", "--issuer", "aws"))
    urls = {"authorize_url": "{base}/oauth2/authorize", "token_url": "{base}/oauth2/token"}
    urls |= {"attributes_url": "{base}/oauth2/userInfo", "jwks_uri": "{pool}/.well-known/jwks.json"}
    company(shop, issuer="https://cognito-idp.us-east-1.amazonaws.com", **urls)
    assert shop.claims(signed_in(shop, ana))["email"] == "ana@corp.example"


def test_a_wrong_password_stays_at_the_other_pools_page(shop: Shop, ana: Person) -> None:
    company(shop)
    page = ana.submit(ana.open(shop.url()), username="ana", password="Wrong-Horse-1")
    assert "Incorrect username or password" in page.text
    assert "code" in shop.returned(ana.submit(page, username="ana", password=PASSWORD))


def test_the_hint_of_the_application_fills_in_the_other_pools_form(shop: Shop, ana: Person) -> None:
    company(shop)
    assert ana.open(shop.url(login_hint="ana")).form().fields["username"] == "ana"


def test_an_issuer_of_another_host_name_is_refused_at_the_callback(shop: Shop, ana: Person) -> None:
    pool = company(shop)
    shown = shop.idp.describe_identity_provider(UserPoolId=shop.pool, ProviderName="Corp")["IdentityProvider"]
    elsewhere = f"http://elsewhere.localhost:{pool.port}/{pool.pool}"
    details = shown["ProviderDetails"] | {"oidc_issuer": elsewhere}
    shop.idp.update_identity_provider(UserPoolId=shop.pool, ProviderName="Corp", ProviderDetails=details)
    refused = shop.returned(signed_in(shop, ana))
    assert refused["error"] == "invalid_request"
    assert refused["error_description"].startswith("Bad id_token issuer http://localhost:")
    assert shop.users() == []
