"""Values as YAML, such that `documents.parsed` reads them as they were: every text that could be more is quoted."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

AMBIGUOUS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "infinity"})
"""Texts, in lower case, that YAML or JSON take for something else."""
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./@+-]*", re.ASCII)
_WIDEST = 1 << 30
"""No line is broken for its length."""


def lines(value: Any) -> list[str]:
    """The lines of a value of JSON in block style."""
    return dumped(value, _dumper()).removesuffix("\n").split("\n")


def dumped(value: Any, dumper: type[Any]) -> str:
    """A value of JSON, by a dumper of `dumper`. Members stay in their order."""
    import yaml  # not before it is used: start-up is imports

    text: str = yaml.dump(
        value, Dumper=dumper, sort_keys=False, allow_unicode=True, width=_WIDEST, default_flow_style=False
    )
    return text


def dumper(style: Callable[[str], str | None], *, quickly: bool = True) -> type[Any]:
    """A class that writes values in full each time, without aliases, and texts in the style that `style` tells.

    `quickly`: by the emitter in C, if PyYAML has it. It escapes what is beyond the Unicode BMP.
    """
    import yaml

    def represented(dumper: Any, text: str) -> Any:
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style(text))

    base: type[Any] = getattr(yaml, "CSafeDumper", yaml.SafeDumper) if quickly else yaml.SafeDumper
    made = type("Dumper", (base,), {"ignore_aliases": lambda _self, _data: True})
    made.add_representer(str, represented)  # type: ignore[attr-defined]
    return made


@cache
def _dumper() -> type[Any]:
    return dumper(_style)


def _style(text: str) -> str | None:
    is_plain = _PLAIN.fullmatch(text) and text.lower() not in AMBIGUOUS
    return None if is_plain else '"'
