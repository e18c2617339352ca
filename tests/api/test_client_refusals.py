"""App clients that cannot be, created or updated."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import Api, a_client, a_pool, refusal

OAUTH = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid"],
    "CallbackURLs": ["https://example.com/cb"],
}
MIXED = "Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names."
READ = "Invalid read attributes specified while creating a client"
WRITE = "Invalid write attributes specified while creating a client"
NEEDS_BOTH = "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows."
RANGE = "Invalid range for token validity."
ORDER = "Access and Id Token expiration times must be less than or equal to refresh token expiration times."
DEFAULT = "The default redirect URI {} is not in the callback URIs list."


@pytest.fixture
def pool(api: Api) -> str:
    required = {"Name": "given_name", "Required": True}
    return a_pool(
        api,
        Schema=[
            required,
            {"Name": "plan", "AttributeDataType": "String"},
            {"Name": "own", "AttributeDataType": "String", "DeveloperOnlyAttribute": True},
        ],
    )


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"ExplicitAuthFlows": ["USER_PASSWORD_AUTH", "ALLOW_USER_PASSWORD_AUTH"]}, MIXED),
        ({"WriteAttributes": ["given_name", "email_verified"]}, WRITE),
        ({"WriteAttributes": ["given_name", "phone_number_verified"]}, WRITE),
        ({"WriteAttributes": ["given_name", "sub"]}, WRITE),
        ({"WriteAttributes": ["given_name", "custom:none"]}, WRITE),
        ({"WriteAttributes": ["given_name", "dev:custom:own"]}, WRITE),
        ({"WriteAttributes": ["email"]}, WRITE),
        ({"ReadAttributes": ["custom:none"]}, READ),
        ({"ReadAttributes": ["plan"]}, READ),
        ({"ReadAttributes": ["dev:custom:own"]}, READ),
        ({"AccessTokenValidity": 25}, RANGE),
        ({"AccessTokenValidity": 4, "TokenValidityUnits": {"AccessToken": "minutes"}}, RANGE),
        ({"AccessTokenValidity": 2, "TokenValidityUnits": {"AccessToken": "days"}}, RANGE),
        ({"IdTokenValidity": 299, "TokenValidityUnits": {"IdToken": "seconds"}}, RANGE),
        ({"RefreshTokenValidity": 59, "TokenValidityUnits": {"RefreshToken": "minutes"}}, RANGE),
        ({"RefreshTokenValidity": 3651}, RANGE),
        ({"RefreshTokenValidity": 315_360_000}, RANGE),
        ({"AccessTokenValidity": 2, "RefreshTokenValidity": 1, "TokenValidityUnits": {"RefreshToken": "hours"}}, ORDER),
        ({"IdTokenValidity": 2, "RefreshTokenValidity": 1, "TokenValidityUnits": {"RefreshToken": "hours"}}, ORDER),
        ({"AllowedOAuthFlowsUserPoolClient": True}, NEEDS_BOTH),
        ({**OAUTH, "AllowedOAuthFlows": []}, NEEDS_BOTH),
        ({**OAUTH, "AllowedOAuthScopes": []}, NEEDS_BOTH),
        ({"DefaultRedirectURI": "https://example.com/cb"}, DEFAULT.format("https://example.com/cb")),
        ({**OAUTH, "DefaultRedirectURI": "https://example.com/CB"}, DEFAULT.format("https://example.com/CB")),
        (
            {"RefreshTokenRotation": {"Feature": "ENABLED"}, "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"]},
            "ALLOW_REFRESH_TOKEN_AUTH is not a permitted ExplicitAuthFlow when refresh token rotation is enabled.",
        ),
        (
            {"EnablePropagateAdditionalUserContextData": True},
            "Client Secret is required to set EnablePropagateAdditionalUserContextData as true",
        ),
    ],
)
def test_a_client_that_cannot_be_is_refused(api: Api, pool: str, members: dict[str, Any], message: str) -> None:
    refused = refusal(api, "CreateUserPoolClient", UserPoolId=pool, ClientName="web", **members)
    assert refused == ("InvalidParameterException", message)
    assert api.idp("ListUserPoolClients", UserPoolId=pool, MaxResults=60)["UserPoolClients"] == []
    client = a_client(api, pool)
    before = api.idp("DescribeUserPoolClient", UserPoolId=pool, ClientId=client)
    refused = refusal(api, "UpdateUserPoolClient", UserPoolId=pool, ClientId=client, **members)
    assert refused == ("InvalidParameterException", message.replace("creating", "updating"))
    assert api.idp("DescribeUserPoolClient", UserPoolId=pool, ClientId=client) == before


@pytest.mark.parametrize(
    ("members", "code", "message"),
    [
        (
            {**OAUTH, "AllowedOAuthFlows": ["client_credentials", "code"], "GenerateSecret": True},
            "InvalidOAuthFlowException",
            "client_credentials flow can not be selected along with code flow or implicit flow.",
        ),
        (
            {**OAUTH, "AllowedOAuthFlows": ["client_credentials"]},
            "InvalidOAuthFlowException",
            "client_credentials flow can not be selected if client does not have a client secret.",
        ),
        (
            {**OAUTH, "AllowedOAuthFlows": ["client_credentials"], "GenerateSecret": True},
            "InvalidOAuthFlowException",
            "openid is not supported with client_credentials flow",
        ),
        (
            {**OAUTH, "CallbackURLs": []},
            "InvalidOAuthFlowException",
            "CallbackUrls can not be empty when code flow or implicit flow is selected",
        ),
        (
            {**OAUTH, "AllowedOAuthScopes": ["openid", "none/such"]},
            "ScopeDoesNotExistException",
            "Invalid scope requested: none/such",
        ),
        (
            {"AuthSessionValidity": 2},
            "InvalidParameterException",
            "1 validation error detected: Value '2' at 'authSessionValidity' failed to satisfy constraint: "
            "Member must have value greater than or equal to 3",
        ),
        ({"RefreshTokenValidity": 2**31}, "SerializationException", "NUMBER_VALUE can not be converted to an Integer"),
        ({"AccessTokenValidity": "٥"}, "SerializationException", "STRING_VALUE can not be converted to an Integer"),
    ],
)
def test_a_client_is_refused_with_an_exception_of_its_own(
    api: Api, pool: str, members: dict[str, Any], code: str, message: str
) -> None:
    assert refusal(api, "CreateUserPoolClient", UserPoolId=pool, ClientName="web", **members) == (code, message)


@pytest.mark.parametrize("member", ["CallbackURLs", "LogoutURLs"])
@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://example.com/cb", "cannot use the HTTP protocol."),
        ("https://example.com/#x", "cannot use fragment"),
        ("/cb", "is not a valid redirect URL: absolute, https or local, no fragment."),
        ("https://[x", "is not a valid redirect URL: absolute, https or local, no fragment."),
        ("javascript:x", "is not a valid redirect URL: absolute, https or local, no fragment."),
    ],
)
def test_a_url_that_nobody_may_be_sent_to_is_refused(api: Api, pool: str, member: str, url: str, why: str) -> None:
    members = {member: ["https://example.com/", url]}
    assert refusal(api, "CreateUserPoolClient", UserPoolId=pool, ClientName="web", **members) == (
        "InvalidParameterException",
        f"{url} {why}",
    )


def test_an_unknown_provider_is_refused_by_name(api: Api, pool: str) -> None:
    members = {"UserPoolId": pool, "ClientName": "web", "SupportedIdentityProviders": ["COGNITO", "Google"]}
    assert refusal(api, "CreateUserPoolClient", **members) == (
        "InvalidParameterException",
        f"The provider Google does not exist for User Pool {pool}",
    )


def test_choice_based_sign_in_needs_a_higher_tier(api: Api) -> None:
    pool = a_pool(api, UserPoolTier="LITE")
    members = {"UserPoolId": pool, "ClientName": "web", "ExplicitAuthFlows": ["ALLOW_USER_AUTH"]}
    assert refusal(api, "CreateUserPoolClient", **members) == (
        "FeatureUnavailableInTierException",
        "ALLOW_USER_AUTH is not available in the LITE tier.",
    )


def test_a_pool_whose_clients_need_its_tier_keeps_it(api: Api) -> None:
    pool = a_pool(api)
    client = a_client(api, pool, ExplicitAuthFlows=["ALLOW_USER_AUTH"])
    assert refusal(api, "UpdateUserPool", UserPoolId=pool, UserPoolTier="LITE") == (
        "TierChangeNotAllowedException",
        f"ALLOW_USER_AUTH of client {client} is not available in the LITE tier.",
    )
    api.idp("DeleteUserPoolClient", UserPoolId=pool, ClientId=client)
    assert api.idp("UpdateUserPool", UserPoolId=pool, UserPoolTier="LITE") == {}


def test_a_client_of_no_pool_is_refused(api: Api) -> None:
    assert refusal(api, "CreateUserPoolClient", UserPoolId="us-east-1_none", ClientName="web") == (
        "ResourceNotFoundException",
        "User pool us-east-1_none does not exist.",
    )
    assert refusal(api, "ListUserPoolClients", UserPoolId="us-east-1_none", MaxResults=1)[0] == (
        "ResourceNotFoundException"
    )
