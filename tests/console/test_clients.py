"""The pages of app clients."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from tests.builders import PASSWORD, Api, a_client, a_pool, a_user
from tests.console.person import Person

FULL: dict[str, Any] = {
    "GenerateSecret": True,
    "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
    "CallbackURLs": ["https://a.example/cb?x=1&y=2", "http://localhost:3000/"],
    "LogoutURLs": ["https://a.example/out"],
    "DefaultRedirectURI": "http://localhost:3000/",
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthScopes": ["openid", "api/read"],
    "SupportedIdentityProviders": ["COGNITO"],
    "ReadAttributes": ["email", "name"],
    "WriteAttributes": ["name"],
    "AccessTokenValidity": 10,
    "TokenValidityUnits": {"AccessToken": "minutes"},
    "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 20},
    "EnablePropagateAdditionalUserContextData": True,
    "AuthSessionValidity": 5,
}


@pytest.mark.parametrize("members", [{}, FULL], ids=["few", "full"])
def test_a_form_of_a_client_that_is_saved_as_it_is_changes_nothing(api: Api, members: dict[str, Any]) -> None:
    pool = a_pool(api)
    scopes = [{"ScopeName": "read", "ScopeDescription": "read"}]
    api.idp("CreateResourceServer", UserPoolId=pool, Identifier="api", Name="api", Scopes=scopes)
    made = api.idp("CreateUserPoolClient", UserPoolId=pool, ClientName="web", **members)
    client = made["UserPoolClient"]["ClientId"]

    def shown() -> dict[str, Any]:
        found = api.idp("DescribeUserPoolClient", UserPoolId=pool, ClientId=client)["UserPoolClient"]
        return {name: value for name, value in found.items() if name != "LastModifiedDate"}

    before = shown()
    person = Person(api)
    person.open(f"/_emulator/console/pools/{pool}/clients/{client}")
    person.send("update")
    assert person.alert == ""
    assert shown() == before
    person.send("update", LogoutURLs="http://localhost:3000/", ClientName="other")
    assert shown() == before | {"LogoutURLs": ["http://localhost:3000/"], "ClientName": "other"}


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
