"""The command line: read the settings, open the store, serve until a signal stops the server."""

from __future__ import annotations

import errno
import gc
import logging
import os
import socket
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from emulator import flags, settings, sources
from emulator.settings import TABLE, Settings, SettingsError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from emulator.serving import Listening, Stopping

log = logging.getLogger("cognito_emulator")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the server, or another command if the first argument is a word.

    Returns the exit status: 0 after SIGTERM or Ctrl-C, 2 for wrong settings or seeds, 1 for a failure. Garbage is
    collected, which the launcher has disabled, once the server listens, and by another command from its beginning.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments and not arguments[0].startswith("-"):
        gc.enable()
        from emulator.commands import table

        return table.run(arguments)
    try:
        chosen, warnings = _settings(arguments, os.environ)
    except SettingsError as error:
        print("cognito-emulator: these settings are wrong:", file=sys.stderr)
        for problem in error.problems:
            print(f"  {problem}", file=sys.stderr)
        return 2
    from emulator import logs
    from emulator.data_errors import DataDirectoryError
    from emulator.seed.problems import SeedsWrong
    from emulator.workers import WorkersFailed
    from storage.failures import DatabaseUnusable

    logs.configure(chosen.log_format)
    for warning in warnings:
        log.warning("%s", warning)
    try:
        _serve(chosen)
    except SeedsWrong as error:
        print("cognito-emulator: the seed cannot be applied, and nothing of it is:", file=sys.stderr)
        for problem in error.problems:
            print(f"  {problem}", file=sys.stderr)
        return 2
    except (DataDirectoryError, WorkersFailed) as error:
        print(f"cognito-emulator: {error}", file=sys.stderr)
        return 1
    except DatabaseUnusable as error:
        print(f"cognito-emulator: the database cannot be used: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"cognito-emulator: {_listening(error, chosen)}", file=sys.stderr)
        return 1
    finally:
        gc.enable()
    return 0


def _serve(chosen: Settings) -> None:
    if chosen.seed:
        from emulator.seed import files

        files.of(chosen.seed).check()  # before anything is made
    if chosen.workers > 1:
        from emulator.workers import supervisor

        supervisor.run(chosen, _announce)
    else:
        _serve_alone(chosen)
    log.info("stopped")


def _serve_alone(chosen: Settings) -> None:
    from emulator import serving, standard_input
    from emulator.home import opened
    from emulator.outside import url_file
    from emulator.server import serve
    from keys.entropy import SystemEntropy

    with opened(chosen, SystemEntropy()) as home, url_file.kept(chosen.url_file) as tell_url:
        https = serving.https(chosen, home.data.directory)

        def listening(urls: Sequence[str]) -> None:
            home.data.serves(urls[0])
            tell_url(urls[0])
            _announce(urls)
            if chosen.stop_at_eof:
                standard_input.stop_at_end()

        def serve_app(app: WSGIApplication, on_listening: Listening, on_stopping: Stopping) -> None:
            with serving.listeners(chosen, https) as bound:
                urls = [each.url for each in bound]
                serve(app, bound, chosen.threads, lambda: on_listening(urls), on_stopping)

        serving.run(chosen, home.store, serve_app, listening, https=https)


def _announce(urls: Sequence[str]) -> None:
    print("\n".join(f"listening on {url}" for url in urls), flush=True)


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


def _listening(error: OSError, chosen: Settings) -> str:
    """Why the server cannot listen, for the person who started it."""
    from emulator.server.listeners import CannotListen

    host, port, flag = chosen.host, chosen.port, "--port"
    if isinstance(error, CannotListen):
        port, flag = error.port, "--https-port" if error.secure else "--port"
    explanations = {
        errno.EADDRINUSE: f"port {port} is in use (another cognito-emulator?); choose another with {flag}",
        errno.EACCES: f"port {port} is for privileged processes; choose one above 1023 with {flag}",
        errno.EADDRNOTAVAIL: f"{host} is not an address of this machine; choose another with --host",
        socket.EAI_NONAME: f"there is no host called {host}; choose another with --host",
    }
    reason = error.reason if isinstance(error, CannotListen) else error
    return explanations.get(error.errno or 0, f"cannot listen on {host}:{port}: {reason}")
