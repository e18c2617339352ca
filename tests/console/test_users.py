"""The list of users, the search, and the page of a user."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from tests.builders import PASSWORD, Api, a_client, a_pool, a_user, unpaired
from tests.console.person import HTML, Forms, Person
from tests.console.test_pools import FULL


def usernames(page: str) -> list[str]:
    """The users of a list."""
    return [unescape(name) for name in re.findall(r'<td><a href="[^"]*"><bdi>(.*?)</bdi></a></td>', page)]


def test_users_are_listed_and_found_page_by_page(api: Api) -> None:
    pool = a_pool(api)
    for index in range(30):
        a_user(api, pool, f"user-{index:02}", email=f"user-{index:02}@example.com", phone_number=f"+4912345{index:02}")
    a_user(api, pool, "zoe", email="USER-zoe@example.com", name='Zoe "Z" \\')
    person = Person(api)
    for url in (f"/_emulator/console/pools/{pool}/users", f"/_emulator/console/pools/{pool}/users?q=user-"):
        found = usernames(person.open(url))
        assert len(found) == 25
        found += usernames(person.follow("next"))
        assert found == [*(f"user-{index:02}" for index in range(30)), "zoe"]
        assert ">next<" not in person.page


def test_users_are_found_by_the_beginning_of_what_they_are_known_by(api: Api) -> None:
    pool = a_pool(api)
    a_user(api, pool, "bob", email="bob@example.com")
    sub = unpaired(
        a_user(api, pool, "ana", email="ana@example.com", phone_number="+4912345", name='A "B" \\')["Attributes"]
    )["sub"]
    person = Person(api)
    person.open(f"/_emulator/console/pools/{pool}/users")
    for q in ("an", "ANA@", "+49123", sub[:20], 'a "b" \\'):
        response = api.http.get(f"/_emulator/console/pools/{pool}/users", query_string={"q": q}, headers=HTML)
        assert usernames(response.text) == ["ana"], q
    assert "Nobody is found" in person.open(f"/_emulator/console/pools/{pool}/users?q=x%22%20or%20%22")


def test_a_user_without_a_password_of_ours_is_invited(api: Api) -> None:
    pool = a_pool(api)
    person = Person(api)
    person.open(f"/_emulator/console/pools/{pool}/users")
    person.send(
        "Username", Username="ana", DesiredDeliveryMediums="EMAIL", **{"UserAttributes[email]": "a@example.com"}
    )
    assert person.alert == ""
    assert api.message(pool=pool).to == "a@example.com"
    assert "FORCE_CHANGE_PASSWORD" in person.page


def test_a_user_that_is_refused_leaves_the_form_as_it_was(api: Api) -> None:
    pool = a_pool(api)
    person = Person(api)
    person.open(f"/_emulator/console/pools/{pool}/users")
    person.send("Username", Username="ana", TemporaryPassword="short", Permanent="true")
    assert person.alert.startswith("InvalidPasswordException: ")
    assert 'value="ana"' in person.page
    assert api.idp("ListUsers", UserPoolId=pool)["Users"] == []


def test_the_buttons_of_a_user_do_what_they_say(api: Api) -> None:
    pool = a_pool(api, AutoVerifiedAttributes=["email"])
    client = a_client(api, pool)
    mail = [{"Name": "email", "Value": "ana@example.com"}]
    api.idp("SignUp", ClientId=client, Username="ana", Password=PASSWORD, UserAttributes=mail)
    found = {"UserPoolId": pool, "Username": "ana"}

    def ana() -> dict[str, Any]:
        return api.idp("AdminGetUser", **found)

    person = Person(api)
    person.open(f"/_emulator/console/pools/{pool}/user?username=ana")
    person.send("confirm")
    assert ana()["UserStatus"] == "CONFIRMED"
    assert ">confirm<" not in person.page
    person.send("disable")
    assert ana()["Enabled"] is False
    person.send("enable")
    assert ana()["Enabled"] is True
    person.send("attributes", **{"UserAttributes[email_verified]": "true", "UserAttributes[name]": "Ana"})
    person.send("attributes", **{"UserAttributes[email]": "new@example.com"})
    person.send("attributes", **{"UserAttributes[name]": None, "UserAttributes[nickname]": "A"})
    person.send("attributes", **{"UserAttributes[name]": " ", "UserAttributes[nickname]": ""})
    values = unpaired(ana()["UserAttributes"])
    assert (values["email"], values["email_verified"]) == ("new@example.com", "true")
    person.send("reset-password")
    assert ana()["UserStatus"] == "RESET_REQUIRED"
    person.send("password", Password="Better-Horse-2")
    assert ana()["UserStatus"] == "CONFIRMED"
    person.send("sign-out")
    person.send("delete")
    assert api.idp("ListUsers", UserPoolId=pool)["Users"] == []


def test_an_attribute_whose_field_is_emptied_is_deleted(api: Api) -> None:
    pool = a_pool(api)
    a_user(api, pool, name="Ana", nickname="A")
    person = Person(api)
    person.open(f"/_emulator/console/pools/{pool}/user?username=ana")
    page = api.http.post(
        person.url,
        data={"_csrf": Forms(person.page).found[0][1][0][1], "action": "attributes", "UserAttributes[name]": ""},
        headers=HTML,
    )
    assert page.status_code == 303
    values = unpaired(api.idp("AdminGetUser", UserPoolId=pool, Username="ana")["UserAttributes"])
    assert (values.get("name"), values["nickname"]) == (None, "A")


def test_hostile_names_are_shown_as_text_and_their_pages_are_reached(api: Api) -> None:
    pool = a_pool(api)
    for name in ("<script>alert(1)</script>", "a/../b?c#d&e=f%2F", "\u05d0\u05d1", "😀'\"", "//x"):
        a_user(api, pool, name)
        person = Person(api)
        person.open(f"/_emulator/console/pools/{pool}/users")
        assert name in usernames(person.page)
        assert "<script>" not in person.page
        url = re.findall(r'<td><a href="([^"]*)"><bdi>', person.page)[-1]
        person.open(unescape(url))
        assert "<script>" not in person.page
        person.send("delete")
        assert usernames(person.page) == []


def test_second_factors_are_preferred_as_the_form_says(api: Api) -> None:
    pool = a_pool(api)
    email = {"EmailConfiguration": FULL["EmailConfiguration"]}
    api.idp("UpdateUserPool", UserPoolId=pool, **email)
    api.idp("SetUserPoolMfaConfig", UserPoolId=pool, MfaConfiguration="OPTIONAL", EmailMfaConfiguration={})
    a_user(api, pool, email="ana@example.com", email_verified="true")
    person = Person(api)
    person.open(f"/_emulator/console/pools/{pool}/user?username=ana")
    person.send("mfa", EmailMfaSettings="true", PreferredMfa="EMAIL_OTP")
    user = api.idp("AdminGetUser", UserPoolId=pool, Username="ana")
    assert (user["UserMFASettingList"], user["PreferredMfaSetting"]) == (["EMAIL_OTP"], "EMAIL_OTP")
    person.send("mfa", EmailMfaSettings=None, PreferredMfa=None)
    assert "UserMFASettingList" not in api.idp("AdminGetUser", UserPoolId=pool, Username="ana")
    person.send("mfa", SoftwareTokenMfaSettings="true")
    assert person.alert.startswith("InvalidParameterException: ")
