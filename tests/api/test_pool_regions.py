"""Where user pools live: where the call was signed for, or where a pinned id says; and who sees them there."""

from __future__ import annotations

import pytest

from emulator.settings import Settings
from tests.builders import Api, Refused, a_client, a_pool, a_user, sign_in

ARN = "arn:aws:iam::000000000000:role/sms"
UNSIGNED = {"Authorization": ""}


def listed(api: Api) -> list[str]:
    return [pool["Id"] for pool in api.idp("ListUserPools", MaxResults=60)["UserPools"]]


def test_a_pool_is_named_from_any_region(api: Api) -> None:
    pool = a_pool(api)
    api.region = "eu-west-1"
    client = a_client(api, pool)
    a_user(api, pool)
    assert sign_in(api, client)["TokenType"] == "Bearer"
    api.idp("UpdateUserPool", UserPoolId=pool, PoolName="elsewhere", SmsConfiguration={"SnsCallerArn": ARN})
    after = api.idp("DescribeUserPool", UserPoolId=pool)["UserPool"]
    assert (after["Name"], after["Arn"].split(":")[3]) == ("elsewhere", "us-east-1")
    assert after["SmsConfiguration"]["SnsRegion"] == "us-east-1"
    assert listed(api) == []
    api.idp("DeleteUserPool", UserPoolId=pool)


def test_a_pinned_id_says_the_region_itself(api: Api) -> None:
    pool = a_pool(api, UserPoolTags={"cognito-emulator:id": "ap-south-1_Pinned"})
    described = api.idp("DescribeUserPool", UserPoolId=pool)["UserPool"]
    assert described["Arn"] == "arn:aws:cognito-idp:ap-south-1:000000000000:userpool/ap-south-1_Pinned"
    assert listed(api) == []
    api.region = "ap-south-1"
    assert listed(api) == ["ap-south-1_Pinned"]


def test_an_id_may_be_pinned_once_in_every_region(api: Api) -> None:
    pools = []
    for api.region in ("us-east-1", "eu-west-1"):
        pools.append(a_pool(api, UserPoolTags={"_custom_id_": "same"}))
    assert pools == ["us-east-1_same", "eu-west-1_same"]
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
