"""`cognito-emulator completion`: the script by which a shell completes flags, values and commands."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from emulator import flags, sources
from emulator.commands import table
from emulator.redaction import one_line, redacted
from emulator.settings import Setting

_LOADED_BY = {
    "bash": 'eval "$(cognito-emulator completion bash)"  # in ~/.bashrc',
    "zsh": 'eval "$(cognito-emulator completion zsh)"  # in ~/.zshrc, after compinit',
    "fish": "cognito-emulator completion fish | source  # in ~/.config/fish/config.fish",
}
"""How each shell loads its script, by the name of the shell."""
_USAGE = "cognito-emulator completion bash|zsh|fish"


def main(arguments: Sequence[str]) -> int:
    """Print the script of the shell that the argument names. Returns the exit status, 2 for wrong arguments."""
    if list(arguments) in (["-h"], ["--help"]):
        lines = "\n".join(f"  {shell:4}  {line}" for shell, line in _LOADED_BY.items())
        print(f"usage: {_USAGE}\n\nLoad what it prints in each new shell:\n{lines}")
        return 0
    if len(arguments) != 1 or arguments[0] not in _LOADED_BY:
        close = sources.suggestion(arguments[0], _LOADED_BY, "") if len(arguments) == 1 else ""
        shown = " ".join(one_line(redacted(each)) for each in arguments) or "the name of a shell is missing"
        print(f"cognito-emulator completion: {shown}: the shells are {', '.join(_LOADED_BY)}{close}", file=sys.stderr)
        return 2
    import shtab

    print(shtab.complete(_parser(), arguments[0]))
    return 0


def _parser() -> argparse.ArgumentParser:
    """A parser of all flags and commands, which describes them to shtab and parses nothing."""
    parser = argparse.ArgumentParser("cognito-emulator")
    parser.add_argument("--version", action="store_true", help="show the version")
    for _, settings in flags.grouped():
        for setting in settings:
            _add(parser, f"--{setting.name}", "" if setting.is_flag else flags.placeholder(setting), _plain(setting))
    commands = parser.add_subparsers()
    for name, (_, summary) in table.COMMANDS.items():
        described = [_parser_of(name)]
        command = commands.add_parser(name, help=summary, parents=described, conflict_handler="resolve")
        for action in command._actions:
            _complete(action, str(action.metavar or ""))
    return parser


def _parser_of(command: str) -> argparse.ArgumentParser:
    """The parser of a command's flags, by the function `parser` of its module; else one without flags."""
    if command == "completion":
        parser = argparse.ArgumentParser()
        parser.add_argument("shell", choices=list(_LOADED_BY))
        return parser
    if command in table.OF_LAUNCHER:
        return argparse.ArgumentParser()
    module = import_module(f"emulator.commands.{command.replace('-', '_')}")
    made: argparse.ArgumentParser = getattr(module, "parser", argparse.ArgumentParser)()
    return made


def _plain(setting: Setting) -> str:
    return setting.help.replace("`", "")


def _add(parser: argparse.ArgumentParser, flag: str, value: str, text: str) -> None:
    text = text.replace("%", "%%")
    if value:
        _complete(parser.add_argument(flag, help=text), value)
    else:
        parser.add_argument(flag, action="store_true", help=text)


def _complete(action: argparse.Action, value: str) -> None:
    """Have a flag's value completed as its placeholder says: a path, or one of the words (`text|json`)."""
    import shtab

    first, *others = value.replace(",...", "").split("|")
    words = [form for form in (first, *others) if form.islower()]
    if words:
        action.choices = words
    elif first in {"FILE", "DIRECTORY"}:
        action.complete = shtab.FILE if first == "FILE" else shtab.DIRECTORY  # type: ignore[attr-defined]
