"""Provisioned limits: what they may be, and that they are enforced once they are set."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.app import create_app
from emulator.domain.pools.request_rates import CATEGORIES, CATEGORY_OF
from emulator.outside.world import World
from emulator.settings import Settings
from emulator.wire import model
from storage.store import Store
from tests.builders import PASSWORD, Api, Refused, a_client, a_pool, a_user, refusal


def definition(category: str) -> dict[str, Any]:
    return {"LimitClass": "API_CATEGORY", "Attributes": {"Category": category}}


def provision(api: Api, category: str, value: int) -> dict[str, Any]:
    return api.idp("UpdateProvisionedLimit", LimitDefinition=definition(category), RequestedLimitValue=value)


def admitted(api: Api, operation: str, **members: Any) -> int:
    """How many calls are answered before one comes too fast."""
    for count in range(1_000):
        try:
            api.idp(operation, **members)
        except Refused as refused:
            if (refused.code, refused.message) != ("TooManyRequestsException", "Rate exceeded"):
                raise
            return count
    return 1_000


def test_a_category_has_its_free_limit_until_another_is_set(api: Api) -> None:
    free = api.idp("GetProvisionedLimit", LimitDefinition=definition("UserCreation"))
    assert free == {
        "Limit": {"LimitDefinition": definition("UserCreation"), "ProvisionedLimitValue": 50, "FreeLimitValue": 50}
    }
    changed = provision(api, "UserCreation", 80)
    assert changed["Limit"] == free["Limit"] | {"ProvisionedLimitValue": 80}
    assert api.idp("GetProvisionedLimit", LimitDefinition=definition("UserCreation")) == changed
    api.region = "eu-west-1"
    assert api.idp("GetProvisionedLimit", LimitDefinition=definition("UserCreation")) == free


def test_limits_that_cannot_be_are_refused(api: Api) -> None:
    assert provision(api, "UserRead", 120)["Limit"]["ProvisionedLimitValue"] == 120
    for value in (119, 0, -1):
        with pytest.raises(Refused, match=r"The limit of UserRead cannot be less than 120\."):
            provision(api, "UserRead", value)
    with pytest.raises(Refused, match="ServiceQuotaExceededException"):
        provision(api, "UserRead", 10_001)
    assert refusal(api, "GetProvisionedLimit", LimitDefinition=definition("Users"))[0] == "ResourceNotFoundException"
    for attributes in ({}, {"category": "UserRead"}, {"Category": "UserRead", "Region": "us-east-1"}):
        wrong = {"LimitClass": "API_CATEGORY", "Attributes": attributes}
        assert refusal(api, "GetProvisionedLimit", LimitDefinition=wrong)[0] == "InvalidParameterException"


def test_nothing_is_limited_until_a_limit_is_set(api: Api) -> None:
    pool = a_pool(api)
    assert admitted(api, "DescribeUserPool", UserPoolId=pool) == 1_000


def test_a_limit_is_enforced_for_the_whole_category_and_a_second_makes_room(api: Api) -> None:
    pool = a_pool(api)
    provision(api, "UserPoolRead", 15)
    api.idp("ListUserPools", MaxResults=1)
    assert admitted(api, "DescribeUserPool", UserPoolId=pool) == 14
    api.idp("DescribeUserPoolClient", UserPoolId=pool, ClientId=a_client(api, pool))
    api.world.clock.advance(seconds=0.2)
    assert admitted(api, "DescribeUserPool", UserPoolId=pool) == 3
    api.world.clock.advance(hours=1)
    assert admitted(api, "DescribeUserPool", UserPoolId=pool) == 15


def test_a_call_that_is_too_fast_changes_nothing_and_is_told_in_the_events(api: Api) -> None:
    pool = a_pool(api)
    provision(api, "UserPoolClientUpdate", 15)
    assert admitted(api, "CreateUserPoolClient", UserPoolId=pool, ClientName="web") == 15
    assert len(api.idp("ListUserPoolClients", UserPoolId=pool, MaxResults=60)["UserPoolClients"]) == 15
    refused = next(event for event in api.world.events.last() if event.outcome == "TooManyRequestsException")
    assert refused.reason == "more UserPoolClientUpdate calls in us-east-1 than its limit allows"


def test_a_limit_holds_where_the_pool_lives(api: Api) -> None:
    pools = {}
    for api.region in ("us-east-1", "eu-west-1"):
        pools[api.region] = a_pool(api)
    api.region = "us-east-1"
    provision(api, "UserPoolRead", 15)
    api.headers = {"Authorization": ""}
    assert admitted(api, "DescribeUserPool", UserPoolId=pools["eu-west-1"]) == 1_000
    assert admitted(api, "DescribeUserPool", UserPoolId=pools["us-east-1"]) == 15


def test_answers_to_challenges_may_be_three_times_as_many_as_sign_ins(api: Api) -> None:
    client = a_client(api, pool := a_pool(api))
    a_user(api, pool)
    provision(api, "UserAuthentication", 120)
    signing = {"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": {"USERNAME": "ana", "PASSWORD": PASSWORD}}
    assert admitted(api, "InitiateAuth", ClientId=client, **signing) == 120
    answers = 0
    with pytest.raises(Refused, match="TooManyRequestsException: Rate exceeded"):
        while True:
            try:
                api.idp("RespondToAuthChallenge", ClientId=client, ChallengeName="SMS_MFA", Session="x" * 20)
            except Refused as refused:
                if refused.code == "TooManyRequestsException":
                    raise
                answers += 1
    assert answers == 360


def test_limits_outlive_the_server_and_go_with_a_reset(
    api: Api, settings: Settings, world: World, store: Store
) -> None:
    provision(api, "UserPoolRead", 15)
    anew = World(world.clock, world.entropy, key_reserve=world.key_reserve, background=world.background)
    again = Api(create_app(settings, anew, store).test_client(), anew)
    assert admitted(again, "ListUserPools", MaxResults=1) == 15
    assert again.http.post("/_emulator/reset").status_code == 200
    assert admitted(again, "ListUserPools", MaxResults=1) == 1_000


def test_every_operation_of_a_category_may_say_that_it_was_called_too_fast() -> None:
    operations = model.load("cognito-idp").operations
    assert CATEGORY_OF.keys() <= operations.keys()
    counted = [name for each in CATEGORIES.values() for name in each.operations.split()]
    assert len(counted) == len(set(counted))
    assert [name for name in counted if "TooManyRequestsException" not in operations[name].errors] == []
