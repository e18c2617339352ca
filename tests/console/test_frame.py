"""The frame of the console: the first page, refusals, CSRF, headers and events."""

from __future__ import annotations

import pytest

from emulator.settings import Settings
from tests.builders import PASSWORD, Api, a_pool, a_user
from tests.console.person import HTML, Person
from tests.console.test_pools import described


def test_the_first_page_is_a_page_for_a_browser_and_json_for_a_program(api: Api) -> None:
    a_pool(api, PoolName="shop")
    page = api.http.get("/_emulator/", headers=HTML)
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert "shop" in page.text
    assert "AWS_DEFAULT_REGION=us-east-1" in page.text
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
    assert 'aria-current="true">App clients</a>' in person.page
    person.follow("Groups")
    person.send("GroupName", GroupName="staff")
    assert "<h1>staff</h1>" in person.page
    person.follow("Users")
    person.send("Username", Username="ana", TemporaryPassword=PASSWORD, Permanent="true")
    assert "<h1>ana</h1>" in person.page
    assert 'aria-current="true">Users</a>' in person.page
    person.send("GroupName", GroupName="staff")
    assert api.idp("AdminGetUser", UserPoolId=pool, Username="ana")["UserStatus"] == "CONFIRMED"
    [group] = api.idp("AdminListGroupsForUser", UserPoolId=pool, Username="ana")["Groups"]
    assert group["GroupName"] == "staff"


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


def test_a_region_that_is_none_makes_no_pool(api: Api) -> None:
    person = Person(api)
    person.open("/_emulator/?region=x%20y")
    assert 'name="region" value="us-east-1"' in person.page
    person.send("PoolName", PoolName="shop", region="x y")
    assert person.alert == "region: x y is not the name of a region."
    person.send("PoolName", PoolName="shop", region="eu-west-1")
    assert "eu-west-1_" in person.url


class TestStrictSignatures:
    """A server with `--strict-signatures`."""

    @pytest.fixture
    def settings(self) -> Settings:
        """The settings of the server."""
        return Settings(ephemeral=True, strict_signatures=True)

    def test_the_console_needs_no_signature(self, api: Api) -> None:
        person = Person(api)
        person.open("/_emulator/")
        person.send("PoolName", PoolName="shop")
        assert "<h1>shop</h1>" in person.page
