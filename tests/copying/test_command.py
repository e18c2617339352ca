"""The command: what it says, what it refuses, and that a target it refuses or does not complete is left as it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from emulator import cli, home
from emulator.data_errors import DataDirectoryError
from emulator.settings import Settings
from keys.entropy import SystemEntropy
from storage.copying import copier
from storage.copying.rows import Target
from storage.server import Server
from storage.store import Store
from tests.copying.conftest import Refusal
from tests.copying.places import KEY, everything, names
from tests.postgresql.server import GUARDED, PASSWORD, PostgreSQLServer
from tests.storage.rows import VAULT


def test_a_data_directory_goes_into_postgresql_and_back(
    source: Path,
    empty_postgresql: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COGNITO_EMULATOR_DATA", str(tmp_path / "data"))
    before = everything(source / "cognito.sqlite3")
    rows = sum(map(len, before.values()))
    assert cli.main(["copy", "--from", f"sqlite:///{source}", "--to", empty_postgresql]) == 0
    there = tmp_path / "data" / "cognito.key"
    shown = empty_postgresql.replace("postgres@", "***@")
    output, errors = capsys.readouterr()
    assert output.splitlines() == [
        f"copied {source}/cognito.sqlite3 to {shown}",
        f"2 user pools, 8 users, 2 sign-ins with refresh tokens, 2 identities; {rows} rows in {len(before)} tables, "
        f"and 1048600 bytes of import files: all of them counted there",
        f"the data key is {there}",
        f"a server on it: cognito-emulator --database '{shown}' --key {there}",
    ]
    assert errors == ""
    assert (there.read_bytes(), there.stat().st_mode & 0o777) == (KEY, 0o600)
    back = tmp_path / "back"
    assert cli.main(["copy", "--from", empty_postgresql, "--to", f"sqlite:///{back}/"]) == 0
    assert everything(back / "cognito.sqlite3") == before
    assert (back / "cognito.sqlite3.key").read_bytes() == KEY
    assert names(back) == [f"cognito.sqlite3{each}" for each in ("", ".imports", ".key", ".lock")]
    assert {path.stat().st_mode & 0o777 for path in back.iterdir()} == {0o600, 0o700}
    with home.opened(Settings(data=back), SystemEntropy()):
        pass


def test_relative_urls_and_keys_elsewhere(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (source / "cognito.sqlite3.key").rename(tmp_path / "kept")
    names = ["--from", "sqlite:source/cognito.sqlite3", "--from-key", "kept"]
    assert cli.main(["copy", *names, "--to", "sqlite:new.db", "--to-key", "keys/new"]) == 0
    assert (tmp_path / "keys" / "new").read_bytes() == KEY
    assert everything(tmp_path / "new.db") == everything(source / "cognito.sqlite3")
    assert not (tmp_path / "new.db.key").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], ["--from: a URL is missing", "--to: a URL is missing"]),
        (["--form", "x"], ["--form: there is no such flag; did you mean --from?", "x: there is no such flag"]),
        (["--from", "mysql://me:s3cret@h/d"], ["--from: 'mysql://***@h/d' is neither"]),
        (
            ["--from", "mysql:h"],
            ["--from: 'mysql:h' is neither sqlite:////absolute/path nor postgresql+psycopg://user"],
        ),
        (["--from", "sqlite:"], ["--from: 'sqlite:' is neither"]),
        (["--to", "postgresql://me:s3cret@h/d"], ["--to: 'postgresql://***@h/d' is not postgresql+psycopg://user"]),
    ],
)
def test_wrong_arguments_are_told_together(arguments: list[str], told: list[str], refusal: Refusal) -> None:
    said = refusal(*arguments, status=2)
    for words in told:
        assert f"  {words}" in said
    assert "s3cret" not in said


def test_an_unknown_command_is_told_with_the_one_that_was_meant(capsys: pytest.CaptureFixture[str]) -> None:
    assert [cli.main(["cpoy"]), cli.main(["helth"]), cli.main(["me:s3cret@x\n"])] == [2, 2, 2]
    assert capsys.readouterr().err.splitlines() == [
        "cognito-emulator: cpoy: there is no such command; did you mean copy?",
        "cognito-emulator: helth: there is no such command; did you mean health?",
        "cognito-emulator: ***@x : there is no such command",
    ]
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    assert "cognito-emulator copy --from URL --to URL" in capsys.readouterr().out


def test_tables_in_which_a_server_has_put_nothing_are_empty(
    source: Path, empty_postgresql: str, tmp_path: Path
) -> None:
    Store(Server(empty_postgresql), VAULT).close()
    key = str(tmp_path / "key")
    assert cli.main(["copy", "--from", f"sqlite:///{source}", "--to", empty_postgresql, "--to-key", key]) == 0
    assert everything(Server(empty_postgresql)) == everything(source / "cognito.sqlite3")


def test_a_target_that_a_server_has_open_is_refused(source: Path, tmp_path: Path, refusal: Refusal) -> None:
    with home.opened(Settings(data=tmp_path / "new"), SystemEntropy()):
        said = refusal(
            "--from", f"sqlite:///{source}", "--to", f"sqlite:///{tmp_path}/new", "--to-key", tmp_path / "key"
        )
    assert f": another cognito-emulator uses it (process {os.getpid()} on " in said


def test_no_server_opens_the_target_meanwhile(source: Path, tmp_path: Path) -> None:
    with (
        home.reserved(tmp_path / "new" / "cognito.sqlite3"),
        pytest.raises(DataDirectoryError, match="another cognito-emulator uses it"),
        home.opened(Settings(data=tmp_path / "new"), SystemEntropy()),
    ):
        pass


def test_a_target_that_is_filled_meanwhile_is_left_alone(
    source: Path, tmp_path: Path, refusal: Refusal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By somebody who does not care for the lock."""
    commit = copier.commit

    def late(target: Target) -> None:
        (tmp_path / "new" / "cognito.sqlite3").write_bytes(b"somebody's")
        commit(target)

    monkeypatch.setattr(copier, "commit", late)
    said = refusal("--from", f"sqlite:///{source}", "--to", f"sqlite:///{tmp_path}/new/")
    assert said.endswith(": it is not empty: there is a file already")
    assert names(tmp_path / "new") == ["cognito.sqlite3", "cognito.sqlite3.lock"]
    assert (tmp_path / "new" / "cognito.sqlite3").read_bytes() == b"somebody's"


