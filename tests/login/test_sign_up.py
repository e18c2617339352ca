"""Creating an account at the pages, confirming it, and being signed in by that."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.outside.world import World
from storage.store import Store
from tests.api.choosing import policy
from tests.api.recorded_functions import Recorder, answering, configured, refusing, same
from tests.api.second_factors import SNS
from tests.builders import FLOWS, PASSWORD, Api, a_pool, a_user
from tests.login.visitor import Html, Visitor

EMAIL = "bea@example.com"
ONLY = {"AllowAdminCreateUserOnly": True}


def signed_up(visitor: Visitor, **fields: str) -> Visitor:
    """Bea at the page that asks for her code."""
    given = {"username": "bea", "password": PASSWORD, "requiredAttributes__email": EMAIL, **fields}
    visitor.open("/signup").fill(**{name: value for name, value in given.items() if value})
    assert visitor.path == "/confirm", visitor.html.alert
    return visitor


def test_a_sign_up_leads_over_the_code_in_the_inbox_to_the_callback(api: Api) -> None:
    visitor = signed_up(Visitor.of(api))
    assert "b***@e***" in visitor.page.text
    assert visitor.fill(code="000000").html.alert == "Invalid verification code provided, please try again."
    assert visitor.fill(code=api.code(user="bea")).who() == "bea"
    assert visitor.status("bea") == "CONFIRMED"
    assert visitor.open("/oauth2/authorize").returned["code"]


def test_another_browser_confirms_and_has_to_sign_in(api: Api) -> None:
    visitor = signed_up(Visitor.of(api))
    api.http.delete_cookie("page-data")
    html = visitor.open("/confirm").html
    assert html.forms[0]["username"] == ""
    visitor.fill(username="bea", code=api.code(user="bea"))
    assert (visitor.path, visitor.html.forms[0]["username"]) == ("/login", "bea")


def test_a_sign_up_is_not_remembered_for_longer_than_a_quarter_of_an_hour(api: Api, world: World) -> None:
    visitor = signed_up(Visitor.of(api))
    action, form = visitor.html.actions[0], visitor.html.forms[0]
    world.clock.advance(seconds=901)
    visitor.post(action, {**form, "code": api.code(user="bea")})
    assert visitor.path == "/login"
    assert visitor.status("bea") == "CONFIRMED"


def test_a_password_that_is_replaced_meanwhile_ends_what_the_sign_up_began(api: Api, recorder: Recorder) -> None:
    pool = a_pool(api, AutoVerifiedAttributes=["email"], LambdaConfig=configured("PostConfirmation"))
    visitor = signed_up(Visitor.of(api, pool))

    def replace_password(event: Any) -> Any:
        named = {"UserPoolId": visitor.pool, "Username": "bea"}
        api.idp("AdminSetUserPassword", **named, Password="Better-Horse-2", Permanent=True)
        return event

    recorder.on("PostConfirmation", replace_password)
    html = visitor.fill(code=api.code(user="bea")).html
    assert html.alert == "Invalid session for the user."
    assert "password" in html.forms[0]


def test_an_account_of_the_same_name_is_not_signed_in(api: Api) -> None:
    """Bea's account is deleted, and somebody else takes her name: her browser is not signed in as them."""
    visitor = signed_up(Visitor.of(api))
    html = visitor.html
    api.idp("AdminDeleteUser", UserPoolId=visitor.pool, Username="bea")
    given = [{"Name": "email", "Value": "eve@example.com"}]
    api.idp("SignUp", ClientId=visitor.client, Username="bea", Password=PASSWORD, UserAttributes=given)
    told = visitor.post(html.actions[0], {**html.forms[0], "code": api.code(user="bea")}).html
    assert told.alert == "Invalid session for the user."


def test_a_new_code_is_sent_and_the_browser_still_signs_in(api: Api) -> None:
    visitor = signed_up(Visitor.of(api))
    first = api.code(user="bea")
    visitor.resend()
    assert visitor.path == "/confirm"
    assert api.code(user="bea") != first
    assert visitor.fill(code=api.code(user="bea")).who() == "bea"


