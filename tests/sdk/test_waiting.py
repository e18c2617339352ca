"""Calls that wait for functions and other servers, many more than are worked on at once, beside a real server."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.builders import PASSWORD
from tests.sdk.conftest import Server, Start

MANY = 64
ARN = "arn:aws:lambda:us-east-1:000000000000:function:before"


class Functions:
    """PreSignUp behind a webhook: it asks the server for the users of the pool, or waits to be let go."""

    def __init__(self) -> None:
        self.idp: Any = None
        self.hangs = False
        self.let_go = threading.Event()
        self._arrived = threading.Semaphore(0)
        functions = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                body = json.dumps(functions.answer(event)).encode()
                with suppress(OSError):  # the server has stopped meanwhile
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        class Webhook(ThreadingHTTPServer):
            request_queue_size = MANY

        self.server = Webhook(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, event: dict[str, Any]) -> dict[str, Any]:
        self._arrived.release()
        if self.hangs:
            assert self.let_go.wait(60)
        else:
            self.idp.list_users(UserPoolId=event["userPoolId"], Limit=1)
        return event

    def arrived(self) -> bool:
        """Whether as many as there are called the function."""
        return all(self._arrived.acquire(timeout=30) for _ in range(MANY))


@pytest.fixture
def functions() -> Iterator[Functions]:
    functions = Functions()
    thread = threading.Thread(target=functions.server.serve_forever)
    thread.start()
    yield functions
    functions.let_go.set()
    functions.server.shutdown()
    functions.server.server_close()
    thread.join()


@pytest.fixture
def server(start: Start, functions: Functions) -> Server:
    """A server that works on two calls at once."""
    server = start("--ephemeral", "--threads", "2", "--lambda-functions", f"before={functions.url}")
    functions.idp = server.client("cognito-idp")
    return server


def sign_ups(server: Server, idp: Any) -> tuple[str, list[dict[str, str]]]:
    """A pool with PreSignUp, and the requests of many new users."""
    pool = idp.create_user_pool(PoolName="many", LambdaConfig={"PreSignUp": ARN})["UserPool"]["Id"]
    client = idp.create_user_pool_client(UserPoolId=pool, ClientName="app")["UserPoolClient"]["ClientId"]
    return pool, [{"ClientId": client, "Username": f"user{number}", "Password": PASSWORD} for number in range(MANY)]


def healthy(server: Server) -> bool:
    with urllib.request.urlopen(f"{server.url}/health", timeout=10) as answer:
        return bool(answer.status == 200)


def test_64_calls_whose_functions_call_back_all_succeed(server: Server, functions: Functions) -> None:
    idp = functions.idp
    pool, requests = sign_ups(server, idp)
    with ThreadPoolExecutor(MANY) as callers:
        list(callers.map(lambda request: idp.sign_up(**request), requests))
    assert idp.describe_user_pool(UserPoolId=pool)["UserPool"]["EstimatedNumberOfUsers"] == MANY


def test_others_are_served_while_64_functions_hang(server: Server, functions: Functions) -> None:
    idp = server.client("cognito-idp")
    pool, requests = sign_ups(server, idp)
    functions.hangs = True
    with ThreadPoolExecutor(MANY) as callers:
        answers = [callers.submit(server.client("cognito-idp").sign_up, **request) for request in requests]
        assert functions.arrived()
        assert healthy(server)
        assert idp.list_users(UserPoolId=pool)["Users"] == []
        assert not any(answer.done() for answer in answers)
        functions.let_go.set()
        for answer in answers:
            answer.result()


def test_calls_that_lead_back_to_the_server_itself_do_not_stop_it(server: Server) -> None:
    idp = server.client("cognito-idp")
    pool = idp.create_user_pool(PoolName="metadata")["UserPool"]["Id"]

    def create(number: int) -> str:
        try:
            idp.create_identity_provider(
                UserPoolId=pool,
                ProviderName=f"saml{number}",
                ProviderType="SAML",
                ProviderDetails={"MetadataURL": f"{server.url}/health"},
            )
        except ClientError as refused:
            return str(refused.response["Error"]["Message"])
        return ""

    with ThreadPoolExecutor(16) as callers:
        words = set(callers.map(create, range(16)))
    assert len(words) == 1
    assert "" not in words  # /health is no SAML metadata, and it was read at once
    assert healthy(server)


def test_a_server_whose_function_hangs_ends_when_it_is_told_to(server: Server, functions: Functions) -> None:
    idp = server.client("cognito-idp")
    _, requests = sign_ups(server, idp)
    functions.hangs = True
    with ThreadPoolExecutor(MANY) as callers:
        answers = [callers.submit(server.client("cognito-idp").sign_up, **request) for request in requests]
        assert functions.arrived()
        assert server.stop() == 0
        functions.let_go.set()
        assert all(answer.exception() for answer in answers)
