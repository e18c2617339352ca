"""Entries as YAML that any reader takes for what it was: a text that looks like a number, a date or `no` is quoted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from emulator.policies import yaml_text

_SHORT = 90
_AMBIGUOUS = yaml_text.AMBIGUOUS | {"inf"}
_LINE_BREAKS = "\r\x85\u2028\u2029"


def listed(entries: Sequence[Mapping[str, Any]], indent: int, *, quickly: bool = False) -> str:
    """The entries as items of a list. `quickly`: by the emitter in C, which escapes what is beyond the Unicode BMP."""
    return indented(yaml_text.dumped(list(entries), _dumper(quickly)), indent)


def members(entry: Mapping[str, Any], indent: int) -> str:
    """The members of a mapping, a line or more each."""
    return indented(yaml_text.dumped(dict(entry), _dumper(quickly=False)), indent)


def indented(text: str, indent: int, prefix: str = "") -> str:
    """The text with each line moved to the right, after a prefix."""
    return "".join(
        (" " * indent + prefix + line if line.strip("\n") or prefix else line)
        for line in text.splitlines(keepends=True)
    )


def comment(lines: Iterable[str], indent: int) -> str:
    """Lines of comments."""
    return "".join(f"{' ' * indent}# {line}\n" for line in lines)


@cache
def _dumper(quickly: bool) -> type[Any]:
    base: Any = yaml_text.dumper(_style, quickly=quickly)

    class Dumper(base):  # type: ignore[misc]
        def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:  # noqa: ARG002
            return super().increase_indent(flow, False)

    Dumper.add_representer(dict, _mapping)
    Dumper.add_representer(list, _list)
    return Dumper


def _style(value: str) -> str | None:
    """How a text is quoted: not at all, by quotes, or as a block of lines."""
    if any(each in value for each in _LINE_BREAKS) or not value.replace("\n", "").isprintable():
        return '"'
    if "\n" in value:
        lines = value.split("\n")
        begins, ends = lines[0] and lines[0][0] != " ", not value.endswith("\n\n")  # else it needs an indicator
        return "|" if begins and ends and not any(line.endswith(" ") for line in lines) else '"'
    if not value or not (value[0].isalpha() or value[0] in "_/$") or value.lower() in _AMBIGUOUS:
        return "'"
    return None


def _mapping(dumper: Any, value: dict[str, Any]) -> Any:
    short = _is_short([*value.keys(), *value.values()], 6)
    node = dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=short)
    for key, _ in node.value:
        if key.style == "|":  # a key is on one line
            key.style = '"'
    return node


def _list(dumper: Any, value: list[Any]) -> Any:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=_is_short(value, 20))


def _is_short(values: Any, most: int) -> bool:
    """Whether values fit on one line, in brackets."""
    texts = [str(each) for each in values]
    simple = all(not isinstance(each, dict | list) or not each for each in values)
    return simple and len(texts) <= most and sum(map(len, texts)) < _SHORT and "\n" not in "".join(texts)
