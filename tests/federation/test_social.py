"""Sign-in with Google, Facebook, Amazon and Apple: how their protocols differ from OpenID Connect."""

from __future__ import annotations

import json

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from emulator.federation.apple import APPLE
from emulator.federation.connector import Connector
from emulator.federation.errors import ProviderError
from emulator.federation.google import GOOGLE
from emulator.federation.plain_oauth import PLAIN
from emulator.settings import Settings
from tests.api.provider_calls import APPLE as APPLE_DETAILS
from tests.api.provider_calls import SOCIAL
from tests.federation.sign_ins import REDIRECT_URI, SignIns, parameters
from tests.federation.upstream import CLIENT, SECRET, Answer, Upstream

APP = {"client_id": CLIENT, "client_secret": SECRET}
APPLE_KEY = ec.generate_private_key(ec.SECP256R1())
APPLE_PEM = APPLE_KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()
PERSON = {
    "resourceName": "people/1234567890",
    "etag": "%EgU",
    "names": [
        {"displayName": "Annie", "metadata": {"primary": False}},
        {"displayName": "Ana Example", "metadata": {"primary": True}},
    ],
    "birthdays": [{"date": {"month": 1}}],
    "phoneNumbers": [{"value": "+15550100"}, 5],
    "genders": {"value": "no list"},
}


def google(corp: Upstream, fields: str = "people?personFields=") -> dict[str, str]:
    """ProviderDetails of a Google that the upstream plays."""
    endpoints = {name: corp.endpoints()[name] for name in ("authorize_url", "token_url")}
    return {
        **APP,
        **endpoints,
        "authorize_scopes": "email profile openid",
        "oidc_issuer": corp.url,
        "attributes_url": f"{corp.url}/{fields}",
    }


def facebook(corp: Upstream) -> dict[str, str]:
    """ProviderDetails of a Facebook that the upstream plays."""
    return {
        **APP,
        "authorize_scopes": "public_profile, email",
        "authorize_url": f"{corp.url}/v17.0/dialog/oauth",
        "token_url": f"{corp.url}/token?v=17",
        "attributes_url": f"{corp.url}/me?fields=",
    }


def amazon(corp: Upstream) -> dict[str, str]:
    """ProviderDetails of Login with Amazon that the upstream plays."""
    endpoints = {name: corp.endpoints()[name] for name in ("authorize_url", "token_url")}
    return {**APP, **endpoints, "authorize_scopes": "profile postal_code", "attributes_url": f"{corp.url}/profile"}


def apple(corp: Upstream, key: str = APPLE_PEM) -> dict[str, str]:
    """ProviderDetails of Sign in with Apple that the upstream plays."""
    endpoints = {name: corp.endpoints()[name] for name in ("authorize_url", "token_url")}
    return {
        **endpoints,
        "client_id": CLIENT,
        "team_id": "TEAM",
        "key_id": "KEY",
        "private_key": key,
        "authorize_scopes": "email name",
        "oidc_issuer": corp.url,
    }


def test_google_is_asked_for_the_mapped_fields_that_its_people_api_knows(sign_ins: SignIns, corp: Upstream) -> None:
    corp.answers["/people"] = Answer(json.dumps(PERSON))
    sign_ins.connector = GOOGLE
    mapping = {"email": "email", "name": "names", "phone_number": "phoneNumbers", "birthdate": "birthdays"}
    sign_ins.configure(google(corp), "Google", AttributeMapping=mapping)
    corp.claims = {"email": "ana@gmail.example"}
    found = sign_ins.at(corp)
    assert corp.at("/people")[0].parameters == {"personFields": "names,phoneNumbers,birthdays"}
    claims = {name: found.claims.get(name) for name in ("sub", "email", "names", "phoneNumbers", "birthdays")}
    assert claims == {
        "sub": "1234567890",
        "email": "ana@gmail.example",
        "names": "Ana Example",
        "phoneNumbers": "+15550100",
        "birthdays": None,
    }


