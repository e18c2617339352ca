"""What commands say of wrong arguments."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from emulator import sources
from emulator.redaction import one_line, redacted


def unknown_flags(unknown: Iterable[str], names: Iterable[str]) -> list[str]:
    """What is wrong with arguments that are none of the command's flags `names`. Their values are not told."""
    known = list(names)
    return [
        f"{one_line(redacted(each))}: there is no such flag{sources.suggestion(each.partition('=')[0], known, '--')}"
        for each in unknown
    ]


def told(command: str, problems: Iterable[str]) -> int:
    """Tell what is wrong, on standard error. Returns the exit status."""
    print(f"cognito-emulator {command}: these arguments are wrong:", file=sys.stderr)
    for problem in problems:
        print(f"  {problem}", file=sys.stderr)
    return 2