def test_who_is_not_confirmed_is_led_to_the_code_and_gets_another_one(api: Api) -> None:
    visitor = signed_up(Visitor.of(api))
    visitor.sign_in("bea")
    assert (visitor.path, visitor.html.forms[0]["username"]) == ("/confirm", "bea")
    visitor.resend().fill(code=api.code(user="bea"))
    assert visitor.path == "/login"
    assert visitor.status("bea") == "CONFIRMED"


@pytest.mark.parametrize(
    ("fields", "alert"),
    [
        ({"username": "ana"}, "User already exists"),
        ({"password": "short"}, "Password did not conform with policy: Password not long enough"),
        ({"requiredAttributes__email": "nowhere"}, "Invalid email address format."),
        ({"password": "with space "}, "Value at 'password' failed to satisfy constraint"),
        ({"username": "b e a"}, "Value at 'username' failed to satisfy constraint"),
        ({"username": "x" * 129}, "Value at 'username' failed to satisfy constraint"),
        ({"requiredAttributes__custom:none": "1"}, "custom:none: Attribute does not exist in the schema."),
        ({"requiredAttributes__email_verified": "true"}, "A client attempted to write unauthorized attribute"),
    ],
)
def test_a_refused_sign_up_shows_the_form_again_with_what_was_typed(
    api: Api, fields: dict[str, str], alert: str
) -> None:
    visitor = Visitor.of(api)
    a_user(api, visitor.pool)
    given = {"username": "bea", "password": PASSWORD, "requiredAttributes__email": EMAIL, **fields}
    html = visitor.open("/signup").fill(**given).html
    assert alert in str(html.alert)
    assert html.forms[0]["username"] == given["username"]
    assert html.forms[0]["requiredAttributes[email]"] == given["requiredAttributes__email"]
    assert html.forms[0]["password"] == ""


def test_the_form_asks_for_what_the_pool_requires(api: Api) -> None:
    schema = [{"Name": name, "Required": True} for name in ("name", "birthdate")]
    custom = [{"Name": "plan", "AttributeDataType": "String"}]
    visitor = Visitor.of(api, a_pool(api, Schema=[*schema, *custom], UsernameAttributes=["email"]))
    html = visitor.open("/signup").html
    asked = {"_csrf", "username", "password", "requiredAttributes[name]", "requiredAttributes[birthdate]"}
    assert set(html.forms[0]) == asked
    assert html.required == asked - {"_csrf"}
    given = {"requiredAttributes__name": "Bea", "requiredAttributes__birthdate": "2000-01-31"}
    visitor.fill(username=EMAIL, password=PASSWORD, **given)
    assert visitor.path == "/confirm"


def test_pre_sign_up_may_confirm_at_once(api: Api, recorder: Recorder) -> None:
    visitor = Visitor.of(api, a_pool(api, LambdaConfig=configured("PreSignUp", "PostConfirmation")))
    recorder.on("PreSignUp", answering(autoConfirmUser=True))
    recorder.on("PostConfirmation", same)
    visitor.open("/signup").fill(username="bea", password=PASSWORD)
    assert visitor.who() == "bea"
    assert recorder.sources == ["PreSignUp_SignUp", "PostConfirmation_ConfirmSignUp"]


def test_the_failure_of_a_trigger_is_told_above_the_form(api: Api, recorder: Recorder) -> None:
    visitor = Visitor.of(api, a_pool(api, LambdaConfig=configured("PreSignUp")))
    recorder.on("PreSignUp", refusing("No <b>friends</b>"))
    html = visitor.open("/signup").fill(username="bea", password=PASSWORD).html
    assert html.alert == "PreSignUp failed with error No <b>friends</b>."
    assert "<b>" not in visitor.page.text


