"""The stand-ins of Google, Facebook, Amazon and Apple, each with the quirks of its protocol."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tests.builders import Api
from tests.conftest import NOON
from tests.stand_in.visitor import BASE, CALLBACK, CLIENT, MIKA, NOOR, Visitor, told, user_of

TEAM_KEY = ec.derive_private_key(7, ec.SECP256R1())
SIX_MONTHS = 15_777_000


def claims(visitor: Visitor, token: str) -> dict[str, Any]:
    """The claims of an ID token, verified with the published key."""
    keys = jwt.PyJWKSet.from_dict(visitor.api.http.get(visitor.where.keys).get_json())
    key = keys[jwt.get_unverified_header(token)["kid"]]
    options: Any = {"verify_exp": False, "verify_iat": False}
    audience = CLIENT["client_id"]
    found: dict[str, Any] = jwt.decode(
        token, key, ["RS256"], audience=audience, issuer=visitor.where.issuer, options=options
    )
    return found


def client_secret(algorithm: str = "ES256", kid: str | None = "KEY1234567", **changes: Any) -> str:
    """The client secret of Apple's clients. None leaves a claim out."""
    told = {
        "iss": "TEAM123456",
        "sub": CLIENT["client_id"],
        "aud": "https://appleid.apple.com",
        "iat": NOON,
        "exp": NOON + 300,
    } | changes
    told = {name: value for name, value in told.items() if value is not None}
    key: Any = TEAM_KEY if algorithm == "ES256" else "the secret of an HMAC, which is long enough"
    return jwt.encode(told, key, algorithm, headers={"kid": kid} if kid else None)


# Google


@pytest.fixture
def google(api: Api) -> Visitor:
    return Visitor(api, "Google")


def test_google_tells_the_domain_the_picture_and_whether_the_address_is_verified(google: Visitor) -> None:
    tokens = google.tokens(nonce="n")
    assert tokens["access_token"].startswith("ya29.")
    found = claims(google, tokens["id_token"])
    assert found.pop("at_hash")
    assert found == {
        "iss": f"{BASE}/_emulator/idp/google",
        "azp": "the client",
        "aud": "the client",
        "sub": "100000000000000000001",
        "hd": "example.com",
        "email": NOOR,
        "email_verified": True,
        "nonce": "n",
        "name": "Noor Haddad",
        "given_name": "Noor",
        "family_name": "Haddad",
        "picture": f"{BASE}/_emulator/idp/static/person.svg",
        "iat": NOON,
        "exp": NOON + 3600,
    }
    assert google.user_info(tokens["access_token"]).get_json()["hd"] == "example.com"
    picture = google.api.http.get(found["picture"])
    assert (picture.mimetype, picture.headers["Cross-Origin-Resource-Policy"]) == ("image/svg+xml", "cross-origin")
    picture.close()


def test_a_gmail_address_has_no_domain_and_may_be_unverified(google: Visitor) -> None:
    google.add("ana", email="ana@gmail.com")
    found = claims(google, google.tokens(login_hint="ana")["id_token"])
    assert "hd" not in found
    assert found["email_verified"] is False


def test_google_says_which_scopes_it_gave_and_needs_some(google: Visitor) -> None:
    answer = told(google.authorize(login_hint=NOOR))
    assert answer.keys() == {"code", "state", "scope", "authuser", "prompt"}
    assert answer["code"].startswith("4/0")
    assert told(google.authorize(scope=None))["error"] == "invalid_request"
    assert told(google.press({"action": "refuse"}))["error"] == "access_denied"


def test_googles_discovery_document_names_its_own_addresses(google: Visitor) -> None:
    found = google.api.http.get(google.where.discovery).get_json()
    assert (found["issuer"], found["jwks_uri"]) == (google.where.issuer, google.where.keys)
    assert "end_session_endpoint" not in found


# Facebook


@pytest.fixture
def facebook(api: Api) -> Visitor:
    return Visitor(api, "Facebook")


def by_get(facebook: Visitor, code: str, **changes: Any) -> Any:
    """Exchange a code by GET, as Cognito does."""
    asked = {**CLIENT, "code": code, "redirect_uri": CALLBACK} | changes
    return facebook.api.http.get(f"{facebook.where.token}?{urlencode(asked)}")


