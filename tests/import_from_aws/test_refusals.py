"""What the command refuses, and what it says where AWS refuses: nothing is printed then, and nothing is half."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.builders import Api
from tests.import_from_aws import place
from tests.import_from_aws.conftest import Command
from tests.import_from_aws.place import Answer, Place

Serve = Callable[[Answer], Place]
POOL = "us-east-1_Example01"
ONE = ("--user-pool-id", POOL)


@pytest.mark.parametrize(
    ("arguments", "problems"),
    [
        ([], ["--user-pool-id: an id is missing, such as us-east-1_Example01"]),
        (["--user-pool-id", "example"], ["--user-pool-id: 'example' is no id such as us-east-1_Example01"]),
        (
            ["--identity-pool-id", POOL],
            [f"--identity-pool-id: '{POOL}' is no id such as us-east-1:12345678-1234-1234-1234-123456789012"],
        ),
        ([*ONE, "--user"], ["--user: there is no such flag; did you mean --users?"]),
        ([*ONE, "--password", "x"], ["--password: it is for the users that --users imports"]),
        (
            ["--identity-pool-id", "us-east-1:12345678-1234-1234-1234-123456789012", "--users"],
            ["--users: it needs --user-pool-id"],
        ),
    ],
)
def test_wrong_arguments(arguments: list[str], problems: list[str], command: Command) -> None:
    run = command(*arguments)
    assert (run.status, run.output) == (2, "")
    heading = "cognito-emulator import-from-aws: these arguments are wrong:"
    assert run.errors.splitlines() == [heading, *(f"  {problem}" for problem in problems)]


def test_without_boto3_the_words_name_the_extra(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "botocore"]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, "botocore", None)
    run = command(*ONE)
    assert (run.status, run.output) == (1, "")
    assert run.notes == ["it needs boto3, which the extra aws brings: pip install 'cognito-emulator[aws]'"]


def test_without_credentials(command: Command, in_place_of_aws: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    in_place_of_aws(lambda *_: (200, {}))
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    run = command(*ONE)
    assert (run.status, run.output, run.notes) == (1, "", ["DescribeUserPool: Unable to locate credentials"])


def test_an_unknown_profile(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    run = command(*ONE)
    assert (run.status, run.output, run.notes) == (1, "", ["The config profile (nobody) could not be found"])


def test_an_unknown_pool(api: Api, command: Command, in_place_of_aws: Serve) -> None:
    in_place_of_aws(place.of(api))
    run = command(*ONE)
    assert (run.status, run.output) == (1, "")
    assert run.notes == [
        f"DescribeUserPool: ResourceNotFoundException: User pool {POOL} does not exist. "
        "(in us-east-1, for the account of these credentials)"
    ]


def test_nobody_answers(command: Command, in_place_of_aws: Serve) -> None:
    there = in_place_of_aws(lambda *_: (200, {}))
    there.server.server_close()
    run = command(*ONE)
    assert (run.status, run.output) == (1, "")
    assert run.notes == [f'DescribeUserPool: Could not connect to the endpoint URL: "{there.url}/"']


@pytest.mark.parametrize("answer", [(200, b"<html>"), (200, {}), (200, {"UserPool": None})])
def test_something_else_answers(answer: tuple[int, Any], command: Command, in_place_of_aws: Serve) -> None:
    in_place_of_aws(lambda *_: answer)
    run = command(*ONE)
    assert (run.status, run.output) == (1, "")
    assert len(run.notes) == 1
    assert run.notes[0].startswith("DescribeUserPool: ")


DENIED = "User: arn:aws:iam::000000000000:user/ada is not authorized"


@pytest.mark.parametrize(
    ("operation", "answer", "words"),
    [
        (
            "DescribeUserPoolClient",
            place.refused("AccessDeniedException", DENIED),
            f"AccessDeniedException: {DENIED} (docs/import-from-aws.md has the policy that the command needs)",
        ),
        (
            "ListGroups",
            place.refused("ExpiredTokenException", "The security token included in the request is expired"),
            "ExpiredTokenException: The security token included in the request is expired "
            "(the session has ended; sign in again, by aws sso login, say)",
        ),
        (
            "ListTerms",
            place.refused("TooManyRequestsException", "Rate exceeded"),
            "TooManyRequestsException: Rate exceeded",
        ),
        ("ListUsers", place.refused("InternalErrorException", "Oops", 500), "InternalErrorException: Oops"),
    ],
)
def test_errors_that_end_the_import(
    operation: str, answer: tuple[int, Any], words: str, api: Api, command: Command, in_place_of_aws: Serve
) -> None:
    pool = a_pool(api)
    there = place.of(api)
    in_place_of_aws(lambda target, request: answer if target.endswith(f".{operation}") else there(target, request))
    run = command("--user-pool-id", pool, "--users")
    assert (run.status, run.output, run.notes) == (1, "", [f"{operation}: {words}"])


def test_what_is_denied_is_left_out_and_said(api: Api, command: Command, in_place_of_aws: Serve) -> None:
    pool = a_pool(api)
    there = place.of(api)
    denied = ("DescribeManagedLoginBrandingByClient", "ListGroups")

    def answer(target: str, request: dict[str, Any]) -> tuple[int, Any]:
        if target.endswith(denied):
            return place.refused("AccessDeniedException", DENIED)
        if target.endswith("ListTerms"):
            return place.refused("UnknownOperationException", "")
        return there(target, request)

    aws = in_place_of_aws(answer)
    run = command("--user-pool-id", pool)
    assert run.status == 0
    assert "groups:" not in run.output
    assert "clients:" in run.output
    assert run.notes == [
        f"groups are left out, since ListGroups failed: AccessDeniedException: {DENIED}",
        "managed login styles are left out, since DescribeManagedLoginBrandingByClient failed: "
        f"AccessDeniedException: {DENIED}",
        "terms documents are left out, since ListTerms failed: UnknownOperationException: ",
    ]
    assert aws.asked.count(denied[0]) == 1


def test_a_throttled_call_is_made_again(
    api: Api, command: Command, in_place_of_aws: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
    pool = a_pool(api)
    there, throttled = place.of(api), ["DescribeUserPool"]

    def answer(target: str, request: dict[str, Any]) -> tuple[int, Any]:
        if throttled and target.endswith(f".{throttled[0]}"):
            throttled.clear()
            return place.refused("TooManyRequestsException", "Too many requests")
        return there(target, request)

    in_place_of_aws(answer)
    assert command("--user-pool-id", pool).status == 0


def test_a_password_that_the_pool_would_refuse(api: Api, command: Command, in_place_of_aws: Serve) -> None:
    pool = a_pool(api)
    in_place_of_aws(place.of(api))
    run = command("--user-pool-id", pool, "--users", "--password", "short")
    assert (run.status, run.output) == (1, "")
    assert run.notes == ["--password: Password did not conform with policy: Password not long enough"]


def a_pool(api: Api) -> str:
    """A pool with two clients and a group."""
    pool: str = api.idp("CreateUserPool", PoolName="example")["UserPool"]["Id"]
    for name in ("web", "mobile"):
        api.idp("CreateUserPoolClient", UserPoolId=pool, ClientName=name)
    api.idp("CreateGroup", UserPoolId=pool, GroupName="admins")
    return pool
