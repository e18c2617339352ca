"""Triggers whose functions are Python callables of an application, beside a real server."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.builders import PASSWORD
from tests.python_functions.processes import children, lives, until
from tests.sdk.conftest import Server

ARN = "arn:aws:lambda:us-east-1:000000000000:function:"
FUNCTIONS = {"PreSignUp": "shop.triggers:before", "PostConfirmation": "shop.triggers:after"}
TRIGGERS = '''
import boto3
import keys
import storage

idp = boto3.client("cognito-idp", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")


def before(event, context):
    """Let friends in; say no to everybody else."""
    print("asked about", event["userName"], "for", storage.SHOP)
    if event["userName"].startswith("foe"):
        raise PermissionError(f"{event['userName']} is no friend")
    if event["userName"] == "sleeper":
        import os, time
        open("pid", "w").write(str(os.getpid()))
        time.sleep(60)
    event["response"]["autoConfirmUser"] = True
    return event


def after(event, context):
    """Give the user what the application has for them, over the server's own API."""
    idp.admin_update_user_attributes(
        UserPoolId=event["userPoolId"],
        Username=event["userName"],
        UserAttributes=[{"Name": "nickname", "Value": keys.DOOR}],
    )
    return event
'''


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An application whose modules have the names of the server's own packages."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "triggers.py").write_text(TRIGGERS)
    (tmp_path / "storage.py").write_text("SHOP = 'the corner shop'")
    (tmp_path / "keys.py").write_text("DOOR = 'front'")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def server(project: Path) -> Iterator[Server]:
    """A server that is started in the application's directory."""
    functions = ",".join(f"{name}=python:{target}" for name, target in FUNCTIONS.items())
    running = Server("--ephemeral", "--lambda-functions", functions, log=project / "server.log")
    yield running
    running.stop(signal.SIGKILL)


def a_shop(idp: Any) -> tuple[str, str]:
    """A pool with the triggers, and a client."""
    config = {trigger: ARN + trigger for trigger in FUNCTIONS}
    pool = idp.create_user_pool(PoolName="shop", LambdaConfig=config)["UserPool"]["Id"]
    made = idp.create_user_pool_client(UserPoolId=pool, ClientName="web")
    return pool, made["UserPoolClient"]["ClientId"]


def sign_up(idp: Any, client: str, username: str) -> Any:
    return idp.sign_up(ClientId=client, Username=username, Password=PASSWORD)


def test_an_applications_functions_run_and_call_back(server: Server) -> None:
    idp = server.client("cognito-idp")
    pool, client = a_shop(idp)
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda name: sign_up(idp, client, name), ("ana", "bea", "cleo", "dora")))
    assert all(answer["UserConfirmed"] for answer in answers)
    for name in ("ana", "dora"):
        user = idp.admin_get_user(UserPoolId=pool, Username=name)
        assert {"Name": "nickname", "Value": "front"} in user["UserAttributes"]
    assert "asked about ana for the corner shop\n" in server.log.read_text()


def test_a_refusal_is_told_in_the_functions_words(server: Server) -> None:
    idp = server.client("cognito-idp")
    _, client = a_shop(idp)
    with pytest.raises(ClientError) as refused:
        sign_up(idp, client, "foe")
    told = refused.value.response["Error"]
    assert (told["Code"], told["Message"]) == (
        "UserLambdaValidationException",
        "PreSignUp failed with error foe is no friend.",
    )
    log = server.log.read_text()
    assert "[ERROR] PermissionError: foe is no friend" in log
    assert re.search(r'shop/triggers\.py", line \d+, in before', log)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_no_function_outlives_the_server(server: Server, how: int) -> None:
    idp = server.client("cognito-idp")
    _, client = a_shop(idp)
    sign_up(idp, client, "ana")
    workers = children(server.process.pid)
    assert len(workers) == 2
    server.stop(how)
    assert until(lambda: not any(lives(worker) for worker in workers), 5)


def test_no_function_that_is_busy_outlives_the_server(server: Server, project: Path) -> None:
    idp = server.client("cognito-idp")
    _, client = a_shop(idp)
    with ThreadPoolExecutor(1) as thread:
        asleep = thread.submit(sign_up, idp, client, "sleeper")
        assert until(lambda: (project / "pid").exists() and (project / "pid").read_text() != "")
        [worker] = children(server.process.pid)
        server.stop(signal.SIGKILL)
        assert until(lambda: not lives(worker), 5)
        assert asleep.exception() is not None