def test_google_is_not_asked_for_fields_where_none_is_mapped(sign_ins: SignIns, corp: Upstream) -> None:
    sign_ins.connector = GOOGLE
    sign_ins.configure(google(corp), "Google")
    assert sorted(sign_ins.at(corp).responses) == ["idToken", "tokenResponse"]
    assert corp.at("/people") == []


def test_a_person_of_another_user_of_google_is_refused(sign_ins: SignIns, corp: Upstream) -> None:
    corp.answers["/people"] = Answer(json.dumps({**PERSON, "resourceName": "people/5"}))
    sign_ins.connector = GOOGLE
    sign_ins.configure(google(corp), "Google", AttributeMapping={"name": "names"})
    assert sign_ins.refusal(corp) == "Bad userInfo subject"


def test_google_answers_plain_claims_where_its_url_takes_no_fields(sign_ins: SignIns, corp: Upstream) -> None:
    sign_ins.connector = GOOGLE
    sign_ins.configure(google(corp, "userinfo"), "Google")
    assert sign_ins.at(corp).claims["name"] == "Ana"


def test_the_error_of_a_google_api_is_told(sign_ins: SignIns, corp: Upstream) -> None:
    error = {"error": {"code": 403, "message": "People API has not been used.", "status": "PERMISSION_DENIED"}}
    corp.answers["/people"] = Answer(json.dumps(error), 403)
    sign_ins.connector = GOOGLE
    sign_ins.configure(google(corp), "Google", AttributeMapping={"name": "names"})
    assert sign_ins.refusal(corp) == "Google Error - 403 PERMISSION_DENIED People API has not been used."


def test_facebook_exchanges_its_codes_by_get_and_answers_the_mapped_fields(sign_ins: SignIns, corp: Upstream) -> None:
    corp.answers["/me"] = Answer('{"id": "77", "email": "ana@face.example"}')
    corp.tokens = {"id_token": "not looked at"}
    sign_ins.connector = PLAIN
    sign_ins.configure(facebook(corp), "Facebook")
    asked = parameters(sign_ins.start())
    assert (asked["scope"], "nonce" in asked) == ("public_profile, email", False)
    found = sign_ins.at(corp)
    (exchanged,) = corp.at("/token")
    assert exchanged.method == "GET"
    assert exchanged.parameters == {
        "v": "17",
        "grant_type": "authorization_code",
        "code": "code-1",
        "client_id": CLIENT,
        "client_secret": SECRET,
        "redirect_uri": REDIRECT_URI,
    }
    (me,) = corp.at("/me")
    assert (me.parameters, me.headers["authorization"]) == ({"fields": "id,email"}, "Bearer access-of-upstream")
    assert found.claims == {"id": "77", "email": "ana@face.example"}
    assert sorted(found.responses) == ["tokenResponse", "userInfo"]


def test_amazon_answers_the_profile(sign_ins: SignIns, corp: Upstream) -> None:
    profile = {"user_id": "amzn1.account.X", "email": "ana@amazon.example", "name": "Ana", "postal_code": "98109"}
    corp.answers["/profile"] = Answer(json.dumps(profile))
    corp.tokens = {"id_token": None}
    sign_ins.connector = PLAIN
    sign_ins.configure(amazon(corp), "LoginWithAmazon")
    assert sign_ins.at(corp).claims == profile
    assert corp.at("/profile")[0].parameters == {}


def test_apple_is_asked_to_post_and_gets_a_client_secret_that_its_key_signed(sign_ins: SignIns, corp: Upstream) -> None:
    sign_ins.connector = APPLE
    sign_ins.configure(apple(corp), "SignInWithApple")
    assert parameters(sign_ins.start())["response_mode"] == "form_post"
    corp.claims = {"email": "ana@privaterelay.example", "email_verified": "true"}
    found = sign_ins.at(corp)
    secret = corp.at("/token")[0].parameters["client_secret"]
    options: jwt.types.Options = {"verify_exp": False, "verify_aud": False, "verify_iat": False}
    assert jwt.decode(secret, APPLE_KEY.public_key(), ["ES256"], options=options) == {
        "iss": "TEAM",
        "iat": 1_800_000_000,
        "exp": 1_800_000_300,
        "aud": "https://appleid.apple.com",
        "sub": CLIENT,
    }
    assert jwt.get_unverified_header(secret)["kid"] == "KEY"
    assert (found.claims["email_verified"], "name" in found.claims) == ("true", False)
    assert len(corp.at("/jwks")) == len(corp.at("/.well-known/openid-configuration")) == 1


