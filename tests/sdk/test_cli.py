"""The AWS CLI runs what docs/cli.md says, word for word."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.sdk.conftest import Server

ROOT = Path(__file__).resolve().parents[2]
DEFAULT = "http://127.0.0.1:26464"


def blocks() -> list[str]:
    """The document's blocks of shell."""
    return re.findall(
        r"^```sh\n(.*?)^```", (ROOT / "docs/cli.md").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )


def test_the_walkthrough_has_twenty_commands() -> None:
    assert len(re.findall(r"\bidp [a-z]", "".join(blocks()))) >= 20


def test_the_cli_runs_the_walkthrough(shared: Server, tmp_path: Path) -> None:
    settings, *steps = blocks()
    function = 'idp() { aws cognito-idp "$@"; }'  # a script knows no aliases
    script = "\n".join(["set -eu", settings.replace(DEFAULT, shared.url).split("alias")[0], function, *steps])
    home = {"HOME": str(tmp_path), "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    ran = subprocess.run(["sh", "-c", script], env=home, capture_output=True, text=True, timeout=180, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    said = ran.stdout.splitlines()
    for answer in ("ada", "cli", "cognito:username"):
        assert answer in said
    assert said.count("ada") == 3
    idp = shared.client("cognito-idp")
    assert "cli" not in [pool["Name"] for pool in idp.list_user_pools(MaxResults=60)["UserPools"]]
