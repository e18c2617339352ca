"""The CSV file of an import: its lines, its header, its fields.

The format is AWS's own (guide, "Formatting the CSV file"): UTF-8 without a byte order mark, a comma within a value is
written `\\,`, and quotation marks are part of a value.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import BinaryIO, NamedTuple

MOST_ROWS = 500_000
LONGEST_ROW = 16_000
USERNAME, MFA, PASSWORD_HASH = "cognito:username", "cognito:mfa_enabled", "password_hash"
_TOO_LONG = f"The row is longer than {LONGEST_ROW} characters."
_BYTES_OF_A_ROW = 4 * LONGEST_ROW + 2
_BLOCK = 1 << 20
_COMMA = re.compile(r"(?<!\\),")


class Line(NamedTuple):
    """A line of the file. `end` is the offset of the next line. An unreadable line has no `text` but a `problem`."""

    number: int
    end: int
    text: str | None
    problem: str = ""

    @property
    def is_too_long(self) -> bool:
        """Whether the line has more characters than a row may have."""
        return self.problem == _TOO_LONG


def lines(file: BinaryIO, start: int = 0, number: int = 1) -> Iterator[Line]:
    """The lines of the file from byte `start` on; the first one gets `number`. Holds at most one row in memory."""
    file.seek(start)
    while octets := file.readline(_BYTES_OF_A_ROW + 1):
        start += len(octets)
        if not octets.endswith(b"\n") and len(octets) > _BYTES_OF_A_ROW:
            start += _skipped(file)
            yield Line(number, start, None, _TOO_LONG)
        else:
            yield _read(number, start, octets)
        number += 1


def count(file: BinaryIO) -> int:
    """The number of rows below the header, blank ones included."""
    newlines, last = 0, b"\n"
    file.seek(0)
    while block := file.read(_BLOCK):
        newlines += block.count(b"\n")
        last = block[-1:]
    return max(newlines + (last != b"\n") - 1, 0)


def fields(text: str) -> list[str]:
    """The values of a row, without surrounding whitespace."""
    # AWS unknown: what a backslash before another character than a comma means in the CSV file of CreateUserImportJob.
    # Here it is part of the value.
    if "\\" not in text:
        return [value.strip() for value in text.split(",")]
    return [value.replace("\\,", ",").strip() for value in _COMMA.split(text)]


def header(schema: Sequence[str]) -> list[str]:
    """The columns of the file in a pool whose attributes have these names, in GetCSVHeader's order."""
    # AWS unknown: whether GetCSVHeader has a `password_hash` column, as the console's template does. Here it has none.
    return [*(name for name in schema if name != "sub"), MFA, USERNAME]


def header_problem(columns: Collection[str], known: Collection[str], *, has_hashes: bool) -> str | None:
    """What is wrong with a header in a pool with the columns `known`; None if it is valid."""
    # AWS unknown: the CompletionMessage of an import job whose file has a wrong header, and whether every column must
    # be there, as AWS's guide says. Its example of a file with password hashes leaves most columns out. So here a file
    # with hashes may leave out all columns but the username.
    if len(set(columns)) < len(columns):
        return "The header of the CSV file names a column twice."
    if set(columns) - set(known) - {PASSWORD_HASH}:
        return "The header of the CSV file has columns that are not attributes of the user pool."
    if has_hashes and PASSWORD_HASH not in columns:
        return "The CSV file has no password_hash column, but the import job has a password hashing algorithm."
    missing = {USERNAME} if has_hashes else set(known)
    if missing - set(columns):
        return "The header of the CSV file lacks columns of the user pool."
    return None


def _read(number: int, end: int, octets: bytes) -> Line:
    try:
        text = octets.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        return Line(number, end, None, "The row is not UTF-8.")
    if len(text) > LONGEST_ROW:
        return Line(number, end, None, _TOO_LONG)
    return Line(number, end, text)


def _skipped(file: BinaryIO) -> int:
    """Skip to the end of a line. Returns the number of bytes skipped."""
    skipped = 0
    while octets := file.readline(_BLOCK):
        skipped += len(octets)
        if octets.endswith(b"\n"):
            break
    return skipped
