"""An OpenID Connect provider over real HTTP, in a thread, with a switch for everything that may be wrong with it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt

from keys import jwks
from keys.signing import SigningKey
from tests.conftest import NOON

CLIENT, SECRET = "cognito", "hush-hush"


@dataclass
class Answer:
    """What the provider answers at a path in the place of the right thing. One that hangs never comes."""

    body: str | bytes = ""
    status: int = 200
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    hangs: bool = False


@dataclass
class Asked:
    """A request that came in, with the parameters of its query or its form."""

    method: str
    path: str
    parameters: dict[str, str]
    headers: dict[str, str]


class Upstream:
    """The provider. A value of None in `claims`, `header`, `tokens` or `user_info` leaves a member out.

    `answers` replaces the answer of a path: `/token`, `/userinfo`, `/jwks`, `/.well-known/openid-configuration`.
    """

    def __init__(self, key: SigningKey, url: str, now: float = NOON) -> None:
        self.url = url
        self.now = now
        self.key = self.signer = key
        """The published key, and the one that signs."""
        self.published: list[dict[str, Any]] = [dict(jwks.jwk(key))]
        self.algorithm = "RS256"
        self.private: Any = None
        """A key that signs in the place of `signer`, for other algorithms."""
        self.subject = "1234567890"
        self.claims: dict[str, Any] = {}
        """Changes of the ID token's claims."""
        self.header: dict[str, Any] = {}
        self.tokens: dict[str, Any] = {}
        """Changes of the token response."""
        self.user_info: dict[str, Any] = {"sub": self.subject, "email": "ana@corp.example", "name": "Ana"}
        self.answers: dict[str, Answer] = {}
        self.asked: list[Asked] = []
        self.codes: dict[str, dict[str, str]] = {}
        self.released = threading.Event()
        """Set at the end: answers that hang are dropped."""

    def details(self, **changes: str | None) -> dict[str, str]:
        """ProviderDetails of an OIDC provider for CreateIdentityProvider."""
        details = {
            "client_id": CLIENT,
            "client_secret": SECRET,
            "authorize_scopes": "openid email",
            "oidc_issuer": self.url,
            "attributes_request_method": "GET",
            **self.endpoints(),
            **changes,
        }
        return {name: value for name, value in details.items() if value is not None}

    def endpoints(self) -> dict[str, str]:
        """The endpoints as ProviderDetails names them."""
        paths = {"authorize_url": "authorize", "token_url": "token", "attributes_url": "userinfo", "jwks_uri": "jwks"}
        return {name: f"{self.url}/{path}" for name, path in paths.items()}

    def at(self, path: str) -> list[Asked]:
        """The requests of a path so far."""
        return [asked for asked in self.asked if asked.path == path]

    def code(self, **request: str) -> str:
        """A code for an authorization request with these parameters."""
        code = f"code-{len(self.codes) + 1}"
        self.codes[code] = request
        return code

    def id_token(self, nonce: str | None) -> str:
        """The ID token."""
        right = {
            "iss": self.url,
            "sub": self.subject,
            "aud": CLIENT,
            "iat": int(self.now),
            "exp": int(self.now) + 3600,
            "nonce": nonce,
        }
        claims = {name: value for name, value in (right | self.claims).items() if value is not None}
        header = {name: value for name, value in ({"kid": self.key.kid} | self.header).items() if value is not None}
        return jwt.encode(claims, self.private or self.signer.pem, self.algorithm, header)

    def respond(self, asked: Asked) -> Answer:
        """The answer to a request."""
        self.asked.append(asked)
        if asked.path in self.answers:
            return self.answers[asked.path]
        documents: dict[str, Callable[[], dict[str, Any]]] = {
            "/.well-known/openid-configuration": self._discovery,
            "/jwks": lambda: {"keys": self.published},
            "/userinfo": lambda: self.user_info,
            "/token": lambda: self._tokens(asked.parameters),
        }
        if asked.path == "/authorize":
            given = asked.parameters
            back = {"code": self.code(**given), "state": given.get("state", "")}
            return Answer(status=302, headers={"Location": f"{given['redirect_uri']}?{urlencode(back)}"})
        if asked.path not in documents:
            return Answer(status=404)
        shown = documents[asked.path]()
        return Answer(json.dumps(shown), status=400 if "error" in shown else 200)

    def _discovery(self) -> dict[str, Any]:
        named = {"authorize_url": "authorization_endpoint", "token_url": "token_endpoint"}
        named |= {"attributes_url": "userinfo_endpoint", "jwks_uri": "jwks_uri"}
        return {"issuer": self.url, **{named[name]: url for name, url in self.endpoints().items()}}

    def _tokens(self, given: Mapping[str, str]) -> dict[str, Any]:
        request = self.codes.pop(given.get("code", ""), None)
        if request is None:
            return {"error": "invalid_grant", "error_description": "The code is unknown or was used."}
        tokens = {
            "access_token": "access-of-upstream",
            "token_type": "Bearer",
            "expires_in": 3600,
            "id_token": self.id_token(request.get("nonce")),
        }
        return {name: value for name, value in (tokens | self.tokens).items() if value is not None}


class _Handler(BaseHTTPRequestHandler):
    upstream: Upstream

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self._respond(parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self._respond(urlsplit(self.path).path, dict(parse_qsl(body, keep_blank_values=True)))

    def _respond(self, path: str, parameters: dict[str, str]) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.upstream.respond(Asked(self.command, path, parameters, headers))
        if answer.hangs:
            self.upstream.released.wait()
            return
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        self.send_response(answer.status)
        for name, value in {"Content-Type": answer.kind, "Content-Length": str(len(body)), **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Be quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Clients that hang up are what some tests are about."""


@contextmanager
def serving(key: SigningKey, now: float = NOON) -> Iterator[Upstream]:
    """The provider, which listens on a free port."""

    class Handler(_Handler):
        pass

    with _Server(("127.0.0.1", 0), Handler) as server:
        upstream = Handler.upstream = Upstream(key, f"http://127.0.0.1:{server.server_port}", now)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield upstream
        finally:
            upstream.released.set()
            server.shutdown()
            thread.join()
