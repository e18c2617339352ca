"""A server with one of every kind that a seed has, made through the API, and another server that it moves to."""

from __future__ import annotations

import base64
import html
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.api.threats.guarded import takeover
from tests.api.web import ENDPOINTS, ISSUER
from tests.builders import Api, a_user, sign_in
from tests.seed.documents import sow
from tests.stand_in.visitor import BASE, hidden

CALLBACK = "http://localhost:3000/callback"
SECRET = "a_secret_of_the_client_of_the_provider"
PICTURE = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"x" * 20).decode()
KEY = {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": "arn:aws:kms:us-east-1:000000000000:key/mrk-0123456789abcdef"}
ROLE = "arn:aws:iam::000000000000:role/admin"
GREET = "arn:aws:lambda:us-east-1:000000000000:function:greet"
SAML_ARN = "arn:aws:iam::000000000000:saml-provider/corp"


@dataclass
class Everything:
    """The ids of what was made."""

    pool: str
    client: str
    secret: str
    app: str
    """A client without a secret, for sign-in with a password."""
    identity_pool: str
    identity: str

    @property
    def provider(self) -> str:
        """AWS's name of the user pool."""
        return f"cognito-idp.us-east-1.amazonaws.com/{self.pool}"


def build(api: Api) -> Everything:
    """Make one of every kind."""
    pool = str(
        api.idp(
            "CreateUserPool",
            PoolName="all",
            UserPoolTier="PLUS",
            KeyConfiguration=KEY,
            UserPoolAddOns={"AdvancedSecurityMode": "AUDIT"},
            UserPoolTags={"stage": "test"},
        )["UserPool"]["Id"]
    )
    _providers(api, pool)
    client = api.idp(
        "CreateUserPoolClient",
        UserPoolId=pool,
        ClientName="web",
        GenerateSecret=True,
        CallbackURLs=[CALLBACK],
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid", "email"],
        AllowedOAuthFlowsUserPoolClient=True,
        SupportedIdentityProviders=["COGNITO", "Stand", "Corp", "Directory"],
    )["UserPoolClient"]
    of = {"UserPoolId": pool, "ClientId": client["ClientId"]}
    api.idp("CreateUserPoolDomain", UserPoolId=pool, Domain="everything")
    _branded(api, of)
    _guarded(api, of)
    api.idp("CreateUserPoolReplica", UserPoolId=pool, RegionName="eu-west-1", UserPoolTags={"where": "there"})
    api.idp("UpdateUserPoolReplica", UserPoolId=pool, RegionName="eu-west-1", Status="ACTIVE")
    api.idp("CreateGroup", UserPoolId=pool, GroupName="admins", RoleArn=ROLE)
    a_user(api, pool, email="ana@example.com")
    api.idp("AdminAddUserToGroup", UserPoolId=pool, Username="ana", GroupName="admins")
    plain = api.idp(
        "CreateUserPoolClient", UserPoolId=pool, ClientName="app", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    made = Everything(pool, client["ClientId"], client["ClientSecret"], plain, "", "")
    _identities(api, made)
    _of_the_server(api)
    return made


def _providers(api: Api, pool: str) -> None:
    app = {"client_id": "stand", "client_secret": SECRET, "authorize_scopes": "openid email"}
    stand_in = app | {"oidc_issuer": f"{BASE}/_emulator/idp/oidc", "attributes_request_method": "GET"}
    corp = app | {"oidc_issuer": ISSUER, "attributes_request_method": "GET", **ENDPOINTS}
    directory = {"MetadataURL": f"{BASE}/_emulator/idp/saml/metadata", "EncryptedResponses": "true"}
    file = {"MetadataFile": api.http.get("/_emulator/idp/saml/metadata").text}
    details = {"Stand": stand_in, "Corp": corp, "Directory": directory, "Filed": file}
    for name, each in details.items():
        api.idp(
            "CreateIdentityProvider",
            UserPoolId=pool,
            ProviderName=name,
            ProviderType="OIDC" if "client_id" in each else "SAML",
            ProviderDetails=each,
            AttributeMapping={"email": "email"},
            IdpIdentifiers=[f"{name}.example"],
        )
    api.idp(
        "CreateIdentityProvider",
        UserPoolId=pool,
        ProviderName="Google",
        ProviderType="Google",
        ProviderDetails=app,
    )


def _branded(api: Api, of: dict[str, str]) -> None:
    asset = {"Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "PNG", "Bytes": PICTURE}
    settings = {"components": {"form": {"borderRadius": 4.5}}}
    api.idp("CreateManagedLoginBranding", **of, Settings=settings, Assets=[asset])
    css = ".label-customizable {font-weight: 400;}"
    api.idp("SetUICustomization", **of, CSS=css, ImageFile=PICTURE)
    api.idp("SetUICustomization", UserPoolId=of["UserPoolId"], ClientId="ALL", CSS=css)
    links = {"cognito:default": "https://example.com/terms"}
    api.idp("CreateTerms", **of, TermsName="terms-of-use", TermsSource="LINK", Enforcement="NONE", Links=links)


def _guarded(api: Api, of: dict[str, str]) -> None:
    pool = of["UserPoolId"]
    compromised = {"Actions": {"EventAction": "BLOCK"}, "EventFilter": ["SIGN_IN"]}
    api.idp("SetRiskConfiguration", UserPoolId=pool, CompromisedCredentialsRiskConfiguration=compromised)
    ranges = {"SkippedIPRangeList": ["10.0.0.0/8"]}
    takes = takeover(High="BLOCK")
    api.idp("SetRiskConfiguration", **of, RiskExceptionConfiguration=ranges, AccountTakeoverRiskConfiguration=takes)
    bucket = {"EventSource": "userAuthEvents", "LogLevel": "INFO", "S3Configuration": {"BucketArn": "arn:aws:s3:::b"}}
    group = {"LogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:/x"}
    notes = {"EventSource": "userNotification", "LogLevel": "ERROR", "CloudWatchLogsConfiguration": group}
    api.idp("SetLogDeliveryConfiguration", UserPoolId=pool, LogConfigurations=[notes, bucket])
    tracking = {"UserSessionTracking": "ENABLED", "TokenSession": {"MaxPerUser": 7}}
    api.idp("SetUserPoolSessionConfiguration", UserPoolId=pool, **tracking)
    api.idp("SetUserPoolClientSessionConfiguration", **of, SSOSession={"MaxValidityMinutes": 30})
    patterns = ["https://claude.ai/oauth/*"]
    api.idp("CreateCIMDPolicy", **of, PolicyName="tools", URLPatterns=patterns, CacheDuration=90_000)


def _identities(api: Api, made: Everything) -> None:
    plain = made.app
    providers = [{"ProviderName": made.provider, "ClientId": plain}]
    pool = api.identity(
        "CreateIdentityPool",
        IdentityPoolName="app",
        AllowUnauthenticatedIdentities=True,
        DeveloperProviderName="login.example",
        CognitoIdentityProviders=providers,
        IdentityPoolTags={"stage": "test"},
    )["IdentityPoolId"]
    api.identity(
        "SetIdentityPoolRoles",
        IdentityPoolId=pool,
        Roles={"authenticated": f"{ROLE}-user", "unauthenticated": f"{ROLE}-guest"},
        RoleMappings={f"{made.provider}:{plain}": {"Type": "Token", "AmbiguousRoleResolution": "Deny"}},
    )
    api.identity(
        "SetPrincipalTagAttributeMap",
        IdentityPoolId=pool,
        IdentityProviderName=made.provider,
        PrincipalTags={"who": "sub"},
    )
    api.identity("GetId", IdentityPoolId=pool)
    login = {made.provider: sign_in(api, plain)["IdToken"]}
    made.identity_pool, made.identity = pool, api.identity("GetId", IdentityPoolId=pool, Logins=login)["IdentityId"]
    for user in ("one", "two"):
        api.identity(
            "GetOpenIdTokenForDeveloperIdentity",
            IdentityPoolId=pool,
            IdentityId=made.identity,
            Logins={"login.example": user, **login},
        )
    api.sts("GetWebIdentityToken", **{"Audience.member.1": "x", "SigningAlgorithm": "ES384"})


def _of_the_server(api: Api) -> None:
    noor = {"provider": "Stand", "sub": "noor-1", "claims": {"email": "noor@x.example", "n": 7, "t": "1e5"}}
    mika = {"sub": "mika-1", "claims": {"email": "mika@x.example"}}
    assert api.http.post("/_emulator/idp/people", json={"people": [noor, mika]}).status_code == 200
    api.http.get("/_emulator/idp/oidc/jwks")
    trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    metadata = api.http.get("/_emulator/idp/saml/metadata").text
    told = sow(
        api,
        {
            "lambda_functions": {
                GREET: "python:app.triggers:greet",
                "hook": f"http://user:{SECRET}@localhost:9/hook",
                "invoked": "lambda:http://localhost:9",
            },
            "roles": [
                {
                    "Arn": ROLE,
                    "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
                    "MaxSessionDuration": 7200,
                    "Tags": [{"Key": "a", "Value": "b"}],
                }
            ],
            "oidc_providers": [{"Url": "https://corp.example.com", "ClientIDList": ["x"]}],
            "saml_providers": [{"Arn": SAML_ARN, "SAMLMetadataDocument": metadata}],
        },
    )
    assert told["created"] == 6


def export(api: Api, query: str = "") -> str:
    """GET /_emulator/export."""
    answer = api.http.get(f"/_emulator/export{query}")
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def federated(api: Api, made: Everything, provider: str, **parameters: str) -> dict[str, Any]:
    """Sign in through the stand-in provider, and exchange the code with the client's secret; answers the tokens."""
    asked = {
        "client_id": made.client,
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "scope": "openid email",
        "identity_provider": provider,
        "login_hint": "noor-1",
        **parameters,
    }
    where = f"/oauth2/authorize?{urlencode(asked)}"
    while not where.startswith(CALLBACK):
        answer = api.http.get(where)
        while answer.status_code == 200:  # the page of people, and SAML's answer
            to = html.unescape(re.findall('<form method="post" action="([^"]*)"', answer.text)[0])
            person = json.dumps(["*", "mika-1"])
            answer = api.http.post(to.removeprefix(BASE), data={"person": person, **hidden(answer)})
        assert answer.status_code in {302, 303}, answer.text
        where = re.sub(f"^{BASE}/", "/", answer.location)
    return _exchanged(api, made, parse_qs(urlsplit(where).query)["code"][0])


def _exchanged(api: Api, made: Everything, code: str) -> dict[str, Any]:
    """The tokens for a code."""
    basic = base64.b64encode(f"{made.client}:{made.secret}".encode()).decode()
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    answer = api.http.post("/oauth2/token", data=form, headers={"Authorization": f"Basic {basic}"})
    assert answer.status_code == 200, answer.text
    return dict(json.loads(answer.text))
