"""Documents in YAML or JSON, read into mappings, lists and texts, and the members that IAM's documents have.

Every scalar is the text that was written: `2012-10-17` is no date, `no` no boolean, `000000000000` no number.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from yaml.nodes import Node

Document: TypeAlias = "Mapping[str, Any] | list[Any] | str"
LARGEST = 1 << 20
"""The most bytes of a document."""
DEEPEST = 32
_AS_WRITTEN: Mapping[str, Any] = {"parse_int": str, "parse_float": str, "parse_constant": str}
"""Numbers of JSON stay texts."""


class Wrong(ValueError):
    """A document that is not as it must be. The text begins with the path of the wrong member, if there is one."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}" if path else problem)


def parsed(text: str) -> Document:
    """The document in a text. Refuses duplicate keys, aliases, tags and a second document. Raises `Wrong`."""
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST:
        raise Wrong("", f"it is longer than {LARGEST} bytes")
    if text.lstrip().startswith(("{", "[")):
        try:
            return _texts(json.loads(text, object_pairs_hook=_without_duplicates, **_AS_WRITTEN), "", 0)
        except json.JSONDecodeError:
            pass  # a flow mapping of YAML, perhaps
        except RecursionError:
            raise Wrong("", f"it is nested more than {DEEPEST} deep") from None
    return _yaml(text)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise Wrong("", f"{name!r} is there twice")
        found[name] = value
    return found


def _texts(value: Any, path: str, depth: int) -> Document:
    """A value of JSON with its numbers and booleans as they were written."""
    if depth > DEEPEST:
        raise Wrong(path, f"it is nested more than {DEEPEST} deep")
    if isinstance(value, dict):
        return {name: _texts(each, member(path, name), depth + 1) for name, each in value.items()}
    if isinstance(value, list):
        return [_texts(each, f"{path}[{place}]", depth + 1) for place, each in enumerate(value)]
    if value is None:
        raise Wrong(path, "it is null")
    return value if isinstance(value, str) else json.dumps(value)


def _yaml(text: str) -> Document:
    import yaml  # for this file alone, and not before: start-up is imports

    try:
        # The composer keeps the written texts. It expands no aliases: `_plain` refuses them.
        nodes = list(yaml.compose_all(text, Loader=yaml.BaseLoader))
    except yaml.MarkedYAMLError as problem:
        line = f"line {problem.problem_mark.line + 1}: " if problem.problem_mark else ""
        raise Wrong("", f"{line}{problem.problem or 'it is no YAML'}") from None
    except (yaml.YAMLError, ValueError) as problem:
        raise Wrong("", str(problem).splitlines()[0]) from None
    except RecursionError:
        raise Wrong("", f"it is nested more than {DEEPEST} deep") from None
    if len(nodes) != 1:
        raise Wrong("", "it is empty" if not nodes else "it holds more than one document")
    return _plain(nodes[0], "", 0, set())


def _plain(node: Node, path: str, depth: int, seen: set[int]) -> Document:
    """The value of a YAML node. An alias is a node that was met before."""
    from yaml.nodes import MappingNode, ScalarNode, SequenceNode

    line = f"line {node.start_mark.line + 1}"
    if depth > DEEPEST:
        raise Wrong(path, f"{line}: it is nested more than {DEEPEST} deep")
    if id(node) in seen:
        raise Wrong(path, f"{line}: aliases are not allowed")
    seen.add(id(node))
    if node.tag not in _TAGS:
        raise Wrong(path, f"{line}: the tag {node.tag} is not allowed")
    if isinstance(node, ScalarNode):
        return str(node.value)
    if isinstance(node, SequenceNode):
        return [_plain(each, f"{path}[{place}]", depth + 1, seen) for place, each in enumerate(node.value)]
    if not isinstance(node, MappingNode):
        raise Wrong(path, f"{line}: it is neither a mapping, a list nor a text")
    found: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, ScalarNode):
            raise Wrong(path, f"{line}: a key is no text")
        if key.value in found:
            raise Wrong(member(path, key.value), f"line {key.start_mark.line + 1}: it is there twice")
        found[key.value] = _plain(value, member(path, key.value), depth + 1, seen)
    return found


_TAGS = frozenset({"tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"})
"""The tags of nodes that have none in the text."""


def member(path: str, name: str) -> str:
    """The path of a member."""
    return f"{path}.{name}" if path else name


def mapping(value: Any, path: str, known: Collection[str] | None = None) -> Mapping[str, Any]:
    """The mapping, whose members are all `known`. Raises `Wrong`."""
    if not isinstance(value, Mapping):
        raise Wrong(path, "it is no mapping")
    for name in value:
        if known is not None and name not in known:
            raise Wrong(member(path, name), "there is no such member")
    return value


def listed(value: Any, path: str) -> list[Any]:
    """The list. Raises `Wrong`."""
    if not isinstance(value, list):
        raise Wrong(path, "it is no list")
    return value


def text(value: Any, path: str) -> str:
    """The text, which is not empty. Raises `Wrong`."""
    if not isinstance(value, str) or not value:
        raise Wrong(path, "it is no text" if not isinstance(value, str) else "it is empty")
    return value


def texts(value: Any, path: str) -> tuple[str, ...]:
    """A text, or a list of texts. Raises `Wrong`."""
    if isinstance(value, str):
        return (text(value, path),)
    return tuple(text(each, f"{path}[{place}]") for place, each in enumerate(listed(value, path)))