def test_facebooks_tokens_are_got_by_get_and_there_is_no_id_token(facebook: Visitor) -> None:
    answer = facebook.authorize(login_hint=NOOR, response_type=None)
    assert answer.location.endswith("#_=_")
    code = told(facebook.authorize(login_hint=NOOR))["code"]
    tokens = by_get(facebook, code).get_json()
    assert tokens.keys() == {"access_token", "token_type", "expires_in"}
    assert tokens["access_token"].startswith("EAA")
    assert tokens["token_type"] == "bearer"
    info = facebook.user_info(tokens["access_token"], "id,name,email,first_name,last_name,picture,birthday").get_json()
    assert info == {
        "id": info["id"],
        "name": "Noor Haddad",
        "email": NOOR,
        "first_name": "Noor",
        "last_name": "Haddad",
    }
    assert info["id"].isdecimal()
    assert len(info["id"]) == 16


def test_facebook_answers_any_version_and_none(facebook: Visitor) -> None:
    token = facebook.exchange(facebook.code()).get_json()["access_token"]
    for version in ("v2.0", "v21.0"):
        path = f"/_emulator/idp/facebook/{version}/me"
        assert facebook.api.http.get(path, query_string={"access_token": token}).get_json().keys() == {"id", "name"}
    assert facebook.api.http.get("/_emulator/idp/facebook/me", query_string={"access_token": token}).status_code == 200
    path = "/_emulator/idp/facebook/v9.0/dialog/oauth"
    assert facebook.api.http.get(f"{path}?{facebook.query(login_hint=NOOR)}").status_code == 302


def test_facebook_tells_the_address_for_its_scope_alone_and_the_picture_as_data(facebook: Visitor) -> None:
    facebook.add("42", name="Ana", email="ana@example.com", picture="https://x.example/a.png", shoe_size=38)
    token = facebook.exchange(facebook.code(login_hint="42", scope="public_profile")).get_json()["access_token"]
    info = facebook.user_info(token, "email,picture,shoe_size").get_json()
    data = {"height": 50, "is_silhouette": False, "url": "https://x.example/a.png", "width": 50}
    assert info == {"picture": {"data": data}, "shoe_size": 38, "id": "42"}


def test_facebooks_errors_have_its_own_form(facebook: Visitor) -> None:
    token = facebook.exchange(facebook.code()).get_json()["access_token"]
    errors = {
        100: facebook.user_info(token, "id,moon").get_json(),
        190: facebook.user_info("made up", "id").get_json(),
        101: by_get(facebook, facebook.code(), client_secret="").get_json(),
    }
    for code, answer in errors.items():
        assert (answer["error"]["code"], answer["error"]["type"]) == (code, "OAuthException")
    assert by_get(facebook, "made up").status_code == 400
    answer = facebook.press({"action": "refuse"})
    assert "error=access_denied&error_code=200" in answer.location
    assert "error_reason=user_denied" in answer.location


# Amazon


@pytest.fixture
def amazon(api: Api) -> Visitor:
    return Visitor(api, "LoginWithAmazon")


def test_amazon_tells_the_profile_that_the_scopes_give(amazon: Visitor) -> None:
    amazon.add("", name="Ana Ruiz", email="ana@example.com", postal_code="28001")
    tokens = amazon.tokens(login_hint="ana@example.com")
    assert tokens["access_token"].startswith("Atza|")
    assert "id_token" not in tokens
    info = amazon.user_info(tokens["access_token"]).get_json()
    user_id = info.pop("user_id")
    assert user_id.startswith("amzn1.account.")
    assert info == {"name": "Ana Ruiz", "email": "ana@example.com", "postal_code": "28001"}
    token = amazon.tokens(login_hint=user_id, scope="profile:user_id")["access_token"]
    path = f"{amazon.where.userinfo}?access_token={token.replace('|', '%7C')}"
    assert amazon.api.http.get(path).get_json() == {"user_id": user_id}


def test_amazon_refuses_with_400(amazon: Visitor) -> None:
    answer = amazon.user_info("made up")
    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_token")
    assert told(amazon.authorize(scope=None))["error"] == "invalid_request"
    assert told(amazon.press({"action": "refuse"}))["error"] == "access_denied"


# Apple


