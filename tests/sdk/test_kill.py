"""kill -9 in the middle of sixteen writers: whatever was acknowledged is there afterwards."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from tests.builders import FLOWS
from tests.sdk.conftest import Server, Start

PASSWORD = "Correct-Horse-1"


def sign_in(idp: Any, client: str, **parameters: str) -> dict[str, Any]:
    flow = "REFRESH_TOKEN_AUTH" if "REFRESH_TOKEN" in parameters else "USER_PASSWORD_AUTH"
    answer = idp.initiate_auth(ClientId=client, AuthFlow=flow, AuthParameters=parameters)
    return dict(answer["AuthenticationResult"])


class Writers:
    """Sixteen threads that create users until the server is gone, noting each name that was acknowledged."""

    def __init__(self, server: Server, pool: str, turn: int) -> None:
        self.acknowledged: list[str] = []
        self._idp, self._pool, self._turn = server.client("cognito-idp"), pool, turn
        self._threads = [threading.Thread(target=self._write, args=(number,)) for number in range(16)]
        for thread in self._threads:
            thread.start()

    def _write(self, number: int) -> None:
        for count in range(100_000):
            name = f"user-{self._turn}-{number}-{count}"
            try:
                self._idp.admin_create_user(UserPoolId=self._pool, Username=name, MessageAction="SUPPRESS")
            except (BotoCoreError, ClientError):
                return
            self.acknowledged.append(name)

    def join(self) -> None:
        for thread in self._threads:
            thread.join()


@pytest.mark.slow
def test_what_was_acknowledged_survives_every_kill(start: Start, tmp_path: Path, thorough: bool) -> None:
    arguments = ("--data", str(tmp_path / "data"), "--password-cost", "4")
    server = start(*arguments)
    idp = server.client("cognito-idp")
    pool = idp.create_user_pool(PoolName="kill")["UserPool"]["Id"]
    client = idp.create_user_pool_client(UserPoolId=pool, ClientName="web", ExplicitAuthFlows=FLOWS)
    client = client["UserPoolClient"]["ClientId"]
    idp.admin_create_user(UserPoolId=pool, Username="ana", MessageAction="SUPPRESS")
    idp.admin_set_user_password(UserPoolId=pool, Username="ana", Password=PASSWORD, Permanent=True)
    tokens = sign_in(idp, client, USERNAME="ana", PASSWORD=PASSWORD)

    acknowledged: list[str] = []
    for turn in range(10 if thorough else 3):
        writers = Writers(server, pool, turn)
        while len(writers.acknowledged) < 40:
            time.sleep(0.01)
        server.stop(signal.SIGKILL)
        writers.join()
        acknowledged += writers.acknowledged
        server = start(*arguments)
        idp = server.client("cognito-idp")
        assert idp.get_user(AccessToken=tokens["AccessToken"])["Username"] == "ana"
        assert sign_in(idp, client, REFRESH_TOKEN=tokens["RefreshToken"])["IdToken"]

    kept = {
        user["Username"] for page in idp.get_paginator("list_users").paginate(UserPoolId=pool) for user in page["Users"]
    }
    assert set(acknowledged) <= kept
    estimated = idp.describe_user_pool(UserPoolId=pool)["UserPool"]["EstimatedNumberOfUsers"]
    assert estimated == len(kept)
