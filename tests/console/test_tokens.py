"""The console's page of tokens."""

from __future__ import annotations

import re
from html import unescape

import pytest

from keys.signing import base64url
from tests.api.signing_in import enter
from tests.builders import Api, a_client, a_pool, a_user
from tests.console.person import Person


def findings(page: str) -> list[tuple[str, str]]:
    """What is said of a token: right, wrong or a note; and the words."""
    return [
        (kind, unescape(words))
        for kind, words in re.findall(r'<li><span class="tag[^"]*">(.*?)</span> (.*?)</li>', page)
    ]


def inspected(api: Api, token: str) -> Person:
    """The page after a token was pasted."""
    person = Person(api)
    person.open("/_emulator/console/tokens")
    person.send("inspect", token=token)
    return person


def test_tokens_are_minted_and_decoded(api: Api) -> None:
    pool = a_pool(api)
    client = a_client(api, pool)
    a_user(api, pool)
    person = Person(api)
    person.open("/_emulator/")
    person.follow("Tokens")
    person.send("mint", pool=pool, client=client, user="nobody")
    assert "nobody" in person.alert
    assert f'value="{client}"' in person.page
    person.send("mint", user="ana", scopes="openid email")
    minted = dict(re.findall(r'<textarea id="(\w+_token)"[^>]*>(.*?)</textarea>', person.page))
    assert minted.keys() == {"id_token", "access_token", "refresh_token"}
    person.page = person.page[person.page.index("decode the ID token") :]
    person.send("inspect")
    assert findings(person.page) == [
        ("right", f"Signed by the key of access tokens of {pool}."),
        ("right", "Not expired: the server's clock says 2027-01-15T08:00:00.000Z."),
        ("right", "Not revoked."),
    ]
    assert "This token is accepted" in person.page
    assert "openid email" in person.page
    assert "2027-01-15T09:00:00.000Z, in 1h" in person.page
    person.follow("ana")
    assert "<h1>ana</h1>" in person.page


def test_what_is_wrong_with_a_token_is_told(api: Api) -> None:
    pool = a_pool(api)
    client = a_client(api, pool)
    a_user(api, pool)
    issued = enter(api, client)["AuthenticationResult"]
    token = issued["IdToken"]
    head, body, signature = token.split(".")
    changed = ("A" if signature[0] != "A" else "B") + signature[1:]
    assert ("wrong", "Its signature is wrong: signed by another key, or changed since.") in findings(
        inspected(api, f"{head}.{body}.{changed}").page
    )
    api.idp("AdminUserGlobalSignOut", UserPoolId=pool, Username="ana")
    assert ("wrong", "Revoked: its sign-in was ended.") in findings(inspected(api, f" Bearer {token}\n").page)
    api.http.post("/_emulator/clock", json={"advance": "2h"})
    page = inspected(api, token).page
    assert ("wrong", "Expired: the server's clock says 2027-01-15T10:00:00.000Z.") in findings(page)
    assert "1h ago" in page
    api.idp("AdminDeleteUser", UserPoolId=pool, Username="ana")
    api.idp("DeleteUserPoolClient", UserPoolId=pool, ClientId=client)
    told = [words for _, words in findings(inspected(api, token).page)]
    assert told[2:] == [f"The app client {client} does not exist.", "The user does not exist."]
    api.idp("DeleteUserPool", UserPoolId=pool)
    assert "Its issuer is no user pool of this server" in findings(inspected(api, token).page)[0][1]


def test_what_is_no_token_is_told(api: Api) -> None:
    pool = a_pool(api)
    client = a_client(api, pool)
    a_user(api, pool)
    for text in ("", "x", "a.b.c", "\u05d0.\u05d0.\u05d0", enter(api, client)["AuthenticationResult"]["RefreshToken"]):
        assert inspected(api, text).alert.startswith("This is no JWT: "), text


@pytest.mark.parametrize(
    "claims",
    [
        r'{"iss": "\ud800", "sub": "\ud800", "\udfff": 1}',
        r'{"iss": "http://x/us-east-1_\u0000", "sub": "\u0000"}',
        '{"iss": ["x"], "exp": "soon", "iat": -1, "auth_time": 1e300, "sub": {"a": ["<script>"]}}',
        '{"iss": "https://cognito-identity.amazonaws.com", "exp": true}',
        '{"iss": null, "exp": 1e15, "iat": true}',
        "{}",
    ],
)
def test_hostile_tokens_are_shown_and_not_accepted(api: Api, claims: str) -> None:
    a_pool(api)
    head, body = (base64url(text.encode()).decode() for text in ('{"alg": "none", "kid": "x"}', claims))
    page = inspected(api, f"{head}.{body}.AAAA").page
    assert ("This token is not accepted" in page, "<script>" in page) == (True, False)
