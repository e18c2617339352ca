"""The file of the data key, where several servers start at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator import data_keys
from keys.entropy import SeededEntropy

OTHERS = bytes(range(32))


def test_a_server_that_starts_beside_another_takes_the_key_that_the_other_has_made_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "cognito.key"

    def is_new() -> bool:
        path.write_bytes(OTHERS)  # the other server makes its key, and then its database
        return False

    assert data_keys.read_or_make(path, SeededEntropy(7), is_new=is_new) == OTHERS


def test_a_database_without_its_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="is missing, and nothing in it can be read without"):
        data_keys.read_or_make(tmp_path / "cognito.key", SeededEntropy(7), is_new=lambda: False)
