"""Where user pools live: where the call was signed for, or where a pinned id says; and who sees them there."""

from __future__ import annotations

import pytest

from emulator.settings import Settings
from tests.builders import PASSWORD, Api, Refused, a_client, a_pool, a_user, refusal, sign_in

ARN = "arn:aws:iam::000000000000:role/sms"
UNSIGNED = {"Authorization": ""}


def listed(api: Api) -> list[str]:
    return [pool["Id"] for pool in api.idp("ListUserPools", MaxResults=60)["UserPools"]]


REASON = "it lives in us-east-1, and the call is signed for eu-west-1"


def test_a_pool_of_another_region_does_not_exist(api: Api) -> None:
    pool = a_pool(api)
    client = a_client(api, pool)
    a_user(api, pool)
    api.region = "eu-west-1"
    gone = ("ResourceNotFoundException", f"User pool {pool} does not exist.")
    assert listed(api) == []
    for operation, members in (
        ("DescribeUserPool", {}),
        ("UpdateUserPool", {"PoolName": "elsewhere"}),
        ("DeleteUserPool", {}),
        ("AdminGetUser", {"Username": "ana"}),
        ("ListUsers", {}),
        ("CreateUserPoolClient", {"ClientName": "web"}),
        ("DescribeUserPoolClient", {"ClientId": client}),
    ):
        assert refusal(api, operation, UserPoolId=pool, **members) == gone, operation
        assert api.world.events.last(1)[0].reason == REASON
    arn = f"arn:aws:cognito-idp:us-east-1:000000000000:userpool/{pool}"
    assert refusal(api, "ListTagsForResource", ResourceArn=arn) == gone
    api.region = "us-east-1"
    assert api.idp("DescribeUserPool", UserPoolId=pool)["UserPool"]["Name"] == "pool"


def test_a_client_of_another_region_does_not_exist(api: Api) -> None:
    pool = a_pool(api)
    client = a_client(api, pool)
    a_user(api, pool)
    token = sign_in(api, client)["RefreshToken"]
    api.region = "eu-west-1"
    gone = ("ResourceNotFoundException", f"User pool client {client} does not exist.")
    parameters = {"USERNAME": "ana", "PASSWORD": PASSWORD}
    flow = {"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters}
    assert refusal(api, "InitiateAuth", ClientId=client, **flow) == gone
    assert api.world.events.last(1)[0].reason == REASON
    assert refusal(api, "SignUp", ClientId=client, Username="bea", Password=PASSWORD) == gone
    assert refusal(api, "ForgotPassword", ClientId=client, Username="ana") == gone
    assert refusal(api, "GetTokensFromRefreshToken", ClientId=client, RefreshToken=token) == gone
    assert refusal(api, "RevokeToken", ClientId=client, Token=token) == ("InvalidParameterException", "Invalid client")


def test_an_unsigned_call_acts_where_the_pool_lives(api: Api) -> None:
    api.region = "eu-west-1"
    pool = a_pool(api)
    a_user(api, pool)
    client = a_client(api, pool)
    api.headers = UNSIGNED
    api.idp("UpdateUserPool", UserPoolId=pool, PoolName="elsewhere", SmsConfiguration={"SnsCallerArn": ARN})
    after = api.idp("DescribeUserPool", UserPoolId=pool)["UserPool"]
    assert (after["Name"], after["Arn"].split(":")[3]) == ("elsewhere", "eu-west-1")
    assert after["SmsConfiguration"]["SnsRegion"] == "eu-west-1"
    assert sign_in(api, client)["TokenType"] == "Bearer"


def test_a_pinned_id_says_the_region_itself(api: Api) -> None:
    pinned = {"UserPoolTags": {"cognito-emulator:id": "ap-south-1_Pinned"}}
    assert refusal(api, "CreateUserPool", PoolName="pool", **pinned) == (
        "InvalidParameterException",
        "The tag cognito-emulator:id names ap-south-1_Pinned: "
        "it lives in ap-south-1, and the call is signed for us-east-1.",
    )
    api.headers = UNSIGNED
    pool = a_pool(api, **pinned)
    described = api.idp("DescribeUserPool", UserPoolId=pool)["UserPool"]
    assert described["Arn"] == "arn:aws:cognito-idp:ap-south-1:000000000000:userpool/ap-south-1_Pinned"
    assert listed(api) == []
    api.headers, api.region = {}, "ap-south-1"
    assert listed(api) == ["ap-south-1_Pinned"]


def test_an_id_may_be_pinned_once_in_every_region(api: Api) -> None:
    pools = []
    for api.region in ("us-east-1", "eu-west-1"):
        pools.append(a_pool(api, UserPoolTags={"_custom_id_": "same"}))
    assert pools == ["us-east-1_same", "eu-west-1_same"]
    api.region = "us-east-1"
    with pytest.raises(Refused, match=r"User pool us-east-1_same already exists\."):
        a_pool(api, UserPoolTags={"_custom_id_": "us-east-1_same"})


def test_ids_that_differ_in_case_are_two_pools(api: Api) -> None:
    lower = a_pool(api, UserPoolTags={"_custom_id_": "same"})
    upper = a_pool(api, UserPoolTags={"_custom_id_": "SAME"})
    assert sorted(listed(api)) == sorted([lower, upper])


def test_a_pool_that_is_refused_does_not_hold_its_id(api: Api) -> None:
    pinned = {"_custom_id_": "mine"}
    with pytest.raises(Refused):
        a_pool(api, UserPoolTags=pinned, MfaConfiguration="ON")
    assert a_pool(api, UserPoolTags=pinned) == "us-east-1_mine"


class TestUnsigned:
    """A call that names no region acts in the one from the settings."""

    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(ephemeral=True, region="sa-east-1")

    def test_the_settings_decide(self, api: Api) -> None:
        signed = a_pool(api)
        api.headers = UNSIGNED
        unsigned = a_pool(api)
        assert unsigned.startswith("sa-east-1_")
        assert listed(api) == [unsigned]
        api.headers = {}
        assert listed(api) == [signed]

    @pytest.mark.parametrize("region", ["local", "us_east_1", "x" * 32, "US-EAST-1", "us-east-1-"])
    def test_what_is_no_region_is_none(self, api: Api, region: str) -> None:
        api.region = region
        assert a_pool(api).startswith("sa-east-1_")
