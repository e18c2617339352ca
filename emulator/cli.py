"""The command line: read the settings, open the store, serve until a signal stops the server."""

from __future__ import annotations

import errno
import gc
import logging
import os
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from emulator import flags, settings, sources
from emulator.settings import TABLE, Settings, SettingsError

if TYPE_CHECKING:
    from emulator.outside.background import Threads
    from emulator.outside.smtp import Post

log = logging.getLogger("cognito_emulator")
_SHUTDOWN_SECONDS = 5
"""The time for calls in progress (up to three seconds) and background work (imports, e-mails, exports) to end after a
signal. Docker kills the process after ten seconds.
"""
_LEAST_SECONDS = 0.5
"""The least time that each kind of background work gets, however long the calls in progress took."""
_SERVICES = ("COGNITO_IDENTITY_PROVIDER", "COGNITO_IDENTITY")
"""The services in the names of the SDKs' variables (AWS_ENDPOINT_URL_…). Not STS, which all of AWS uses."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the server. Returns the exit status: 0 after SIGTERM or Ctrl-C, 2 for wrong settings, 1 for a failure."""
    try:
        chosen, warnings = _settings(sys.argv[1:] if arguments is None else arguments, os.environ)
    except SettingsError as error:
        print("cognito-emulator: these settings are wrong:", file=sys.stderr)
        for problem in error.problems:
            print(f"  {problem}", file=sys.stderr)
        return 2
    from emulator import logs
    from emulator.data_errors import DataDirectoryError
    from storage.failures import DatabaseUnusable

    logs.configure(chosen.log_format)
    for warning in warnings:
        log.warning("%s", warning)
    gc.disable()  # until the server listens: nearly all that is imported stays, and searching it slows the start down
    try:
        _serve(chosen)
    except DataDirectoryError as error:
        print(f"cognito-emulator: {error}", file=sys.stderr)
        return 1
    except DatabaseUnusable as error:
        print(f"cognito-emulator: the database cannot be used: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"cognito-emulator: {_listening(error, chosen.host, chosen.port)}", file=sys.stderr)
        return 1
    finally:
        gc.enable()
    return 0


def _serve(chosen: Settings) -> None:
    from emulator.app import create_front, undelivered
    from emulator.home import opened
    from emulator.outside import functions, sealing, secrets_manager, url_file
    from emulator.outside.background import Threads
    from emulator.outside.clock import MovableClock
    from emulator.outside.exports import Exporter
    from emulator.outside.http import HttpClient
    from emulator.outside.key_reserve import BackgroundReserve
    from emulator.outside.mailbox import Mailbox
    from emulator.outside.world import World
    from emulator.server import serve

    reserve = BackgroundReserve()
    background = Threads()
    clock = MovableClock()
    http = HttpClient()
    environment = dict(os.environ)
    post = _post(chosen)
    exports = Exporter(chosen.log_delivery, http=http) if chosen.log_delivery else None
    world = World(
        clock=clock,
        key_reserve=reserve,
        lambdas=functions.configured(
            chosen.lambda_endpoint, chosen.lambda_functions or {}, clock.stamp, environment, http
        ),
        sealer=sealing.configured(chosen.kms_endpoint, clock.stamp, environment, http),
        secrets_manager=secrets_manager.configured(chosen.secrets_endpoint, clock.stamp, environment, http),
        mailbox=Mailbox(post),
        exports=exports,
        background=background,
        http=http,
    )
    with opened(chosen, world.entropy) as home, url_file.kept(chosen.url_file) as tell_url:
        app = create_front(chosen, world, home.store)
        if post:
            post.failed = undelivered(chosen, world, home.store)

        def listening(url: str) -> None:
            for service in _SERVICES:
                environment.setdefault(
                    f"AWS_ENDPOINT_URL_{service}", url
                )  # functions in our processes call this server, not AWS
            home.serves(url)
            tell_url(url)
            _announce(url)
            reserve.start()

        shutdown = _Shutdown(background)
        try:
            serve(app, chosen.host, chosen.port, chosen.threads, listening, shutdown.begin)
        finally:
            background.stop(shutdown.left())
        if post:
            post.close(shutdown.left())
    if exports:
        exports.close(shutdown.left())
    log.info("stopped")


def _announce(url: str) -> None:
    """Print the URL, and collect garbage from now on, except among the objects that the start has made."""
    print(f"listening on {url}", flush=True)
    gc.freeze()
    gc.enable()


class _Shutdown:
    """The time that is left until the process ends, from the first signal on."""

    def __init__(self, background: Threads) -> None:
        self._background = background
        self._end = 0.0

    def begin(self) -> None:
        """Start the time, and ask the background threads to stop."""
        self._end = time.monotonic() + _SHUTDOWN_SECONDS
        self._background.stopping.set()

    def left(self) -> float:
        """The seconds that are left, at least `_LEAST_SECONDS`."""
        return max(_LEAST_SECONDS, self._end - time.monotonic())


def _post(chosen: Settings) -> Post | None:
    """The sender of e-mails to the SMTP server, None if the settings name no server."""
    if chosen.smtp_url is None:
        return None
    from emulator.outside import smtp

    return smtp.Post(smtp.Server.at(chosen.smtp_url).send)


def _settings(arguments: Sequence[str], environment: Mapping[str, str]) -> tuple[Settings, list[str]]:
    """The settings and warnings about them. Raises `SettingsError` with all problems."""
    said, problems = flags.parse(arguments)
    _, warnings = sources.texts([setting.name for setting in TABLE], said, environment)
    try:
        chosen = settings.read(said, environment)
    except SettingsError as error:
        raise SettingsError(problems + error.problems + warnings) from None
    if problems:
        raise SettingsError(problems + warnings)
    return chosen, warnings


def _listening(error: OSError, host: str, port: int) -> str:
    """Why the server cannot listen, for the person who started it."""
    explanations = {
        errno.EADDRINUSE: f"port {port} is in use (another cognito-emulator?); choose another with --port",
        errno.EACCES: f"port {port} is for privileged processes; choose one above 1023 with --port",
        errno.EADDRNOTAVAIL: f"{host} is not an address of this machine; choose another with --host",
        socket.EAI_NONAME: f"there is no host called {host}; choose another with --host",
    }
    return explanations.get(error.errno or 0, f"cannot listen on {host}:{port}: {error}")
