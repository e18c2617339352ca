"""Real ids and tokens, by the member that takes them, so that made-up requests get past the first look-up."""

from __future__ import annotations

from tests.api.exchange import a_service, an_exchanger, own_token
from tests.builders import PASSWORD, Api, a_client, a_pool, a_user, sign_in


def known_things(api: Api) -> dict[str, list[str]]:
    """A pool with clients, a user, a group, tokens, sessions and a policy; an identity pool with an identity."""
    pool = a_pool(api, AutoVerifiedAttributes=["email"])
    client, secret_client = a_client(api, pool), a_client(api, pool, GenerateSecret=True)
    service, exchanger = a_service(api, pool), an_exchanger(api, pool)
    tracking = {"UserSessionTracking": "ENABLED", "TokenSession": {"MaxPerUser": 20}}
    api.idp("SetUserPoolSessionConfiguration", UserPoolId=pool, **tracking)
    a_user(api, pool, "ana", email="ana@example.com", email_verified="true")
    api.idp("CreateGroup", UserPoolId=pool, GroupName="staff")
    tokens = sign_in(api, client)
    jwts = [tokens["AccessToken"], tokens["IdToken"], own_token(api, service)]
    sessions = api.idp("ListUserSessions", AccessToken=tokens["AccessToken"])["Sessions"]
    named = {"IdentityPoolName": "pool", "DeveloperProviderName": "backend"}
    made = api.identity("CreateIdentityPool", **named, AllowUnauthenticatedIdentities=True)
    identity_pool = made["IdentityPoolId"]
    vouched = {"IdentityPoolId": identity_pool, "Logins": {"backend": "ana"}}
    developer = api.identity("GetOpenIdTokenForDeveloperIdentity", **vouched)["IdentityId"]
    patterns = {"PolicyName": "tools", "URLPatterns": ["https://app.example.com/*"]}
    policy = api.idp("CreateCIMDPolicy", UserPoolId=pool, ClientId=client, **patterns)["CIMDPolicy"]["CIMDPolicyId"]
    return {
        "UserPoolId": [pool],
        "ClientId": [client, secret_client, service[0], exchanger],
        "Secret": [service[1]],
        "ClientSecret": [service[1]],
        "Username": ["ana", "ana@example.com"],
        "GroupName": ["staff"],
        "CIMDPolicyId": [policy],
        "AccessToken": jwts,
        "SubjectToken": jwts,
        "ActorToken": jwts,
        "SessionId": [session["SessionId"] for session in sessions],
        "RefreshToken": [tokens["RefreshToken"]],
        "Token": [tokens["RefreshToken"], tokens["IdToken"]],
        "Password": [PASSWORD],
        "ProposedPassword": [PASSWORD],
        "IdentityPoolId": [identity_pool],
        "IdentityId": [api.identity("GetId", IdentityPoolId=identity_pool)["IdentityId"], developer],
        "DeveloperProviderName": ["backend"],
        "DeveloperUserIdentifier": ["ana"],
        "SourceUserIdentifier": ["ana"],
        "DestinationUserIdentifier": ["ana"],
        "ResourceArn": [f"arn:aws:cognito-identity:us-east-1:000000000000:identitypool/{identity_pool}"],
    }
