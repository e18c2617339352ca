"""What nobody means well by: forged forms and cookies, replays, several tabs, other clients' cookies, odd input."""

from __future__ import annotations

import base64
from urllib.parse import urlencode

import pytest

from emulator.login import pages
from tests.builders import PASSWORD, Api, a_pool, a_user
from tests.login.visitor import Html, Visitor
from tests.oauth.browser import CALLBACK, an_oauth_client

EXPIRED = "Invalid session for the user, session is expired."
SCRIPT = "\"'><script>alert(1)</script>{{7*7}}"


@pytest.fixture
def visitor(api: Api) -> Visitor:
    """A person, and a pool with Ana in it, and Bea with a temporary password."""
    visitor = Visitor.of(api)
    a_user(api, visitor.pool, email="ana@example.com", email_verified="true")
    made = {"UserPoolId": visitor.pool, "Username": "bea", "MessageAction": "SUPPRESS"}
    api.idp("AdminCreateUser", TemporaryPassword="Temporary-1", **made)
    return visitor


NEW = {"password": PASSWORD, "confirm_password": PASSWORD}


@pytest.mark.parametrize("path", sorted(pages.PAGES))
@pytest.mark.parametrize("token", [None, "", "x", "00000000-0000-0000-0000-000000000000", "é"])
def test_a_form_without_the_token_of_the_browser_is_refused(visitor: Visitor, path: str, token: str | None) -> None:
    visitor.open()
    form = {"username": "ana", "password": PASSWORD, **({} if token is None else {"_csrf": token})}
    answer = visitor.post(f"{path}?{urlencode(visitor.asked)}", form).page
    assert answer.status_code == 403
    assert "cognito" not in answer.headers.get("Set-Cookie", "")


@pytest.mark.parametrize("cookie", ["", "x", "é", "00000000-0000-0000-0000-00000000000g"])
def test_a_token_that_is_none_of_ours_does_not_count_even_if_both_are_equal(visitor: Visitor, cookie: str) -> None:
    visitor.open()
    action, form = visitor.html.actions[0], {"username": "ana", "password": PASSWORD, "_csrf": cookie}
    visitor.api.http.set_cookie("XSRF-TOKEN", cookie)
    assert visitor.post(action, form).page.status_code == 403


def test_a_browser_keeps_its_token_so_that_two_tabs_work(visitor: Visitor) -> None:
    first = visitor.open().html
    visitor.open("/signup")
    assert visitor.post(first.actions[0], {**first.forms[0], "username": "ana", "password": PASSWORD}).who() == "ana"


@pytest.mark.parametrize("path", sorted(pages.STEPS))
def test_a_page_of_a_sign_in_is_reached_from_another_page_alone(visitor: Visitor, path: str) -> None:
    assert visitor.open(path).path == "/login"
    form = {**visitor.html.forms[0], "answer": "PASSWORD", "code": "1", "credential": "{}", **NEW}
    html = visitor.post(f"{path}?{urlencode(visitor.asked)}", form).html
    assert (html.alert, html.actions[0].partition("?")[0]) == (EXPIRED, "/login")


@pytest.mark.parametrize(
    "forged", ["", "x", "AQ", base64.urlsafe_b64encode(b"\1" + bytes(60)).decode(), "%", "é", "A" * 4000, "{}"]
)
def test_forged_page_data_is_as_none(visitor: Visitor, forged: str) -> None:
    visitor.sign_in("bea", "Temporary-1")
    html = visitor.html
    visitor.api.http.set_cookie("page-data", forged)
    assert visitor.post(html.actions[0], {**html.forms[0], **NEW}).html.alert == EXPIRED


def test_page_data_of_another_client_is_as_none(visitor: Visitor) -> None:
    visitor.sign_in("bea", "Temporary-1")
    html, other = visitor.html, an_oauth_client(visitor.api, visitor.pool)
    action = html.actions[0].replace(visitor.client, other)
    assert visitor.post(action, {**html.forms[0], **NEW}).html.alert == EXPIRED


def test_page_data_ends_with_its_time_and_with_the_session_of_the_sign_in(visitor: Visitor) -> None:
    for seconds in (181, 901):
        visitor.sign_in("bea", "Temporary-1")
        html = visitor.html
        visitor.api.world.clock.advance(seconds=seconds)
        assert visitor.post(html.actions[0], {**html.forms[0], **NEW}).html.alert == EXPIRED


def test_a_form_that_was_sent_already_begins_anew(visitor: Visitor) -> None:
    visitor.sign_in("bea", "Temporary-1")
    html = visitor.html
    kept = visitor.api.http.get_cookie("page-data")
    assert kept
    assert visitor.fill(**NEW).returned["code"]
    assert visitor.api.http.get_cookie("page-data") is None
    form = {**html.forms[0], **NEW}
    assert visitor.post(html.actions[0], form).html.alert == EXPIRED
    visitor.api.http.set_cookie("page-data", kept.value)
    again = visitor.post(html.actions[0], form).html
    assert again.alert == "Invalid session for the user, session can only be used once."
    assert set(again.forms[0]) == {"_csrf", "username", "password"}


