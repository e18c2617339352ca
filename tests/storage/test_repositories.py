"""The table of repositories, whose modules are imported when they are first asked for."""

from __future__ import annotations

import subprocess
import sys

from storage.repositories.repositories import Repositories
from storage.unit import Unit

PROBE = """
import sys
import storage.store
from storage.repositories import repositories
before = {name for name in sys.modules if name.startswith("storage.repositories.")}
repositories.load()
print(*sorted(name.rpartition(".")[2] for name in before))
print(len({name for name in sys.modules if name.startswith("storage.repositories.")} - before) > 30)
"""


def test_each_is_of_the_class_that_is_annotated(unit: Unit) -> None:
    annotated = {name: text for name, text in Repositories.__annotations__.items() if not name.startswith("_")}
    assert len(annotated) > 40
    assert {name: f"_Made[{type(getattr(unit, name)).__name__}]" for name in annotated} == annotated


def test_each_is_made_once_for_a_unit(unit: Unit) -> None:
    assert unit.users is unit.users


def test_none_is_imported_before_it_is_asked_for() -> None:
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["repositories", "True"]
