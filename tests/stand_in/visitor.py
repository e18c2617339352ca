"""A browser, or a client, of the stand-in provider."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from werkzeug.test import TestResponse

from emulator.stand_in.addresses import Endpoints, addresses
from tests.builders import Api

BASE = "http://localhost"
CALLBACK = "http://app.localhost:3000/callback"
CLIENT = {"client_id": "the client", "client_secret": "any: secret"}
NOOR, MIKA = "noor@example.com", "mika@example.com"
SCOPES = {
    "OIDC": "openid email profile phone",
    "Google": "openid email profile",
    "Facebook": "public_profile,email",
    "LoginWithAmazon": "profile postal_code",
    "SignInWithApple": "email name",
}


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at one of the providers."""

    api: Api
    provider_type: str

    @property
    def where(self) -> Endpoints:
        return addresses(self.provider_type, BASE)

    def query(self, **changes: Any) -> str:
        """An authorization request. None leaves a parameter out."""
        asked = {
            "client_id": CLIENT["client_id"],
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": SCOPES[self.provider_type],
            "state": "the state & more",
        }
        if self.provider_type == "SignInWithApple":
            asked["response_mode"] = "form_post"
        return urlencode({name: value for name, value in (asked | changes).items() if value is not None})

    def authorize(self, **changes: Any) -> TestResponse:
        return self.api.http.get(f"{self.where.authorize}?{self.query(**changes)}")

    def press(self, fields: dict[str, str], **changes: Any) -> TestResponse:
        """Open the page, and press a button of it."""
        page = self.authorize(**changes)
        assert page.status_code == 200, page.text
        return self.submit(page, fields)

    def submit(self, page: TestResponse, fields: dict[str, str]) -> TestResponse:
        """Submit a form of a page."""
        action = html.unescape(re.findall('<form method="post" action="([^"]*)"', page.text)[0])
        return self.api.http.post(action, data={"_csrf": hidden(page)["_csrf"], **fields})

    def code(self, **changes: Any) -> str:
        """The code that somebody gets without a page."""
        return told(self.authorize(**({"login_hint": NOOR} | changes)))["code"]

    def exchange(self, code: str, /, **changes: Any) -> TestResponse:
        """Exchange a code. None leaves a parameter out."""
        asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, **CLIENT} | changes
        return self.api.http.post(
            self.where.token, data={name: value for name, value in asked.items() if value is not None}
        )

    def tokens(self, **changes: Any) -> dict[str, Any]:
        """The tokens that somebody gets without a page."""
        answer = self.exchange(self.code(**changes))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.get_json()
        return found

    def user_info(self, token: str, path: str = "") -> TestResponse:
        headers = {"Authorization": f"Bearer {token}"}
        return self.api.http.get((self.where.userinfo or "") + path, headers=headers)

    def add(self, sub: str = "", **claims: Any) -> None:
        """Let the provider know somebody further."""
        body = {"people": [{"provider": self.provider_type, "sub": sub, "claims": claims}]}
        assert self.api.http.post("/_emulator/idp/people", json=body).status_code == 200


def told(answer: TestResponse) -> dict[str, str]:
    """What the answer tells the client, by redirect or in a form."""
    if answer.status_code == 302:
        where, _, query = answer.location.partition("?")
        assert where == CALLBACK, answer.location
        return dict(parse_qsl(urlsplit(f"?{query}").query, strict_parsing=True))
    assert answer.status_code == 200, answer.text
    assert f'<form method="post" action="{CALLBACK}" id="answer">' in answer.text, answer.text
    return hidden(answer)


def hidden(page: TestResponse) -> dict[str, str]:
    """The hidden fields of a page."""
    found = re.findall('<input type="hidden" name="([^"]*)" value="([^"]*)">', page.text)
    return {name: html.unescape(value) for name, value in found}


def words(page: TestResponse) -> str:
    """What a page says is wrong."""
    return html.unescape(re.findall('role="alert">([^<]*)<', page.text)[0])


def user_of(answer: dict[str, str]) -> Any:
    """Apple's field `user`."""
    return json.loads(answer["user"]) if "user" in answer else None
