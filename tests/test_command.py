"""The command: its help, what it says of wrong settings and of an address that it cannot have, and no secret."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from emulator import cli, flags
from emulator.redaction import redacted
from emulator.server.listeners import CannotListen
from emulator.settings import TABLE, Settings

SECRET = "s3c/r@t"
WITH_SECRET = [
    ("database", f"postgresql://somebody:{SECRET}@db/cognito"),
    ("database", f"postgresql://db/cognito?user=somebody&password={SECRET}&sslmode=require"),
    ("smtp-url", f"http://somebody:{SECRET}@mail"),
    ("smtp-url", f"smtp:somebody:{SECRET}@mail"),
    ("lambda-endpoint", f"ftp://somebody:{SECRET}@host"),
    ("kms-endpoint", f"ftp://somebody:{SECRET}@host"),
    ("secrets-endpoint", f"ftp://somebody:{SECRET}@host"),
    ("issuer", f"ftp://somebody:{SECRET}@host"),
    ("log-delivery", f"s3://somebody:{SECRET}@host"),
    ("allowed-origins", f"https://somebody:{SECRET}@host"),
    ("allowed-hosts", f"somebody:{SECRET}@host"),
    ("lambda-functions", f"a=http://fine,b=ftp://somebody:{SECRET}@host"),
    ("lambda-functions", f"somebody:{SECRET}@host"),
]


@pytest.mark.parametrize(("name", "text"), WITH_SECRET)
def test_no_password_is_told(name: str, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([f"--{name}", text]) == 2
    assert cli.main([f"--{name[:-1]}", text]) == 2
    assert cli.main([f"--{name[:-1]}={text}"]) == 2
    told = capsys.readouterr().err
    assert f"--{name}: '" in told
    for part in ("s3c", "r@t", SECRET, "somebody:"):
        assert part not in told.replace("--", "")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http://localhost:3000/x?y=1", "http://localhost:3000/x?y=1"),
        ("http://me:pass@host:1/x", "http://***@host:1/x"),
        ("smtp://token@host", "smtp://***@host"),
        ("me:p/a:s@s@host", "***@host"),
        ("x://y?password=a&b=c&Token=d", "x://y?password=***&b=c&Token=***"),
        ("http://x/token?code=a&country_code=49&x=b", "http://x/token?code=***&country_code=49&x=b"),
        ("postgresql+psycopg://me:pass/cognito", "postgresql+psycopg://me:***/cognito"),
        ("postgresql+psycopg://host:5432/cognito", "postgresql+psycopg://host:5432/cognito"),
        ("/srv/data", "/srv/data"),
    ],
)
def test_a_url_is_shown_without_its_secrets(text: str, shown: str) -> None:
    assert redacted(text) == shown


def test_the_command_tells_everything_wrong_and_does_not_start(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COGNITO_EMULATOR_REGION", "nowhere")
    arguments = ["--port", "--ephemeral=maybe", "--portt", "1", "--issuer", "x", "serve"]
    assert cli.main(arguments) == 2
    output, errors = capsys.readouterr()
    assert output == ""
    assert errors.splitlines() == [
        "cognito-emulator: these settings are wrong:",
        "  --portt: there is no such setting; did you mean --port?",
        "  1: there is no such setting",
        "  serve: there is no such setting",
        "  --port: '' is not a port (0 to 65535)",
        "  --ephemeral: 'maybe' is neither true nor false",
        "  --issuer: 'x' is not `request`, `aws` or an http(s) URL without query and fragment",
        "  COGNITO_EMULATOR_REGION: 'nowhere' is not a region",
    ]


def test_flags_are_not_abbreviated(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--ephem"]) == 2
    assert "--ephem: there is no such setting; did you mean --ephemeral?" in capsys.readouterr().err


def test_the_help_names_every_flag_variable_and_default(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--help"])
    assert ended.value.code == 0
    told = " ".join(capsys.readouterr().out.split())
    for setting in TABLE:
        assert f"--{setting.name} " in told
        assert f"[{setting.variable}]" in told
    assert "(default: 26464)" in told
    assert "--port PORT the port" in told
    assert "--ephemeral [true|false] keep" in told


def test_the_help_shows_a_value_as_optional_only_where_it_is() -> None:
    assert flags.VALUES.keys() == {setting.name for setting in TABLE if not setting.is_flag}


@pytest.mark.parametrize("asked", ["--version", "--help"])
def test_asking_the_command_about_itself_imports_nothing_heavy(asked: str) -> None:
    code = "import sys, atexit; from emulator import cli; atexit.register(lambda: print(*sys.modules)); cli.main()"
    command = [sys.executable, "-c", code, asked]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert not {"flask", "sqlalchemy", "cryptography", "cheroot", "emulator.app", "emulator.home"} & {*loaded}


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.EADDRINUSE, "port 80 is in use (another cognito-emulator?); choose another with --port"),
        (errno.EACCES, "port 80 is for privileged processes; choose one above 1023 with --port"),
        (errno.EADDRNOTAVAIL, "here is not an address of this machine; choose another with --host"),
        (errno.EMFILE, "cannot listen on here:80: [Errno 24] words"),
    ],
)
def test_why_the_server_cannot_listen_is_told_in_words(number: int, told: str) -> None:
    chosen, error = Settings(host="here", port=80, https_port=443), OSError(number, "words")
    assert cli._listening(error, chosen) == told
    assert cli._listening(CannotListen("here", 80, error, secure=False), chosen) == told
    told = told.replace("80", "443").replace("--port", "--https-port")
    assert cli._listening(CannotListen("here", 443, error, secure=True), chosen) == told


def test_a_port_in_use_and_an_unknown_host_are_told_in_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))  # where there is nothing that a killed server has left
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        told = ended("--ephemeral", "--port", str(port))
    words = f"port {port} is in use (another cognito-emulator?); choose another with --port"
    assert told == (1, "", f"cognito-emulator: {words}\n")
    words = "there is no host called nowhere.invalid; choose another with --host"
    assert ended("--ephemeral", "--host", "nowhere.invalid") == (1, "", f"cognito-emulator: {words}\n")


def ended(*arguments: str) -> tuple[int, str, str]:
    command = [sys.executable, "-m", "cognito_emulator", *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return ended.returncode, ended.stdout, ended.stderr


def test_warnings_about_settings_are_in_the_log(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("COGNITO_EMULATOR_URL", "http://x")
    assert cli.main(["--data", str(tmp_path / "file")]) == 1
    warning, refusal = capsys.readouterr().err.splitlines()
    assert warning.endswith(" WARNING COGNITO_EMULATOR_URL: there is no such setting")
    assert refusal.endswith(f"{tmp_path / 'file'} is a file, not a directory")


def test_an_interrupt_before_the_server_listens_ends_without_a_traceback() -> None:
    code = """
import sys
from cognito_emulator import launcher

class Interrupts:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "emulator.cli":
            raise KeyboardInterrupt

sys.meta_path.insert(0, Interrupts)
sys.exit(launcher.main())
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "")


def test_a_command_whose_reader_is_gone_ends_without_a_traceback() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as pipe:
        ended = subprocess.run(
            [sys.executable, "-m", "cognito_emulator", "schema"], stdout=pipe, stderr=subprocess.PIPE, check=False
        )
    assert (ended.returncode, ended.stderr) == (1, b"")
