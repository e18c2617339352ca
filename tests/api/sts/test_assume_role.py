"""AssumeRole: durations, tags, chains, source identities and session policies; and by a table of roles, who may."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from emulator.outside.iam import ListedIam
from emulator.outside.world import World
from tests.api.sts.parties import ACCOUNT, ROOT, Keys, a_table, arn, assumed, call, keys, reason, refused, trusting
from tests.builders import Api

STATEMENT = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
POLICY = json.dumps({"Statement": [STATEMENT]})
ME = {"RoleArn": arn("app"), "RoleSessionName": "me"}


def tags(*pairs: tuple[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, (key, value) in enumerate(pairs, 1):
        found |= {f"Tags_member_{number}_Key": key, f"Tags_member_{number}_Value": value}
    return found


def test_without_a_table_every_role_may_be_assumed_and_the_event_says_so(api: Api) -> None:
    told = call(api, "AssumeRole", **ME)
    assert told["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/app/me"
    assert told["AssumedRoleId"].startswith("AROA")
    assert told["AssumedRoleId"].endswith(":me")
    assert told["Expiration"] == "2027-01-15T09:00:00Z"
    assert "PackedPolicySize" not in told
    assert "SourceIdentity" not in told
    assert reason(api) == "every role may be assumed, since no table of roles is set (--roles)"
    assert keys(api, told).identity == (told["Arn"], told["AssumedRoleId"])


@pytest.mark.parametrize(
    ("members", "code", "message"),
    [
        (
            {"RoleArn": "arn:aws:iam::000000000000:user/me"},
            "ValidationError",
            "arn:aws:iam::000000000000:user/me is invalid",
        ),
        (
            {"RoleSessionName": "a:b"},
            "ValidationError",
            "1 validation error detected: Value 'a:b' at 'roleSessionName' failed to satisfy constraint: Member must"
            r" satisfy regular expression pattern: [\w+=,.@-]*",
        ),
        ({"DurationSeconds": "899"}, "ValidationError", None),
        ({"DurationSeconds": "43201"}, "ValidationError", None),
        (
            tags(("team", "a"), ("Team", "b")),
            "InvalidParameterValue",
            "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
        ),
        (
            {"TransitiveTagKeys_member_1": "team"},
            "InvalidParameterValue",
            "The specified transitive tag key must be included in the requested tags.",
        ),
        (tags(("aws:x", "a")), "InvalidParameterValue", None),
        ({"Policy": "{"}, "MalformedPolicyDocument", "The policy is not in the valid JSON format."),
        ({"Policy": "[]"}, "MalformedPolicyDocument", "Syntax errors in policy."),
        ({"Policy": json.dumps({"Statement": {**STATEMENT, "Principal": "*"}})}, "MalformedPolicyDocument", None),
        ({"Policy": json.dumps({"Statement": {"Effect": "Allow", "Action": "*"}})}, "MalformedPolicyDocument", None),
        ({"Policy": json.dumps({"Statement": [STATEMENT], "Version": "2020-01-01"})}, "MalformedPolicyDocument", None),
        ({"Policy": json.dumps({"Statement": [STATEMENT], "Foo": "a"})}, "MalformedPolicyDocument", None),
        ({"Policy": json.dumps({"Statement": {**STATEMENT, "Foo": "a"}})}, "MalformedPolicyDocument", None),
        ({"Policy": json.dumps({"Statement": {**STATEMENT, "Action": 5}})}, "MalformedPolicyDocument", None),
        ({"Policy": json.dumps({"Statement": {**STATEMENT, "Resource": [{}]}})}, "MalformedPolicyDocument", None),
        ({"Policy": json.dumps({"Statement": {**STATEMENT, "Condition": 5}})}, "MalformedPolicyDocument", None),
        ({"Policy": json.dumps({"Statement": [STATEMENT], "Id": "x" * 2048})}, "PackedPolicyTooLarge", None),
        ({"PolicyArns_member_1_arn": "arn:aws:iam::aws:group/x-y-z"}, "ValidationError", None),
        ({f"PolicyArns_member_{n}_arn": "arn:aws:iam::aws:policy/a" for n in range(1, 12)}, "ValidationError", None),
        (
            {
                "ProvidedContexts_member_1_ProviderArn": "arn:aws:iam::aws:contextProvider/IdentityCenter",
                "ProvidedContexts_member_1_ContextAssertion": "assertion",
            },
            "InvalidContextAssertion",
            None,
        ),
    ],
)
def test_what_is_wrong_with_a_request(api: Api, members: dict[str, str], code: str, message: str | None) -> None:
    told = refused(api, "AssumeRole", **{**ME, **members})
    assert told[:2] == (400, code)
    if message:
        assert told[2] == message


def test_tags_that_do_not_fit_into_a_session_token_are_too_large(api: Api) -> None:
    many = tags(*((f"tag{n}", "x" * 256) for n in range(50)))
    status, code, message = refused(api, "AssumeRole", **ME, **many)
    assert (status, code) == (400, "PackedPolicyTooLarge")
    assert message.startswith("Packed size of session tags consumes ")
    assert message.endswith("% of allotted space.")
    assert int(call(api, "AssumeRole", **ME, **tags(("team", "blue")))["PackedPolicySize"]) > 0


def test_a_chain_lasts_an_hour_at_most(api: Api) -> None:
    first = assumed(api, DurationSeconds="43200")
    assert first.call("AssumeRole", **ME)["Expiration"] == "2027-01-15T09:00:00Z"
    assert first.refused("AssumeRole", **ME, DurationSeconds="3601") == (
        400,
        "ValidationError",
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    )


def shown(api: Api, who: Keys) -> dict[str, Any]:
    found: dict[str, Any] = api.http.get(f"/_emulator/credentials?access_key_id={who.access_key}").get_json()
    return found


def test_transitive_tags_are_inherited_and_cannot_be_replaced(api: Api) -> None:
    first = assumed(api, **tags(("team", "blue"), ("mood", "good")), TransitiveTagKeys_member_1="Team")
    assert shown(api, first)["principal_tags"] == {"team": "blue", "mood": "good"}
    second = keys(api, first.call("AssumeRole", **ME, **tags(("own", "x"))))
    assert shown(api, second)["principal_tags"] == {"team": "blue", "own": "x"}
    third = keys(api, second.call("AssumeRole", **ME))
    assert shown(api, third)["principal_tags"] == {"team": "blue"}
    assert third.refused("AssumeRole", **ME, **tags(("TEAM", "red"))) == (
        400,
        "InvalidParameterValue",
        "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the"
        " calling session.",
    )


def test_a_source_identity_stays_along_a_chain(api: Api) -> None:
    first = assumed(api, SourceIdentity="ana")
    told = first.call("AssumeRole", **ME)
    assert told["SourceIdentity"] == "ana"
    assert first.refused("AssumeRole", **ME, SourceIdentity="bob")[:2] == (403, "AccessDenied")
    assert first.call("GetScopedCredentials", DurationSeconds="60")["SourceIdentity"] == "ana"


class TestWithATable:
    """Roles that trust somebody."""

    @pytest.fixture
    def iam(self) -> ListedIam:
        root = {"AWS": ROOT}
        return a_table(
            {
                "first@7200": [trusting(root, ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"])],
                "untagged": [trusting(root, "sts:AssumeRole")],
                "external": [
                    trusting({"AWS": ACCOUNT}, "sts:AssumeRole", {"StringEquals": {"sts:ExternalId": "secret"}})
                ],
                "named": [trusting(root, "sts:AssumeRole", {"StringLike": {"sts:RoleSessionName": "ana-*"}})],
                "chained": [
                    trusting(
                        {"AWS": arn("first")},
                        ["sts:AssumeRole"],
                        {"StringEquals": {"aws:PrincipalTag/team": "blue", "aws:SourceIdentity": "ana"}},
                    ),
                    trusting({"AWS": arn("first")}, "sts:SetSourceIdentity"),
                ],
                "session": [trusting({"AWS": f"arn:aws:sts::{ACCOUNT}:assumed-role/first/me"}, "sts:AssumeRole")],
                "tags": [
                    trusting(
                        root,
                        ["sts:AssumeRole", "sts:TagSession"],
                        {
                            "StringEquals": {"aws:RequestTag/team": ["blue", "red"]},
                            "ForAllValues:StringEquals": {"aws:TagKeys": ["team"], "sts:TransitiveTagKeys": ["team"]},
                        },
                    )
                ],
                "denied": [
                    trusting("*", "sts:*"),
                    {
                        "Effect": "Deny",
                        "Principal": "*",
                        "Action": "sts:AssumeRole",
                        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                    },
                ],
                "lambda": [trusting({"Service": "lambda.amazonaws.com"}, "sts:AssumeRole")],
                "mfa": [trusting(root, "sts:AssumeRole", {"Bool": {"aws:MultiFactorAuthPresent": "true"}})],
            }
        )

    @pytest.fixture
    def world(self, world: World, iam: ListedIam) -> World:
        return replace(world, iam=iam)

    @pytest.fixture
    def may(self, api: Api) -> Callable[..., bool]:
        def ask(name: str, who: Keys | None = None, session: str = "me", **members: str) -> bool:
            caller = who or Keys(api, "AKIAQAAAAAAAAAAAAAAA", "")
            given = {"RoleArn": arn(name), "RoleSessionName": session, **members}
            try:
                caller.call("AssumeRole", **given)
            except Exception:  # noqa: BLE001
                told = caller.refused("AssumeRole", **given)
                assert told[:2] == (403, "AccessDenied")
                return False
            return True

        return ask

    def test_a_role_that_the_table_lacks_cannot_be_assumed(self, api: Api) -> None:
        assert refused(api, "AssumeRole", **ME) == (
            403,
            "AccessDenied",
            f"User: {ROOT} is not authorized to perform: sts:AssumeRole on resource: {arn('app')}",
        )
        assert reason(api) == f"the table of roles has no {arn('app')}"

    def test_trust_policies_decide(self, may: Callable[..., bool]) -> None:
        assert may("first")
        assert may("first", SourceIdentity="ana", **tags(("a", "b")))
        assert may("untagged")
        assert not may("untagged", **tags(("a", "b")))
        assert not may("untagged", SourceIdentity="ana")
        assert not may("lambda")
        assert not may("mfa")
        assert not may("denied")

    def test_external_ids_and_names_of_sessions(self, may: Callable[..., bool]) -> None:
        assert may("external", ExternalId="secret")
        assert not may("external")
        assert not may("external", ExternalId="Secret")
        assert may("named", session="ana-1")
        assert not may("named", session="bob-1")

    def test_tags_that_a_policy_wants(self, may: Callable[..., bool]) -> None:
        assert may("tags", **tags(("team", "blue")))
        assert may("tags", **tags(("team", "red")), TransitiveTagKeys_member_1="team")
        assert not may("tags", **tags(("team", "green")))
        assert not may("tags", **tags(("team", "blue"), ("more", "x")))
        assert not may("tags")

    def test_sessions_are_trusted_by_role_by_session_and_by_their_tags(
        self, api: Api, may: Callable[..., bool]
    ) -> None:
        plain = assumed(api, "first")
        tagged = assumed(api, "first", "you", SourceIdentity="ana", **tags(("team", "blue")))
        other = assumed(api, "first", "you", SourceIdentity="ana", **tags(("team", "red")))
        assert [may("chained", who) for who in (tagged, other, plain, None)] == [True, False, False, False]
        assert [may("session", who) for who in (plain, None)] == [True, False]

    def test_the_duration_is_limited_by_the_role(self, api: Api) -> None:
        message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        for name, seconds in (("first", 7200), ("untagged", 3600)):
            members = {"RoleArn": arn(name), "RoleSessionName": "me"}
            assert call(api, "AssumeRole", **members, DurationSeconds=str(seconds))
            told = refused(api, "AssumeRole", **members, DurationSeconds=str(seconds + 1))
            assert told == (400, "ValidationError", message)

    def test_the_event_says_which_condition_does_not_hold_and_the_caller_does_not(self, api: Api) -> None:
        told = refused(api, "AssumeRole", RoleArn=arn("external"), RoleSessionName="me", ExternalId="wrong")
        assert "Condition" not in told[2]
        assert "its condition StringEquals sts:ExternalId does not hold" in (reason(api) or "")
        assert "wrong" not in (reason(api) or "")
