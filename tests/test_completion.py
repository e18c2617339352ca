"""Shell completion: what each shell offers, when it is on the machine."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from emulator import cli, flags
from emulator.commands import table
from emulator.settings import TABLE

# What bash's own completion does: it puts the words into these variables, and calls the function.
OFFERED_BY_BASH = """
set -u
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
function_of=$(complete -p cognito-emulator | sed 's/.* -F \\([^ ]*\\).*/\\1/')
"$function_of" cognito-emulator "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
echo "${COMPREPLY[*]}"
"""
WITHOUT_BASH = pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")


def script(shell: str, place: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert cli.main(["completion", shell]) == 0
    path = place / f"completion.{shell}"
    path.write_text(capsys.readouterr().out, encoding="utf-8")
    return path


@WITHOUT_BASH
@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("--database", "--database --database-connections --database-timeout"),
        ("--log-format ", "text json"),
        ("--issuer ", "request aws"),
        ("--port 0 --ephem", "--ephemeral"),
        ("--roles ro", "roles.yaml"),
        ("--data da", "data"),
        ("hea", "health"),
        ("copy --from", "--from --from-key"),
        ("copy --to-key ro", "roles.yaml"),
        ("import-from-aws --u", "--user-pool-id --users"),
        ("--seed ro", "roles.yaml"),
        ("completion ", "bash zsh fish"),
    ],
)
def test_bash_completes(line: str, offered: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = script("bash", tmp_path, capsys)
    (tmp_path / "roles.yaml").touch()
    (tmp_path / "data").mkdir()
    words = ["cognito-emulator", *line.split(" ")]
    asked = subprocess.run(
        ["bash", "-c", OFFERED_BY_BASH, "bash", path, *words], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (asked.stdout.strip(), asked.stderr) == (offered, "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_has_every_flag_and_command_and_its_shell_reads_it(
    shell: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = script(shell, tmp_path, capsys)
    text = path.read_text(encoding="utf-8")
    lead = "-l " if shell == "fish" else "--"
    assert [setting.name for setting in TABLE if f"{lead}{setting.name}" not in text] == []
    assert [name for name in table.COMMANDS if name not in text] == []
    if shutil.which(shell):
        read = subprocess.run([shell, "-n", path], capture_output=True, text=True, check=False)
        assert (read.returncode, read.stderr) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "the name of a shell is missing: the shells are bash, zsh, fish"),
        (["bsh"], "bsh: the shells are bash, zsh, fish; did you mean bash?"),
        (["bash", "zsh"], "bash zsh: the shells are bash, zsh, fish"),
    ],
)
def test_another_shell_is_refused_in_words(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["completion", *arguments]) == 2
    assert capsys.readouterr().err == f"cognito-emulator completion: {told}\n"


def test_the_help_says_how_each_shell_loads_its_script(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["completion", "--help"]) == 0
    told = capsys.readouterr().out
    assert [shell for shell in ("bash", "zsh", "fish") if f"cognito-emulator completion {shell}" not in told] == []


def test_every_setting_has_a_group_and_one_without_is_shown_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new setting needs its name in `flags.GROUPS`."""
    assert [title for title, _ in flags.grouped()] == list(flags.GROUPS)
    names = [setting.name for _, settings in flags.grouped() for setting in settings]
    assert sorted(names) == sorted(setting.name for setting in TABLE)
    monkeypatch.setitem(flags.GROUPS, "Server", ("host",))
    title, others = flags.grouped()[-1]
    assert (title, others[0].name) == ("Other", "port")
