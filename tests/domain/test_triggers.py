"""Triggers: which functions a pool has, how they are found and called, and what an event says of user and caller."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.domain.triggers import triggers
from emulator.outside.lambdas import (
    FunctionFailed,
    Functions,
    FunctionTimedOut,
    FunctionUnavailable,
    NoFunctions,
    NoLambdas,
)
from storage.records.pools import Pool
from storage.records.users import User

ARN = "arn:aws:lambda:us-east-1:123456789012:function:greet"
MAIL, PHONE = "ana@example.com", "+15555559934"


def a_pool(**settings: Any) -> Pool:
    return Pool("us-east-1_abc", "us-east-1", "pool", settings, created=0.0, modified=0.0)


def a_user(status: str = "CONFIRMED", **attributes: str) -> User:
    return User(1, "us-east-1_abc", "ana", "a-sub", status, True, None, None, attributes, {}, created=0.0, modified=0.0)


@pytest.mark.parametrize(
    ("config", "arn"),
    [
        (None, None),
        ({}, None),
        ({"PreSignUp": ""}, None),
        ({"PostConfirmation": ARN}, None),
        ({"PreSignUp": ARN}, ARN),
        ({"PreSignUp": {"LambdaVersion": "V1_0", "LambdaArn": ARN}}, ARN),
        ({"PreSignUp": {"LambdaVersion": "V1_0"}}, None),
    ],
)
def test_the_function_of_a_trigger_is_what_the_pool_says(config: dict[str, Any] | None, arn: str | None) -> None:
    assert triggers.function(a_pool(LambdaConfig=config), "PreSignUp") == arn


@pytest.mark.parametrize(
    ("agent", "version"),
    [
        (None, "aws-sdk-unknown-unknown"),
        ("", "aws-sdk-unknown-unknown"),
        ("curl/8.5.0", "aws-sdk-unknown-unknown"),
        ("Boto3/1.35.0 md/Botocore#1.35.0", "aws-sdk-unknown-unknown"),
        ("aws-sdk-java", "aws-sdk-unknown-unknown"),
        ("Mozilla/5.0 aws-sdk-js/3.1", "aws-sdk-unknown-unknown"),
        ("aws-sdk-js/2.1639.0 linux/v18", "aws-sdk-js-2.1639.0"),
        ("aws-sdk-java/2.20.43", "aws-sdk-java-2.20.43"),
    ],
)
def test_the_version_of_an_sdk_is_told(agent: str | None, version: str) -> None:
    assert triggers.sdk_version(agent) == version


@pytest.mark.parametrize(
    ("settings", "given", "aliases"),
    [
        ({}, {"email": MAIL, "email_verified": "true"}, {}),
        ({"UsernameAttributes": ["email"]}, {"email": MAIL}, {"cognito:email_alias": MAIL}),
        ({"AliasAttributes": ["email"]}, {"email": MAIL}, {}),
        ({"AliasAttributes": ["email"]}, {"email": MAIL, "email_verified": "true"}, {"cognito:email_alias": MAIL}),
        ({"AliasAttributes": ["preferred_username"]}, {"preferred_username": "Ana"}, {}),
        (
            {"UsernameAttributes": ["email", "phone_number"], "UsernameConfiguration": {"CaseSensitive": False}},
            {"email": MAIL.upper(), "phone_number": PHONE},
            {"cognito:email_alias": MAIL.upper(), "cognito:phone_number_alias": PHONE},
        ),
    ],
)
def test_a_user_s_attributes_are_told_with_their_names(
    settings: dict[str, Any], given: dict[str, str], aliases: dict[str, str]
) -> None:
    told = triggers.event_attributes(a_pool(**settings), a_user("FORCE_CHANGE_PASSWORD", **given))
    assert told == {"sub": "a-sub", "cognito:user_status": "FORCE_CHANGE_PASSWORD", **given, **aliases}


def test_somebody_who_does_not_exist_has_none() -> None:
    assert triggers.event_attributes(a_pool(UsernameAttributes=["email"]), None) == {}


@pytest.mark.parametrize(
    ("name", "asked"), [(ARN, ARN), ("greet", ARN), ("greet", f"{ARN}:live"), (f"{ARN}:live", f"{ARN}:live")]
)
def test_a_function_is_found_by_its_arn_or_name(name: str, asked: str) -> None:
    assert Functions({name: lambda event: event["who"]}).invoke(asked, {"who": "ana"}) == "ana"


@pytest.mark.parametrize("asked", [f"{ARN}s", "arn:aws:lambda", "greeting", ""])
def test_another_function_is_not(asked: str) -> None:
    with pytest.raises(FunctionUnavailable, match=r"\AResourceNotFoundException\Z"):
        Functions({"greet": lambda event: event}).invoke(asked, {})


def raising(error: BaseException) -> Functions:
    def greet(_event: dict[str, Any]) -> Any:
        raise error

    return Functions({"greet": greet})


@pytest.mark.parametrize(
    ("error", "kind"),
    [(ValueError("No"), "ValueError"), (SystemExit("No"), "SystemExit"), (NoFunctions("No"), "NoFunctions")],
)
def test_whatever_a_function_raises_is_its_failure(error: BaseException, kind: str) -> None:
    with pytest.raises(FunctionFailed, match=r"\ANo\Z") as failed:
        raising(error).invoke(ARN, {})
    assert failed.value.kind == kind


def test_a_function_that_takes_too_long_is_told_apart() -> None:
    with pytest.raises(FunctionTimedOut, match=r"\ASocket timeout while invoking Lambda function\Z"):
        raising(TimeoutError("after 5 seconds")).invoke(ARN, {})


def test_nobody_may_interrupt_but_people() -> None:
    with pytest.raises(KeyboardInterrupt):
        raising(KeyboardInterrupt()).invoke(ARN, {})


def test_where_no_functions_are_run_none_is_found() -> None:
    with pytest.raises(NoFunctions, match="greet"):
        NoLambdas().invoke(ARN, {})
