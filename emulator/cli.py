"""The command line: read the settings, open the store, serve until told to stop."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from emulator import logs, settings
from emulator.home import HomeError, opened
from emulator.outside import functions, sealing
from emulator.outside.background import Threads
from emulator.outside.clock import MovableClock
from emulator.outside.key_reserve import BackgroundReserve
from emulator.outside.mailbox import Mailbox
from emulator.outside.world import World
from emulator.settings import TABLE, Settings, SettingsError
from emulator.version import version

if TYPE_CHECKING:
    from emulator.outside.smtp import Post

_GOODBYE_SECONDS = 5
"""How long what goes on in the background may take once the server was told to stop."""
_SERVICES = ("COGNITO_IDENTITY_PROVIDER", "COGNITO_IDENTITY")
"""What is served here, as the SDKs call it in their environment. STS is there for all of AWS, so it is left alone."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the server. Answers the exit status: 0 after SIGTERM or Ctrl-C, 2 for wrong settings, 1 for a failure."""
    try:
        chosen = _settings(sys.argv[1:] if arguments is None else arguments, os.environ)
    except SettingsError as error:
        print("cognito-emulator: these settings are wrong:", file=sys.stderr)
        for problem in error.problems:
            print(f"  {problem}", file=sys.stderr)
        return 2
    logs.configure(chosen.log_format)
    try:
        _serve(chosen)
    except HomeError as error:
        print(f"cognito-emulator: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"cognito-emulator: cannot listen on {chosen.host}:{chosen.port}: {error}", file=sys.stderr)
        return 1
    return 0


def _serve(chosen: Settings) -> None:
    from emulator.app import create_app, undelivered
    from emulator.outside.exports import Exporter
    from emulator.server import serve

    reserve = BackgroundReserve()
    background = Threads()
    clock = MovableClock()
    targets = chosen.lambda_functions or {}
    environment = dict(os.environ)
    lambdas = functions.configured(chosen.lambda_endpoint, targets, clock.stamp, environment)
    post = _post(chosen)
    exports = Exporter(chosen.log_delivery) if chosen.log_delivery else None
    world = World(
        clock=clock,
        key_reserve=reserve,
        lambdas=lambdas,
        sealer=sealing.configured(chosen.kms_endpoint, clock.stamp, environment),
        mailbox=Mailbox(post),
        exports=exports,
        background=background,
    )
    with opened(chosen, world.entropy) as store:
        app = create_app(chosen, world, store)
        if post:
            post.failed = undelivered(chosen, world, store)

        def listening(url: str) -> None:
            for service in _SERVICES:
                environment.setdefault(f"AWS_ENDPOINT_URL_{service}", url)  # functions call back here, not AWS
            print(f"listening on {url}", flush=True)
            reserve.start()

        try:
            serve(app, host=chosen.host, port=chosen.port, threads=chosen.threads, on_listening=listening)
        finally:
            background.stop(_GOODBYE_SECONDS)
        if post:
            post.close()
    if exports:
        exports.close()
    logging.getLogger("cognito_emulator").info("stopped")


def _post(chosen: Settings) -> Post | None:
    """What takes e-mails to the SMTP server, where one is named."""
    if chosen.smtp_url is None:
        return None
    from emulator.outside import smtp

    return smtp.Post(smtp.Server.at(chosen.smtp_url).send)


def _settings(arguments: Sequence[str], environment: Mapping[str, str]) -> Settings:
    parser = _parser()
    known, unknown = parser.parse_known_args(arguments)
    flags = {name.replace("_", "-"): text for name, text in vars(known).items() if text is not None}
    problems = [f"{argument}: there is no such setting" for argument in unknown]
    try:
        chosen = settings.read(flags, environment)
    except SettingsError as error:
        raise SettingsError(problems + error.problems) from None
    if problems:
        raise SettingsError(problems)
    return chosen


def _parser() -> argparse.ArgumentParser:
    """Every flag takes text here, so that everything wrong can be said at once."""
    parser = argparse.ArgumentParser(
        prog="cognito-emulator",
        description="Amazon Cognito user pools and identity pools on your own machine.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=version())
    for setting in TABLE:
        shown = f"{setting.help} [{setting.variable}]"
        flag = f"--{setting.name}"
        if setting.is_flag:
            parser.add_argument(flag, nargs="?", const="true", metavar="true|false", help=shown)
        else:
            default = "" if setting.default is None else f" (default: {setting.default})"
            parser.add_argument(flag, nargs="?", const="", metavar="VALUE", help=shown + default)
    return parser
