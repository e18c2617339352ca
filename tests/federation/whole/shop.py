"""An application whose users sign in at an identity provider, and one of them, in a browser without JavaScript."""

from __future__ import annotations

import re
from typing import Any, cast
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import lxml.html
import requests
from requests.adapters import HTTPAdapter

from tests.builders import claims
from tests.sdk.conftest import Server

MAPPING = {"email": "email"}
_NOWHERE = re.compile(r"https?://([^/:]*\.example|localhost:3000)/")
"""URLs at which nobody listens."""


class Shop:
    """A pool on a running server, with providers and an application, which is nowhere: nobody listens at its callback.

    `base` is the server as browsers reach it. `pool` is one that is there already.
    """

    def __init__(self, server: Server, name: str = "shop", host: str = "localhost", pool: str = "") -> None:
        self.server = server
        self.port = urlsplit(server.url).port
        self.base = f"http://{host}:{self.port}"
        self.idp = server.client("cognito-idp")
        self.pool = pool or self.idp.create_user_pool(PoolName=name)["UserPool"]["Id"]
        self.callback = f"https://{name}.example/callback"
        self.providers: list[str] = []
        self.client = ""

    def add(self, name: str, kind: str, details: dict[str, str], **members: Any) -> None:
        """Add a provider, which the application supports."""
        given = {"AttributeMapping": MAPPING, **members}
        self.idp.create_identity_provider(
            UserPoolId=self.pool, ProviderName=name, ProviderType=kind, ProviderDetails=details, **given
        )
        self.providers.append(name)
        self.client, _ = self.an_app(self.callback, self.providers)

    def add_oidc(self, issuer: str, client: str = "cognito", secret: str = "hush-hush", **details: str) -> None:
        """Add an OpenID Connect provider, `Corp`, whose endpoints are discovered."""
        given = {"oidc_issuer": issuer, "client_id": client, "client_secret": secret}
        given |= {"authorize_scopes": "openid email", "attributes_request_method": "GET", **details}
        self.add("Corp", "OIDC", given)

    def an_app(self, callback: str, providers: list[str], **members: Any) -> tuple[str, str]:
        """An app client; answers its id and its secret, if it has one."""
        made = self.idp.create_user_pool_client(
            UserPoolId=self.pool,
            ClientName="app",
            AllowedOAuthFlowsUserPoolClient=True,
            AllowedOAuthFlows=["code"],
            AllowedOAuthScopes=["openid", "email"],
            CallbackURLs=[callback],
            SupportedIdentityProviders=providers,
            **members,
        )["UserPoolClient"]
        return made["ClientId"], made.get("ClientSecret", "")

    def allow_logout(self, url: str) -> None:
        """Let a sign-out of the application lead to a URL."""
        app = {"UserPoolId": self.pool, "ClientId": self.client}
        found = self.idp.describe_user_pool_client(**app)["UserPoolClient"]
        for unwanted in ("CreationDate", "LastModifiedDate"):
            del found[unwanted]
        self.idp.update_user_pool_client(**found, LogoutURLs=[url])

    def add_user(self, name: str, password: str, **attributes: str) -> None:
        """Add a user of the pool itself."""
        named = {"UserPoolId": self.pool, "Username": name}
        given = [{"Name": attribute, "Value": value} for attribute, value in attributes.items()]
        self.idp.admin_create_user(**named, MessageAction="SUPPRESS", UserAttributes=given)
        self.idp.admin_set_user_password(**named, Password=password, Permanent=True)

    def url(self, provider: str | None = "Corp", **parameters: str) -> str:
        """Where the application sends the browser."""
        asked = {"client_id": self.client, "redirect_uri": self.callback, "response_type": "code", "state": "S"}
        asked |= {"identity_provider": provider} if provider else {}
        return f"{self.base}/oauth2/authorize?{urlencode(asked | parameters)}"

    def returned(self, answer: Answer | str) -> dict[str, str]:
        """What the application gets at its callback, to which a browser was led, or which has this URL."""
        at = answer if isinstance(answer, str) else answer.at
        assert at.startswith(f"{self.callback}?"), (at, "" if isinstance(answer, str) else answer.text)
        return dict(parse_qsl(urlsplit(at).query))

    def claims(self, answer: Answer | str) -> dict[str, Any]:
        """The claims of the ID token that the application exchanges its code for."""
        given = self.returned(answer)
        assert given.keys() == {"code", "state"}, given
        form = {"grant_type": "authorization_code", "client_id": self.client, "redirect_uri": self.callback}
        asked = requests.post(f"{self.server.url}/oauth2/token", {**form, "code": given["code"]}, timeout=10)
        assert asked.status_code == 200, asked.text
        return dict(claims(asked.json()["id_token"]))

    def users(self) -> list[str]:
        """The usernames of the pool."""
        return [user["Username"] for user in self.idp.list_users(UserPoolId=self.pool)["Users"]]


class Answer:
    """A page at which a browser has arrived, or the URL of one that is nowhere."""

    def __init__(self, at: str, page: requests.Response | None) -> None:
        self.at, self.page = at, page
        self.text = page.text if page is not None else ""
        self.status = page.status_code if page is not None else None

    def form(self) -> Any:
        """The page's first form."""
        assert self.page is not None, self.at
        found = lxml.html.fromstring(self.page.content, base_url=self.at).forms
        assert found, self.text
        return found[0]


class Person:
    """Somebody with a browser. Names below `localhost` lead to this machine, as in browsers."""

    def __init__(self) -> None:
        self.browser = requests.Session()
        self.browser.mount("http://", _Local())

    def open(self, url: str) -> Answer:
        """Open a URL, and follow redirects to a page, or to a host that is nowhere."""
        return self._follow(self.browser.get, url)

    def submit(self, at: Answer, **fields: str) -> Answer:
        """Fill in the form of a page, and send it; as a script does that with a page that has one for it."""
        form = at.form()
        given = dict(form.form_values()) | fields
        assert form.method == "POST"
        return self.post(urljoin(at.at, form.action or ""), given)

    def post(self, url: str, form: dict[str, str]) -> Answer:
        """Send a form, and follow redirects."""
        return self._follow(self.browser.post, url, data=form)

    def _follow(self, method: Any, url: str, **given: Any) -> Answer:
        for _ in range(20):
            if _NOWHERE.match(url):
                return Answer(url, None)
            answer = cast("requests.Response", method(url, allow_redirects=False, timeout=60, **given))
            if answer.status_code not in (301, 302, 303):
                return Answer(url, answer)
            url, method, given = urljoin(url, answer.headers["Location"]), self.browser.get, {}
        raise AssertionError(f"{url}: too many redirects")


class _Local(HTTPAdapter):
    """Takes the names below `localhost` to this machine, which not every resolver does (RFC 6761, section 6.3)."""

    def get_connection_with_tls_context(self, request: Any, verify: Any, proxies: Any = None, cert: Any = None) -> Any:
        """The connections to a host."""
        parts = urlsplit(request.url)
        if not (parts.hostname or "").endswith(".localhost"):
            return super().get_connection_with_tls_context(request, verify, proxies, cert)
        request.headers["Host"] = parts.netloc
        return self.poolmanager.connection_from_url(f"http://127.0.0.1:{parts.port}")
