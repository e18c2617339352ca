"""Ids that a tag or a name pins."""

from __future__ import annotations

import pytest

from emulator.domain.pools import pinning
from emulator.faults import InvalidParameterException


@pytest.mark.parametrize(
    ("tags", "pinned"),
    [
        ({}, None),
        ({"team": "a"}, None),
        ({"_custom_id_": ""}, None),
        ({"_custom_id_": "Mine"}, "eu-west-1_Mine"),
        ({"_custom_id_": "us-east-1_Mine"}, "us-east-1_Mine"),
        ({"cognito-emulator:id": "us-gov-west-1_Mine"}, "us-gov-west-1_Mine"),
        ({"_custom_id_": "theirs", "cognito-emulator:id": "ours"}, "eu-west-1_ours"),
        ({"_custom_id_": "x" * 45}, "eu-west-1_" + "x" * 45),
    ],
)
def test_a_tag_pins_the_id_of_a_pool(tags: dict[str, str], pinned: str | None) -> None:
    assert pinning.pool_id(tags, "eu-west-1") == pinned


@pytest.mark.parametrize(
    "given",
    [
        "_",
        "us-east-1_",
        "us-east-1_a_b",
        "us-east-1_a-b",
        "us-east-1_é",
        "us-east-1_١",
        "us-east-١_a",
        "US-EAST-1_a",
        "east_a",
        "us-east-1_a\n",
        "a b",
        "😀",
        "x" * 46,
        "us-" + "e" * 50 + "-1_a",
    ],
)
def test_an_id_that_no_call_could_name_is_refused(given: str) -> None:
    with pytest.raises(InvalidParameterException) as refused:
        pinning.pool_id({"_custom_id_": given}, "eu-west-1")
    assert refused.value.message == f"The tag _custom_id_ does not hold a user pool id: {given}"


@pytest.mark.parametrize(
    ("name", "pinned"),
    [
        ("web", None),
        ("custom_id_:mine", None),
        ("x_custom_id_:mine", None),
        ("_custom_id_", None),
        ("_custom_id_:mine", "mine"),
        ("_custom_id_:7_of+9", "7_of+9"),
    ],
)
def test_a_name_pins_the_id_of_a_client(name: str, pinned: str | None) -> None:
    assert pinning.client_id(name) == pinned


@pytest.mark.parametrize("given", ["", "my-app", "a b", "a:b", "é", "١", "a\n", "../x", "_custom_id_:a"])
def test_a_client_id_that_no_call_could_name_is_refused(given: str) -> None:
    with pytest.raises(InvalidParameterException) as refused:
        pinning.client_id(f"_custom_id_:{given}")
    assert refused.value.message == f"The name _custom_id_:{given} does not hold an app client id: {given}"
