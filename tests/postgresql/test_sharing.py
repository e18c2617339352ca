"""Two servers on one database: whoever asks either of them sees one inbox, one clock, one list of events."""

from __future__ import annotations

import json
import time
import urllib.request
from pathlib import Path
from typing import Any

from tests.builders import PASSWORD
from tests.postgresql.servers import two_servers
from tests.sdk.conftest import Server, Start


def get(server: Server, path: str) -> Any:
    with urllib.request.urlopen(f"{server.url}/_emulator/{path}") as response:
        return json.load(response)


def post(server: Server, path: str, body: Any = None) -> Any:
    data = json.dumps(body).encode() if body else b""
    request = urllib.request.Request(
        f"{server.url}/_emulator/{path}", data, {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request) as response:
        return json.load(response)


def test_one_inbox_one_clock_one_list_of_events(start: Start, empty_postgresql: str, tmp_path: Path) -> None:
    here, there = two_servers(start, empty_postgresql, tmp_path / "key")
    idp, other = here.client("cognito-idp"), there.client("cognito-idp")
    pool = idp.create_user_pool(PoolName="pool", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
    client = idp.create_user_pool_client(UserPoolId=pool, ClientName="c")["UserPoolClient"]["ClientId"]
    mail = [{"Name": "email", "Value": "ana@example.com"}]
    idp.sign_up(ClientId=client, Username="ana", Password=PASSWORD, UserAttributes=mail)
    [message] = get(there, "messages?to=ana@example.com")["messages"]
    post(here, "clock", {"advance": "25h"})
    assert get(there, "clock")["offset_seconds"] == 90_000
    try:
        other.confirm_sign_up(ClientId=client, Username="ana", ConfirmationCode=message["code"])
    except other.exceptions.ExpiredCodeException:
        post(there, "clock", {"reset": True})
    idp.confirm_sign_up(ClientId=client, Username="ana", ConfirmationCode=message["code"])
    wanted = ["CreateUserPool", "CreateUserPoolClient", "SignUp", "ConfirmSignUp", "ConfirmSignUp"]
    for server in (here, there):
        for _ in range(100):  # what the other server noted comes within a second
            events = get(server, "events")["events"]
            if len(events) >= len(wanted):
                break
            time.sleep(0.05)
        assert [event["operation"] for event in events] == wanted
        assert [event["outcome"] for event in events][-2:] == ["ExpiredCodeException", "ok"]
    post(there, "reset")
    assert get(here, "messages") == {"messages": []}
    for server in (here, there):
        assert server.stop() == 0
    assert "mistake" not in here.log.read_text()
    everything = here.log.read_text()
    assert message["code"] not in everything