def test_a_sign_in_that_a_trigger_refuses_after_the_confirmation_begins_anew(api: Api, recorder: Recorder) -> None:
    pool = a_pool(api, AutoVerifiedAttributes=["email"], LambdaConfig=configured("PreAuthentication"))
    visitor = signed_up(Visitor.of(api, pool))
    recorder.on("PreAuthentication", refusing("Closed"))
    html = visitor.fill(code=api.code(user="bea")).html
    assert html.alert == "PreAuthentication failed with error Closed."
    assert "password" in html.forms[0]
    assert visitor.status("bea") == "CONFIRMED"
    recorder.on("PreAuthentication", same)
    assert visitor.fill(username="bea", password=PASSWORD).who() == "bea"


def test_only_administrators_create_users_where_the_pool_says_so(api: Api) -> None:
    visitor = Visitor.of(api, a_pool(api, AdminCreateUserConfig=ONLY))
    assert not [link for link in visitor.open().html.links if link.startswith("/signup")]
    token = visitor.html.forms[0]["_csrf"]
    refused = visitor.open("/signup").page
    words = "SignUp is not permitted for this user pool"
    assert (refused.status_code, Html(refused.text).alert) == (400, words)
    form = {"_csrf": token, "username": "bea", "password": PASSWORD}
    answer = visitor.post(refused.request.full_path, form).page
    assert (answer.status_code, Html(answer.text).alert) == (400, words)


def test_a_pool_that_confirms_by_link_says_so(api: Api) -> None:
    by_link = {"DefaultEmailOption": "CONFIRM_WITH_LINK"}
    pool = a_pool(api, AutoVerifiedAttributes=["email"], VerificationMessageTemplate=by_link)
    visitor = signed_up(Visitor.of(api, pool))
    assert "Follow the link" in visitor.page.text
    assert "code" not in visitor.html.forms[0]
    link = api.message(user="bea").link
    assert link
    followed = api.http.get(link.removeprefix("http://localhost"))
    assert "Your registration has been confirmed!" in followed.text
    assert visitor.sign_in("bea").who() == "bea"


def test_a_phone_number_gets_its_code_too(api: Api) -> None:
    pool = a_pool(
        api, UsernameAttributes=["phone_number"], AutoVerifiedAttributes=["phone_number"], SmsConfiguration=SNS
    )
    visitor = Visitor.of(api, pool)
    visitor.open("/signup").fill(username="+15555550100", password=PASSWORD)
    assert "by text message" in visitor.page.text
    assert visitor.fill(code=api.code(to="+15555550100")).tokens()["id_token"]


def test_who_signs_up_without_a_password_is_signed_in_by_the_code(api: Api, store: Store) -> None:
    pool = a_pool(api, AutoVerifiedAttributes=["email"], **policy("PASSWORD", "EMAIL_OTP"))
    visitor = Visitor.of(api, pool, ExplicitAuthFlows=[*FLOWS, "ALLOW_USER_AUTH"])
    signed_up(visitor, password="")
    assert visitor.fill(code=api.code(user="bea")).who() == "bea"


def test_terms_are_linked_once_both_are_there(api: Api, managed: Any) -> None:
    visitor = managed()
    links = {"cognito:default": "https://shop.example/terms", "cognito:german": "https://shop.example/agb"}
    made = {"UserPoolId": visitor.pool, "ClientId": visitor.client, "TermsSource": "LINK", "Enforcement": "NONE"}
    api.idp("CreateTerms", TermsName="terms-of-use", Links=links, **made)
    assert "shop.example" not in visitor.open("/signup").page.text
    api.idp(
        "CreateTerms", TermsName="privacy-policy", Links={"cognito:default": "https://shop.example/privacy"}, **made
    )
    assert {"https://shop.example/terms", "https://shop.example/privacy"} <= set(visitor.open("/signup").html.links)
    assert "https://shop.example/agb" in visitor.open("/signup", lang="de").html.links
    assert "https://shop.example/agb" in visitor.open("/signup").html.links
