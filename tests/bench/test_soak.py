"""scripts/soak in a short form: sixteen callers do not make the server grow; and that growth would be seen."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bench import soak
from bench.soak import BOUNDS, INTERVALS, Sample

ROOT = Path(__file__).parents[2]
STEADY = [Sample(60.0, 80.0, 30.0, 8.0, 4.0, 10.0, 50.0, 200.0)] * INTERVALS


def ended(*arguments: str) -> tuple[int, str, str]:
    """Run the script to its end: status, output and errors."""
    command = [sys.executable, "-m", "bench.soak", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.slow
def test_sixteen_callers_make_memory_descriptors_and_the_log_grow_no_further() -> None:
    status, output, errors = ended("--minutes", "0.33", "--any-latency")
    assert (status, errors) == (0, ""), output
    assert output.count("\n") == 1 + INTERVALS + 3
    assert "p99" not in output.splitlines()[-1]


@pytest.mark.parametrize(("name", "more"), [("memory", 12.0), ("descriptors", 17.0), ("log", 17.0), ("p99", 31.0)])
def test_growth_beyond_its_bound_is_told(name: str, more: float) -> None:
    before = getattr(STEADY[0], name)
    assert soak.grown(STEADY, list(BOUNDS)) == []
    late = [replace(each, **{name: before + more}) for each in STEADY[-4:]]
    assert soak.grown([*STEADY[:-4], *late], list(BOUNDS)) == [soak.SHOWN[name]]
    early = [replace(each, **{name: before + more}) for each in STEADY[:4]]
    assert soak.grown([*early, *STEADY[4:]], list(BOUNDS)) == []


def test_a_server_that_refuses_a_call_ends_the_soak_with_words() -> None:
    status, _, errors = ended("--minutes", "0.33", "--code", "654321")
    assert status == 1
    assert errors.startswith("the server refused a call: Refused: 400 ")
    assert "CodeMismatchException" in errors
