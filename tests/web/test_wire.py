"""The envelope of every answer: headers, statuses, bodies; and what comes where nothing can be answered."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from werkzeug.test import TestResponse

from emulator.login import appearance
from emulator.settings import Settings
from tests.builders import IDENTITY, IDP, Api, a_pool, a_user, signature

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PREFLIGHT = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
TOO_LARGE = 8 * 1024 * 1024 + 1


def send(api: Api, target: str | None, body: bytes | str = b"{}", **headers: str) -> TestResponse:
    """POST / with a target as it is."""
    named = {} if target is None else {"X-Amz-Target": target}
    return api.http.post("/", data=body, headers={**named, **headers})


def told(response: TestResponse) -> Any:
    return json.loads(response.data)


def test_an_answer_has_awss_headers(api: Api) -> None:
    response = send(api, f"{IDP}.ListUserPools", '{"MaxResults": 1}')
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/x-amz-json-1.1"
    assert UUID.fullmatch(response.headers["x-amzn-RequestId"])
    assert told(response) == {"UserPools": []}


def test_every_answer_has_a_request_id_of_its_own(api: Api) -> None:
    ids = {send(api, f"{IDP}.ListUserPools").headers["x-amzn-RequestId"] for _ in range(5)}
    assert len(ids) == 5


def test_a_refusal_has_awss_body_and_headers(api: Api) -> None:
    response = send(api, f"{IDP}.DescribeUserPool", '{"UserPoolId": "us-east-1_x"}')
    text = "User pool us-east-1_x does not exist."
    assert response.status_code == 400
    assert told(response) == {"__type": "ResourceNotFoundException", "message": text}
    assert response.headers["x-amzn-ErrorType"] == "ResourceNotFoundException:"
    assert response.headers["x-amzn-ErrorMessage"] == text
    assert response.headers["Content-Type"] == "application/x-amz-json-1.1"


def test_the_message_in_the_header_is_ascii_on_one_line_however_long(api: Api) -> None:
    response = send(api, f"{IDP}.DescribeUserPool", json.dumps({"UserPoolId": "é\r\nX-Evil: 1" + "x" * 5000}))
    header = response.headers["x-amzn-ErrorMessage"]
    assert header.isascii()
    assert header.isprintable()
    assert len(header) == 2000
    assert "X-Evil" not in response.headers
    assert "é\r\nX-Evil: 1" in told(response)["message"]


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        ".",
        "GetUser",
        f"{IDP}.",
        f"{IDP}.Nothing",
        f"{IDP}.getUser",
        f"{IDP}.GETUSER",
        f"{IDP}.Get_User",
        f"{IDP}.GetUser\u00c9",
        f"{IDP}.GetUser ",
        f"{IDP}.Get{'X' * 200}",
        "AWSCognitoSyncService.ListRecordsAndMore",
        f"{IDP}.GetUser.More",
        f"{IDENTITY}.GetUser",
        f"{IDP}.GetId",
        "AWSSecurityTokenServiceV20110615.GetCallerIdentity",
        "x" * 5000,
        "é",
    ],
)
def test_an_unknown_operation_is_told_and_noted(api: Api, target: str | None) -> None:
    response = send(api, target)
    assert response.status_code == 400
    assert told(response) == {"__type": "UnknownOperationException"}
    assert response.headers["x-amzn-ErrorType"] == "UnknownOperationException:"
    assert "x-amzn-ErrorMessage" not in response.headers
    [event] = api.world.events.last()
    assert event.outcome == "UnknownOperationException"
    assert len(event.operation) <= 100


@pytest.mark.parametrize("target", [f"{IDP}.CreateCIMDPolicyOfTomorrow", f"{IDENTITY}.GetIdOfTomorrow"])
@pytest.mark.parametrize("body", [b"{}", b'{"UserPoolId": "us-east-1_x", "Newer": 1}', b"{"])
def test_an_operation_of_a_newer_sdk_is_not_built(api: Api, target: str, body: bytes) -> None:
    name = target.partition(".")[2]
    response = send(api, target, body)
    assert response.status_code == 501
    assert told(response) == {
        "__type": "NotImplementedException",
        "message": f"{name} is not implemented by cognito-emulator.",
    }
    assert response.headers["x-amzn-ErrorType"] == "NotImplementedException:"
    [event] = api.world.events.last()
    assert (event.operation, event.outcome) == (name, "NotImplementedException")
    assert event.reason == "the operation is unknown here, or newer than this emulator"


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"null", b'"x"', b"1", b"\xff", b"{}{}", b'{"MaxResults": NaN}', b"[" * 100_000, b"a=b"]
)
def test_a_malformed_body_is_told(api: Api, body: bytes) -> None:
    response = send(api, f"{IDP}.ListUserPools", body)
    assert response.status_code == 400
    assert told(response)["__type"] == "SerializationException"


def test_an_empty_body_is_an_empty_object(api: Api) -> None:
    response = send(api, f"{IDP}.ListUserPools", b"")
    assert told(response)["message"].startswith("1 validation error detected: Value null at 'maxResults'")


@pytest.mark.parametrize("kind", ["application/x-amz-json-1.1", "application/x-amz-json-1.0", "text/plain", ""])
def test_the_content_type_does_not_matter_where_there_is_a_target(api: Api, kind: str) -> None:
    response = send(api, f"{IDP}.ListUserPools", '{"MaxResults": 1}', **{"Content-Type": kind})
    assert told(response) == {"UserPools": []}


def test_a_target_wins_over_the_content_type_of_a_form(api: Api) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert told(send(api, f"{IDP}.ListUserPools", '{"MaxResults": 1}', **form)) == {"UserPools": []}


def test_a_body_that_is_too_large_is_refused_and_noted(api: Api) -> None:
    response = send(api, f"{IDP}.ListUserPools", b" " * TOO_LARGE)
    assert response.status_code == 413
    assert told(response) == {"__type": "RequestEntityTooLargeException", "message": "Request body is too large."}
    assert api.world.events.last()[0].operation == "ListUserPools"
    form = api.http.post("/", data={"Action": "x" * TOO_LARGE})
    assert form.status_code == 413
    assert b"<Code>RequestEntityTooLargeException</Code>" in form.data


def test_operations_without_an_output_answer_an_empty_body(api: Api) -> None:
    pool = a_pool(api)
    a_user(api, pool)
    response = send(api, f"{IDP}.AdminDeleteUser", json.dumps({"UserPoolId": pool, "Username": "ana"}))
    assert (response.status_code, response.data) == (200, b"")
    assert response.headers["x-amzn-RequestId"]
    assert response.headers["Content-Type"] == "application/x-amz-json-1.1"


def test_operations_with_an_empty_output_answer_an_empty_object(api: Api) -> None:
    pool = a_pool(api)
    a_user(api, pool)
    response = send(api, f"{IDP}.AdminDisableUser", json.dumps({"UserPoolId": pool, "Username": "ana"}))
    assert (response.status_code, response.data) == (200, b"{}")


def test_timestamps_are_numbers_of_seconds(api: Api) -> None:
    created = api.idp("CreateUserPool", PoolName="pool")["UserPool"]["CreationDate"]
    assert created == api.world.clock.now()
    assert isinstance(created, float | int)


def test_members_without_a_value_are_left_out(api: Api) -> None:
    assert "null" not in json.dumps(api.idp("CreateUserPool", PoolName="pool"))


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_another_method_is_refused_in_words(api: Api, method: str) -> None:
    response = api.http.open("/", method=method, headers={"X-Amz-Target": f"{IDP}.ListUserPools"})
    assert response.status_code == 405
    assert response.get_json() == {"error": f"/ does not take {method}, but GET, HEAD, OPTIONS, POST."}
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS, POST"


def test_get_says_what_this_is(api: Api) -> None:
    root, health = api.http.get("/").get_json(), api.http.get("/health").get_json()
    assert health.keys() == {"status", "version"}
    assert health["status"] == "ok"
    assert health.items() <= root.items()
    assert root["operations"] == "/_emulator/operations"


@pytest.mark.parametrize("path", ["/nowhere", "/_emulator/nothing", "/us-east-1_x/.well-known", "/favicon.ico"])
def test_what_is_not_there_is_told_as_json(api: Api, path: str) -> None:
    response = api.http.get(path)
    assert response.status_code == 404
    assert response.get_json() == {"error": f"There is nothing at {path}."}


# CORS


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/"), ("GET", "/nowhere"), ("PUT", "/"), ("POST", "/"), ("GET", "/health")],
)
@pytest.mark.parametrize("origin", [None, "https://app.example", "null"])
def test_every_answer_may_be_read_from_any_page(api: Api, method: str, path: str, origin: str | None) -> None:
    response = api.http.open(path, method=method, headers={"Origin": origin} if origin else {})
    assert response.headers["Access-Control-Allow-Origin"] == (origin or "*")
    assert ("Origin" in response.headers.get("Vary", "")) is bool(origin)
    exposed = response.headers["Access-Control-Expose-Headers"].split(",")
    assert exposed == ["x-amzn-RequestId", "x-amzn-ErrorType", "x-amzn-ErrorMessage", "Date"]


def test_a_body_that_is_too_large_may_be_told_to_any_page(api: Api) -> None:
    response = send(api, f"{IDP}.GetUser", b" " * TOO_LARGE, Origin="https://app.example")
    assert response.headers["Access-Control-Allow-Origin"] == "https://app.example"


@pytest.mark.parametrize("path", ["/", "/nowhere", "/us-east-1_x/.well-known/jwks.json", "/oauth2/token"])
def test_a_preflight_grants_what_it_asks_for(api: Api, path: str) -> None:
    asked = "content-type,x-amz-target,x-amz-user-agent,cache-control,x-new"
    response = api.http.options(path, headers={**PREFLIGHT, "Access-Control-Request-Headers": asked})
    assert (response.status_code, response.data) == (204, b"")
    assert response.headers["Access-Control-Allow-Origin"] == "https://app.example"
    assert response.headers["Access-Control-Allow-Headers"] == asked
    assert "POST" in response.headers["Access-Control-Allow-Methods"]
    assert "Access-Control-Allow-Private-Network" not in response.headers


def test_a_preflight_from_the_internet_to_this_machine_is_granted(api: Api) -> None:
    response = api.http.options("/", headers={**PREFLIGHT, "Access-Control-Request-Private-Network": "true"})
    assert response.headers["Access-Control-Allow-Private-Network"] == "true"


# Signatures


@pytest.mark.parametrize("key", ["AKIAIOSFODNN7EXAMPLE", "test", "local-dev", "000000000000", "a.b+c"])
def test_the_region_that_was_signed_for_is_where_a_call_acts_whatever_the_key(api: Api, key: str) -> None:
    header = {"Authorization": signature(key, "eu-central-1")}
    created = send(api, f"{IDP}.CreateUserPool", '{"PoolName": "pool"}', **header)
    assert told(created)["UserPool"]["Id"].startswith("eu-central-1_")


@pytest.mark.parametrize("header", ["", "Basic eDp5", "AWS4-HMAC-SHA256", signature("key", "no region"), "é"])
def test_an_odd_signature_is_as_good_as_none(api: Api, header: str) -> None:
    created = send(api, f"{IDP}.CreateUserPool", '{"PoolName": "pool"}', Authorization=header)
    assert told(created)["UserPool"]["Id"].startswith("us-east-1_")


class TestStrictSignatures:
    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(ephemeral=True, strict_signatures=True)

    @pytest.mark.parametrize("header", ["", "Bearer x", "Basic eDp5", "AWS3-HTTPS x"])
    def test_what_aws_signs_must_be_signed(self, api: Api, header: str) -> None:
        response = send(api, f"{IDP}.ListUserPools", '{"MaxResults": 1}', Authorization=header)
        assert response.status_code == 400
        refusal = {"__type": "MissingAuthenticationTokenException", "message": "Missing Authentication Token"}
        assert {key.lower(): value for key, value in told(response).items()} == refusal
        form = {"Action": "GetCallerIdentity", "Version": "2011-06-15"}
        unsigned = api.http.post("/", data=form, headers={"Authorization": header})
        assert unsigned.status_code == 403
        assert ElementTree.fromstring(unsigned.data)[0][1].text == "MissingAuthenticationToken"

    def test_what_needs_no_signature_is_answered(self, api: Api) -> None:
        body = json.dumps({"AccessToken": "x"})
        assert told(send(api, f"{IDP}.GetUser", body))["__type"] == "NotAuthorizedException"


@pytest.mark.parametrize("path", [appearance.CLASSIC_SHEET, "/login/static/passkeys.js"])
def test_the_date_of_a_file_is_left_to_the_server(api: Api, path: str) -> None:
    with api.http.get(path) as answer:
        assert answer.status_code == 200
        assert "Date" not in answer.headers
