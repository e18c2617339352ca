"""Answers of STS in JSON where `Accept` asks for it, and the endpoint that looks credentials up."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import func, select

from emulator.jobs.interval import EVERY
from emulator.outside.background import Queue
from storage.store import Store
from storage.tables.issued_credentials import issued_credentials
from tests.api.identity_app import an_app
from tests.api.sts.parties import ACCOUNT, arn, assumed, call
from tests.builders import Api
from tests.conftest import NOON

WHO = {"Action": "GetCallerIdentity", "Version": "2011-06-15"}


@pytest.mark.parametrize(
    ("accept", "is_json"),
    [
        ("application/json", True),
        ("application/json; charset=utf-8, */*", True),
        ("Application/JSON", True),
        ("*/*", False),
        ("text/xml", False),
        ("text/xml, application/json", False),
        ("", False),
    ],
)
def test_an_answer_is_json_where_accept_asks_for_it_and_xml_otherwise(api: Api, accept: str, is_json: bool) -> None:
    answer = api.http.post("/", data=WHO, headers={"Accept": accept})
    assert answer.content_type.partition(";")[0] == ("application/json" if is_json else "text/xml")
    if not is_json:
        assert answer.text.startswith("<GetCallerIdentityResponse xmlns=")
        return
    request_id = answer.headers["x-amzn-RequestId"]
    assert json.loads(answer.data) == {
        "GetCallerIdentityResponse": {
            "GetCallerIdentityResult": {"UserId": ACCOUNT, "Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:root"},
            "ResponseMetadata": {"RequestId": request_id},
        }
    }


@pytest.mark.parametrize("headers", [{}, {"Content-Type": "application/x-www-form-urlencoded"}])
def test_a_post_may_have_its_parameters_in_the_url_as_presigned_ones_have(api: Api, headers: dict[str, str]) -> None:
    answer = api.http.post("/", query_string=WHO, headers=headers)
    assert f"<Account>{ACCOUNT}</Account>" in answer.text
    form = {**WHO, "Action": "GetSessionToken"}
    assert "<GetSessionTokenResponse" in api.http.post("/", query_string=WHO, data=form).text


def test_times_in_json_are_epoch_seconds_and_errors_are_json_too(api: Api) -> None:
    headers = {"Accept": "application/json"}
    given = {**WHO, "Action": "GetSessionToken", "DurationSeconds": "900"}
    told = api.http.get("/", query_string=given, headers=headers).get_json()
    assert told["GetSessionTokenResponse"]["GetSessionTokenResult"]["Credentials"]["Expiration"] == NOON + 900
    for wrong, code in (
        ({**given, "DurationSeconds": "1"}, "ValidationError"),
        ({**WHO, "Action": "Nothing"}, "InvalidAction"),
    ):
        answer = api.http.post("/", data=wrong, headers=headers)
        assert (answer.status_code, answer.content_type) == (400, "application/json")
        assert answer.get_json()["RequestId"] == answer.headers["x-amzn-RequestId"]
        assert answer.get_json()["Error"].keys() == {"Type", "Code", "Message"}
        assert (answer.get_json()["Error"]["Type"], answer.get_json()["Error"]["Code"]) == ("Sender", code)


def test_credentials_are_found_by_their_access_key_until_they_expire(api: Api) -> None:
    app = an_app(api)
    logins = app.a_user()
    identity = app.get_id(logins)
    given = app.credentials(identity, logins)["Credentials"]
    path = f"/_emulator/credentials?access_key_id={given['AccessKeyId']}"
    answer = api.http.get(path)
    assert answer.get_json() == {
        "access_key_id": given["AccessKeyId"],
        "identity_id": identity,
        "identity_pool_id": app.identity_pool,
        "role_arn": f"arn:aws:iam::{ACCOUNT}:role/service-role/user",
        "session_name": "CognitoIdentityCredentials",
        "principal_tags": {},
        "expires": "2027-01-15T09:00:00.000Z",
    }
    assert given["SecretKey"] not in answer.text
    assert given["SessionToken"] not in answer.text
    api.world.clock.advance(seconds=3600)
    gone = api.http.get(path)
    assert gone.status_code == 404
    assert given["AccessKeyId"] in gone.get_json()["error"]


def test_what_no_identity_has_is_null(api: Api) -> None:
    session = call(api, "GetSessionToken")
    shown = api.http.get(f"/_emulator/credentials?access_key_id={session['AccessKeyId']}").get_json()
    assert shown == {
        "access_key_id": session["AccessKeyId"],
        "identity_id": None,
        "identity_pool_id": None,
        "role_arn": None,
        "session_name": None,
        "principal_tags": {},
        "expires": "2027-01-15T20:00:00.000Z",
    }
    role = assumed(api)
    shown = api.http.get(f"/_emulator/credentials?access_key_id={role.access_key}").get_json()
    assert (shown["role_arn"], shown["session_name"], shown["identity_id"]) == (arn("app"), "me", None)


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("access_key_id=ASIAQAAAAAAAAAAAAAAA", 404, "not of credentials that were issued here"),
        ("access_key_id=AKIAQAAAAAAAAAAAAAAA", 404, "not of credentials that were issued here"),
        ("access_key_id=", 400, "access_key_id is missing"),
        ("", 400, "access_key_id is missing"),
        ("access_key=x", 400, "unknown parameter access_key"),
        ("access_key_id=a&access_key_id=b", 400, "more than once"),
    ],
)
def test_what_is_not_found_or_not_asked_well(api: Api, query: str, status: int, words: str) -> None:
    answer = api.http.get(f"/_emulator/credentials?{query}")
    assert answer.status_code == status
    assert re.search(words, answer.get_json()["error"])


def test_rows_of_expired_credentials_are_swept(api: Api, store: Store) -> None:
    def count() -> int:
        with store.unit(writes=False) as unit:
            return int(unit.read(select(func.count()).select_from(issued_credentials)).scalar_one())

    for _ in range(3):
        call(api, "GetSessionToken", DurationSeconds="900")
    call(api, "GetSessionToken")
    assert count() == 4
    api.world.clock.advance(seconds=EVERY + 1)
    call(api, "GetCallerIdentity")
    assert isinstance(api.world.background, Queue)
    api.world.background.work()
    assert count() == 1
