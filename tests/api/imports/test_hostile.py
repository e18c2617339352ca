"""Files that are none, and files that mean harm."""

from __future__ import annotations

import random

import pytest

from emulator.domain.imports import import_files
from tests.api.imports.importer import ANA, Importer, counts, files_of

NOISE = random.Random(7).randbytes(100_000)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: NOISE,
        lambda text: b"\n" * 1000,
        lambda text: b"\x00" * 100_000,
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: text.replace(",", ";").encode(),
        lambda text: text.replace(",", "\t").encode(),
        lambda text: text.replace("nickname", "nickname,nickname").encode(),
        lambda text: text.replace("nickname", "sub").encode(),
        lambda text: text.replace("nickname", "custom:unknown").encode(),
        lambda text: text.replace("nickname,", "").encode(),
        lambda text: text.replace("cognito:username", '"cognito:username"').encode(),
        lambda text: text.partition("\n")[2].encode(),
        lambda text: b"x" * (20 << 20),
        lambda text: b"x," * 20_000 + b"\n" + text.encode(),
        lambda text: b"PK\x03\x04" + NOISE,
    ],
    ids=[
        *("noise", "blank lines", "NULs", "BOM", "UTF-16", "UTF-16 without BOM", "old line ends"),
        *("semicolons", "tabs", "a column twice", "sub", "unknown column", "missing column", "quoted header"),
        *("no header", "20 MB on a line", "a long header", "a spreadsheet"),
    ],
)
def test_a_file_that_cannot_be_parsed_fails_the_job(importer: Importer, spoil: object) -> None:
    assert callable(spoil)
    job = importer.run(spoil(importer.csv(ANA)))
    assert (job["Status"], counts(job)) == ("Failed", (0, 0, 0))
    assert job["CompletionMessage"].startswith("The ")
    assert len(job["CompletionMessage"]) <= 128
    assert importer.usernames() == []


def test_rows_of_garbage_fail_and_others_do_not(importer: Importer) -> None:
    head, _, ana = importer.csv(ANA).encode().partition(b"\n")
    rows = [
        head,
        b"\xff\xfe" + ana.strip(),
        b"x" * (20 << 20),
        ana.strip().replace(b"ana", b"a" * 16_000),
        head,
        ana.strip().replace(b"ana", b"a\x00na"),
        b'"a","b"',
        b"",
        ana.strip() + b"\r",
    ]
    job = importer.run(b"\n".join(rows))
    assert counts(job) == (1, 0, 6)
    assert [line.partition(" - ") for line in importer.log(job)] == [
        ("[FAILED] Line Number 2", " - ", "The row is not UTF-8."),
        ("[FAILED] Line Number 3", " - ", "The row is longer than 16000 characters."),
        ("[FAILED] Line Number 4", " - ", "The row is longer than 16000 characters."),
        ("[FAILED] Line Number 5", " - ", "cognito:mfa_enabled is neither true nor false."),
        ("[FAILED] Line Number 6", " - ", "cognito:username has spaces, tabs or control characters."),
        ("[FAILED] Line Number 7", " - ", "The row has 2 values, but the header has 21 columns."),
        ("[SUCCEEDED] Line Number 9", " - ", "The import succeeded."),
    ]


def test_the_header_may_come_in_any_order_with_blanks(importer: Importer) -> None:
    header = [f" {name} " for name in reversed(importer.header)]
    row = {f" {name} ": value for name, value in ANA.items()}
    assert counts(importer.run(importer.csv(row, header=header).replace("\n", "\r\n"))) == (1, 0, 0)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (b"x," * 8_001, "The CSV file cannot be parsed: its header is longer than 16000 characters."),
        (b"x" * (60 << 20), "The CSV file cannot be parsed: its header is longer than 16000 characters."),
        (b"\xff", "The CSV file cannot be parsed: its header is not UTF-8 text."),
        (b"x" * 16_000, "The header of the CSV file has columns that are not attributes of the user pool."),
    ],
    ids=["16001 characters", "60 MB", "not UTF-8", "16000 characters"],
)
def test_the_message_of_a_job_says_what_is_wrong_with_the_header(
    importer: Importer, header: bytes, message: str
) -> None:
    job = importer.run(header + b"\n")
    assert (job["Status"], job["CompletionMessage"]) == ("Failed", message)


def test_a_hash_that_cannot_be_checked_fails_its_row_and_its_user_is_not_made(importer: Importer) -> None:
    good = "$2b$04$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"
    rows = [
        {**ANA, "cognito:username": name, "password_hash": hashed}
        for name, hashed in (("ana", good), ("bob", good.replace("CC.E5", "CC/E5")), ("eve", good.replace("2b", "2z")))
    ]
    text = importer.csv(*rows, header=["cognito:username", "email", "email_verified", "password_hash"])
    job = importer.run(text, PasswordHashingAlgorithm="BCRYPT")
    assert (job["Status"], *counts(job)) == ("Failed", 1, 0, 2)
    assert importer.usernames() == ["ana"]
    assert importer.log(job)[1:] == [
        "[FAILED] Line Number 3 - password_hash cannot be read.",
        "[FAILED] Line Number 4 - password_hash is not of the form of BCRYPT.",
    ]


def test_a_header_alone_imports_nobody(importer: Importer) -> None:
    job = importer.run(importer.csv())
    assert (job["Status"], counts(job)) == ("Succeeded", (0, 0, 0))


def test_a_file_of_too_many_rows_imports_nobody(importer: Importer) -> None:
    job = importer.run(importer.csv(ANA) + "x\n" * import_files.MOST_ROWS)
    assert (job["Status"], counts(job)) == ("Failed", (0, 0, 0))
    assert job["CompletionMessage"] == "The CSV file has more than 500000 rows."


def test_a_file_that_went_missing_fails_the_job(importer: Importer) -> None:
    job = importer.create()
    importer.put(job, importer.csv(ANA))
    importer.ask("StartUserImportJob", job)
    files_of(importer.store).delete(job["UserPoolId"])
    importer.work()
    job = importer.ask("DescribeUserImportJob", job)
    assert (job["Status"], counts(job)) == ("Failed", (0, 0, 0))
