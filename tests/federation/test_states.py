"""The state of a sign-in at a provider: for one browser, five minutes and once; and what changed meanwhile."""

from __future__ import annotations

from http.cookies import Morsel, SimpleCookie

import pytest
from werkzeug.test import TestResponse

from storage.store import Store
from tests.api.provider_calls import a_provider
from tests.builders import Api
from tests.federation.upstream import Upstream
from tests.federation.walk import BACK, Walk, returned

OPTION = "Login option is not available. Please try another one."


@pytest.fixture
def walk(api: Api, store: Store, corp: Upstream) -> Walk:
    return Walk.of(api, store, corp)


def is_refused(walk: Walk, answer: TestResponse) -> bool:
    """Whether the browser is sent to the error page, and nobody is signed in."""
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/error?error=invalid_request"
    assert "cognito=" not in str(answer.headers.getlist("Set-Cookie"))
    assert not {"users", "browser_sessions"} & walk.created().keys()
    assert walk.corp.at("/token") == []
    return walk.api.http.get(answer.headers["Location"]).status_code == 400


@pytest.mark.parametrize(
    "query", ["", "state=", "code=c", "code=c&state=made-up", "state=%FF%00x", "error=access_denied"]
)
def test_without_a_known_state_nobody_signs_in(walk: Walk, query: str) -> None:
    walk.sent()
    answer = walk.back(f"{BACK}?{query}")
    if "%00" in query:
        assert answer.status_code == 400
    else:
        assert is_refused(walk, answer)


def test_another_browser_cannot_use_a_state_and_does_not_spend_it(walk: Walk) -> None:
    back, other = walk.at_provider(walk.sent()), walk.browser()
    assert is_refused(walk, walk.back(back, other))
    other.get(f"/oauth2/authorize?client_id={walk.client}")
    walk.sent(other)
    assert is_refused(walk, walk.back(back, other))
    assert "code" in returned(walk.back(back))


@pytest.mark.parametrize("cookie", ["", "made-up", "A" * 64, "é", "a" * 5000])
def test_a_made_up_cookie_is_no_browser(walk: Walk, cookie: str) -> None:
    back = walk.at_provider(walk.sent())
    answer = walk.browser().get(back, headers={"Cookie": f"csrf-state={cookie}".encode().decode("latin-1")})
    assert is_refused(walk, answer)


def test_a_state_lasts_for_five_minutes(walk: Walk) -> None:
    late, in_time = walk.at_provider(walk.sent()), None
    walk.api.world.clock.advance(seconds=1)
    in_time = walk.at_provider(walk.sent())
    walk.api.world.clock.advance(seconds=299)
    walk.corp.now += 300
    assert is_refused(walk, walk.back(late))
    assert "code" in returned(walk.back(in_time))


def test_a_state_counts_once(walk: Walk) -> None:
    back = walk.at_provider(walk.sent())
    assert "code" in returned(walk.back(back))
    assert walk.back(back).headers["Location"] == "/error?error=invalid_request"
    assert len(walk.corp.at("/token")) == 1


def test_a_state_counts_once_even_if_the_sign_in_fails(walk: Walk) -> None:
    back = walk.at_provider(walk.sent())
    walk.corp.codes.clear()
    assert returned(walk.back(back))["error"] == "invalid_request"
    assert is_spent(walk, back)


def is_spent(walk: Walk, back: str) -> bool:
    before = len(walk.corp.at("/token"))
    location = walk.back(back).headers["Location"]
    return (location, len(walk.corp.at("/token"))) == ("/error?error=invalid_request", before)


def test_a_state_is_spent_before_the_provider_is_asked(walk: Walk) -> None:
    """The second request of the same state comes at the first moment at which the first one holds no lock."""
    back, second = walk.at_provider(walk.sent()), []

    def again() -> None:
        walk.store.while_released = None
        second.append(walk.back(back).headers["Location"])

    walk.store.while_released = again
    assert "code" in returned(walk.back(back))
    assert second == ["/error?error=invalid_request"]
    assert len(walk.corp.at("/token")) == 1


def kept_by(answer: TestResponse) -> Morsel[str]:
    """The cookie by which the browser is known."""
    found = SimpleCookie()
    for header in answer.headers.getlist("Set-Cookie"):
        found.load(header)
    return found["csrf-state"]


def test_the_cookie_is_for_this_site_and_no_script(walk: Walk) -> None:
    kept = kept_by(walk.authorize())
    assert (kept["path"], kept["httponly"], kept["samesite"], kept["secure"]) == ("/", True, "Lax", "")
    secure = kept_by(walk.api.http.get("/oauth2/authorize", query_string=walk.query(), base_url="https://localhost"))
    assert secure["secure"] is True


