"""`cognito-emulator health [URL]`: whether a server is ready, for containers, supervisors and scripts."""

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
    """Ask a server whether it is ready, and say so. Answers the exit status: 0, 1, or 2 for wrong arguments."""
    if {"-h", "--help"} & set(arguments):
        print(_USAGE)
        return 0
    if len(arguments) > 1 or any(not each.startswith(("http://", "https://")) for each in arguments):
        print(_USAGE, file=sys.stderr)
        return 2
    url = arguments[0].rstrip("/") if arguments else server(os.environ)
    wrong = trouble(url)
    if wrong:
        print(f"{url} is not ready: {wrong}", file=sys.stderr)
        return 1
    print(f"{url} is ready")
    return 0


def server(environment: Mapping[str, str]) -> str:
    """The base URL of this machine's server, as far as the environment tells."""
    told = _told(environment.get("COGNITO_EMULATOR_URL_FILE"))
    if told:  # every address, where the server listens, is none that can be called on every system
        return told.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")
    port = environment.get("COGNITO_EMULATOR_PORT", "")
    return f"http://127.0.0.1:{port if port.isdecimal() and port != '0' else 26464}"  # Kubernetes sets tcp://…


def trouble(url: str) -> str | None:
    """Why a server is not ready; None when it is. No proxy is asked."""
    try:
        with build_opener(ProxyHandler({})).open(f"{url}/health", timeout=_SECONDS) as answer:
            return None if answer.status == 200 else f"it answered {answer.status}"
    except (OSError, ValueError, OverflowError, HTTPException) as error:
        return str(error) or type(error).__name__


def _told(path: str | None) -> str | None:
    """What the file says; None without one, which a server leaves that has ended or cannot write there."""
    try:
        return Path(path).read_text(encoding="utf-8").strip() if path else None
    except (OSError, ValueError):
        return None
