"""Requests made up from the service models: valid ones, and ones that break something."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from emulator.wire.model import Shape
from emulator.wire.patterns import matcher

Strings = Callable[[Shape], SearchStrategy[str]]
Known = dict[str, list[str]]

_LEAVES: dict[str, SearchStrategy[Any]] = {
    "boolean": st.booleans(),
    "timestamp": st.integers(0, 2_000_000_000),
    "blob": st.just("AAAA"),
    "document": st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
}


def requests(shape: Shape, known: Known) -> SearchStrategy[Any]:
    """Values of a shape: mostly valid, with strings from `known` (by member name) where one is known."""
    return _values(shape, known, _strings, 0)


def valid_requests(shape: Shape, known: Known) -> SearchStrategy[Any]:
    """Values of a shape that its model takes, every pattern and length of it."""
    return _values(shape, known, _valid_strings, 0)


@st.composite
def broken_requests(draw: st.DrawFn, shape: Shape, known: Known) -> dict[str, Any]:
    """A request that is valid but for one member of it."""
    request: dict[str, Any] = draw(valid_requests(shape, known))
    ways: list[tuple[dict[str, Any], str]] = [({}, name) for name in sorted(shape.required)]
    ways += [({name: value}, name) for name, member in shape.members.items() for value in _wrong(member)]
    added, dropped = draw(st.sampled_from(ways))
    request.pop(dropped, None)
    request.update(added)
    return request


def _wrong(shape: Shape) -> list[Any]:
    """Values that a shape does not take."""
    if shape.kind == "document":
        return []
    wrong: list[Any] = ["text"] if shape.kind in {"structure", "map", "list"} else [{"a": 1}, ["a"]]
    if shape.kind == "string":
        wrong += ["no such value"] if shape.enum else []
        wrong += ["x" * (shape.max + 1)] if shape.max and shape.max < 5_000 else []
        wrong += [""] if shape.min else []
    if shape.kind in {"integer", "long"}:
        wrong += [shape.min - 1] if shape.min is not None else []
        wrong += [shape.max + 1] if shape.max is not None else []
    return wrong


def _values(shape: Shape, known: Known, strings: Strings, depth: int) -> SearchStrategy[Any]:
    if shape.kind == "structure":
        return _structures(shape, known, strings, depth)
    if shape.kind == "list":
        least, element = shape.min or 0, _values(shape.part("member"), known, strings, depth + 1)
        return st.lists(element, min_size=least, max_size=max(least, min(shape.max or 3, 3)))
    if shape.kind == "map":
        key, value = (_values(shape.part(part), known, strings, depth + 1) for part in ("key", "value"))
        return st.dictionaries(key, value, min_size=shape.min or 0, max_size=max(shape.min or 0, 3))
    if shape.kind in {"integer", "long"}:
        low, high = shape.min if shape.min is not None else -5, shape.max if shape.max is not None else 10**6
        return st.integers(low, high)
    if shape.kind == "string":
        return strings(shape)
    return _LEAVES[shape.kind]


def _structures(shape: Shape, known: Known, strings: Strings, depth: int) -> SearchStrategy[dict[str, Any]]:
    required: dict[str, SearchStrategy[Any]] = {}
    optional: dict[str, SearchStrategy[Any]] = {}
    for name, member in shape.members.items():
        choice = _values(member, known, strings, depth + 1)
        if name in known:
            choice = st.sampled_from(known[name]) | choice
        (required if name in shape.required else optional)[name] = choice
    return st.fixed_dictionaries(required, optional=optional if depth < 4 else {})


_SAMPLES = (
    *("abc", "Abc-019", "1", "en", "123456", "true", "AAAA", "Password-1", "a.b.c", "eyJ.eyJ.x", "Unicode-🙂"),
    *("a@example.com", "+15551234567", "https://example.com/cb", "{####}", "{username}{####}", "{##go##}"),
    *("us-east-1", "us-east-1_abcDEF123", "us-east-1:12345678-1234-1234-1234-1234567890ab"),
    *("12345678-1234-4234-8234-1234567890ab", "us-east-1_12345678-1234-1234-1234-1234567890ab"),
    *("arn:aws:iam::000000000000:role/r", "arn:aws:s3:::bucket"),
    "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_abcDEF123",
    *("import-abc", "cognito:default", "tkn" + "a" * 25, "terms-of-use", "Level1", "authenticated"),
)


def _valid_strings(shape: Shape) -> SearchStrategy[str]:
    if shape.enum:
        return st.sampled_from(shape.enum)
    low, high = shape.min or 0, shape.max or 5_000
    samples = [*_SAMPLES, "x" * max(low, 1), "x" * min(high, 60)]
    fits = matcher(shape.pattern) if shape.pattern else bool
    return st.sampled_from([sample for sample in samples if low <= len(sample) <= high and fits(sample)])


def _strings(shape: Shape) -> SearchStrategy[str]:
    if shape.enum:
        return st.sampled_from(shape.enum)
    low, high = shape.min or 0, min(shape.max or 40, 60)
    plain = st.text("abcXYZ019_-", min_size=low, max_size=max(low, high))
    odd = st.text(min_size=low, max_size=max(low, 20))
    samples = ["a@example.com", "+15551234567", "true", "https://example.com/cb", "arn:aws:iam::000000000000:role/r"]
    return st.one_of(plain, st.sampled_from(samples), odd)


ANYTHING: SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
"""JSON of any shape."""
