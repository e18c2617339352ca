"""What the processes of a server take: memory, descriptors, threads, processor time. By Linux's /proc."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_MB = 1024


@dataclass(frozen=True)
class Usage:
    """The sums over all processes. PSS counts a page that processes share once; memory is in megabytes."""

    processes: int
    rss: float
    pss: float
    descriptors: int
    threads: int


def usage(pid: int) -> Usage:
    """What a process and its descendants take now."""
    rss = pss = descriptors = threads = processes = 0
    for each in family(pid):
        with suppress(OSError):  # a process that has just ended
            memory = _fields(_PROC / str(each) / "smaps_rollup")
            status = _fields(_PROC / str(each) / "status")
            descriptors += len(list((_PROC / str(each) / "fd").iterdir()))
            rss += int(memory["Rss"].split()[0])
            pss += int(memory["Pss"].split()[0])
            threads += int(status["Threads"])
            processes += 1
    return Usage(processes, rss / _MB, pss / _MB, descriptors, threads)


def processor(pid: int) -> float:
    """The seconds of processor time that a process and its descendants have taken so far."""
    taken = 0
    for each in family(pid):
        with suppress(OSError):
            fields = _stat(each)
            taken += sum(map(int, fields[11:13]))
            if each == pid:
                taken += sum(map(int, fields[13:15]))  # of children that have ended
    return taken / _TICKS


def family(pid: int) -> list[int]:
    """A process and its descendants."""
    parents = dict(_parents())
    found = [pid]
    for each in found:
        found += [child for child, parent in parents.items() if parent == each]
    return found


def _parents() -> Iterator[tuple[int, int]]:
    for path in _PROC.iterdir():
        if path.name.isdecimal():
            with suppress(OSError):
                yield int(path.name), int(_stat(int(path.name))[1])


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name of the program: state, parent, …"""
    return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()


def _fields(path: Path) -> dict[str, str]:
    lines = (line.partition(":") for line in path.read_text().splitlines())
    return {name.strip(): value.strip() for name, _, value in lines}
