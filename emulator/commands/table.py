"""The table of commands, and running one of them."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

from emulator import sources
from emulator.redaction import one_line, redacted

COMMANDS = {
    "completion": ("completion bash|zsh|fish", "prints a script by which a shell completes flags and commands"),
    "copy": ("copy --from URL --to URL", "copies all data into another, empty database, and its key with it"),
    "schema": ("schema", "prints the JSON Schema of seed files, from which editors complete"),
    "import-from-aws": ("import-from-aws --user-pool-id ID", "prints a pool on AWS as a seed file"),
    "health": ("health [URL]", "tells by its exit status whether a server is ready"),
}
"""Usage and summary by name. The module of the same name has `main(arguments)`; the launcher runs `health` itself."""
OF_LAUNCHER = frozenset({"health"})
"""The commands that the launcher runs, without the server's packages."""


def run(arguments: Sequence[str]) -> int:
    """Run the command that the first argument names. Returns the exit status, 2 if there is no such command."""
    name = arguments[0]
    if name in COMMANDS and name not in OF_LAUNCHER:
        return _run(name, arguments[1:])
    shown = one_line(redacted(name))
    print(
        f"cognito-emulator: {shown}: there is no such command{sources.suggestion(name, COMMANDS, '')}", file=sys.stderr
    )
    return 2


def _run(name: str, arguments: Sequence[str]) -> int:
    """The exit status of a command, 1 if what it prints cannot be written: the reader is gone, or the disk is full."""
    try:
        status: int = import_module(f"emulator.commands.{name.replace('-', '_')}").main(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        if not isinstance(error, BrokenPipeError):
            print(f"cognito-emulator {name}: {error.strerror or error}", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # Python flushes once more at its end, and must not fail
        return 1
    return status


def summary() -> str:
    """The commands, a line each, for the help."""
    width = max(len(usage) for usage, _ in COMMANDS.values())
    return "\n".join(f"  cognito-emulator {usage:{width}}  {what}" for usage, what in COMMANDS.values())
