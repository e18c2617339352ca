"""What a Python function gets and answers, as in AWS's Python runtime."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from emulator.outside.functions import Routed, configured
from emulator.outside.http import HttpClient
from emulator.outside.python_functions import PythonFunction
from tests.python_functions.processes import ARN, EVENT, PATIENCE, UUID, Running, failure


def test_a_function_gets_the_event_and_answers(running: Running) -> None:
    function = running(
        "def handler(event, context):\n    event['response']['seen'] = event['userName']\n    return event"
    )
    assert function.runs(ARN)
    assert function.invoke(ARN, EVENT) == {**EVENT, "response": {"seen": EVENT["userName"]}}
    assert EVENT["response"] == {}


def test_the_context_is_that_of_awss_runtime(running: Running) -> None:
    function = running(
        "import os\n"
        "def handler(event, context):\n"
        "    told = {name: getattr(context, name) for name in dir(context) if name[0] != '_' and name not in\n"
        "            ('get_remaining_time_in_millis', 'log', 'identity')}\n"
        "    return told | {'left': context.get_remaining_time_in_millis(), 'handler': os.environ['_HANDLER'],\n"
        "                   'identity': context.identity.cognito_identity_id,\n"
        "                   'name': os.environ['AWS_LAMBDA_FUNCTION_NAME']}",
        seconds=30,
    )
    told = function.invoke(f"{ARN}:live", EVENT)
    assert 0 < told.pop("left") <= 30_000
    assert re.fullmatch(UUID, told.pop("aws_request_id"))
    assert re.fullmatch(r"2026/11/23/\[\$LATEST\][0-9a-f]{32}", told.pop("log_stream_name"))
    assert told == {
        "client_context": None,
        "function_name": "trigger",
        "function_version": "$LATEST",
        "handler": "app.handler",
        "identity": None,
        "invoked_function_arn": f"{ARN}:live",
        "log_group_name": "/aws/lambda/trigger",
        "memory_limit_in_mb": "128",
        "name": "trigger",
        "tenant_id": None,
    }


def test_what_a_function_prints_and_reads_is_not_what_is_said(
    running: Running, capfd: pytest.CaptureFixture[str]
) -> None:
    code = (
        "import logging, os, subprocess, sys\n"
        "print('imported')\n"
        "logging.getLogger().setLevel(logging.INFO)\n"
        "def handler(event, context):\n"
        "    print('{\"id\": 1}')\n"
        "    os.write(1, b'raw\\n')\n"
        "    subprocess.run(['echo', 'child'])\n"
        "    logging.info('logged')\n"
        "    context.log('told')\n"
        "    event['read'] = sys.stdin.read() + str(os.read(0, 9))\n"
        "    return event\n"
    )
    function = running(code)
    for _ in range(2):
        assert function.invoke(ARN, EVENT) == {**EVENT, "read": "b''"}
    out, errors = capfd.readouterr()
    assert out == ""
    for said in ("imported\n", '{"id": 1}\n', "raw\n", "child\n", "[INFO] logged\n", "told"):
        assert said in errors


def test_one_that_writes_where_only_answers_go_gets_no_events_of_others_mixed_up(running: Running) -> None:
    code = (
        "import os\n"
        "def handler(event, context):\n"
        "    if not event['userName']: return event\n"
        "    for number in range(3, 20):\n"
        '        try: os.write(number, b\'{"id": "x", "answer": {"stolen": true}}\\n\')\n'
        "        except OSError: pass\n"
        "    return event\n"
    )
    function = running(code)
    assert failure(function)[0] == "Runtime.ExitError"
    quick = {**EVENT, "userName": ""}
    assert function.invoke(ARN, quick) == quick


def test_events_and_answers_may_be_large(running: Running) -> None:
    large = {"text": "ä" * 500_000, "deep": json.loads("[" * 200 + "]" * 200)}
    assert running("def handler(event, context): return event").invoke(ARN, large) == large


def test_numbers_of_dynamodb_are_numbers(running: Running) -> None:
    code = "from decimal import Decimal\ndef handler(event, context): return [Decimal('7'), Decimal('1.5')]"
    assert running(code).invoke(ARN, EVENT) == [7, 1.5]


def test_a_function_in_a_package_finds_the_applications_own_modules(running: Running, project: Path) -> None:
    (project / "storage.py").write_text("PLACE = 'mine'")
    (project / "keys").mkdir()
    (project / "keys" / "door.py").write_text("KEY = 'mine too'")
    (project / "emulator" / "inner").mkdir(parents=True)
    for package in ("emulator", "emulator/inner"):
        (project / package / "__init__.py").touch()
    code = "import http.client, storage, keys.door\ndef f(e, c): return [storage.PLACE, keys.door.KEY, http.client.OK]"
    (project / "emulator" / "inner" / "functions.py").write_text(code)
    function = running("", "emulator.inner.functions:f")
    assert function.invoke(ARN, EVENT) == ["mine", "mine too", 200]


def test_the_environment_is_the_servers(running: Running, project: Path) -> None:
    code = "import os\ndef handler(event, context): return [os.environ.get('TABLE'), os.getcwd()]"
    (project / "app.py").write_text(code)
    environment = {**os.environ, "TABLE": "users"}
    lambdas = configured(None, {"trigger": "python:app:handler"}, lambda: "20261123T080000Z", environment, HttpClient())
    assert isinstance(lambdas, Routed)
    function = lambdas.targets["trigger"]
    assert isinstance(function, PythonFunction)
    function.seconds = PATIENCE
    assert lambdas.invoke(ARN, EVENT) == ["users", str(project)]
    function.close()
