"""How deeply JSON may be nested: Python's own parsers and writers of JSON, and what walks it, fail at some depth."""

from __future__ import annotations

from typing import Any, Final

DEEPEST: Final = 64


def is_too_deep(value: Any) -> bool:
    """Whether a JSON value has more than 64 levels of objects and arrays, its scalars included."""
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            return True
        level = [
            child
            for item in level
            if isinstance(item, list | dict)
            for child in (item.values() if isinstance(item, dict) else item)
        ]
    return False
