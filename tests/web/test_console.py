"""The console: its frame, and its pages of pools, clients, groups and users."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

from tests.builders import PASSWORD, Api, a_client, a_pool, a_user, unpaired

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


class _Forms(HTMLParser):
    """The forms of a page: where each goes, and the fields as a browser sends them when nobody changes anything."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str | None, list[tuple[str, str]]]] = []
        self._select: str | None = None
        self._first = self._area = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a form, or add a field to the form."""
        has = dict(attrs)
        name, value = has.get("name"), has.get("value") or ""
        if tag == "form":
            self.found.append((has.get("action"), []))
        elif tag == "input" and name and (has.get("type") != "checkbox" or "checked" in has):
            self.found[-1][1].append((name, value))
        elif tag == "select":
            self._select, self._first = name, True
        elif tag == "option" and self._select and (self._first or "selected" in has):
            if not self._first:
                self.found[-1][1].pop()
            self._first = False
            self.found[-1][1].append((self._select, value))
        elif tag == "textarea" and name:
            self.found[-1][1].append((name, ""))
            self._area = True

    def handle_endtag(self, tag: str) -> None:
        """End a field."""
        if tag == "select":
            self._select = None
        self._area = self._area and tag != "textarea"

    def handle_data(self, data: str) -> None:
        """The text of a text field; a line break at its beginning does not count."""
        if self._area:
            self.found[-1][1][-1] = (self.found[-1][1][-1][0], data.removeprefix("\n"))


class Person:
    """Somebody in front of the console."""

    def __init__(self, api: Api) -> None:
        self.api, self.url, self.page = api, "", ""

    def open(self, url: str) -> str:
        """Open a page."""
        response = self.api.http.get(url, headers=HTML)
        assert (response.status_code, response.mimetype) == (200, "text/html"), response.text
        self.url, self.page = url, response.text
        return self.page

    def follow(self, words: str) -> str:
        """Follow the first link with this text."""
        links = re.findall(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', self.page, re.DOTALL)
        return self.open(unescape(next(url for url, text in links if re.sub("<.*?>", "", text) == words)))

    def send(self, wanted: str, **changes: Any) -> str:
        """Send the form that has the field `wanted`, or the action `wanted`, with fields changed; None unchecks."""
        action, fields = next(
            form for form in _Forms(self.page).found if wanted in dict(form[1]) or dict(form[1]).get("action") == wanted
        )
        sent = [field for field in fields if field[0] not in changes]
        for name, value in changes.items():
            sent += [(name, each) for each in value] if isinstance(value, list) else [(name, value)] if value else []
        data: dict[str, list[str]] = {}
        for name, value in sent:
            data.setdefault(name, []).append(value)
        response = self.api.http.post(action or self.url, data=data, headers=HTML)
        if response.status_code == 303:
            return self.open(response.headers["Location"])
        assert (response.status_code, response.mimetype) == (200, "text/html"), response.text
        self.page = response.text
        return self.page

    @property
    def alert(self) -> str:
        """What went wrong."""
        found = re.search(r'<p class="alert" role="alert">(.*?)</p>', self.page, re.DOTALL)
        return unescape(re.sub("<.*?>", "", found[1])) if found else ""


def test_the_first_page_is_a_page_for_a_browser_and_json_for_a_program(api: Api) -> None:
    a_pool(api, PoolName="shop")
    page = api.http.get("/_emulator/", headers=HTML)
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert "shop" in page.text
    assert api.http.get("/_emulator/").get_json()["messages"] == "/_emulator/messages"


def test_a_pool_a_client_a_group_and_a_user_are_made_by_links_and_forms(api: Api) -> None:
    person = Person(api)
    person.open("/_emulator/")
    person.send("PoolName", PoolName="shop", MfaConfiguration="OPTIONAL")
    assert "<h1>shop</h1>" in person.page
    pool = api.idp("ListUserPools", MaxResults=1)["UserPools"][0]["Id"]
    assert api.idp("GetUserPoolMfaConfig", UserPoolId=pool)["SoftwareTokenMfaConfiguration"] == {"Enabled": True}
    person.follow("App clients")
    person.send("ClientName", ClientName="web", AllowedOAuthFlows="code", CallbackURLs="https://a.example/cb")
    assert "<h1>web</h1>" in person.page
    person.follow("Groups")
    person.send("GroupName", GroupName="staff")
    assert "<h1>staff</h1>" in person.page
    person.follow("Users")
    person.send("Username", Username="ana", TemporaryPassword=PASSWORD, Permanent="true")
    assert "<h1>ana</h1>" in person.page
    person.send("GroupName", GroupName="staff")
    assert api.idp("AdminGetUser", UserPoolId=pool, Username="ana")["UserStatus"] == "CONFIRMED"
    [group] = api.idp("AdminListGroupsForUser", UserPoolId=pool, Username="ana")["Groups"]
    assert group["GroupName"] == "staff"


# Pools


FULL = {
    "PoolName": "full",
    "AutoVerifiedAttributes": ["email", "phone_number"],
    "UsernameAttributes": ["email"],
    "VerificationMessageTemplate": {"EmailMessage": "Your code: {####}", "EmailSubject": "Code"},
    "SmsAuthenticationMessage": "Sign in: {####}",
    "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]},
    "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": True},
    "EmailConfiguration": {
        "EmailSendingAccount": "DEVELOPER",
        "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/a.example",
        "From": "Shop <shop@a.example>",
    },
    "SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "x"},
    "UserPoolTags": {"team": "red"},
    "AdminCreateUserConfig": {
        "AllowAdminCreateUserOnly": True,
        "InviteMessageTemplate": {
            "EmailMessage": "Hello {username}: {####}",
            "EmailSubject": "Welcome",
            "SMSMessage": "{username} {####}",
        },
    },
    "Policies": {
        "PasswordPolicy": {"MinimumLength": 10, "RequireNumbers": True, "PasswordHistorySize": 3},
        "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]},
    },
    "AccountRecoverySetting": {"RecoveryMechanisms": [{"Priority": 1, "Name": "verified_phone_number"}]},
    "LambdaConfig": {"PreSignUp": "arn:aws:lambda:us-east-1:123456789012:function:pre"},
    "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"},
    "UserPoolTier": "PLUS",
    "DeletionProtection": "ACTIVE",
}


def described(api: Api, pool: str) -> dict[str, Any]:
    """What AWS says of a pool, its MFA included."""
    shown = api.idp("DescribeUserPool", UserPoolId=pool)["UserPool"]
    del shown["LastModifiedDate"]
    return {**shown, "mfa": api.idp("GetUserPoolMfaConfig", UserPoolId=pool)}


def test_a_form_of_a_pool_that_is_saved_as_it_is_changes_nothing(api: Api) -> None:
    pool = a_pool(api, **FULL)
    api.idp(
        "SetUserPoolMfaConfig",
        UserPoolId=pool,
        MfaConfiguration="OPTIONAL",
        SoftwareTokenMfaConfiguration={"Enabled": True},
        EmailMfaConfiguration={"Message": "Your code: {####}", "Subject": "Code"},
        WebAuthnConfiguration={"RelyingPartyId": "a.example", "UserVerification": "required"},
    )
    before = described(api, pool)
    person = Person(api)
    for form in ("update", "mfa"):
        person.open(f"/_emulator/console/pools/{pool}")
        person.send(form)
        assert person.alert == ""
        assert described(api, pool) == before


def test_a_form_of_a_pool_changes_what_it_shows_and_nothing_else(api: Api) -> None:
    pool = a_pool(api, **FULL)
    before = described(api, pool)
    person = Person(api)
    person.open(f"/_emulator/console/pools/{pool}")
    person.send("update", PoolName="new", MinimumLength="12", RequireNumbers=None, DeletionProtection="INACTIVE")
    changed = described(api, pool)
    policy = before["Policies"]["PasswordPolicy"] | {"MinimumLength": 12, "RequireNumbers": False}
    policies = {**before["Policies"], "PasswordPolicy": policy}
    assert changed == before | {"Name": "new", "Policies": policies, "DeletionProtection": "INACTIVE"}


def test_mfa_that_is_turned_off_and_on_again_has_its_methods(api: Api) -> None:
    pool = a_pool(api)
    token = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
    api.idp("SetUserPoolMfaConfig", UserPoolId=pool, MfaConfiguration="ON", **token)
    person = Person(api)
    person.open(f"/_emulator/console/pools/{pool}")
    person.send("mfa", MfaConfiguration="OFF")
    assert described(api, pool)["mfa"] == {"MfaConfiguration": "OFF", **token}
    person.send("mfa", MfaConfiguration="ON")
    assert described(api, pool)["mfa"] == {"MfaConfiguration": "ON", **token}


def test_a_refusal_of_a_form_is_told_in_aws_words_and_the_form_is_kept(api: Api) -> None:
    pool = a_pool(api)
    person = Person(api)
    person.open(f"/_emulator/console/pools/{pool}")
    person.send("update", PoolName="kept name", MinimumLength="5")
    assert person.alert.startswith("InvalidParameterException: 1 validation error detected: Value '5' at")
    assert 'value="kept name"' in person.page
    assert described(api, pool)["Name"] == "pool"
    person.send("update", MinimumLength="many")
    assert person.alert == "MinimumLength: many is not a number."


def test_a_pool_with_deletion_protection_is_not_deleted(api: Api) -> None:
    pool = a_pool(api, DeletionProtection="ACTIVE")
    person = Person(api)
    person.open(f"/_emulator/console/pools/{pool}")
    person.send("delete")
    assert "deletion protection is activated" in person.alert
    person.send("update", DeletionProtection="INACTIVE")
    person.send("delete")
    assert api.idp("ListUserPools", MaxResults=1)["UserPools"] == []


def test_a_domain_is_made_and_deleted(api: Api) -> None:
    pool = a_pool(api)
    person = Person(api)
    person.open(f"/_emulator/console/pools/{pool}")
    person.send("create-domain", Domain="shop", ManagedLoginVersion="2")
    assert described(api, pool)["Domain"] == "shop"
    person.send("delete-domain")
    assert "Domain" not in described(api, pool)


def test_pools_of_every_region_are_reached(api: Api) -> None:
    a_pool(api, PoolName="south")
    api.region = "eu-west-1"
    pool = a_pool(api, PoolName="north")
    person = Person(api)
    assert "north" not in person.open("/_emulator/")
    assert "south" not in person.follow("eu-west-1")
    person.follow("north")
    assert pool in person.page


def test_pools_are_listed_page_by_page(api: Api) -> None:
    for index in range(31):
        a_pool(api, PoolName=f"pool-{index}")
    person = Person(api)
    names = set(re.findall(r"<bdi>(pool-\d+)</bdi>", person.open("/_emulator/")))
    assert len(names) == 30
    more = set(re.findall(r"<bdi>(pool-\d+)</bdi>", person.follow("next")))
    assert len(names | more) == 31
    assert ">next<" not in person.page


# Clients


def test_a_form_of_a_client_that_is_saved_as_it_is_changes_nothing(api: Api) -> None:
    pool = a_pool(api)
    api.idp("CreateResourceServer", UserPoolId=pool, Identifier="api", Name="api", Scopes=[
        {"ScopeName": "read", "ScopeDescription": "read"}
    ])  # fmt: skip
    client = a_client(
        api,
        pool,
        GenerateSecret=True,
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
        CallbackURLs=["https://a.example/cb?x=1&y=2", "http://localhost:3000/"],
        LogoutURLs=["https://a.example/out"],
        DefaultRedirectURI="http://localhost:3000/",
        AllowedOAuthFlows=["code"],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthScopes=["openid", "api/read"],
        SupportedIdentityProviders=["COGNITO"],
        ReadAttributes=["email", "name"],
        WriteAttributes=["name"],
        AccessTokenValidity=10,
        TokenValidityUnits={"AccessToken": "minutes"},
        RefreshTokenRotation={"Feature": "ENABLED", "RetryGracePeriodSeconds": 20},
        EnablePropagateAdditionalUserContextData=True,
        AuthSessionValidity=5,
    )

    def shown() -> dict[str, Any]:
        found = api.idp("DescribeUserPoolClient", UserPoolId=pool, ClientId=client)["UserPoolClient"]
        return {name: value for name, value in found.items() if name != "LastModifiedDate"}

    before = shown()
    person = Person(api)
    person.open(f"/_emulator/console/pools/{pool}/clients/{client}")
    person.send("update")
    assert person.alert == ""
    assert shown() == before
    person.send("update", CallbackURLs="http://localhost:3000/", ClientName="other")
    assert shown() == before | {"CallbackURLs": ["http://localhost:3000/"], "ClientName": "other"}


def test_the_secret_of_a_client_is_on_the_page_only_if_it_is_asked_for(api: Api) -> None:
    pool = a_pool(api)
    client = a_client(api, pool, GenerateSecret=True)
    secret = api.idp("DescribeUserPoolClient", UserPoolId=pool, ClientId=client)["UserPoolClient"]["ClientSecret"]
    person = Person(api)
    assert secret not in person.open(f"/_emulator/console/pools/{pool}/clients/{client}")
    assert secret in person.follow("show")


def test_a_client_that_is_made_with_its_name_alone_lets_people_sign_in(api: Api) -> None:
    pool = a_pool(api)
    a_user(api, pool)
    person = Person(api)
    person.open(f"/_emulator/console/pools/{pool}/clients")
    person.send("ClientName", ClientName="web")
    [url] = re.findall(r'<a class="button" href="(.*?)">sign in<', person.page)
    page = api.http.get(unescape(url), follow_redirects=True)
    token = re.findall(r'name="_csrf" value="(.*?)"', page.text)[0]
    form = {"_csrf": token, "username": "ana", "password": PASSWORD}
    back = api.http.post(page.request.url, data=form)
    assert "code" in person.open(back.headers["Location"])
    assert "<h1>Signed in</h1>" in person.page


def test_a_client_without_a_login_page_is_told_what_it_lacks(api: Api) -> None:
    pool = a_pool(api)
    client = a_client(api, pool)
    page = Person(api).open(f"/_emulator/console/pools/{pool}/clients/{client}")
    assert f'href="/login?client_id={client}&amp;response_type=code"' in page
    assert "it lacks the OAuth grant code, a callback URL, an identity provider, such as COGNITO." in page


def test_a_client_is_deleted(api: Api) -> None:
    pool = a_pool(api)
    client = a_client(api, pool)
    person = Person(api)
    person.open(f"/_emulator/console/pools/{pool}/clients/{client}")
    person.send("delete")
    assert api.idp("ListUserPoolClients", UserPoolId=pool, MaxResults=1)["UserPoolClients"] == []


# Groups


def test_a_group_is_changed_and_deleted_and_has_members(api: Api) -> None:
    pool, name = a_pool(api), "a/b?c=d&<i>#\u05d0"
    a_user(api, pool)
    person = Person(api)
    person.open(f"/_emulator/console/pools/{pool}/groups")
    person.send("GroupName", GroupName=name, Precedence="3")
    person.send("update", Description="Staff <b> \u202e")
    group = api.idp("GetGroup", UserPoolId=pool, GroupName=name)["Group"]
    assert (group["Description"], group["Precedence"]) == ("Staff <b> \u202e", 3)
    person.send("add", Username="ana")
    assert "<bdi>ana</bdi>" in person.page
    person.send("remove")
    assert api.idp("ListUsersInGroup", UserPoolId=pool, GroupName=name)["Users"] == []
    person.send("add", Username="nobody")
    assert person.alert == "UserNotFoundException: User does not exist."
    person.send("delete")
    assert api.idp("ListGroups", UserPoolId=pool)["Groups"] == []


# Users


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
        data={"_csrf": _Forms(person.page).found[0][1][0][1], "action": "attributes", "UserAttributes[name]": ""},
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


# The frame


def test_what_is_not_there_is_told_with_404(api: Api) -> None:
    pool = a_pool(api)
    for path in (
        "us-east-1_nobody",
        f"{pool}/user?username=x",
        f"{pool}/group?group=x",
        f"{pool}/clients/x",
        f"{pool}/user",
    ):
        response = api.http.get(f"/_emulator/console/pools/{path}", headers=HTML)
        assert (response.status_code in (400, 404), response.mimetype) == (True, "text/html"), path
        assert 'role="alert"' in response.text


def test_a_form_without_the_token_of_the_browser_is_refused(api: Api) -> None:
    pool = a_pool(api)
    person = Person(api)
    person.open(f"/_emulator/console/pools/{pool}")
    for token in (None, "", "00000000-0000-4000-8000-000000000000"):
        data = {"action": "delete"} | ({} if token is None else {"_csrf": token})
        refused = api.http.post(person.url, data=data, headers=HTML)
        assert (refused.status_code, refused.mimetype) == (403, "text/html")
    assert described(api, pool)["Id"] == pool


def test_pages_say_what_browsers_may_do_with_them(api: Api) -> None:
    headers = api.http.get("/_emulator/", headers=HTML).headers
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
    assert (headers["X-Frame-Options"], headers["Cache-Control"]) == ("DENY", "no-store")
    assert "SameSite=Strict" in headers["Set-Cookie"]
    assert "HttpOnly" in headers["Set-Cookie"]


def test_only_what_a_page_changes_is_among_the_events(api: Api) -> None:
    pool = a_pool(api)
    a_user(api, pool)
    before = len(api.http.get("/_emulator/events").get_json()["events"])
    person = Person(api)
    person.open(f"/_emulator/console/pools/{pool}/user?username=ana")
    person.send("disable")
    events = api.http.get("/_emulator/events").get_json()["events"][before:]
    assert [(event["operation"], event["user"]) for event in events] == [("AdminDisableUser", "ana")]
