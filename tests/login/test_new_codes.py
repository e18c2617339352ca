"""Another code, on every page that asks for one that a message brought."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.api.choosing import policy
from tests.api.recorded_functions import Recorder, configured, refusing, same
from tests.api.second_factors import EMAIL, MAIL, PHONE, SMS, TOTP, a_place, an_enrolled, code_of, prefer
from tests.builders import Api, a_user, sign_in
from tests.login.visitor import Visitor

Managed = Callable[..., Visitor]


def asked_for_a_code(api: Api, method: dict[str, object] = EMAIL, **pool: object) -> Visitor:
    """Ana, who has given her password and is asked for the code of a second factor."""
    made, _ = a_place(api, "ON", method, **pool)
    a_user(api, made, email=MAIL, phone_number=PHONE)
    return Visitor.of(api, made).sign_in()


def send_again(visitor: Visitor) -> Visitor:
    """Press the button for another code."""
    html = visitor.html
    assert html.answers == ["SEND_AGAIN"]
    return visitor.post(html.actions[1], {**html.forms[1], "answer": "SEND_AGAIN"})


@pytest.mark.parametrize("method", [EMAIL, SMS])
def test_another_code_of_a_second_factor_takes_the_place_of_the_first(api: Api, method: dict[str, object]) -> None:
    visitor = asked_for_a_code(api, method)
    first = api.code(user="ana")
    send_again(visitor)
    assert (visitor.path, visitor.html.alert) == ("/mfa", None)
    second = api.code(user="ana")
    assert first != second
    assert visitor.fill(code=first).html.alert == "Invalid code or auth state for the user."
    assert visitor.fill(code=second).who() == "ana"


def test_another_code_of_a_first_factor_takes_the_place_of_the_first(managed: Managed) -> None:
    visitor = managed(**policy("PASSWORD", "EMAIL_OTP"))
    a_user(visitor.api, visitor.pool, email=MAIL)
    visitor.open().fill(username="ana").fill(answer="EMAIL_OTP")
    first = visitor.api.code(user="ana")
    second = send_again(visitor).api.code(user="ana")
    assert [len(first), len(second)] == [8, 8]
    assert visitor.fill(code=first).html.alert
    assert visitor.fill(code=second).who() == "ana"


def test_another_code_looks_the_same_for_nobody_and_is_sent_to_nobody(managed: Managed) -> None:
    hides = {"PreventUserExistenceErrors": "ENABLED"}
    visitor = managed(client=hides, **policy("PASSWORD", "EMAIL_OTP"))
    visitor.open().fill(username="nobody").fill(answer="EMAIL_OTP")
    before = visitor.page.text
    assert send_again(visitor).page.text == before
    assert visitor.api.world.mailbox.messages() == []


def test_another_tab_has_no_use_for_the_code_before(api: Api) -> None:
    visitor = asked_for_a_code(api)
    tab, cookie = visitor.html, api.http.get_cookie("page-data")
    first = api.code(user="ana")
    send_again(visitor)
    assert cookie
    api.http.set_cookie("page-data", cookie.value)
    html = visitor.post(tab.actions[0], {**tab.forms[0], "code": first}).html
    assert html.alert == "Invalid session for the user, session can only be used once."
    assert "password" in html.forms[0]


def test_an_app_has_no_button_for_another_code(api: Api) -> None:
    pool, client = a_place(api, "OPTIONAL", TOTP)
    an_enrolled(api, pool, client)
    visitor = Visitor.of(api, pool).sign_in()
    assert (visitor.path, visitor.html.answers) == ("/mfa", [])
    assert visitor.fill(answer="SEND_AGAIN").html.alert == "The challenge has no code that is sent."
    assert visitor.path == "/mfa"


def test_after_too_many_codes_the_last_one_is_still_good(api: Api) -> None:
    visitor = asked_for_a_code(api)
    for _ in range(19):
        assert send_again(visitor).html.alert is None
    assert send_again(visitor).html.alert == "Attempt limit exceeded, please try after some time."
    assert len(api.world.mailbox.messages()) == 20
    assert visitor.fill(code=api.code(user="ana")).who() == "ana"


def test_a_function_that_refuses_another_code_leaves_the_one_before(api: Api, recorder: Recorder) -> None:
    recorder.on("CustomMessage", same)
    visitor = asked_for_a_code(api, LambdaConfig=configured("CustomMessage"))
    recorder.on("CustomMessage", refusing("No"))
    assert send_again(visitor).html.alert == "CustomMessage failed with error No."
    assert recorder.sources == ["CustomMessage_Authentication"] * 2
    assert visitor.fill(code=api.code(user="ana")).who() == "ana"


def test_a_code_for_a_forgotten_password_is_sent_again(api: Api) -> None:
    visitor = Visitor.of(api)
    a_user(api, visitor.pool, email=MAIL, email_verified="true")
    visitor.open("/forgotPassword").fill(username="ana")
    first = api.code(user="ana")
    assert visitor.resend().path == "/confirmForgotPassword"
    second = api.code(user="ana")
    assert first != second
    new = {"password": "Better-Horse-2", "confirm_password": "Better-Horse-2"}
    assert visitor.fill(code=first, **new).html.alert == "Invalid verification code provided, please try again."
    assert visitor.fill(code=second, **new).who() == "ana"


def test_the_name_of_an_app_may_be_of_any_length(api: Api) -> None:
    """Browsers drop cookies of more than 4096 bytes."""
    pool, client = a_place(api, "OPTIONAL", TOTP)
    a_user(api, pool)
    token = sign_in(api, client)["AccessToken"]
    secret = str(api.idp("AssociateSoftwareToken", AccessToken=token)["SecretCode"])
    name = "".join(chr(0x4E00 + number * 7919 % 20_000) for number in range(5000))
    given = {"UserCode": code_of(api, secret), "FriendlyDeviceName": name}
    api.idp("VerifySoftwareToken", AccessToken=token, **given)
    prefer(api, pool, SoftwareToken="on")
    visitor = Visitor.of(api, pool).sign_in()
    cookie = api.http.get_cookie("page-data")
    assert cookie
    assert len(cookie.value) < 3000
    assert name[:100] in visitor.page.text


def test_another_code_goes_to_the_address_that_is_being_set_up(api: Api) -> None:
    pool, _ = a_place(api, "ON")
    a_user(api, pool)
    visitor = Visitor.of(api, pool).sign_in().fill(answer="EMAIL_OTP").fill(email="ana@example.org")
    first = api.code(to="ana@example.org")
    send_again(visitor)
    assert "a***@e***" in visitor.page.text
    second = api.code(to="ana@example.org")
    assert first != second
    assert visitor.fill(code=second).who() == "ana"
