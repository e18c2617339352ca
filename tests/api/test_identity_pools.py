"""Identity pools and their roles."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest

from tests.builders import Api, Refused, a_client, a_pool

UUID = "11111111-2222-3333-4444-555555555555"
USER_POOL = "cognito-idp.us-east-1.amazonaws.com/us-east-1_Example1"
PROVIDER = {"ProviderName": USER_POOL, "ClientId": "web"}
USER = "arn:aws:iam::000000000000:role/user"
SAML = "arn:aws:iam::000000000000:saml-provider/corp"
OIDC = "arn:aws:iam::000000000000:oidc-provider/login.example.com"


def created(api: Api, **members: Any) -> dict[str, Any]:
    members = {"IdentityPoolName": "app", "AllowUnauthenticatedIdentities": False, **members}
    return api.identity("CreateIdentityPool", **members)


def refused(api: Api, operation: str, **members: Any) -> tuple[str, str]:
    with pytest.raises(Refused) as refusal:
        api.identity(operation, **members)
    assert refusal.value.status == 400
    return refusal.value.code, refusal.value.message


def test_a_pool_shows_what_was_set_and_nothing_else(api: Api) -> None:
    pool = created(api)
    region, _, name = pool["IdentityPoolId"].partition(":")
    assert region == "us-east-1"
    assert str(uuid.UUID(name)) == name
    assert pool == {
        "IdentityPoolId": pool["IdentityPoolId"],
        "IdentityPoolName": "app",
        "AllowUnauthenticatedIdentities": False,
        "IdentityPoolTags": {},
    }
    assert api.identity("DescribeIdentityPool", IdentityPoolId=pool["IdentityPoolId"]) == pool


def test_every_setting_is_shown_as_it_was_sent(api: Api) -> None:
    settings = {
        "IdentityPoolName": "every + thing = x,y.z@w",
        "AllowUnauthenticatedIdentities": True,
        "AllowClassicFlow": False,
        "SupportedLoginProviders": {"graph.facebook.com": "7346241598935552"},
        "DeveloperProviderName": "login.example",
        "OpenIdConnectProviderARNs": [OIDC],
        "CognitoIdentityProviders": [PROVIDER, PROVIDER | {"ClientId": "b", "ServerSideTokenCheck": False}],
        "SamlProviderARNs": [SAML],
        "IdentityPoolTags": {"team": "a"},
    }
    pool = api.identity("CreateIdentityPool", **settings)
    assert pool == {"IdentityPoolId": pool["IdentityPoolId"], **settings}
    assert api.identity("DescribeIdentityPool", IdentityPoolId=pool["IdentityPoolId"]) == pool


def test_an_update_unsets_what_it_leaves_out_but_tags_and_roles_stay(api: Api) -> None:
    pool = created(api, AllowClassicFlow=True, CognitoIdentityProviders=[PROVIDER], IdentityPoolTags={"team": "a"})
    pool_id = pool["IdentityPoolId"]
    api.identity("SetIdentityPoolRoles", IdentityPoolId=pool_id, Roles={"authenticated": USER})
    sent = {"IdentityPoolId": pool_id, "IdentityPoolName": "new", "AllowUnauthenticatedIdentities": True}
    expected = sent | {"IdentityPoolTags": {"team": "a"}}
    assert api.identity("UpdateIdentityPool", **sent) == expected
    assert api.identity("DescribeIdentityPool", IdentityPoolId=pool_id) == expected
    assert api.identity("GetIdentityPoolRoles", IdentityPoolId=pool_id)["Roles"] == {"authenticated": USER}


def test_a_described_pool_may_be_sent_back_as_an_update(api: Api) -> None:
    pool = created(api, AllowClassicFlow=False, CognitoIdentityProviders=[PROVIDER], DeveloperProviderName="dev")
    described = api.identity("DescribeIdentityPool", IdentityPoolId=pool["IdentityPoolId"])
    assert api.identity("UpdateIdentityPool", **described) == described


def test_an_empty_list_of_providers_counts_as_unset(api: Api) -> None:
    pool = created(api, CognitoIdentityProviders=[], SupportedLoginProviders={}, SamlProviderARNs=[])
    assert pool.keys() & {"CognitoIdentityProviders", "SupportedLoginProviders", "SamlProviderARNs"} == set()


def test_a_developer_name_is_set_once(api: Api) -> None:
    pool = created(api, DeveloperProviderName="dev")
    sent = {key: pool[key] for key in ("IdentityPoolId", "IdentityPoolName", "AllowUnauthenticatedIdentities")}
    code, _ = refused(api, "UpdateIdentityPool", **sent, DeveloperProviderName="other")
    assert code == "InvalidParameterException"
    assert api.identity("UpdateIdentityPool", **sent)["DeveloperProviderName"] == "dev"


@pytest.mark.parametrize(
    "provider",
    [
        {"ProviderName": "us-east-1_Example1", "ClientId": "web"},
        {"ProviderName": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example1", "ClientId": "web"},
        {"ProviderName": "cognito-idp.us-west-2.amazonaws.com/us-east-1_Example1", "ClientId": "web"},
        {"ClientId": "web"},
        {"ProviderName": USER_POOL},
        {},
    ],
)
def test_a_provider_that_is_no_user_pool_is_refused(api: Api, provider: dict[str, str]) -> None:
    settings = {"IdentityPoolName": "app", "AllowUnauthenticatedIdentities": False}
    told = refused(api, "CreateIdentityPool", **settings, CognitoIdentityProviders=[provider])
    assert told == ("InvalidParameterException", "Invalid Cognito Identity Provider")
    pool_id = created(api)["IdentityPoolId"]
    told = refused(api, "UpdateIdentityPool", IdentityPoolId=pool_id, **settings, CognitoIdentityProviders=[provider])
    assert told == ("InvalidParameterException", "Invalid Cognito Identity Provider")
    assert "CognitoIdentityProviders" not in api.identity("DescribeIdentityPool", IdentityPoolId=pool_id)


def test_a_provider_is_shown_under_the_host_it_was_sent_with(api: Api) -> None:
    provider = {"ProviderName": "localhost:26464/us-east-1_Example1", "ClientId": "web"}
    assert created(api, CognitoIdentityProviders=[provider])["CognitoIdentityProviders"] == [provider]


@pytest.mark.parametrize("tag", ["cognito-emulator:id", "_custom_id_"])
@pytest.mark.parametrize(
    ("pinned", "expected"), [(UUID, f"eu-west-1:{UUID}"), (f"eu-west-1:{UUID}", f"eu-west-1:{UUID}")]
)
def test_a_tag_pins_the_id(api: Api, tag: str, pinned: str, expected: str) -> None:
    api = replace(api, region="eu-west-1")
    pool = created(api, IdentityPoolTags={tag: pinned})
    assert pool["IdentityPoolId"] == expected
    assert pool["IdentityPoolTags"] == {tag: pinned}


def test_a_pinned_id_that_is_taken_is_refused(api: Api) -> None:
    tags = {"cognito-emulator:id": UUID}
    created(api, IdentityPoolTags=tags)
    settings = {"IdentityPoolName": "app", "AllowUnauthenticatedIdentities": False}
    told = refused(api, "CreateIdentityPool", **settings, IdentityPoolTags=tags)
    assert told == ("ResourceConflictException", f"IdentityPool 'us-east-1:{UUID}' already exists.")


@pytest.mark.parametrize(
    "pinned",
    ["mine", UUID.upper().replace("1", "A"), f"here:{UUID}", f"us-east-1:{UUID}0", f"us-aaaaaaaaaaaaaaaa-1:{UUID}"],
)
def test_a_pinned_id_must_be_one(api: Api, pinned: str) -> None:
    settings = {"IdentityPoolName": "app", "AllowUnauthenticatedIdentities": False}
    told = refused(api, "CreateIdentityPool", **settings, IdentityPoolTags={"_custom_id_": pinned})
    assert told == (
        "InvalidParameterException",
        f"The tag _custom_id_ does not hold an identity pool id: {pinned}",
    )


def test_pools_are_listed_by_region_page_by_page(api: Api) -> None:
    ids = {created(api)["IdentityPoolId"] for _ in range(5)}
    elsewhere = replace(api, region="eu-west-1")
    there = created(elsewhere, IdentityPoolName="there")["IdentityPoolId"]
    found: list[str] = []
    token: dict[str, str] = {}
    while True:
        page = api.identity("ListIdentityPools", MaxResults=2, **token)
        assert all(entry.keys() == {"IdentityPoolId", "IdentityPoolName"} for entry in page["IdentityPools"])
        found += [entry["IdentityPoolId"] for entry in page["IdentityPools"]]
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    assert len(found) == 5
    assert set(found) == ids
    [listed] = elsewhere.identity("ListIdentityPools", MaxResults=60)["IdentityPools"]
    assert listed == {"IdentityPoolId": there, "IdentityPoolName": "there"}
    assert elsewhere.identity("DescribeIdentityPool", IdentityPoolId=there)["IdentityPoolName"] == "there"


def test_a_pool_and_an_identity_of_another_region_do_not_exist(api: Api) -> None:
    pool = created(api, AllowUnauthenticatedIdentities=True)["IdentityPoolId"]
    identity = api.identity("GetId", IdentityPoolId=pool)["IdentityId"]
    elsewhere = replace(api, region="eu-west-1")
    gone = ("ResourceNotFoundException", f"IdentityPool '{pool}' not found.")
    for operation in ("DescribeIdentityPool", "GetIdentityPoolRoles", "DeleteIdentityPool", "GetId"):
        assert refused(elsewhere, operation, IdentityPoolId=pool) == gone
        assert api.world.events.last(1)[0].reason == "it lives in us-east-1, and the call is signed for eu-west-1"
    told = refused(elsewhere, "DescribeIdentity", IdentityId=identity)
    assert told == ("ResourceNotFoundException", f"Identity '{identity}' not found.")
    unsigned = replace(elsewhere, headers={"Authorization": ""})
    assert unsigned.identity("GetId", IdentityPoolId=pool)["IdentityId"].startswith("us-east-1:")
    assert unsigned.identity("DescribeIdentity", IdentityId=identity)["IdentityId"] == identity


def test_a_pinned_id_of_another_region_is_refused(api: Api) -> None:
    settings = {"IdentityPoolName": "app", "AllowUnauthenticatedIdentities": False}
    told = refused(api, "CreateIdentityPool", **settings, IdentityPoolTags={"_custom_id_": f"us-east-2:{UUID}"})
    assert told == (
        "InvalidParameterException",
        f"The tag _custom_id_ names us-east-2:{UUID}: it lives in us-east-2, and the call is signed for us-east-1.",
    )


def test_a_page_token_of_another_list_is_refused(api: Api) -> None:
    for _ in range(2):
        created(api)
    token = api.identity("ListIdentityPools", MaxResults=1)["NextToken"]
    for forged, where in (("made-up", api), (token, replace(api, region="eu-west-1"))):
        told = refused(where, "ListIdentityPools", MaxResults=1, NextToken=forged)
        assert told == ("InvalidParameterException", "Invalid pagination token given.")


@pytest.mark.parametrize(
    ("operation", "members"),
    [
        ("DescribeIdentityPool", {}),
        ("DeleteIdentityPool", {}),
        ("GetIdentityPoolRoles", {}),
        ("SetIdentityPoolRoles", {"Roles": {}}),
        ("UpdateIdentityPool", {"IdentityPoolName": "x", "AllowUnauthenticatedIdentities": True}),
        ("GetId", {}),
        ("ListIdentities", {"MaxResults": 1}),
    ],
)
def test_an_unknown_pool_is_not_found(api: Api, operation: str, members: dict[str, Any]) -> None:
    told = refused(api, operation, IdentityPoolId=f"us-east-1:{UUID}", **members)
    assert told == ("ResourceNotFoundException", f"IdentityPool 'us-east-1:{UUID}' not found.")


def test_a_deleted_pool_takes_its_identities_along(api: Api) -> None:
    pool_id = created(api, AllowUnauthenticatedIdentities=True)["IdentityPoolId"]
    identity = api.identity("GetId", IdentityPoolId=pool_id)["IdentityId"]
    assert api.identity("DeleteIdentityPool", IdentityPoolId=pool_id) == {}
    assert refused(api, "DescribeIdentityPool", IdentityPoolId=pool_id)[0] == "ResourceNotFoundException"
    told = refused(api, "DescribeIdentity", IdentityId=identity)
    assert told == ("ResourceNotFoundException", f"Identity '{identity}' not found.")


@pytest.mark.parametrize(
    ("operation", "members"),
    [
        ("CreateIdentityPool", {"IdentityPoolName": "a/b", "AllowUnauthenticatedIdentities": True}),
        ("CreateIdentityPool", {"IdentityPoolName": "a"}),
        ("DescribeIdentityPool", {"IdentityPoolId": "nonsense"}),
        ("ListIdentityPools", {"MaxResults": 61}),
        ("ListIdentityPools", {}),
        ("SetIdentityPoolRoles", {"IdentityPoolId": f"us-east-1:{UUID}", "Roles": {"admin": USER}}),
    ],
)
def test_a_request_that_breaks_the_model_is_a_validation_exception(
    api: Api, operation: str, members: dict[str, Any]
) -> None:
    code, message = refused(api, operation, **members)
    assert code == "ValidationException"
    assert message.startswith("1 validation error detected: Value ")


def test_resetting_a_pool_forgets_its_identities_alone(api: Api) -> None:
    user_pool = a_pool(api)
    provider = f"cognito-idp.us-east-1.amazonaws.com/{user_pool}"
    entry = {"ProviderName": provider, "ClientId": a_client(api, user_pool)}
    pool = created(api, AllowUnauthenticatedIdentities=True, CognitoIdentityProviders=[entry])
    identity = api.identity("GetId", IdentityPoolId=pool["IdentityPoolId"])["IdentityId"]
    assert api.http.post(f"/_emulator/reset?pool={pool['IdentityPoolId']}").status_code == 200
    assert refused(api, "DescribeIdentity", IdentityId=identity)[0] == "ResourceNotFoundException"
    assert api.identity("DescribeIdentityPool", IdentityPoolId=pool["IdentityPoolId"]) == pool
