"""scripts/soak in a short form: sixteen callers do not make the server grow; and that growth would be seen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench import soak
from bench.soak import BOUNDS, INTERVALS, Sample

STEADY = [Sample(60.0, 80.0, 30.0, 8.0, 4.0, 10.0, 50.0, 200.0)] * INTERVALS


@pytest.mark.slow
def test_sixteen_callers_make_memory_descriptors_and_the_log_grow_no_further(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["soak", "--minutes", "0.33", "--any-latency"])
    status = soak.main()
    output, errors = capsys.readouterr()
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


def test_a_server_that_refuses_a_call_ends_the_soak_with_words(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soak, "CODE", "654321")
    monkeypatch.setattr("sys.argv", ["soak", "--minutes", "0.1", "--code", "123456"])
    assert soak.main() == 1
    assert "the server refused a call: Refused: 400" in capsys.readouterr().err
