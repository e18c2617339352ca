"""Every operation of the user pool API that is built succeeds through boto3."""

from __future__ import annotations

from emulator import coverage
from tests.sdk.conftest import Server
from tests.sdk.tour import Tour

ELSEWHERE = {
    "StopUserImportJob": "tests/api, where a job waits until it is stopped",
    "UpdateAuthEventFeedback": "tests/api, where a message holds the feedback token",
    "UpdateClientMetadataURLState": "tests/api, where the document of a client id is cached",
}


def test_every_operation_succeeds_once(shared: Server) -> None:
    tour = Tour(shared)
    tour.run()
    built = {row["name"] for row in coverage.rows() if row["service"] == "cognito-idp" and row["state"] != "missing"}
    assert built - tour.seen == ELSEWHERE.keys()
