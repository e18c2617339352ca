"""The tags of identity pools: one set, whichever operation shows or changes it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.identity_app import refused
from tests.builders import Api


@pytest.fixture
def pool(api: Api) -> str:
    members = {"IdentityPoolName": "app", "AllowUnauthenticatedIdentities": False}
    return str(api.identity("CreateIdentityPool", **members, IdentityPoolTags={"team": "a"})["IdentityPoolId"])


def arn(pool: str, account: str = "000000000000", region: str = "us-east-1") -> str:
    return f"arn:aws:cognito-identity:{region}:{account}:identitypool/{pool}"


def tags(api: Api, pool: str) -> dict[str, str]:
    """The tags, by both operations that show them."""
    shown = api.identity("ListTagsForResource", ResourceArn=arn(pool))["Tags"]
    assert api.identity("DescribeIdentityPool", IdentityPoolId=pool)["IdentityPoolTags"] == shown
    return dict(shown)


def test_tags_are_added_replaced_and_removed(api: Api, pool: str) -> None:
    assert tags(api, pool) == {"team": "a"}
    assert api.identity("TagResource", ResourceArn=arn(pool), Tags={"team": "b", "stage": ""}) == {}
    assert tags(api, pool) == {"team": "b", "stage": ""}
    assert api.identity("UntagResource", ResourceArn=arn(pool), TagKeys=["team", "unknown"]) == {}
    assert tags(api, pool) == {"stage": ""}
    assert api.identity("TagResource", ResourceArn=arn(pool), Tags={}) == {}
    assert tags(api, pool) == {"stage": ""}


@pytest.mark.parametrize("operation", ["TagResource", "UntagResource", "ListTagsForResource"])
@pytest.mark.parametrize(
    ("named", "code"),
    [
        (arn("us-east-1:11111111-2222-3333-4444-555555555555"), "ResourceNotFoundException"),
        ("arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_abc", "InvalidParameterException"),
        ("arn:aws:cognito-identity:us-east-1:0:identitypool/x", "InvalidParameterException"),
        ("x" * 20, "InvalidParameterException"),
        ("x", "ValidationException"),
    ],
)
def test_only_an_identity_pool_that_exists_has_tags(api: Api, operation: str, named: str, code: str) -> None:
    more: dict[str, dict[str, Any]] = {"TagResource": {"Tags": {}}, "UntagResource": {"TagKeys": []}}
    assert refused(api.identity, operation, ResourceArn=named, **more.get(operation, {}))[0] == code


def test_a_pool_of_another_account_or_region_is_not_found(api: Api, pool: str) -> None:
    told = ("ResourceNotFoundException", f"IdentityPool '{pool}' not found.")
    for wrong in (arn(pool, "111122223333"), arn(pool, region="eu-west-1")):
        assert refused(api.identity, "ListTagsForResource", ResourceArn=wrong) == told
    api.region = "eu-west-1"
    assert refused(api.identity, "ListTagsForResource", ResourceArn=arn(pool)) == told


def test_a_pool_has_fifty_tags_at_most(api: Api, pool: str) -> None:
    more = {str(number): "x" for number in range(50)}
    told = ("InvalidParameterException", "An identity pool has at most 50 tags.")
    assert refused(api.identity, "TagResource", ResourceArn=arn(pool), Tags=more) == told
    assert tags(api, pool) == {"team": "a"}
    api.identity("UntagResource", ResourceArn=arn(pool), TagKeys=["team"])
    api.identity("TagResource", ResourceArn=arn(pool), Tags=more)
    assert tags(api, pool) == more


def test_awss_own_tags_are_not_for_others(api: Api, pool: str) -> None:
    told = ("InvalidParameterException", "The keys of tags cannot begin with aws:.")
    assert refused(api.identity, "TagResource", ResourceArn=arn(pool), Tags={"AWS:x": "y"}) == told
