"""Point-in-time recovery on a real server: what docs/recovery.md says, and kill -9 in the middle of a restore."""

from __future__ import annotations

import re
import signal
import sqlite3
import time
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.sdk.conftest import Server, Start
from tests.sdk.place import asked
from tests.sdk.test_imports import Place as Importing

ROOT = Path(__file__).resolve().parents[2]
DEFAULT = "http://127.0.0.1:26464"
USERS = 3_000
DELAYS = (0, 0.02, 0.05, 0.1, 0.2, 0.4)


def test_the_undo_of_the_documentation_works(start: Start, capsys: pytest.CaptureFixture[str]) -> None:
    page = (ROOT / "docs/recovery.md").read_text(encoding="utf-8")
    [code] = re.findall(r"^```python\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    exec(compile(code.replace(DEFAULT, start("--ephemeral").url), "docs/recovery.md", "exec"), {})
    said = re.findall(r"^print\(.*  # (.*)$", code, re.MULTILINE)
    assert len(said) == 2
    assert capsys.readouterr().out.splitlines() == said


def advance(server: Server, by: str) -> datetime:
    """Move the server's clock; answers the time."""
    return datetime.fromisoformat(asked(f"{server.url}/_emulator/clock", {"advance": by})["now"])


def status(idp: Any, named: dict[str, str]) -> str:
    return str(idp.describe_point_in_time_recovery(**named)["Restoration"]["RestoreStatus"])


def stored(database: Path, pool: str) -> tuple[int, str]:
    """How many users a pool has in the database of a server that was killed, and the status of its recovery."""
    with closing(sqlite3.connect(database)) as connection:
        [users] = connection.execute("SELECT count(*) FROM users WHERE pool_id = ?", (pool,)).fetchone()
        [status] = connection.execute("SELECT status FROM recoveries WHERE pool_id = ?", (pool,)).fetchone()
        [[healthy]] = connection.execute("PRAGMA integrity_check").fetchall()
    assert healthy == "ok"
    return users, status


@pytest.mark.slow
def test_a_restore_that_is_killed_has_happened_whole_or_not_at_all_and_goes_on(start: Start, tmp_path: Path) -> None:
    data = tmp_path / "data"
    server = start("--data", str(data), "--password-cost", "4")
    place = Importing(server)
    assert place.put(place.file(USERS))[0] == 200
    now = advance(server, "1h")
    place.start()
    assert place.ended()["ImportedUsers"] == USERS
    advance(server, "1h")
    idp, point = place.idp, now - timedelta(minutes=1)
    recovery = idp.initiate_point_in_time_recovery(UserPoolId=place.pool, RestoreTimestamp=point)["Restoration"]
    named = {"UserPoolId": place.pool, "RestoreId": recovery["RestoreId"]}
    while status(idp, named) != "PREVIEW_GENERATED":
        pass
    idp.start_point_in_time_recovery(**named)
    for delay in DELAYS:
        time.sleep(delay)
        server.stop(signal.SIGKILL)
        assert stored(data / "cognito.sqlite3", place.pool) in {(USERS, "RESTORING"), (0, "RESTORE_COMPLETED")}
        server = start("--data", str(data), "--password-cost", "4")
    idp = server.client("cognito-idp")
    while status(idp, named) != "RESTORE_COMPLETED":
        assert status(idp, named) in {"RESTORING", "RESTORE_COMPLETED"}
    assert idp.list_users(UserPoolId=place.pool)["Users"] == []
    idp.admin_create_user(UserPoolId=place.pool, Username="ana", MessageAction="SUPPRESS")
