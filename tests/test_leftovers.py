"""Ephemeral directories of servers that were killed, beside those of servers that live."""

from __future__ import annotations

import signal
import sys
import tempfile
from pathlib import Path

import pytest

from emulator import leftovers, locks
from tests.sdk.conftest import Server


def directory(parent: Path, name: str, *files: str) -> Path:
    made = parent / f"{leftovers.PREFIX}{name}"
    made.mkdir()
    for file in files:
        (made / file).write_text("")
    return made


def test_what_a_killed_server_left_goes_and_what_may_be_in_use_stays(tmp_path: Path) -> None:
    mine = directory(tmp_path, "mine", leftovers.LOCK, "ephemeral")
    gone = directory(tmp_path, "gone", leftovers.LOCK, leftovers.DATABASE, "ephemeral", "cognito.sqlite3.key")
    lives = directory(tmp_path, "lives", leftovers.LOCK, leftovers.DATABASE, "ephemeral")
    begins = directory(tmp_path, "begins", leftovers.LOCK, "ephemeral")
    unlocked = directory(tmp_path, "unlocked", leftovers.DATABASE, "ephemeral")
    data = directory(tmp_path, "data", leftovers.LOCK, leftovers.DATABASE)  # of somebody's --data
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for name in (leftovers.LOCK, leftovers.DATABASE, "ephemeral"):
        (elsewhere / name).write_text("")
    linked = tmp_path / f"{leftovers.PREFIX}linked"
    linked.symlink_to(elsewhere)
    with locks.held(mine / leftovers.LOCK), locks.held(lives / leftovers.LOCK):
        leftovers.sweep(mine)
    assert not gone.exists()
    assert all(path.exists() for path in (mine, lives, begins, unlocked, data, linked, elsewhere / leftovers.DATABASE))


def test_nothing_goes_where_no_lock_of_its_own_can_be_seen_or_data_is_to_stay(tmp_path: Path) -> None:
    mine = directory(tmp_path, "mine", leftovers.LOCK, "ephemeral")
    data = directory(tmp_path, "data", leftovers.LOCK)
    other = directory(tmp_path, "other", leftovers.LOCK, leftovers.DATABASE, "ephemeral")
    leftovers.sweep(mine)
    with locks.held(data / leftovers.LOCK):
        leftovers.sweep(data)
    assert other.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")
def test_a_server_removes_what_another_that_was_killed_left_and_not_a_live_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    lives, killed = (Server("--ephemeral", log=tmp_path / "log") for _ in range(2))
    try:
        before = set(tmp_path.glob(f"{leftovers.PREFIX}*"))
        killed.stop(signal.SIGKILL)
        third = Server("--ephemeral", log=tmp_path / "log")
        left = set(tmp_path.glob(f"{leftovers.PREFIX}*"))
        assert len(before) == len(left) == 2
        assert len(before & left) == 1
        assert lives.client("cognito-idp").list_user_pools(MaxResults=1)["UserPools"] == []
        assert third.stop() == 0
    finally:
        lives.stop(signal.SIGKILL)