@pytest.fixture
def apple(api: Api) -> Visitor:
    return Visitor(api, "SignInWithApple")


def test_apple_posts_the_name_at_the_first_authorization_alone(apple: Visitor) -> None:
    first = told(apple.authorize(login_hint=NOOR))
    assert user_of(first) == {"name": {"firstName": "Noor", "lastName": "Haddad"}, "email": NOOR}
    tokens = apple.exchange(first["code"], client_secret=client_secret()).get_json()
    assert tokens.keys() == {"access_token", "token_type", "expires_in", "id_token"}
    found = claims(apple, tokens["id_token"])
    assert found["sub"].count(".") == 2
    assert {name: found[name] for name in ("email", "email_verified", "is_private_email", "nonce_supported")} == {
        "email": NOOR,
        "email_verified": "true",
        "is_private_email": "false",
        "nonce_supported": True,
    }
    assert "name" not in found
    assert user_of(told(apple.authorize(login_hint=NOOR))) is None
    assert user_of(told(apple.authorize(login_hint=NOOR, client_id="another")))
    assert user_of(told(apple.authorize(login_hint=MIKA, scope="email"))) == {"email": MIKA}
    apple.api.http.delete("/_emulator/idp/people")
    apple.add("ana", name="Ana", email="a@privaterelay.appleid.com")
    assert user_of(told(apple.authorize(login_hint="ana", scope="name"))) == {
        "name": {"firstName": "Ana", "lastName": ""}
    }


def test_apple_tells_a_relayed_address_once_its_scope_was_granted(apple: Visitor) -> None:
    apple.add("ana", name="Ana", email="a@privaterelay.appleid.com")

    def token(**changes: Any) -> dict[str, Any]:
        code = told(apple.authorize(login_hint="ana", **changes))["code"]
        return claims(apple, apple.exchange(code, client_secret=client_secret()).get_json()["id_token"])

    assert "email" not in token(scope=None, response_mode=None)
    assert token(scope="email")["is_private_email"] == "true"
    assert token(scope=None, response_mode="query")["email"] == "a@privaterelay.appleid.com"


def test_apple_wants_form_post_for_name_and_address(apple: Visitor) -> None:
    for mode in ("query", "fragment", None):
        answer = apple.authorize(response_mode=mode)
        assert "error=invalid_request" in answer.location
    assert "#code=" in apple.authorize(response_mode="fragment", scope=None, login_hint=NOOR).location
    assert told(apple.press({"action": "refuse"}))["error"] == "user_cancelled_authorize"


@pytest.mark.parametrize(
    ("secret", "problem"),
    [
        ("any", "client_secret is not a JWT"),
        (client_secret("HS256"), "client_secret is not signed with ES256"),
        (client_secret(kid=None), "client_secret: its header has no kid"),
        (client_secret(iss=None), "client_secret: iss is not a team"),
        (client_secret(sub="another"), "client_secret: sub is not the client_id"),
        (client_secret(aud="https://example.com"), "client_secret: aud is not https://appleid.apple.com"),
        (client_secret(exp=NOON), "client_secret has expired"),
        (client_secret(exp=None), "client_secret: iat or exp is missing"),
        (client_secret(exp="soon"), "client_secret: iat or exp is missing"),
        (client_secret(exp=NOON + SIX_MONTHS + 1), "client_secret: exp is more than six months ahead"),
        (f"{client_secret()}AA", "client_secret is not signed with ES256"),
        (
            f"{base64.urlsafe_b64encode(json.dumps({'alg': 'none', 'kid': 'k'}).encode()).decode().rstrip('=')}.e30.",
            "client_secret is not a JWT",
        ),
    ],
)
def test_apple_refuses_a_client_secret_that_is_none(apple: Visitor, secret: str, problem: str) -> None:
    answer = apple.exchange(apple.code(), client_secret=secret)
    assert answer.get_json() == {"error": "invalid_client", "error_description": problem}
    assert answer.status_code == 400


def test_apple_accepts_a_client_secret_of_six_months_for_the_stand_in(apple: Visitor) -> None:
    secret = client_secret(exp=NOON + SIX_MONTHS, aud=apple.where.issuer)
    assert apple.exchange(apple.code(), client_secret=secret).status_code == 200
