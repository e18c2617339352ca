"""The command: its arguments, and the seed file that it prints once all is read."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from typing import BinaryIO

from msgspec import Struct

from emulator.commands import wrong_arguments
from emulator.commands.import_from_aws.calls import ImportFailed, Notes
from emulator.domain.pools import pinning, regions
from emulator.redaction import one_line
from emulator.settings import SettingsError

_USER_POOL_EXAMPLE = "us-east-1_Example01"
_IDENTITY_POOL_EXAMPLE = "us-east-1:12345678-1234-1234-1234-123456789012"
_FLAGS = (
    ("--user-pool-id", "ID", "a user pool; may be given several times"),
    ("--identity-pool-id", "ID", "an identity pool, with its roles; may be given several times"),
    ("--users", "", "import the users too, without their passwords"),
    (
        "--password",
        "P",
        "the password of all imported users, who must reset theirs otherwise; others of the machine can see it",
    ),
    ("--secrets", "", "import the secrets of clients and identity providers, in clear text"),
)
"""Flags, the placeholders of their values, and their help."""
_USAGE = """cognito-emulator import-from-aws --user-pool-id ID [--identity-pool-id ID]
                                        [--users] [--password P] [--secrets]"""
_DESCRIPTION = """Print a seed file with the configuration of a user pool on AWS: its clients, groups, identity
providers, resource servers, domains, branding, terms, MFA and risk configuration. AWS is found, and only read, by the
variables and files of the AWS SDK: AWS_PROFILE, AWS_ACCESS_KEY_ID and so on. The region is the one in the id."""
_EPILOG = """cognito-emulator import-from-aws --user-pool-id us-east-1_Example01 > seed.yaml, then
cognito-emulator --seed seed.yaml. On an error, nothing is printed. docs/import-from-aws.md tells what is imported."""


class Wanted(Struct, frozen=True):
    """What is to be imported."""

    user_pools: tuple[str, ...]
    identity_pools: tuple[str, ...]
    users: bool
    password: str | None
    secrets: bool


def main(arguments: Sequence[str]) -> int:
    """Print the seed file. Returns the exit status: 2 for wrong arguments, 1 for a failure."""
    try:
        wanted = _wanted(arguments)
    except SettingsError as error:
        return wrong_arguments.told("import-from-aws", error.problems)
    from emulator.commands.import_from_aws import document  # for the import alone: it reads the service models

    notes = Notes()
    try:
        with tempfile.TemporaryFile() as file:
            document.write(wanted, file, notes)
            file.seek(0)
            _print(file)
    except ImportFailed as failed:
        print(f"cognito-emulator import-from-aws: {failed}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"cognito-emulator import-from-aws: cannot write: {error.strerror or error}", file=sys.stderr)
        return 1
    for note in notes.all:
        print(f"cognito-emulator import-from-aws: {note}", file=sys.stderr)
    return 0


def _print(file: BinaryIO) -> None:
    if sys.stdout is None:
        raise ImportFailed("standard output is closed")
    shutil.copyfileobj(file, sys.stdout.buffer)
    sys.stdout.buffer.flush()


def parser() -> argparse.ArgumentParser:
    """The parser of the command's flags."""
    made = argparse.ArgumentParser(
        "cognito-emulator import-from-aws", description=_DESCRIPTION, epilog=_EPILOG, allow_abbrev=False
    )
    made.usage = _USAGE
    for flag, placeholder, words in _FLAGS:
        if placeholder == "ID":
            made.add_argument(flag, metavar=placeholder, action="append", default=[], help=words)
        elif placeholder:
            made.add_argument(flag, metavar=placeholder, help=words)
        else:
            made.add_argument(flag, action="store_true", help=words)
    return made


def _wanted(arguments: Sequence[str]) -> Wanted:
    known, unknown = parser().parse_known_args(arguments)
    problems = wrong_arguments.unknown_flags(unknown, [*(flag for flag, _, _ in _FLAGS), "--help"])
    problems += _problems(known)
    if problems:
        raise SettingsError(problems)
    user_pools, identity_pools = dict.fromkeys(known.user_pool_id), dict.fromkeys(known.identity_pool_id)
    return Wanted(tuple(user_pools), tuple(identity_pools), known.users, known.password, known.secrets)


def _problems(known: argparse.Namespace) -> list[str]:
    problems = []
    if not known.user_pool_id and not known.identity_pool_id:
        problems.append(f"--user-pool-id: an id is missing, such as {_USER_POOL_EXAMPLE}")
    for flag, given, form, example in (
        ("--user-pool-id", known.user_pool_id, regions.USER_POOL_ID, _USER_POOL_EXAMPLE),
        ("--identity-pool-id", known.identity_pool_id, pinning.IDENTITY_POOL_ID, _IDENTITY_POOL_EXAMPLE),
    ):
        wrong = [one_line(each) for each in given if not form.fullmatch(each)]
        problems += [f"{flag}: {each!r} is no id such as {example}" for each in wrong]
    if known.users and not known.user_pool_id:
        problems.append("--users: it needs --user-pool-id")
    if known.password is not None and not known.users:
        problems.append("--password: it is for the users that --users imports")
    return problems
