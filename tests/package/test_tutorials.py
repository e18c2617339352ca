"""The tutorials, as a reader follows them: their programs, in their order."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from urllib.request import urlopen

import pytest
import yaml

from tests.package.conftest import ROOT
from tests.package.environment import PATIENCE, Environment, clean

pytestmark = pytest.mark.slow
CREDENTIALS = {"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}


def blocks(tutorial: str, language: str) -> list[str]:
    text = (ROOT / "docs" / f"tutorial-{tutorial}.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def test_whoever_develops_gets_as_far_as_a_signed_in_user(installed: Environment, tmp_path: Path) -> None:
    setup, sign_up = blocks("develop", "python")
    with installed.serving(tmp_path) as url:
        variables = {
            **clean(),
            **CREDENTIALS,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": url,
            "PYTHONUNBUFFERED": "1",
        }
        assert "made us-east-1_Shop" in subprocess.check_output(
            [installed.python, "-c", setup], env=variables, text=True
        )
        command = [str(installed.python), "-c", sign_up]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, env=variables, stdin=pipe, stdout=pipe, text=True) as program:
            assert program.stdin is not None
            assert program.stdout is not None
            assert program.stdout.readline() == "a code was sent to ada@example.com\n"
            with urlopen(f"{url}/_emulator/messages", timeout=PATIENCE) as answer:
                code = json.load(answer)["messages"][-1]["code"]
            program.stdin.write(code)
            program.stdin.close()
            printed = program.stdout.read()  # not `communicate`, which lacks what readline has read ahead
        assert printed == "code: ada is signed in\n"


def test_whoever_tests_gets_five_tests_that_pass(installed: Environment, tmp_path: Path) -> None:
    application, *tests = blocks("tests", "python")
    (tmp_path / "accounts.py").write_text(application, encoding="utf-8")
    (tmp_path / "test_accounts.py").write_text("\n\n".join(tests), encoding="utf-8")
    command = [str(installed.python), "-m", "pytest", "-W", "error", "--rootdir", str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, env=clean(), capture_output=True, text=True, check=False)
    assert "5 passed" in done.stdout, done.stdout + done.stderr


def test_whoever_runs_containers_has_the_seed_and_the_flags_of_the_repository() -> None:
    seed, *composed = (yaml.safe_load(block) for block in blocks("sidecar", "yaml"))
    ours = yaml.safe_load((ROOT / "examples" / "compose" / "seed.yaml").read_text(encoding="utf-8"))
    [pool], [own] = seed["user_pools"], ours["user_pools"]
    assert pool.keys() == own.keys()
    assert pool["users"] == own["users"]
    services = composed[0]["services"]
    assert services["cognito"]["command"] == ["--ephemeral", "--seed", "/seed.yaml"]
    assert services["app"]["depends_on"] == {"cognito": {"condition": "service_healthy"}}
    assert pool["Id"] in services["app"]["command"]
