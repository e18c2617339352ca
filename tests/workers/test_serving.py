"""Several workers serve one port as one server: from the line that tells its URL to the signal that stops it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.builders import PASSWORD
from tests.python_functions.processes import children, lives, until
from tests.sdk.conftest import START, Server, Start
from tests.workers.callers import Callers, workers

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot fork")
COMMAND = [sys.executable, "-m", "cognito_emulator", "--workers", "2"]
FUNCTION = """
import os
import boto3

def confirm(event, context):
    idp = boto3.client("cognito-idp", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    idp.describe_user_pool(UserPoolId=event["userPoolId"])
    event["response"]["autoConfirmUser"] = True
    return event
"""


def test_every_worker_serves_and_sees_what_another_stored(callers: Callers, start: Start) -> None:
    server = start("--ephemeral", "--workers", "3")
    first, *others = callers.of_each_worker(server, 3)
    pool = first.call("CreateUserPool", PoolName="shared")[1]["UserPool"]["Id"]
    for caller in (first, *others):
        status, answer = caller.call("DescribeUserPool", UserPoolId=pool)
        assert (status, answer["UserPool"]["Name"]) == (200, "shared")


def status(process: int) -> str:
    """What Linux tells of a process, nothing if it has ended."""
    try:
        return Path(f"/proc/{process}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def threads(process: int) -> int:
    listed = subprocess.run(["ps", "-o", "nlwp=", "-p", str(process)], capture_output=True, text=True, check=True)
    return int(listed.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="asks ps as Linux has it")
def test_the_first_process_has_no_threads_that_a_fork_could_break(start: Start) -> None:
    assert threads(start("--ephemeral", "--workers", "2").process.pid) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="asks ps as Linux has it")
def test_each_worker_hashes_passwords_after_the_first_process_has_hashed_those_of_a_seed(
    callers: Callers, start: Start, tmp_path: Path
) -> None:
    pool = {"Id": "us-east-1_Seeded123", "PoolName": "seeded", "users": [{"Username": "ada", "Password": PASSWORD}]}
    seed = tmp_path / "seed.json"
    seed.write_text(json.dumps({"user_pools": [pool]}))
    server = start("--ephemeral", "--workers", "2", "--seed", str(seed))
    assert threads(server.process.pid) == 1
    for number, caller in enumerate(callers.of_each_worker(server, 2)):
        named = {"UserPoolId": pool["Id"], "Username": f"user{number}"}
        assert caller.call("AdminCreateUser", **named, TemporaryPassword=PASSWORD)[0] == 200


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_the_first_process_imports_flask_so_that_all_workers_share_its_memory(start: Start) -> None:
    server = start("--ephemeral", "--workers", "2")
    assert (
        "markupsafe/_speedups" in Path(f"/proc/{server.process.pid}/maps").read_text()
    )  # no other part of Flask shows


@pytest.mark.skipif(sys.platform != "linux", reason="stops processes")
def test_a_worker_that_hangs_keeps_no_connection_waiting(callers: Callers, start: Start) -> None:
    server = start("--ephemeral", "--workers", "2")
    callers.of_each_worker(server, 2)
    hung = workers(server, 2)[0]
    os.kill(hung, signal.SIGSTOP)
    assert len({callers.one(server).worker() for _ in range(8)}) == 1
    os.kill(hung, signal.SIGKILL)


def test_a_signal_ends_all_of_it_and_leaves_nothing_behind(start: Start, tmp_path: Path) -> None:
    os.environ["TMPDIR"] = str(tmp_path)
    try:
        server = start("--ephemeral", "--workers", "2", "--url-file", str(tmp_path / "url"))
    finally:
        del os.environ["TMPDIR"]
    assert (tmp_path / "url").read_text() == f"{server.url}\n"
    assert len(list(tmp_path.glob("cognito-emulator-*"))) == 1
    both = workers(server, 2)
    assert server.stop() == 0
    assert not any(map(lives, both))
    assert [path.name for path in tmp_path.iterdir()] == ["server.log"]
    assert "Traceback" not in server.log.read_text()


def test_a_signal_to_every_process_ends_the_server_as_one_does(start: Start) -> None:
    """As a service manager sends it, or a terminal."""
    server = start("--ephemeral", "--workers", "2")
    both = workers(server, 2)
    for process in (*both, server.process.pid):
        os.kill(process, signal.SIGINT)
    assert server.process.wait(START) == 0
    assert not any(map(lives, both))


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_a_second_signal_kills_workers_that_do_not_end(start: Start) -> None:
    server = start("--ephemeral", "--workers", "2")
    both = workers(server, 2)
    for process in both:
        os.kill(process, signal.SIGSTOP)
    assert until(lambda: all("State:\tT" in status(process) for process in both))  # else SIGTERM may come first
    server.process.send_signal(signal.SIGTERM)
    pending = f"ShdPnd:\t{1 << (signal.SIGTERM - 1):016x}"
    assert until(lambda: all(pending in status(process) for process in both))
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(START) == -signal.SIGTERM
    assert until(lambda: not any(map(lives, both)))


def test_lines_of_the_log_tell_the_worker(start: Start) -> None:
    server = start("--ephemeral", "--workers", "2", "--log-format", "json")
    with urlopen(f"{server.url}/health") as answer:
        assert json.load(answer)["status"] == "ok"
    server.client("cognito-idp").list_user_pools(MaxResults=1)
    assert server.stop() == 0
    lines = [json.loads(line) for line in server.log.read_text().splitlines()]
    assert [line["worker"] in (1, 2) for line in lines if line["message"] == "ListUserPools ok"] == [True]
    assert "worker" not in lines[-1]


def test_functions_in_python_run_for_every_worker(
    callers: Callers, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shop.py").write_text(FUNCTION)
    monkeypatch.chdir(tmp_path)
    server = start("--ephemeral", "--workers", "2", "--lambda-functions", "confirm=python:shop:confirm")
    both = callers.of_each_worker(server, 2)
    function = "arn:aws:lambda:us-east-1:000000000000:function:confirm"
    pool = both[0].call("CreateUserPool", PoolName="shop", LambdaConfig={"PreSignUp": function})[1]["UserPool"]["Id"]
    client = both[0].call("CreateUserPoolClient", UserPoolId=pool, ClientName="web")[1]["UserPoolClient"]["ClientId"]
    for number, caller in enumerate(both):
        status, answer = caller.call("SignUp", ClientId=client, Username=f"user-{number}", Password=PASSWORD)
        assert (status, answer.get("UserConfirmed")) == (200, True)


def refusal(*arguments: str) -> str:
    """What a server says that cannot start."""
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    return done.stderr.splitlines()[-1].removeprefix("cognito-emulator: ")


def test_a_port_that_is_in_use_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        told = refusal("--ephemeral", "--port", str(port))
    assert told == f"port {port} is in use (another cognito-emulator?); choose another with --port"


def test_data_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    told = refusal("--port", "0", "--data", str(tmp_path / "data"))
    assert told.endswith(f"{tmp_path / 'data'} is a file, not a directory")


def test_a_second_server_on_the_same_data_is_refused(start: Start, tmp_path: Path) -> None:
    server = start("--workers", "2", "--data", str(tmp_path / "data"))
    told = refusal("--port", "0", "--data", str(tmp_path / "data"))
    assert "another cognito-emulator uses it (process " in told
    assert told.endswith(f"at {server.url})")


def test_a_worker_that_dies_at_the_start_ends_the_server_with_words() -> None:
    command = [*COMMAND[:-1], "8", "--ephemeral", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert until(lambda: bool(children(process.pid)))
        all_of_them = children(process.pid)
        os.kill(all_of_them[0], signal.SIGKILL)
        output, errors = process.communicate(timeout=60)
    assert (process.returncode, output) == (1, "")
    assert errors.splitlines()[-1] == "cognito-emulator: worker 1 could not start: it was killed by SIGKILL"
    assert not any(map(lives, all_of_them))


def test_workers_share_a_database_on_postgresql(
    callers: Callers, empty_postgresql: str, start: Start, tmp_path: Path
) -> None:
    server: Server = start("--workers", "2", "--database", empty_postgresql, "--key", str(tmp_path / "key"))
    one, other = callers.of_each_worker(server, 2)
    pool = one.call("CreateUserPool", PoolName="shared")[1]["UserPool"]["Id"]
    assert other.call("DescribeUserPool", UserPoolId=pool)[0] == 200
    assert threads(server.process.pid) == 1
    assert server.stop() == 0
