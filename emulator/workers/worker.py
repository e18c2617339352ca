"""A worker: a forked process that serves a share of the connections until it is told to stop."""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from msgspec import Struct

from emulator import logs, serving
from emulator.home import Data
from emulator.outside.shared.siblings import Siblings
from emulator.server import serve_share
from emulator.server.shares import Share, Shares
from emulator.settings import Settings
from storage.failures import DatabaseUnusable

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from emulator.https import Https
    from emulator.server.listeners import Listener

log = logging.getLogger("cognito_emulator")
READY = b"\0"
"""What a worker tells the first process when it accepts connections. Anything else is why it could not start."""
_ORPHAN_SECONDS = serving.SHUTDOWN_SECONDS + 2
"""The time that a worker has to end when the first process has been killed."""


class Inheritance(Struct, frozen=True):
    """What the workers have from the first process.

    `life` is the end of a pipe to read from, whose other end only the first process has.
    """

    settings: Settings
    data: Data
    https: Https | None
    listeners: list[Listener]
    shares: Shares
    siblings: Siblings
    life: int


def run(number: int, inherited: Inheritance, tell: Callable[[bytes], object]) -> NoReturn:
    """Serve as the worker of this number (from 0), in a process just forked with all signals blocked. Never returns.

    `tell` sends the first process READY or an explanation.
    """
    status = 1
    try:
        _heed_signals()
        _name_process(f"cognito-w{number + 1}")
        logs.configure(inherited.settings.log_format, number + 1)
        _end_with_first(inherited.life)
        gc.disable()
        _serve(number, inherited, tell)
        status = 0
    except DatabaseUnusable as error:
        tell(f"the database cannot be used: {error}".encode())
    except OSError as error:  # DataDirectoryError too
        tell(str(error).encode())
    except BaseException:
        log.exception("a worker failed: a mistake of the emulator, please report it")
        tell(b"it failed; the log says how")
    finally:
        with suppress(OSError, ValueError):
            sys.stderr.flush()
        os._exit(status)  # the frames above are those of the first process, whose files are not to be removed


def _serve(number: int, inherited: Inheritance, tell: Callable[[bytes], object]) -> None:
    settings, share = inherited.settings, Share(inherited.shares, number)

    def serve_app(app: WSGIApplication, on_listening: serving.Listening, on_stopping: serving.Stopping) -> None:
        urls = [each.url for each in inherited.listeners]
        serve_share(app, inherited.listeners, share, settings.threads, lambda: on_listening(urls), on_stopping)

    with inherited.data.open() as store:
        member = inherited.siblings.member(number)
        serving.run(settings, store, serve_app, lambda _urls: tell(READY), member, https=inherited.https)


def _heed_signals() -> None:
    """End at SIGTERM; the server installs its own handler. The first process hears the other signals of a terminal.

    Those are handled, not ignored, since the processes of functions would inherit that.
    """
    signal.set_wakeup_fd(-1)
    for name in ("SIGINT", "SIGHUP", "SIGQUIT"):
        number = getattr(signal, name)
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, lambda *_: None)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    signal.pthread_sigmask(signal.SIG_SETMASK, [])


def _name_process(name: str) -> None:
    """Name the process in `ps -o comm` and `top`, where the system allows that (Linux)."""
    with suppress(OSError):
        Path("/proc/self/comm").write_text(name, encoding="ascii")


def _end_with_first(life: int) -> None:
    """Stop when the first process ends, even if it is killed, and end for certain some seconds later."""

    def watch() -> None:
        os.read(life, 1)  # nothing is ever written: this returns at the end of the first process
        log.error("the first process has ended; this worker stops")
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_ORPHAN_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, name="first-process", daemon=True).start()
