"""Key sets and discovery documents agree with the tokens, in every issuer mode and under every host."""

from __future__ import annotations

from typing import Any

import jwt
import pytest

from emulator.settings import Settings
from tests.builders import Api, a_client, a_pool, a_user, sign_in

JWKS = ".well-known/jwks.json"
DISCOVERY = ".well-known/openid-configuration"
MODES = ["request", "aws", "https://sso.example/cognito", "http://localhost:9000"]


@pytest.fixture
def settings(request: pytest.FixtureRequest) -> Settings:
    return Settings(ephemeral=True, issuer=getattr(request, "param", "request"))


def read(api: Api, path: str, host: str = "localhost") -> Any:
    response = api.http.get(f"/{path}", headers={"Host": host})
    assert response.status_code == 200
    assert response.mimetype == "application/json"
    return response.get_json()


def issuer(mode: str, pool: str, host: str) -> str:
    fixed = {"request": f"http://{host}", "aws": f"https://cognito-idp.{pool.partition('_')[0]}.amazonaws.com"}
    return f"{fixed.get(mode, mode)}/{pool}"


@pytest.mark.parametrize("settings", MODES, indirect=True)
@pytest.mark.parametrize("host", ["localhost:26464", "cognito_emulator:26464"])
@pytest.mark.parametrize("region", ["us-east-1", "eu-west-3"])
def test_discovery_key_set_and_tokens_agree(api: Api, settings: Settings, host: str, region: str) -> None:
    api.region = region
    api.headers["Host"] = host
    pool = a_pool(api)
    client = a_client(api, pool)
    a_user(api, pool)
    document = read(api, f"{pool}/{DISCOVERY}", host)
    assert document["issuer"] == issuer(settings.issuer, pool, host)
    assert document["jwks_uri"] == f"http://{host}/{pool}/{JWKS}"
    keys = jwt.PyJWKSet.from_dict(read(api, f"{pool}/{JWKS}", host))
    for name, token in sign_in(api, client).items():
        if name in {"AccessToken", "IdToken"}:
            key = keys[jwt.get_unverified_header(token)["kid"]]
            options = {"verify_exp": False, "verify_iat": False, "verify_aud": False}
            assert jwt.decode(token, key, algorithms=["RS256"], issuer=document["issuer"], options=options)["sub"]  # type: ignore[arg-type]


def test_a_key_set_is_two_keys_as_aws_shows_them(api: Api) -> None:
    keys = read(api, f"{a_pool(api)}/{JWKS}")
    assert keys.keys() == {"keys"}
    assert [key.keys() for key in keys["keys"]] == [{"alg", "e", "kid", "kty", "n", "use"}] * 2
    assert {(key["alg"], key["e"], key["kty"], key["use"]) for key in keys["keys"]} == {("RS256", "AQAB", "RSA", "sig")}
    assert len({key["kid"] for key in keys["keys"]}) == 2


def test_a_key_set_stays_and_is_no_other_pools(api: Api) -> None:
    first, second = a_pool(api), a_pool(api)
    keys = read(api, f"{first}/{JWKS}")
    a_user(api, first)
    sign_in(api, a_client(api, first))
    assert read(api, f"{first}/{JWKS}") == keys
    others = read(api, f"{second}/{JWKS}")
    assert not {key["kid"] for key in keys["keys"]} & {key["kid"] for key in others["keys"]}


def test_the_discovery_document_is_exactly_this(api: Api) -> None:
    pool = a_pool(api)
    assert read(api, f"{pool}/{DISCOVERY}") == {
        "authorization_endpoint": "http://localhost/oauth2/authorize",
        "end_session_endpoint": "http://localhost/logout",
        "id_token_signing_alg_values_supported": ["RS256"],
        "issuer": f"http://localhost/{pool}",
        "jwks_uri": f"http://localhost/{pool}/{JWKS}",
        "response_types_supported": ["code", "token"],
        "revocation_endpoint": "http://localhost/oauth2/revoke",
        "scopes_supported": ["openid", "email", "phone", "profile"],
        "subject_types_supported": ["public"],
        "token_endpoint": "http://localhost/oauth2/token",
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "userinfo_endpoint": "http://localhost/oauth2/userInfo",
    }


