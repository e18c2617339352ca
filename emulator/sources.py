"""The sources of settings: flags and environment variables, and which of them takes precedence."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

Texts: TypeAlias = dict[str, tuple[str, str]]
"""The flag or variable that sets a setting, and its text, by the name of the setting."""
TRUE = frozenset({"1", "true", "yes", "on"})
PLACES = ("data", "database", "key")
"""The settings that say where data is kept. They contradict `ephemeral`."""
_PREFIX = "COGNITO_EMULATOR_"
_OF_KUBERNETES = re.compile(r"COGNITO_EMULATOR_(SERVICE_(HOST|PORT(_\w+)?)|PORT_\d+_(TCP|UDP)(_\w+)?)")
"""Variables that Kubernetes sets for a service called cognito-emulator, as is COGNITO_EMULATOR_PORT=tcp://…"""
_ALIKE = 0.7


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return f"{_PREFIX}{name.replace('-', '_').upper()}"


def texts(names: Sequence[str], flags: Mapping[str, str], environment: Mapping[str, str]) -> tuple[Texts, list[str]]:
    """The text of each setting that is set, and a warning for each variable that is not used.

    Flags take precedence over variables, also where `ephemeral` contradicts a place for data. Of two contradicting
    variables, EPHEMERAL takes precedence, since an image or a profile may set a place for every server. Two
    contradicting flags are both returned; `settings.read` refuses them.
    """
    found = {name: (f"--{name}", flags[name]) for name in names if name in flags}
    variables = _ours(environment)
    for name in names:
        if name not in found and variables.get(variable(name)):
            found[name] = (variable(name), variables[variable(name)])
    known = [variable(name) for name in names]
    unknown = sorted(variables.keys() - set(known))
    warnings = [f"{name}: there is no such setting{suggestion(name, known, _PREFIX)}" for name in unknown]
    return found, warnings + _drop_contradicted(found, flags)


def suggestion(name: str, known: Collection[str], prefix: str) -> str:
    """`; did you mean …?` with the known name that is most similar without its prefix, "" if none is similar."""
    import difflib

    close = difflib.get_close_matches(
        name.removeprefix(prefix), [each.removeprefix(prefix) for each in known], 1, _ALIKE
    )
    return f"; did you mean {prefix}{close[0]}?" if close else ""


def _drop_contradicted(found: Texts, flags: Mapping[str, str]) -> list[str]:
    warnings = []
    for name in PLACES:
        if name not in found or found.get("ephemeral", ("", ""))[1].lower() not in TRUE:
            continue
        loser, winner = ("ephemeral", name) if name in flags else (name, "ephemeral")
        if loser not in flags:
            warnings.append(f"{found[loser][0]} is not used, because of {found[winner][0]}")
            del found[loser]
    return warnings


def _ours(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables with our prefix, without those that Kubernetes sets for a service."""
    return {
        name: text
        for name, text in environment.items()
        if name.startswith(_PREFIX)
        and not _OF_KUBERNETES.fullmatch(name)
        and not (name == "COGNITO_EMULATOR_PORT" and text.startswith(("tcp://", "udp://")))
    }
