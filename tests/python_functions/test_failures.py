"""What a Python function fails with, in Lambda's words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.python_functions.processes import ARN, EVENT, UUID, Running, failure


@pytest.mark.parametrize(
    ("code", "kind", "message"),
    [
        ("def handler(e, c): raise ValueError('Not you.')", "ValueError", "Not you."),
        ("def handler(e, c): raise KeyError('x')", "KeyError", "'x'"),
        ("def handler(e, c): raise Exception", "Exception", ""),
        ("def handler(e): return e", "TypeError", "handler() takes 1 positional argument but 2 were given"),
        ("def handler(e, c): return {1, 2}", "Runtime.MarshalError", "of type set is not JSON serializable"),
        ("async def handler(e, c): return e", "Runtime.MarshalError", "of type coroutine is not JSON serializable"),
        ("def handler(e, c): return 'x' * 7_000_000", "Function.ResponseSizeTooLarge", "(6291556 bytes)."),
        ("handler = 7", "TypeError", "'int' object is not callable"),
        ("raise ValueError('no configuration')", "ValueError", "no configuration"),
        ("import nowhere", "Runtime.ImportModuleError", "Unable to import module 'app': No module named 'nowhere'"),
        ("from os import nothing", "Runtime.ImportModuleError", "cannot import name 'nothing' from 'os'"),
        ("def handler(", "Runtime.UserCodeSyntaxError", "Syntax error in module 'app': '(' was never closed"),
        ("", "Runtime.HandlerNotFound", "Handler 'handler' missing on module 'app'"),
    ],
)
def test_what_fails_is_told_in_lambdas_words(running: Running, code: str, kind: str, message: str) -> None:
    function = running(code)
    for _ in range(2):
        told = failure(function)
        assert told[0] == kind
        assert message in told[1]


@pytest.mark.parametrize(
    ("target", "kind", "message"),
    [
        ("nowhere:f", "Runtime.ImportModuleError", "Unable to import module 'nowhere': No module named 'nowhere'"),
        ("app.part:f", "Runtime.ImportModuleError", "No module named 'app.part'; 'app' is not a package"),
        ("sys:exit", "Runtime.BuiltInModuleConflict", "Cannot use built-in module sys as a handler module"),
        ("storage:Store", "Runtime.ImportModuleError", "Unable to import module 'storage': No module named 'storage'"),
    ],
)
def test_a_module_that_is_not_the_applications_is_refused(
    running: Running, target: str, kind: str, message: str
) -> None:
    told = failure(running("def handler(e, c): return e", target))
    assert told[0] == kind
    assert message in told[1]


def test_a_function_that_is_mended_runs(running: Running, project: Path) -> None:
    function = running("def handler(")
    assert failure(function)[0] == "Runtime.UserCodeSyntaxError"
    (project / "app.py").write_text("def handler(event, context): return event")
    assert function.invoke(ARN, EVENT) == EVENT


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("os._exit(1)", "Runtime exited with error: exit status 1"),
        ("os._exit(0)", "Runtime exited without providing a reason"),
        ("sys.exit(3)", "Runtime exited with error: exit status 3"),
        ("os.kill(os.getpid(), 9)", "Runtime exited with error: signal: killed"),
        ("ctypes.string_at(0)", "Runtime exited with error: signal: segmentation fault"),
    ],
)
@pytest.mark.parametrize("when", ["called", "imported"])
def test_a_process_that_ends_is_told_and_another_takes_its_place(
    running: Running, project: Path, how: str, told: str, when: str
) -> None:
    crash = f"if os.path.exists('crash'):\n    os.remove('crash')\n    {how}\n"
    body = crash.replace("\n", "\n    ") if when == "called" else ""
    first = f"import ctypes, os, sys\n{crash if when == 'imported' else ''}"
    code = f"{first}def handler(event, context):\n    {body}\n    return event"
    function = running(code)
    (project / "crash").touch()
    kind, message = failure(function)
    assert kind == "Runtime.ExitError"
    assert re.fullmatch(rf"RequestId: {UUID} Error: {told}", message)
    assert function.invoke(ARN, EVENT) == EVENT


def test_a_traceback_shows_the_applications_own_lines(running: Running, capfd: pytest.CaptureFixture[str]) -> None:
    function = running("import nowhere")
    failure(function)
    logged = capfd.readouterr().err
    assert "[ERROR] Runtime.ImportModuleError: Unable to import module 'app': No module named 'nowhere'\n" in logged
    assert 'app.py", line 1, in <module>' in logged
    assert "importlib" not in logged
    assert "python_worker" not in logged
