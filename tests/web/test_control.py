"""/_emulator/: messages, reset, clock, events, operations. What is wrong is told in words."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.api.signing_in import enter, refusal
from tests.builders import PASSWORD, Api, a_client, a_pool, a_user, sign_in

NOON = "2027-01-15T08:00:00.000Z"
MAIL = [{"Name": "email", "Value": "ana@example.com"}]


def get(api: Api, path: str) -> Any:
    response = api.http.get(f"/_emulator/{path}")
    assert response.status_code == 200
    return response.get_json()


def post(api: Api, path: str, body: Any = None) -> TestResponse:
    return api.http.post(f"/_emulator/{path}", json=body) if body is not None else api.http.post(f"/_emulator/{path}")


def signed_up(api: Api, username: str, address: str) -> str:
    """A pool in which somebody signed up; its id."""
    pool = a_pool(api, AutoVerifiedAttributes=["email"])
    mail = [{"Name": "email", "Value": address}]
    api.idp("SignUp", ClientId=a_client(api, pool), Username=username, Password=PASSWORD, UserAttributes=mail)
    return pool


# Messages


def test_a_message_is_told_whole(api: Api) -> None:
    pool = signed_up(api, "ana", "ana@example.com")
    [message] = get(api, "messages")["messages"]
    assert message.pop("id")
    code = message.pop("code")
    assert (len(code), code.isdecimal()) == (6, True)
    assert message == {
        "time": NOON,
        "pool": pool,
        "user": "ana",
        "medium": "EMAIL",
        "to": "ana@example.com",
        "subject": "Your verification code",
        "body": f"Your confirmation code is {code}",
        "link": None,
        "trigger": "CustomMessage_SignUp",
    }


def test_messages_are_found_by_pool_user_and_address_newest_last(api: Api) -> None:
    first = signed_up(api, "ana", "ana@example.com")
    second = signed_up(api, "bob", "bob@example.com")
    signed_up(api, "ana", "other@example.com")

    def found(query: str) -> list[str]:
        return [message["to"] for message in get(api, f"messages?{query}")["messages"]]

    assert found("") == ["ana@example.com", "bob@example.com", "other@example.com"]
    assert found("user=ana") == ["ana@example.com", "other@example.com"]
    assert found(f"pool={second}") == found("to=bob%40example.com") == ["bob@example.com"]
    assert found(f"pool={first}&user=bob") == []
    assert found("limit=2") == ["bob@example.com", "other@example.com"]
    assert found("user=ana&limit=1") == ["other@example.com"]
    assert found("limit=0") == []
    assert found("limit=99999999999999999999") == found("")


def test_messages_are_forgotten(api: Api) -> None:
    signed_up(api, "ana", "ana@example.com")
    assert api.http.delete("/_emulator/messages").get_json() == {}
    assert get(api, "messages") == {"messages": []}


# The clock


@pytest.mark.parametrize(
    ("body", "now", "offset"),
    [
        ({"advance": "2h30m"}, "2027-01-15T10:30:00.000Z", 9000),
        ({"advance": "1d1s"}, "2027-01-16T08:00:01.000Z", 86401),
        ({"advance": 90}, "2027-01-15T08:01:30.000Z", 90),
        ({"advance": 0.25}, "2027-01-15T08:00:00.250Z", 0.25),
        ({"advance": "90"}, "2027-01-15T08:01:30.000Z", 90),
        ({"advance": "-1.5h"}, "2027-01-15T06:30:00.000Z", -5400),
        ({"advance": -60}, "2027-01-15T07:59:00.000Z", -60),
        ({"now": "2030-01-01T00:00:00Z"}, "2030-01-01T00:00:00.000Z", 93456000),
        ({"now": "2030-01-01T02:00:00+02:00"}, "2030-01-01T00:00:00.000Z", 93456000),
        ({"now": "2030-01-01"}, "2030-01-01T00:00:00.000Z", 93456000),
        ({"reset": True}, NOON, 0),
    ],
)
def test_the_clock_moves_as_told(api: Api, body: dict[str, Any], now: str, offset: float) -> None:
    assert post(api, "clock", body).get_json() == {"now": now, "offset_seconds": offset}
    assert get(api, "clock") == {"now": now, "offset_seconds": offset}
    assert post(api, "clock", {"reset": True}).get_json() == {"now": NOON, "offset_seconds": 0}


def test_what_expires_follows_the_clock(api: Api) -> None:
    pool = a_pool(api)
    client = a_client(api, pool)
    a_user(api, pool)
    tokens = sign_in(api, client)
    post(api, "clock", {"advance": "1h"})
    told = refusal(lambda: api.idp("GetUser", AccessToken=tokens["AccessToken"]))
    assert told == "NotAuthorizedException: Access Token has expired"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"advance": "soon"}, "advance: 'soon' is not a duration"),
        ({"advance": ""}, "advance: '' is not a duration"),
        ({"advance": "١٢h"}, "advance: '١٢h' is not a duration"),
        ({"advance": True}, "advance: True is not a duration"),
        ({"advance": None}, "advance: None is not a duration"),
        ({"advance": ["1h"]}, "advance: ['1h'] is not a duration"),
        ({"advance": "99999d"}, "advance: that is more than a hundred years"),
        ({"advance": 10**400}, "advance: that is more than a hundred years"),
        ({"advance": 1e300}, "advance: that is more than a hundred years"),
        ({"advance": "-99y"}, "advance: '-99y' is not a duration"),
        ({"advance": "-21000d"}, "advance: the clock goes from 1970 to 9000"),
        ({"now": "9999-12-31T23:59:59Z"}, "now: the clock goes from 1970 to 9000"),
        ({"now": "1969-12-31T23:59:59Z"}, "now: the clock goes from 1970 to 9000"),
        ({"now": "tomorrow"}, "now: 'tomorrow' is not a moment"),
        ({"now": 7}, "now: 7 is not a moment"),
        ({"now": "2030-13-01"}, "now: '2030-13-01' is not a moment"),
        ({"reset": False}, "reset: False is not true"),
        ({"reset": 1}, "reset: 1 is not true"),
        ({}, "the body is one of"),
        ({"back": "1h"}, "the body is one of"),
        ({"advance": 1, "reset": True}, "the body is one of"),
        ([], "the body is not a JSON object"),
        ("1h", "the body is not a JSON object"),
    ],
)
def test_a_clock_that_cannot_be_moved_so_stays(api: Api, body: Any, error: str) -> None:
    response = post(api, "clock", body)
    assert response.status_code == 400
    assert response.get_json()["error"].startswith(error)
    assert get(api, "clock")["now"] == NOON


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000, b'{"advance": NaN}', b'{"advance": Infinity}'])
def test_a_body_that_is_no_json_is_told(api: Api, body: bytes) -> None:
    response = api.http.post("/_emulator/clock", data=body)
    assert response.status_code == 400
    assert response.get_json() == {"error": "the body is not a JSON object"}


def test_no_number_of_moves_leads_beyond_the_end_of_time(api: Api) -> None:
    post(api, "clock", {"now": "8999-12-31T00:00:00Z"})
    assert post(api, "clock", {"advance": "12h"}).status_code == 200
    assert post(api, "clock", {"advance": "12h"}).status_code == 400
    a_user(api, pool := a_pool(api))
    assert enter(api, a_client(api, pool))["AuthenticationResult"]
    assert get(api, "events")["events"]


# Events


def test_events_say_who_did_what_and_why_it_was_refused(api: Api) -> None:
    pool = a_pool(api)
    client = a_client(api, pool, PreventUserExistenceErrors="ENABLED")
    a_user(api, pool)
    api.http.post("/_emulator/clock", json={"advance": 1})
    refusal(lambda: enter(api, client, "nobody"))
    refusal(lambda: enter(api, client, password="wrong"))
    api.idp("GetUser", AccessToken=enter(api, client)["AuthenticationResult"]["AccessToken"])
    told = get(api, "events?limit=4")["events"]
    about = {"time": "2027-01-15T08:00:01.000Z", "pool": pool, "client": client}
    refused = {**about, "operation": "InitiateAuth", "outcome": "NotAuthorizedException"}
    assert told == [
        {**refused, "user": None, "reason": "there is no such user"},
        {**refused, "user": "ana", "reason": "wrong password"},
        {**about, "operation": "InitiateAuth", "user": "ana", "outcome": "ok", "reason": None},
        {**about, "operation": "GetUser", "user": "ana", "outcome": "ok", "reason": None},
    ]


def test_only_calls_of_aws_are_events(api: Api) -> None:
    for path in ("events", "clock", "messages", "operations"):
        get(api, path)
    api.http.get("/health")
    assert get(api, "events?limit=5") == {"events": []}


# Operations


def test_every_operation_is_told_with_its_state(api: Api) -> None:
    rows = get(api, "operations")["operations"]
    found = {(row["service"], row["name"]): row for row in rows}
    assert len(found) == len(rows) == 153 + 23 + 12
    assert found["cognito-idp", "AdminDeleteUser"] == {
        "service": "cognito-idp",
        "name": "AdminDeleteUser",
        "state": "whole",
        "module": "emulator.userpools.users",
        "signed": True,
        "lacks": "",
    }
    assert found["cognito-identity", "GetId"]["state"] == "whole"
    assert found["cognito-idp", "InitiateAuth"]["state"] == "whole"
    assert found["cognito-idp", "InitiateAuth"]["signed"] is False
    assert found["sts", "AssumeRole"]["state"] == "whole"


# What is wrong is told


@pytest.mark.parametrize(
    ("method", "path", "status", "error"),
    [
        ("GET", "messages?users=ana", 400, "unknown parameter users; known are pool, user, to, limit"),
        ("GET", "messages?limit=-1", 400, "limit: '-1' is not a number"),
        ("GET", "messages?limit=", 400, "limit: '' is not a number"),
        ("GET", "events?limit=ten", 400, "limit: 'ten' is not a number"),
        ("GET", "events?limit=١", 400, "limit: '١' is not a number"),
        ("GET", "events?pool=x", 400, "unknown parameter pool; known are limit"),
        ("DELETE", "messages?pool=x", 400, "unknown parameter pool; this call takes none"),
        ("GET", "clock?x=1", 400, "unknown parameter x; this call takes none"),
        ("POST", "clock?advance=1h", 400, "unknown parameter advance; this call takes none"),
        ("GET", "operations?name=x", 400, "unknown parameter name; this call takes none"),
        ("POST", "reset?pools=x", 400, "unknown parameter pools; known are pool, reseed"),
        ("POST", "reset?pool=us-east-1_a&pool=us-east-1_b", 400, "pool: given more than once"),
        ("GET", "messages?user=ana&user=bob", 400, "user: given more than once"),
        ("POST", "reset?pool=us-east-1_gone", 404, "pool: there is no pool us-east-1_gone"),
        ("POST", "reset?pool=", 404, "pool: there is no pool "),
        ("POST", "reset?reseed=maybe", 400, "reseed: 'maybe' is neither true nor false"),
        ("POST", "reset?reseed=true", 400, "reseed: this server has no seed; start it with --seed FILE"),
        ("GET", "reset", 405, "/_emulator/reset does not take GET, but OPTIONS, POST."),
        ("POST", "messages", 405, "/_emulator/messages does not take POST, but DELETE, GET, HEAD, OPTIONS."),
        ("GET", "nothing", 404, "There is nothing at /_emulator/nothing."),
    ],
)
def test_a_wrong_request_is_refused_in_words(api: Api, method: str, path: str, status: int, error: str) -> None:
    response = api.http.open(f"/_emulator/{path}", method=method)
    assert (response.status_code, response.get_json()) == (status, {"error": error})
