"""`scripts/start`: what a newcomer runs first."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

DEMO = str(Path(__file__).resolve().parents[2] / "scripts" / "demo")


def ended(*flags: str) -> tuple[int, str, str]:
    done = subprocess.run([sys.executable, DEMO, *flags], capture_output=True, text=True, check=False, timeout=300)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def started() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, DEMO, "--ephemeral", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.send_signal(signal.SIGTERM)
        process.communicate()  # what it still prints is read, or printing it would fail
    assert process.returncode == 0


def test_help_and_version_are_shown_whole_and_succeed() -> None:
    code, shown, errors = ended("--help")
    assert (code, errors) == (0, "")
    assert shown.startswith("usage: cognito-emulator")
    assert "--port" in shown.partition("options:")[2]
    code, shown, errors = ended("--version")
    assert (code, errors) == (0, "")
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*\n", shown)


def test_a_refusal_to_start_is_passed_on() -> None:
    code, shown, errors = ended("--port", "99999")
    assert (code, shown) == (2, "")
    assert "--port" in errors


def test_the_variables_that_it_prints_are_those_that_every_sdk_reads(started: subprocess.Popen[str]) -> None:
    assert started.stdout is not None
    lines = iter(started.stdout.readline, "")
    url = next(lines).split()[-1]
    exported = ""
    for line in lines:
        exported += line if line.startswith("    export") else ""
        if line.startswith("Messages"):
            break
    assert dict(re.findall(r"(AWS_\w+)=(\S+)", exported)) == {
        "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": url,
        "AWS_ENDPOINT_URL_COGNITO_IDENTITY": url,
        "AWS_ENDPOINT_URL_STS": url,
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
    }
