"""Fixtures: a data directory to copy, the command, and servers of ours in processes of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from emulator import cli
from tests.copying.places import KEY, a_database
from tests.sdk.conftest import start

__all__ = ["start"]

Refusal = Callable[..., str]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A data directory."""
    directory = tmp_path / "source"
    directory.mkdir()
    a_database(directory / "cognito.sqlite3")
    (directory / "cognito.sqlite3.key").write_bytes(KEY)
    return directory


@pytest.fixture
def refusal(capsys: pytest.CaptureFixture[str]) -> Refusal:
    """Runs the command, which is to end with 1 and one line of error; answers that without its beginning."""

    def run(*arguments: object, status: int = 1) -> str:
        assert cli.main(["copy", *map(str, arguments)]) == status
        output, errors = capsys.readouterr()
        assert output == ""
        assert "Traceback" not in errors
        if status == 1:
            assert errors.count("\n") == 1
        return errors.strip().removeprefix("cognito-emulator: ")

    return run
