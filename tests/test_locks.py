"""A lock file that one process holds, and that is free once the process has ended."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from emulator import locks

HOLD = """
import subprocess, sys
from pathlib import Path
from emulator import locks
with locks.held(Path(sys.argv[1])) as lock:
    lock.describe("the other process")
    subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], close_fds=False)
    print("held", flush=True)  # the child ends once the test closes the pipe
    sys.stdin.read()
"""


def test_a_held_lock_is_refused_with_the_words_of_its_holder(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with locks.held(path) as lock:
        with pytest.raises(locks.Held) as refused, locks.held(path):
            pass
        assert refused.value.holder == ""
        lock.describe("a long text that a shorter one replaces")
        lock.describe("process 1")
        with pytest.raises(locks.Held) as refused, locks.held(path):
            pass
        assert refused.value.holder == "process 1"
    with locks.held(path):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
def test_a_lock_file_is_its_owners_alone(tmp_path: Path) -> None:
    with locks.held(tmp_path / "lock"):
        assert stat.S_IMODE((tmp_path / "lock").stat().st_mode) == 0o600


def test_a_lock_ends_with_its_process_though_the_process_has_children(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(locks.Held, match="the other process"), locks.held(path):
            pass
        holder.kill()
        holder.wait()
        with locks.held(path):
            pass
