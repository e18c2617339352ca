"""Functions that run elsewhere: behind Lambda's Invoke API and behind webhooks, over real connections."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from emulator.outside.functions import InvokeApi, Routed, Webhook, configured
from emulator.outside.http import HttpClient
from emulator.outside.lambdas import FunctionFailed, FunctionTimedOut, FunctionUnavailable, NoFunctions, NoLambdas
from keys.sigv4 import Credentials
from tests.remote import Remote, Reply, served

ARN = "arn:aws:lambda:eu-west-1:000000000000:function:trigger"
EVENT = {"version": "1", "response": {}}


@pytest.fixture
def remote() -> Iterator[Remote]:
    with served() as running:
        yield running


def stamp() -> str:
    return "20150830T123600Z"


def test_the_invoke_api_gets_the_event_and_answers(remote: Remote) -> None:
    remote.reply = lambda event: (200, {}, json.dumps(event | {"response": {"autoConfirmUser": True}}).encode())
    answer = InvokeApi(remote.url, stamp).invoke(f"{ARN}:live", EVENT)
    assert answer == {"version": "1", "response": {"autoConfirmUser": True}}
    path, headers, event = remote.asked[0]
    assert path == "/2015-03-31/functions/trigger/invocations?Qualifier=live"
    assert headers["X-Amz-Invocation-Type"] == "RequestResponse"
    assert event == EVENT
    assert "Authorization" not in headers


@pytest.mark.parametrize(
    "name", ["../../x", "..", ".", "trigger/../x", "trigger?x", "trigger%2F..", "trigger#", "", "a b"]
)
def test_a_name_that_no_function_has_leads_nowhere(remote: Remote, name: str) -> None:
    with pytest.raises(FunctionUnavailable) as unavailable:
        InvokeApi(remote.url, stamp).invoke(ARN.replace("trigger", name), EVENT)
    assert str(unavailable.value) == "ResourceNotFoundException"
    assert remote.asked == []


def test_a_call_is_signed_for_the_functions_region_where_there_are_credentials(remote: Remote) -> None:
    InvokeApi(remote.url, stamp, Credentials("AKID", "secret", "session")).invoke(ARN, EVENT)
    _, headers, _ = remote.asked[0]
    assert headers["Authorization"].startswith(
        "AWS4-HMAC-SHA256 Credential=AKID/20150830/eu-west-1/lambda/aws4_request, SignedHeaders=content-type;host;"
    )
    assert headers["X-Amz-Date"] == "20150830T123600Z"
    assert headers["X-Amz-Security-Token"] == "session"


@pytest.mark.parametrize(
    ("said", "message", "kind"),
    [
        ({"errorMessage": "No.", "errorType": "ValueError"}, "No.", "ValueError"),
        ({"errorType": "Error"}, "null", "Error"),
        ({"errorMessage": None}, "null", "Error"),
        ("nonsense", "null", "Error"),
    ],
)
def test_a_function_that_raised_failed(remote: Remote, said: Any, message: str, kind: str) -> None:
    remote.reply = lambda _: (200, {"X-Amz-Function-Error": "Unhandled"}, json.dumps(said).encode())
    with pytest.raises(FunctionFailed) as failed:
        InvokeApi(remote.url, stamp).invoke(ARN, EVENT)
    assert (str(failed.value), failed.value.kind) == (message, kind)


RAISED = {"errorType": "ValueError", "errorMessage": "No.", "stackTrace": []}


@pytest.mark.parametrize(("message", "words"), [("No.", "No."), (None, "null")])
def test_a_function_in_a_container_image_says_in_its_body_alone_that_it_raised(
    remote: Remote, message: str | None, words: str
) -> None:
    remote.reply = lambda _: (200, {}, json.dumps({**RAISED, "errorMessage": message}).encode())
    for target in (InvokeApi(remote.url, stamp), Webhook(remote.url)):
        with pytest.raises(FunctionFailed) as failed:
            target.invoke(ARN, EVENT)
        assert (str(failed.value), failed.value.kind) == (words, "ValueError")


def test_an_event_is_an_answer_whatever_else_it_says(remote: Remote) -> None:
    event = {**RAISED, "triggerSource": "PreSignUp_SignUp", "response": {}}
    remote.reply = lambda _: (200, {}, json.dumps(event).encode())
    for target in (InvokeApi(remote.url, stamp), Webhook(remote.url)):
        assert target.invoke(ARN, EVENT) == event


@pytest.mark.parametrize(
    ("status", "headers", "body", "named"),
    [
        (404, {"x-amzn-ErrorType": "ResourceNotFoundException"}, b"{}", "ResourceNotFoundException"),
        (403, {}, b'{"__type": "com.amazon#AccessDeniedException"}', "AccessDeniedException"),
        (429, {}, b'{"Type": "User", "__type": "TooManyRequestsException"}', "TooManyRequestsException"),
        (500, {}, b"<html>oops</html>", "HTTP 500"),
        (500, {}, b'{"error": "Internal Server Error", "message": "oops"}', "HTTP 500"),
        (400, {}, b'{"Type": "User", "Message": "no"}', "HTTP 400"),
        (302, {"Location": "http://127.0.0.1:1/"}, b"", "HTTP 302"),
        (404, {"x-amzn-ErrorType": "<script>"}, b"[]", "HTTP 404"),
    ],
)
def test_what_the_api_refuses_is_unavailable_by_name(
    remote: Remote, status: int, headers: dict[str, str], body: bytes, named: str
) -> None:
    remote.reply = lambda _: (status, headers, body)
    with pytest.raises(FunctionUnavailable) as refused:
        InvokeApi(remote.url, stamp).invoke(ARN, EVENT)
    assert str(refused.value) == named
    assert not isinstance(refused.value, FunctionTimedOut)
    assert len(remote.asked) == 1


def test_a_webhook_gets_the_event_and_answers(remote: Remote) -> None:
    assert Webhook(f"{remote.url}/hook?who=me").invoke(ARN, EVENT) == EVENT
    assert remote.asked[0][0] == "/hook?who=me"


def test_a_webhook_refuses_with_any_other_status(remote: Remote) -> None:
    remote.reply = lambda _: (400, {}, b'{"errorMessage": "Not you."}')
    with pytest.raises(FunctionFailed, match=r"^Not you\.$"):
        Webhook(remote.url).invoke(ARN, EVENT)
    remote.reply = lambda _: (500, {}, b"")
    with pytest.raises(FunctionUnavailable, match=r"^HTTP 500$"):
        Webhook(remote.url).invoke(ARN, EVENT)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[" * 100_000, b"\xff", b'{"response": '])
def test_what_is_not_json_is_nothing(remote: Remote, body: bytes) -> None:
    remote.reply = lambda _: (200, {}, body)
    assert Webhook(remote.url).invoke(ARN, EVENT) is None
    assert InvokeApi(remote.url, stamp).invoke(ARN, EVENT) is None


def test_an_answer_that_does_not_come_in_time_times_out(remote: Remote) -> None:
    released = threading.Event()

    def late(event: Any) -> Reply:
        released.wait(10)
        return 200, {}, json.dumps(event).encode()

    remote.reply = late
    with pytest.raises(FunctionTimedOut):
        Webhook(remote.url, seconds=0.2).invoke(ARN, EVENT)
    released.set()


def test_a_server_that_dribbles_gets_no_more_time_than_others() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        done = threading.Event()

        def dribble() -> None:
            connection, _ = listening.accept()
            with connection, suppress(OSError):
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
                while not done.wait(0.05):
                    connection.sendall(b" ")

        thread = threading.Thread(target=dribble)
        thread.start()
        with pytest.raises(FunctionTimedOut):
            Webhook(f"http://127.0.0.1:{listening.getsockname()[1]}", seconds=0.3).invoke(ARN, EVENT)
        done.set()
        thread.join()


def test_headers_that_dribble_get_no_more_time_either() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        done = threading.Event()

        def dribble() -> None:
            connection, _ = listening.accept()
            with connection, suppress(OSError):
                connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                while not done.wait(0.05):
                    connection.sendall(b"x")

        thread = threading.Thread(target=dribble)
        thread.start()
        with pytest.raises(FunctionTimedOut):
            Webhook(f"http://127.0.0.1:{listening.getsockname()[1]}", seconds=0.3).invoke(ARN, EVENT)
        done.set()
        thread.join()


def test_an_answer_that_is_cut_short_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def cut() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}")

        thread = threading.Thread(target=cut)
        thread.start()
        with pytest.raises(FunctionUnavailable, match=r"^ServiceException$"):
            Webhook(f"http://127.0.0.1:{listening.getsockname()[1]}").invoke(ARN, EVENT)
        thread.join()


def test_nobody_there_is_unavailable(caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(FunctionUnavailable, match=r"^ServiceException$"):
        Webhook(f"http://127.0.0.1:{port}").invoke(ARN, EVENT)
    assert f"the function {ARN} cannot be called: http://127.0.0.1:{port}" in caplog.text


def test_an_answer_longer_than_lambdas_own_is_refused(remote: Remote) -> None:
    remote.reply = lambda _: (200, {}, b" " * (6 * 1024 * 1024 + 1))
    with pytest.raises(FunctionUnavailable):
        Webhook(remote.url).invoke(ARN, EVENT)


def test_functions_run_where_their_names_say(remote: Remote) -> None:
    targets = {"trigger": f"{remote.url}/by-name", f"{ARN}2": f"lambda:{remote.url}"}
    lambdas = configured(f"{remote.url}/otherwise", targets, stamp, {}, HttpClient())
    for function in (ARN, f"{ARN}2", f"{ARN}3"):
        assert lambdas.invoke(function, EVENT) == EVENT
    assert [path for path, _, _ in remote.asked] == [
        "/by-name",
        "/2015-03-31/functions/trigger2/invocations",
        "/otherwise/2015-03-31/functions/trigger3/invocations",
    ]


def test_a_function_that_is_named_nowhere_is_not_run(remote: Remote) -> None:
    lambdas = configured(None, {"another": remote.url}, stamp, {}, HttpClient())
    assert isinstance(lambdas, Routed)
    with pytest.raises(NoFunctions):
        lambdas.invoke(ARN, EVENT)
    assert isinstance(configured(None, {}, stamp, {}, HttpClient()), NoLambdas)


@pytest.mark.parametrize(
    ("environment", "signs"),
    [
        ({}, False),
        ({"AWS_ACCESS_KEY_ID": "AKID"}, False),
        ({"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret"}, True),
    ],
)
def test_the_environments_credentials_sign(remote: Remote, environment: dict[str, str], signs: bool) -> None:
    configured(remote.url, {}, stamp, environment, HttpClient()).invoke(ARN, EVENT)
    assert ("Authorization" in remote.asked[0][1]) is signs
