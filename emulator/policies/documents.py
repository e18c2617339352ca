"""Documents in YAML or JSON, read into mappings, lists and texts, and the members that IAM's documents have.

Every scalar is the text that was written: `2012-10-17` is no date, `no` no boolean, `000000000000` no number.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any, TypeAlias

Document: TypeAlias = "Mapping[str, Any] | list[Any] | str"
LARGEST = 1 << 20
"""The most bytes of a document."""
DEEPEST = 32
_SMALL = 1 << 14


class Wrong(ValueError):
    """A document that is not as it must be. The text begins with the path of the wrong member, if there is one."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}" if path else problem)
        self.path = path
        self.problem = problem


class Plain(str):
    """A scalar that was written without quotes, or a number, `true`, `false` or `null` of JSON."""

    __slots__ = ()

    @property
    def is_null(self) -> bool:
        """Whether YAML reads it as no value."""
        return self in _NULLS


_AS_WRITTEN: Mapping[str, Any] = {"parse_int": Plain, "parse_float": Plain, "parse_constant": Plain}
"""Numbers of JSON stay texts."""


def parsed(text: str, largest: int = LARGEST, *, nulls: bool = False) -> Document:
    """The document in a text. Refuses duplicate keys, aliases, tags and a second document. Raises `Wrong`.

    `largest` is the most bytes that it may have. With `nulls`, a null of JSON is `Plain("null")`, not refused.
    """
    if len(text) > largest or len(text.encode("utf-8", "surrogatepass")) > largest:
        raise Wrong("", f"it is longer than {largest} bytes")
    if text.lstrip().startswith(("{", "[")):
        try:
            return _texts(json.loads(text, object_pairs_hook=_object, **_AS_WRITTEN), "", 0, nulls)
        except json.JSONDecodeError:
            pass  # a flow mapping of YAML, perhaps
        except RecursionError:
            raise Wrong("", _TOO_DEEP) from None
    return _yaml(text)


class _Twice(dict[str, Any]):
    """An object of JSON that has a member twice."""

    name = ""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    twice, seen = _Twice(found), set[str]()
    twice.name = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
    return twice


def _texts(value: Any, path: str, depth: int, nulls: bool) -> Document:
    """A value of JSON with its numbers and booleans as they were written."""
    if depth > DEEPEST:
        raise Wrong(path, _TOO_DEEP)
    if isinstance(value, dict):
        if isinstance(value, _Twice):
            raise Wrong(member(path, value.name), "it is there twice")
        return {name: _texts(each, member(path, name), depth + 1, nulls) for name, each in value.items()}
    if isinstance(value, list):
        return [_texts(each, f"{path}[{place}]", depth + 1, nulls) for place, each in enumerate(value)]
    if value is None and not nulls:
        raise Wrong(path, "it is null")
    return value if isinstance(value, str) else Plain(json.dumps(value))


def _yaml(text: str) -> Document:
    import yaml  # for this file alone, and not before: start-up is imports

    # Events are read, not nodes: the composer that is written in C recurses without a limit.
    # The parser that is written in Python has better words for what is wrong, and takes a second for 300 KiB.
    loader = yaml.BaseLoader if len(text) < _SMALL else getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        return _built(yaml.parse(text, Loader=loader))
    except yaml.MarkedYAMLError as problem:
        line = f"line {problem.problem_mark.line + 1}: " if problem.problem_mark else ""
        raise Wrong("", f"{line}{problem.problem or 'it is no YAML'}") from None
    except Wrong:
        raise
    except (yaml.YAMLError, ValueError) as problem:
        raise Wrong("", str(problem).splitlines()[0]) from None
    except RecursionError:
        raise Wrong("", _TOO_DEEP) from None


class _Open:
    """A mapping or a list whose end has not come yet."""

    __slots__ = ("found", "key", "path")

    def __init__(self, found: dict[str, Any] | list[Any], path: str) -> None:
        self.found = found
        self.path = path
        self.key: str | None = None

    def place(self) -> str:
        """The path of the value that comes next."""
        if isinstance(self.found, list):
            return f"{self.path}[{len(self.found)}]"
        return self.path if self.key is None else member(self.path, self.key)

    def put(self, value: Any, line: str) -> None:
        """Take a value, or the key of one. Raises `Wrong`."""
        if isinstance(self.found, list):
            self.found.append(value)
        elif self.key is not None:
            self.found[self.key] = value
            self.key = None
        elif not isinstance(value, str):
            raise Wrong(self.path, f"{line}: a key is no text")
        elif value in self.found:
            raise Wrong(member(self.path, value), f"{line}: it is there twice")
        else:
            self.key = value


def _built(events: Any) -> Document:
    """The value of a stream of YAML events, which has one document. Raises `Wrong`."""
    from yaml import events as yaml_events

    documents: list[Any] = []
    top = _Open(documents, "")
    stack = [top]
    for event in events:
        kind = type(event)
        here = stack[-1]
        if kind is yaml_events.ScalarEvent:
            _check_node(event, here)
            value = Plain(event.value) if event.implicit[0] else str(event.value)
            here.put(value, _line(event))
        elif kind is yaml_events.MappingStartEvent or kind is yaml_events.SequenceStartEvent:
            _check_node(event, here)
            _check_start(event, stack)
            path = "" if here is top else here.place()
            stack.append(_Open({} if kind is yaml_events.MappingStartEvent else [], path))
        elif kind is yaml_events.MappingEndEvent or kind is yaml_events.SequenceEndEvent:
            stack.pop()
            stack[-1].put(here.found, "")
        elif kind is yaml_events.AliasEvent:
            raise Wrong("" if here is top else here.place(), f"{_line(event)}: aliases are not allowed")
    if len(documents) != 1:
        raise Wrong("", "it is empty" if not documents else "it holds more than one document")
    found: Document = documents[0]
    return found


def _line(event: Any) -> str:
    return f"line {event.start_mark.line + 1}"


def _check_node(event: Any, here: _Open) -> None:
    """Raise `Wrong` for a tag."""
    if event.tag is not None and event.tag not in _TAGS:
        raise Wrong(here.place(), f"{_line(event)}: the tag {event.tag} is not allowed")


def _check_start(event: Any, stack: list[_Open]) -> None:
    """Raise `Wrong` for a mapping or list that is too deep, or that is a key."""
    here = stack[-1]
    if len(stack) - 1 > DEEPEST:
        raise Wrong(here.place(), f"{_line(event)}: {_TOO_DEEP}")
    if isinstance(here.found, dict) and here.key is None:
        raise Wrong(here.path, f"{_line(event)}: a key is no text")


_TAGS = frozenset({"!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"})
"""The tags that say no more than the text does without them."""
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TOO_DEEP = f"it is nested more than {DEEPEST} deep"


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
