"""How a login token is checked: every refusal in AWS's words, every name of a user pool."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from emulator.settings import Settings
from keys import signing
from keys.signing import KeyRing, SigningKey
from tests.api.identity_app import App, an_app, refused
from tests.builders import Api, a_client, a_pool, a_user, claims, sign_in
from tests.conftest import NOON

UNSUPPORTED = "Token is not from a supported provider of this identity pool."
NOT_OPENID = "Invalid login token. Not a valid OpenId Connect identity token."
UNVERIFIED = "Invalid login token. Couldn't verify signed token."
MISMATCH = "Invalid login token. Issuer doesn't match providerName"


@pytest.fixture
def mine(api: Api) -> App:
    return an_app(api)


@pytest.fixture
def token(mine: App) -> str:
    """A good ID token."""
    return mine.a_user()[mine.provider]


@pytest.fixture(scope="session")
def stranger() -> SigningKey:
    """A key of nobody's pool."""
    return signing.generate()


def told(mine: App, key: str, token: str) -> str:
    """The refusal of a login, by GetId and by GetCredentialsForIdentity alike."""
    code, message = refused(mine.get_id, {key: token})
    assert code == "NotAuthorizedException"
    assert refused(mine.credentials, mine.get_id(), {key: token}) == (code, message)
    return message


