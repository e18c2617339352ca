"""The whole main job, as boto3 and a verifying application do it."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from typing import Any

import jwt
import pytest

from tests.builders import FLOWS
from tests.sdk.conftest import Server

PASSWORD = "Correct-Horse-1"


def fetched(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.load(answer)


def verified(server: Server, token: str, pool: str, **options: Any) -> dict[str, Any]:
    """What an application does: find the key by the token's kid, and check signature, issuer and expiry."""
    keys = jwt.PyJWKClient(f"{server.url}/{pool}/.well-known/jwks.json")
    key = keys.get_signing_key_from_jwt(token)
    found: dict[str, Any] = jwt.decode(token, key, algorithms=["RS256"], issuer=f"{server.url}/{pool}", **options)
    return found


def test_a_user_signs_up_signs_in_and_gets_aws_credentials(server: Server) -> None:
    idp, identity = server.client("cognito-idp"), server.client("cognito-identity")
    pool = idp.create_user_pool(PoolName="app", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
    client = idp.create_user_pool_client(UserPoolId=pool, ClientName="web", ExplicitAuthFlows=FLOWS)
    client = client["UserPoolClient"]["ClientId"]

    attributes = [{"Name": "email", "Value": "ana@example.com"}]
    signed_up = idp.sign_up(ClientId=client, Username="ana", Password=PASSWORD, UserAttributes=attributes)
    assert signed_up["UserConfirmed"] is False
    assert signed_up["CodeDeliveryDetails"] == {
        "Destination": "a***@e***",
        "DeliveryMedium": "EMAIL",
        "AttributeName": "email",
    }
    [message] = fetched(f"{server.url}/_emulator/messages?user=ana")["messages"]
    assert message["to"] == "ana@example.com"
    assert re.fullmatch(r"\d{6}", message["code"])
    assert message["code"] in message["body"]
    idp.confirm_sign_up(ClientId=client, Username="ana", ConfirmationCode=message["code"])

    tokens = idp.initiate_auth(
        ClientId=client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ana", "PASSWORD": PASSWORD},
    )["AuthenticationResult"]
    id_claims = verified(server, tokens["IdToken"], pool, audience=client)
    access_claims = verified(server, tokens["AccessToken"], pool)
    assert id_claims["email_verified"] is True
    assert id_claims["sub"] == access_claims["sub"] == signed_up["UserSub"]
    assert (
        jwt.get_unverified_header(tokens["IdToken"])["kid"] != jwt.get_unverified_header(tokens["AccessToken"])["kid"]
    )
    assert idp.get_user(AccessToken=tokens["AccessToken"])["Username"] == "ana"

    provider = f"cognito-idp.us-east-1.amazonaws.com/{pool}"
    identity_pool = identity.create_identity_pool(
        IdentityPoolName="app",
        AllowUnauthenticatedIdentities=False,
        CognitoIdentityProviders=[{"ProviderName": provider, "ClientId": client}],
    )["IdentityPoolId"]
    role = "arn:aws:iam::000000000000:role/service-role/SignedIn"
    identity.set_identity_pool_roles(IdentityPoolId=identity_pool, Roles={"authenticated": role})
    logins = {provider: tokens["IdToken"]}
    identity_id = identity.get_id(IdentityPoolId=identity_pool, Logins=logins)["IdentityId"]
    given = identity.get_credentials_for_identity(IdentityId=identity_id, Logins=logins)["Credentials"]
    assert abs(given["Expiration"].timestamp() - time.time() - 3600) < 60
    sts = server.client(
        "sts",
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretKey"],
        aws_session_token=given["SessionToken"],
    )
    caller = sts.get_caller_identity()
    assert caller["Arn"] == "arn:aws:sts::000000000000:assumed-role/SignedIn/CognitoIdentityCredentials"
    assert caller["Account"] == "000000000000"


def test_discovery_key_set_and_tokens_agree(server: Server) -> None:
    pool = server.client("cognito-idp").create_user_pool(PoolName="app")["UserPool"]["Id"]
    found = fetched(f"{server.url}/{pool}/.well-known/openid-configuration")
    assert found["issuer"] == f"{server.url}/{pool}"
    keys = fetched(found["jwks_uri"])["keys"]
    assert [sorted(key) for key in keys] == [["alg", "e", "kid", "kty", "n", "use"]] * 2


def test_boto3_raises_the_modelled_exceptions(server: Server) -> None:
    idp = server.client("cognito-idp")
    with pytest.raises(idp.exceptions.ResourceNotFoundException, match=r"User pool us-east-1_none does not exist\."):
        idp.describe_user_pool(UserPoolId="us-east-1_none")


def test_sigterm_ends_the_server_cleanly(server: Server) -> None:
    server.client("cognito-idp").create_user_pool(PoolName="app")
    assert server.stop() == 0
