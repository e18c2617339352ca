"""Signing in at the classic pages: the form, its refusals, and what follows a right password."""

from __future__ import annotations

import pytest

from tests.api.provider_calls import a_provider
from tests.api.second_factors import SNS
from tests.api.web import ENDPOINTS
from tests.builders import PASSWORD, Api, a_pool, a_user, pairs
from tests.login.visitor import Html, Visitor
from tests.oauth.browser import CALLBACK

WRONG = "Incorrect username or password."


@pytest.fixture
def visitor(api: Api) -> Visitor:
    """A person, and a pool with Ana in it."""
    visitor = Visitor.of(api)
    a_user(api, visitor.pool, email="ana@example.com", email_verified="true")
    return visitor


def test_a_password_leads_to_the_callback_with_a_code_and_the_state(visitor: Visitor) -> None:
    visitor.asked["state"] = "s t&ate"
    assert visitor.sign_in().returned["state"] == "s t&ate"
    assert visitor.who() == "ana"


def test_the_form_has_the_fields_that_browser_tests_use(visitor: Visitor) -> None:
    page = visitor.open().page
    html = Html(page.text)
    assert set(html.forms[0]) == {"_csrf", "username", "password"}
    assert 'name="signInSubmitButton"' in page.text
    cookie = visitor.api.http.get_cookie("XSRF-TOKEN")
    assert cookie
    assert html.forms[0]["_csrf"] == cookie.value
    assert (cookie.http_only, cookie.same_site, cookie.path) == (True, "Lax", "/")


def test_authorize_leads_to_the_form_and_later_straight_to_the_callback(visitor: Visitor) -> None:
    assert visitor.open("/oauth2/authorize").path == "/login"
    visitor.fill(username="ana", password=PASSWORD)
    assert visitor.who() == "ana"
    assert visitor.open("/oauth2/authorize").returned["code"]


@pytest.mark.parametrize("hides", ["ENABLED", "LEGACY"])
def test_a_wrong_password_shows_the_form_again_with_the_words_of_aws(api: Api, hides: str) -> None:
    visitor = Visitor.of(api, PreventUserExistenceErrors=hides)
    a_user(api, visitor.pool)
    html = visitor.sign_in(password="Wrong-Horse-1").html
    assert (html.alert, html.forms[0]["username"]) == (WRONG, "")
    unknown = visitor.sign_in("nobody", "Wrong-Horse-1").html.alert
    assert unknown == (WRONG if hides == "ENABLED" else "User does not exist.")


def test_a_disabled_user_is_told(visitor: Visitor) -> None:
    visitor.api.idp("AdminDisableUser", UserPoolId=visitor.pool, Username="ana")
    assert visitor.sign_in().html.alert == "User is disabled."


def test_a_temporary_password_is_replaced_with_the_required_attributes(api: Api) -> None:
    schema = [{"Name": "nickname", "Required": True}, {"Name": "email", "Required": True}]
    visitor = Visitor.of(api, a_pool(api, Schema=schema))
    made = {"UserPoolId": visitor.pool, "Username": "bea", "MessageAction": "SUPPRESS"}
    given = pairs({"email": "bea@example.com"})
    api.idp("AdminCreateUser", TemporaryPassword="Temporary-1", UserAttributes=given, **made)
    html = visitor.sign_in("bea", "Temporary-1").html
    assert visitor.path == "/changePassword"
    assert set(html.forms[0]) == {"_csrf", "password", "confirm_password", "requiredAttributes[nickname]"}
    differing = visitor.fill(password=PASSWORD, confirm_password="Other-1", requiredAttributes__nickname="Bea").html
    assert differing.alert == "The passwords do not match."
    weak = visitor.fill(password="x", confirm_password="x", requiredAttributes__nickname="Bea").html
    assert weak.alert == "Password did not conform with policy: Password not long enough"
    assert weak.forms[0]["requiredAttributes[nickname]"] == "Bea"
    visitor.fill(password=PASSWORD, confirm_password=PASSWORD, requiredAttributes__nickname="Bea")
    assert visitor.who() == "bea"
    assert visitor.status("bea") == "CONFIRMED"


def test_who_has_to_reset_the_password_is_led_to_the_page_for_it(visitor: Visitor) -> None:
    visitor.api.idp("AdminResetUserPassword", UserPoolId=visitor.pool, Username="ana")
    html = visitor.sign_in().html
    assert (visitor.path, html.forms[0]["username"]) == ("/forgotPassword", "ana")


