"""kill -9 during writes: all committed transactions are there afterwards, complete."""

from __future__ import annotations

import itertools
from pathlib import Path

from sqlalchemy import text

from storage.store import Store
from tests.storage.processes import hear, tell, waiting
from tests.storage.rows import VAULT, a_pool, census

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


def check(path: Path, pool_id: str, committed: list[int]) -> None:
    """Every committed user exists, with alias, and is counted; the file is not damaged."""
    store = Store(path, VAULT)
    with store.unit(writes=False) as unit:
        assert unit.read(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
        assert unit.read(text("PRAGMA foreign_key_check")).all() == []
        users, pool = unit.users.page(pool_id, 100_000, None).items, unit.pools.get(pool_id)
        assert set(committed) <= {user.id for user in users}
        assert census(unit) == {"user_pools": 1, "users": len(users), "user_aliases": len(users)}
        assert pool is not None
        assert pool.user_count == len(users)
    store.close()
