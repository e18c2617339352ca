"""Signatures of requests, against AWS's published test suite."""

from __future__ import annotations

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials

from keys.sigv4 import Credentials, Scope, signed

EXAMPLE = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
MOMENT = "20150830T123600Z"


def signature(method: str, url: str, body: bytes = b"", **headers: str) -> str:
    made = signed(method, url, headers, body, EXAMPLE, Scope(MOMENT, "us-east-1", "service"))
    return made["Authorization"].rpartition("Signature=")[2]


@pytest.mark.parametrize(
    ("method", "url", "right"),
    [
        (
            "GET",
            "https://example.amazonaws.com/",
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        ),
        (
            "POST",
            "https://example.amazonaws.com/",
            "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
        ),
        (
            "GET",
            "https://example.amazonaws.com/?Param1=value1",
            "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb",
        ),
    ],
)
def test_the_vectors_of_aws_hold(method: str, url: str, right: str) -> None:
    assert signature(method, url) == right


@pytest.mark.parametrize("token", [None, "a session token"])
@pytest.mark.parametrize(
    "path", ["/2015-03-31/functions/trigger/invocations", "/2015-03-31/functions/a%3Ab/invocations"]
)
def test_an_invocation_is_signed_as_an_sdk_signs_it(
    path: str, token: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, body = f"http://localhost:3002{path}", b'{"version":"1"}'
    headers = {"Content-Type": "application/json", "X-Amz-Invocation-Type": "RequestResponse"}
    credentials = Credentials(EXAMPLE.access_key, EXAMPLE.secret, token)
    mine = signed("POST", url, headers, body, credentials, Scope(MOMENT, "eu-west-1", "lambda"))
    request = AWSRequest("POST", url, headers=headers, data=body)
    auth = SigV4Auth(BotocoreCredentials(EXAMPLE.access_key, EXAMPLE.secret, token), "lambda", "eu-west-1")
    request.context["timestamp"] = MOMENT
    request.headers["X-Amz-Date"] = MOMENT
    if token:
        request.headers["X-Amz-Security-Token"] = token
    theirs = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
    assert mine["Authorization"].rpartition("Signature=")[2] == theirs
    assert mine["X-Amz-Date"] == MOMENT
    assert mine.get("X-Amz-Security-Token") == token
