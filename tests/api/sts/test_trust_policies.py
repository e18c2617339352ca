"""Roles that trust identity pools and issuers, as AWS's guide writes their policies."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.outside.iam import ListedIam
from tests.api.identity_app import App, an_app
from tests.api.identity_app import refused as told
from tests.api.issuers import Issuer
from tests.api.sts.parties import (
    ACCOUNT,
    COGNITO,
    Keys,
    a_table,
    arn,
    assume_web,
    cognito,
    no_web,
    own,
    reason,
    trusting,
)
from tests.builders import Api

POOL = "us-east-1:11111111-1111-4111-8111-111111111111"


@pytest.fixture
def iam() -> ListedIam:
    aud = {"StringEquals": {f"{COGNITO}:aud": POOL}}

    def amr(value: str) -> dict[str, Any]:
        return {**aud, "ForAnyValue:StringLike": {f"{COGNITO}:amr": value}}

    corp = {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/login.corp.example/realm"}
    web = "sts:AssumeRoleWithWebIdentity"
    return a_table(
        {
            "user@7200": [cognito(amr("authenticated"), "sts:TagSession")],
            "guest": [cognito(amr("unauthenticated"))],
            "untagged": [cognito(amr("authenticated"))],
            "other-pool": [cognito({"StringEquals": {f"{COGNITO}:aud": "us-east-1:other"}})],
            "blue": [cognito({"StringEquals": {"aws:RequestTag/team": "blue"}}, "sts:TagSession")],
            "no-cognito": [trusting({"AWS": "*"}, "sts:AssumeRole")],
            "corp": [
                trusting(
                    corp,
                    web,
                    {"StringEquals": {"login.corp.example/realm:aud": "app", "login.corp.example/realm:sub": "42"}},
                )
            ],
            "pool": [
                trusting({"Federated": "*"}, web, {"StringLike": {"cognito-idp.us-east-1.amazonaws.com/*:sub": "*"}})
            ],
        },
        oidc_providers=[{"Url": "https://login.corp.example/realm", "ClientIDList": ["app", "web"]}],
    )


@pytest.fixture
def mine(api: Api) -> App:
    app = an_app(api)
    tags = {"cognito-emulator:id": POOL}
    made = api.identity(
        "CreateIdentityPool", IdentityPoolName="pinned", AllowUnauthenticatedIdentities=True, IdentityPoolTags=tags
    )
    app.identity_pool = made["IdentityPoolId"]
    app.update()
    app.roles()
    return app


def role_of(mine: App, users: str, guests: str = "guest") -> None:
    """Set the roles of the identity pool."""
    mine.roles(Roles={"authenticated": arn(users), "unauthenticated": arn(guests)})


def test_get_credentials_for_identity_asks_the_trust_policy(mine: App) -> None:
    logins = mine.a_user()
    identity, guest = mine.get_id(logins), mine.get_id()
    role_of(mine, "user")
    assert mine.credentials(identity, logins)["Credentials"]
    assert mine.credentials(guest)["Credentials"]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("missing", f"the table of roles has no {arn('missing')}"),
        ("guest", f"its condition ForAnyValue:StringLike {COGNITO}:amr does not hold"),
        ("other-pool", f"its condition StringEquals {COGNITO}:aud does not hold"),
        ("no-cognito", "it is of other actions"),
    ],
)
def test_a_role_that_does_not_trust_the_pool_is_a_wrong_configuration(mine: App, name: str, why: str) -> None:
    logins = mine.a_user()
    role_of(mine, name)
    assert told(mine.credentials, mine.get_id(logins), logins) == (
        "InvalidIdentityPoolConfigurationException",
        "Invalid identity pool configuration. Check assigned IAM roles for this pool.",
    )
    assert why in (reason(mine.api) or "")


def test_the_classic_flow_asks_it_too(mine: App) -> None:
    logins = mine.a_user()
    token = mine.token(mine.get_id(logins), logins)["Token"]
    guest = mine.token(mine.get_id())["Token"]
    assert assume_web(mine.api, token, "user", DurationSeconds="7200")
    assert assume_web(mine.api, guest, "guest")
    told = (403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")
    for wrong, name in (
        (guest, "user"),
        (token, "guest"),
        (token, "other-pool"),
        (token, "missing"),
        (token, "corp"),
    ):
        assert no_web(mine.api, wrong, name) == told
    assert no_web(mine.api, token, "user", DurationSeconds="7201") == (
        400,
        "ValidationError",
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    )


def test_tags_need_tag_session_and_may_be_asked_for(mine: App) -> None:
    mine.api.identity(
        "SetPrincipalTagAttributeMap",
        IdentityPoolId=mine.identity_pool,
        IdentityProviderName=mine.provider,
        UseDefaults=False,
        PrincipalTags={"team": "cognito:username"},
    )
    blue, red = mine.a_user("blue"), mine.a_user("red")
    token = mine.token(mine.get_id(blue), blue)["Token"]
    other = mine.token(mine.get_id(red), red)["Token"]
    assert assume_web(mine.api, token, "user")
    assert no_web(mine.api, token, "untagged") == (403, "AccessDenied", "Not authorized to perform sts:TagSession")
    assert assume_web(mine.api, token, "blue")
    assert no_web(mine.api, other, "blue")[:2] == (403, "AccessDenied")
    role_of(mine, "untagged")
    assert told(mine.credentials, mine.get_id(blue), blue)[0] == "InvalidIdentityPoolConfigurationException"
    role_of(mine, "user")
    made = mine.credentials(mine.get_id(blue), blue)["Credentials"]
    shown = mine.api.http.get(f"/_emulator/credentials?access_key_id={made['AccessKeyId']}").get_json()
    assert shown["principal_tags"] == {"team": "blue"}
    assert Keys(mine.api, made["AccessKeyId"], made["SessionToken"]).identity[0].endswith("/CognitoIdentityCredentials")


def test_an_issuer_of_the_table_is_taken_for_its_clients(api: Api, corp: Issuer) -> None:
    assert assume_web(api, corp.token(), "corp")
    assert no_web(api, corp.token("43"), "corp")[:2] == (403, "AccessDenied")
    assert no_web(api, corp.token(aud="web"), "corp")[:2] == (403, "AccessDenied")
    assert no_web(api, corp.token(aud="evil"), "corp") == (400, "InvalidIdentityToken", "Incorrect token audience")
    assert assume_web(api, corp.token(aud=["evil", "x"], azp="app"), "corp")


def test_a_wildcard_is_no_name_of_a_condition_key(mine: App) -> None:
    assert no_web(mine.api, own(mine), "pool")[:2] == (403, "AccessDenied")


@pytest.mark.parametrize("host", ["cognito-idp.us-east-1.amazonaws.com", "localhost"])
def test_a_user_pool_goes_by_the_name_of_aws_and_by_that_in_its_tokens(mine: App, iam: ListedIam, host: str) -> None:
    name = f"{host}/{mine.user_pool}"
    provider = {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{name}"}
    right = trusting(provider, "sts:AssumeRoleWithWebIdentity", {"StringEquals": {f"{name}:aud": mine.client}})
    wrong = trusting(provider, "sts:AssumeRoleWithWebIdentity", {"StringEquals": {f"{name}:aud": "another"}})
    assert isinstance(iam.roles, dict)
    iam.roles.update(a_table({"right": [right], "wrong": [wrong]}).roles or {})
    token = own(mine)
    assert assume_web(mine.api, token, "right")["Audience"] == mine.client
    assert no_web(mine.api, token, "wrong")[:2] == (403, "AccessDenied")
