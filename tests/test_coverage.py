"""Where operations are answered, as scripts/operations says it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from emulator import coverage, registry

ROOT = Path(__file__).resolve().parents[1]


def test_an_operation_is_where_it_is_said_to_be() -> None:
    [place] = coverage.places("AdminDeleteUser")
    path, line, told = place.split(":", 2)
    assert (ROOT / path).read_text().splitlines()[int(line) - 1].startswith('@operation("AdminDeleteUser"')
    assert told == " cognito-idp AdminDeleteUser: whole"


def test_a_part_of_a_name_finds_every_operation_with_it() -> None:
    assert len(coverage.places("initiateauth")) == 1
    assert len(coverage.places("ListUsers")) == 1
    assert len(coverage.places("AdminInitiate")) == 1
    assert len(coverage.places("Terms")) == 6


def test_what_is_missing_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    registry.load()
    monkeypatch.delitem(registry.OPERATIONS, ("sts", "AssumeRoot"))
    assert coverage.places("AssumeRoot") == ["sts AssumeRoot: missing"]


def test_a_module_answers_only_what_the_table_of_its_package_has_for_it() -> None:
    registry.load()
    for name, told in (("GetUser", "twice"), ("Unknown", "no operation"), ("ListTerms", "MODULES does not say")):
        with pytest.raises(LookupError, match=told):
            registry.operation(name)(of_users)


_WHILE_IMPORTING = """
from emulator import registry

register, seen = registry.operation, []

def watching(*names, **how):
    def decorate(function):
        decorated = register(*names, **how)(function)
        seen.append(("cognito-idp", names[0]) in registry.OPERATIONS)
        return decorated
    return decorate

registry.operation = watching
print(registry.find("cognito-idp", "ListTerms").function.__name__, any(seen), len(seen), len(registry.OPERATIONS))
print(registry.find("cognito-idp", "Unknown"))
"""


_FAILING = """
from emulator import registry

register = registry.operation

def failing(*names, **how):
    if names == ("DeleteTerms",):
        raise MemoryError
    return register(*names, **how)

registry.operation = failing
try:
    registry.find("cognito-idp", "ListTerms")
except MemoryError:
    print("failed", len(registry.OPERATIONS))
registry.operation = register
print(registry.find("cognito-idp", "ListTerms").function.__name__, len(registry.OPERATIONS))
"""


def printed(script: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_an_import_that_failed_is_begun_anew_at_the_next_call() -> None:
    assert printed(_FAILING) == ["failed 0", "list_terms 6"]


_FAILING_WITHIN = """
from emulator import registry

register = registry.operation

def failing(*names, **how):
    if names == ("AssumeRoot",):
        raise MemoryError
    return register(*names, **how)

registry.operation = failing
try:
    registry.find("sts", "GetSessionToken")
except MemoryError:
    print("failed", len(registry.OPERATIONS))
registry.operation = register
for name in ("GetSessionToken", "AssumeRole"):
    print(registry.find("sts", name).function.__name__)
"""


def test_so_is_that_of_a_module_which_another_one_imports() -> None:
    assert printed(_FAILING_WITHIN) == ["failed 0", "get_session_token", "assume_role"]


def test_operations_are_called_once_their_module_is_complete_and_no_other_is_imported() -> None:
    """Two threads may call the first operations of a module at once."""
    assert printed(_WHILE_IMPORTING) == ["list_terms False 6 6", "None"]


def test_every_operation_of_the_three_models_has_a_row() -> None:
    rows = coverage.rows()
    assert len(rows) == 153 + 23 + 12
    assert {row["state"] for row in rows} <= {"whole", "partial"}


def of_users(_call: Any) -> None:
    raise NotImplementedError


of_users.__module__ = "emulator.userpools.users"
