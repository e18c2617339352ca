"""A server without what Windows lacks: `as_on_windows.py`. Nothing of this was run on Windows itself."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sdk.conftest import Server
from tests.sdk.test_imports import Place

PROGRAM = str(Path(__file__).with_name("as_on_windows.py"))
PASSWORD = "Correct-horse-7"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, PROGRAM, *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server("--data", str(tmp_path / "data"), log=tmp_path / "server.log", program=[PROGRAM])
    yield server
    server.process.kill()
    server.stop()


def test_a_user_signs_in_and_the_data_is_copied_to_another_file(server: Server, tmp_path: Path) -> None:
    idp = server.client("cognito-idp")
    pool = idp.create_user_pool(PoolName="p")["UserPool"]["Id"]
    flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    client = idp.create_user_pool_client(UserPoolId=pool, ClientName="c", ExplicitAuthFlows=flows)
    named = {"UserPoolId": pool, "ClientId": client["UserPoolClient"]["ClientId"]}
    idp.admin_create_user(UserPoolId=pool, Username="ana", MessageAction="SUPPRESS")
    idp.admin_set_user_password(UserPoolId=pool, Username="ana", Password=PASSWORD, Permanent=True)
    signed_in = idp.admin_initiate_auth(
        **named, AuthFlow="ADMIN_USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "ana", "PASSWORD": PASSWORD}
    )
    assert idp.get_user(AccessToken=signed_in["AuthenticationResult"]["AccessToken"])["Username"] == "ana"
    copied = run("copy", "--from", f"sqlite:{tmp_path / 'data'}", "--to", f"sqlite:{tmp_path / 'copy'}")
    assert (copied.returncode, copied.stderr) == (0, "")
    assert "1 user pools, 1 users" in copied.stdout
    assert server.stop() == 0


def test_users_are_imported_and_their_file_is_deleted(server: Server, tmp_path: Path) -> None:
    place = Place(server)
    assert place.put(place.file(3)) == (200, b"")
    place.start()
    job = place.ended()
    assert (job["Status"], job["ImportedUsers"], job["FailedUsers"]) == ("Succeeded", 3, 0)
    assert server.stop() == 0
    assert "mistake" not in server.log.read_text()
    assert [each.suffix for each in (tmp_path / "data").glob("*.imports/*/*")] == [".log"]


def test_several_workers_are_refused_in_words() -> None:
    refused = run("--ephemeral", "--workers", "2")
    assert refused.returncode == 2
    assert "'2' is more than 1, and this system cannot run several workers (it has no fork)" in refused.stderr