def segment(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def unsigned(header: dict[str, Any], body: Any) -> str:
    return f"{segment(header)}.{segment(body)}.AAAA"


@pytest.mark.parametrize(
    "nonsense",
    ["x", "a.b.c", "e30.e30.", unsigned({"alg": "RS256", "kid": "x"}, [1]), unsigned({"kid": 1}, {}), "a" * 50_000],
)
def test_what_is_no_jwt_is_no_identity_token(mine: App, nonsense: str) -> None:
    assert told(mine, mine.provider, nonsense) == NOT_OPENID


def test_an_access_token_has_no_audience(mine: App) -> None:
    a_user(mine.api, mine.user_pool)
    access = sign_in(mine.api, mine.client)["AccessToken"]
    assert told(mine, mine.provider, access) == "Invalid login token. Missing a required claim: aud"


@pytest.mark.parametrize("name", ["iss", "aud", "exp", "sub"])
def test_a_claim_that_is_required_is_missed(mine: App, token: str, name: str) -> None:
    body = {key: value for key, value in claims(token).items() if key != name}
    message = told(mine, mine.provider, unsigned({"alg": "RS256", "kid": "x"}, body))
    assert message == f"Invalid login token. Missing a required claim: {name}"


@pytest.mark.parametrize(
    "change",
    [
        {"iss": 1},
        {"aud": ["a"]},
        {"sub": None},
        {"exp": "1"},
        {"exp": True},
        {"exp": float("nan")},
        {"exp": float("inf")},
        {"exp": [1]},
    ],
)
def test_a_claim_of_the_wrong_type_is_no_identity_token(mine: App, token: str, change: dict[str, Any]) -> None:
    assert told(mine, mine.provider, unsigned({"alg": "RS256", "kid": "x"}, claims(token) | change)) == NOT_OPENID


def test_an_expiry_beyond_any_number_is_not_verified(mine: App, token: str) -> None:
    body = claims(token) | {"exp": 10**400}
    assert told(mine, mine.provider, unsigned({"alg": "RS256", "kid": "x"}, body)) == UNVERIFIED


@pytest.mark.parametrize(
    "key",
    [
        "https://cognito-idp.us-east-1.amazonaws.com/{pool}",
        "http://localhost/{pool}",
        "cognito-idp.us-west-2.amazonaws.com/{pool}",
        "cognito-idp.us-east-1.amazonaw.com/{pool}",
        "cognito-idp.us-east-1.amazonaws.com/{pool}/",
        "cognito-idp.us-east-1.amazonaws.com/us-east-1_Another1",
        "cognito-idp.us-east-1.amazonaws.com",
        "login.example.com",
    ],
)
def test_a_token_of_another_provider_than_the_key_says_is_refused(mine: App, token: str, key: str) -> None:
    assert told(mine, key.format(pool=mine.user_pool), token) == MISMATCH


def test_a_token_of_a_pool_that_is_not_configured_is_refused(mine: App) -> None:
    pool = a_pool(mine.api)
    client = a_client(mine.api, pool)
    a_user(mine.api, pool)
    foreign = sign_in(mine.api, client)["IdToken"]
    assert told(mine, f"cognito-idp.us-east-1.amazonaws.com/{pool}", foreign) == UNSUPPORTED
    assert told(mine, mine.provider, foreign) == MISMATCH


def test_a_token_of_a_client_that_is_not_configured_is_refused(mine: App, token: str) -> None:
    other = mine.logins(client=a_client(mine.api, mine.user_pool))[mine.provider]
    assert told(mine, mine.provider, other) == UNSUPPORTED
    assert mine.get_id({mine.provider: token})


def test_a_token_is_good_until_the_second_it_expires(mine: App, token: str) -> None:
    mine.api.world.clock.advance(seconds=3599)
    assert mine.get_id({mine.provider: token})
    mine.api.world.clock.advance(seconds=1)
    moment = int(NOON) + 3600
    assert told(mine, mine.provider, token) == f"Invalid login token. Token expired: {moment} >= {moment}"
    mine.api.world.clock.advance(seconds=146)
    assert told(mine, mine.provider, token) == f"Invalid login token. Token expired: {moment + 146} >= {moment}"


def test_only_the_pools_key_for_id_tokens_signs_a_login(
    mine: App, token: str, signing_keys: list[SigningKey], stranger: SigningKey
) -> None:
    id_key, access_key = signing_keys[:2]
    body, ring = claims(token), KeyRing()
    assert signing.peek(token)[0] == {"kid": id_key.kid, "alg": "RS256"}
    assert mine.get_id({mine.provider: ring.sign(id_key, body)})
    for forged in (
        ring.sign(access_key, body),
        ring.sign(stranger, body),
        ring.sign(SigningKey(id_key.kid, stranger.pem), body),
        ring.sign(id_key, body, algorithm="RS512"),
        unsigned({"alg": "none", "kid": id_key.kid}, body),
        unsigned({"alg": "HS256", "kid": id_key.kid}, body),
        unsigned({"alg": "RS256"}, body),
    ):
        assert told(mine, mine.provider, forged) == UNVERIFIED


def test_changed_claims_are_not_verified(mine: App, token: str) -> None:
    header, _, signature = token.split(".")
    changed = f"{header}.{segment(claims(token) | {'sub': 'somebody-else'})}.{signature}"
    assert told(mine, mine.provider, changed) == UNVERIFIED


def test_a_pool_that_is_gone_verifies_nothing(mine: App, token: str) -> None:
    mine.api.idp("DeleteUserPool", UserPoolId=mine.user_pool)
    assert told(mine, mine.provider, token) == UNVERIFIED


def test_a_pool_without_providers_says_so(mine: App, token: str) -> None:
    mine.update(CognitoIdentityProviders=[])
    message = f"Identity pool - {mine.identity_pool} does not have identity providers configured."
    assert told(mine, mine.provider, token) == message


@pytest.mark.parametrize("key", ["developer", "login.example", "Cognito"])
def test_a_developer_name_is_no_public_provider(mine: App, token: str, key: str) -> None:
    mine.update(DeveloperProviderName="login.example")
    expected = ("InvalidParameterException", "Please provide a valid public provider.")
    assert refused(mine.get_id, {key: token}) == expected
    assert refused(mine.credentials, mine.get_id(), {key: token}) == expected


@pytest.mark.parametrize(
    "key",
    [
        "graph.facebook.com",
        "accounts.google.com",
        "arn:aws:iam::000000000000:saml-provider/corp",
        "cognito-identity.amazonaws.com",
        "login.example.com/x",
    ],
)
def test_a_provider_that_is_not_configured_is_refused(mine: App, token: str, key: str) -> None:
    assert told(mine, key, token) in {UNSUPPORTED, MISMATCH}


ALIASES: list[Callable[[App], str]] = [
    lambda mine: mine.provider,
    lambda mine: f"localhost/{mine.user_pool}",
    lambda mine: f"localhost:26464/{mine.user_pool}",
    lambda mine: f"127.0.0.1:26464/{mine.user_pool}",
    lambda mine: f"cognito:26464/{mine.user_pool}",
    lambda mine: f"dev.example/base/{mine.user_pool}",
]


@pytest.mark.parametrize("named", ALIASES)
@pytest.mark.parametrize("configured", ALIASES[:3])
def test_a_user_pool_is_the_same_under_every_name(
    mine: App, token: str, configured: Callable[[App], str], named: Callable[[App], str]
) -> None:
    identity = mine.get_id({mine.provider: token})
    mine.update(CognitoIdentityProviders=[{"ProviderName": configured(mine), "ClientId": mine.client}])
    assert mine.get_id({named(mine): token}) == identity
    assert mine.credentials(identity, {named(mine): token})["IdentityId"] == identity
    assert mine.described(identity)["Logins"] == [mine.provider]


class TestUnderAnotherIssuer:
    """What Amplify sends: the token's `iss` without its scheme."""

    @pytest.fixture(params=["request", "aws", "https://login.example.com/base", "http://127.0.0.1:9000"])
    def settings(self, request: pytest.FixtureRequest) -> Settings:
        return replace(Settings(ephemeral=True), issuer=request.param)

    def test_the_tokens_own_issuer_names_its_provider(self, mine: App, token: str) -> None:
        issuer = claims(token)["iss"].partition("://")[2]
        identity = mine.get_id({issuer: token})
        assert identity == mine.get_id({mine.provider: token})
        assert mine.credentials(identity, {issuer: token})["IdentityId"] == identity
        assert mine.described(identity)["Logins"] == [mine.provider]


ENDS = ["AdminDeleteUser", "AdminUserGlobalSignOut", "AdminDisableUser"]


class TestServerSideTokenCheck:
    """Whether the user pool is asked about the user of a token that is still good."""

    @pytest.mark.parametrize("operation", ENDS)
    def test_it_is_not_asked_by_default(self, mine: App, token: str, operation: str) -> None:
        identity = mine.get_id({mine.provider: token})
        mine.api.idp(operation, UserPoolId=mine.user_pool, Username="ana")
        assert mine.get_id({mine.provider: token}) == identity

    @pytest.mark.parametrize("operation", ENDS)
    def test_it_is_asked_where_the_pool_wants_so(self, mine: App, token: str, operation: str) -> None:
        entry = {"ProviderName": mine.provider, "ClientId": mine.client, "ServerSideTokenCheck": True}
        mine.update(CognitoIdentityProviders=[entry])
        assert mine.get_id({mine.provider: token})
        mine.api.idp(operation, UserPoolId=mine.user_pool, Username="ana")
        assert told(mine, mine.provider, token) == "Token is inactive"

    def test_a_later_sign_in_is_good_again(self, mine: App) -> None:
        mine.a_user()
        entry = {"ProviderName": mine.provider, "ClientId": mine.client, "ServerSideTokenCheck": True}
        mine.update(CognitoIdentityProviders=[entry])
        mine.api.idp("AdminUserGlobalSignOut", UserPoolId=mine.user_pool, Username="ana")
        assert mine.get_id(mine.logins())

    def test_a_token_without_origin_is_found_by_its_event(self, mine: App) -> None:
        mine.a_user()
        client = a_client(mine.api, mine.user_pool, EnableTokenRevocation=False)
        mine.update(
            CognitoIdentityProviders=[{"ProviderName": mine.provider, "ClientId": client, "ServerSideTokenCheck": True}]
        )
        logins = mine.logins(client=client)
        assert "origin_jti" not in claims(logins[mine.provider])
        assert mine.get_id(logins)
        mine.api.idp("AdminUserGlobalSignOut", UserPoolId=mine.user_pool, Username="ana")
        assert refused(mine.get_id, logins) == ("NotAuthorizedException", "Token is inactive")