def test_a_postgresql_target_that_is_filled_meanwhile_waits(
    postgresql: PostgreSQLServer, source: Path, empty_postgresql: str
) -> None:
    """Nobody writes to its tables before everything is there."""
    name = empty_postgresql.rpartition("/")[2]
    Store(Server(empty_postgresql), VAULT).close()
    path = source / "cognito.sqlite3"
    with copier.opened_source(path) as opened, copier.opened_target(Server(empty_postgresql), VAULT) as filled:
        copier.copy(opened, filled)
        with pytest.raises(Exception, match="lock timeout"):
            postgresql.execute("SET lock_timeout = '100ms'; INSERT INTO provisioned_limits VALUES ('r', 'c', 1)", name)
        copier.commit(filled)
    assert everything(Server(empty_postgresql)) == everything(path)


def test_no_password_is_told(postgresql: PostgreSQLServer, source: Path, empty_postgresql: str, tmp_path: Path) -> None:
    url = empty_postgresql.replace("postgres@", f"{GUARDED}:{PASSWORD}-wrong@")
    command = [sys.executable, "-m", "cognito_emulator", "copy", "--to-key", str(tmp_path / "key"), "--from"]
    ended = subprocess.run(
        [*command, f"sqlite:///{source}", "--to", url], capture_output=True, text=True, check=False, timeout=60
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "password authentication failed" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert PASSWORD not in ended.stderr


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_copy_that_is_killed_leaves_nothing_that_a_server_would_take_for_data(
    source: Path, empty_postgresql: str, tmp_path: Path, kind: str
) -> None:
    place = tmp_path / "new" if kind == "sqlite" else Server(empty_postgresql)
    url = f"sqlite:///{place}" if kind == "sqlite" else empty_postgresql
    arguments = ["copy", "--from", f"sqlite:///{source}", "--to", url, "--to-key", str(tmp_path / "key")]
    code = (
        "import os, sys; from emulator import cli; from storage.copying import copier\n"
        "copier.commit = lambda target: os.kill(os.getpid(), 9)\n"
        "cli.main(sys.argv[1:])"
    )
    killed = subprocess.run([sys.executable, "-c", code, *arguments], check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert not (tmp_path / "new").exists()
    assert cli.main(arguments) == 0
    assert everything(place) == everything(source / "cognito.sqlite3")
    assert not list(tmp_path.glob("*.copy*"))


def test_a_source_on_a_read_only_medium_is_read(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may write anywhere, so the mode of a directory would say nothing."""
    before = everything(source / "cognito.sqlite3")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with copier.opened_source(source / "cognito.sqlite3") as opened:
        monkeypatch.undo()
        with copier.opened_target(tmp_path / "new", VAULT) as filled:
            copier.copy(opened, filled)
            copier.commit(filled)
        assert "cognito.sqlite3-shm" not in names(source)
    assert everything(tmp_path / "new") == before
