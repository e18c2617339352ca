"""The constraints of the models, and AWS's messages for values that violate them.

Sources of the messages that the API reference does not give: AWS's answers as printed in public bug reports,
for lists `Value '[code, token]' at 'allowedOAuthFlows' failed to satisfy constraint: Member must satisfy
constraint: [...]`, for maps `Map value must satisfy constraint: [...]`, both with every constraint of the
element, the maximum length first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from emulator.wire import patterns
from emulator.wire.model import Shape

Demand = tuple[str, Callable[[Any], object]]
"""The text of a constraint, and a function that says whether a value satisfies it."""

SIZED = ("string", "list", "map", "blob")
SIMPLE = ("string", "integer", "long", "boolean", "timestamp", "blob")

NOT_NULL = "Member must not be null"


class Invalid(Exception):
    """The request violates constraints of the model. str() is AWS's message, which lists all violations."""

    def __init__(self, violations: list[str]) -> None:
        self.violations = violations
        count = len(violations)
        listed = "; ".join(violations)
        super().__init__(f"{count} validation error{'s' * (count > 1)} detected: {listed}")


def demands(shape: Shape) -> list[Demand]:
    """The constraints of a shape, in the order in which AWS lists violations: pattern, length, enum."""
    found: list[Demand] = []
    if shape.pattern is not None:
        phrase = f"Member must satisfy regular expression pattern: {shape.pattern}"
        found.append((phrase, _matching(shape.pattern, shape.besides)))
    found += _limits(shape)
    if shape.enum:
        # AWS unknown: the order of an enum's values in the message of a violation ("Member must satisfy enum value
        # set"), in every operation. The few known answers follow neither the model nor the alphabet. Here it is the
        # model's order.
        found.append(
            (
                f"Member must satisfy enum value set: [{', '.join(shape.enum)}]",
                frozenset(shape.enum).__contains__,
            )
        )
    return found


def _matching(pattern: str, besides: str | None) -> Callable[[Any], object]:
    matches = patterns.matcher(pattern)
    if besides is None:
        return matches
    also = patterns.matcher(besides)
    return lambda value: matches(value) or also(value)


def _limits(shape: Shape) -> list[Demand]:
    # AWS unknown: whether a character outside the Basic Multilingual Plane counts as one toward a length limit, as the
    # models' language (Smithy) says, or as two, as in Java, in every operation. Here it counts as one.
    sized = shape.kind in SIZED
    noun = "length" if sized else "value"
    least, most = shape.min, shape.max
    found: list[Demand] = []
    if least is not None:
        found.append((f"Member must have {noun} greater than or equal to {least}", _at_least(least, sized)))
    if most is not None:
        found.append((f"Member must have {noun} less than or equal to {most}", _at_most(most, sized)))
    return found


def _at_least(limit: int, sized: bool) -> Callable[[Any], bool]:
    return (lambda value: len(value) >= limit) if sized else (lambda value: bool(value >= limit))


def _at_most(limit: int, sized: bool) -> Callable[[Any], bool]:
    return (lambda value: len(value) <= limit) if sized else (lambda value: bool(value <= limit))


def all_phrases(shape: Shape) -> str:
    """All constraints of an element, as AWS lists them when a list or a map has an invalid element."""
    noun = "length" if shape.kind in SIZED else "value"
    phrases = []
    if shape.max is not None:
        phrases.append(f"Member must have {noun} less than or equal to {shape.max}")
    if shape.min is not None:
        phrases.append(f"Member must have {noun} greater than or equal to {shape.min}")
    others = [phrase for phrase, _ in demands(shape) if "Member must have " not in phrase]
    return f"[{', '.join(phrases + others)}]"


def conceals(shape: Shape) -> bool:
    """Whether messages must not quote a value, since it or a part of it is sensitive."""
    if shape.sensitive:
        return True
    match shape.kind:
        case "list":
            return conceals(shape.part("member"))
        case "map":
            return conceals(shape.part("key")) or conceals(shape.part("value"))
        case _:
            return False


def violation(at: str, phrase: str, value: Any = None, *, hidden: bool = False) -> str:
    """AWS's sentence for one violation. `at` is the path, `userAttributes.1.member.name`. None is printed as null."""
    if value is None:
        # AWS unknown: whether the message about a missing sensitive member, in every operation, begins with "Value
        # null at" (seen for clientId) or "Value at" (seen for username, longer ago). Here it is "Value null at".
        shown = " null"
    elif hidden or not showable(value):
        shown = ""
    else:
        shown = f" '{java_text(value)}'"
    return f"Value{shown} at '{at}' failed to satisfy constraint: {phrase}"


def showable(value: Any) -> bool:
    """Whether messages quote a value: not if it is a list or a map of structures."""
    # Unlike AWS: the message about a violation by a list or a map of structures, in every operation, does not quote the
    # value. AWS prints the names of its Java objects.
    items = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return not any(isinstance(item, Mapping) for item in items)


def java_text(value: Any) -> str:
    """A value as Java's toString() prints it: `[a, b]`, `{k=v}`, `true`, `null`."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case list():
            return f"[{', '.join(map(java_text, value))}]"
        case dict():
            return f"{{{', '.join(f'{key}={java_text(item)}' for key, item in value.items())}}}"
        case bytes():
            return f"java.nio.HeapByteBuffer[pos=0 lim={len(value)} cap={len(value)}]"
        case _:
            return str(value)


def lower_camel(name: str) -> str:
    """A member's name in a path: `userPoolId` for `UserPoolId`, `mFAOptions` for `MFAOptions`."""
    return name[:1].lower() + name[1:]
