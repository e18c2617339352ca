"""One of everything that the command imports, and how it is described."""

from __future__ import annotations

import base64
from typing import Any

from tests.builders import Api

PASSWORD = "Passw0rd!"
ROLE = "arn:aws:iam::000000000000:role/app"
LOGO = b"\x89PNG\r\n\x1a\n" + base64.b64decode(
    "AAAADUlIRFIAAAABAAAAAQgGAAAAHxXEiQAAAA1JREFUeNpj/M/AwAAABgEBANc7dZgAAAAASUVORK5CYII="
)
MESSAGE = "Hello no!\n\n  Your code: {####} \U0001f600\n"
CSS = ".banner-customizable {\n  padding: 25px 0px 25px 0px;\n}\n"
AGREED = {"cognito:default": "https://example.com/terms"}


def made(api: Api) -> dict[str, str]:
    """Make it; answers the ids."""
    pool = api.idp(
        "CreateUserPool",
        PoolName="no",
        UserPoolTier="PLUS",
        UserPoolAddOns={"AdvancedSecurityMode": "ENFORCED"},
        AutoVerifiedAttributes=["email"],
        AliasAttributes=["email"],
        UserPoolTags={"year": "007", "date": "2012-10-17", "!x": "null"},
        EmailVerificationMessage=MESSAGE,
        Schema=[
            {"Name": "email", "AttributeDataType": "String", "Required": True, "Mutable": True},
            {"Name": "plan", "AttributeDataType": "Number", "NumberAttributeConstraints": {"MinValue": "1"}},
        ],
        SmsConfiguration={"SnsCallerArn": "arn:aws:iam::000000000000:role/sns", "ExternalId": "012"},
    )["UserPool"]["Id"]
    api.idp(
        "SetUserPoolMfaConfig",
        UserPoolId=pool,
        MfaConfiguration="OPTIONAL",
        SoftwareTokenMfaConfiguration={"Enabled": True},
        SmsMfaConfiguration={"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::000000000000:role/sns"}},
    )
    api.idp(
        "CreateResourceServer",
        UserPoolId=pool,
        Identifier="https://api.example.com",
        Name="on",
        Scopes=[{"ScopeName": "read", "ScopeDescription": "reads: all # of it"}],
    )
    api.idp("CreateUserPoolDomain", UserPoolId=pool, Domain="import-example", ManagedLoginVersion=2)
    _providers(api, pool)
    clients = _clients(api, pool)
    _per_client(api, pool, clients)
    _people(api, pool)
    api.idp(
        "SetLogDeliveryConfiguration",
        UserPoolId=pool,
        LogConfigurations=[
            {
                "LogLevel": "ERROR",
                "EventSource": "userNotification",
                "CloudWatchLogsConfiguration": {"LogGroupArn": "arn:aws:logs:us-east-1:000000000000:log-group:mail"},
            }
        ],
    )
    return {"pool": pool, "identity_pool": _identity_pool(api, pool, clients[0]), "client": clients[0]}


def _providers(api: Api, pool: str) -> None:
    api.idp(
        "CreateIdentityProvider",
        UserPoolId=pool,
        ProviderName="Google",
        ProviderType="Google",
        ProviderDetails={"client_id": "0123", "client_secret": "google-secret", "authorize_scopes": "openid email"},
        AttributeMapping={"email": "email", "username": "sub"},
        IdpIdentifiers=["example.com"],
    )
    api.idp(
        "CreateIdentityProvider",
        UserPoolId=pool,
        ProviderName="SignInWithApple",
        ProviderType="SignInWithApple",
        ProviderDetails={
            "client_id": "com.example",
            "team_id": "TEAM",
            "key_id": "KEY",
            "private_key": "any",
            "authorize_scopes": "email",
        },
    )


def _clients(api: Api, pool: str) -> list[str]:
    web = api.idp(
        "CreateUserPoolClient",
        UserPoolId=pool,
        ClientName="web",
        GenerateSecret=True,
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        SupportedIdentityProviders=["COGNITO", "Google"],
        CallbackURLs=["https://example.com/cb", "myapp://cb"],
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid", "https://api.example.com/read"],
        AllowedOAuthFlowsUserPoolClient=True,
        TokenValidityUnits={"AccessToken": "minutes"},
        AccessTokenValidity=30,
    )
    mobile = api.idp("CreateUserPoolClient", UserPoolId=pool, ClientName="mobile")
    return [web["UserPoolClient"]["ClientId"], mobile["UserPoolClient"]["ClientId"]]