@pytest.mark.parametrize(
    ("user", "names"),
    [
        (
            '{"name": {"firstName": "Ana", "lastName": "Example"}, "email": "forged@evil.example", "sub": "5"}',
            {"firstName": "Ana", "lastName": "Example", "name": "Ana Example"},
        ),
        ('{"name": {"firstName": "Ana", "lastName": ""}}', {"firstName": "Ana", "name": "Ana"}),
        ('{"name": {"firstName": 5, "lastName": ["x"]}}', {}),
        ('{"name": {"firstName": "\\ud800"}}', {}),
        ('{"name": "Ana"}', {}),
        ("[]", {}),
        ("{", {}),
        ("[" * 4000, {}),
        (json.dumps({"name": {"firstName": "x" * 4096}}), {}),
    ],
)
def test_apples_form_tells_the_name_and_nothing_else(
    sign_ins: SignIns, corp: Upstream, user: str, names: dict[str, str]
) -> None:
    sign_ins.connector = APPLE
    sign_ins.configure(apple(corp), "SignInWithApple")
    code = corp.code(**parameters(sign_ins.start()))
    found = sign_ins.identify({"code": code, "state": "the-state", "user": user})
    assert {name: found.claims[name] for name in ("firstName", "lastName", "name") if name in found.claims} == names
    assert (found.claims["sub"], found.claims.get("email")) == ("1234567890", None)


def test_apple_without_an_id_token_is_refused(sign_ins: SignIns, corp: Upstream) -> None:
    corp.tokens = {"id_token": None}
    sign_ins.connector = APPLE
    sign_ins.configure(apple(corp), "SignInWithApple")
    assert sign_ins.refusal(corp) == "Bad id_token key id"


def test_a_private_key_that_is_none_is_told_before_the_browser_leaves(sign_ins: SignIns, corp: Upstream) -> None:
    sign_ins.connector = APPLE
    sign_ins.configure(apple(corp, "1EXAMPLE"), "SignInWithApple")
    with pytest.raises(ProviderError, match="Invalid private_key for SignInWithApple"):
        sign_ins.start()


CONNECTORS: dict[str, tuple[Connector, dict[str, str]]] = {
    "Google": (GOOGLE, SOCIAL),
    "Facebook": (PLAIN, SOCIAL),
    "LoginWithAmazon": (PLAIN, SOCIAL),
    "SignInWithApple": (APPLE, APPLE_DETAILS),
}


@pytest.mark.parametrize("kind", sorted(CONNECTORS))
@pytest.mark.parametrize(
    ("settings", "hint"),
    [(Settings(ephemeral=True), "ana"), (Settings(ephemeral=True, social="real"), None)],
    ids=["stand-in", "real"],
)
def test_social_providers_get_prompts_but_the_stand_ins_alone_get_hints(
    sign_ins: SignIns, kind: str, hint: str | None
) -> None:
    sign_ins.connector, details = CONNECTORS[kind]
    key = {"private_key": APPLE_PEM} if kind == "SignInWithApple" else {}
    sign_ins.configure(details | key, kind)
    asked = parameters(sign_ins.start(login_hint="ana", prompt=("login",)))
    assert (asked["prompt"], asked.get("login_hint")) == ("login", hint)


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("Google", "google/o/oauth2/v2/auth"),
        ("Facebook", "facebook/v17.0/dialog/oauth"),
        ("LoginWithAmazon", "amazon/ap/oa"),
        ("SignInWithApple", "apple/auth/authorize"),
    ],
)
def test_the_stand_in_answers_for_the_social_providers(sign_ins: SignIns, kind: str, path: str) -> None:
    sign_ins.connector, details = CONNECTORS[kind]
    sign_ins.configure(details, kind)
    assert sign_ins.start().startswith(f"http://localhost/_emulator/idp/{path}?client_id=app&")
