"""Replicas of user pools: their states, what is theirs alone, and what may be done there."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import FLOWS, PASSWORD, Api, a_client, a_pool, a_user, refusal, sign_in

KEY = {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": "arn:aws:kms:us-east-1:000000000000:key/mrk-0123456789abcdef"}
ARN = "arn:aws:lambda:eu-west-1:000000000000:function:f"
THERE = "eu-west-1"


def replicated(api: Api, *, active: bool = True, **members: Any) -> str:
    """A pool in us-east-1 with a replica; answers its id."""
    pool = a_pool(api, KeyConfiguration=KEY)
    api.idp("CreateUserPoolReplica", UserPoolId=pool, RegionName=THERE, **members)
    if active:
        api.idp("UpdateUserPoolReplica", UserPoolId=pool, RegionName=THERE, Status="ACTIVE")
    return pool


def replica(pool: str, status: str, role: str = "SECONDARY", region: str = THERE) -> dict[str, str]:
    arn = f"arn:aws:cognito-idp:{region}:000000000000:userpool/{pool}"
    return {"RegionName": region, "Status": status, "Role": role, "UserPoolArn": arn}


def replicas(api: Api, pool: str) -> list[dict[str, str]]:
    listed: list[dict[str, str]] = api.idp("ListUserPoolReplicas", UserPoolId=pool)["UserPoolReplicas"]
    assert listed[0] == replica(pool, "ACTIVE", "PRIMARY", "us-east-1")
    return listed[1:]


def described(api: Api, pool: str) -> dict[str, Any]:
    return dict(api.idp("DescribeUserPool", UserPoolId=pool)["UserPool"])


def test_a_replica_is_made_activated_put_to_rest_and_deleted(api: Api) -> None:
    pool = a_pool(api, KeyConfiguration=KEY)
    assert replicas(api, pool) == []
    made = api.idp("CreateUserPoolReplica", UserPoolId=pool, RegionName=THERE)
    assert made == {"UserPoolReplica": replica(pool, "CREATING")}
    assert replicas(api, pool) == [replica(pool, "INACTIVE")]
    for status in ("ACTIVE", "INACTIVE"):
        changed = api.idp("UpdateUserPoolReplica", UserPoolId=pool, RegionName=THERE, Status=status)
        assert changed == {"UserPoolReplica": replica(pool, status)}
        assert replicas(api, pool) == [replica(pool, status)]
    deleted = api.idp("DeleteUserPoolReplica", UserPoolId=pool, RegionName=THERE)
    assert deleted == {"UserPoolReplica": replica(pool, "DELETING")}
    assert replicas(api, pool) == []


def test_what_cannot_be_replicated_is_refused(api: Api) -> None:
    plain = a_pool(api)
    assert refusal(api, "CreateUserPoolReplica", UserPoolId=plain, RegionName=THERE) == (
        "InvalidParameterException",
        "Multi-Region replication needs a multi-Region customer managed KMS key.",
    )
    lite = a_pool(api, UserPoolTier="LITE", KeyConfiguration=KEY)
    tier = refusal(api, "CreateUserPoolReplica", UserPoolId=lite, RegionName=THERE)
    assert tier[0] == "FeatureUnavailableInTierException"
    pool = replicated(api)
    for region in ("us-east-1", "atlantis", "eu_west_1"):
        refused = refusal(api, "CreateUserPoolReplica", UserPoolId=pool, RegionName=region)
        assert refused == (
            "InvalidParameterException",
            f"A user pool in us-east-1 cannot have a replica in {region}.",
        )
    again = refusal(api, "CreateUserPoolReplica", UserPoolId=pool, RegionName=THERE)
    assert again == ("InvalidParameterException", f"User pool {pool} has a replica in {THERE} already.")
    tags = {"aws:team": "red"}
    tagged = refusal(api, "CreateUserPoolReplica", UserPoolId=pool, RegionName="us-west-2", UserPoolTags=tags)
    assert tagged[0] == "UserPoolTaggingException"
    assert replicas(api, pool) == [replica(pool, "ACTIVE")]


def test_an_active_replica_is_not_deleted_and_an_unknown_one_not_found(api: Api) -> None:
    pool = replicated(api)
    refused = refusal(api, "DeleteUserPoolReplica", UserPoolId=pool, RegionName=THERE)
    assert refused == ("InvalidParameterException", "Only a replica that is INACTIVE can be deleted.")
    for operation, members in (("DeleteUserPoolReplica", {}), ("UpdateUserPoolReplica", {"Status": "ACTIVE"})):
        for region in ("us-east-1", "us-west-2"):
            unknown = refusal(api, operation, UserPoolId=pool, RegionName=region, **members)
            assert unknown == ("ResourceNotFoundException", f"User pool {pool} has no replica in {region}.")


def test_a_pool_with_replicas_is_neither_deleted_nor_made_lite(api: Api) -> None:
    pool = replicated(api, active=False)
    assert refusal(api, "DeleteUserPool", UserPoolId=pool)[0] == "InvalidParameterException"
    assert refusal(api, "UpdateUserPool", UserPoolId=pool, UserPoolTier="LITE")[0] == "TierChangeNotAllowedException"
    api.idp("DeleteUserPoolReplica", UserPoolId=pool, RegionName=THERE)
    api.idp("DeleteUserPool", UserPoolId=pool)


def test_a_user_of_the_pool_signs_in_at_an_active_replica(api: Api) -> None:
    pool = replicated(api)
    client = a_client(api, pool, ExplicitAuthFlows=FLOWS)
    a_user(api, pool)
    api.region = THERE
    signing = {
        "UserPoolId": pool,
        "ClientId": client,
        "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "ana", "PASSWORD": PASSWORD},
    }
    token = api.idp("AdminInitiateAuth", **signing)["AuthenticationResult"]["AccessToken"]
    assert api.idp("GetUser", AccessToken=token)["Username"] == "ana"
    api.idp("UpdateUserPoolReplica", UserPoolId=pool, RegionName=THERE, Status="INACTIVE")
    refused = refusal(api, "AdminInitiateAuth", **signing)
    assert refused == (
        "OperationNotEnabledException",
        f"AdminInitiateAuth is not enabled while the replica in {THERE} is INACTIVE.",
    )
    api.region = "us-east-1"
    api.idp("AdminInitiateAuth", **signing)


@pytest.mark.parametrize(
    ("operation", "members"),
    [
        ("AdminCreateUser", {"Username": "bob"}),
        ("AdminSetUserPassword", {"Username": "ana", "Password": "New-Pass-1", "Permanent": True}),
        ("AdminUpdateUserAttributes", {"Username": "ana", "UserAttributes": [{"Name": "name", "Value": "Ana"}]}),
        ("AdminDeleteUser", {"Username": "ana"}),
        ("CreateGroup", {"GroupName": "admins"}),
        ("CreateUserPoolClient", {"ClientName": "web"}),
        ("CreateUserPoolReplica", {"RegionName": "us-west-2"}),
        ("DeleteUserPoolReplica", {"RegionName": THERE}),
        ("DeleteUserPool", {}),
    ],
)
def test_a_replica_changes_neither_users_nor_what_is_common(api: Api, operation: str, members: dict[str, Any]) -> None:
    pool = replicated(api)
    a_user(api, pool)
    api.region = THERE
    before = api.idp("ListUsers", UserPoolId=pool)["Users"]
    words = f"{operation} is not enabled in {THERE}, which has a replica of the user pool."
    assert refusal(api, operation, UserPoolId=pool, **members) == ("OperationNotEnabledException", words)
    assert api.idp("ListUsers", UserPoolId=pool)["Users"] == before
    assert api.idp("AdminGetUser", UserPoolId=pool, Username="ana")["UserStatus"] == "CONFIRMED"


def test_what_is_regional_is_changed_at_the_replica_alone(api: Api) -> None:
    pool = replicated(api, UserPoolTags={"region": "two"})
    api.idp("UpdateUserPool", UserPoolId=pool, LambdaConfig={"PreSignUp": ARN}, UserPoolTags={"region": "one"})
    one = described(api, pool)
    api.region = THERE
    two = described(api, pool)
    assert two["LambdaConfig"] == {}
    assert two["UserPoolTags"] == {"region": "two"}
    assert two["Arn"] == f"arn:aws:cognito-idp:{THERE}:000000000000:userpool/{pool}"
    assert {name: two[name] for name in ("Id", "Name", "Policies", "SchemaAttributes", "UserPoolTier")} == {
        name: one[name] for name in ("Id", "Name", "Policies", "SchemaAttributes", "UserPoolTier")
    }
    email = {
        "EmailSendingAccount": "DEVELOPER",
        "SourceArn": f"arn:aws:ses:{THERE}:000000000000:identity/a@example.com",
    }
    sms = {"SnsCallerArn": "arn:aws:iam::000000000000:role/sms"}
    own = {"LambdaConfig": {"PostConfirmation": ARN}, "EmailConfiguration": email, "SmsConfiguration": sms}
    api.idp("UpdateUserPool", UserPoolId=pool, **own)
    two = described(api, pool)
    assert two["LambdaConfig"] == {"PostConfirmation": ARN}
    assert two["EmailConfiguration"] == email
    assert two["SmsConfiguration"] == sms | {"SnsRegion": THERE}
    assert two["UserPoolTags"] == {}
    api.region = "us-east-1"
    assert described(api, pool) == one


def test_what_is_common_is_not_changed_at_the_replica(api: Api) -> None:
    pool = replicated(api)
    api.region = THERE
    refused = refusal(api, "UpdateUserPool", UserPoolId=pool, MfaConfiguration="OFF", LambdaConfig={})
    assert refused == ("InvalidParameterException", "MfaConfiguration can be changed in the primary Region only.")


def test_a_replica_has_tags_of_its_own(api: Api) -> None:
    pool = replicated(api)
    there, here = (replica(pool, "", region=region)["UserPoolArn"] for region in (THERE, "us-east-1"))
    api.region = THERE
    api.idp("TagResource", ResourceArn=there, Tags={"region": "two"})
    assert api.idp("ListTagsForResource", ResourceArn=there)["Tags"] == {"region": "two"}
    assert refusal(api, "ListTagsForResource", ResourceArn=here)[0] == "ResourceNotFoundException"
    api.region = "us-east-1"
    assert api.idp("ListTagsForResource", ResourceArn=here)["Tags"] == {}


def test_pools_are_listed_in_the_regions_of_their_replicas(api: Api) -> None:
    pool, plain = replicated(api), a_pool(api)
    listed = {each["Id"]: each for each in api.idp("ListUserPools", MaxResults=60)["UserPools"]}
    assert listed[pool]["ReplicaRegions"] == [THERE]
    assert "ReplicaRegions" not in listed[plain]
    api.region = THERE
    native = a_pool(api)
    found, token = [], None
    while True:
        page = api.idp("ListUserPools", MaxResults=1, **({"NextToken": token} if token else {}))
        found += [each["Id"] for each in page["UserPools"]]
        token = page.get("NextToken")
        if token is None:
            break
    assert sorted(found) == sorted([pool, native])


def test_a_region_without_a_replica_has_no_such_pool(api: Api) -> None:
    pool = replicated(api)
    client = a_client(api, pool)
    api.region = "us-west-2"
    gone = ("ResourceNotFoundException", f"User pool {pool} does not exist.")
    assert refusal(api, "DescribeUserPool", UserPoolId=pool) == gone
    assert api.world.events.last(1)[0].reason == "it lives in us-east-1, and the call is signed for us-west-2"
    assert refusal(api, "SignUp", ClientId=client, Username="ana", Password=PASSWORD) == (
        "ResourceNotFoundException",
        f"User pool client {client} does not exist.",
    )


def test_a_client_is_known_in_the_region_of_a_replica(api: Api) -> None:
    pool = replicated(api)
    a_user(api, pool)
    client = a_client(api, pool)
    api.region = THERE
    assert sign_in(api, client)["AccessToken"]


def test_a_call_without_a_signature_meets_the_pool_itself(api: Api) -> None:
    pool = replicated(api)
    api.headers = {"Authorization": ""}
    a_user(api, pool)
    assert described(api, pool)["Arn"].split(":")[3] == "us-east-1"


def test_replicas_are_listed_page_by_page(api: Api) -> None:
    pool = a_pool(api, KeyConfiguration=KEY)
    regions = [f"eu-region-{number}" for number in range(10)] + [f"us-region-{number}" for number in range(10)]
    regions += [f"{area}-{side}-{number}" for area in ("ap", "sa") for side in ("a", "b") for number in range(10)]
    regions.append("me-south-1")
    for region in regions:
        api.idp("CreateUserPoolReplica", UserPoolId=pool, RegionName=region)
    first = api.idp("ListUserPoolReplicas", UserPoolId=pool)
    second = api.idp("ListUserPoolReplicas", UserPoolId=pool, NextToken=first["NextToken"])
    assert "NextToken" not in second
    assert first["UserPoolReplicas"][0]["Role"] == "PRIMARY"
    found = [each["RegionName"] for each in first["UserPoolReplicas"][1:] + second["UserPoolReplicas"]]
    assert found == sorted(regions)
    forged = refusal(api, "ListUserPoolReplicas", UserPoolId=pool, NextToken=first["NextToken"][:-2] + "AA")
    assert forged[0] == "InvalidParameterException"
