"""From the settings of a server, as Python values, to the flags of its command."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias

Value: TypeAlias = "str | int | bool | os.PathLike[str] | Mapping[str, str] | Iterable[str | os.PathLike[str]] | None"
"""The value of a setting. None leaves the setting at its default."""

_PLACES = ("data", "database", "key")
"""The settings that say where data is kept, so that the server is not ephemeral."""
_FALSE = frozenset({"", "0", "false", "no", "off"})
_FLAG = re.compile(r"(?<![\w-])--([a-z][a-z-]*)")


def flags(settings: Mapping[str, Value]) -> list[str]:
    """The flags of these settings: on a free port, ephemeral, and stopped with this process, unless they say otherwise.

    The names are not checked here: the server knows them.
    """
    given = {name: value for name, value in settings.items() if value is not None}
    chosen: dict[str, Value] = {"port": 0, "stop_at_eof": True}
    if not any(name in given for name in _PLACES):
        chosen["ephemeral"] = True
    if is_secure(given):
        chosen["https_port"] = 0
    return [f"--{name.replace('_', '-')}={_text(value)}" for name, value in (chosen | given).items()]


def is_secure(settings: Mapping[str, Value]) -> bool:
    """Whether the server listens for https too, and so prints a second URL."""
    https = settings.get("https")
    return settings.get("certificate") is not None or (https is not None and str(https).lower() not in _FALSE)


def as_settings(words: str) -> str:
    """What the command says about its flags, with the names that settings have in Python: `password_cost`."""
    return _FLAG.sub(lambda flag: flag[1].replace("-", "_"), words)


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return ",".join(f"{name}={target}" for name, target in value.items())
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    return ",".join(os.fspath(each) for each in value or ())
