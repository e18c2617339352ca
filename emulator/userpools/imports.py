"""Imports of users from CSV files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain.imports import import_files, import_jobs
from emulator.jobs import imports
from emulator.registry import operation
from storage.records.events import ImportJob

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import type_defs as shapes


@operation("GetCSVHeader", reads=True)
def get_csv_header(call: Call[shapes.GetCSVHeaderRequestTypeDef]) -> dict[str, Any]:
    """The columns of the CSV file of an import."""
    schema = [entry["Name"] for entry in call.pool.settings["SchemaAttributes"]]
    return {"UserPoolId": call.pool.id, "CSVHeader": import_files.header(schema)}


@operation("CreateUserImportJob")
def create_user_import_job(call: Call[shapes.CreateUserImportJobRequestTypeDef]) -> dict[str, Any]:
    """Create an import job. The answer has the URL to which its file is to be uploaded."""
    # Unlike AWS: CreateUserImportJob and StartUserImportJob do not assume the role of CloudWatchLogsRoleArn; the log of
    # an import is a file beside the database.
    members = ("JobName", "CloudWatchLogsRoleArn", "PasswordHashingAlgorithm")
    settings = {name: call.given(name) for name in members if call.given(name) is not None}
    return _answer(call, import_jobs.created(call, call.pool, settings))


@operation("StartUserImportJob")
def start_user_import_job(call: Call[shapes.StartUserImportJobRequestTypeDef]) -> dict[str, Any]:
    """Start an import in the background."""
    job = import_jobs.start(call, call.pool, import_jobs.find(call, call.pool, call.request["JobId"]))
    imports.launch(call, job)
    return _answer(call, job)


@operation("StopUserImportJob")
def stop_user_import_job(call: Call[shapes.StopUserImportJobRequestTypeDef]) -> dict[str, Any]:
    """Stop an import. The users imported so far stay, and the job cannot be started again."""
    return _answer(call, import_jobs.stop(call, import_jobs.find(call, call.pool, call.request["JobId"])))


@operation("DescribeUserImportJob", reads=True)
def describe_user_import_job(call: Call[shapes.DescribeUserImportJobRequestTypeDef]) -> dict[str, Any]:
    """Describe an import job and its progress."""
    return _answer(call, import_jobs.find(call, call.pool, call.request["JobId"]))


@operation("ListUserImportJobs", reads=True)
def list_user_import_jobs(call: Call[shapes.ListUserImportJobsRequestTypeDef]) -> dict[str, Any]:
    """List the import jobs of a pool, the newest first."""
    pool = call.pool
    page = call.page(
        lambda limit, token: call.unit.import_jobs.page(pool.id, limit, token), "MaxResults", "PaginationToken"
    )
    jobs = page.of(lambda job: import_jobs.shown(call, import_jobs.expired(call, job)))
    return {"UserImportJobs": jobs, "PaginationToken": page.token}


def _answer(call: Call[Any], job: ImportJob) -> dict[str, Any]:
    return {"UserImportJob": import_jobs.shown(call, job)}
