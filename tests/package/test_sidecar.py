"""The sidecar of compose.yaml, without containers: its flags, its seed, its variables and its application."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.package.conftest import ROOT
from tests.package.environment import Environment, clean
from tests.sdk import node_client

RECIPES = ROOT / "examples" / "testcontainers"


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    return found


def test_the_application_waits_for_a_server_that_has_its_seed() -> None:
    cognito, app = compose()["cognito"], compose()["app"]
    assert app["depends_on"] == {"cognito": {"condition": "service_healthy"}}
    [mounted] = [volume for volume in cognito["volumes"] if volume.endswith(":/seed.yaml:ro")]
    assert (ROOT / mounted.partition(":")[0]).is_file()
    assert cognito["command"] == ["--seed", "/seed.yaml"]
    [address] = {value for name, value in app["environment"].items() if name.startswith("AWS_ENDPOINT_URL_")}
    assert address == "http://cognito:26464"


@pytest.mark.slow
def test_the_application_of_the_sidecar_signs_in_whom_the_seed_has(installed: Environment, tmp_path: Path) -> None:
    here = str(ROOT / "examples" / "compose" / "seed.yaml")
    flags = [here if flag == "/seed.yaml" else flag for flag in compose()["cognito"]["command"]]
    with installed.serving(tmp_path, *flags) as url:
        said = {name: str(value) for name, value in compose()["app"]["environment"].items()}
        variables = {name: url if value == "http://cognito:26464" else value for name, value in said.items()}
        program = [sys.executable, str(ROOT / "examples" / "compose" / "app.py")]
        done = subprocess.run(program, env=clean() | variables, capture_output=True, text=True, check=False)
    assert done.stdout == "ada <ada@example.com> signed in; the token is good for 3600 s\n", done.stderr


@pytest.mark.parametrize(
    "recipe",
    [
        "python/test_sign_in.py",
        "node/sign-in.test.mjs",
        "java/src/test/java/example/SignInTest.java",
        "go/sign_in_test.go",
        "dotnet/SignInTest.cs",
    ],
)
def test_a_recipe_starts_the_image_with_the_seed_and_waits_for_its_health(recipe: str) -> None:
    text = (RECIPES / recipe).read_text(encoding="utf-8")
    parts = ("--ephemeral", "--seed", "/seed.yaml", "/health", "26464", "1example23456789", "Wrong-horse-7")
    assert [part for part in parts if part not in text] == []
    assert f"({recipe})" in (RECIPES / "README.md").read_text(encoding="utf-8")


def test_the_recipes_that_can_be_are_read_by_their_language() -> None:
    compile((RECIPES / "python" / "test_sign_in.py").read_text("utf-8"), "test_sign_in.py", "exec")
    script = RECIPES / "node" / "sign-in.test.mjs"
    subprocess.run([node_client.NODE, "--check", script], check=True, env=os.environ | {"NODE_OPTIONS": ""})
    json.loads((RECIPES / "node" / "package.json").read_text("utf-8"))
    for project in (RECIPES / "java" / "pom.xml", RECIPES / "dotnet" / "Example.csproj"):
        assert ET.parse(project).getroot().tag.endswith(("project", "Project"))


def test_the_image_has_its_labels_and_a_health_check_without_curl() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    named = set(re.findall(r"org\.opencontainers\.image\.(\w+(?:\.\w+)?)=", text))
    assert named == {"title", "description", "licenses", "base.name", "version", "revision"}
    assert re.search(r'^HEALTHCHECK .* CMD \["cognito-emulator", "health"\]$', text, re.MULTILINE)
    assert not re.search(r"\b(?:curl|wget)\b", text)
