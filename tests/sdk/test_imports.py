"""Imports on a real server: curl's way of uploading, large files, and processes that end in the middle."""

from __future__ import annotations

import http.client
import shutil
import signal
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.api.imports.importer import ROLE
from tests.sdk.conftest import Server, Start

HEADER = {"x-amz-server-side-encryption": "aws:kms"}
ROWS = 3000


class Place:
    """A pool on a server, and a job for it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.idp = server.client("cognito-idp")
        created = self.idp.create_user_pool(PoolName="import", AutoVerifiedAttributes=["email"])
        self.pool = created["UserPool"]["Id"]
        self.header = self.idp.get_csv_header(UserPoolId=self.pool)["CSVHeader"]
        job = self.idp.create_user_import_job(UserPoolId=self.pool, JobName="job", CloudWatchLogsRoleArn=ROLE)
        self.url: str = job["UserImportJob"]["PreSignedUrl"]
        self.named = {"UserPoolId": self.pool, "JobId": job["UserImportJob"]["JobId"]}

    def file(self, rows: int) -> bytes:
        """A file of so many users."""
        values = {"email": "u{0}@b.c", "email_verified": "true", "cognito:username": "u{0}"}
        line = ",".join(values.get(name, "") for name in self.header)
        return "\n".join([",".join(self.header), *(line.format(number) for number in range(rows))]).encode()

    def put(self, body: bytes, headers: dict[str, str] = HEADER) -> tuple[int, bytes]:
        """Upload."""
        parts = urlsplit(self.url)
        with closing(http.client.HTTPConnection(parts.netloc, timeout=30)) as connection:
            connection.request("PUT", f"{parts.path}?{parts.query}", body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def say(self, headers: str, body: bytes = b"") -> bytes:
        """Upload with these very headers, and hang up; what comes back."""
        parts = urlsplit(self.url)
        with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
            head = f"PUT {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\n{headers}\r\n"
            connection.sendall(head.encode() + body)
            connection.shutdown(socket.SHUT_WR)
            with connection.makefile("rb") as answer:
                return answer.read()

    def start(self) -> None:
        self.idp.start_user_import_job(**self.named)

    def ended(self, idp: Any = None) -> dict[str, Any]:
        """The job once it has ended."""
        for _ in range(600):
            job = (idp or self.idp).describe_user_import_job(**self.named)["UserImportJob"]
            if job["Status"] not in {"Pending", "InProgress", "Stopping"}:
                return dict(job)
            time.sleep(0.05)
        raise AssertionError(job)


def test_curl_uploads_as_the_guide_says(server: Server, tmp_path: Path) -> None:
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("there is no curl here")
    place = Place(server)
    (tmp_path / "users.csv").write_bytes(place.file(3))
    header = "x-amz-server-side-encryption:aws:kms"
    command: list[str | Path] = [curl, "-sS", "-f", "-T", tmp_path / "users.csv", "-H", header, place.url]
    subprocess.run(command, check=True, timeout=30)
    place.start()
    job = place.ended()
    assert (job["Status"], job["ImportedUsers"]) == ("Succeeded", 3)
    assert job["CompletionMessage"] == "Import Job Completed Successfully."
    assert "Succeeded: 3 imported, 0 skipped, 0 failed" in server.log.read_text()


def test_an_upload_may_be_as_large_as_the_guide_says(server: Server) -> None:
    place = Place(server)
    body = place.file(1).ljust(100 << 20, b"\n")
    assert place.put(body)[0] == 200
    assert b"<Code>EntityTooLarge</Code>" in place.put(body + b"\n")[1]
    assert b"<Code>SignatureDoesNotMatch</Code>" in place.put(body, {})[1]
    assert resident(server) < 200
    assert b"413" in place.say("Content-Length: 999999999999\r\n").split(b"\r\n")[0]


def test_a_large_body_is_refused_to_other_calls(server: Server) -> None:
    with closing(http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=10)) as connection:
        connection.putrequest("POST", "/")
        connection.putheader("Content-Length", str(17 << 20))
        connection.endheaders()
        assert connection.getresponse().status == 413


@pytest.mark.parametrize(
    ("headers", "body", "line"),
    [
        ("Content-Length: 100\r\n", b"x", b""),  # the caller hung up: there is nobody to tell
        ("Transfer-Encoding: chunked\r\n", b"x", b"HTTP/1.1 400 Bad Request"),
        ("Transfer-Encoding: chunked\r\n", b"1\r\nx\r\n0\r\n\r\n", b"HTTP/1.1 411 Length Required"),
        ("", b"x", b"HTTP/1.1 411 Length Required"),
    ],
)
def test_half_an_upload_is_none(server: Server, headers: str, body: bytes, line: bytes) -> None:
    place = Place(server)
    answer = place.say(headers + "x-amz-server-side-encryption: aws:kms\r\nConnection: close\r\n", body)
    assert answer.split(b"\r\n")[0] == line
    with pytest.raises(place.idp.exceptions.PreconditionNotMetException):
        place.start()
    assert "Traceback" not in server.log.read_text()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_job_goes_on_after_the_process_ended(start: Start, tmp_path: Path, how: int) -> None:
    data = tmp_path / "data"
    server = start("--data", str(data))
    place = Place(server)
    assert place.put(place.file(ROWS))[0] == 200
    place.start()
    while not (done := place.idp.describe_user_import_job(**place.named)["UserImportJob"]["ImportedUsers"]):
        time.sleep(0.001)
    assert done < ROWS
    server.stop(how)
    idp = start("--data", str(data)).client("cognito-idp")
    job = place.ended(idp)
    assert (job["Status"], job["ImportedUsers"], job["SkippedUsers"], job["FailedUsers"]) == ("Succeeded", ROWS, 0, 0)
    assert idp.describe_user_pool(UserPoolId=place.pool)["UserPool"]["EstimatedNumberOfUsers"] == ROWS
    [log] = data.glob("cognito.sqlite3.imports/*/*")
    expected = [f"[SUCCEEDED] Line Number {number} - The import succeeded." for number in range(2, ROWS + 2)]
    assert log.read_text().splitlines() == expected
    assert "Traceback" not in server.log.read_text()


def test_a_job_stops_while_it_runs(server: Server) -> None:
    place = Place(server)
    place.put(place.file(20_000))
    place.start()
    while place.idp.describe_user_import_job(**place.named)["UserImportJob"]["Status"] != "InProgress":
        time.sleep(0.001)
    assert place.idp.stop_user_import_job(**place.named)["UserImportJob"]["Status"] == "Stopping"
    job = place.ended()
    assert job["Status"] == "Stopped"
    assert job["ImportedUsers"] < 20_000
    pool = place.idp.describe_user_pool(UserPoolId=place.pool)["UserPool"]
    assert pool["EstimatedNumberOfUsers"] == job["ImportedUsers"]


def test_two_jobs_that_start_at_once_are_one(server: Server) -> None:
    places = [Place(server) for _ in range(4)]
    for place in places:
        place.put(place.file(2000))

    def begin(place: Place) -> bool:
        try:
            place.start()
        except place.idp.exceptions.PreconditionNotMetException:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(begin, places)) == [False, False, False, True]


def resident(server: Server) -> float:
    """Megabytes of memory that the server holds."""
    lines = Path(f"/proc/{server.process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))
