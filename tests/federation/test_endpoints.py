"""Where the endpoints of providers are, with `--social stand-in` and `--social real`."""

from __future__ import annotations

import pytest

from emulator.context import Context, RequestOrigin
from emulator.domain.providers.provider_details import checked
from emulator.federation.endpoints import Endpoints, endpoints
from emulator.outside.world import World
from emulator.settings import Settings
from storage.records.providers import IdentityProvider
from storage.store import Store
from storage.unit import Unit
from tests.api.provider_calls import APPLE, KNOWN, SOCIAL
from tests.api.web import ENDPOINTS, ISSUER

BASE = "https://cognito.test:8443"
STAND_IN = f"{BASE}/_emulator/idp"
STAND_INS = {
    "Google": Endpoints(
        authorize=f"{STAND_IN}/google/o/oauth2/v2/auth",
        token=f"{STAND_IN}/google/oauth2/v4/token",
        user_info=f"{STAND_IN}/google/v1/userinfo",
        issuer=f"{STAND_IN}/google",
        keys=f"{STAND_IN}/google/oauth2/v3/certs",
        are_stand_ins=True,
    ),
    "Facebook": Endpoints(
        authorize=f"{STAND_IN}/facebook/v17.0/dialog/oauth",
        token=f"{STAND_IN}/facebook/v17.0/oauth/access_token",
        user_info=f"{STAND_IN}/facebook/v17.0/me?fields=",
        issuer=None,
        keys=None,
        are_stand_ins=True,
    ),
    "LoginWithAmazon": Endpoints(
        authorize=f"{STAND_IN}/amazon/ap/oa",
        token=f"{STAND_IN}/amazon/auth/o2/token",
        user_info=f"{STAND_IN}/amazon/user/profile",
        issuer=None,
        keys=None,
        are_stand_ins=True,
    ),
    "SignInWithApple": Endpoints(
        authorize=f"{STAND_IN}/apple/auth/authorize",
        token=f"{STAND_IN}/apple/auth/token",
        user_info=None,
        issuer=f"{STAND_IN}/apple",
        keys=f"{STAND_IN}/apple/auth/keys",
        are_stand_ins=True,
    ),
}
REAL = {
    "Google": Endpoints(
        authorize="https://accounts.google.com/o/oauth2/v2/auth",
        token="https://www.googleapis.com/oauth2/v4/token",
        user_info="https://people.googleapis.com/v1/people/me?personFields=",
        issuer="https://accounts.google.com",
        keys="https://www.googleapis.com/oauth2/v3/certs",
    ),
    "Facebook": Endpoints(
        authorize="https://www.facebook.com/v17.0/dialog/oauth",
        token="https://graph.facebook.com/v17.0/oauth/access_token",
        user_info="https://graph.facebook.com/v17.0/me?fields=",
        issuer=None,
        keys=None,
    ),
    "LoginWithAmazon": Endpoints(
        authorize="https://www.amazon.com/ap/oa",
        token="https://api.amazon.com/auth/o2/token",
        user_info="https://api.amazon.com/user/profile",
        issuer=None,
        keys=None,
    ),
    "SignInWithApple": Endpoints(
        authorize="https://appleid.apple.com/auth/authorize",
        token="https://appleid.apple.com/auth/token",
        user_info=None,
        issuer="https://appleid.apple.com",
        keys="https://appleid.apple.com/auth/keys",
    ),
}


@pytest.fixture
def context(store: Store, world: World, settings: Settings) -> Context:
    """A context in which nothing is read."""
    return Context(Unit(store, writes=False), world, settings, RequestOrigin(BASE))


def of(context: Context, kind: str, **changes: str) -> Endpoints:
    """The endpoints of a provider with the details that CreateIdentityProvider gives it."""
    given = {"OIDC": KNOWN, "SignInWithApple": APPLE}.get(kind, SOCIAL)
    return endpoints(context, IdentityProvider("p", kind, _settings(kind, given | changes), 0, 0))


def _settings(kind: str, given: dict[str, str]) -> dict[str, object]:
    return {"ProviderType": kind, "ProviderDetails": checked(kind, given)}


@pytest.mark.parametrize("kind", sorted(STAND_INS))
def test_social_providers_are_this_servers_stand_ins(context: Context, kind: str) -> None:
    assert of(context, kind) == STAND_INS[kind]


@pytest.mark.parametrize("settings", [Settings(ephemeral=True, social="real")], ids=["real"])
@pytest.mark.parametrize("kind", sorted(REAL))
def test_with_social_real_they_are_the_real_ones(context: Context, kind: str) -> None:
    assert of(context, kind) == REAL[kind]


def test_the_stand_in_has_each_version_of_facebooks_api(context: Context) -> None:
    assert of(context, "Facebook", api_version="v21.0").token == f"{STAND_IN}/facebook/v21.0/oauth/access_token"


def test_a_path_of_another_version_is_still_the_usual_provider(context: Context) -> None:
    assert of(context, "Google", token_url="https://www.googleapis.com/oauth2/v3/token") == STAND_INS["Google"]


@pytest.mark.parametrize("name", ["authorize_url", "token_url", "attributes_url", "oidc_issuer"])
def test_a_provider_with_a_url_of_ones_own_is_left_alone(context: Context, name: str) -> None:
    found = of(context, "Google", **{name: "http://localhost:9000/mine"})
    assert "http://localhost:9000/mine" in (found.authorize, found.token, found.user_info, found.issuer)
    assert not found.are_stand_ins


@pytest.mark.parametrize("social", ["stand-in", "real"])
def test_an_oidc_provider_is_where_its_details_say(store: Store, world: World, social: str) -> None:
    settings = Settings(ephemeral=True, social=social)
    context = Context(Unit(store, writes=False), world, settings, RequestOrigin(BASE))
    assert of(context, "OIDC") == Endpoints(
        authorize=ENDPOINTS["authorize_url"],
        token=ENDPOINTS["token_url"],
        user_info=ENDPOINTS["attributes_url"],
        issuer=ISSUER,
        keys=ENDPOINTS["jwks_uri"],
    )
