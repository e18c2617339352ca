"""kill -9 during writes: all committed transactions are there afterwards, complete."""

from __future__ import annotations

import itertools
import shutil
import signal
from pathlib import Path

from sqlalchemy import event, text

from storage.store import Store
from tests.storage.lives import Life, Seen, seen
from tests.storage.processes import hear, tell, waiting
from tests.storage.rows import NOON, VAULT, a_pool, census, fill

KILLS = 10


def test_what_was_committed_survives_ten_kills(tmp_path: Path) -> None:
    path = tmp_path / "kill.sqlite3"
    store = Store(path, VAULT)
    with store.unit(writes=True) as unit:
        pool = a_pool(unit)
    store.close()
    committed: list[int] = []
    with waiting("write", KILLS) as processes:
        for turn, process in enumerate(processes):
            tell(process, path)
            committed += [int(hear(process)) for _ in range(25 + 7 * turn)]
            process.kill()
            committed += [int(said) for said in itertools.takewhile(bool, iter(lambda: hear(process), None))]  # noqa: B023
            assert process.wait() != 0
            check(path, pool.id, committed)
    assert len(committed) >= KILLS * 25


def test_a_restore_that_is_killed_has_happened_whole_or_not_at_all(tmp_path: Path) -> None:
    original = tmp_path / "original.sqlite3"
    then, now, statements = changed(original)
    deaths = [0, 1, *range(4, statements, 4), statements]
    with waiting("restore", len(deaths)) as processes:
        for process, death in zip(processes, deaths, strict=True):
            path = tmp_path / f"{death}.sqlite3"
            shutil.copy(original, path)
            tell(process, path, death)
            assert hear(process) == ("" if death else "committed")
            assert process.wait() == -signal.SIGKILL
            assert sight(path) == (now if death else then)


def changed(path: Path) -> tuple[Seen, Seen, int]:
    """A pool that has changed since noon: as it was then, as it is now, and how many statements its restore has."""
    store, statements = Store(path, VAULT), 0
    with store.unit(writes=True) as unit:
        unit.now = NOON
        pool = unit.history.begin(fill(unit).pool)
    with store.unit(writes=False) as unit:
        then = seen(unit, pool.id)
    life = Life(store, pool, 5)
    for turn in range(200):
        life.live(NOON + 1 + turn / 10)
    with store.unit(writes=False) as unit:
        now = seen(unit, pool.id)

    def count(*_: object) -> None:
        nonlocal statements
        statements += 1

    with store.unit(writes=True) as unit:
        unit.now = NOON + 120
        unit.history.newest()
        event.listen(store.engine, "before_cursor_execute", count)
        unit.history.restore(pool.id, NOON)
        unit.close()
    store.close()
    assert then != now
    return then, now, statements


def sight(path: Path) -> Seen:
    store = Store(path, VAULT)
    with store.unit(writes=False) as unit:
        assert unit.read(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
        assert unit.read(text("PRAGMA foreign_key_check")).all() == []
        found = seen(unit, "us-east-1_a")
    store.close()
    return found


def check(path: Path, pool_id: str, committed: list[int]) -> None:
    """Every committed user exists, with alias, and is counted; the file is not damaged."""
    store = Store(path, VAULT)
    with store.unit(writes=False) as unit:
        assert unit.read(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
        assert unit.read(text("PRAGMA foreign_key_check")).all() == []
        users = unit.users.page(pool_id, 100_000, None).items
        assert set(committed) <= {user.id for user in users}
        counts = {"user_counts": 1} if users else {}
        assert census(unit) == {"user_pools": 1, "users": len(users), "user_aliases": len(users)} | counts
        assert unit.users.count(pool_id) == len(users)
    store.close()
