"""Condition operators: what each says of values that match, of others, of several, and of none."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.policies import conditions
from emulator.policies.documents import Wrong

KEY = "x:key"


def holds(operator: str, values: Any, *present: str, **others: str) -> bool:
    context = {KEY: present, **{name.replace("_", ":"): (value,) for name, value in others.items()}}
    found = conditions.read({operator: {"X:Key": values}}, "")
    return all(condition.holds(context) for condition in found)


@pytest.mark.parametrize(
    ("operator", "values", "match", "other"),
    [
        ("StringEquals", "a", "a", "A"),
        ("StringEquals", ["b", "a"], "a", "ab"),
        ("StringEqualsIgnoreCase", "aB", "Ab", "a"),
        ("StringLike", "a*c?", "abbbcd", "abbbc"),
        ("StringLike", "*", "", "unmatched only by nothing"),
        ("NumericEquals", "10", "10.0", "11"),
        ("NumericLessThan", "10", "9", "10"),
        ("NumericLessThanEquals", "10", "10", "x"),
        ("NumericGreaterThan", "10", "11", "10"),
        ("NumericGreaterThanEquals", "10", "10", "9"),
        ("DateEquals", "2030-01-01T00:00:00Z", "1893456000", "1893456001"),
        ("DateLessThan", "2030-01-01", "2029-12-31T23:59:59Z", "2030-01-01T00:00:00Z"),
        ("DateGreaterThanEquals", "1893456000", "2030-01-01T00:00:00Z", "no date"),
        ("Bool", "true", "True", "false"),
        ("ArnEquals", "arn:aws:iam::*:role/app-*", "arn:aws:iam::1:role/app-x", "arn:aws:iam::1:role/x"),
        ("ArnLike", "arn:aws:*:a:role/x", "arn:aws:iam::1:role/x", "arn:aws:iam::1:role/x"),
        ("IpAddress", ["10.0.0.0/8", "fd00::/8"], "10.1.2.3", "11.0.0.1"),
    ],
)
def test_an_operator_is_true_of_what_matches_and_its_negation_of_the_rest(
    operator: str, values: Any, match: str, other: str
) -> None:
    if operator == "ArnLike":  # parts are compared one by one: a wildcard does not reach over a colon
        assert not holds(operator, values, match)
        return
    assert holds(operator, values, match)
    if other.startswith("unmatched"):
        return
    assert not holds(operator, values, other)
    negated = {
        "StringEquals": "StringNotEquals",
        "StringEqualsIgnoreCase": "StringNotEqualsIgnoreCase",
        "StringLike": "StringNotLike",
        "NumericEquals": "NumericNotEquals",
        "DateEquals": "DateNotEquals",
        "ArnEquals": "ArnNotEquals",
        "IpAddress": "NotIpAddress",
    }.get(operator)
    if negated:
        assert not holds(negated, values, match)
        assert holds(negated, values, other)


@pytest.mark.parametrize(
    ("operator", "missing", "one", "all_of_them"),
    [
        ("StringEquals", False, True, True),
        ("StringEqualsIfExists", True, True, True),
        ("StringNotEquals", True, False, False),
        ("ForAnyValue:StringEquals", False, True, True),
        ("ForAnyValue:StringNotEquals", False, True, False),
        ("ForAnyValue:StringEqualsIfExists", True, True, True),
        ("ForAllValues:StringEquals", True, False, True),
        ("ForAllValues:StringNotEquals", True, False, False),
        ("ForAllValues:StringLike", True, False, True),
    ],
)
def test_a_key_with_several_values_and_one_that_is_missing(
    operator: str, missing: bool, one: bool, all_of_them: bool
) -> None:
    assert holds(operator, ["a", "b"]) is missing
    assert holds(operator, ["a", "b"], "a", "z") is one
    assert holds(operator, ["a", "b"], "a", "b") is all_of_them


def test_null_asks_whether_a_key_is_missing() -> None:
    assert [holds("Null", "true"), holds("Null", "true", "a")] == [True, False]
    assert [holds("Null", "false"), holds("Null", "false", "a")] == [False, True]


def test_variables_stand_for_values_without_wildcards() -> None:
    assert holds("StringLike", "user-${x:name}-*", "user-ana-1", x_name="ana")
    assert not holds("StringLike", "user-${x:name}-*", "user-bob-1", x_name="ana")
    assert not holds("StringLike", "${x:name}", "anything", x_name="*")
    assert holds("StringLike", "${x:name}", "*", x_name="*")
    assert holds("StringEquals", "${X:NAME}", "ana", x_name="ana")
    assert not holds("StringEquals", "${x:unknown}", "")
    assert holds("StringNotEquals", "${x:unknown}", "a")
    assert holds("StringEquals", "${x:unknown, 'guest'}", "guest")
    assert holds("StringLike", "a${*}b", "a*b")
    assert not holds("StringLike", "a${*}b", "aXb")


def test_all_conditions_of_a_statement_have_to_hold() -> None:
    document = {"StringEquals": {KEY: "a", "x:other": "b"}, "StringLike": {KEY: "*"}}
    found = conditions.read(document, "")
    assert [condition.holds({KEY: ("a",)}) for condition in found] == [True, False, True]


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"StringEqualz": {KEY: "a"}}, r"^C\.StringEqualz: there is no such condition operator$"),
        ({"ForSomeValues:StringEquals": {KEY: "a"}}, "no such condition operator"),
        ({"NullIfExists": {KEY: "true"}}, "no such condition operator"),
        ({"ForAnyValue:Null": {KEY: "true"}}, "no such condition operator"),
        ({"Null": {KEY: "maybe"}}, "'maybe' is no value for this operator"),
        ({"NumericEquals": {KEY: "ten"}}, r"^C\.NumericEquals\['x:key'\]: 'ten' is no value for this operator$"),
        ({"DateLessThan": {KEY: "tomorrow"}}, "is no value"),
        ({"Bool": {KEY: "yes"}}, "is no value"),
        ({"IpAddress": {KEY: "10.0.0.0/40"}}, "is no value"),
        ({"StringEquals": "a"}, r"^C\.StringEquals: it is no mapping$"),
        ({"StringEquals": {KEY: {}}}, "it is no list"),
        ([], r"^C: it is no mapping$"),
    ],
)
def test_a_wrong_condition_is_refused_with_its_path(document: Any, words: str) -> None:
    with pytest.raises(Wrong, match=words):
        conditions.read(document, "C")


def test_a_pattern_of_many_wildcards_ends() -> None:
    """With a regular expression that tries every split, it would not."""
    assert not conditions.like("a" * 5_000, "*a" * 30 + "b")
    assert conditions.like("a" * 5_000 + "b", "*a" * 30 + "b")
