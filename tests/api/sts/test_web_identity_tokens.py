"""GetWebIdentityToken: what it signs, with keys that anybody can read, and what it refuses."""

from __future__ import annotations

import re
from typing import Any

import jwt
import pytest
from msgspec.structs import replace

from emulator.settings import Settings
from keys import foreign_tokens
from tests.api.sts.parties import ACCOUNT, ROOT, Keys, arn, assumed, call, refused
from tests.builders import Api
from tests.conftest import NOON

ISSUER = f"http://localhost/sts/{ACCOUNT}"
ASKED = {"Audience_member_1": "https://app.example", "SigningAlgorithm": "RS256"}


def opened(api: Api, token: str) -> dict[str, Any]:
    """The claims, verified as a stranger does: by discovery from `iss`."""
    claims = jwt.decode(token, options={"verify_signature": False})
    path = claims["iss"].removeprefix("http://localhost")
    document = api.http.get(f"{path}/.well-known/openid-configuration").get_json()
    assert document["issuer"] == claims["iss"]
    assert document["id_token_signing_alg_values_supported"] == ["RS256", "ES384"]
    published = api.http.get(document["jwks_uri"].removeprefix("http://localhost")).data
    return foreign_tokens.open_token(foreign_tokens.public_keys(published), token)


@pytest.mark.parametrize("algorithm", ["RS256", "ES384"])
def test_a_token_about_the_root_is_verified_by_discovery(api: Api, algorithm: str) -> None:
    told = call(api, "GetWebIdentityToken", **{**ASKED, "SigningAlgorithm": algorithm})
    token = told["WebIdentityToken"]
    assert jwt.get_unverified_header(token)["alg"] == algorithm
    claims = opened(api, token)
    assert len(claims.pop("jti")) == 36
    assert claims == {
        "aud": "https://app.example",
        "sub": ROOT,
        "https://sts.amazonaws.com/": {"aws_account": ACCOUNT, "source_region": "us-east-1", "principal_id": ROOT},
        "iss": ISSUER,
        "exp": NOON + 300,
        "iat": NOON,
    }
    assert told["Expiration"] == "2027-01-15T08:05:00Z"


def test_a_token_about_a_role_has_the_role_its_tags_and_its_end(api: Api) -> None:
    who = assumed(api, "app", SourceIdentity="ana", Tags_member_1_Key="team", Tags_member_1_Value="blue")
    asked = {"Audience_member_2": "b", "DurationSeconds": "60", "Tags_member_1_Key": "k", "Tags_member_1_Value": "v"}
    claims = opened(api, who.call("GetWebIdentityToken", **ASKED, **asked)["WebIdentityToken"])
    assert (claims["sub"], claims["aud"], claims["exp"]) == (arn("app"), ["https://app.example", "b"], NOON + 60)
    assert claims["https://sts.amazonaws.com/"] == {
        "aws_account": ACCOUNT,
        "source_region": "us-east-1",
        "principal_id": arn("app"),
        "request_tags": {"k": "v"},
        "principal_tags": {"team": "blue"},
        "original_session_exp": "2027-01-15T09:00:00Z",
        "source_identity": "ana",
    }


def test_a_token_outlives_no_session(api: Api) -> None:
    who = assumed(api)
    api.world.clock.advance(seconds=3500)
    assert who.call("GetWebIdentityToken", **ASKED)["Expiration"] == "2027-01-15T09:00:00Z"
    assert who.call("GetWebIdentityToken", **ASKED, DurationSeconds="100")["Expiration"] == "2027-01-15T09:00:00Z"
    assert who.refused("GetWebIdentityToken", **ASKED, DurationSeconds="101")[:2] == (
        403,
        "SessionDurationEscalationException",
    )


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"SigningAlgorithm": "HS256"}, "ValidationError"),
        ({"SigningAlgorithm": "none"}, "ValidationError"),
        ({"DurationSeconds": "59"}, "ValidationError"),
        ({"DurationSeconds": "3601"}, "ValidationError"),
        ({"SubjectMode": "OriginIdentity"}, "ValidationError"),
        ({"SubjectMode": "Other"}, "ValidationError"),
        ({"Scope": "read write"}, "ValidationError"),
        ({"Scope": "read read"}, "ValidationError"),
        ({f"Audience_member_{n}": "x" for n in range(1, 12)}, "ValidationError"),
        (
            {"Tags_member_1_Key": "a", "Tags_member_1_Value": "", "Tags_member_2_Key": "A", "Tags_member_2_Value": ""},
            "InvalidParameterValue",
        ),
        (
            {
                f"Tags_member_{n}_{part}": value
                for n in range(1, 51)
                for part, value in (("Key", f"k{n}"), ("Value", "v" * 256))
            },
            "JWTPayloadSizeExceededException",
        ),
    ],
)
def test_what_is_wrong_with_a_request(api: Api, members: dict[str, str], code: str) -> None:
    assert refused(api, "GetWebIdentityToken", **{**ASKED, **members})[:2] == (400, code)


def test_the_keys_are_there_before_the_first_token_and_stay(api: Api) -> None:
    first = api.http.get(f"/sts/{ACCOUNT}/.well-known/jwks.json").get_json()["keys"]
    assert [(key["kty"], key["alg"], key["use"]) for key in first] == [("RSA", "RS256", "sig"), ("EC", "ES384", "sig")]
    assert not {"d", "p", "q"} & {name for key in first for name in key}
    call(api, "GetWebIdentityToken", **ASKED)
    assert api.http.get("/sts/111122223333/.well-known/jwks.json").get_json()["keys"] == first
    for path in ("/sts/12/.well-known/jwks.json", "/sts/x/.well-known/openid-configuration"):
        assert api.http.get(path).status_code == 404


class TestTheIssuersOfOtherSettings:
    @pytest.fixture
    def settings(self, request: pytest.FixtureRequest) -> Settings:
        return replace(Settings(ephemeral=True), issuer=request.param)

    @pytest.mark.parametrize(
        ("settings", "issuer"),
        [
            ("https://sso.example", f"https://sso.example/sts/{ACCOUNT}"),
            ("aws", "https://[0-9a-f-]{36}.tokens.sts.global.api.aws"),
        ],
        indirect=["settings"],
    )
    def test_the_issuer_follows_the_setting(self, api: Api, issuer: str) -> None:
        token = Keys(api, "test", "").call("GetWebIdentityToken", **ASKED)["WebIdentityToken"]
        told = jwt.decode(token, options={"verify_signature": False})["iss"]
        document = api.http.get(f"/sts/{ACCOUNT}/.well-known/openid-configuration").get_json()
        assert document["issuer"] == told
        assert document["jwks_uri"] == f"http://localhost/sts/{ACCOUNT}/.well-known/jwks.json"
        assert re.fullmatch(issuer, told)
