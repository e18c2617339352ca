"""What one worker does, the others know at once: inbox, clock, events; also when one of them is killed."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.builders import PASSWORD
from tests.sdk.conftest import Start
from tests.workers.callers import Callers, workers

MAIL = [{"Name": "email", "Value": "ana@example.com"}]


def operations(events: dict[str, Any]) -> list[str]:
    return [event["operation"] for event in events["events"] if event["operation"] != "DescribeUserPool"]


def test_workers_have_one_inbox_one_clock_and_one_list_of_events(
    start: Start, callers: Callers, tmp_path: Path
) -> None:
    server = start("--data", str(tmp_path / "data"), "--workers", "2", "--password-cost", "4")
    here, there = callers.of_each_worker(server, 2)
    _, made = here.call("CreateUserPool", PoolName="pool", AutoVerifiedAttributes=["email"])
    pool = made["UserPool"]["Id"]
    client = there.call("CreateUserPoolClient", UserPoolId=pool, ClientName="c")[1]["UserPoolClient"]["ClientId"]
    sent = here.call("SignUp", ClientId=client, Username="ana", Password=PASSWORD, UserAttributes=MAIL)
    assert sent[0] == 200, sent
    [message] = there.control("GET", "messages?to=ana@example.com")["messages"]
    code = {"ClientId": client, "Username": "ana", "ConfirmationCode": message["code"]}
    assert here.control("POST", "clock", {"advance": "25h"})["offset_seconds"] == 90_000
    assert there.call("ConfirmSignUp", **code)[1]["__type"] == "ExpiredCodeException"
    there.control("POST", "clock", {"reset": True})
    assert here.call("ConfirmSignUp", **code) == (200, {})
    told = ["CreateUserPool", "CreateUserPoolClient", "SignUp", "ConfirmSignUp", "ConfirmSignUp"]
    for caller in (here, there):
        assert operations(caller.control("GET", "events")) == told
    everything = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir())
    assert message["code"].encode() not in everything + server.log.read_bytes()
    here.control("POST", "reset")
    assert there.control("GET", "messages") == {"messages": []}
    assert there.control("GET", "events") == {"events": []}
    assert server.stop() == 0
    assert "mistake" not in server.log.read_text()


@pytest.mark.parametrize("number", [0, 1])
def test_a_worker_that_was_killed_and_replaced_takes_part_again(start: Start, callers: Callers, number: int) -> None:
    server = start("--ephemeral", "--workers", "2")
    before = workers(server, 2)
    killed = callers.of_each_worker(server, 2)
    killed[1 - number].control("POST", "clock", {"advance": "1h"})
    os.kill(before[number], signal.SIGKILL)
    callers_now = callers.of_each_worker(server, 2)
    assert before[number] not in workers(server, 2)
    assert [caller.control("GET", "clock")["offset_seconds"] for caller in callers_now] == [3600, 3600]
    callers_now[number].call("CreateUserPool", PoolName="pool")
    assert operations(callers_now[1 - number].control("GET", "events"))[-1:] == ["CreateUserPool"]
    assert server.stop() == 0


def test_the_clock_begins_anew_with_the_server_and_the_inbox_does_not(
    start: Start, callers: Callers, tmp_path: Path
) -> None:
    chosen = ("--data", str(tmp_path / "data"), "--workers", "2", "--password-cost", "4")
    server = start(*chosen)
    caller = callers.one(server)
    pool = caller.call("CreateUserPool", PoolName="pool", AutoVerifiedAttributes=["email"])[1]["UserPool"]["Id"]
    client = caller.call("CreateUserPoolClient", UserPoolId=pool, ClientName="c")[1]["UserPoolClient"]["ClientId"]
    caller.call("SignUp", ClientId=client, Username="ana", Password=PASSWORD, UserAttributes=MAIL)
    caller.control("POST", "clock", {"advance": "1h"})
    before = caller.control("GET", "messages")
    assert server.stop() == 0
    caller = callers.one(start(*chosen))
    assert caller.control("GET", "clock")["offset_seconds"] == 0
    assert caller.control("GET", "messages") == before
    assert operations(caller.control("GET", "events")) == ["CreateUserPool", "CreateUserPoolClient", "SignUp"]
