"""The back-off of AWS: the fifth failure locks for a second, each further one for twice as long."""

from __future__ import annotations

import pytest

from emulator.domain.credentials import lockout


@pytest.mark.parametrize(
    ("failures", "seconds"), [(1, 0), (4, 0), (5, 1), (6, 2), (7, 4), (10, 32), (14, 512), (15, 900), (1000, 900)]
)
def test_a_lock_doubles_with_each_failure(failures: int, seconds: int) -> None:
    count, locked_until = lockout.after_failure(failures - 1, last=100.0, now=100.0)
    assert count == failures
    assert locked_until == (100.0 + seconds if seconds else 0.0)


def test_fifteen_quiet_minutes_forgive_all() -> None:
    assert lockout.after_failure(4, last=100.0, now=999.9) == (5, 1000.9)
    assert lockout.after_failure(4, last=100.0, now=1000.0) == (1, 0.0)


def test_the_quiet_begins_when_the_lock_ends() -> None:
    assert lockout.after_failure(10, last=100.0, now=100.0 + 900 + 31)[0] == 11
    assert lockout.after_failure(10, last=100.0, now=100.0 + 900 + 32)[0] == 1
