"""The settings of a managed login style: their defaults and their schema (AWS: "Branding editor").

The document of defaults, managed_login.json, is the schema too: a setting has the path and the type of its default.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from emulator.faults import InvalidParameterException

_COLOR = re.compile(r"[0-9a-fA-F]{8}")
_FREE = "custom"
"""The object whose members may have any name: buttons of identity providers, by the provider's name."""
# AWS unknown: the allowed values of other enumerations in the Settings of CreateManagedLoginBranding and
# UpdateManagedLoginBranding. Here any text is accepted for them.
_ENUMS = {
    "colorSchemeMode": ("LIGHT", "DARK", "DYNAMIC"),
    "spacingDensity": ("REGULAR", "COMPACT"),
    "horizontal": ("START", "CENTER", "END"),
    "vertical": ("START", "CENTER", "END"),
    "location": ("START", "CENTER", "END"),
    "formInclusion": ("IN", "OUT"),
    "position": ("TOP", "BOTTOM"),
    "enabledTypes": ("ICO", "SVG"),
    "enforcement": ("NONE",),
}
"""The allowed values of settings that are enumerations, by the setting's name."""


@cache
def defaults() -> dict[str, Any]:
    """The default settings. Callers must not change the returned dict."""
    read: dict[str, Any] = json.loads((Path(__file__).parent / "managed_login.json").read_text(encoding="utf-8"))
    return read


def check(settings: Any) -> None:
    """Raise InvalidParameterException if settings do not fit the schema."""
    # AWS unknown: the messages of CreateManagedLoginBranding and UpdateManagedLoginBranding for invalid Settings. Here
    # they are formed after those of JSON Schema validators.
    _check(settings, defaults(), "$")


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of `below`, overridden by those of `above` at each path. Lists are replaced as a whole."""
    return {**below} | {
        name: merged(below[name], value) if isinstance(value, dict) and isinstance(below.get(name), dict) else value
        for name, value in above.items()
    }


def _check(given: Any, default: Any, at: str) -> None:
    if isinstance(default, dict):
        _check_members(given, default, at)
    elif isinstance(default, list):
        _check_list(given, default, at)
    elif isinstance(default, bool):
        _require(isinstance(given, bool), at, "boolean expected")
    elif isinstance(default, float):
        _require(isinstance(given, int | float) and not isinstance(given, bool) and given >= 0, at, "number expected")
    else:
        _check_text(given, default, at)


def _check_members(given: Any, default: Mapping[str, Any], at: str) -> None:
    _require(isinstance(given, dict), at, "object expected")
    if at.endswith(f".{_FREE}"):
        return
    for name, value in given.items():
        known = "is not defined in the schema and the schema does not allow additional properties"
        _require(name in default, f"{at}.{name}"[:200], known)
        _check(value, default[name], f"{at}.{name}")


def _check_list(given: Any, default: list[Any], at: str) -> None:
    _require(isinstance(given, list), at, "array expected")
    for number, value in enumerate(given):
        _check(value, default[0] if default else "", f"{at}[{number}]")


def _check_text(given: Any, default: str, at: str) -> None:
    _require(isinstance(given, str), at, "string expected")
    if _COLOR.fullmatch(default):
        _require(bool(_COLOR.fullmatch(given)), at, "does not match the regex pattern ^[0-9a-fA-F]{8}$")
    words = _ENUMS.get(re.sub(r"\[\d+\]$", "", at).rpartition(".")[2])
    if words:
        _require(given in words, at, f"does not have a value in the enumeration [{', '.join(words)}]")


def _require(fits: bool, at: str, words: str) -> None:
    if not fits:
        raise InvalidParameterException(f"{at}: {words}")
