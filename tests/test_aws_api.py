"""What an exception of the client of AWS services says."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.outside.aws_api import PLACEHOLDER, AwsApi, CallFailed
from emulator.outside.http import CannedHttp, HttpResponse, Unreachable


class Echo(CannedHttp):
    """A server that sends the request back, where HTTP has the status line."""

    def request(self, method: str, url: str, **rest: Any) -> HttpResponse:
        raise Unreachable(f"{method} {url}: BadStatusLine: \x1b[31m{rest['body'].decode()}\r\n")


def test_a_secret_that_comes_back_as_no_http_is_not_repeated_and_the_message_is_one_line() -> None:
    api = AwsApi(
        "http://echo.test", "secretsmanager", "secretsmanager", lambda: "20270115T080000Z", PLACEHOLDER, 5, Echo()
    )
    with pytest.raises(CallFailed) as failed:
        api.call("PutSecretValue", {"SecretString": "hunter2"}, "us-east-1", "hunter2")
    assert '"SecretString": "***"' in str(failed.value)
    assert str(failed.value).isprintable()
    assert failed.value.code == ""
