"""Values as YAML, such that `documents.parsed` reads them as they were: every text that could be more is quoted."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./@+-]*", re.ASCII)
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "infinity"})
"""Texts, in lower case, that YAML or JSON take for something else."""
_WIDEST = 1 << 30


def lines(value: Any) -> list[str]:
    """The lines of a value of JSON in block style."""
    import yaml  # not before it is used: start-up is imports

    text: str = yaml.dump(
        value, Dumper=_dumper(), sort_keys=False, allow_unicode=True, width=_WIDEST, default_flow_style=False
    )
    return text.removesuffix("\n").split("\n")


@cache
def _dumper() -> type[Any]:
    import yaml

    base: type[Any] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    made = type("Dumper", (base,), {"ignore_aliases": lambda _self, _data: True})
    made.add_representer(str, _text)  # type: ignore[attr-defined]
    return made


def _text(dumper: Any, text: str) -> Any:
    is_plain = _PLAIN.fullmatch(text) and text.lower() not in _WORDS
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if is_plain else '"')
