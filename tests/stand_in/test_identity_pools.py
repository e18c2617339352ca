"""Tokens of the stand-in provider as logins of identity pools."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.api.identity_app import an_app
from tests.builders import Api


@pytest.mark.parametrize(
    ("name", "place", "authorize", "token"),
    [
        ("accounts.google.com", "google", "o/oauth2/v2/auth", "oauth2/v4/token"),
        ("www.amazon.com", "amazon", "ap/oa", "auth/o2/token"),
    ],
)
def test_whom_a_stand_in_signs_in_logs_in_with_its_token(
    api: Api, name: str, place: str, authorize: str, token: str
) -> None:
    app, base = an_app(api), f"/_emulator/idp/{place}"
    app.update(SupportedLoginProviders={name: "shop"})
    person = {"sub": "noor-1", "claims": {"email": "noor@x.example"}}
    api.http.post("/_emulator/idp/people", json=person)
    client = {"client_id": "shop", "redirect_uri": "http://localhost:3000/callback"}
    asked = {**client, "response_type": "code", "scope": "openid profile", "login_hint": "noor-1"}
    location = api.http.get(f"{base}/{authorize}", query_string=asked).headers["Location"]
    code = {"grant_type": "authorization_code", "code": parse_qs(urlsplit(location).query)["code"][0]}
    given = api.http.post(f"{base}/{token}", data={**client, **code, "client_secret": "any"}).get_json()
    login = {name: given.get("id_token") or given["access_token"]}
    amr = app.opened(app.token(app.get_id(login), login)["Token"])["amr"]
    assert amr == ["authenticated", name, f"{name}:shop:noor-1"]