def test_several_tabs_of_a_browser_sign_in_side_by_side(walk: Walk) -> None:
    one, other = walk.at_provider(walk.sent()), walk.at_provider(walk.sent(state="T"))
    assert returned(walk.back(one))["state"] == "S"
    assert returned(walk.back(other))["state"] == "T"


def test_a_cookie_of_another_form_is_replaced(walk: Walk) -> None:
    walk.api.http.set_cookie("csrf-state", "planted")
    kept = kept_by(walk.authorize()).value
    assert len(kept) == 64
    assert kept_by(walk.authorize()).value == kept


def test_a_provider_that_was_deleted_meanwhile_signs_nobody_in(walk: Walk) -> None:
    back = walk.at_provider(walk.sent())
    walk.api.idp("DeleteIdentityProvider", UserPoolId=walk.pool, ProviderName="Corp")
    assert is_refused(walk, walk.back(back))


def changed(walk: Walk, **members: object) -> None:
    named = {"UserPoolId": walk.pool, "ClientId": walk.client}
    shown = walk.api.idp("DescribeUserPoolClient", **named)["UserPoolClient"]
    dates = {"LastModifiedDate", "CreationDate", "ClientSecret"}
    kept = {name: value for name, value in shown.items() if name not in dates}
    walk.api.idp("UpdateUserPoolClient", **(kept | members))


def test_a_client_that_stopped_supporting_the_provider_meanwhile_is_judged_as_it_is_then(walk: Walk) -> None:
    back = walk.at_provider(walk.sent())
    changed(walk, SupportedIdentityProviders=["COGNITO"])
    answer = walk.back(back)
    assert (answer.status_code, OPTION in answer.text) == (400, True)
    assert walk.created() == {}


def test_a_callback_that_was_taken_from_the_client_meanwhile_gets_nothing(walk: Walk) -> None:
    back = walk.at_provider(walk.sent())
    changed(walk, CallbackURLs=["https://other.example.com/"])
    location = walk.back(back).headers["Location"]
    assert location == f"/error?error=redirect_mismatch&client_id={walk.client}"
    assert walk.created() == {}


def test_a_scope_that_was_taken_from_the_client_meanwhile_is_told_to_the_callback(walk: Walk) -> None:
    back = walk.at_provider(walk.sent(scope="openid email"))
    changed(walk, AllowedOAuthScopes=["openid"])
    assert returned(walk.back(back))["error"] == "invalid_request"
    assert walk.created() == {}


@pytest.mark.parametrize("gone", ["provider", "provider's place", "support", "client"])
def test_what_goes_while_the_provider_is_asked_signs_nobody_in(walk: Walk, gone: str) -> None:
    back = walk.at_provider(walk.sent())

    def go() -> None:
        if len(walk.corp.at("/token")) == 0:
            return
        walk.store.while_released = None
        if gone.startswith("provider"):
            walk.api.idp("DeleteIdentityProvider", UserPoolId=walk.pool, ProviderName="Corp")
        if gone == "provider's place":
            walk.api.world.clock.advance(seconds=1)
            a_provider(walk.api, walk.pool, details=walk.corp.details(oidc_issuer="https://evil.example"))
        elif gone == "support":
            changed(walk, SupportedIdentityProviders=["COGNITO"])
        elif gone == "client":
            walk.api.idp("DeleteUserPoolClient", UserPoolId=walk.pool, ClientId=walk.client)

    walk.store.while_released = go
    answer = walk.back(back)
    assert walk.corp.at("/token"), "the moment came"
    assert "code=" not in answer.headers.get("Location", "")
    assert "cognito=" not in str(answer.headers.getlist("Set-Cookie"))
    assert walk.created() == {}


def test_sign_ins_that_nobody_came_back_to_are_swept(walk: Walk) -> None:
    walk.sent()
    assert walk.created() == {"federated_sign_ins": 1}
    walk.api.world.clock.advance(minutes=30)
    walk.api.idp("ListUserPools", MaxResults=1)
    walk.api.world.background.work()  # type: ignore[attr-defined]
    assert walk.created() == {}


@pytest.mark.parametrize("path", [BACK, "/saml2/idpresponse"])
def test_programs_that_preview_links_spend_no_state(walk: Walk, path: str) -> None:
    back = walk.at_provider(walk.sent())
    assert walk.api.http.head(back.replace(BACK, path)).status_code == 405
    assert "code" in returned(walk.back(back))
