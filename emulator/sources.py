"""Where the texts of settings come from: flags and environment variables, and which of them gives way."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

Texts: TypeAlias = dict[str, tuple[str, str]]
"""By the name of a setting: its flag or variable, and what that says."""
TRUE = frozenset({"1", "true", "yes", "on"})
PLACES = ("data", "database")
"""The settings that say where data is kept, which is nowhere when it is ephemeral."""
_PREFIX = "COGNITO_EMULATOR_"
_OF_KUBERNETES = re.compile(r"COGNITO_EMULATOR_(SERVICE_(HOST|PORT(_\w+)?)|PORT_\d+_(TCP|UDP)(_\w+)?)")
"""What Kubernetes tells every pod about a service called cognito-emulator; so is COGNITO_EMULATOR_PORT=tcp://…"""
_ALIKE = 0.7


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return f"{_PREFIX}{name.replace('-', '_').upper()}"


def texts(names: Sequence[str], flags: Mapping[str, str], environment: Mapping[str, str]) -> tuple[Texts, list[str]]:
    """What is said of each setting, and a warning for each variable that is not used.

    Flags win over variables. So they do between `ephemeral` and a place for data; of two variables, EPHEMERAL wins,
    since an image or a profile may name a place for every server. Two flags are both left, for others to refuse.
    """
    said = {name: (f"--{name}", flags[name]) for name in names if name in flags}
    spoken = _spoken(environment)
    for name in names:
        if name not in said and spoken.get(variable(name)):
            said[name] = (variable(name), spoken[variable(name)])
    known = [variable(name) for name in names]
    unknown = sorted(spoken.keys() - set(known))
    warnings = [f"{name}: there is no such setting{meant(name, known, _PREFIX)}" for name in unknown]
    return said, warnings + _give_way(said, flags)


def meant(name: str, known: Collection[str], prefix: str) -> str:
    """`; did you mean …?` where a name is much like a known one but for the prefix of all, else nothing."""
    close = difflib.get_close_matches(
        name.removeprefix(prefix), [each.removeprefix(prefix) for each in known], 1, _ALIKE
    )
    return f"; did you mean {prefix}{close[0]}?" if close else ""


def _give_way(said: Texts, flags: Mapping[str, str]) -> list[str]:
    warnings = []
    for name in PLACES:
        if name not in said or said.get("ephemeral", ("", ""))[1].lower() not in TRUE:
            continue
        loser, winner = ("ephemeral", name) if name in flags else (name, "ephemeral")
        if loser not in flags:
            warnings.append(f"{said[loser][0]} is not used, because of {said[winner][0]}")
            del said[loser]
    return warnings


def _spoken(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that somebody set for us: those that speak of a Kubernetes service are not."""
    return {
        name: text
        for name, text in environment.items()
        if name.startswith(_PREFIX)
        and not _OF_KUBERNETES.fullmatch(name)
        and not (name == "COGNITO_EMULATOR_PORT" and text.startswith(("tcp://", "udp://")))
    }
