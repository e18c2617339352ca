"""Tags of user pools, by ARN."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import Api, a_pool, refusal


def arn(pool: str, region: str = "us-east-1", account: str = "000000000000") -> str:
    return f"arn:aws:cognito-idp:{region}:{account}:userpool/{pool}"


def tags(api: Api, pool: str) -> dict[str, str]:
    listed: dict[str, str] = api.idp("ListTagsForResource", ResourceArn=arn(pool))["Tags"]
    assert api.idp("DescribeUserPool", UserPoolId=pool)["UserPool"]["UserPoolTags"] == listed
    return listed


def test_tags_are_added_replaced_and_taken_off_one_by_one(api: Api) -> None:
    pool = a_pool(api, UserPoolTags={"team": "red", "stage": "dev"})
    assert tags(api, pool) == {"team": "red", "stage": "dev"}
    assert api.idp("TagResource", ResourceArn=arn(pool), Tags={"team": "blue", "cost": "42 €"}) == {}
    assert tags(api, pool) == {"team": "blue", "stage": "dev", "cost": "42 €"}
    assert api.idp("UntagResource", ResourceArn=arn(pool), TagKeys=["stage", "stage", "never"]) == {}
    assert tags(api, pool) == {"team": "blue", "cost": "42 €"}


def test_a_pool_without_tags_lists_none(api: Api) -> None:
    assert tags(api, a_pool(api)) == {}


def test_an_update_of_the_pool_replaces_its_tags_and_takes_them_where_it_brings_none(api: Api) -> None:
    pool = a_pool(api)
    api.idp("TagResource", ResourceArn=arn(pool), Tags={"team": "red"})
    api.idp("UpdateUserPool", UserPoolId=pool, UserPoolTags={"stage": "dev"})
    assert tags(api, pool) == {"stage": "dev"}
    api.idp("UpdateUserPool", UserPoolId=pool)
    assert tags(api, pool) == {}


def test_a_tag_does_not_move_a_pinned_id(api: Api) -> None:
    pool = a_pool(api)
    api.idp("TagResource", ResourceArn=arn(pool), Tags={"cognito-emulator:id": "us-east-1_Other"})
    assert tags(api, pool) == {"cognito-emulator:id": "us-east-1_Other"}


@pytest.mark.parametrize("tag", ["aws:", "aws:team", "AWS:team"])
def test_keys_of_aws_are_refused_and_nothing_changes(api: Api, tag: str) -> None:
    pool = a_pool(api, UserPoolTags={"team": "red"})
    words = "aws: prefixed tag key names are not allowed for external use."
    refused = refusal(api, "TagResource", ResourceArn=arn(pool), Tags={"stage": "dev", tag: "x"})
    assert refused == ("InvalidParameterException", words)
    assert tags(api, pool) == {"team": "red"}


def test_fifty_tags_are_enough(api: Api) -> None:
    pool = a_pool(api, UserPoolTags={f"key {number}": "" for number in range(49)})
    api.idp("TagResource", ResourceArn=arn(pool), Tags={"one more": ""})
    refused = refusal(api, "TagResource", ResourceArn=arn(pool), Tags={"too many": ""})
    assert refused == ("InvalidParameterException", "A user pool cannot have more than 50 tags.")
    api.idp("TagResource", ResourceArn=arn(pool), Tags={"one more": "changed"})
    assert len(tags(api, pool)) == 50


@pytest.mark.parametrize("key", ["", "x" * 129])
def test_a_key_has_one_to_128_characters(api: Api, key: str) -> None:
    pool = a_pool(api)
    assert refusal(api, "TagResource", ResourceArn=arn(pool), Tags={key: "x"})[0] == "InvalidParameterException"
    assert tags(api, pool) == {}


@pytest.mark.parametrize(
    ("operation", "members"),
    [("TagResource", {"Tags": {"a": "b"}}), ("UntagResource", {"TagKeys": ["a"]}), ("ListTagsForResource", {})],
)
class TestArns:
    def test_an_arn_of_no_pool_is_not_found(self, api: Api, operation: str, members: dict[str, Any]) -> None:
        pool = a_pool(api)
        for other in (arn("us-east-1_nobody00"), arn(pool, region="eu-west-1"), arn(pool, account="111111111111")):
            assert refusal(api, operation, ResourceArn=other, **members)[0] == "ResourceNotFoundException"

    @pytest.mark.parametrize(
        "other",
        [
            "arn:aws:s3:us-east-1:000000000000:userpool/us-east-1_a",
            "arn:aws:cognito-idp:us-east-1:000000000000:group/us-east-1_a",
            "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_a/x",
        ],
    )
    def test_an_arn_of_something_else_is_invalid(
        self, api: Api, operation: str, members: dict[str, Any], other: str
    ) -> None:
        words = f"{other} is not the ARN of a user pool."
        assert refusal(api, operation, ResourceArn=other, **members) == ("InvalidParameterException", words)
