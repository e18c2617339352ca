"""`scripts/start`: what a newcomer runs first."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
import requests

ROOT = Path(__file__).resolve().parents[2]
DEMO = str(ROOT / "scripts" / "demo")
STEP = re.compile(r"^ ?\d+\. .*", re.MULTILINE)


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


def test_the_readme_shows_what_it_prints(started: subprocess.Popen[str]) -> None:
    assert started.stdout is not None
    printed = until_messages(started)
    block = (ROOT / "README.md").read_text(encoding="utf-8").split("`scripts/start` prints:")[1].split("```")[1]
    assert STEP.findall(block) == STEP.findall(printed)
    shown = [line for line in block.splitlines() if line.startswith("      ")]
    assert [line.split()[0] for line in shown if f"      {line.split()[0]} " not in printed] == []
    assert [line.split("  ")[0] for line in block.splitlines()[-3:]][1:] == ["Sign in", "Messages"]


def test_the_user_and_password_that_it_prints_sign_in_at_the_page_that_it_prints(
    started: subprocess.Popen[str],
) -> None:
    printed = until_messages(started)
    [username, password] = re.findall(r"user (\S+), password (\S+)$", printed, re.MULTILINE)[0]
    [url] = re.findall(r"^Sign in +(\S+)$", printed, re.MULTILINE)
    browser = requests.Session()
    page = browser.get(url, timeout=10)
    assert (page.status_code, urlsplit(page.url).path) == (200, "/login")
    form = {"_csrf": browser.cookies["XSRF-TOKEN"], "username": username, "password": password}
    answer = browser.post(page.url, form, allow_redirects=False, timeout=10)
    landed = browser.get(urljoin(page.url, answer.headers["Location"]), timeout=10)
    assert (landed.status_code, landed.text) == (200, "Signed in as ada, ada@example.com.\n")
    again = requests.get(landed.url, timeout=10)
    assert (again.status_code, again.text) == (400, 'The code was refused: {"error":"invalid_grant"}\n')


def until_messages(started: subprocess.Popen[str]) -> str:
    """What is printed, up to the last line."""
    assert started.stdout is not None
    lines = []
    for line in iter(started.stdout.readline, ""):
        lines.append(line)
        if line.startswith("Messages"):
            break
    return "".join(lines)
