"""What applications count on from identity pools, each in one test."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

import jwt
import pytest
from msgspec.structs import replace

from emulator.outside.http import CannedHttp
from emulator.outside.world import World
from emulator.settings import Settings
from keys import account_keys
from keys.signing import KeyRing, generate
from tests.api.identity_app import DEVELOPER, App, an_app, refused
from tests.api.issuers import Issuer
from tests.builders import IDENTITY, Api, a_client, a_pool, a_user, claims, sign_in
from tests.conftest import NOON

ACCOUNT = "111122223333"
GONE = "us-east-1:11111111-2222-3333-4444-555555555555"
NOT_AUTHORIZED, INVALID = "NotAuthorizedException", "InvalidParameterException"
UNASSIGNED = (
    "InvalidIdentityPoolConfigurationException",
    "Invalid identity pool configuration. Check assigned IAM roles for this pool.",
)


@pytest.fixture
def settings() -> Settings:
    return Settings(ephemeral=True, account_id=ACCOUNT)


@pytest.fixture
def world(world: World) -> World:
    return replace(world, http=CannedHttp())


@pytest.fixture
def mine(api: Api) -> App:
    app = an_app(api)
    app.update(DeveloperProviderName=DEVELOPER)
    return app


def test_a_user_is_one_identity_by_every_client_until_it_is_deleted(mine: App) -> None:
    clients = (mine.client, a_client(mine.api, mine.user_pool))
    mine.update(CognitoIdentityProviders=[{"ProviderName": mine.provider, "ClientId": client} for client in clients])
    mine.a_user("bob")
    identity = mine.get_id(mine.a_user("ana"))
    assert {mine.get_id(mine.logins("ana", client)) for client in clients} == {identity}
    bobs = {mine.get_id(mine.logins("bob", client)) for client in clients}
    assert len(bobs) == 1
    assert identity not in bobs
    mine.api.identity("DeleteIdentities", IdentityIdsToDelete=[identity])
    anew = mine.get_id(mine.logins("ana"))
    assert anew not in {identity, *bobs}
    assert mine.get_id(mine.logins("bob")) in bobs


def raw(mine: App, operation: str, **members: Any) -> tuple[str, str]:
    """The code and the text of a refusal: a 400 that has both in its headers too."""
    response = mine.api.http.post("/", data=json.dumps(members), headers={"X-Amz-Target": f"{IDENTITY}.{operation}"})
    body = response.get_json(force=True)
    assert response.status_code == 400
    assert response.headers["x-amzn-ErrorType"] == f"{body['__type']}:"
    assert response.headers["x-amzn-ErrorMessage"] == body["message"]
    return body["__type"], body["message"]


def test_every_refusal_has_awss_words_and_headers(mine: App) -> None:
    """The rows about tokens and about the states of identities."""
    ana, eve = mine.a_user("ana"), mine.a_user("eve")
    token, provider = ana[mine.provider], mine.provider
    access = sign_in(mine.api, mine.client)["AccessToken"]
    other = a_pool(mine.api)
    a_user(mine.api, other)
    foreign = sign_in(mine.api, a_client(mine.api, other))["IdToken"]
    elsewhere = f"cognito-idp.us-east-1.amazonaws.com/{other}"
    forged = KeyRing().sign(generate(), claims(token))
    corp = Issuer(CannedHttp(), generate(), "https://login.corp.example")
    user, guest, merged = mine.get_id(ana), mine.get_id(), mine.get_id()
    mine.credentials(merged, ana)
    unsupported = (NOT_AUTHORIZED, "Token is not from a supported provider of this identity pool.")
    mismatch = (NOT_AUTHORIZED, "Invalid login token. Issuer doesn't match providerName")
    public = (INVALID, "Please provide a valid public provider.")
    no_match = "Logins don't match. Please include at least one valid login for this identity or identity pool."
    rows: list[tuple[dict[str, str], tuple[str, str]]] = [
        ({provider: "x"}, (NOT_AUTHORIZED, "Invalid login token. Not a valid OpenId Connect identity token.")),
        ({provider: access}, (NOT_AUTHORIZED, "Invalid login token. Missing a required claim: aud")),
        ({f"https://{provider}": token}, mismatch),
        ({"cognito-idp.us-west-2.amazonaws.com/" + mine.user_pool: token}, mismatch),
        ({provider: forged}, (NOT_AUTHORIZED, "Invalid login token. Couldn't verify signed token.")),
        ({elsewhere: foreign}, unsupported),
        ({DEVELOPER: "ana"}, public),
        ({"facebook": "x"}, public),
    ]
    for logins, told in rows:
        assert raw(mine, "GetId", IdentityPoolId=mine.identity_pool, Logins=logins) == told
        for operation in ("GetCredentialsForIdentity", "GetOpenIdToken"):
            assert raw(mine, operation, IdentityId=guest, Logins=logins) == told
    missing = ("ResourceNotFoundException", f"Identity '{GONE}' not found.")
    for operation in ("GetCredentialsForIdentity", "GetOpenIdToken"):
        assert raw(mine, operation, IdentityId=GONE, Logins=ana) == missing
        told = (NOT_AUTHORIZED, f"Access to Identity '{user}' is forbidden.")
        assert raw(mine, operation, IdentityId=user) == raw(mine, operation, IdentityId=user, Logins={}) == told
        assert raw(mine, operation, IdentityId=user, Logins=eve) == (NOT_AUTHORIZED, no_match)
        told = (NOT_AUTHORIZED, f"Access to Identity '{merged}' is forbidden.")
        assert raw(mine, operation, IdentityId=merged, Logins=ana) == told
    assert raw(mine, "GetId", IdentityPoolId=GONE) == (missing[0], f"IdentityPool '{GONE}' not found.")
    mine.update(OpenIdConnectProviderARNs=[corp.arn])
    assert raw(mine, "GetId", IdentityPoolId=mine.identity_pool, Logins=corp.logins())[0] == "ExternalServiceException"
    mine.update(AllowUnauthenticatedIdentities=False)
    no_guests = (NOT_AUTHORIZED, "Unauthenticated access is not supported for this identity pool.")
    assert raw(mine, "GetId", IdentityPoolId=mine.identity_pool) == no_guests
    assert raw(mine, "GetCredentialsForIdentity", IdentityId=guest) == no_guests
    mine.api.world.clock.advance(hours=2)
    expired = f"Invalid login token. Token expired: {NOON + 7200:.0f} >= {NOON + 3600:.0f}"
    assert raw(mine, "GetId", IdentityPoolId=mine.identity_pool, Logins=ana) == (NOT_AUTHORIZED, expired)
    settings = {"IdentityPoolName": "bare", "AllowUnauthenticatedIdentities": True}
    bare = mine.api.identity("CreateIdentityPool", **settings)["IdentityPoolId"]
    told = (NOT_AUTHORIZED, f"Identity pool - {bare} does not have identity providers configured.")
    assert raw(mine, "GetId", IdentityPoolId=bare, Logins=ana) == told


def arn(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


def role(mine: App, logins: dict[str, str] | None, custom: str | None = None) -> str:
    """The name of the role that the credentials are for."""
    members = {} if custom is None else {"CustomRoleArn": arn(custom)}
    made = mine.credentials(mine.get_id(logins), logins, **members)["Credentials"]
    return mine.api.sts("GetCallerIdentity", made["AccessKeyId"], made["SessionToken"])["Arn"].split("/")[1]


def grouped(mine: App, name: str, **groups: int) -> dict[str, str]:
    """The logins of a user in these groups, whose roles have their names; by precedence."""
    a_user(mine.api, mine.user_pool, name, nickname="blue team")
    for group, precedence in groups.items():
        named = {"UserPoolId": mine.user_pool, "GroupName": f"{name}-{group}"}
        mine.api.idp("CreateGroup", **named, RoleArn=arn(group), Precedence=precedence)
        mine.api.idp("AdminAddUserToGroup", **named, Username=name)
    return mine.logins(name)


def test_every_way_to_choose_a_role(mine: App) -> None:
    key = f"{mine.provider}:{mine.client}"
    plain = {"authenticated": arn("user"), "unauthenticated": arn("guest")}

    def mapped(ambiguous: str, *rules: tuple[str, str, str, str]) -> None:
        members = ("Claim", "MatchType", "Value", "RoleARN")
        made = [dict(zip(members, (*rule[:3], arn(rule[3])), strict=True)) for rule in rules]
        more = {"RulesConfiguration": {"Rules": made}} if rules else {}
        kind = "Rules" if rules else "Token"
        mapping = {"Type": kind, "AmbiguousRoleResolution": ambiguous, **more}
        mine.roles(Roles=plain, RoleMappings={key: mapping})

    denied = (NOT_AUTHORIZED, f"The ambiguous role mapping rules for: {key} denied this request.")

    def forbidden(name: str) -> tuple[str, str]:
        return NOT_AUTHORIZED, f"Access to Role '{arn(name)}' is forbidden."

    nobody = grouped(mine, "nobody")
    one, preferred, tied = (
        grouped(mine, "one", a=1),
        grouped(mine, "preferred", a=2, b=1),
        grouped(mine, "tied", a=1, b=1),
    )
    mine.roles(Roles=plain)
    assert (role(mine, None), role(mine, nobody), role(mine, one)) == ("guest", "user", "user")
    assert refused(role, mine, one, "a") == forbidden("a")
    mapped("Deny")
    assert role(mine, None) == "guest"
    assert (role(mine, one), role(mine, preferred)) == ("a", "b")
    assert refused(role, mine, tied) == refused(role, mine, nobody) == denied
    assert (role(mine, tied, "a"), role(mine, tied, "b"), role(mine, preferred, "a")) == ("a", "b", "a")
    assert refused(role, mine, one, "b") == forbidden("b")
    mapped("AuthenticatedRole")
    assert (role(mine, tied), role(mine, nobody), role(mine, one)) == ("user", "user", "a")
    operators = {
        "Equals": ("blue team", "blue"),
        "Contains": ("ue te", "red"),
        "StartsWith": ("blue", "team"),
        "NotEqual": ("red", "blue team"),
    }
    for operator, (match, other) in operators.items():
        mapped("Deny", ("nickname", operator, match, "team"))
        assert role(mine, nobody) == "team"
        mapped("Deny", ("nickname", operator, other, "team"))
        assert refused(role, mine, nobody) == denied
        mapped("Deny", ("website", operator, match, "team"))
        assert refused(role, mine, nobody) == denied
        mapped("AuthenticatedRole", ("website", operator, match, "team"))
        assert role(mine, nobody) == "user"
    first, second = ("nickname", "StartsWith", "blue", "first"), ("nickname", "StartsWith", "bl", "second")
    for order in itertools.permutations((first, second)):
        mapped("Deny", *order)
        assert role(mine, nobody) == order[0][3]
        assert role(mine, nobody, "second") == "second"
        assert refused(role, mine, nobody, "third") == forbidden("third")
    mine.roles(Roles={})
    assert refused(role, mine, None) == refused(role, mine, nobody) == UNASSIGNED


def test_credentials_are_of_the_account_and_last_an_hour(mine: App) -> None:
    mine.roles(Roles={"authenticated": arn("user"), "unauthenticated": arn("guest")})
    ana = mine.a_user()
    for logins in (None, ana):
        made = mine.credentials(mine.get_id(logins), logins)["Credentials"]
        assert made["Expiration"] == NOON + 3600
        assert isinstance(made["Expiration"], int | float)
        assert re.fullmatch(r"ASIA[A-Z2-7]{16}", made["AccessKeyId"])
        assert account_keys.account_of(made["AccessKeyId"]) == ACCOUNT


def test_tokens_are_verified_with_the_published_keys(mine: App) -> None:
    ana = mine.a_user()
    user, guest = mine.get_id(ana), mine.get_id()
    document = mine.api.http.get("/.well-known/openid-configuration").get_json()
    path = document["jwks_uri"].removeprefix("http://localhost")
    [key] = jwt.PyJWKSet.from_dict(mine.api.http.get(path).get_json()).keys

    def opened(token: str) -> dict[str, Any]:
        assert jwt.get_unverified_header(token)["alg"] == "RS512"
        options = {"verify_exp": False, "verify_iat": False}
        return jwt.decode(
            token,
            key.key,
            ["RS512"],
            audience=mine.identity_pool,
            issuer="https://cognito-identity.amazonaws.com",
            options=options,  # type: ignore[arg-type]
        )

    def lasts(claims: dict[str, Any]) -> int:
        return int(claims["exp"] - claims["iat"])

    def vouched(**members: Any) -> dict[str, Any]:
        return opened(mine.vouch("ana", **members)["Token"])

    of_guest, of_user = opened(mine.token(guest)["Token"]), opened(mine.token(user, ana)["Token"])
    assert (of_guest["sub"], of_user["sub"]) == (guest, user)
    assert of_guest["amr"] == ["unauthenticated"]
    sub = claims(ana[mine.provider])["sub"]
    assert of_user["amr"] == ["authenticated", mine.provider, f"{mine.provider}:CognitoSignIn:{sub}"]
    assert lasts(of_guest) == lasts(of_user) == 600
    assert vouched()["amr"] == ["authenticated", DEVELOPER, f"{DEVELOPER}:{mine.identity_pool}:ana"]
    assert (lasts(vouched()), lasts(vouched(TokenDuration=86_400))) == (900, 86_400)
    mine.update(AllowClassicFlow=True)
    assert opened(mine.token(guest)["Token"])
    mine.update(AllowClassicFlow=False)
    told = "Basic (classic) flow is not enabled, please use enhanced flow."
    assert refused(mine.token, guest) == (INVALID, told)
    mine.update()
    assert opened(mine.token(guest)["Token"])
    mapping = {"Type": "Token", "AmbiguousRoleResolution": "Deny"}
    mine.roles(RoleMappings={f"{mine.provider}:{mine.client}": mapping})
    told = "Basic (classic) flow is not supported with RoleMappings, please use enhanced flow."
    assert refused(mine.token, guest) == (INVALID, told)
    assert vouched()