@pytest.mark.parametrize("path", [JWKS, DISCOVERY])
@pytest.mark.parametrize("pool", ["us-east-1_gone", "x", "a b", "%00", "💥", "x" * 2000])
def test_an_unknown_pool_is_not_there(api: Api, path: str, pool: str) -> None:
    response = api.http.get(f"/{pool}/{path}")
    assert response.status_code == 404
    assert response.get_json()["message"].endswith(" does not exist.")


def test_a_deleted_pool_is_not_there(api: Api) -> None:
    pool = a_pool(api)
    read(api, f"{pool}/{JWKS}")
    api.idp("DeleteUserPool", UserPoolId=pool)
    assert api.http.get(f"/{pool}/{JWKS}").status_code == 404


@pytest.mark.parametrize(
    ("host", "base"),
    [
        ("localhost", "localhost"),
        ("localhost:26464", "localhost:26464"),
        ("LocalHost:80", "localhost"),
        ("127.0.0.1:1", "127.0.0.1:1"),
        ("[::1]:26464", "[::1]:26464"),
        ("[::1]", "[::1]"),
        ("cognito", "cognito"),
        ("my_service.local:26464", "my_service.local:26464"),
        ("xn--mnchen-3ya.de", "xn--mnchen-3ya.de"),
        ("host.docker.internal:26464", "host.docker.internal:26464"),
        ("", "localhost"),
    ],
)
def test_the_host_is_the_one_that_was_asked(api: Api, host: str, base: str) -> None:
    pool = a_pool(api)
    assert read(api, f"{pool}/{DISCOVERY}", host)["issuer"] == f"http://{base}/{pool}"


@pytest.mark.parametrize(
    "host", ["a b", "a/b", "user@host", "host:port", "host:", 'x"<>', "a\\b", "a?b", "a#b", "münchen"]
)
def test_a_host_that_is_none_is_refused(api: Api, host: str) -> None:
    pool = a_pool(api)
    for response in (
        api.http.get(f"/{pool}/{DISCOVERY}", headers={"Host": host}),
        api.http.post("/", headers={"Host": host, "X-Amz-Target": "AWSCognitoIdentityProviderService.GetUser"}),
    ):
        assert response.status_code == 400
        assert response.get_json() == {"error": "The Host header is not the name of a host."}


def test_identity_pools_have_one_issuer_and_one_key_set(api: Api) -> None:
    document = read(api, DISCOVERY, "localhost:26464")
    assert document["issuer"] == "https://cognito-identity.amazonaws.com"
    assert document["jwks_uri"] == "http://localhost:26464/.well-known/jwks_uri"
    assert document["id_token_signing_alg_values_supported"] == ["RS512"]
    [key] = read(api, ".well-known/jwks_uri")["keys"]
    assert (key["alg"], key["kty"], key["use"]) == ("RS512", "RSA", "sig")
    assert read(api, JWKS) == read(api, ".well-known/jwks_uri") == {"keys": [key]}
    assert api.http.post("/.well-known/jwks_uri").status_code == 405


def test_the_key_of_identity_pools_stays_when_pools_come_and_go(api: Api) -> None:
    before = read(api, ".well-known/jwks_uri")
    pool = {"IdentityPoolName": "app", "AllowUnauthenticatedIdentities": True}
    made = api.identity("CreateIdentityPool", **pool)["IdentityPoolId"]
    assert read(api, ".well-known/jwks_uri") == before
    api.identity("DeleteIdentityPool", IdentityPoolId=made)
    assert read(api, ".well-known/jwks_uri") == before
