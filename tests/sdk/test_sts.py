"""STS by boto3, against a server with a table of roles that verifies signatures."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from tests.sdk.conftest import Server, Start

ROLE = "arn:aws:iam::000000000000:role/service-role/user"
ROLES = f"""
roles:
  - Arn: {ROLE}
    AssumeRolePolicyDocument:
      Version: 2012-10-17
      Statement:
        - Effect: Allow
          Principal: {{Federated: cognito-identity.amazonaws.com}}
          Action: sts:AssumeRoleWithWebIdentity
          Condition:
            ForAnyValue:StringLike: {{"cognito-identity.amazonaws.com:amr": unauthenticated}}
"""


def keys(access_key: str, secret: str, token: str) -> dict[str, str]:
    """The credentials of a client of boto3."""
    return {"aws_access_key_id": access_key, "aws_secret_access_key": secret, "aws_session_token": token}


def test_both_flows_end_in_credentials_of_a_role_that_trusts_the_pool(start: Start, tmp_path: Path) -> None:
    file = tmp_path / "roles.yaml"
    file.write_text(ROLES)
    server: Server = start("--ephemeral", "--strict-signatures", "--roles", str(file))
    identities = server.client("cognito-identity")
    pool = identities.create_identity_pool(IdentityPoolName="app", AllowUnauthenticatedIdentities=True)[
        "IdentityPoolId"
    ]
    identities.set_identity_pool_roles(IdentityPoolId=pool, Roles={"unauthenticated": ROLE})
    identity = identities.get_id(IdentityPoolId=pool)["IdentityId"]

    enhanced = identities.get_credentials_for_identity(IdentityId=identity)["Credentials"]
    arn = "arn:aws:sts::000000000000:assumed-role/user"
    mine = server.client("sts", **keys(enhanced["AccessKeyId"], enhanced["SecretKey"], enhanced["SessionToken"]))
    assert mine.get_caller_identity()["Arn"] == f"{arn}/CognitoIdentityCredentials"
    with urllib.request.urlopen(
        mine.generate_presigned_url("get_caller_identity", HttpMethod="GET"), timeout=10
    ) as page:
        assert f"{arn}/CognitoIdentityCredentials" in page.read().decode()

    token = identities.get_open_id_token(IdentityId=identity)["Token"]
    told = mine.assume_role_with_web_identity(RoleArn=ROLE, RoleSessionName="chosen", WebIdentityToken=token)
    assert (told["SubjectFromWebIdentityToken"], told["Audience"]) == (identity, pool)
    basic = told["Credentials"]
    chosen = server.client("sts", **keys(basic["AccessKeyId"], basic["SecretAccessKey"], basic["SessionToken"]))
    assert chosen.get_caller_identity()["Arn"] == f"{arn}/chosen"
    with urllib.request.urlopen(
        f"{server.url}/_emulator/credentials?access_key_id={basic['AccessKeyId']}", timeout=10
    ) as page:
        assert json.load(page)["identity_id"] == identity

    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        server.client("sts", **keys(basic["AccessKeyId"], "wrong", basic["SessionToken"])).get_caller_identity()
    with pytest.raises(ClientError, match="is not authorized to perform: sts:AssumeRole on resource"):
        server.client("sts").assume_role(RoleArn=ROLE, RoleSessionName="me")
