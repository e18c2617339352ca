"""An application that serverless-offline runs, and pools whose triggers are its functions."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.builders import FLOWS, PASSWORD, pairs
from tests.sdk.conftest import Server
from tests.sdk.node_client import NODE, install

Json = dict[str, Any]

HERE = Path(__file__).parent / "shop"
ARN = "arn:aws:lambda:us-east-1:123456789012:function:"
TRIGGERS = (
    "PreSignUp",
    "PostConfirmation",
    "PreAuthentication",
    "PostAuthentication",
    "CustomMessage",
    "DefineAuthChallenge",
    "CreateAuthChallenge",
    "VerifyAuthChallengeResponse",
    "PreTokenGeneration",
    "UserMigration",
)
NOBODYS = "CLIENT_ID_NOT_APPLICABLE"
MEMBERS = [
    "version",
    "region",
    "userPoolId",
    "userName",
    "callerContext",
    "triggerSource",
    "request",
    "response",
]
NO_GROUPS: Json = {"groupsToOverride": [], "iamRolesToOverride": [], "preferredRole": None}
_START = 120
_QUIET = {"SLS_TELEMETRY_DISABLED": "1", "SLS_TRACKING_DISABLED": "1", "SLS_NOTIFICATIONS_MODE": "off"}
_CREDENTIALS = {"AWS_ACCESS_KEY_ID": "AKIAQAAAAAAAAAAAAAAA", "AWS_SECRET_ACCESS_KEY": "secret"}


class Application:
    """`serverless offline start` in a process of its own, in the directory `shop`."""

    def __init__(self, directory: Path) -> None:
        install(HERE)
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._events = directory / "events.jsonl"
        self._events.touch()
        environment = {"PATH": os.environ["PATH"], "HOME": str(directory), "EVENTS": str(self._events)}
        command = [str(NODE), "node_modules/serverless/bin/serverless.js", "offline", "start", "--host", "127.0.0.1"]
        with (directory / "serverless.log").open("wb") as log:
            self._process = subprocess.Popen(
                [*command, "--lambdaPort", str(port)],
                cwd=HERE,
                env={**environment, **_QUIET, **_CREDENTIALS},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._wait(port, directory / "serverless.log")

    def _wait(self, port: int, log: Path) -> None:
        until = time.monotonic() + _START
        while self._process.poll() is None and time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.1)
        self.stop()
        raise AssertionError(log.read_text())

    def took(self) -> list[Json]:
        """The events that its functions were given since this was asked last, the oldest first."""
        text = self._events.read_text()
        self._events.write_text("")
        return [json.loads(line) for line in text.splitlines()]

    def stop(self) -> None:
        """End the process."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


class Shop:
    """A pool whose triggers are functions of the application, and a client of it."""

    def __init__(self, server: Server, application: Application, functions: Json, **pool: Any) -> None:
        self.application = application
        self.idp = server.client("cognito-idp")
        self.server = server
        given = {"PoolName": "shop", "AutoVerifiedAttributes": ["email"], **pool}
        self.pool: str = self.idp.create_user_pool(**given, LambdaConfig=functions)["UserPool"]["Id"]
        self.client = self.a_client()
        application.took()

    def a_client(self, **members: Any) -> str:
        """Another client, that tells who exists unless it is told not to."""
        flows = [*FLOWS, "ALLOW_CUSTOM_AUTH"]
        given = {"ClientName": "web", "ExplicitAuthFlows": flows, "PreventUserExistenceErrors": "LEGACY", **members}
        made = self.idp.create_user_pool_client(UserPoolId=self.pool, **given)["UserPoolClient"]
        return str(made["ClientId"])

    def ana(self) -> Json:
        """Ana, who has a password and a verified address; answers the `userAttributes` that her events have."""
        address = {"email": "ana@example.com", "email_verified": "true"}
        named = {"UserPoolId": self.pool, "Username": "ana"}
        self.idp.admin_create_user(**named, UserAttributes=pairs(address), MessageAction="SUPPRESS")
        self.idp.admin_set_user_password(**named, Password=PASSWORD, Permanent=True)
        self.application.took()
        return {"sub": self.sub("ana"), "cognito:user_status": "CONFIRMED", **address}

    def sub(self, username: str) -> str:
        """A user's sub."""
        told = self.idp.admin_get_user(UserPoolId=self.pool, Username=username)["UserAttributes"]
        return next(str(pair["Value"]) for pair in told if pair["Name"] == "sub")

    def enter(self, username: str = "ana", password: str = PASSWORD, **members: Any) -> Json:
        """InitiateAuth with a password."""
        begun = {"ClientId": self.client, "AuthFlow": "USER_PASSWORD_AUTH", **members}
        answer: Json = self.idp.initiate_auth(**begun, AuthParameters={"USERNAME": username, "PASSWORD": password})
        return answer

    def event(
        self,
        source: str,
        request: Json,
        response: Json,
        *,
        user: str = "ana",
        client: str | None = None,
        version: str = "1",
    ) -> Json:
        """An event, whole; boto3 is no SDK that AWS names in it."""
        return {
            "version": version,
            "region": "us-east-1",
            "userPoolId": self.pool,
            "userName": user,
            "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": client or self.client},
            "triggerSource": source,
            "request": request,
            "response": response,
        }

    def took(self, *expected: Json) -> None:
        """The application got these events since it was asked last, no others, and in AWS's order of members."""
        events = self.application.took()
        assert events == list(expected)
        assert _exact(events) == _exact(list(expected))  # 1 is neither 1.0 nor true
        assert [list(event) for event in events] == [MEMBERS] * len(expected)


def functions(*triggers: str, runs: str = "") -> Json:
    """LambdaConfig, with the function of that name for each of these triggers, or all with the function that `runs`."""
    return {trigger: ARN + (runs or trigger) for trigger in triggers}


def _exact(events: list[Json]) -> str:
    return json.dumps(events, sort_keys=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
