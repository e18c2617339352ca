"""`/_emulator/faults`: calls that fail, are slow, or get no answer, as a test wants it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import force_setattr, replace
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder

from emulator.outside.events import Event
from emulator.outside.loopback import DROPPED
from emulator.outside.world import World
from tests.builders import Api, Refused, a_client, a_pool
from tests.oauth.browser import an_oauth_client

THROTTLED = "TooManyRequestsException"


@pytest.fixture
def pauses() -> list[float]:
    """How long calls have waited."""
    return []


@pytest.fixture
def world(world: World, pauses: list[float]) -> World:
    return replace(world, pause=pauses.append)


def inject(api: Api, operation: str, **members: Any) -> tuple[int, dict[str, Any]]:
    answer = api.http.post("/_emulator/faults", json={"operation": operation, **members})
    return answer.status_code, dict(answer.get_json())


def left(api: Api) -> list[dict[str, Any]]:
    return list(api.http.get("/_emulator/faults").get_json()["faults"])


def last(api: Api) -> Event:
    return api.world.events.last(1)[0]


def is_dropped(api: Api, path: str, headers: dict[str, str], body: str | None = None) -> bool:
    """Whether the server is told to close the connection of a request: a POST if there is a body, else a GET."""
    request = EnvironBuilder(
        path, method="GET" if body is None else "POST", headers=Headers(headers), data=body
    ).get_environ()
    list(api.http.application.wsgi_app(request, lambda *_: lambda _written: None))
    return bool(request.get(DROPPED))


def outcomes(call: Callable[[], object], times: int) -> list[str]:
    """How calls end, one after the other."""
    ends = []
    for _ in range(times):
        try:
            call()
        except Refused as refused:
            ends.append(refused.code)
        else:
            ends.append("ok")
    return ends


def test_the_next_calls_fail_and_no_others(api: Api) -> None:
    pool = a_pool(api)
    assert inject(api, "ListUsers", times=2, exception=THROTTLED) == (200, {})
    fault = {"operation": "ListUsers", "service": "cognito-idp", "exception": THROTTLED, "delay": None, "drop": False}
    assert left(api) == [fault | {"times": 2}]
    assert outcomes(lambda: api.idp("ListGroups", UserPoolId=pool), 1) == ["ok"]
    assert outcomes(lambda: api.idp("ListUsers", UserPoolId=pool), 3) == [THROTTLED, THROTTLED, "ok"]
    assert left(api) == []
    failed = api.world.events.last(2)[0]
    assert (failed.outcome, failed.pool, failed.reason) == (
        *(THROTTLED, pool, "fault: this call failed as /_emulator/faults was told"),
    )


def test_a_call_that_fails_does_nothing(api: Api) -> None:
    inject(api, "CreateUserPool", exception="InternalErrorException")
    with pytest.raises(Refused) as refused:
        a_pool(api)
    assert (refused.value.status, refused.value.code) == (500, "InternalErrorException")
    assert api.idp("ListUserPools", MaxResults=9)["UserPools"] == []


def test_of_several_faults_the_oldest_comes_first(api: Api) -> None:
    pool = a_pool(api)
    for exception in (THROTTLED, "InternalErrorException"):
        inject(api, "ListUsers", exception=exception)
    assert outcomes(lambda: api.idp("ListUsers", UserPoolId=pool), 3) == [THROTTLED, "InternalErrorException", "ok"]


def test_a_slow_call_waits_once_and_goes_on(api: Api, pauses: list[float]) -> None:
    pool = a_pool(api)
    inject(api, "ListUsers", delay="1m")
    inject(api, "ListGroups", delay=0.5, exception=THROTTLED)
    assert api.idp("ListUsers", UserPoolId=pool)["Users"] == []
    assert (last(api).outcome, last(api).reason) == ("ok", "fault: /_emulator/faults delayed this call by 60 s")
    assert outcomes(lambda: api.idp("ListGroups", UserPoolId=pool), 1) == [THROTTLED]
    assert pauses == [60, 0.5]
    assert outcomes(lambda: api.idp("ListUsers", UserPoolId=pool), 1) == ["ok"]
    assert pauses == [60, 0.5]


def test_a_slow_call_holds_no_transaction(api: Api, pauses: list[float], world: World) -> None:
    """It waits before it begins again, so that another call may write what it then reads."""
    pool = a_pool(api)
    inject(api, "ListGroups", delay=1)

    def meanwhile(seconds: float) -> None:
        pauses.append(seconds)
        api.idp("CreateGroup", UserPoolId=pool, GroupName="staff")

    force_setattr(world, "pause", meanwhile)
    assert [each["GroupName"] for each in api.idp("ListGroups", UserPoolId=pool)["Groups"]] == ["staff"]
    assert pauses == [1]


def test_a_dropped_call_is_marked_for_the_server(api: Api) -> None:
    pool = a_pool(api)
    inject(api, "ListUsers", drop=True)
    headers = {"X-Amz-Target": "AWSCognitoIdentityProviderService.ListUsers"}
    assert is_dropped(api, "/", headers, json.dumps({"UserPoolId": pool}))
    assert (last(api).outcome, (last(api).reason or "").startswith("fault:")) == ("dropped", True)
    inject(api, "/oauth2/token", drop=True)
    assert is_dropped(api, "/oauth2/token", {}, "")
    assert (last(api).operation, last(api).outcome) == ("POST /oauth2/token", "dropped")


@pytest.mark.parametrize("service", ["cognito-idp", "cognito-identity"])
def test_a_name_of_two_services_needs_one(api: Api, service: str) -> None:
    status, body = inject(api, "ListTagsForResource", exception=THROTTLED)
    assert (status, body["error"]) == (
        *(400, "operation: ListTagsForResource is an operation of cognito-idp and cognito-identity; name the service"),
    )
    assert inject(api, "ListTagsForResource", service=service, exception=THROTTLED)[0] == 200
    call = api.idp if service == "cognito-idp" else api.identity
    other = api.identity if service == "cognito-idp" else api.idp
    arn = "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_x"
    assert outcomes(lambda: other("ListTagsForResource", ResourceArn=arn), 1) != [THROTTLED]
    assert outcomes(lambda: call("ListTagsForResource", ResourceArn=arn), 1) == [THROTTLED]


def test_sts_answers_in_its_own_form(api: Api) -> None:
    inject(api, "GetCallerIdentity", exception="Throttling")
    inject(api, "AssumeRoleWithWebIdentity", exception="IDPCommunicationErrorException")
    members = {"RoleArn": "arn:aws:iam::000000000000:role/app", "RoleSessionName": "me", "WebIdentityToken": "x.y.z"}
    assert outcomes(lambda: api.sts("GetCallerIdentity"), 1) == ["Throttling"]
    assert outcomes(lambda: api.sts("AssumeRoleWithWebIdentity", **members), 1) == ["IDPCommunicationError"]


@pytest.mark.parametrize(
    ("path", "exception", "status"),
    [
        ("/oauth2/token", "invalid_grant", 400),
        ("/oauth2/token", "temporarily_unavailable", 503),
        ("/oauth2/revoke", "invalid_client", 401),
        ("/oauth2/userInfo", "invalid_token", 401),
        ("/oauth2/register", "server_error", 500),
    ],
)
def test_an_oauth_endpoint_answers_its_error(api: Api, path: str, exception: str, status: int) -> None:
    assert inject(api, path, exception=exception)[0] == 200
    answer = api.http.post(path, data={})
    assert (answer.status_code, answer.get_json()) == (status, {"error": exception})
    assert (last(api).outcome, (last(api).reason or "").startswith("fault:")) == (exception, True)
    assert left(api) == []


@pytest.mark.parametrize("path", ["/oauth2/authorize", "/login", "/logout", "/signup"])
def test_at_pages_the_browser_sees_the_error_page(api: Api, path: str) -> None:
    client = an_oauth_client(api, a_pool(api))
    inject(api, path, exception="server_error")
    answer = api.http.get(f"{path}?client_id={client}&response_type=code")
    assert (answer.status_code, "server_error" in answer.text, 'role="alert"' in answer.text) == (500, True, True)
    assert last(api).outcome == "server_error"


def test_the_two_ends_of_a_sign_in_at_a_provider_are_one(api: Api) -> None:
    inject(api, "/saml2/idpresponse", exception="temporarily_unavailable")
    assert api.http.get("/oauth2/idpresponse?state=x").status_code == 503


def test_documents_fail_for_any_pool_or_for_one(api: Api) -> None:
    pools = [a_pool(api) for _ in range(2)]
    keys = [f"/{pool}/.well-known/jwks.json" for pool in pools]
    inject(api, "/.well-known/jwks.json", exception="server_error")
    inject(api, keys[1], times=2, exception="temporarily_unavailable")
    answers = [api.http.get(path).status_code for path in (keys[0], keys[0], keys[1], keys[1], keys[1])]
    assert answers == [500, 200, 503, 503, 200]
    inject(api, "/.well-known/openid-configuration", drop=True)
    assert api.http.options(f"/{pools[0]}/.well-known/openid-configuration").status_code == 204
    assert is_dropped(api, f"/{pools[0]}/.well-known/openid-configuration", {})
    assert last(api).operation == f"GET /{pools[0]}/.well-known/openid-configuration"


def test_the_event_loop_leaves_a_call_with_a_fault_to_a_thread(api: Api, pauses: list[float]) -> None:
    """It must not wait; the request is then answered as if nobody had read it."""
    pool = a_pool(api)
    at_once = api.http.application.at_once  # type: ignore[attr-defined]
    environ = api.http.post("/", data=json.dumps({"UserPoolId": pool}), headers=TARGET).request.environ
    if at_once is None:
        pytest.skip("with PostgreSQL, the event loop answers nothing")
    begun: list[str] = []

    def start_response(status: str, _headers: object, _error: object = None, /) -> Callable[[bytes], object]:
        begun.append(status)
        return lambda _written: None

    inject(api, "DescribeUserPool", delay=1)
    environ["wsgi.input"].seek(0)
    assert at_once(environ) is None
    assert (begun, pauses, len(left(api))) == ([], [], 1)
    assert b"".join(api.http.application.wsgi_app(environ, start_response)).startswith(b'{"UserPool"')
    assert (begun, pauses, left(api)) == (["200 OK"], [1], [])


TARGET = {"X-Amz-Target": "AWSCognitoIdentityProviderService.DescribeUserPool"}


def test_they_are_taken_back_one_by_one_and_with_a_reset(api: Api) -> None:
    for operation in ("ListUsers", "ListGroups", "/login"):
        inject(api, operation, drop=True)
    assert api.http.delete("/_emulator/faults?operation=ListGroups").get_json() == {}
    assert [each["operation"] for each in left(api)] == ["ListUsers", "/login"]
    api.http.delete("/_emulator/faults")
    assert left(api) == []
    inject(api, "ListUsers", drop=True)
    api.http.post("/_emulator/reset")
    assert left(api) == []


def test_a_call_that_its_operation_never_sees_takes_none(api: Api) -> None:
    inject(api, "ListUsers", exception=THROTTLED)
    with pytest.raises(Refused, match="InvalidParameterException"):
        api.idp("ListUsers", UserPoolId="x y")
    assert len(left(api)) == 1


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({}, "exception, delay and drop are missing: the fault would have no effect"),
        ({"drop": False}, "exception, delay and drop are missing"),
        ({"operation": "ListUser", "drop": True}, "operation: there is no operation ListUser"),
        ({"operation": "", "drop": True}, "operation is missing"),
        ({"operation": "/oauth2/tokens", "drop": True}, "operation: no fault can be injected at /oauth2/tokens"),
        ({"operation": "/_emulator/reset", "drop": True}, "operation: no fault can be injected at /_emulator/reset"),
        ({"operation": "/oauth2/token", "service": "sts", "drop": True}, "operation: no fault can be injected"),
        ({"operation": "/oauth2/token", "exception": THROTTLED}, "exception: 'TooManyRequestsException' is none of"),
        ({"service": "s3", "drop": True}, "service: 's3' is none of cognito-idp, cognito-identity, sts"),
        ({"service": "sts", "drop": True}, "operation: there is no operation ListUsers of sts"),
        ({"exception": "CodeMismatchException"}, "exception: ListUsers answers AccessDeniedException, "),
        ({"exception": "Throttling"}, "exception: ListUsers answers"),
        ({"exception": 500}, "exception: 500 is not a string"),
        ({"exception": THROTTLED, "drop": True}, "drop: there is no answer, and so no exception"),
        ({"drop": 1}, "drop: 1 is neither true nor false"),
        ({"delay": 0}, "delay: 0 is not more than nothing and at most 300 seconds"),
        ({"delay": "301s"}, "delay: '301s' is not more than nothing and at most 300 seconds"),
        ({"delay": "-1s"}, "delay: '-1s' is not more"),
        ({"delay": "soon"}, "delay: 'soon' is not a duration"),
        ({"delay": True}, "delay: True is not a duration"),
        ({"delay": 10**400}, "delay: that is more than a hundred years"),
        ({"times": 0, "drop": True}, "times: 0 is not a whole number from 1"),
        ({"times": 1.5, "drop": True}, "times: 1.5 is not a whole number from 1"),
        ({"time": 1, "drop": True}, "unknown member time; known are operation, service, times"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(api: Api, members: dict[str, Any], words: str) -> None:
    status, body = inject(api, **{"operation": "ListUsers", **members})
    assert (status, body["error"].startswith(words)) == (400, True), body
    assert left(api) == []


def test_other_sites_pages_inject_nothing(api: Api) -> None:
    answer = api.http.post("/_emulator/faults", json={}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


def test_a_client_of_this_server_is_told_that_the_connection_was_closed(api: Api) -> None:
    """Requests of the server to itself find no answer either."""
    from emulator.outside.http import Unreachable

    inject(api, "/.well-known/jwks.json", drop=True)
    pool = a_pool(api)
    http = api.world.loopback.http("http://localhost", api.world.http)
    a_client(api, pool)
    with pytest.raises(Unreachable, match="the connection was closed"):
        http.request("GET", f"http://localhost/{pool}/.well-known/jwks.json", seconds=1)
