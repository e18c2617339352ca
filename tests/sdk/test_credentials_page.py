"""What docs/credentials.md says is run, block by block: credentials of our server at moto's S3, DynamoDB and SQS."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.sdk.conftest import Server
from tests.sdk.moto import Moto
from tests.sdk.node_client import HERE, NODE, PATIENCE, install
from tests.sdk.place import asked

ROOT = Path(__file__).resolve().parents[2]
OURS, MOTOS = "http://127.0.0.1:26464", "http://127.0.0.1:5000"
BLOCK = re.compile(r"^```(sh|python|js)\n(.*?)^```", re.DOTALL | re.MULTILINE)
BLOCKS = BLOCK.findall((ROOT / "docs/credentials.md").read_text(encoding="utf-8"))
JS = ["fromCognitoIdentityPool", "fromWebToken", "Amplify"]
USER = "arn:aws:sts::000000000000:assumed-role/authenticated"


def blocks(language: str, shared: Server, resources: Moto) -> list[str]:
    """The page's blocks in a language, in their order, for the servers of the test."""
    of_language = [code for written, code in BLOCKS if written == language]
    return [code.replace(OURS, shared.url).replace(MOTOS, resources.url) for code in of_language]


def run(command: Sequence[str], place: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder."""
    return subprocess.run(
        command, cwd=place, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )


@pytest.fixture(scope="module")
def environment(shared: Server, resources: Moto) -> Iterator[dict[str, str]]:
    """The variables that the page exports, and none of AWS's else."""
    exported = re.findall(r"^export (\w+)=(\S+)$", blocks("sh", shared, resources)[0], re.MULTILINE)
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        for name, value in exported:
            patch.setenv(name, value)
        assert len(exported) == 7
        yield dict(os.environ)


@pytest.fixture(scope="module")
def defined(environment: dict[str, str], shared: Server, resources: Moto) -> dict[str, Any]:
    """What the page's Python defines."""
    defined: dict[str, Any] = {}
    for code in blocks("python", shared, resources):
        exec(compile(code, "docs/credentials.md", "exec"), defined)
    return defined


def test_the_signed_in_user_uses_s3_dynamodb_and_sqs_by_boto3(defined: dict[str, Any], shared: Server) -> None:
    assert defined["arn"] == f"{USER}/CognitoIdentityCredentials"
    assert defined["text"] == b"hello"
    assert defined["note"] == {"owner": defined["identity"], "text": "hello"}
    assert defined["job"].body == defined["identity"]
    with urllib.request.urlopen(defined["url"], timeout=10) as file:
        assert file.read() == b"hello"
    told = asked(f"{shared.url}/_emulator/credentials?access_key_id={defined['keys']['AccessKeyId']}")
    assert (told["identity_id"], told["identity_pool_id"]) == (defined["identity"], defined["IDENTITY_POOL"])


def test_the_table_starts_the_server_of_the_test() -> None:
    page = (ROOT / "docs/credentials.md").read_text(encoding="utf-8")
    assert "`MOTO_ACCOUNT_ID=000000000000 moto_server -p 5000`" in page


@pytest.mark.parametrize("what", JS)
def test_the_javascript_clients_read_what_the_user_wrote(
    environment: dict[str, str], defined: dict[str, Any], shared: Server, resources: Moto, tmp_path: Path, what: str
) -> None:
    written = blocks("js", shared, resources)
    assert len(written) == len(JS)
    [code] = [code for code in written if f"import {{ {what} }}" in code]
    install()
    (tmp_path / "node_modules").symlink_to(HERE / "node_modules")
    (tmp_path / "recipe.mjs").write_text(code)
    ran = run([str(NODE), "recipe.mjs"], tmp_path, {**environment, "ID_TOKEN": defined["token"]})
    assert (ran.stdout, ran.returncode) == ("hello\n", 0), ran.stderr


def test_the_command_line_gets_the_file_by_a_web_identity(
    environment: dict[str, str], defined: dict[str, Any], shared: Server, resources: Moto, tmp_path: Path
) -> None:
    (tmp_path / "token.jwt").write_text(defined["token"])
    path = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    given = {**environment, "PATH": path, "HOME": str(tmp_path)}
    script = blocks("sh", shared, resources)[-1]
    ran = run(["sh", "-eu", "-c", script], tmp_path, given)
    assert (ran.stdout, ran.returncode) == (f"{USER}/ada\n", 0), ran.stderr
    assert (tmp_path / "downloaded" / defined["identity"] / "hello.txt").read_text() == "hello"