def test_a_forgotten_password_is_replaced_and_signs_in(visitor: Visitor) -> None:
    visitor.open("/forgotPassword").fill(username="ana")
    assert visitor.path == "/confirmForgotPassword"
    assert set(visitor.html.forms[0]) == {"_csrf", "username", "code", "password", "confirm_password"}
    new = {"password": "Better-Horse-2", "confirm_password": "Better-Horse-2"}
    assert visitor.fill(code="1", **new).html.alert == "Invalid verification code provided, please try again."
    visitor.fill(code=visitor.api.code(user="ana"), **new)
    assert visitor.who() == "ana"
    assert visitor.sign_in(password=PASSWORD).path == "/login"


def test_only_administrators_recover_where_the_pool_says_so(api: Api) -> None:
    recovery = {"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]}
    for hides in ("ENABLED", "LEGACY"):
        visitor = Visitor.of(api, a_pool(api, AccountRecoverySetting=recovery), PreventUserExistenceErrors=hides)
        a_user(api, visitor.pool, email="ana@example.com", email_verified="true")
        html = visitor.open("/forgotPassword").fill(username="ana").html
        assert html.alert == "Contact administrator to reset password."


def test_a_session_asks_whether_to_go_on_as_its_user(visitor: Visitor) -> None:
    visitor.sign_in()
    html = visitor.open().html
    assert (html.answers, html.heading) == (["continue", "other"], "You are signed in")
    assert visitor.fill(answer="continue").returned["code"]
    form = visitor.open().fill(answer="other").html.forms[0]
    assert "password" in form
    a_user(visitor.api, visitor.pool, "bea")
    assert visitor.fill(username="bea", password=PASSWORD).who() == "bea"


def test_a_client_without_local_users_has_no_form(api: Api) -> None:
    pool = a_pool(api)
    for name in ("Google", "Facebook"):
        details = {"client_id": "1", "client_secret": "2", "authorize_scopes": "email", "api_version": "v21.0"}
        if name == "Google":
            del details["api_version"]
        api.idp(
            "CreateIdentityProvider", UserPoolId=pool, ProviderName=name, ProviderType=name, ProviderDetails=details
        )
    visitor = Visitor.of(api, pool, SupportedIdentityProviders=["Google", "Facebook"])
    html = visitor.open().html
    assert html.forms == []
    assert [link.rpartition("&")[2] for link in html.links] == [
        "identity_provider=Google",
        "identity_provider=Facebook",
    ]
    token = visitor.api.http.get_cookie("XSRF-TOKEN")
    assert token
    form = {"_csrf": token.value, "username": "ana", "password": PASSWORD}
    assert visitor.post(visitor.page.request.full_path, form).html.alert == (
        "Login option is not available. Please try another one."
    )
    a_provider(api, pool)
    alone = Visitor.of(api, pool, SupportedIdentityProviders=["Corp"])
    assert alone.open().page.headers["Location"].startswith(f"{ENDPOINTS['authorize_url']}?client_id=app&")
    with_form = Visitor.of(api, pool, SupportedIdentityProviders=["COGNITO", "Google"]).open().html
    assert "password" in with_form.forms[0]
    assert with_form.links[0].endswith("identity_provider=Google")


def test_a_client_without_providers_has_no_pages(api: Api) -> None:
    visitor = Visitor.of(api, SupportedIdentityProviders=[])
    assert visitor.open().page.status_code == 403


@pytest.mark.parametrize("kinds", [["email"], ["phone_number"], ["email", "phone_number"]])
def test_the_form_asks_for_what_users_are_named_by(api: Api, kinds: list[str]) -> None:
    text = Visitor.of(api, a_pool(api, UsernameAttributes=kinds, SmsConfiguration=SNS)).open().page.text
    labels = {1: {"email": "Email", "phone_number": "Phone number"}[kinds[0]], 2: "Email or phone number"}
    assert f">{labels[len(kinds)]}</label>" in text


def test_a_query_that_is_no_authorization_request_shows_no_form(visitor: Visitor) -> None:
    visitor.asked["redirect_uri"] = f"{CALLBACK}/"
    assert visitor.open().page.status_code == 400
    assert visitor.path == "/error"
    del visitor.asked["redirect_uri"]
    refused = visitor.open().page
    assert (refused.status_code, Html(refused.text).alert) == (
        400,
        "Required String parameter 'redirect_uri' is not present",
    )
