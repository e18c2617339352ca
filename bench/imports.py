"""The speed of an import, the memory of the server during the import, and the response times of other calls."""

from __future__ import annotations

import http.client
import io
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from bench.calls import Caller
from bench.machine import Server
from bench.oauth import Refused

ROLE = "arn:aws:iam::000000000000:role/imports"
_PAUSE = 0.02


@dataclass(frozen=True)
class Imported:
    """Rows a second, megabytes before the import and at most, and milliseconds of another caller's writes."""

    rate: float
    before: float
    most: float
    waits: list[float]


def imported(server: Server, users: int) -> Imported:
    """Import `users` users into a new pool, while another caller creates groups there."""
    caller = Caller(server.url)
    pool = caller.ask("CreateUserPool", {"PoolName": "import", "AutoVerifiedAttributes": ["email"]})["UserPool"]["Id"]
    job = {"UserPoolId": pool, "JobName": "bench", "CloudWatchLogsRoleArn": ROLE}
    job = caller.ask("CreateUserImportJob", job)["UserImportJob"]
    named = {"UserPoolId": pool, "JobId": job["JobId"]}
    header = caller.ask("GetCSVHeader", {"UserPoolId": pool})["CSVHeader"]
    upload(str(job["PreSignedUrl"]), "".join(rows(users, header)))
    before = most = server.resident()
    done, waits = threading.Event(), list[float]()
    other = threading.Thread(target=groups, args=(server.url, pool, done, waits))
    began = time.perf_counter()
    caller.ask("StartUserImportJob", named)
    other.start()
    while (state := caller.ask("DescribeUserImportJob", named)["UserImportJob"])["Status"] in ("Pending", "InProgress"):
        most = max(most, server.resident())
        time.sleep(0.2)
    taken = time.perf_counter() - began
    done.set()
    other.join()
    if state["ImportedUsers"] != users:
        raise Refused(f"{state['ImportedUsers']} of {users} users were imported: {state.get('CompletionMessage')}")
    return Imported(users / taken, before, most, sorted(waits))


def rows(users: int, header: list[str]) -> Iterator[str]:
    """The lines of the CSV file."""
    yield ",".join(header) + "\n"
    for number in range(users):
        known = {
            "cognito:username": f"user{number}",
            "email": f"user{number}@example.com",
            "email_verified": "TRUE",
            "name": f"User Number {number}",
            "birthdate": "02/01/1985",
            "cognito:mfa_enabled": "FALSE",
        }
        yield ",".join(known.get(column, "") for column in header) + "\n"


def upload(url: str, text: str) -> None:
    """Upload the file to the pre-signed URL of the job."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=120)
    body = text.encode()
    headers = {"x-amz-server-side-encryption": "aws:kms", "Content-Length": str(len(body))}
    connection.request("PUT", f"{parts.path}?{parts.query}", io.BytesIO(body), headers)
    answer = connection.getresponse()
    if answer.status != 200:
        raise Refused(f"{answer.status} {answer.read()[:200].decode()}")


def groups(url: str, pool: str, done: threading.Event, waits: list[float]) -> None:
    """Create groups until `done` is set, and append the milliseconds of each call to `waits`."""
    caller, number = Caller(url), 0
    while not done.wait(_PAUSE):
        number += 1
        began = time.perf_counter()
        caller.ask("CreateGroup", {"UserPoolId": pool, "GroupName": f"group{number}"})
        waits.append((time.perf_counter() - began) * 1000)