def test_two_tabs_do_not_mix_two_users(visitor: Visitor) -> None:
    """The browser carries one sign-in; the other tab's form is answered by it or not at all."""
    visitor.sign_in("bea", "Temporary-1")
    first = visitor.html
    visitor.open("/forgotPassword").fill(username="ana")
    html = visitor.post(first.actions[0], {**first.forms[0], **NEW}).html
    assert html.alert == EXPIRED
    assert visitor.status("bea") == "FORCE_CHANGE_PASSWORD"


@pytest.mark.parametrize("path", ["/login", "/signup", "/forgotPassword", "/confirm", "/resendcode"])
def test_what_was_typed_or_asked_is_escaped(visitor: Visitor, path: str) -> None:
    visitor.asked |= {"login_hint": SCRIPT, "state": SCRIPT, "nonce": SCRIPT}
    text = visitor.open(path).page.text
    html = visitor.html
    form = {**html.forms[0], **{name: SCRIPT for name in html.forms[0] if name != "_csrf"}}
    text += visitor.post(html.actions[0], form).page.text
    assert "<script>alert" not in text
    assert "49" not in text.replace(SCRIPT, "").replace("7*7", "") or "{{7*7}}" in text


@pytest.mark.parametrize("field", ["username", "password", "_extra", "requiredAttributes[x]"])
@pytest.mark.parametrize("value", ["\0", "x" * 70_000])
def test_fields_that_no_database_takes_are_refused(visitor: Visitor, field: str, value: str) -> None:
    html = visitor.open().html
    answer = visitor.post(html.actions[0], {**html.forms[0], "username": "a", "password": "b", field: value}).page
    assert answer.status_code in {400, 413}


def test_bodies_that_are_no_small_form_are_refused(visitor: Visitor) -> None:
    html = visitor.open().html
    http = visitor.api.http
    assert http.post(html.actions[0], json=html.forms[0]).status_code == 415
    assert http.post(html.actions[0], data={**html.forms[0], "x": "y" * 300_000}).status_code == 413
    assert http.put(html.actions[0]).status_code == 405


def test_bytes_that_are_no_text_are_a_wrong_name(visitor: Visitor) -> None:
    html = visitor.open().html
    body = f"_csrf={html.forms[0]['_csrf']}&password=x&username=%ff%ed%a0%80"
    kind = "application/x-www-form-urlencoded"
    answer = visitor.api.http.post(html.actions[0], data=body, content_type=kind)
    assert (answer.status_code, Html(answer.text).alert) == (200, "User does not exist.")


@pytest.mark.parametrize("path", sorted(set(pages.PAGES) - pages.STEPS - {"/passkeys/add"}))
def test_pages_are_neither_cached_nor_framed_and_run_no_foreign_scripts(visitor: Visitor, path: str) -> None:
    headers = visitor.open(path).page.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in headers["Cache-Control"]
    assert headers["x-amz-cognito-request-id"]
    assert "style=" not in visitor.page.text
    assert "onclick" not in visitor.page.text


@pytest.mark.parametrize("uri", ["//evil.example", "https://evil.example", f"{CALLBACK}.evil.example", "javascript:1"])
@pytest.mark.parametrize("path", sorted(pages.PAGES))
def test_no_page_leads_anywhere_but_to_a_registered_callback(visitor: Visitor, path: str, uri: str) -> None:
    token = visitor.open().html.forms[0]["_csrf"]
    visitor.asked["redirect_uri"] = uri
    shown = visitor.open(path).page
    assert "evil.example" not in shown.headers.get("Location", "")
    action = f"{path}?{urlencode(visitor.asked)}"
    answer = visitor.api.http.post(action, data={"_csrf": token, "username": "ana", "password": PASSWORD})
    assert answer.headers["Location"] == f"/error?error=redirect_mismatch&client_id={visitor.client}"


def test_a_session_of_another_pool_says_nothing_here(visitor: Visitor) -> None:
    visitor.sign_in()
    other = Visitor.of(visitor.api, a_pool(visitor.api))
    assert "password" in other.open().html.forms[0]
    assert other.fill(username="ana", password=PASSWORD).html.alert == "User does not exist."


def test_go_on_without_a_session_asks_who_signs_in(visitor: Visitor) -> None:
    html = visitor.open().html
    assert "password" in visitor.post(html.actions[0], {**html.forms[0], "answer": "continue"}).html.forms[0]


def test_passwords_stay_out_of_events(visitor: Visitor) -> None:
    visitor.sign_in(password="Wrong-Horse-1")
    visitor.sign_in()
    events = visitor.api.http.get("/_emulator/events").text
    assert '"POST /login"' in events
    assert "Horse" not in events


def test_a_passkey_that_was_not_added_does_not_divert_the_next_sign_in(visitor: Visitor) -> None:
    visitor.open("/passkeys/add")
    assert visitor.path == "/login"
    assert visitor.sign_in().who() == "ana"


def test_a_code_without_a_name_asks_for_the_name(visitor: Visitor) -> None:
    form = {**visitor.open("/confirmForgotPassword").html.forms[0], "code": "123456", **NEW}
    assert visitor.post(f"/confirmForgotPassword?{urlencode(visitor.asked)}", form).html.alert == (
        "Missing required parameter username"
    )
