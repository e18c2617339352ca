"""The CSV file of an import: lines, fields, header."""

from __future__ import annotations

import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.domain.imports import import_files

KNOWN = import_files.header(["sub", "email", "email_verified"])


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("a,b,c", ["a", "b", "c"]),
        (" a , b\t,", ["a", "b", ""]),
        (r"a\,b,c", ["a,b", "c"]),
        (r"\,,\,", [",", ","]),
        (r"a\b,c\n", [r"a\b", r"c\n"]),
        ('"a,b"', ['"a', 'b"']),
        ("", [""]),
    ],
)
def test_commas_separate_unless_a_backslash_is_before_them(text: str, fields: list[str]) -> None:
    assert import_files.fields(text) == fields


@given(st.lists(st.text(alphabet="ab ,", max_size=5).map(str.strip), min_size=1))
def test_what_is_escaped_is_read_back(values: list[str]) -> None:
    text = ",".join(value.replace(",", r"\,") for value in values)
    assert import_files.fields(text) == values


@given(st.lists(st.binary(max_size=20).map(lambda line: line.replace(b"\n", b"")), min_size=1), st.data())
def test_lines_go_on_from_where_any_of_them_ended(rows: list[bytes], data: st.DataObject) -> None:
    file = io.BytesIO(b"\n".join(rows) + b"\n")
    every = list(import_files.lines(file))
    assert [line.number for line in every] == list(range(1, len(rows) + 1))
    place = data.draw(st.integers(0, len(every) - 1))
    last = every[place]
    assert list(import_files.lines(file, last.end, last.number + 1)) == every[place + 1 :]


def test_a_line_that_is_too_long_is_skipped_whole() -> None:
    wide = "😀" * import_files.LONGEST_ROW
    file = io.BytesIO(f"a\n{wide}\n{wide}x\n{'x' * 200_000}\nb".encode())
    assert [line.text for line in import_files.lines(file)] == ["a", wide, None, None, "b"]
    assert [line.end for line in import_files.lines(file)][-1] == len(file.getvalue())


@pytest.mark.parametrize(
    ("content", "rows"), [(b"", 0), (b"h", 0), (b"h\n", 0), (b"h\na", 1), (b"h\na\n", 1), (b"h\na\nb", 2)]
)
def test_rows_are_counted_without_the_header(content: bytes, rows: int) -> None:
    assert import_files.count(io.BytesIO(content)) == rows


@pytest.mark.parametrize(
    ("columns", "has_hashes", "is_good"),
    [
        (KNOWN, False, True),
        ([*reversed(KNOWN)], False, True),
        ([*KNOWN, "password_hash"], False, True),
        (KNOWN[1:], False, False),
        ([*KNOWN, "name"], False, False),
        ([*KNOWN, KNOWN[0]], False, False),
        ([*KNOWN, ""], False, False),
        (KNOWN, True, False),
        (["cognito:username", "password_hash"], True, True),
        (["email", "password_hash"], True, False),
    ],
)
def test_a_header_has_the_columns_of_the_pool(columns: list[str], has_hashes: bool, is_good: bool) -> None:
    assert (import_files.header_problem(columns, KNOWN, has_hashes=has_hashes) is None) == is_good


def test_a_line_of_any_length_takes_no_more_memory_than_a_row() -> None:
    file = io.BytesIO(b"x" * (60 << 20))
    tracemalloc.start()
    try:
        [line] = import_files.lines(file)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert line.is_too_long
    assert most < 4 << 20
