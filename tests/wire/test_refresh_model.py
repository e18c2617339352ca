from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import distribution, version
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "emulator" / "wire" / "models"


INSTALLED = Path(str(distribution("botocore").locate_file("")))


def run(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "scripts" / f"{script}.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def drift(*arguments: object) -> tuple[int, list[str]]:
    """What `scripts/drift` exits with, and prints."""
    done = run("drift", *arguments)
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """A copy of the stored models."""
    return Path(shutil.copytree(MODELS, tmp_path / "models"))


def change(models: Path, service: str, act: Callable[[dict[str, Any]], object]) -> None:
    path = models / f"{service}.json"
    model = json.loads(path.read_text())
    act(model)
    path.write_text(json.dumps(model))


def test_the_stored_models_are_those_of_the_installed_botocore() -> None:
    assert drift("--botocore", INSTALLED) == (
        0,
        [f"botocore {version('botocore')}: no differences from the stored models"],
    )


def test_drift_tells_each_thing_that_a_botocore_has_more_less_or_otherwise(stored: Path) -> None:
    def age(model: dict[str, Any]) -> None:
        operations, shapes = model["operations"], model["shapes"]
        operations["Vanished"] = operations["DeleteUser"]
        del operations["CreateTerms"]
        operations["AdminGetUser"]["errors"] = [
            *operations["AdminGetUser"]["errors"][1:],
            {"shape": "AliasExistsException"},
        ]
        del operations["SignUp"]["authtype"]
        shapes["AdminGetUserRequest"]["required"] = ["UserPoolId"]
        shapes["UserType"]["members"]["Shoe"] = {"shape": "StringType"}
        del shapes["UserType"]["members"]["Enabled"]
        shapes["UsernameType"]["max"] = 127
        shapes["PasswordType"].pop("sensitive")
        shapes["AuthFlowType"]["enum"] = [*shapes["AuthFlowType"]["enum"][1:], "BY_SHOE"]
        shapes["GroupType"]["members"]["RoleArn"]["shape"] = "StringType"
        shapes["SMSMfaSettingsType"]["members"] = dict(reversed(shapes["SMSMfaSettingsType"]["members"].items()))

    change(stored, "cognito-idp", age)
    change(stored, "sts", lambda model: model["metadata"].update(apiVersion="2001-01-01"))
    before = {path: path.read_bytes() for path in stored.iterdir()}
    code, lines = drift("--botocore", INSTALLED, "--models", stored)
    assert code == 1
    assert lines == [
        "cognito-idp: + CreateTerms",
        "cognito-idp: - Vanished",
        "cognito-idp: + AdminGetUser raises ResourceNotFoundException",
        "cognito-idp: - AdminGetUser raises AliasExistsException",
        'cognito-idp: ~ SignUp: authtype absent -> "none"',
        'cognito-idp: ~ AdminGetUserRequest: required ["UserPoolId"] -> ["UserPoolId","Username"]',
        "cognito-idp: + AuthFlowType = USER_SRP_AUTH",
        "cognito-idp: - AuthFlowType = BY_SHOE",
        'cognito-idp: ~ GroupType.RoleArn: shape "StringType" -> "ArnType"',
        "cognito-idp: ~ PasswordType: sensitive absent -> true",
        "cognito-idp: ~ SMSMfaSettingsType: the order of its members",
        "cognito-idp: + UserType.Enabled",
        "cognito-idp: - UserType.Shoe",
        "cognito-idp: ~ UsernameType: max 127 -> 128",
        'sts: ~ metadata: apiVersion "2001-01-01" -> "2011-06-15"',
        f"botocore {version('botocore')}: 15 differences from the stored models",
    ]
    assert {path: path.read_bytes() for path in stored.iterdir()} == before


def test_drift_from_no_botocore_is_no_answer(tmp_path: Path) -> None:
    done = run("drift", "--botocore", tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"There is no botocore in {tmp_path}\n")


def test_what_it_writes_is_what_it_keeps(tmp_path: Path) -> None:
    assert run("refresh_model", "--models", tmp_path).returncode == 0
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        path.name: path.read_bytes() for path in MODELS.iterdir()
    }


def test_the_models_keep_no_prose_and_one_line_for_each_operation_and_shape() -> None:
    for path in MODELS.iterdir():
        text = path.read_text()
        model = json.loads(text)
        assert '"documentation":"' not in text
        assert len(text.splitlines()) == len(model["operations"]) + len(model["shapes"]) + 7
