"""Point-in-time recovery on a real server: what docs/recovery.md says, and kill -9 in the middle of a restore."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tests.sdk.conftest import Start

ROOT = Path(__file__).resolve().parents[2]
DEFAULT = "http://127.0.0.1:26464"


def test_the_undo_of_the_documentation_works(start: Start, capsys: Any) -> None:
    page = (ROOT / "docs/recovery.md").read_text(encoding="utf-8")
    [code] = re.findall(r"^```python\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    exec(compile(code.replace(DEFAULT, start("--ephemeral").url), "docs/recovery.md", "exec"), {})
    said = re.findall(r"^print\(.*  # (.*)$", code, re.MULTILINE)
    assert capsys.readouterr().out.splitlines() == said
