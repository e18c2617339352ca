"""The command, led to a server in the place of AWS."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from emulator import cli
from tests.import_from_aws import place
from tests.import_from_aws.place import Answer, Place

IDS = {"--user-pool-id": "us-east-1_Example01"}


@dataclass
class Run:
    """How the command ended."""

    status: int
    output: str
    errors: str

    @property
    def notes(self) -> list[str]:
        """What it said besides, a line each."""
        prefix = "cognito-emulator import-from-aws: "
        assert all(line.startswith(prefix) for line in self.errors.splitlines())
        return [line.removeprefix(prefix) for line in self.errors.splitlines()]


Command = Callable[..., Run]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], sdk_variables: None) -> Command:
    """Runs the command in this process."""

    def run(*arguments: str) -> Run:
        capfdbinary.readouterr()
        status = cli.main(["import-from-aws", *arguments])
        output, errors = capfdbinary.readouterr()
        return Run(status, output.decode(), errors.decode())

    return run


@pytest.fixture
def sdk_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variables and files of the SDK but credentials that are made up."""
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAQAAAAAAAAAAAAAAA")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")


@pytest.fixture
def in_place_of_aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Answer], Place]]:
    """Puts a server in the place of AWS, which answers as it is told."""
    with ExitStack() as stack:

        def serve(answer: Answer) -> Place:
            there = stack.enter_context(place.served(answer))
            for service in ("COGNITO_IDENTITY_PROVIDER", "COGNITO_IDENTITY"):
                monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", there.url)
            return there

        yield serve
