"""Requests made up from the service models: valid ones, and ones that break something."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from emulator.wire.model import Shape

_LEAVES: dict[str, SearchStrategy[Any]] = {
    "boolean": st.booleans(),
    "timestamp": st.integers(0, 2_000_000_000),
    "blob": st.just("AAAA"),
    "document": st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
}


def requests(shape: Shape, known: dict[str, list[str]], depth: int = 0) -> SearchStrategy[Any]:
    """Values of a shape: mostly valid, with strings from `known` (by member name) where one is known."""
    if shape.kind == "structure":
        return _structures(shape, known, depth)
    if shape.kind == "list":
        return st.lists(requests(shape.part("member"), known, depth + 1), min_size=shape.min or 0, max_size=3)
    if shape.kind == "map":
        keys, values = shape.part("key"), shape.part("value")
        return st.dictionaries(requests(keys, known, depth + 1), requests(values, known, depth + 1), max_size=3)
    if shape.kind in {"integer", "long"}:
        low, high = shape.min if shape.min is not None else -5, shape.max if shape.max is not None else 10**6
        return st.integers(low, high)
    if shape.kind == "string":
        return _strings(shape)
    return _LEAVES[shape.kind]


def _structures(shape: Shape, known: dict[str, list[str]], depth: int) -> SearchStrategy[dict[str, Any]]:
    required: dict[str, SearchStrategy[Any]] = {}
    optional: dict[str, SearchStrategy[Any]] = {}
    for name, member in shape.members.items():
        choice = requests(member, known, depth + 1)
        if name in known:
            choice = st.sampled_from(known[name]) | choice
        (required if name in shape.required else optional)[name] = choice
    return st.fixed_dictionaries(required, optional=optional if depth < 4 else {})


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
