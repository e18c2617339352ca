"""`cognito-emulator copy`: all data of one database into another, with its key, while a server serves the first."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from msgspec import Struct

from emulator import data_keys, databases, home, locks, settings, sources
from emulator.commands import wrong_arguments
from emulator.data_errors import explanation
from emulator.redaction import one_line, redacted
from emulator.settings import SettingsError
from keys.vault import Vault
from storage.copying import copier
from storage.copying.rows import CannotCopy, Target, about
from storage.server import Server

_TOLD = {
    "user_pools": "user pools",
    "users": "users",
    "token_families": "sign-ins with refresh tokens",
    "identities": "identities",
}
"""The tables that the command tells of by name."""
_FLAGS = ("--from", "--to", "--from-key", "--to-key", "--help")
_DESCRIPTION = """Copy all data into another, empty database: users, tokens, signing keys, history, imports, and the
data key. A server may go on serving the source; the copy has the data as of its beginning. The target stays
empty if the copy fails."""
_EPILOG = """URL is sqlite:////absolute/path or sqlite:relative/path (the file, or an existing data directory), or
postgresql+psycopg://user@host:port/database. Leave passwords to PGPASSWORD or PGPASSFILE: other users of the machine
see the flags of a process."""


class _Side(Struct, frozen=True):
    """A database and the file of its key."""

    place: Path | Server
    key: Path

    @property
    def shown(self) -> str:
        """The place without a password."""
        return databases.shown(self.place) if isinstance(self.place, Server) else str(self.place)


class _Refused(Exception):
    """The copy cannot be made. The text says why."""


def main(arguments: Sequence[str]) -> int:
    """Copy, and say what was copied. Returns the exit status: 2 for wrong arguments, 1 for a refusal or a failure."""
    try:
        source, target = _sides(arguments, os.environ)
    except SettingsError as error:
        return wrong_arguments.told("copy", error.problems)
    try:
        print(_copy(source, target), flush=True)
    except _Refused as refused:
        print(f"cognito-emulator: {refused}", file=sys.stderr)
        return 1
    return 0


def parser() -> argparse.ArgumentParser:
    """The parser of the command's flags."""
    made = argparse.ArgumentParser(
        "cognito-emulator copy", description=_DESCRIPTION, epilog=_EPILOG, allow_abbrev=False
    )
    made.usage = "cognito-emulator copy --from URL --to URL [--from-key FILE] [--to-key FILE]"
    for flag, value, what in (
        ("--from", "URL", "the database to copy"),
        ("--to", "URL", "the empty database to copy into; a file is made"),
        (
            "--from-key",
            "FILE",
            "its data key, if not beside its file or, with PostgreSQL, where COGNITO_EMULATOR_KEY says",
        ),
        ("--to-key", "FILE", "where the key is written, with the same defaults"),
    ):
        made.add_argument(flag, metavar=value, help=what)
    return made


def _sides(arguments: Sequence[str], environment: Mapping[str, str]) -> tuple[_Side, _Side]:
    known, unknown = parser().parse_known_args(arguments)
    given = {name.replace("_", "-"): text for name, text in vars(known).items()}
    problems = wrong_arguments.unknown_flags(unknown, _FLAGS)
    sides = []
    for name in ("from", "to"):
        try:
            sides.append(_side(given[name], given[f"{name}-key"], environment))
        except ValueError as error:
            shown = f"{one_line(redacted(given[name]))!r} " if given[name] else ""
            problems.append(f"--{name}: {shown}{error}")
        except SettingsError as error:
            problems += error.problems
    if problems:
        raise SettingsError(list(dict.fromkeys(problems)))
    return sides[0], sides[1]


def _side(url: str | None, key: str | None, environment: Mapping[str, str]) -> _Side:
    """The place that a URL names, and the key, which lies where a server on this database looks for it."""
    if not url:
        raise ValueError("a URL is missing")
    place = databases.read_url(url)
    if key:
        return _Side(place, Path(key))
    if isinstance(place, Path):
        return _Side(place, place.with_name(f"{place.name}.key"))
    names = [sources.variable(name) for name in ("data", "key")]
    chosen = settings.read({}, {name: environment[name] for name in names if name in environment})
    return _Side(place, chosen.key or chosen.data / databases.KEY)


def _copy(source: _Side, target: _Side) -> str:
    """Copy the data and the key, and return what to say of it. Raises `_Refused`."""
    _check_different(source, target)
    try:
        with ExitStack() as stack:
            opened = stack.enter_context(copier.opened_source(source.place))
            with about("from"):
                key = _key(source.key)
            copier.check_key(opened, Vault(key))
            with about("to"):
                _reserve(target, key, stack)
            filled = stack.enter_context(copier.opened_target(target.place, Vault(key)))
            copied = copier.copy(opened, filled)
            _commit(filled, target.key, key)
    except CannotCopy as error:
        side = source if error.side == "from" else target
        cause = error.__cause__
        why = explanation(cause) if isinstance(cause, Exception) else str(error)
        raise _Refused(f"cannot copy {error.side} {side.shown}: {why}") from None
    return _summary(source, target, copied)


def _check_different(source: _Side, target: _Side) -> None:
    if databases.are_same(source.place, target.place):
        raise _Refused(f"cannot copy {source.shown} to itself")


def _key(path: Path) -> bytes:
    """The key of the source. Raises OSError."""
    if not path.is_file():
        raise OSError(
            f"its key {path} is missing, and nothing in it can be read without; --from-key names another file"
        )
    return data_keys.read(path)


def _reserve(target: _Side, key: bytes, stack: ExitStack) -> None:
    """See to it that the target can be made, and that no server makes it meanwhile. Raises OSError."""
    if target.key.exists() and target.key.read_bytes() != key:
        raise OSError(f"{target.key} is there already, with another key; --to-key names another file")
    if isinstance(target.place, Path):
        try:
            stack.enter_context(home.reserved(target.place))
        except locks.Held as error:
            by = f" ({error.holder})" if error.holder else ""
            raise OSError(f"another cognito-emulator uses it{by}") from None


def _commit(target: Target, path: Path, key: bytes) -> None:
    """Write the key, and make the data what everybody sees; neither if one of them fails. Raises `CannotCopy`."""
    with about("to"):
        is_new = data_keys.keep(path, key)
    try:
        copier.commit(target)
    except BaseException:
        if is_new:
            path.unlink(missing_ok=True)
        raise


def _summary(source: _Side, target: _Side, copied: copier.Copied) -> str:
    """What was copied, and how a server is started on it."""
    rows = copied.rows
    told = ", ".join(f"{rows[table]} {name}" for table, name in _TOLD.items())
    files = f", and {copied.file_bytes} bytes of import files" if copied.file_bytes else ""
    start = f"--database {shlex.quote(target.shown)} --key {shlex.quote(str(target.key))}"
    return (
        f"copied {source.shown} to {target.shown}\n"
        f"{told}; {sum(rows.values())} rows in {len(rows)} tables{files}: all of them counted there\n"
        f"the data key is {target.key}\n"
        f"a server on it: cognito-emulator {start}"
    )
