"""kill -9 of one of two servers, and of PostgreSQL, under sixteen writers. `--kills 10` does each ten times."""

from __future__ import annotations

import signal
import time
from pathlib import Path

from tests.postgresql.server import PostgreSQLServer
from tests.postgresql.servers import Writers, check_users, two_servers
from tests.sdk.conftest import Start
from tests.sdk.test_imports import Place

MORE = 60
ROWS = 6_000


def test_the_other_server_goes_on_when_one_is_killed(
    durable: PostgreSQLServer, start: Start, tmp_path: Path, kills: int
) -> None:
    url, key = durable.url(durable.create()), tmp_path / "key"
    servers = two_servers(start, url, key)
    pool = servers[0].client("cognito-idp").create_user_pool(PoolName="kept")["UserPool"]["Id"]
    writers = Writers(servers, pool)
    for turn in range(kills):
        killed = turn % 2
        writers.wait_for(MORE)
        before = len(writers.refused)
        servers[killed].stop(signal.SIGKILL)
        writers.wait_for(MORE, which=1 - killed)
        assert {which for which, _ in writers.refused[before:]} == {killed}
        servers[killed] = start("--database", url, "--key", str(key), "--password-cost", "4")
        writers.exchange(killed, servers[killed])
        writers.wait_for(MORE, which=killed)
    acknowledged = writers.stop()
    assert {error for _, error in writers.refused} <= {"connection"}
    for server in servers:
        check_users(server.client("cognito-idp"), pool, acknowledged)


def test_both_servers_heal_when_postgresql_is_killed(
    durable: PostgreSQLServer, start: Start, tmp_path: Path, kills: int
) -> None:
    servers = two_servers(start, durable.url(durable.create()), tmp_path / "key")
    pool = servers[0].client("cognito-idp").create_user_pool(PoolName="kept")["UserPool"]["Id"]
    writers = Writers(servers, pool)
    for _ in range(kills):
        writers.wait_for(MORE)
        durable.stop(signal.SIGKILL)
        durable.start()
        for which in (0, 1):
            writers.wait_for(MORE // 2, which)
    acknowledged = writers.stop()
    assert {error for _, error in writers.refused} == {"InternalErrorException"}
    for server in servers:
        check_users(server.client("cognito-idp"), pool, acknowledged)


def test_an_import_goes_on_in_the_other_server_when_its_own_is_killed(
    durable: PostgreSQLServer, start: Start, tmp_path: Path
) -> None:
    servers = two_servers(start, durable.url(durable.create()), tmp_path / "key")
    place = Place(servers[0])
    assert place.put(place.file(ROWS))[0] == 200
    place.start()
    while not (done := place.idp.describe_user_import_job(**place.named)["UserImportJob"]["ImportedUsers"]):
        time.sleep(0.001)
    assert done < ROWS
    servers[0].stop(signal.SIGKILL)
    idp = servers[1].client("cognito-idp")
    job = place.ended(idp)
    assert (job["Status"], job["ImportedUsers"], job["SkippedUsers"], job["FailedUsers"]) == ("Succeeded", ROWS, 0, 0)
    assert idp.describe_user_pool(UserPoolId=place.pool)["UserPool"]["EstimatedNumberOfUsers"] == ROWS


def test_an_import_goes_on_when_postgresql_was_killed(durable: PostgreSQLServer, start: Start, tmp_path: Path) -> None:
    """The server rests its job, and takes it up again without a restart."""
    place = Place(start("--database", durable.url(durable.create()), "--key", str(tmp_path / "key")))
    assert place.put(place.file(ROWS))[0] == 200
    place.start()
    while not place.idp.describe_user_import_job(**place.named)["UserImportJob"]["ImportedUsers"]:
        time.sleep(0.001)
    durable.stop(signal.SIGKILL)
    durable.start()
    job = place.ended()
    assert (job["Status"], job["ImportedUsers"], job["SkippedUsers"], job["FailedUsers"]) == ("Succeeded", ROWS, 0, 0)
