"""The first sign-in of docs/federation.md, as it stands there, at a real server."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.builders import claims
from tests.sdk.conftest import Server

PAGE = Path(__file__).resolve().parents[2] / "docs" / "federation.md"
BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


def test_the_first_sign_in_ends_with_the_attributes_of_a_person_of_the_stand_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    section = PAGE.read_text(encoding="utf-8").partition("## The first sign-in\n")[2].partition("\n## ")[0]
    server = Server("--ephemeral", log=tmp_path / "server.log")
    try:
        url = server.url.replace("127.0.0.1", "localhost")
        code = "\n".join(BLOCK.findall(section)).replace("http://localhost:26464", url)
        names: dict[str, Any] = {}
        exec(compile(code, PAGE.name, "exec"), names)
        opened, told = capsys.readouterr().out.splitlines()
        assert "Noor Haddad" in requests.get(opened, timeout=60).text, "the page that the reader is told to open"
    finally:
        server.stop()
    assert claims(names["tokens"]["id_token"])["email"] == "noor@example.com"
    [username] = re.findall(r"`(Google_\d+)` for `username`", section)
    assert f"'username': '{username}'" in told
