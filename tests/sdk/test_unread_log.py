"""A program that starts the server behind a pipe, and never reads its log."""

from __future__ import annotations

import http.client
import signal
import subprocess
import sys
from urllib.parse import urlsplit

import pytest

from tests.builders import IDP
from tests.sdk.conftest import START

LINES = 2_000


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals between processes")
def test_it_is_answered_and_can_stop_the_server() -> None:
    command = [sys.executable, "-m", "cognito_emulator", "--ephemeral", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
        for operation in ("AdminGetUser", "AdminEnableUser"):  # in the event loop, and in a thread
            for _ in range(LINES):
                headers = {"X-Amz-Target": f"{IDP}.{operation}"}
                connection.request("POST", "/", '{"UserPoolId": "us-east-1_none", "Username": "ana"}', headers)
                answer = connection.getresponse()
                assert (answer.status, answer.read()[:36]) == (400, b'{"__type": "ResourceNotFoundExceptio')
        connection.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(START) == 0
