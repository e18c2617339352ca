"""What a process of the emulator's users gets when it imports the one package."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import cognito_emulator

PACKAGE = Path(cognito_emulator.__file__).parent
LOADED = {"__future__", "os", "sys", "importlib"}


def imported(tree: ast.AST) -> set[str]:
    """The top-level names of the modules that are imported in a piece of code."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


def test_the_package_imports_the_standard_library_alone() -> None:
    excepted = {"launcher.py": {"emulator"}, "pytest_plugin.py": {"pytest"}, "cognito.py": {"boto3", "botocore"}}
    files = list(PACKAGE.rglob("*.py"))
    assert {path.name for path in files} > set(excepted)
    for path in files:
        others = imported(ast.parse(path.read_text())) - sys.stdlib_module_names - {"cognito_emulator"}
        assert others == excepted.get(path.name, set()), path


def test_the_launcher_imports_only_what_an_interpreter_has_loaded() -> None:
    tree = ast.parse((PACKAGE / "launcher.py").read_text())
    above = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    assert set().union(*map(imported, above)) == LOADED


def test_a_users_process_has_nothing_else_of_the_emulator() -> None:
    code = "import sys, cognito_emulator.health, cognito_emulator.testing; print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    modules = {name.partition(".")[0] for name in ast.literal_eval(done.stdout)}
    assert not modules & {"emulator", "storage", "keys", "flask", "sqlalchemy", "boto3"}
