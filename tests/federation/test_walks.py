"""Sign-in at an OIDC provider, from the application and back to it."""

from __future__ import annotations

import pytest

from storage.store import Store
from tests.builders import Api, a_user, claims, unpaired
from tests.federation.upstream import Upstream
from tests.federation.walk import Walk, asked, returned
from tests.oauth.browser import CALLBACK, PKCE, VERIFIER, an_oauth_client


@pytest.fixture
def walk(api: Api, store: Store, corp: Upstream) -> Walk:
    return Walk.of(api, store, corp)


def test_a_browser_is_sent_to_the_provider_and_comes_back_with_a_code(walk: Walk) -> None:
    answer = walk.walk()
    given = returned(answer)
    assert given.keys() == {"code", "state"}
    assert given["state"] == "S"
    tokens = walk.tokens(given["code"])
    assert claims(tokens["access_token"])["username"] == "Corp_1234567890"
    told = claims(tokens["id_token"])
    assert told["email"] == "ana@corp.example"
    assert [(each["providerName"], each["userId"]) for each in told["identities"]] == [("Corp", "1234567890")]
    user = walk.api.idp("AdminGetUser", UserPoolId=walk.pool, Username="Corp_1234567890")
    assert user["UserStatus"] == "EXTERNAL_PROVIDER"
    assert unpaired(user["UserAttributes"])["email"] == "ana@corp.example"
    assert walk.created() == {"users": 1, "browser_sessions": 1}
    assert "POST /oauth2/idpresponse" in [event.operation for event in walk.api.world.events.last(5)]


def test_the_provider_is_asked_at_once_with_a_fresh_state_and_nonce(walk: Walk) -> None:
    one, other = walk.authorize(), walk.authorize()
    assert one.status_code == 302
    assert one.headers["Location"].startswith(f"{walk.corp.url}/authorize?")
    first, second = asked(one.headers["Location"]), asked(other.headers["Location"])
    assert first["client_id"] == "cognito"
    assert first["redirect_uri"] == "http://localhost/oauth2/idpresponse"
    assert len({first["state"], second["state"], first["nonce"], second["nonce"]}) == 4
    assert min(len(first["state"]), len(first["nonce"])) >= 43
    assert walk.query()["client_id"] not in first["state"]
    assert one.headers["Cache-Control"].startswith("no-cache")


def test_an_identifier_of_the_provider_leads_there_too(api: Api, store: Store, corp: Upstream) -> None:
    walk = Walk.of(api, store, corp, ("corp.example",))
    assert walk.sent(identity_provider="", idp_identifier="corp.example")["client_id"] == "cognito"


def test_a_client_whose_only_provider_is_a_third_party_forwards_at_once(api: Api, store: Store, corp: Upstream) -> None:
    walk = Walk.of(api, store, corp, SupportedIdentityProviders=["Corp"])
    assert returned(walk.walk(identity_provider="")).keys() == {"code", "state"}
    other = Walk.of(api, store, corp)
    assert other.authorize(identity_provider="").headers["Location"].startswith("/login?")


def test_the_login_page_leads_there_by_its_button(walk: Walk) -> None:
    page = walk.authorize(identity_provider="").headers["Location"]
    text = walk.api.http.get(page).text
    assert f'href="/oauth2/authorize?client_id={walk.client}&amp;' in text
    assert "identity_provider=Corp" in text


def test_what_the_application_wants_is_passed_on(walk: Walk) -> None:
    levels = {"Level1": "bronze", "Level2": "silver", "Level3": "gold", "Level4": "platinum"}
    walk.api.idp("UpdateIdentityProvider", UserPoolId=walk.pool, ProviderName="Corp", AcrMapping=levels)
    given = walk.sent(
        login_hint="ana@corp.example", prompt="login", acr_values="urn:cognito:loa:3 made-up urn:cognito:loa:1"
    )
    assert (given["login_hint"], given["prompt"], given["acr_values"]) == ("ana@corp.example", "login", "gold bronze")


def test_prompt_none_without_a_session_never_leaves(walk: Walk) -> None:
    assert returned(walk.authorize(prompt="none")) == {"error": "login_required", "state": "S"}
    assert walk.created() == {}


