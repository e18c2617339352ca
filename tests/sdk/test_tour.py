"""Every operation of the user pool API succeeds through boto3."""

from __future__ import annotations

from emulator.wire import model
from tests.sdk.conftest import Server
from tests.sdk.tour import Tour

ELSEWHERE = {
    "StopUserImportJob": "tests/api, where a job waits until it is stopped",
    "UpdateAuthEventFeedback": "tests/api, where a message holds the feedback token",
}


def test_every_operation_succeeds_once(shared: Server) -> None:
    tour = Tour(shared)
    tour.run()
    assert model.load("cognito-idp").operations.keys() - tour.seen == ELSEWHERE.keys()
