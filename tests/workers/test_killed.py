"""kill -9 of a worker, and of the first process, while callers write."""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path

import pytest

from tests.builders import PASSWORD
from tests.python_functions.processes import children, lives, until
from tests.sdk.conftest import Start
from tests.workers.callers import Callers, Writers, workers

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot fork"),
]
KILLS = int(os.environ.get("KILLS", "2"))
"""How many workers are killed, one after the other."""
FUNCTION = """
import os, pathlib, time

def sleep(event, context):
    pathlib.Path("asleep").touch()
    time.sleep(120)
"""


def test_a_worker_that_is_killed_is_replaced_and_nothing_acknowledged_is_lost(
    callers: Callers, start: Start, tmp_path: Path
) -> None:
    server = start("--workers", "2", "--data", str(tmp_path / "data"), "--password-cost", "4")
    pool = callers.one(server).call("CreateUserPool", PoolName="kill")[1]["UserPool"]["Id"]
    writers = Writers(server, pool, 16)
    writers.wait_for(40)
    for turn in range(KILLS):
        both = workers(server, 2)
        killed, other = both[turn % 2], both[1 - turn % 2]
        os.kill(killed, signal.SIGKILL)
        writers.wait_for(40)
        assert lives(other)
        assert until(lambda: killed not in workers(server, 2))  # noqa: B023 - called now
    writers.stop()
    callers.of_each_worker(server, 2)
    assert writers.refused == []

    idp = server.client("cognito-idp")
    pages = idp.get_paginator("list_users").paginate(UserPoolId=pool)
    kept = {user["Username"] for page in pages for user in page["Users"]}
    assert set(writers.acknowledged) <= kept
    assert idp.describe_user_pool(UserPoolId=pool)["UserPool"]["EstimatedNumberOfUsers"] == len(kept)
    assert "Traceback" not in server.log.read_text()


def test_all_workers_end_when_the_first_process_is_killed_also_busy_ones(
    callers: Callers, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shop.py").write_text(FUNCTION)
    monkeypatch.chdir(tmp_path)
    data = ("--data", str(tmp_path / "data"))
    server = start("--workers", "2", *data, "--lambda-functions", "sleep=python:shop:sleep")
    caller = callers.one(server)
    function = "arn:aws:lambda:us-east-1:000000000000:function:sleep"
    pool = caller.call("CreateUserPool", PoolName="shop", LambdaConfig={"PreSignUp": function})[1]["UserPool"]["Id"]
    client = caller.call("CreateUserPoolClient", UserPoolId=pool, ClientName="web")[1]["UserPoolClient"]["ClientId"]

    def sign_up() -> None:
        with suppress(OSError, ValueError, HTTPException):  # the connection breaks, or the server says that it stops
            caller.call("SignUp", ClientId=client, Username="ana", Password=PASSWORD)

    thread = threading.Thread(target=sign_up)
    thread.start()
    assert until((tmp_path / "asleep").exists)
    both = workers(server, 2)
    functions = [child for worker in both for child in children(worker)]
    assert functions
    server.process.kill()
    assert until(lambda: not any(map(lives, [*both, *functions])))
    assert server.process.wait() == -signal.SIGKILL
    thread.join()
    again = start("--workers", "2", *data)
    assert callers.one(again).call("DescribeUserPool", UserPoolId=pool)[0] == 200


def test_a_worker_is_not_replaced_by_one_with_empty_data(callers: Callers, start: Start, tmp_path: Path) -> None:
    data = tmp_path / "data"
    server = start("--workers", "2", "--data", str(data))
    pool = callers.one(server).call("CreateUserPool", PoolName="kept")[1]["UserPool"]["Id"]
    killed = workers(server, 2)[0]
    moved = data.rename(tmp_path / "moved")
    data.mkdir()
    os.kill(killed, signal.SIGKILL)
    assert until(lambda: "its file was removed or replaced while the server runs" in server.log.read_text())
    data.rmdir()
    moved.rename(data)
    for caller in callers.of_each_worker(server, 2):
        assert caller.call("DescribeUserPool", UserPoolId=pool)[0] == 200