def _per_client(api: Api, pool: str, clients: list[str]) -> None:
    web, mobile = clients
    image = base64.b64encode(LOGO).decode()
    api.idp(
        "CreateManagedLoginBranding",
        UserPoolId=pool,
        ClientId=web,
        Settings={"components": {"form": {"borderRadius": 8.0}}},
        Assets=[{"Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "PNG", "Bytes": image}],
    )
    api.idp("CreateManagedLoginBranding", UserPoolId=pool, ClientId=mobile, UseCognitoProvidedValues=True)
    api.idp("SetUICustomization", UserPoolId=pool, CSS=CSS)
    api.idp("SetUICustomization", UserPoolId=pool, ClientId=mobile, CSS=CSS.replace("25", "26"))
    api.idp(
        "CreateTerms",
        UserPoolId=pool,
        ClientId=web,
        TermsName="terms-of-use",
        TermsSource="LINK",
        Enforcement="NONE",
        Links=AGREED,
    )
    exceptions = {"BlockedIPRangeList": ["192.0.2.0/24"]}
    api.idp("SetRiskConfiguration", UserPoolId=pool, RiskExceptionConfiguration=exceptions)
    compromised = {"Actions": {"EventAction": "BLOCK"}}
    api.idp(
        "SetRiskConfiguration",
        UserPoolId=pool,
        ClientId=mobile,
        CompromisedCredentialsRiskConfiguration=compromised,
    )


def _people(api: Api, pool: str) -> None:
    for name in ("admins", "no"):
        api.idp("CreateGroup", UserPoolId=pool, GroupName=name, Precedence=1, RoleArn=ROLE)
    for name in ("ada", "007", "null"):
        attributes = {"email": f"{name}@example.com", "email_verified": "true", "custom:plan": "7"}
        if name == "ada":
            attributes |= {"phone_number": "+15550001", "phone_number_verified": "true"}
        api.idp(
            "AdminCreateUser",
            UserPoolId=pool,
            Username=name,
            MessageAction="SUPPRESS",
            UserAttributes=[{"Name": key, "Value": value} for key, value in attributes.items()],
        )
    for name in ("ada", "007"):
        api.idp("AdminSetUserPassword", UserPoolId=pool, Username=name, Password=PASSWORD, Permanent=True)
    api.idp(
        "AdminSetUserMFAPreference",
        UserPoolId=pool,
        Username="ada",
        SMSMfaSettings={"Enabled": True, "PreferredMfa": True},
    )
    api.idp("AdminAddUserToGroup", UserPoolId=pool, Username="007", GroupName="no")
    api.idp("AdminAddUserToGroup", UserPoolId=pool, Username="007", GroupName="admins")
    api.idp("AdminDisableUser", UserPoolId=pool, Username="null")


def _identity_pool(api: Api, pool: str, client: str) -> str:
    provider = f"cognito-idp.us-east-1.amazonaws.com/{pool}"
    made = api.identity(
        "CreateIdentityPool",
        IdentityPoolName="app",
        AllowUnauthenticatedIdentities=True,
        CognitoIdentityProviders=[{"ProviderName": provider, "ClientId": client, "ServerSideTokenCheck": False}],
        DeveloperProviderName="login.example",
        IdentityPoolTags={"on": "off"},
    )["IdentityPoolId"]
    mapping = {"Type": "Token", "AmbiguousRoleResolution": "AuthenticatedRole"}
    api.identity(
        "SetIdentityPoolRoles",
        IdentityPoolId=made,
        Roles={"authenticated": ROLE, "unauthenticated": ROLE},
        RoleMappings={f"{provider}:{client}": mapping},
    )
    api.identity(
        "SetPrincipalTagAttributeMap",
        IdentityPoolId=made,
        IdentityProviderName=provider,
        UseDefaults=False,
        PrincipalTags={"plan": "custom:plan"},
    )
    return str(made)


_VOLATILE = frozenset(
    {
        "CreationDate",
        "LastModifiedDate",
        "UserCreateDate",
        "UserLastModifiedDate",
        "CSSVersion",
        "CloudFrontDistribution",
        "Version",
        "ClientSecret",
        "TermsId",
        "ManagedLoginBrandingId",
    }
)


def described(api: Api, ids: dict[str, str]) -> dict[str, Any]:
    """All that describes it, without times and without ids and secrets that are not imported."""
    pool, identity_pool = ids["pool"], ids["identity_pool"]
    found: dict[str, Any] = {}

    def see(operation: str, **members: Any) -> Any:
        answer = api.idp(operation, UserPoolId=pool, **members)
        found[f"{operation} {sorted(members.values())}"] = _stable(answer)
        return answer

    for operation in (
        "DescribeUserPool",
        "GetUserPoolMfaConfig",
        "ListResourceServers",
        "DescribeRiskConfiguration",
        "GetLogDeliveryConfiguration",
        "GetUICustomization",
    ):
        see(operation)
    for listed in see("ListUserPoolClients", MaxResults=60)["UserPoolClients"]:
        for operation in (
            "DescribeUserPoolClient",
            "DescribeManagedLoginBrandingByClient",
            "GetUICustomization",
            "DescribeRiskConfiguration",
        ):
            see(operation, ClientId=listed["ClientId"])
    see("ListTerms", MaxResults=60)
    for name in ("Google", "SignInWithApple"):
        see("DescribeIdentityProvider", ProviderName=name)
    for group in see("ListGroups")["Groups"]:
        see("ListUsersInGroup", GroupName=group["GroupName"])
    for user in see("ListUsers")["Users"]:
        see("AdminGetUser", Username=user["Username"])
    found["domain"] = _stable(api.idp("DescribeUserPoolDomain", Domain="import-example"))
    provider = f"cognito-idp.us-east-1.amazonaws.com/{pool}"
    for operation in ("DescribeIdentityPool", "GetIdentityPoolRoles"):
        found[operation] = api.identity(operation, IdentityPoolId=identity_pool)
    found["tags"] = api.identity(
        "GetPrincipalTagAttributeMap", IdentityPoolId=identity_pool, IdentityProviderName=provider
    )
    return found


def _stable(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _stable(each) for name, each in value.items() if name not in _VOLATILE}
    return [_stable(each) for each in value] if isinstance(value, list) else value
