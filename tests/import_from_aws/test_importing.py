"""What is imported from a second emulator in the place of AWS, and what a server makes of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.builders import Api
from tests.import_from_aws import everything, place
from tests.import_from_aws.conftest import Command
from tests.import_from_aws.place import Answer, Place
from tests.seed.documents import sow

Serve = Callable[[Answer], Place]
ALL = ("--users", "--password", everything.PASSWORD, "--secrets")
GUIDE = Path(__file__).resolve().parents[2] / "docs" / "import-from-aws.md"


def wanted(ids: dict[str, str]) -> list[str]:
    return ["--user-pool-id", ids["pool"], "--identity-pool-id", ids["identity_pool"]]


def test_everything_comes_back_as_it_is_described(api: Api, command: Command, in_place_of_aws: Serve) -> None:
    ids = everything.made(api)
    aws = in_place_of_aws(place.of(api))
    run = command(*wanted(ids), *ALL)
    assert (run.status, run.notes) == (0, [])
    before = everything.described(api, ids)
    api.http.post("/_emulator/reset")
    assert "error" not in sow(api, run.output)
    assert everything.described(api, ids) == before
    assert command(*wanted(ids), *ALL).output == run.output
    assert set(aws.asked) == allowed_by_the_guide()


def allowed_by_the_guide() -> set[str]:
    """The operations of the policy in the guide."""
    policy = json.loads(GUIDE.read_text(encoding="utf-8").split("```json\n")[1].split("```")[0])
    (statement,) = policy["Statement"]
    return {action.partition(":")[2] for action in statement["Action"]}


def test_without_passwords_and_secrets(api: Api, command: Command, in_place_of_aws: Serve) -> None:
    ids = everything.made(api)
    secret = api.idp("DescribeUserPoolClient", UserPoolId=ids["pool"], ClientId=ids["client"])
    in_place_of_aws(place.of(api))
    run = command(*wanted(ids), "--users")
    assert (run.status, run.notes) == (
        0,
        ["users: AWS tells no passwords: users must reset theirs, or get one by --password"],
    )
    for text in (secret["UserPoolClient"]["ClientSecret"], "google-secret", everything.PASSWORD):
        assert text not in run.output
    api.http.post("/_emulator/reset")
    assert "error" not in sow(api, run.output)
    users = api.idp("ListUsers", UserPoolId=ids["pool"])["Users"]
    assert {user["Username"]: user["UserStatus"] for user in users} == {
        "ada": "RESET_REQUIRED",
        "007": "RESET_REQUIRED",
        "null": "FORCE_CHANGE_PASSWORD",
    }
    new = api.idp("DescribeUserPoolClient", UserPoolId=ids["pool"], ClientId=ids["client"])["UserPoolClient"]
    assert new["ClientSecret"] != secret["UserPoolClient"]["ClientSecret"]
    google = api.idp("DescribeIdentityProvider", UserPoolId=ids["pool"], ProviderName="Google")
    assert google["IdentityProvider"]["ProviderDetails"]["client_secret"] == "left-out"


def with_triggers(api: Api) -> dict[str, str]:
    """A pool with triggers, whose functions run nowhere, a client, and a user whom a group has as a member."""
    function = "arn:aws:lambda:us-east-1:123456789012:function:greet:live"
    pool = api.idp(
        "CreateUserPool",
        PoolName="triggers",
        LambdaConfig={
            "PostAuthentication": function,
            "PreTokenGeneration": function,
            "PreTokenGenerationConfig": {"LambdaVersion": "V1_0", "LambdaArn": function},
        },
    )["UserPool"]["Id"]
    flows = ["ALLOW_USER_PASSWORD_AUTH"]
    client = api.idp("CreateUserPoolClient", UserPoolId=pool, ClientName="web", ExplicitAuthFlows=flows)
    api.idp("AdminCreateUser", UserPoolId=pool, Username="ada")
    api.idp("AdminSetUserPassword", UserPoolId=pool, Username="ada", Password="Another1!", Permanent=True)
    return {"pool": pool, "client": client["UserPoolClient"]["ClientId"]}


def test_users_of_a_pool_with_triggers_sign_in_at_once(api: Api, command: Command, in_place_of_aws: Serve) -> None:
    ids = with_triggers(api)
    in_place_of_aws(place.of(api))
    run = command("--user-pool-id", ids["pool"], "--users", "--password", everything.PASSWORD)
    assert run.notes == [f"{ids['pool']}: Lambda triggers are left out; comments in the file tell how to have them"]
    api.http.post("/_emulator/reset")
    sow(api, run.output)
    signed_in = api.idp(
        "InitiateAuth",
        ClientId=ids["client"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": everything.PASSWORD},
    )
    assert signed_in["AuthenticationResult"]["AccessToken"]


def test_what_the_comments_say_of_triggers_can_be_used(api: Api, command: Command, in_place_of_aws: Serve) -> None:
    ids = with_triggers(api)
    in_place_of_aws(place.of(api))
    output = command("--user-pool-id", ids["pool"]).output
    before = api.idp("DescribeUserPool", UserPoolId=ids["pool"])["UserPool"]["LambdaConfig"]
    put = (
        output.replace("    #   ", "    ")
        .replace("# lambda_functions", "lambda_functions")
        .replace("#   greet", "  greet")
    )
    assert put.count("\n  greet: python:app.triggers:handler    # PostAuthentication of") == 1
    api.http.post("/_emulator/reset")
    assert "error" not in sow(api, put)
    assert api.idp("DescribeUserPool", UserPoolId=ids["pool"])["UserPool"]["LambdaConfig"] == before


def test_what_the_documentation_of_aws_shows(api: Api, command: Command, in_place_of_aws: Serve) -> None:
    in_place_of_aws(place.Documented())
    pools = ["--user-pool-id", "us-west-2_EXAMPLE"]
    pools += ["--identity-pool-id", "us-west-2:11111111-1111-1111-1111-111111111111"]
    run = command(*pools, "--users", "--password", everything.PASSWORD)
    assert run.status == 0
    logo, triggers = run.notes
    assert logo.startswith(
        "ui_customizations: the logo of 1example23456789 is left out: https://example.cloudfront.net"
    )
    assert triggers == "us-west-2_EXAMPLE: Lambda triggers are left out; comments in the file tell how to have them"
    assert (
        "# The logo of 1example23456789 is left out. ImageFile takes, in base64: https://example.cloudf" in run.output
    )
    assert "error" not in sow(api, run.output)
    api.region = "us-west-2"
    pool = api.idp("DescribeUserPool", UserPoolId="us-west-2_EXAMPLE")["UserPool"]
    assert (pool["Name"], pool["DeletionProtection"], pool["MfaConfiguration"]) == ("MyUserPool", "ACTIVE", "OPTIONAL")
    names = [each["Name"] for each in pool["SchemaAttributes"][-4:]]
    assert names == ["custom:111", "dev:custom:222", "custom:accesstoken", "custom:idtoken"]
    assert pool["CustomDomain"] == "auth.example.com"
    clients = api.idp("ListUserPoolClients", UserPoolId="us-west-2_EXAMPLE", MaxResults=60)["UserPoolClients"]
    assert sorted(each["ClientId"][:8] for each in clients) == ["1example", "2example", "3example"]
    user = api.idp("AdminGetUser", UserPoolId="us-west-2_EXAMPLE", Username="testuser")
    assert {"Name": "sub", "Value": "eaad0219-2117-439f-8d46-4db20e59268f"} in user["UserAttributes"]
    roles = api.identity("GetIdentityPoolRoles", IdentityPoolId=pools[-1])["Roles"]
    assert roles["authenticated"] == "arn:aws:iam::111111111111:role/Cognito_MyIdentityPoolAuth_Role"


IDENTITIES = (
    '[{"userId":"7","providerName":"Google","providerType":"Google","issuer":null,"primary":"true","dateCreated":"1"}]'
)


def test_users_of_every_kind(api: Api, command: Command, in_place_of_aws: Serve) -> None:
    """AWS does not tell the secrets of authenticator apps; a user of a provider has no password."""
    google = {"client_id": "c", "client_secret": "s", "authorize_scopes": "openid"}
    users: list[dict[str, Any]] = [
        {"Username": "totp", "Password": "Old-Passw0rd!", "SecretCode": "JBSWY3DPEHPK3PXP"},
        {"Username": "new", "TemporaryPassword": "Old-Passw0rd!"},
        {"Username": "unconfirmed", "Password": "Old-Passw0rd!", "UserStatus": "UNCONFIRMED"},
        {"Username": "Google_7", "UserAttributes": [{"Name": "identities", "Value": IDENTITIES}]},
    ]
    users[0] |= {"UserMFASettingList": ["SOFTWARE_TOKEN_MFA"], "PreferredMfaSetting": "SOFTWARE_TOKEN_MFA"}
    pool = {
        "Id": "us-east-1_Example01",
        "PoolName": "example",
        "mfa": {"MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": {"Enabled": True}},
        "identity_providers": [{"ProviderName": "Google", "ProviderType": "Google", "ProviderDetails": google}],
        "users": users,
    }
    assert "error" not in sow(api, {"user_pools": [pool]})
    in_place_of_aws(place.of(api))
    run = command("--user-pool-id", "us-east-1_Example01", "--users", "--password", everything.PASSWORD)
    assert run.notes == [
        "users: authenticator apps and passkeys are left out, since AWS does not tell their secrets: "
        "these users must set them up again"
    ]
    before = api.idp("ListUsers", UserPoolId="us-east-1_Example01")["Users"]
    api.http.post("/_emulator/reset")
    assert "error" not in sow(api, run.output)
    after = api.idp("ListUsers", UserPoolId="us-east-1_Example01")["Users"]
    shown = ("Username", "UserStatus", "Attributes", "Enabled")
    assert [[user[name] for name in shown] for user in after] == [[user[name] for name in shown] for user in before]
    assert {user["Username"]: user["UserStatus"] for user in after} == {
        "totp": "CONFIRMED",
        "new": "FORCE_CHANGE_PASSWORD",
        "unconfirmed": "UNCONFIRMED",
        "Google_7": "EXTERNAL_PROVIDER",
    }
    kept = api.idp("AdminGetUser", UserPoolId="us-east-1_Example01", Username="totp")
    assert "UserMFASettingList" not in kept


def test_several_pools_and_an_identity_pool_alone(api: Api, command: Command, in_place_of_aws: Serve) -> None:
    pools = [api.idp("CreateUserPool", PoolName=name)["UserPool"]["Id"] for name in ("one", "two")]
    identity_pool = api.identity("CreateIdentityPool", IdentityPoolName="app", AllowUnauthenticatedIdentities=False)
    in_place_of_aws(place.of(api))
    alone = command("--identity-pool-id", identity_pool["IdentityPoolId"])
    both = command("--user-pool-id", pools[0], "--user-pool-id", pools[1], "--user-pool-id", pools[0])
    assert (alone.status, both.status) == (0, 0)
    api.http.post("/_emulator/reset")
    assert sow(api, alone.output)["created"] == 1
    assert sow(api, both.output)["created"] == 2
    assert [api.idp("DescribeUserPool", UserPoolId=pool)["UserPool"]["Name"] for pool in pools] == ["one", "two"]
