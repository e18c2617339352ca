"""What docs/clients.md says is run, block by block, against real servers."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest

from tests.sdk.conftest import Server
from tests.sdk.node_client import HERE, NODE, PATIENCE, install
from tests.sdk.place import asked

ROOT = Path(__file__).resolve().parents[2]
DEFAULT = "http://127.0.0.1:26464"
BLOCK = re.compile(r"^```(python|js)\n(.*?)^```", re.DOTALL | re.MULTILINE)
JS = ["aws-amplify", "amazon-cognito-identity-js", "aws-jwt-verify"]

pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")


def blocks(language: str) -> list[str]:
    """The page's blocks in a language, in their order."""
    page = (ROOT / "docs/clients.md").read_text(encoding="utf-8")
    return [code for written, code in BLOCK.findall(page) if written == language]


def run(server: Server, *codes: str) -> dict[str, Any]:
    """Run blocks of Python as one program against a server; answers what they define."""
    defined: dict[str, Any] = {}
    for code in codes:
        exec(compile(code.replace(DEFAULT, server.url), "docs/clients.md", "exec"), defined)
    return defined


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose tokens have AWS's issuer."""
    server = Server("--ephemeral", "--issuer", "aws", log=tmp_path_factory.mktemp("aws") / "server.log")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def defined(shared: Server) -> dict[str, Any]:
    """What the page's Python defines, on a server with the default issuer."""
    return run(shared, *blocks("python"))


@pytest.fixture(scope="module")
def of_aws(aws: Server) -> dict[str, Any]:
    """What the page's first block defines, on a server with AWS's issuer."""
    return run(aws, blocks("python")[0])


def node(server: Server, code: str, place: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a block of JavaScript against a server, with the packages of tests/sdk/node."""
    install()
    (place / "node_modules").symlink_to(HERE / "node_modules")
    (place / "recipe.mjs").write_text(code.replace(DEFAULT, server.url))
    environment = {**os.environ, **variables}
    return subprocess.run(
        [NODE, "recipe.mjs"], cwd=place, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )


def test_the_python_clients_sign_in_and_verify(defined: dict[str, Any]) -> None:
    assert defined["claims"]["aud"] == defined["CLIENT"] == "1example23456789"
    assert defined["claims"]["iss"] == f"{defined['URL']}/us-east-1_Example01"
    assert defined["user"].access_claims["username"] == "ada"


@pytest.mark.usefixtures("defined")
def test_pycognito_wants_the_default_issuer(aws: Server, of_aws: dict[str, Any]) -> None:
    assert of_aws["tokens"]
    with pytest.raises(Exception, match="issuer"):
        run(aws, f'URL, POOL, CLIENT = "{aws.url}", "us-east-1_Example01", "1example23456789"', blocks("python")[2])


@pytest.mark.parametrize("package", JS)
def test_the_javascript_clients_do_what_the_page_says(
    shared: Server, aws: Server, defined: dict[str, Any], of_aws: dict[str, Any], tmp_path: Path, package: str
) -> None:
    assert len(blocks("js")) == len(JS)
    [code] = [code for code in blocks("js") if f"'{package}'" in code]
    server, token = (aws, of_aws) if package == "aws-jwt-verify" else (shared, defined)
    ran = node(server, code, tmp_path, ID_TOKEN=token["tokens"]["IdToken"])
    assert (ran.stdout, ran.returncode) == ("ada\n", 0), ran.stderr


def test_aws_jwt_verify_refuses_the_default_issuer(shared: Server, defined: dict[str, Any], tmp_path: Path) -> None:
    ran = node(shared, blocks("js")[-1], tmp_path, ID_TOKEN=defined["tokens"]["IdToken"])
    assert ran.returncode != 0
    assert f"issuer not configured: {shared.url}/us-east-1_Example01" in ran.stderr


def test_a_token_from_after_the_clock_was_moved_is_from_the_future(server: Server) -> None:
    create, verify, _ = blocks("python")
    run(server, create, verify)
    asked(f"{server.url}/_emulator/clock", {"advance": "1h"})
    signed_in = create[create.index("tokens =") :]
    before = create[: create.index("idp.create_user_pool(")]
    with pytest.raises(jwt.ImmatureSignatureError):
        run(server, before, signed_in, verify)
