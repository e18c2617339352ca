"""Triggers whose functions run elsewhere: an application that signs its users in by a code of its own."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.api.lambda_functions import define, verify
from tests.builders import PASSWORD, claims
from tests.sdk.conftest import Server
from tests.sdk.node_client import ClientRefused, NodeClient

TRIGGERS = ("DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse")
ARN = "arn:aws:lambda:us-east-1:000000000000:function:"


class Application:
    """An application's functions, behind one webhook and one Invoke API; it mails its codes itself."""

    def __init__(self) -> None:
        self.mailed: list[str] = []
        self.events: list[dict[str, Any]] = []
        self.idp: Any = None
        application = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                body = json.dumps(application.answer(event)).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, event: dict[str, Any]) -> dict[str, Any]:
        """What the function of the event's trigger does."""
        self.events.append(json.loads(json.dumps(event)))
        trigger = event["triggerSource"].partition("_")[0]
        return {"DefineAuthChallenge": define, "CreateAuthChallenge": self.create}.get(trigger, verify)(event)

    def create(self, event: dict[str, Any]) -> dict[str, Any]:
        """Mail a code to the user, whose address the function asks the server for."""
        user = self.idp.admin_get_user(UserPoolId=event["userPoolId"], Username=event["userName"])
        address = next(pair["Value"] for pair in user["UserAttributes"] if pair["Name"] == "email")
        self.mailed.append(f"{100_000 + len(self.mailed)}")
        event["response"]["publicChallengeParameters"] = {"sentTo": address}
        event["response"]["privateChallengeParameters"] = {"answer": self.mailed[-1]}
        return event


@pytest.fixture(scope="module")
def application() -> Iterator[Application]:
    running = Application()
    thread = threading.Thread(target=running.server.serve_forever, args=[0.01])
    thread.start()
    yield running
    running.server.shutdown()
    running.server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def server(application: Application, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that runs two functions behind webhooks, and all others behind an Invoke API."""
    webhooks = ",".join(f"{name}={application.url}/{name}" for name in TRIGGERS[:2])
    arguments = ["--ephemeral", "--lambda-functions", webhooks, "--lambda-endpoint", application.url]
    running = Server(*arguments, log=tmp_path_factory.mktemp("functions") / "server.log")
    application.idp = running.client("cognito-idp")
    yield running
    running.stop()


@pytest.fixture
def place(server: Server) -> dict[str, str]:
    """A pool with the triggers, a client, and Ana."""
    idp = server.client("cognito-idp")
    config = {trigger: ARN + trigger for trigger in TRIGGERS}
    pool = idp.create_user_pool(PoolName="app", LambdaConfig=config)["UserPool"]["Id"]
    flows = ["ALLOW_CUSTOM_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    made = idp.create_user_pool_client(UserPoolId=pool, ClientName="web", ExplicitAuthFlows=flows)
    email = [{"Name": "email", "Value": "ana@example.com"}]
    idp.admin_create_user(UserPoolId=pool, Username="ana", UserAttributes=email, MessageAction="SUPPRESS")
    idp.admin_set_user_password(UserPoolId=pool, Username="ana", Password=PASSWORD, Permanent=True)
    return {"endpoint": server.url, "pool": pool, "client": made["UserPoolClient"]["ClientId"]}


@pytest.fixture
def client(place: dict[str, str], tmp_path: Path) -> Iterator[NodeClient]:
    running = NodeClient("identity.mjs", tmp_path / "identity.log")
    running.call("configure", place)
    yield running
    running.stop()


def test_a_code_that_the_application_mails_signs_a_user_in(application: Application, client: NodeClient) -> None:
    challenge = client.call("beginCustom", "ana")
    assert challenge["step"] == "customChallenge"
    assert challenge["parameters"] == {"sentTo": "ana@example.com", "USERNAME": "ana"}
    again = client.call("sendCustomChallengeAnswer", "wrong")
    assert again["step"] == "customChallenge"
    done = client.call("sendCustomChallengeAnswer", application.mailed[-1])
    assert done["step"] == "onSuccess"
    assert claims(done["session"]["idToken"])["cognito:username"] == "ana"
    last = application.events[-1]
    assert last["triggerSource"] == "DefineAuthChallenge_Authentication"
    assert [entry["challengeResult"] for entry in last["request"]["session"]] == [False, True]


def test_a_code_may_follow_the_password(application: Application, client: NodeClient) -> None:
    challenge = client.call("signIn", "ana", PASSWORD, "CUSTOM_AUTH")
    assert challenge["step"] == "customChallenge"
    done = client.call("sendCustomChallengeAnswer", application.mailed[-1])
    assert done["step"] == "onSuccess"
    names = [entry["challengeName"] for entry in application.events[-1]["request"]["session"]]
    assert names == ["SRP_A", "PASSWORD_VERIFIER", "CUSTOM_CHALLENGE"]


def test_three_wrong_codes_end_it(client: NodeClient) -> None:
    client.call("beginCustom", "ana")
    for _ in range(2):
        assert client.call("sendCustomChallengeAnswer", "wrong")["step"] == "customChallenge"
    with pytest.raises(ClientRefused, match=r"^NotAuthorizedException: Incorrect username or password\.$"):
        client.call("sendCustomChallengeAnswer", "wrong")


def test_a_function_that_cannot_be_reached_is_told_and_logged(tmp_path: Path) -> None:
    server = Server("--ephemeral", "--lambda-endpoint", "http://127.0.0.1:1", log=tmp_path / "alone.log")
    idp: Any = boto3.client(
        "cognito-idp",
        endpoint_url=server.url,
        region_name="us-east-1",
        aws_access_key_id="a",
        aws_secret_access_key="b",
    )
    config = {trigger: ARN + trigger for trigger in TRIGGERS}
    pool = idp.create_user_pool(PoolName="app", LambdaConfig=config)["UserPool"]["Id"]
    flows = ["ALLOW_CUSTOM_AUTH"]
    made = idp.create_user_pool_client(UserPoolId=pool, ClientName="web", ExplicitAuthFlows=flows)
    idp.admin_create_user(UserPoolId=pool, Username="ana", MessageAction="SUPPRESS")
    begin = {"ClientId": made["UserPoolClient"]["ClientId"], "AuthFlow": "CUSTOM_AUTH"}
    with pytest.raises(ClientError) as refused:
        idp.initiate_auth(**begin, AuthParameters={"USERNAME": "ana"})
    told = refused.value.response["Error"]
    assert told["Code"] == "UnexpectedLambdaException"
    assert told["Message"] == "DefineAuthChallenge invocation failed due to error ServiceException."
    server.stop()
    assert f"the function {ARN}DefineAuthChallenge cannot be called: http://127.0.0.1:1" in server.log.read_text()
