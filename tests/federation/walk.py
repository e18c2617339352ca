"""A whole sign-in at an identity provider: an application, a browser, this server, and the provider over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from sqlalchemy import func, select
from werkzeug.test import Client, TestResponse

from storage.store import Store
from storage.tables.federation import federated_sign_ins
from storage.tables.oauth import browser_sessions
from storage.tables.users import users
from tests.api.provider_calls import a_provider
from tests.builders import Api, a_pool
from tests.federation.upstream import Upstream
from tests.oauth.browser import CALLBACK, an_oauth_client

BACK = "/oauth2/idpresponse"


@dataclass
class Walk:
    """A pool with the provider Corp, a client that supports it beside COGNITO, and a browser."""

    api: Api
    store: Store
    corp: Upstream
    pool: str
    client: str

    @classmethod
    def of(cls, api: Api, store: Store, corp: Upstream, identifiers: tuple[str, ...] = (), **client: Any) -> Self:
        pool = a_pool(api)
        members: dict[str, Any] = {"AttributeMapping": {"email": "email"}, "IdpIdentifiers": list(identifiers)}
        a_provider(api, pool, details=corp.details(), **members)
        made = an_oauth_client(api, pool, **{"SupportedIdentityProviders": ["COGNITO", "Corp"], **client})
        return cls(api, store, corp, pool, made)

    def query(self, **parameters: str) -> dict[str, str]:
        """An authorization request. A parameter that is empty is left out."""
        asked = {"client_id": self.client, "response_type": "code", "redirect_uri": CALLBACK, "state": "S"}
        given = asked | {"identity_provider": "Corp"} | parameters
        return {name: value for name, value in given.items() if value}

    def authorize(self, browser: Client | None = None, **parameters: str) -> TestResponse:
        """Open `/oauth2/authorize`, without following redirects."""
        return (browser or self.api.http).get(f"/oauth2/authorize?{urlencode(self.query(**parameters))}")

    def sent(self, browser: Client | None = None, **parameters: str) -> dict[str, str]:
        """Go to the provider; answers what it is asked."""
        location = self.authorize(browser, **parameters).headers["Location"]
        assert location.startswith(f"{self.corp.url}/authorize?"), location
        return asked(location)

    def at_provider(self, given: dict[str, str]) -> str:
        """Sign in at the provider; answers the path to which it sends the browser back."""
        answer = {"code": self.corp.code(**given), "state": given["state"]}
        assert given["redirect_uri"] == f"http://localhost{BACK}"
        return f"{BACK}?{urlencode(answer)}"

    def back(self, path: str, browser: Client | None = None) -> TestResponse:
        """Come back from the provider."""
        return (browser or self.api.http).get(path)

    def walk(self, **parameters: str) -> TestResponse:
        """The whole way; answers the last redirect, which leads to the application."""
        return self.back(self.at_provider(self.sent(None, **parameters)))

    def tokens(self, code: str) -> dict[str, Any]:
        """What the application exchanges the code for."""
        form = {"grant_type": "authorization_code", "client_id": self.client, "redirect_uri": CALLBACK, "code": code}
        answer = self.api.http.post("/oauth2/token", data=form)
        assert answer.status_code == 200, answer.text
        return dict(answer.get_json())

    def browser(self) -> Client:
        """Another browser."""
        return Client(self.api.http.application)

    def created(self) -> dict[str, int]:
        """How many users, browser sessions and sign-ins under way there are."""
        tables = (users, browser_sessions, federated_sign_ins)
        with self.store.unit(writes=False) as unit:
            counts = {of.name: int(unit.read(select(func.count()).select_from(of)).scalar_one()) for of in tables}
        return {name: count for name, count in counts.items() if count}


def asked(location: str) -> dict[str, str]:
    """The parameters of a URL."""
    return dict(parse_qsl(urlsplit(location).query, keep_blank_values=True))


def returned(answer: TestResponse) -> dict[str, str]:
    """What the application gets in its callback."""
    location = answer.headers["Location"]
    assert location.startswith(f"{CALLBACK}?"), location
    return asked(location)
