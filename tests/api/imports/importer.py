"""Imports as callers make them: what a test does not say is defaulted."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from werkzeug.test import TestResponse

from emulator.outside.background import Queue
from storage.records.events import ImportJob
from storage.store import Store
from storage.uploads import UploadsInFiles
from tests.builders import Api, a_pool

ROLE = "arn:aws:iam::123456789012:role/imports"
ENCRYPTED = {"x-amz-server-side-encryption": "aws:kms"}
ANA = {"cognito:username": "ana", "email": "ana@example.com", "email_verified": "TRUE", "cognito:mfa_enabled": "FALSE"}


class Importer:
    """A pool, and the jobs that bring users into it."""

    def __init__(self, api: Api, store: Store, **pool: Any) -> None:
        self.api = api
        self.store = store
        self.pool = a_pool(api, **{"AutoVerifiedAttributes": ["email"], **pool})

    @property
    def header(self) -> list[str]:
        """The columns of the pool."""
        return list(self.api.idp("GetCSVHeader", UserPoolId=self.pool)["CSVHeader"])

    def into(self, **pool: Any) -> Importer:
        """The same for another pool, made so."""
        return Importer(self.api, self.store, **pool)

    def create(self, **members: Any) -> dict[str, Any]:
        """A new job."""
        members = {"JobName": "job", "CloudWatchLogsRoleArn": ROLE, **members}
        return dict(self.api.idp("CreateUserImportJob", UserPoolId=self.pool, **members)["UserImportJob"])

    def ask(self, operation: str, job: dict[str, Any]) -> dict[str, Any]:
        """What an operation on a job answers."""
        answer = self.api.idp(operation, UserPoolId=self.pool, JobId=job["JobId"])
        return dict(answer["UserImportJob"])

    def put(self, job: dict[str, Any], data: bytes | str, headers: dict[str, str] = ENCRYPTED) -> TestResponse:
        """Upload a file to where the job says."""
        return self.api.http.put(path(job), data=data, headers=headers)

    def work(self) -> None:
        """Let the jobs that were started happen."""
        assert isinstance(self.api.world.background, Queue)
        self.api.world.background.work()

    def run(self, data: bytes | str, **members: Any) -> dict[str, Any]:
        """A job from its creation to its end."""
        job = self.create(**members)
        assert self.put(job, data).status_code == 200
        assert self.ask("StartUserImportJob", job)["Status"] == "Pending"
        self.work()
        return self.ask("DescribeUserImportJob", job)

    def csv(self, *rows: dict[str, str], header: list[str] | None = None) -> str:
        """A file of these rows; what a row does not have is blank."""
        columns = header or self.header
        lines = [columns, *([row.get(column, "") for column in columns] for row in rows)]
        return "".join(",".join(line) + "\n" for line in lines)

    def ana(self, **values: str) -> dict[str, Any]:
        """How a job ended that imports Ana with these values besides."""
        return self.run(self.csv(ANA | {name.replace("__", ":"): value for name, value in values.items()}))

    def refusal(self, **values: str) -> str:
        """Why Ana with these values is not imported, as the log says it."""
        job = self.ana(**values)
        assert (job["Status"], job["ImportedUsers"]) == ("Failed", 0)
        [line] = self.log(job)
        return line

    def log(self, job: dict[str, Any]) -> list[str]:
        """What became of each line."""
        if isinstance(self.store.uploads, UploadsInFiles):
            return (self.store.uploads.directory / self.pool / f"{job['JobId']}.log").read_text().splitlines()
        with self.store.unit(writes=False) as unit:
            numbers = unit.import_blocks.numbers(job["JobId"], "log")
            blocks = [unit.import_blocks.get(job["JobId"], "log", number) for number in numbers]
        return b"".join(block.content for block in blocks if block).decode().splitlines()

    def has_csv(self, job: ImportJob) -> bool:
        """Whether the server has the file of a job."""
        with self.store.unit(writes=False) as unit:
            return self.store.uploads.exists(unit, job)

    def user(self, username: str = "ana") -> dict[str, Any]:
        """AdminGetUser, its attributes by name."""
        found = self.api.idp("AdminGetUser", UserPoolId=self.pool, Username=username)
        return found | {each["Name"]: each["Value"] for each in found["UserAttributes"]}

    def usernames(self) -> list[str]:
        """Who is in the pool."""
        return [user["Username"] for user in self.api.idp("ListUsers", UserPoolId=self.pool)["Users"]]


def path(job: dict[str, Any]) -> str:
    """The presigned address without the server."""
    parts = urlsplit(str(job["PreSignedUrl"]))
    return f"{parts.path}?{parts.query}"


def counts(job: dict[str, Any]) -> tuple[int, int, int]:
    """Imported, skipped, failed."""
    return job["ImportedUsers"], job["SkippedUsers"], job["FailedUsers"]


def files_of(store: Store) -> UploadsInFiles:
    """The files of imports, for tests of the files themselves."""
    if not isinstance(store.uploads, UploadsInFiles):
        pytest.skip("in PostgreSQL, the files of imports are rows")
    return store.uploads
