"""Import jobs from their creation to their end."""

from __future__ import annotations

from typing import Any

import pytest

from storage.records.events import ImportJob
from storage.store import Store
from tests.api.imports.importer import ANA, ROLE, Importer, counts, files_of
from tests.builders import Refused, a_user
from tests.conftest import NOON


def refused(code: str, importer: Importer, operation: str, job: dict[str, Any]) -> str:
    with pytest.raises(Refused) as refusal:
        importer.ask(operation, job)
    assert refusal.value.code == code
    return refusal.value.message


def started(importer: Importer, *rows: dict[str, str]) -> dict[str, Any]:
    job = importer.create()
    importer.put(job, importer.csv(*rows or [ANA]))
    return importer.ask("StartUserImportJob", job)


def test_a_header_has_the_attributes_of_the_pool_and_two_columns_more(importer: Importer) -> None:
    own = importer.into(Schema=[{"Name": "plan", "AttributeDataType": "String"}])
    assert importer.header == [
        *("name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture"),
        *("website", "email", "email_verified", "gender", "birthdate", "zoneinfo", "locale", "phone_number"),
        *("phone_number_verified", "address", "updated_at", "cognito:mfa_enabled", "cognito:username"),
    ]
    assert own.header == [*importer.header[:-2], "custom:plan", *importer.header[-2:]]


def test_a_new_job_waits_for_its_file(importer: Importer) -> None:
    job = importer.create(JobName="first job")
    assert job.pop("JobId").startswith("import-")
    assert job.pop("PreSignedUrl").startswith(f"http://localhost/aws-cognito-idp-user-import/{importer.pool}/import-")
    assert job == {
        "JobName": "first job",
        "UserPoolId": importer.pool,
        "CreationDate": NOON,
        "Status": "Created",
        "CloudWatchLogsRoleArn": ROLE,
        "ImportedUsers": 0,
        "SkippedUsers": 0,
        "FailedUsers": 0,
    }


def test_a_job_is_described_as_it_was_created(importer: Importer) -> None:
    job = importer.create(PasswordHashingAlgorithm="BCRYPT")
    assert job["PasswordHashingAlgorithm"] == "BCRYPT"
    assert importer.ask("DescribeUserImportJob", job) == job


def test_a_job_goes_from_pending_to_succeeded(importer: Importer) -> None:
    job = started(importer)
    assert (job["Status"], job["StartDate"], counts(job)) == ("Pending", NOON, (0, 0, 0))
    importer.api.world.clock.advance(minutes=1)
    importer.work()
    job = importer.ask("DescribeUserImportJob", job)
    assert (job["Status"], job["CompletionDate"], counts(job)) == ("Succeeded", NOON + 60, (1, 0, 0))
    assert job["CompletionMessage"] == "Import Job Completed Successfully."
    assert importer.log(job) == ["[SUCCEEDED] Line Number 2 - The import succeeded."]


def test_the_file_is_forgotten_when_its_job_ends(importer: Importer, store: Store) -> None:
    job = started(importer)
    record = ImportJob(job["JobId"], importer.pool, "", {}, 0.0)
    assert importer.has_csv(record)
    importer.work()
    assert not importer.has_csv(record)
    assert files_of(store).log(record).exists()


def test_jobs_are_listed_page_by_page_the_newest_first(importer: Importer) -> None:
    made = []
    for number in range(5):
        importer.api.world.clock.advance(seconds=1)
        made.append(importer.create(JobName=f"job{number}"))
    found: list[Any] = []
    token: dict[str, str] = {}
    while True:
        page = importer.api.idp("ListUserImportJobs", UserPoolId=importer.pool, MaxResults=2, **token)
        found += page["UserImportJobs"]
        if "PaginationToken" not in page:
            break
        token = {"PaginationToken": page["PaginationToken"]}
        importer.create()
    assert [job["JobId"] for job in found] == [job["JobId"] for job in reversed(made)]


def test_a_forged_page_is_refused(importer: Importer) -> None:
    with pytest.raises(Refused) as refusal:
        importer.api.idp("ListUserImportJobs", UserPoolId=importer.pool, MaxResults=2, PaginationToken="forged")
    assert refusal.value.code == "InvalidParameterException"


def test_a_job_without_a_file_does_not_start(importer: Importer) -> None:
    job = importer.create()
    words = refused("PreconditionNotMetException", importer, "StartUserImportJob", job)
    assert words == f"No csv file was uploaded for {job['JobId']}"
    assert importer.ask("DescribeUserImportJob", job)["Status"] == "Created"


def test_a_job_does_not_start_where_nothing_is_verified(importer: Importer) -> None:
    other = importer.into(AutoVerifiedAttributes=[])
    job = other.create()
    other.put(job, "x")
    assert "auto-verified" in refused("PreconditionNotMetException", other, "StartUserImportJob", job)


def test_a_job_starts_once(importer: Importer) -> None:
    job = started(importer)
    refused("PreconditionNotMetException", importer, "StartUserImportJob", job)
    importer.work()
    assert "Succeeded" in refused("PreconditionNotMetException", importer, "StartUserImportJob", job)
    assert importer.usernames() == ["ana"]


def test_one_job_at_a_time_is_active_in_an_account(importer: Importer) -> None:
    other = importer.into()
    waiting = other.create()
    other.put(waiting, other.csv(ANA))
    started(importer)
    refused("PreconditionNotMetException", other, "StartUserImportJob", waiting)
    importer.work()
    assert other.ask("StartUserImportJob", waiting)["Status"] == "Pending"


