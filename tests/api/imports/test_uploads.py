"""PUT at the presigned address of a job."""

from __future__ import annotations

import stat
from xml.etree import ElementTree

import pytest
from werkzeug.test import TestResponse

from emulator.app import create_app
from emulator.settings import Settings
from storage.store import Store
from tests.api.imports.importer import ANA, Importer, counts, files_of


def told(response: TestResponse) -> tuple[int, str | None, str | None]:
    assert response.content_type == "application/xml"
    root = ElementTree.fromstring(response.data)
    assert root.tag == "Error"
    assert root.findtext("RequestId")
    return response.status_code, root.findtext("Code"), root.findtext("Message")


WRONG = (
    "The request signature we calculated does not match the signature you provided. Check your key and signing method."
)


def test_an_upload_is_taken(importer: Importer) -> None:
    response = importer.put(importer.create(), importer.csv(ANA))
    assert (response.status_code, response.data) == (200, b"")
    assert response.headers["x-amz-request-id"]


def test_the_last_upload_counts(importer: Importer) -> None:
    job = importer.create()
    importer.put(job, b"nonsense")
    importer.put(job, importer.csv(ANA))
    importer.ask("StartUserImportJob", job)
    importer.work()
    assert counts(importer.ask("DescribeUserImportJob", job)) == (1, 0, 0)


def test_an_address_is_good_for_fifteen_minutes(importer: Importer) -> None:
    job = importer.create()
    importer.api.world.clock.advance(seconds=899)
    assert importer.put(job, b"x").status_code == 200
    importer.api.world.clock.advance(seconds=1)
    response = importer.put(job, b"y")
    assert told(response) == (403, "AccessDenied", "Request has expired")
    assert ElementTree.fromstring(response.data).findtext("X-Amz-Expires") == "900"


@pytest.mark.parametrize(
    ("part", "other"),
    [
        ("X-Amz-Signature=", "X-Amz-Signature=0"),
        ("X-Amz-Signature=", "X-Amz-Signature=%C3%A9"),
        ("X-Amz-Signature=", "Signature="),
        ("X-Amz-Date=2027", "X-Amz-Date=2028"),
        ("import-", "import-0"),
    ],
)
def test_another_address_is_refused(importer: Importer, part: str, other: str) -> None:
    job = importer.create()
    job["PreSignedUrl"] = job["PreSignedUrl"].replace(part, other)
    assert told(importer.put(job, b"x")) == (403, "SignatureDoesNotMatch", WRONG)


def test_the_signature_of_one_job_is_no_good_for_another(importer: Importer) -> None:
    one, other = importer.create(), importer.create()
    one["PreSignedUrl"] = one["PreSignedUrl"].replace(one["JobId"], other["JobId"])
    assert told(importer.put(one, b"x"))[1] == "SignatureDoesNotMatch"
    pools = importer.into().pool
    other["PreSignedUrl"] = other["PreSignedUrl"].replace(importer.pool, pools)
    assert told(importer.put(other, b"x"))[1] == "SignatureDoesNotMatch"


@pytest.mark.parametrize("headers", [{}, {"x-amz-server-side-encryption": "AES256"}])
def test_the_signed_header_must_be_sent(importer: Importer, headers: dict[str, str]) -> None:
    assert told(importer.put(importer.create(), b"x", headers)) == (403, "SignatureDoesNotMatch", WRONG)


def test_a_started_job_takes_no_more(importer: Importer) -> None:
    job = importer.create()
    importer.put(job, importer.csv(ANA))
    importer.ask("StartUserImportJob", job)
    assert told(importer.put(job, b"x")) == (403, "AccessDenied", "Access Denied")
    importer.work()
    assert told(importer.put(job, b"x")) == (403, "AccessDenied", "Access Denied")
    assert counts(importer.ask("DescribeUserImportJob", job)) == (1, 0, 0)


def test_an_upload_may_be_larger_than_a_call(importer: Importer) -> None:
    assert importer.put(importer.create(), b"x" * (20 << 20)).status_code == 200


def test_what_was_uploaded_is_for_its_owner_only(importer: Importer) -> None:
    importer.put(importer.create(), b"x")
    [file] = files_of(importer.store).directory.glob("*/*")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(files_of(importer.store).directory.stat().st_mode) == 0o700


def test_a_refused_upload_is_an_event(importer: Importer) -> None:
    importer.put(importer.create(), b"x", {})
    event = importer.api.world.events.last(1)[0]
    assert (event.operation, event.outcome) == ("PutObject", "SignatureDoesNotMatch")
    assert "x-amz-server-side-encryption" in str(event.reason)


def test_a_start_deletes_interrupted_uploads_and_none_that_another_process_receives(
    importer: Importer, store: Store, settings: Settings
) -> None:
    job = importer.create()
    with store.unit(writes=False) as unit:
        record = unit.import_jobs.get(job["JobId"])
    assert record
    files = files_of(store)
    with files.receiving(record) as received:
        interrupted = files.csv(record).with_suffix(".killed.part")
        interrupted.write_bytes(b"half of it")
        create_app(settings, importer.api.world, store)
        assert [str(path) for path in interrupted.parent.glob("*.part")] == [received.name]
        received.write(importer.csv(ANA).encode())
        with store.unit(writes=True) as unit:
            files.keep(unit, received, record)
    importer.ask("StartUserImportJob", job)
    importer.work()
    assert counts(importer.ask("DescribeUserImportJob", job)) == (1, 0, 0)
