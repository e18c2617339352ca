"""The flags of the command and its help, made from the table of settings, and the tables `VALUES` and `GROUPS`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from emulator import sources
from emulator.commands import table
from emulator.redaction import redacted
from emulator.settings import TABLE, Setting
from emulator.version import version

VALUES = {
    "host": "HOST",
    "port": "PORT",
    "https-port": "PORT",
    "certificate-name": "NAME,...",
    "ca": "DIRECTORY",
    "certificate": "FILE",
    "certificate-key": "FILE",
    "data": "DIRECTORY",
    "database": "FILE|URL",
    "database-connections": "COUNT",
    "database-timeout": "SECONDS",
    "key": "FILE",
    "seed": "FILE,...",
    "issuer": "request|aws|URL",
    "account-id": "ID",
    "region": "REGION",
    "code": "CODE",
    "password-cost": "COST",
    "lambda-endpoint": "URL",
    "lambda-functions": "NAME=TARGET,...",
    "kms-endpoint": "URL",
    "secrets-endpoint": "URL",
    "smtp-url": "URL",
    "social": "stand-in|real",
    "log-delivery": "DIRECTORY|URL",
    "compromised-passwords": "FILE",
    "roles": "FILE",
    "log-format": "text|json",
    "url-file": "FILE",
    "threads": "COUNT",
    "workers": "COUNT",
    "allowed-origins": "ORIGIN,...",
    "allowed-hosts": "NAME,...",
}
"""The placeholder of a setting's value in the help: `--port PORT`."""
GROUPS = {
    "Server": ("host", "port", "workers", "threads", "log-format", "allowed-origins", "allowed-hosts"),
    "Data": ("data", "ephemeral", "seed", "database", "database-connections", "database-timeout", "key"),
    "HTTPS": ("https", "https-port", "certificate-name", "ca", "certificate", "certificate-key"),
    "Tokens and passwords": ("issuer", "password-cost", "compromised-passwords"),
    "Messages and identity providers": ("smtp-url", "log-delivery", "social"),
    "Lambda and AWS": (
        *("region", "account-id", "lambda-functions", "lambda-endpoint", "kms-endpoint", "secrets-endpoint", "roles"),
        "strict-signatures",
    ),
    "Testing": ("code", "url-file", "stop-at-eof"),
}
"""The settings in the groups and the order in which the help and docs/settings.md show them."""
_FLAGS = [f"--{setting.name}" for setting in TABLE]


def placeholder(setting: Setting) -> str:
    """The placeholder of a setting's value, for the help and docs/settings.md. Raises LookupError if it has none."""
    if setting.name not in VALUES:
        raise LookupError(f"emulator/flags.py: VALUES has no placeholder for the value of --{setting.name}")
    return VALUES[setting.name]


def grouped() -> list[tuple[str, list[Setting]]]:
    """The settings of each group, in the order of `GROUPS`. Those without a group come last, as "Other"."""
    rows = {setting.name: setting for setting in TABLE}
    groups = [(title, [rows.pop(name) for name in names]) for title, names in GROUPS.items()]
    return [*groups, ("Other", list(rows.values()))] if rows else groups


def parse(arguments: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """The text of each flag by name ("" if the value is missing), and a problem for each unknown argument.

    Values are not validated here, so that all problems can be reported together. Exits the process after `--help` and
    `--version`.
    """
    known, unknown = _parser(optional=True).parse_known_args(arguments)
    flags = {
        name.replace("_", "-"): ",".join(text) if isinstance(text, list) else text
        for name, text in vars(known).items()
        if text is not None
    }
    return flags, [_unknown(argument) for argument in unknown]


def _unknown(argument: str) -> str:
    return (
        f"{redacted(argument)}: there is no such setting{sources.suggestion(argument.partition('=')[0], _FLAGS, '--')}"
    )


class _Lines(argparse.HelpFormatter):
    """Keeps the lines of the list of commands."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return text if "\n" in text else super()._fill_text(text, width, indent)


class _Help(argparse.Action):
    """Prints the help, in which values are not shown as optional."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        _parser(optional=False).print_help()
        parser.exit()


class _Version(argparse.Action):
    """Prints the version, which is only looked up then: that takes three milliseconds."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        sys.stdout.write(f"{version()}\n")
        parser.exit()


def _parser(*, optional: bool) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cognito-emulator",
        usage="cognito-emulator [flags], or cognito-emulator COMMAND …",
        description="Amazon Cognito user pools and identity pools on your own machine.",
        epilog=f"commands:\n{table.summary()}",
        formatter_class=_Lines,
        allow_abbrev=False,
        add_help=False,
    )
    parser.add_argument("-h", "--help", action=_Help, nargs=0, dest=argparse.SUPPRESS, help="show this help")
    parser.add_argument("--version", action=_Version, nargs=0, dest=argparse.SUPPRESS, help="show the version")
    for title, settings in grouped():
        group = parser.add_argument_group(title)
        for setting in settings:
            _add(group, setting, optional=optional)
    return parser


def _add(group: argparse._ArgumentGroup, setting: Setting, *, optional: bool) -> None:
    shown = f"{setting.help} [{setting.variable}]"
    flag = f"--{setting.name}"
    if setting.is_flag:
        group.add_argument(flag, nargs="?", const="true", metavar="true|false", help=shown)
        return
    default = "" if setting.default is None else f" (default: {setting.default})"
    text = (shown + default).replace("%", "%%")
    if optional:
        action = "append" if setting.is_list else "store"
        group.add_argument(flag, action=action, nargs="?", const="", help=text)
    else:
        group.add_argument(flag, metavar=placeholder(setting), help=text)