def test_the_browsers_session_answers_the_next_request_of_that_provider_alone(walk: Walk) -> None:
    walk.walk()
    assert returned(walk.authorize()).keys() == {"code", "state"}
    assert returned(walk.authorize(identity_provider="")).keys() == {"code", "state"}
    assert walk.authorize(identity_provider="COGNITO").headers["Location"].startswith("/login?")
    assert walk.sent(prompt="login")["prompt"] == "login"
    local = an_oauth_client(walk.api, walk.pool)
    assert walk.authorize(client_id=local, identity_provider="").headers["Location"].startswith("/login?")
    walk.api.world.clock.advance(hours=1)
    assert walk.sent()["client_id"] == "cognito"


def test_the_code_is_bound_to_what_the_first_request_said(walk: Walk) -> None:
    code = returned(walk.walk(scope="openid", nonce="n-0S6", **PKCE))["code"]
    form = {"grant_type": "authorization_code", "client_id": walk.client, "redirect_uri": CALLBACK, "code": code}
    assert walk.api.http.post("/oauth2/token", data=form).get_json() == {"error": "invalid_grant"}
    code = returned(walk.walk(scope="openid", nonce="n-0S6", prompt="login", **PKCE))["code"]
    answer = walk.api.http.post("/oauth2/token", data={**form, "code": code, "code_verifier": VERIFIER})
    assert claims(answer.get_json()["id_token"])["nonce"] == "n-0S6"
    assert claims(answer.get_json()["access_token"])["scope"] == "openid"


def test_the_id_token_has_a_nonce_also_if_the_application_sent_none(walk: Walk) -> None:
    told = claims(walk.tokens(returned(walk.walk())["code"])["id_token"])
    other = claims(walk.tokens(returned(walk.walk(prompt="login"))["code"])["id_token"])
    assert told["nonce"] != other["nonce"]
    silent = claims(walk.tokens(returned(walk.authorize())["code"])["id_token"])
    assert "nonce" not in silent


def test_the_implicit_grant_gives_tokens(api: Api, store: Store, corp: Upstream) -> None:
    walk = Walk.of(api, store, corp, AllowedOAuthFlows=["implicit"])
    location = walk.walk(response_type="token").headers["Location"]
    assert location.startswith(f"{CALLBACK}#id_token=")


def test_such_users_refresh_their_tokens_and_read_their_attributes(walk: Walk) -> None:
    tokens = walk.tokens(returned(walk.walk())["code"])
    form = {"grant_type": "refresh_token", "client_id": walk.client, "refresh_token": tokens["refresh_token"]}
    fresh = walk.api.http.post("/oauth2/token", data=form).get_json()
    assert claims(fresh["access_token"])["username"] == "Corp_1234567890"
    bearer = {"Authorization": f"Bearer {fresh['access_token']}"}
    told = walk.api.http.get("/oauth2/userInfo", headers=bearer).get_json()
    assert (told["username"], told["email"]) == ("Corp_1234567890", "ana@corp.example")


def test_a_second_sign_in_is_the_same_user(walk: Walk) -> None:
    one = claims(walk.tokens(returned(walk.walk())["code"])["id_token"])
    walk.corp.user_info["email"] = "ana.maria@corp.example"
    other = claims(walk.tokens(returned(walk.walk(prompt="login"))["code"])["id_token"])
    assert (one["sub"], other["email"]) == (other["sub"], "ana.maria@corp.example")
    assert walk.created()["users"] == 1


def test_local_users_sign_in_beside_them(walk: Walk) -> None:
    a_user(walk.api, walk.pool)
    walk.walk()
    names = {user["Username"] for user in walk.api.idp("ListUsers", UserPoolId=walk.pool)["Users"]}
    assert names == {"ana", "Corp_1234567890"}


def test_a_provider_that_the_client_does_not_support_is_refused_on_a_page(walk: Walk) -> None:
    local = an_oauth_client(walk.api, walk.pool)
    answer = walk.authorize(client_id=local)
    assert answer.status_code == 400
    assert "Login option is not available. Please try another one." in answer.text
    assert walk.created() == {}
