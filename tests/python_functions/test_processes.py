"""The processes that Python functions run in: kept, replaced, ended."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from time import monotonic

import pytest

from emulator.outside.lambdas import FunctionTimedOut, FunctionUnavailable
from tests.python_functions.processes import ARN, EVENT, PATIENCE, Running, lives, until


def test_a_process_is_kept_warm(running: Running) -> None:
    function = running(
        "import os\nseen = []\ndef handler(event, context):\n    seen.append(1)\n    return [os.getpid(), len(seen)]"
    )
    first, second = (function.invoke(ARN, EVENT) for _ in range(2))
    assert (first[1], second) == (1, [first[0], 2])
    assert first[0] != os.getpid()


def test_one_process_works_on_one_event_at_a_time(running: Running) -> None:
    code = "import os, time\ndef handler(event, context):\n    time.sleep(0.5)\n    return os.getpid()"
    function = running(code, most=3)
    function.invoke(ARN, EVENT)
    pids: list[int] = []
    threads = [threading.Thread(target=lambda: pids.append(function.invoke(ARN, EVENT))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(pids) == 6
    assert len(set(pids)) == 3


def test_more_than_there_may_be_at_once_are_throttled(running: Running, project: Path) -> None:
    code = "import time, pathlib\ndef handler(event, context):\n    pathlib.Path('busy').touch()\n    time.sleep(1)"
    function = running(code, most=1)
    thread = threading.Thread(target=function.invoke, args=[ARN, EVENT])
    thread.start()
    assert until((project / "busy").exists)
    function.seconds = 0.1
    with pytest.raises(FunctionUnavailable, match=r"^TooManyRequestsException$"):
        function.invoke(ARN, EVENT)
    thread.join()


def test_a_function_that_changes_is_run_as_it_is_now(running: Running, project: Path) -> None:
    (project / "words.py").write_text("WORD = 'before'")
    function = running("import words\ndef handler(event, context): return words.WORD")
    assert function.invoke(ARN, EVENT) == "before"
    (project / "words.py").write_text("WORD = 'afterwards'")
    assert function.invoke(ARN, EVENT) == "afterwards"


def test_one_that_does_not_answer_in_time_is_ended_with_what_it_started(running: Running, project: Path) -> None:
    code = (
        "import json, os, subprocess, time\n"
        "def handler(event, context):\n"
        "    if not event['userName']: return event\n"
        "    child = subprocess.Popen(['sleep', '60'])\n"
        "    open('pids', 'w').write(json.dumps([os.getpid(), child.pid]))\n"
        "    time.sleep(60)\n"
    )
    function = running(code)
    quick = {**EVENT, "userName": ""}
    function.invoke(ARN, quick)
    function.seconds = 0.5
    begun = monotonic()
    with pytest.raises(FunctionTimedOut):
        function.invoke(ARN, EVENT)
    assert monotonic() - begun < 5
    assert not any(lives(pid) for pid in json.loads((project / "pids").read_text()))
    function.seconds = PATIENCE
    assert function.invoke(ARN, quick) == quick


def test_one_that_lets_nobody_get_a_word_in_is_ended_too(running: Running) -> None:
    function = running(
        "import re\ndef handler(event, context): return re.match('(a+)+$', 'a' * 60 + 'b') and 1", seconds=1
    )
    with pytest.raises(FunctionTimedOut):
        function.invoke(ARN, EVENT)


def test_an_import_that_takes_long_goes_on_for_the_next_event(running: Running) -> None:
    code = "import os, time\ntime.sleep(1.5)\ndef handler(event, context): return os.getpid()"
    function = running(code, seconds=0.3)
    with pytest.raises(FunctionTimedOut):
        function.invoke(ARN, EVENT)
    function.seconds = PATIENCE
    first = function.invoke(ARN, EVENT)
    assert function.invoke(ARN, EVENT) == first


def test_idle_processes_end_when_they_are_closed(running: Running) -> None:
    function = running("import os\ndef handler(event, context): return os.getpid()")
    pid = function.invoke(ARN, EVENT)
    assert lives(pid)
    function.close()
    assert not lives(pid)
