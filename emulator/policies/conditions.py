"""The conditions of policies (AWS: "IAM JSON policy elements: Condition operators", "Multivalued context keys").

The context of a request has the values of each condition key, by the key's name in lower case.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from msgspec import Struct

from emulator.policies.documents import Wrong, mapping, member, texts

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

Context: TypeAlias = Mapping[str, Sequence[str]]
Test: TypeAlias = Callable[[str, str], bool]
"""Whether a value of the request matches a value of the policy."""
SetOperator: TypeAlias = Literal["ForAnyValue", "ForAllValues", ""]

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_DEFAULT = re.compile(r"(?P<key>[^,]+?)(\s*,\s*'(?P<default>[^']*)')?\s*")
_LITERAL = "\ue000"
"""Marks a wildcard that stands for itself, in a value of the policy; private use, in no request."""


class Condition(Struct, frozen=True):
    """One key of one operator: `ForAnyValue:StringLike`, `cognito-identity.amazonaws.com:amr`, the values."""

    operator: str
    key: str
    values: tuple[str, ...]
    test: Test
    is_negated: bool
    set_operator: SetOperator
    if_exists: bool

    def holds(self, context: Context) -> bool:
        """Whether the condition is true of the request."""
        present = context.get(self.key.lower(), ())
        if self.operator == "Null":
            return any((not present) == (value.lower() == "true") for value in self.values)
        if not present:
            return self._without_values()
        wanted = [value for each in self.values if (value := resolved(each, context)) is not None]
        matches = [any(self.test(value, each) for each in wanted) != self.is_negated for value in present]
        if self.set_operator == "ForAllValues":
            return all(matches)
        # AWS unknown: how AssumeRole… evaluates an operator without ForAnyValue or ForAllValues for a key with several
        # values, such as `amr`. Here one value that matches is enough; a negated operator wants all to differ.
        return all(matches) if self.is_negated and not self.set_operator else any(matches)

    def _without_values(self) -> bool:
        if self.if_exists or self.set_operator == "ForAllValues":
            return True
        return self.is_negated and not self.set_operator

    def __str__(self) -> str:
        return f"{self.operator} {self.key}"


def read(value: Any, path: str) -> tuple[Condition, ...]:
    """The conditions of a statement, all of which must hold. Raises `Wrong`."""
    found = []
    for name, keys in mapping(value, path).items():
        for key, values in mapping(keys, member(path, name)).items():
            found.append(_condition(name, key, texts(values, f"{member(path, name)}[{key!r}]"), member(path, name)))
    return tuple(found)


def _condition(operator: str, key: str, values: tuple[str, ...], path: str) -> Condition:
    bare = operator.removesuffix("IfExists")
    set_operator: SetOperator = ""
    prefixes: tuple[SetOperator, ...] = ("ForAnyValue", "ForAllValues")
    for prefix in prefixes:
        if bare.startswith(f"{prefix}:"):
            set_operator, bare = prefix, bare.removeprefix(f"{prefix}:")
    if bare == "Null" and bare == operator:
        for value in values:
            _check(_boolean, value, f"{path}[{key!r}]")
        return Condition(operator, key, values, _equal, False, "", False)
    if bare not in _OPERATORS:
        raise Wrong(path, "there is no such condition operator")
    positive, check = _POSITIVE.get(bare, bare), _CHECKS.get(_family(bare))
    for value in values:
        if check and not _VARIABLE.search(value):
            _check(check, value, f"{path}[{key!r}]")
    is_negated = bare in _POSITIVE
    return Condition(
        operator, key, values, _OPERATORS[positive], is_negated, set_operator, bare + "IfExists" in operator
    )


def _check(check: Callable[[str], object], value: str, path: str) -> None:
    try:
        check(value)
    except (ValueError, OverflowError):
        raise Wrong(path, f"{value!r} is no value for this operator") from None


def resolved(value: str, context: Context) -> str | None:
    """A value of a policy with its variables, such as `${aws:PrincipalTag/team}`, replaced; None if one has no value.

    What a variable stands for has no wildcards.
    """
    # AWS unknown: what a policy variable of a key with several values stands for. Here it has no value.
    if "${" not in value:
        return value
    found: list[str] = []
    end = 0
    for match in _VARIABLE.finditer(value):
        replacement = _value_of(match[1], context)
        if replacement is None:
            return None
        found += [value[end : match.start()], re.sub(r"[*?]", lambda each: _LITERAL + each[0], replacement)]
        end = match.end()
    return "".join([*found, value[end:]])


def _value_of(variable: str, context: Context) -> str | None:
    if variable in ("*", "?", "$"):
        return variable
    parts = _DEFAULT.fullmatch(variable)
    if parts is None:
        return None
    values = context.get(parts["key"].strip().lower(), ())
    return values[0] if len(values) == 1 else parts["default"]


def like(value: str, pattern: str) -> bool:
    """Whether a text matches a pattern with `*` (any characters) and `?` (one character). Case matters.

    Takes no more steps than the product of both lengths, whatever the pattern.
    """
    wanted = re.findall(rf"{_LITERAL}?.", pattern, re.DOTALL)
    at = place = 0
    star, tried = -1, 0
    while at < len(value):
        here = wanted[place] if place < len(wanted) else ""
        if here == "*":
            star, tried = place, at
            place += 1
        elif here == "?" or (here and here[-1] == value[at]):
            at, place = at + 1, place + 1
        elif star >= 0:  # the last `*` takes one more character
            tried += 1
            at, place = tried, star + 1
        else:
            return False
    return all(each == "*" for each in wanted[place:])


def _plain(text: str) -> str:
    return text.replace(_LITERAL, "")


def _equal(value: str, wanted: str) -> bool:
    return value == _plain(wanted)


def _equal_ignoring_case(value: str, wanted: str) -> bool:
    return value.casefold() == _plain(wanted).casefold()


def _arn_like(value: str, pattern: str) -> bool:
    """Whether an ARN matches: each of its six parts by itself."""
    parts, wanted = value.split(":", 5), pattern.split(":", 5)
    return len(parts) == len(wanted) == 6 and all(map(like, parts, wanted))


def _in_network(value: str, network: str) -> bool:
    import ipaddress  # not before it is used: start-up is imports

    try:
        return ipaddress.ip_address(value) in _network(network)
    except ValueError:
        return False


def _network(text: str) -> IPv4Network | IPv6Network:
    import ipaddress

    return ipaddress.ip_network(text, strict=False)


def _moment(text: str) -> float:
    """Epoch seconds, of a date in ISO 8601 or of epoch seconds."""
    if re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,9})?", text):
        return float(text)
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _number(text: str) -> float:
    if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,9})?", text):
        raise ValueError(text)
    return float(text)


def _compared(read: Callable[[str], float], compare: Callable[[float, float], bool]) -> Test:
    """A test of numbers or dates. A value that is none does not match."""

    def test(value: str, wanted: str) -> bool:
        try:
            return compare(read(value), read(_plain(wanted)))
        except (ValueError, OverflowError):
            return False

    return test


_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "Equals": lambda value, wanted: value == wanted,
    "LessThan": lambda value, wanted: value < wanted,
    "LessThanEquals": lambda value, wanted: value <= wanted,
    "GreaterThan": lambda value, wanted: value > wanted,
    "GreaterThanEquals": lambda value, wanted: value >= wanted,
}
_POSITIVE = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NotIpAddress": "IpAddress",
}
"""Negated operator → the one that it negates."""
_OPERATORS: dict[str, Test] = {
    "StringEquals": _equal,
    "StringEqualsIgnoreCase": _equal_ignoring_case,
    "StringLike": like,
    "Bool": _equal_ignoring_case,
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
    "IpAddress": _in_network,
    **{f"Numeric{name}": _compared(_number, compare) for name, compare in _COMPARISONS.items()},
    **{f"Date{name}": _compared(_moment, compare) for name, compare in _COMPARISONS.items()},
}
_OPERATORS |= {negated: _OPERATORS[positive] for negated, positive in _POSITIVE.items()}


def _boolean(text: str) -> None:
    if text.lower() not in ("true", "false"):
        raise ValueError(text)


_CHECKS: dict[str, Callable[[str], object]] = {
    "Numeric": _number,
    "Date": _moment,
    "Bool": _boolean,
    "IpAddress": _network,
}
"""Family of operators → what reads a value of the policy, and raises ValueError for a wrong one."""


def _family(operator: str) -> str:
    return next((name for name in _CHECKS if operator.removeprefix("Not").startswith(name)), "")
