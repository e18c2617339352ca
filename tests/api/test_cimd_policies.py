"""Policies for client ID metadata documents (CIMD): created, described, listed, changed and deleted."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.builders import Api, Refused, a_client, a_pool, refusal
from tests.conftest import NOON

PATTERNS = ["https://claude.ai/oauth/*"]
DAY, YEAR = 86_400, 31_556_952
KEY = {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": "arn:aws:kms:us-east-1:000000000000:key/mrk-0123456789abcdef"}
URL = "https://claude.ai/oauth/client.json"
NAMED = (
    "DescribeCIMDPolicy",
    "UpdateCIMDPolicy",
    "DeleteCIMDPolicy",
    "ListClientMetadataURLs",
    "UpdateClientMetadataURLState",
)
"""The operations that take a CIMDPolicyId."""


@pytest.fixture
def pool(api: Api) -> str:
    return a_pool(api)


@pytest.fixture
def client(api: Api, pool: str) -> str:
    return a_client(api, pool)


def a_policy(api: Api, pool: str, client: str, **members: Any) -> dict[str, Any]:
    """A policy, as CreateCIMDPolicy answers it."""
    given = {"UserPoolId": pool, "ClientId": client, "PolicyName": "tools", "URLPatterns": PATTERNS, **members}
    return dict(api.idp("CreateCIMDPolicy", **given)["CIMDPolicy"])


def names_of(policy: dict[str, Any]) -> dict[str, str]:
    """The members that name a policy."""
    return {name: policy[name] for name in ("UserPoolId", "CIMDPolicyId")}


def members_of(operation: str, client: str) -> dict[str, Any]:
    """What an operation that takes a CIMDPolicyId needs beside it."""
    if operation == "UpdateCIMDPolicy":
        return {"ClientId": client, "URLPatterns": PATTERNS}
    return {"URL": URL, "Action": "INVALIDATE"} if operation == "UpdateClientMetadataURLState" else {}


def test_a_policy_is_created_described_listed_changed_and_deleted(api: Api, pool: str, client: str) -> None:
    made = a_policy(api, pool, client)
    named = names_of(made)
    assert re.fullmatch("[a-z0-9]{26}", made["CIMDPolicyId"])
    assert made == named | {
        "ClientId": client,
        "PolicyName": "tools",
        "CacheDuration": DAY,
        "URLPatterns": PATTERNS,
        "CreationDate": NOON,
        "LastModifiedDate": NOON,
    }
    assert api.idp("DescribeCIMDPolicy", **named) == {"CIMDPolicy": made}
    api.world.clock.advance(hours=1)
    other, patterns = a_client(api, pool), ["https://vscode.dev/*", "https://zed.dev/*"]
    given = {"ClientId": other, "URLPatterns": patterns, "PolicyName": "editors", "CacheDuration": YEAR}
    changed = api.idp("UpdateCIMDPolicy", **named, **given)["CIMDPolicy"]
    assert changed == made | given | {"LastModifiedDate": NOON + 3600}
    assert api.idp("DescribeCIMDPolicy", **named) == {"CIMDPolicy": changed}
    listed = {name: value for name, value in changed.items() if name not in {"UserPoolId", "URLPatterns"}}
    assert api.idp("ListCIMDPolicies", UserPoolId=pool) == {"CIMDPolicies": [listed]}
    assert api.idp("DeleteCIMDPolicy", **named) == {}
    assert api.idp("ListCIMDPolicies", UserPoolId=pool) == {"CIMDPolicies": []}
    assert refusal(api, "DescribeCIMDPolicy", **named)[0] == "ResourceNotFoundException"


def test_an_update_keeps_the_name_and_the_duration_that_it_leaves_out(api: Api, pool: str, client: str) -> None:
    made = a_policy(api, pool, client, CacheDuration=2 * DAY)
    given = {"ClientId": a_client(api, pool), "URLPatterns": ["https://zed.dev/*"]}
    changed = api.idp("UpdateCIMDPolicy", **names_of(made), **given)["CIMDPolicy"]
    assert changed == made | given
    for missing in given:
        rest = {name: value for name, value in given.items() if name != missing}
        code, words = refusal(api, "UpdateCIMDPolicy", **names_of(made), **rest)
        assert code == "InvalidParameterException"
        assert missing[1:] in words
    assert api.idp("DescribeCIMDPolicy", **names_of(made)) == {"CIMDPolicy": changed}


@pytest.mark.parametrize("name", ["x" * 32, "🔧🧰", "   ", "\u3000", "Ünïcode", 'a"b\\c', "<b>"])
def test_a_name_may_be_of_letters_marks_symbols_digits_punctuation_and_blanks(
    api: Api, pool: str, client: str, name: str
) -> None:
    made = a_policy(api, pool, client, PolicyName=name)
    assert made["PolicyName"] == name
    assert a_policy(api, pool, client, PolicyName=name)["CIMDPolicyId"] != made["CIMDPolicyId"]
    assert [each["PolicyName"] for each in api.idp("ListCIMDPolicies", UserPoolId=pool)["CIMDPolicies"]] == [name] * 2


@pytest.mark.parametrize(
    "patterns",
    [
        ["https://a.bc"],
        ["https://*abc"],
        ["https://a.b/" + "x" * 244],
        [f"https://app{n}.example.com/*" for n in range(5)],
        PATTERNS * 5,
        ["https://a!$%&'()*+,-./:;=@[]_~Z"],
    ],
)
def test_one_to_five_patterns_are_kept_as_they_were_given(
    api: Api, pool: str, client: str, patterns: list[str]
) -> None:
    made = a_policy(api, pool, client, URLPatterns=patterns)
    assert api.idp("DescribeCIMDPolicy", **names_of(made))["CIMDPolicy"]["URLPatterns"] == patterns


@pytest.mark.parametrize(
    "members",
    [
        {"PolicyName": ""},
        {"PolicyName": "x" * 33},
        {"PolicyName": "two\nlines"},
        {"URLPatterns": []},
        {"URLPatterns": PATTERNS * 6},
        {"URLPatterns": ["https://*.b"]},
        {"URLPatterns": ["https://a.b/" + "x" * 245]},
        {"URLPatterns": ["http://localhost:8080/*"]},
        {"URLPatterns": ["HTTPS://example.com/*"]},
        {"URLPatterns": ["https://example.com/?a=*"]},
        {"URLPatterns": ["https://example.com/#*"]},
        {"URLPatterns": ["https://exämple.com/*"]},
        {"URLPatterns": ["https://example.com/*\n"]},
        {"URLPatterns": [*PATTERNS, "https://"]},
        {"CacheDuration": DAY - 1},
        {"CacheDuration": YEAR + 1},
        {"CacheDuration": 0},
    ],
)
def test_what_the_model_does_not_allow_is_refused_and_changes_nothing(
    api: Api, pool: str, client: str, members: dict[str, Any]
) -> None:
    with pytest.raises(Refused, match="InvalidParameterException"):
        a_policy(api, pool, client, **members)
    assert api.idp("ListCIMDPolicies", UserPoolId=pool)["CIMDPolicies"] == []
    made = a_policy(api, pool, client)
    update = {"ClientId": client, "URLPatterns": PATTERNS, **members}
    assert refusal(api, "UpdateCIMDPolicy", **names_of(made), **update)[0] == "InvalidParameterException"
    assert api.idp("DescribeCIMDPolicy", **names_of(made)) == {"CIMDPolicy": made}


def test_a_client_that_the_pool_does_not_have_is_refused(api: Api, pool: str, client: str) -> None:
    made = a_policy(api, pool, client)
    for other in ("1example23456789", a_client(api, a_pool(api))):
        told = ("ResourceNotFoundException", f"User pool client {other} does not exist.")
        given = {"ClientId": other, "URLPatterns": PATTERNS}
        assert refusal(api, "CreateCIMDPolicy", UserPoolId=pool, PolicyName="tools", **given) == told
        assert refusal(api, "UpdateCIMDPolicy", **names_of(made), **given) == told
    assert api.idp("DescribeCIMDPolicy", **names_of(made)) == {"CIMDPolicy": made}


@pytest.mark.parametrize("operation", NAMED)
def test_a_policy_that_the_pool_does_not_have_is_not_found(api: Api, pool: str, client: str, operation: str) -> None:
    made = a_policy(api, pool, client)
    elsewhere = a_pool(api)
    for there, policy in ((pool, "x" * 26), (pool, "0"), (elsewhere, made["CIMDPolicyId"])):
        given = members_of(operation, client if there == pool else a_client(api, elsewhere))
        told = ("ResourceNotFoundException", f"CIMD policy {policy} does not exist.")
        assert refusal(api, operation, UserPoolId=there, CIMDPolicyId=policy, **given) == told
    for malformed in (made["CIMDPolicyId"].upper(), "x" * 65, "", "a-b"):
        given = members_of(operation, client)
        told = refusal(api, operation, UserPoolId=pool, CIMDPolicyId=malformed, **given)
        assert told[0] == "InvalidParameterException"
    assert api.idp("DescribeCIMDPolicy", **names_of(made)) == {"CIMDPolicy": made}


@pytest.mark.parametrize("operation", ["CreateCIMDPolicy", "ListCIMDPolicies", *NAMED])
def test_a_pool_that_does_not_exist_is_not_found(api: Api, pool: str, client: str, operation: str) -> None:
    given: dict[str, Any] = {"CIMDPolicyId": "x"} if operation in NAMED else {}
    given |= members_of(operation, client)
    if operation == "CreateCIMDPolicy":
        given = {"ClientId": client, "PolicyName": "tools", "URLPatterns": PATTERNS}
    told = refusal(api, operation, UserPoolId="us-east-1_nowhere", **given)
    assert told == ("ResourceNotFoundException", "User pool us-east-1_nowhere does not exist.")


def test_a_policy_outlives_its_client_without_it_and_can_be_given_another(api: Api, pool: str, client: str) -> None:
    made = a_policy(api, pool, client)
    api.idp("DeleteUserPoolClient", UserPoolId=pool, ClientId=client)
    left = {name: value for name, value in made.items() if name != "ClientId"}
    assert api.idp("DescribeCIMDPolicy", **names_of(made)) == {"CIMDPolicy": left}
    [listed] = api.idp("ListCIMDPolicies", UserPoolId=pool)["CIMDPolicies"]
    assert "ClientId" not in listed
    given = {"ClientId": client, "URLPatterns": PATTERNS}
    assert refusal(api, "UpdateCIMDPolicy", **names_of(made), **given)[0] == "ResourceNotFoundException"
    given["ClientId"] = a_client(api, pool)
    assert api.idp("UpdateCIMDPolicy", **names_of(made), **given)["CIMDPolicy"] == made | given


def test_a_client_that_gets_the_id_of_a_deleted_one_does_not_get_its_policies(api: Api, pool: str) -> None:
    client = a_client(api, pool, ClientName="_custom_id_:sameid")
    made = a_policy(api, pool, client)
    api.idp("DeleteUserPoolClient", UserPoolId=pool, ClientId=client)
    assert a_client(api, pool, ClientName="_custom_id_:sameid") == client
    assert "ClientId" not in api.idp("DescribeCIMDPolicy", **names_of(made))["CIMDPolicy"]


def test_a_pool_has_at_most_a_hundred_policies(api: Api, pool: str, client: str) -> None:
    policies = [a_policy(api, pool, client) for _ in range(100)]
    with pytest.raises(Refused, match=r"LimitExceededException: A user pool cannot have more than 100 CIMD policies\."):
        a_policy(api, pool, client)
    other = a_pool(api)
    assert a_policy(api, other, a_client(api, other))
    api.idp("DeleteCIMDPolicy", **names_of(policies[50]))
    assert a_policy(api, pool, client)


def test_a_page_holds_sixty_unless_fewer_are_asked_for(api: Api, pool: str, client: str) -> None:
    made = sorted(a_policy(api, pool, client)["CIMDPolicyId"] for _ in range(61))
    page = api.idp("ListCIMDPolicies", UserPoolId=pool)
    assert [policy["CIMDPolicyId"] for policy in page["CIMDPolicies"]] == made[:60]
    rest = api.idp("ListCIMDPolicies", UserPoolId=pool, NextToken=page["NextToken"])
    assert [policy["CIMDPolicyId"] for policy in rest["CIMDPolicies"]] == made[60:]
    assert "NextToken" not in rest
    assert len(api.idp("ListCIMDPolicies", UserPoolId=pool, MaxResults=1)["CIMDPolicies"]) == 1
    for wrong in (0, 61):
        told = refusal(api, "ListCIMDPolicies", UserPoolId=pool, MaxResults=wrong)
        assert told[0] == "InvalidParameterException"


def test_in_the_lite_tier_policies_are_neither_made_nor_changed(api: Api, pool: str, client: str) -> None:
    made = a_policy(api, pool, client)
    told = ("FeatureUnavailableInTierException", "Client ID metadata documents are not available in the LITE tier.")
    api.idp("UpdateUserPool", UserPoolId=pool, UserPoolTier="LITE")
    given = {"ClientId": client, "URLPatterns": PATTERNS}
    assert refusal(api, "CreateCIMDPolicy", UserPoolId=pool, PolicyName="tools", **given) == told
    assert refusal(api, "UpdateCIMDPolicy", **names_of(made), **given) == told
    cached = {"URL": URL, "Action": "REFRESH"}
    assert refusal(api, "UpdateClientMetadataURLState", **names_of(made), **cached) == told
    assert api.idp("DescribeCIMDPolicy", **names_of(made)) == {"CIMDPolicy": made}
    assert len(api.idp("ListCIMDPolicies", UserPoolId=pool)["CIMDPolicies"]) == 1
    assert api.idp("ListClientMetadataURLs", **names_of(made)) == {"ClientMetadataURLs": []}
    assert api.idp("DeleteCIMDPolicy", **names_of(made)) == {}


@pytest.mark.parametrize("status", ["ACTIVE", "INACTIVE"])
def test_in_a_replicas_region_policies_are_read_and_not_written(api: Api, status: str) -> None:
    pool = a_pool(api, KeyConfiguration=KEY)
    client = a_client(api, pool)
    made = a_policy(api, pool, client)
    api.idp("CreateUserPoolReplica", UserPoolId=pool, RegionName="eu-west-1")
    api.idp("UpdateUserPoolReplica", UserPoolId=pool, RegionName="eu-west-1", Status=status)
    api.region = "eu-west-1"
    assert api.idp("DescribeCIMDPolicy", **names_of(made)) == {"CIMDPolicy": made}
    assert len(api.idp("ListCIMDPolicies", UserPoolId=pool)["CIMDPolicies"]) == 1
    assert api.idp("ListClientMetadataURLs", **names_of(made)) == {"ClientMetadataURLs": []}
    given = {"ClientId": client, "URLPatterns": PATTERNS}
    writes: list[tuple[str, dict[str, Any]]] = [
        ("CreateCIMDPolicy", {"UserPoolId": pool, "PolicyName": "tools", **given}),
        ("UpdateCIMDPolicy", names_of(made) | given),
        ("DeleteCIMDPolicy", names_of(made)),
        ("UpdateClientMetadataURLState", names_of(made) | {"URL": URL, "Action": "INVALIDATE"}),
    ]
    for operation, members in writes:
        assert refusal(api, operation, **members)[0] == "OperationNotEnabledException"
    api.region = "ap-south-1"
    assert refusal(api, "DescribeCIMDPolicy", **names_of(made))[0] == "ResourceNotFoundException"
    api.region = "us-east-1"
    assert api.idp("DescribeCIMDPolicy", **names_of(made)) == {"CIMDPolicy": made}
