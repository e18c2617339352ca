"""Second factors at the pages: their codes, the choice between them, and their set-up."""

from __future__ import annotations

from typing import Any

import pytest

from keys import totp
from tests.api.second_factors import EMAIL, MAIL, PHONE, SMS, TOTP, a_place, prefer
from tests.builders import Api, a_user
from tests.login.visitor import Visitor


def a_visitor(api: Api, mode: str, *methods: dict[str, Any], **attributes: str) -> Visitor:
    """A person at a pool with these second factors, and Ana in it."""
    pool, _ = a_place(api, mode, *methods)
    a_user(api, pool, **attributes)
    return Visitor.of(api, pool)


def now(visitor: Visitor, secret: str, later: int = 0) -> str:
    """What the authenticator app shows."""
    return totp.code(secret, totp.step(visitor.api.world.clock.now()) + later)


@pytest.mark.parametrize(
    ("method", "attributes", "masked"),
    [(SMS, {"phone_number": PHONE}, "+*******9934"), (EMAIL, {"email": MAIL}, "a***@e***")],
)
def test_a_code_is_sent_and_asked_for(
    api: Api, method: dict[str, Any], attributes: dict[str, str], masked: str
) -> None:
    visitor = a_visitor(api, "ON", method, **attributes).sign_in()
    assert (visitor.path, set(visitor.html.forms[0])) == ("/mfa", {"_csrf", "code"})
    assert masked in visitor.page.text
    assert visitor.fill(code="000000").html.alert == "Invalid code or auth state for the user."
    assert visitor.fill(code=api.code(user="ana")).who() == "ana"


def test_an_app_is_set_up_and_asked_for_at_the_next_sign_in(api: Api) -> None:
    visitor = a_visitor(api, "ON", TOTP).sign_in()
    assert visitor.path == "/mfa/register/totp"
    secret = visitor.page.text.partition('<code id="secret">')[2].partition("<")[0]
    assert 'src="data:image/svg+xml' in visitor.page.text
    wrong = visitor.fill(code="000000", friendly_device_name="My <phone>").html
    assert wrong.alert == "Code mismatch and fail enable Software Token MFA"
    assert wrong.forms[0]["friendly_device_name"] == "My <phone>"
    assert secret in visitor.page.text
    assert visitor.fill(code=now(visitor, secret), friendly_device_name="My <phone>").who() == "ana"
    visitor.sign_in_again()
    assert "My &lt;phone&gt;" in visitor.page.text
    assert visitor.fill(code=now(visitor, secret, 1)).who() == "ana"


def test_several_factors_are_chosen_from(api: Api) -> None:
    visitor = a_visitor(api, "OPTIONAL", SMS, EMAIL, email=MAIL, email_verified="true", phone_number=PHONE)
    prefer(api, visitor.pool, SMS="on", Email="on")
    visitor.sign_in()
    assert (visitor.path, visitor.html.answers) == ("/mfa/choose", ["SMS_MFA", "EMAIL_OTP"])
    assert visitor.fill(answer="SOFTWARE_TOKEN_MFA").html.alert == "The selected challenge is not available."
    visitor.fill(answer="EMAIL_OTP")
    assert visitor.fill(code=api.code(user="ana")).who() == "ana"


def test_which_factor_to_set_up_is_chosen(api: Api) -> None:
    visitor = a_visitor(api, "ON").sign_in()
    assert (visitor.path, visitor.html.answers) == ("/mfa/register", ["SOFTWARE_TOKEN_MFA", "SMS_MFA", "EMAIL_OTP"])
    visitor.fill(answer="EMAIL_OTP")
    assert visitor.path == "/mfa/register/address"
    assert visitor.fill(email="nowhere").html.alert == "Invalid email address format."
    visitor.fill(email="ana@example.org")
    assert visitor.path == "/mfa"
    assert visitor.fill(code=api.code(to="ana@example.org")).who() == "ana"
    found = api.idp("AdminGetUser", UserPoolId=visitor.pool, Username="ana")["UserAttributes"]
    assert {"Name": "email_verified", "Value": "true"} in found


def test_a_phone_number_is_set_up(api: Api) -> None:
    visitor = a_visitor(api, "ON").sign_in().fill(answer="SMS_MFA")
    visitor.fill(phone_number="+15555550123")
    assert visitor.fill(code=api.code(to="+15555550123")).who() == "ana"


def test_an_app_that_was_set_up_elsewhere_meanwhile_ends_the_sign_in(api: Api) -> None:
    """Whoever knows the password alone cannot replace the factor that the user has set up."""
    visitor = a_visitor(api, "ON", TOTP).sign_in()
    other = Visitor(Api(api.http.application.test_client(), api.world), visitor.pool, visitor.client, visitor.asked)
    other.sign_in()
    secret = other.page.text.partition('<code id="secret">')[2].partition("<")[0]
    assert other.fill(code=now(other, secret)).returned["code"]
    html = visitor.fill(code="123456").html
    assert html.alert == "Invalid session for the user."
    assert "password" in html.forms[0]


def test_too_many_wrong_codes_lock_the_account(api: Api) -> None:
    visitor = a_visitor(api, "ON", EMAIL, email=MAIL).sign_in()
    for _ in range(5):
        visitor.fill(code="000000")
    assert visitor.fill(code=api.code(user="ana")).html.alert == "Password attempts exceeded"
