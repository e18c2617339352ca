from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "emulator" / "wire" / "models"


def refresh(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "scripts" / "refresh_model"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_stored_models_are_those_of_the_installed_botocore() -> None:
    checked = refresh("--check")
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_check_names_the_operations_that_differ_and_writes_nothing(tmp_path: Path) -> None:
    shutil.copytree(MODELS, tmp_path, dirs_exist_ok=True)
    stored = tmp_path / "cognito-idp.json"
    model = json.loads(stored.read_text())
    del model["operations"]["CreateTerms"]
    model["operations"]["Vanished"] = model["operations"]["DeleteUser"]
    model["shapes"]["AdminGetUserRequest"]["required"] = ["UserPoolId"]
    stored.write_text(json.dumps(model))
    before = stored.read_bytes()
    checked = refresh("--check", "--models", str(tmp_path))
    assert checked.returncode == 1
    assert checked.stdout.splitlines() == [
        "cognito-idp: ~ AdminGetUser",
        "cognito-idp: + CreateTerms",
        "cognito-idp: - Vanished",
        "cognito-idp: differs from the installed botocore",
    ]
    assert stored.read_bytes() == before


def test_what_it_writes_is_what_it_keeps(tmp_path: Path) -> None:
    assert refresh("--models", str(tmp_path)).returncode == 0
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        path.name: path.read_bytes() for path in MODELS.iterdir()
    }


def test_the_models_keep_no_prose_and_one_line_for_each_operation_and_shape() -> None:
    for path in MODELS.iterdir():
        text = path.read_text()
        model = json.loads(text)
        assert '"documentation":"' not in text
        assert len(text.splitlines()) == len(model["operations"]) + len(model["shapes"]) + 7
