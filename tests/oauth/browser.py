"""A browser and an application, as the OAuth endpoints meet them."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from werkzeug.test import TestResponse

from emulator.context import Context, RequestOrigin
from emulator.domain.accounts.principals import Principal
from emulator.domain.tokens import browser_sessions
from emulator.settings import Settings
from storage.store import Store
from tests.builders import Api, a_client, a_pool, a_user

CALLBACK = "https://app.example.com/callback"
OPEN_ID = ["openid", "email", "phone", "profile"]
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
"""RFC 7636, appendix B."""
PKCE = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}


def an_oauth_client(api: Api, pool: str, **members: Any) -> str:
    """A client that may use the code flow, with a callback; answers its id."""
    given = {
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": OPEN_ID,
        "CallbackURLs": [CALLBACK],
        "SupportedIdentityProviders": ["COGNITO"],
        **members,
    }
    return a_client(api, pool, **given)


@dataclass
class Browser:
    """A browser at the endpoints of a pool, with a client of the pool that allows the code flow."""

    api: Api
    store: Store
    pool: str
    client: str

    @classmethod
    def of(cls, api: Api, store: Store, pool: str | None = None, **members: Any) -> Browser:
        """A browser, with a user in the pool: Ana."""
        if pool is None:
            pool = a_pool(api)
            a_user(api, pool, email="ana@example.com", email_verified="true")
        return cls(api, store, pool, an_oauth_client(api, pool, **members))

    def sign_in(self, username: str = "ana", client: str | None = None, **authenticated: Any) -> str:
        """Begin a browser session, as the pages do; answers the cookie's value."""
        with self.store.unit(writes=True) as unit:
            context = Context(unit, self.api.world, Settings(ephemeral=True), RequestOrigin())
            pool, user = unit.pools.get(self.pool), unit.users.named(self.pool, username)
            found = unit.clients.get(client or self.client)
            assert pool
            assert user
            cookie, _ = browser_sessions.begin(context, Principal(pool, user, found), authenticated)
        self.api.http.set_cookie(browser_sessions.COOKIE, cookie)
        return cookie

    def get(self, path: str, **parameters: str) -> TestResponse:
        """Open a URL, without following redirects."""
        query = f"?{urlencode(parameters)}" if parameters else ""
        return self.api.http.get(f"{path}{query}")

    def authorize(self, **parameters: str) -> TestResponse:
        """Open `/oauth2/authorize`. A parameter that is empty is left out."""
        given = {"client_id": self.client, "response_type": "code", "redirect_uri": CALLBACK, **parameters}
        return self.get("/oauth2/authorize", **{name: value for name, value in given.items() if value})

    def code(self, **parameters: str) -> str:
        """An authorization code for a browser that is signed in."""
        location = self.authorize(**parameters).headers["Location"]
        return parse_qs(urlsplit(location).query)["code"][0]

    def token(self, headers: dict[str, str] | None = None, **form: str) -> TestResponse:
        """Ask `/oauth2/token`."""
        return self.api.http.post("/oauth2/token", data=form, headers=headers)

    def exchange(self, code: str, **form: str) -> TestResponse:
        """Exchange a code."""
        given = {"client_id": self.client, "redirect_uri": CALLBACK, "code": code, **form}
        return self.token(None, grant_type="authorization_code", **{k: v for k, v in given.items() if v})

    def tokens(self, **parameters: str) -> dict[str, Any]:
        """The tokens that a code gives."""
        answer = self.exchange(self.code(**parameters))
        assert answer.status_code == 200, answer.text
        return dict(answer.get_json())


def basic(client: str, secret: str) -> dict[str, str]:
    """Client authentication by HTTP Basic."""
    return {"Authorization": f"Basic {base64.b64encode(f'{client}:{secret}'.encode()).decode()}"}