def test_a_job_is_of_its_pool_alone(importer: Importer) -> None:
    job, other = importer.create(), importer.into()
    for operation in ("DescribeUserImportJob", "StartUserImportJob", "StopUserImportJob"):
        refused("ResourceNotFoundException", other, operation, job)
        refused("ResourceNotFoundException", importer, operation, {"JobId": "import-0000000000"})


def test_a_job_that_is_stopped_before_its_first_row_imports_nobody(importer: Importer) -> None:
    job = importer.ask("StopUserImportJob", started(importer))
    assert (job["Status"], job["CompletionDate"]) == ("Stopped", NOON)
    assert job["CompletionMessage"] == "The Import Job was stopped by the developer."
    importer.work()
    assert importer.ask("DescribeUserImportJob", job) == job
    assert importer.usernames() == []
    refused("PreconditionNotMetException", importer, "StartUserImportJob", job)


def test_a_job_in_progress_stops_before_its_next_row(importer: Importer, store: Store) -> None:
    job = started(importer)
    with store.unit(writes=True) as unit:
        record = unit.import_jobs.get(job["JobId"])
        assert record
        progress = {"columns": importer.header, "offset": 0, "line": 1, "log": 0}
        unit.import_jobs.change(record, status="InProgress", progress=progress)
    assert importer.ask("StopUserImportJob", job)["Status"] == "Stopping"
    refused("PreconditionNotMetException", importer, "StopUserImportJob", job)
    importer.work()
    assert importer.ask("DescribeUserImportJob", job)["Status"] == "Stopped"
    assert importer.usernames() == []


def test_only_a_running_job_stops(importer: Importer) -> None:
    assert "Created" in refused("PreconditionNotMetException", importer, "StopUserImportJob", importer.create())


def test_a_job_that_nobody_starts_expires_in_a_day(importer: Importer) -> None:
    job = importer.create()
    importer.put(job, importer.csv(ANA))
    importer.api.world.clock.advance(hours=24)
    described = importer.ask("DescribeUserImportJob", job)
    assert (described["Status"], described["CompletionMessage"]) == ("Expired", "The user import job has expired.")
    listed = importer.api.idp("ListUserImportJobs", UserPoolId=importer.pool, MaxResults=1)["UserImportJobs"]
    assert listed == [described]
    assert "Expired" in refused("PreconditionNotMetException", importer, "StartUserImportJob", job)


def test_a_pool_has_at_most_a_thousand_jobs(importer: Importer, store: Store) -> None:
    with store.unit(writes=True) as unit:
        for number in range(1000):
            unit.import_jobs.add(ImportJob(f"import-{number}", importer.pool, "Expired", {}, NOON))
    with pytest.raises(Refused) as refusal:
        importer.create()
    assert refusal.value.code == "LimitExceededException"
    assert importer.into().create()["Status"] == "Created"


@pytest.mark.parametrize(
    "members",
    [
        {"JobName": "a/b"},
        {"JobName": ""},
        {"JobName": "x" * 129},
        {"CloudWatchLogsRoleArn": "role"},
        {"PasswordHashingAlgorithm": "MD5"},
    ],
)
def test_a_job_that_cannot_be_is_refused(importer: Importer, members: dict[str, str]) -> None:
    with pytest.raises(Refused) as refusal:
        importer.create(**members)
    assert refusal.value.code == "InvalidParameterException"


@pytest.mark.parametrize(
    ("operation", "members"),
    [
        ("UpdateUserPool", {}),
        ("DeleteUserPool", {}),
        ("AddCustomAttributes", {"CustomAttributes": [{"Name": "plan", "AttributeDataType": "String"}]}),
    ],
)
def test_a_pool_stays_as_it_is_while_users_are_imported(
    importer: Importer, operation: str, members: dict[str, Any]
) -> None:
    started(importer)
    with pytest.raises(Refused) as refusal:
        importer.api.idp(operation, UserPoolId=importer.pool, **members)
    assert refusal.value.code == "UserImportInProgressException"
    importer.api.idp(operation, UserPoolId=importer.into().pool, **members)
    importer.work()
    importer.api.idp(operation, UserPoolId=importer.pool, **members)


def test_users_are_created_in_the_usual_way_meanwhile(importer: Importer) -> None:
    job = started(importer)
    a_user(importer.api, importer.pool, "ana")
    importer.work()
    assert counts(importer.ask("DescribeUserImportJob", job)) == (0, 1, 0)
    assert importer.log(job) == ["[SKIPPED] Line Number 2 - The user already exists."]


@pytest.mark.parametrize("query", ["", "?pool={}"])
def test_a_reset_forgets_a_job_that_runs(importer: Importer, store: Store, query: str) -> None:
    started(importer)
    assert importer.api.http.post(f"/_emulator/reset{query.format(importer.pool)}").status_code == 200
    importer.work()
    assert list(files_of(store).directory.glob("*/*")) == []
    fresh = importer.into()
    assert counts(fresh.run(fresh.csv(ANA))) == (1, 0, 0)


def test_the_files_of_a_pool_go_with_it(importer: Importer, store: Store) -> None:
    importer.ana()
    assert list(files_of(store).directory.glob("*/*"))
    importer.api.idp("DeleteUserPool", UserPoolId=importer.pool)
    assert list(files_of(store).directory.glob("*/*")) == []


def test_importing_twice_skips_everybody_and_fails(importer: Importer) -> None:
    importer.ana()
    job = importer.ana()
    assert (job["Status"], counts(job)) == ("Failed", (0, 1, 0))
    assert job["CompletionMessage"] == "Too many users have failed or been skipped during the import."
