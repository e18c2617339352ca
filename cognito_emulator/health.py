"""The command `cognito-emulator health [URL]`: checks that a server is ready, for containers and scripts."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from http.client import HTTPException
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

_SECONDS = 2
_USAGE = """usage: cognito-emulator health [URL]

Exit status 0 when the server is ready, else 1. Without a URL it is the one in the file that COGNITO_EMULATOR_URL_FILE
names (see --url-file), or else http://127.0.0.1 with the port of COGNITO_EMULATOR_PORT, or 26464."""


def main(arguments: Sequence[str]) -> int:
    """Check a server and print the result. Returns the exit status: 0 if ready, 1 if not, 2 for wrong arguments."""
    if {"-h", "--help"} & set(arguments):
        print(_USAGE)
        return 0
    if len(arguments) > 1 or any(not each.startswith(("http://", "https://")) for each in arguments):
        print(_USAGE, file=sys.stderr)
        return 2
    url = arguments[0].rstrip("/") if arguments else server(os.environ)
    wrong = problem(url)
    if wrong:
        print(f"{url} is not ready: {wrong}", file=sys.stderr)
        return 1
    print(f"{url} is ready")
    return 0


def server(environment: Mapping[str, str]) -> str:
    """The base URL of the server on this machine, from the environment."""
    url = _url_in_file(environment.get("COGNITO_EMULATOR_URL_FILE"))
    if url:  # not every system can connect to the address that means all addresses
        return url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")
    port = environment.get("COGNITO_EMULATOR_PORT", "")
    return f"http://127.0.0.1:{port if port.isdecimal() and port != '0' else 26464}"  # Kubernetes sets tcp://…


def problem(url: str) -> str | None:
    """Why a server is not ready, None if it is. Does not use a proxy."""
    try:
        with build_opener(ProxyHandler({})).open(f"{url}/health", timeout=_SECONDS) as answer:
            return None if answer.status == 200 else f"it answered {answer.status}"
    except (OSError, ValueError, OverflowError, HTTPException) as error:
        return str(error) or type(error).__name__


def _url_in_file(path: str | None) -> str | None:
    """The URL in the file. None if there is no file, for example since the server has ended."""
    try:
        return Path(path).read_text(encoding="utf-8").strip() if path else None
    except (OSError, ValueError):
        return None
