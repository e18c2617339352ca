"""The end of standard input, at which a server stops that was started through a pipe (`--stop-at-eof`)."""

from __future__ import annotations

import os
import signal
import sys
import threading

DESCRIPTOR = 0
_CHUNK = 65_536


def has_ended() -> bool:
    """Wait for something to read, discard it, and return whether it was the end. A closed input has ended."""
    if sys.stdin is None:  # the descriptor may be another file's
        return True
    try:
        return not os.read(DESCRIPTOR, _CHUNK)
    except OSError:
        return True


def stop_at_end() -> None:
    """Stop this process as SIGTERM does, once standard input ends. Returns at once.

    The process must handle SIGTERM already. If a signal has stopped it meanwhile, a second one would kill it.
    """

    def watch() -> None:
        while not has_ended():
            pass
        if callable(signal.getsignal(signal.SIGTERM)):
            signal.raise_signal(signal.SIGTERM)

    threading.Thread(target=watch, name="standard-input", daemon=True).start()
