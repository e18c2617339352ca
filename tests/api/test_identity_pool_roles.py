"""The roles of identity pools, and which mappings are taken."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.test_identity_pools import OIDC, PROVIDER, SAML, USER, USER_POOL, created, refused
from tests.builders import Api

GUEST = "arn:aws:iam::000000000000:role/guest"


def test_roles_are_kept_and_replaced_as_a_whole(api: Api) -> None:
    pool_id = created(api, CognitoIdentityProviders=[PROVIDER])["IdentityPoolId"]
    assert api.identity("GetIdentityPoolRoles", IdentityPoolId=pool_id) == {"IdentityPoolId": pool_id, "Roles": {}}
    mappings = {f"{USER_POOL}:web": {"Type": "Token", "AmbiguousRoleResolution": "Deny"}}
    roles = {"authenticated": USER, "unauthenticated": GUEST}
    told = api.identity("SetIdentityPoolRoles", IdentityPoolId=pool_id, Roles=roles, RoleMappings=mappings)
    assert told == {}
    expected = {"IdentityPoolId": pool_id, "Roles": roles, "RoleMappings": mappings}
    assert api.identity("GetIdentityPoolRoles", IdentityPoolId=pool_id) == expected
    api.identity("SetIdentityPoolRoles", IdentityPoolId=pool_id, Roles={})
    assert api.identity("GetIdentityPoolRoles", IdentityPoolId=pool_id) == {"IdentityPoolId": pool_id, "Roles": {}}


RULE = {"Claim": "custom:plan", "MatchType": "Equals", "Value": "paid", "RoleARN": USER}


@pytest.mark.parametrize(
    "key",
    [f"{USER_POOL}:web", "localhost:1/us-east-1_Example1:web", "graph.facebook.com", SAML, OIDC],
)
def test_every_configured_provider_may_have_a_mapping(api: Api, key: str) -> None:
    pool_id = created(
        api,
        CognitoIdentityProviders=[PROVIDER],
        SupportedLoginProviders={"graph.facebook.com": "1"},
        SamlProviderARNs=[SAML],
        OpenIdConnectProviderARNs=[OIDC],
    )["IdentityPoolId"]
    mapping = {
        "Type": "Rules",
        "AmbiguousRoleResolution": "AuthenticatedRole",
        "RulesConfiguration": {"Rules": [RULE] * 25},
    }
    api.identity("SetIdentityPoolRoles", IdentityPoolId=pool_id, Roles={}, RoleMappings={key: mapping})
    assert api.identity("GetIdentityPoolRoles", IdentityPoolId=pool_id)["RoleMappings"] == {key: mapping}


@pytest.mark.parametrize(
    "key",
    [
        USER_POOL,
        f"https://{USER_POOL}:web",
        f"{USER_POOL}:mobile",
        "graph.facebook.com",
        "Cognito",
        "login.example.com",
    ],
)
def test_a_mapping_of_a_provider_that_is_not_configured_is_refused(api: Api, key: str) -> None:
    pool_id = created(api, CognitoIdentityProviders=[PROVIDER], OpenIdConnectProviderARNs=[OIDC])["IdentityPoolId"]
    mappings = {key: {"Type": "Token", "AmbiguousRoleResolution": "Deny"}}
    told = refused(api, "SetIdentityPoolRoles", IdentityPoolId=pool_id, Roles={}, RoleMappings=mappings)
    assert told == (
        "InvalidParameterException",
        f"({key}) is not a valid RoleMapping ProviderName or is not a configured provider.",
    )
    assert "RoleMappings" not in api.identity("GetIdentityPoolRoles", IdentityPoolId=pool_id)


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"Type": "Rules", "AmbiguousRoleResolution": "Deny"}, "RulesConfiguration is required"),
        (
            {"Type": "Token", "AmbiguousRoleResolution": "Deny", "RulesConfiguration": {"Rules": [RULE]}},
            "RulesConfiguration is not allowed",
        ),
        ({"Type": "Token"}, "AmbiguousRoleResolution is required"),
        (
            {"Type": "Rules", "AmbiguousRoleResolution": "Deny", "RulesConfiguration": {"Rules": [RULE] * 26}},
            "The number of rules in the request exceeded 25.",
        ),
    ],
)
def test_a_mapping_must_make_sense(api: Api, mapping: dict[str, Any], words: str) -> None:
    pool_id = created(api, CognitoIdentityProviders=[PROVIDER])["IdentityPoolId"]
    mappings = {f"{USER_POOL}:web": mapping}
    code, message = refused(api, "SetIdentityPoolRoles", IdentityPoolId=pool_id, Roles={}, RoleMappings=mappings)
    assert code == "InvalidParameterException"
    assert message.startswith(words)
