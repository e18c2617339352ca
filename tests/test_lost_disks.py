"""A disk that fills up and files that vanish while the server runs: said in words, and over when they are."""

from __future__ import annotations

import errno
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator import data_files
from emulator.home import opened
from emulator.settings import Settings
from keys.entropy import SystemEntropy
from storage.failures import DatabaseUnusable
from storage.records.events import ImportJob
from storage.store import Store
from tests.builders import Api, Refused, a_pool
from tests.storage.rows import fill_up, make_room

FULL = "The emulator's database cannot be used: the disk is full."


def make_groups(api: Api, pool: str, prefix: str) -> None:
    for number in range(40):
        api.idp("CreateGroup", UserPoolId=pool, GroupName=f"{prefix}{number}", Description="d" * 2000)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    logger = logging.getLogger("cognito_emulator")
    logger.addHandler(caplog.handler)
    yield caplog
    logger.removeHandler(caplog.handler)


def errors(log: pytest.LogCaptureFixture) -> list[str]:
    """The errors in the log, none of which has a traceback."""
    found = [record for record in log.records if record.levelno == logging.ERROR]
    assert all(record.exc_info is None for record in found)
    return list({record.getMessage(): None for record in found})


def test_a_full_disk_is_told_and_work_goes_on_when_there_is_room(
    api: Api, store: Store, log: pytest.LogCaptureFixture
) -> None:
    pool = a_pool(api)
    fill_up(store)
    with pytest.raises(Refused) as refused:
        make_groups(api, pool, "a")
    assert (refused.value.status, refused.value.code) == (500, "InternalErrorException")
    assert refused.value.message == FULL
    assert errors(log) == [f"CreateGroup pool={pool} InternalErrorException: {FULL}"]
    assert api.idp("DescribeUserPool", UserPoolId=pool)["UserPool"]["Id"] == pool
    make_room(store)
    make_groups(api, pool, "b")


def test_what_is_no_call_of_aws_is_told_so_too(api: Api, store: Store, log: pytest.LogCaptureFixture) -> None:
    database = Path(store.engine.url.database or "")
    store.close()
    database.rename(database.with_name("moved"))
    answer = api.http.post("/_emulator/reset")
    told = "its file was removed or replaced while the server runs; stop the server"
    assert answer.status_code == 500
    assert answer.json == {"error": f"The emulator's database cannot be used: {told}."}
    assert errors(log) == [f"POST /_emulator/reset failed: {told}"]
    assert not database.exists()
    database.write_bytes(b"another")
    assert api.http.post("/_emulator/reset").json == answer.json
    assert database.read_bytes() == b"another"
    database.with_name("moved").replace(database)
    assert api.http.post("/_emulator/reset").status_code == 200


def test_an_upload_that_fills_the_disk_leaves_nothing_and_is_told(store: Store) -> None:
    job = ImportJob("job", "pool", "Created", {}, 0.0)
    with pytest.raises(DatabaseUnusable, match="the disk is full"), store.uploads.receiving(job):
        raise OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(ConnectionResetError), store.uploads.receiving(job):
        raise ConnectionResetError
    assert store.uploads.job_ids() == set()


class Errors(logging.Handler):
    """Errors, and an event for when there are as many as awaited."""

    def __init__(self, awaited: int) -> None:
        super().__init__(logging.ERROR)
        self.told: list[str] = []
        self.awaited = awaited
        self.come = threading.Event()

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(record.getMessage())
        if len(self.told) == self.awaited:
            self.come.set()


def test_files_that_are_removed_or_replaced_are_noticed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_files, "WATCH_SECONDS", 0.01)
    errors = Errors(2)
    logger = logging.getLogger("cognito_emulator")
    logger.addHandler(errors)
    key = tmp_path / "cognito.sqlite3.key"
    with opened(Settings(data=tmp_path), SystemEntropy()):
        before = key.read_bytes()
        (tmp_path / "cognito.sqlite3").unlink()
        (tmp_path / "new").write_bytes(before)
        (tmp_path / "new").replace(key)
        assert errors.come.wait(30)
    logger.removeHandler(errors)
    words = "was removed or replaced while the server runs: what it holds is lost when that ends"
    assert sorted(errors.told) == [f"{tmp_path / 'cognito.sqlite3'} {words}", f"{key} {words}"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_a_disk_without_room_is_told_at_the_start(tmp_path: Path) -> None:
    """The limit is one of the size of files, which stands for a quota here."""
    with opened(Settings(data=tmp_path), SystemEntropy()):
        pass
    limited = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000)); "
    code = limited + "from emulator.cli import main; sys.exit(main(['--port', '0', '--data', sys.argv[1]]))"
    command = [sys.executable, "-c", code, str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == f"cognito-emulator: cannot keep data at {tmp_path / 'cognito.sqlite3'}: the disk is full\n"
