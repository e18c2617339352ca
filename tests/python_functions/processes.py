"""What is to be seen of processes, and of what functions fail with."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from time import monotonic, sleep
from typing import Any

import pytest

from emulator.outside.lambdas import FunctionFailed
from emulator.outside.python_functions import PythonFunction

ARN = "arn:aws:lambda:eu-west-1:000000000000:function:trigger"
EVENT: dict[str, Any] = {"version": "1", "userName": "Zoë 👩‍🚀\n", "response": {}}
UUID = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"
PATIENCE = 20.0
"""Seconds for what is not about time, on a machine that is busy."""

Running = Callable[..., PythonFunction]


def until(happened: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Whether something happens in time."""
    end = monotonic() + seconds
    while not happened() and monotonic() < end:
        sleep(0.02)
    return happened()


def lives(pid: int) -> bool:
    """Whether a process is there, and no zombie."""
    listed = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(listed.stdout.strip()) and not listed.stdout.startswith("Z")


def failure(function: PythonFunction) -> tuple[str, str]:
    """The type and message of what a function fails with."""
    with pytest.raises(FunctionFailed) as failed:
        function.invoke(ARN, EVENT)
    return failed.value.kind, str(failed.value)


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(line) for line in listed.stdout.split()]
