"""Wrong answers of an OpenID Connect provider: each is refused, and the callback is told why."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from msgspec.structs import replace

from emulator.federation import fetching
from emulator.outside.http import HttpClient, HttpResponse
from emulator.outside.world import World
from emulator.settings import Settings
from keys import jwks
from keys.signing import SigningKey
from storage.store import Store
from tests.federation.sign_ins import SignIns, in_contexts
from tests.federation.upstream import CLIENT, Answer, Upstream

HTML = Answer("<html>Sorry</html>", 200, "text/html")
BROKEN = Answer("Oh no", 500, "text/plain; charset=utf-8")
DEEP = "[" * 64 + "]" * 64
HUGE = Answer(b'{"sub": "' + b"x" * 10_000_000 + b'"}')
ENTITY = "entity: [Content-Type: {},Content-Length: {}]"
HTML_TOLD = "HTTP/1.1 200 OK, " + ENTITY.format("text/html", 18)
BROKEN_TOLD = "HTTP/1.1 500 Internal Server Error, " + ENTITY.format("text/plain; charset=utf-8", 5)


class Impatient(HttpClient):
    """Waits for the answer of one path for a moment only."""

    def __init__(self, path: str) -> None:
        self.path = path

    def request(self, method: str, url: str, *, seconds: float, **more: Any) -> HttpResponse:
        """Send the request."""
        limit = 0.05 if urlsplit(url).path == self.path else 60
        assert seconds == fetching.SECONDS
        return super().request(method, url, seconds=limit, **more)


@pytest.mark.parametrize(
    ("claims", "message"),
    [
        ({"iss": "https://evil.example"}, "Bad id_token issuer https://evil.example"),
        ({"iss": None}, "Bad id_token issuer "),
        ({"aud": "another"}, "Bad id_token audience"),
        ({"aud": None}, "Bad id_token audience"),
        ({"aud": ["another"]}, "Bad id_token audience"),
        ({"aud": [CLIENT, "another"]}, "Bad id_token audience"),
        ({"aud": [CLIENT, "another"], "azp": "another"}, "Bad id_token audience"),
        ({"azp": "another"}, "Bad id_token audience"),
        ({"exp": 1_799_999_940}, "Bad id_token expiration"),
        ({"exp": None}, "Bad id_token expiration"),
        ({"exp": True}, "Bad id_token expiration"),
        ({"iat": 1_800_000_061}, "Bad id_token issue time"),
        ({"nbf": 1_800_000_061}, "Bad id_token issue time"),
        ({"nonce": "of another sign-in"}, "Bad id_token nonce"),
        ({"nonce": ""}, "Bad id_token nonce"),
        ({"sub": None}, "Bad id_token subject"),
        ({"sub": ""}, "Bad id_token subject"),
        ({"sub": "somebody else"}, "Bad userInfo subject"),
        ({"name": "\ud800"}, "Bad id_token"),
        ({"name": "a\0b"}, "Bad id_token"),
    ],
)
def test_an_id_token_with_a_wrong_claim(
    sign_ins: SignIns, corp: Upstream, claims: dict[str, Any], message: str
) -> None:
    corp.claims = claims
    sign_ins.configure(corp.details())
    assert sign_ins.refusal(corp) == message


def signed_by_another(corp: Upstream, other: SigningKey) -> None:
    corp.signer = other


def of_an_unknown_key(corp: Upstream, other: SigningKey) -> None:
    corp.signer, corp.header = other, {"kid": other.kid}


def changed_since(corp: Upstream, _other: SigningKey) -> None:
    head, _, signature = corp.id_token("the-nonce").split(".")
    changed = {"iss": corp.url, "sub": corp.subject, "aud": CLIENT, "exp": 1_900_000_000}
    corp.tokens = {"id_token": f"{head}.{_segment(changed)}.{signature}"}


def under_the_public_key(corp: Upstream, _other: SigningKey) -> None:
    """HS256 with the published key as the secret."""
    _, payload, _ = corp.id_token("the-nonce").split(".")
    signed = f"{_segment({'alg': 'HS256', 'kid': corp.key.kid})}.{payload}"
    secret = json.dumps(jwks.jwk(corp.key)).encode()
    proof = base64.urlsafe_b64encode(hmac.digest(secret, signed.encode(), "sha256")).rstrip(b"=").decode()
    corp.tokens = {"id_token": f"{signed}.{proof}"}


def with_an_extension(corp: Upstream, _other: SigningKey) -> None:
    corp.header = {"crit": ["b64"], "b64": True}


@pytest.mark.parametrize(
    "wrong", [signed_by_another, of_an_unknown_key, changed_since, under_the_public_key, with_an_extension]
)
def test_an_id_token_that_the_provider_did_not_sign(
    sign_ins: SignIns, corp: Upstream, other_key: SigningKey, wrong: Callable[[Upstream, SigningKey], None]
) -> None:
    wrong(corp, other_key)
    sign_ins.configure(corp.details())
    assert sign_ins.refusal(corp) == "Bad id_token signature"


def test_an_id_token_that_nobody_signed(sign_ins: SignIns, corp: Upstream) -> None:
    _, payload, signature = corp.id_token("the-nonce").split(".")
    none = _segment({"alg": "none", "kid": corp.key.kid})
    sign_ins.configure(corp.details())
    corp.tokens = {"id_token": f"{none}.{payload}."}
    assert sign_ins.refusal(corp) == "Bad id_token"
    corp.tokens = {"id_token": f"{none}.{payload}.{signature}"}
    assert sign_ins.refusal(corp) == "Bad id_token signature"


def test_an_id_token_without_a_key_id(sign_ins: SignIns, corp: Upstream) -> None:
    corp.header = {"kid": None}
    sign_ins.configure(corp.details())
    assert sign_ins.refusal(corp) == "Bad id_token key id"
    assert corp.at("/jwks") == []


@pytest.mark.parametrize("token", [None, 5, "", "no token", "a.b.c", "e30.e30.e30"])
def test_what_is_no_id_token(sign_ins: SignIns, corp: Upstream, token: Any) -> None:
    corp.tokens = {"id_token": token}
    sign_ins.configure(corp.details())
    assert sign_ins.refusal(corp).startswith("Bad id_token")


@pytest.mark.parametrize(
    ("path", "answer", "message"),
    [
        ("/token", HTML, f"Bad token response: {HTML_TOLD}"),
        ("/token", BROKEN, f"Bad token response: {BROKEN_TOLD}"),
        ("/token", HUGE, "Connection reset"),
        ("/token", Answer("{}"), "Bad token response: HTTP/1.1 200 OK, " + ENTITY.format("application/json", 2)),
        ("/token", Answer('{"access_token": "a b\\n"}'), "Bad token response: HTTP/1.1 200 OK, "),
        ("/token", Answer("[" * 100_000), "Bad token response: HTTP/1.1 200 OK, "),
        ("/token", Answer("", 302, headers={"Location": "/userinfo"}), "Bad token response: HTTP/1.1 302 Found, "),
        ("/token", Answer("", 599), "Bad token response: HTTP/1.1 599 , "),
        (
            "/token",
            Answer('{"error": "invalid_request", "error_description": "It lacks a parameter : client_secret"}', 400),
            "Corp Error - 400 invalid_request It lacks a parameter : client_secret",
        ),
        ("/token", Answer('{"error": "invalid_client"}', 401), "Corp Error - 401 invalid_client error getting token"),
        ("/token", Answer('{"error": "bad_code"}', 200), "Corp Error - 200 bad_code error getting token"),
        (
            "/token",
            Answer('{"error": {"message": "Wrong code.", "type": "OAuthException", "code": 100}}', 400),
            "Corp Error - 400 OAuthException Wrong code.",
        ),
        ("/token", Answer('{"error": "a\\nb%s"}' % ("x" * 500), 400), f"Corp Error - 400 a b{'x' * 197} error"),
        ("/jwks", HTML, f"Bad jwks response: {HTML_TOLD}"),
        ("/jwks", BROKEN, f"Bad jwks response: {BROKEN_TOLD}"),
        ("/jwks", HUGE, "Connection reset"),
        ("/jwks", Answer('{"keys": {}}'), "Bad jwks response: HTTP/1.1 200 OK, "),
        ("/jwks", Answer('{"keys": []}'), "Bad id_token signature"),
        ("/userinfo", HTML, f"Bad userInfo response: {HTML_TOLD}"),
        ("/userinfo", BROKEN, f"Bad userInfo response: {BROKEN_TOLD}"),
        ("/userinfo", HUGE, "Connection reset"),
        (
            "/userinfo",
            Answer('{"error": "invalid_token"}', 401),
            "Corp Error - 401 invalid_token error getting user info",
        ),
        ("/userinfo", Answer('{"sub": "1234567890", "n": NaN}'), "Bad userInfo response: HTTP/1.1 200 OK, "),
        ("/userinfo", Answer('{"sub": "1234567890", "n": "\\ud800"}'), "Bad userInfo response: HTTP/1.1 200 OK, "),
        ("/userinfo", Answer('{"sub": "1234567890", "n": "\\u0000"}'), "Bad userInfo response: HTTP/1.1 200 OK, "),
        ("/userinfo", Answer(f'{{"sub": "1", "n": {DEEP}}}'), "Bad userInfo response: HTTP/1.1 200 OK, "),
        ("/token", Answer(f'{{"access_token": "a", "n": {DEEP}}}'), "Bad token response: HTTP/1.1 200 OK, "),
        ("/userinfo", Answer('{"sub": "somebody else"}'), "Bad userInfo subject"),
        ("/userinfo", Answer('{"sub": 1234567890}'), "Bad userInfo subject"),
    ],
)
def test_an_answer_that_is_not_the_one_hoped_for(
    sign_ins: SignIns, corp: Upstream, path: str, answer: Answer, message: str
) -> None:
    sign_ins.configure(corp.details())
    corp.answers[path] = answer
    assert sign_ins.refusal(corp).startswith(message)
    assert len(corp.at(path)) == 1


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/token", "Timeout occurred in calling IdP token endpoint"),
        ("/jwks", "Timeout in calling jwks uri"),
        ("/userinfo", "Read timed out"),
    ],
)
def test_an_answer_that_never_comes(
    sign_ins: SignIns, corp: Upstream, store: Store, world: World, settings: Settings, path: str, message: str
) -> None:
    sign_ins.configure(corp.details())
    corp.answers[path] = Answer(hangs=True)
    sign_ins.in_context = in_contexts(store, replace(world, http=Impatient(path)), settings)
    assert sign_ins.refusal(corp) == message


@pytest.mark.parametrize("endpoint", ["token_url", "jwks_uri", "attributes_url"])
def test_an_endpoint_where_nobody_is(sign_ins: SignIns, corp: Upstream, endpoint: str) -> None:
    sign_ins.configure(corp.details(**{endpoint: "http://127.0.0.1:9/"}))
    assert sign_ins.refusal(corp) == "Connection reset"


@pytest.mark.parametrize("path", ["/_emulator/reset", "/_emulator", "/%5Femulator/reset"])
def test_the_control_of_this_server_is_no_provider(sign_ins: SignIns, corp: Upstream, path: str) -> None:
    sign_ins.configure(corp.details(token_url=f"http://localhost{path}"))
    assert sign_ins.refusal(corp) == "Connection reset"
    assert sign_ins.api.idp("DescribeUserPool", UserPoolId=sign_ins.pool), "nothing was reset"


def test_a_code_that_was_used_before(sign_ins: SignIns, corp: Upstream) -> None:
    sign_ins.configure(corp.details())
    sign_ins.at(corp)
    corp.code = lambda **_: "code-1"  # type: ignore[method-assign]
    assert sign_ins.refusal(corp) == "Corp Error - 400 invalid_grant The code is unknown or was used."


def _segment(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()
