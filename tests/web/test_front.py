"""Calls of the services are answered in front of Flask, with the same guard and the same headers as behind it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder

from emulator import registry
from emulator.app import create_front
from emulator.outside.world import World
from emulator.responses import LATER, Response
from emulator.settings import Settings
from emulator.version import version
from storage.store import Store
from storage.tables.pool_keys import pool_keys
from tests.api.identity_app import an_app
from tests.api.meanwhile.calls import ROWS
from tests.builders import IDENTITY, IDP, Api, a_pool

registry.load()

EXPOSED = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date"


def test_a_call_does_not_pass_through_flask(app: Flask, api: Api) -> None:
    behind: list[str] = []
    app.behind().before_request_funcs.setdefault(None, []).append(lambda: behind.append("asked"))  # type: ignore[attr-defined]
    a_pool(api)
    api.http.post("/", data={"Action": "GetCallerIdentity"})
    api.http.get("/?Action=GetCallerIdentity&Version=2011-06-15")
    assert behind == []
    api.http.get("/")
    assert behind == ["asked"]


def test_the_headers_of_an_answer_in_their_order(api: Api) -> None:
    target = {"X-Amz-Target": f"{IDP}.ListUserPools"}
    response = api.http.post("/", data='{"MaxResults": 1}', headers=target)
    request_id = response.headers["x-amzn-RequestId"]
    answered = [
        ("Content-Type", "application/x-amz-json-1.1"),
        ("Content-Length", "16"),
        ("x-amzn-RequestId", request_id),
        ("Access-Control-Allow-Origin", "*"),
        ("Access-Control-Expose-Headers", EXPOSED),
    ]
    assert list(response.headers) == answered
    assert response.status == "200 OK"


def test_a_head_of_an_sts_call_has_its_headers_and_no_body(api: Api) -> None:
    response = api.http.head("/?Action=GetCallerIdentity&Version=2011-06-15")
    assert (response.content_type, response.data) == ("text/xml", b"")
    assert int(response.headers["Content-Length"]) > 0


def test_a_host_that_is_none_is_refused_as_behind_it(api: Api) -> None:
    target = {"X-Amz-Target": f"{IDP}.ListUserPools", "Host": "bad host"}
    before = api.http.post("/", data='{"MaxResults": 1}', headers=target)
    behind = api.http.get("/us-east-1_x/.well-known/openid-configuration", headers={"Host": "bad host"})
    assert (before.status_code, before.json) == (400, {"error": "The Host header is not the name of a host."})
    assert (before.json, list(before.headers)) == (behind.json, list(behind.headers))


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_told_which_there_are(api: Api, method: str) -> None:
    response = api.http.open("/", method=method)
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD, OPTIONS, POST")


def test_a_refusal_is_told_in_a_header_without_control_characters(api: Api) -> None:
    """Servers and clients refuse headers with them, and what a caller wrote may be in this one."""
    target = {"X-Amz-Target": f"{IDP}.DescribeUserPool"}
    response = api.http.post("/", data=rb'{"UserPoolId": "a\u0001\u007f\r\nX: y\u00e9"}', headers=target)
    assert "Value 'a?? X: y?' at 'userPoolId'" in response.headers["x-amzn-ErrorMessage"]
    assert "Value 'a\u0001\u007f\r\nX: y\u00e9' at" in json.loads(response.data)["message"]


def at_once(app: Flask, **environ: Any) -> Response | None:
    """The response of the event loop itself to a request."""
    response: Response | None = app.at_once(EnvironBuilder(**environ).get_environ())  # type: ignore[attr-defined]
    return response


def short(app: Flask, **environ: Any) -> int | None:
    """The status that the event loop answers a request with by itself; None if it leaves the request to a thread."""
    response = at_once(app, **environ)
    return response.status if response else None


def test_short_requests_are_answered_in_the_event_loop(app: Flask, api: Api) -> None:
    pool = a_pool(api)
    api.http.get(f"/{pool}/.well-known/jwks.json")
    assert short(app, path="/health") == 200
    assert short(app, path=f"/{pool}/.well-known/jwks.json") == 200
    assert short(app, path=f"/{pool}/.well-known/openid-configuration") == 200
    assert short(app, path=f"/{pool}/.well-known/jwks.json", headers={"Host": "bad host"}) is None


def test_all_other_requests_are_left_to_threads(app: Flask, api: Api, store: Store) -> None:
    """Among them is the key set of a pool without keys, which takes long to make."""
    pool = a_pool(api)
    with store.unit(writes=True) as unit:
        unit.write(pool_keys.delete())
    assert short(app, path=f"/{pool}/.well-known/jwks.json") is None
    assert short(app, path="/us-east-1_none/.well-known/openid-configuration") is None
    assert short(app, path="/") is None
    assert short(app, path="/_emulator/events") is None
    assert short(app, path="/health/more") is None


def call(operation: str, body: bytes = b"{}", service: str = IDP, **headers: str) -> dict[str, Any]:
    target = {"X-Amz-Target": f"{service}.{operation}"}
    return {"path": "/", "method": "POST", "data": body, "headers": {**target, **headers}}


def test_short_operations_are_those_that_read_a_few_rows(app: Flask) -> None:
    named = {
        known.operation.name
        for known in registry.OPERATIONS.values()
        if (prefix := known.operation.model.target_prefix) and short(app, **call(known.operation.name, service=prefix))
    }
    assert named == {
        *("GetUser", "AdminGetUser", "AdminListGroupsForUser", "ListUsers", "ListUsersInGroup"),
        *("GetGroup", "ListGroups"),
        *("DescribeUserPool", "ListUserPools", "DescribeUserPoolClient", "ListUserPoolClients", "GetUserPoolMfaConfig"),
        *("DescribeIdentityProvider", "ListIdentityProviders", "DescribeResourceServer", "ListResourceServers"),
        *("DescribeUserPoolDomain", "GetId", "DescribeIdentity", "ListIdentities"),
        *("DescribeIdentityPool", "ListIdentityPools", "GetIdentityPoolRoles"),
    }


def test_a_short_operation_reads_and_does_not_release_its_connection() -> None:
    """What a call does that releases its connection, such as asking a function, would hold up the event loop."""
    known_short = {known.operation.name: known for known in registry.OPERATIONS.values() if known.is_short}
    assert [name for name, known in known_short.items() if not known.reads({})] == ["GetId"]
    assert known_short.keys() & {row.operation for row in ROWS} == {"GetId"}


def test_get_id_leaves_the_event_loop_before_it_writes_or_asks_a_provider(app: Flask, api: Api, store: Store) -> None:
    identities = an_app(api)

    def asked(logins: dict[str, str]) -> int | None:
        body = json.dumps({"IdentityPoolId": identities.identity_pool, "Logins": logins}).encode()
        return short(app, **call("GetId", body, service=IDENTITY))

    logins = identities.a_user()
    assert asked(logins) is None
    identity = identities.get_id(logins)
    with store.unit(writes=True) as unit:
        unit.pools.all()
        assert asked(logins) == 200  # while another call writes
    assert identities.get_id(logins) == identity
    identities.update(SupportedLoginProviders={"accounts.google.com": "app"})
    assert asked({"accounts.google.com": "token"}) is None
    assert asked({"unknown.example": "token"}) is None
    assert asked({}) is None
    assert asked({identities.provider: "made up"}) == 400


def test_a_large_body_is_left_to_threads_and_so_is_one_of_unknown_length(app: Flask) -> None:
    assert short(app, **call("GetUser", b" " * 65_536)) == 400
    assert short(app, **call("GetUser", b" " * 65_537)) is None
    request = EnvironBuilder(**call("GetUser")).get_environ()
    del request["CONTENT_LENGTH"]
    assert app.at_once(request) is None  # type: ignore[attr-defined]


def test_a_short_call_is_told_of_once_its_answer_is_sent(app: Flask, api: Api, world: World) -> None:
    a_pool(api)
    world.events.forget()
    response = at_once(app, **call("ListUsers", b'{"UserPoolId": "us-east-1_none"}'))
    assert response
    assert response.finish
    assert (response.status, world.events.last()) == (400, [])
    response.finish()
    assert [(event.operation, event.outcome) for event in world.events.last()] == [
        ("ListUsers", "ResourceNotFoundException")
    ]


def test_a_call_in_a_thread_is_told_of_once_its_answer_is_sent_where_the_server_asks_for_that(
    app: Flask, world: World
) -> None:
    world.events.forget()
    left: list[Callable[[], object]] = []
    request = EnvironBuilder(**call("CreateUserPool", b"{}")).get_environ() | {LATER: left.append}
    app(request, lambda *_: lambda _: None)
    assert world.events.last() == []
    [finish] = left
    finish()
    finish()
    assert [event.operation for event in world.events.last()] == ["CreateUserPool"]


def test_where_another_process_may_be_asked_for_events_a_call_is_told_of_before(world: World, store: Store) -> None:
    front = create_front(Settings(ephemeral=True, workers=2), world, store)
    response = front.at_once and front.at_once(EnvironBuilder(**call("ListUsers", b"{}")).get_environ())
    assert response
    assert (response.status, response.finish) == (400, None)
    assert [event.operation for event in world.events.last()] == ["ListUsers"]
    left: list[Callable[[], object]] = []
    request = EnvironBuilder(**call("CreateUserPool", b"{}")).get_environ() | {LATER: left.append}
    front(request, lambda *_: lambda _: None)
    assert left == []
    assert [event.operation for event in world.events.last()] == ["ListUsers", "CreateUserPool"]


_WITHOUT_FLASK = """
import io, pathlib, sys, tempfile
from emulator.app import create_front
from emulator.outside.world import World
from emulator.settings import Settings
from keys.vault import Vault
from storage.store import Store

def ask(method, path, body=b"", at_once=False, **headers):
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": "", "wsgi.url_scheme": "http",
               "HTTP_HOST": "localhost:1", "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body)), **headers}
    statuses = []
    if at_once:
        response = front.at_once(environ)
        print(response and (response.status, response.body[:40]))
    else:
        parts = front(environ, lambda status, _headers: statuses.append(status))
        print(*statuses, b"".join(parts).decode()[:40].strip())

with tempfile.TemporaryDirectory() as directory:
    store = Store(pathlib.Path(directory) / "x", Vault(bytes(32)))
    front = create_front(Settings(ephemeral=True), World(), store, is_new=store.is_new)
    ask("GET", "/health")
    target = "AWSCognitoIdentityProviderService."
    ask("POST", "/", b'{"MaxResults": 1}', HTTP_X_AMZ_TARGET=target + "ListUserPools")
    slow = {"flask", "werkzeug", "jinja2", "jwt", "cryptography.x509", "sqlalchemy.dialects.postgresql", "alembic",
            "emulator.userpools.users", "emulator.userpools.signin", "emulator.web.well_known",
            "storage.repositories.users"}
    print(slow & set(sys.modules))
    print(*sorted(name.rpartition(".")[2] for name in sys.modules if name.startswith("storage.tables.")))
    for at_once in (True, False, True):
        ask("POST", "/", b'{"AccessToken": "none"}', at_once, HTTP_X_AMZ_TARGET=target + "GetUser")
    ask("GET", "/nowhere")
    print("flask" in sys.modules, {"jwt", "lxml", "signxml"} & set(sys.modules))
    store.close()
"""


def test_a_server_answers_health_and_calls_before_flask_and_other_operations_are_imported() -> None:
    """A short operation is answered at once when its module is there, after the first call."""
    done = subprocess.run([sys.executable, "-c", _WITHOUT_FLASK], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        f'200 OK {{"status":"ok","version":"{version()}"}}'[:47],
        '200 OK {"UserPools":[]}',
        "set()",
        "clients key_checks pools replicas schema stand_in",
        "None",
        '400 BAD REQUEST {"__type": "NotAuthorizedException", "me',
        """(400, b'{"__type": "NotAuthorizedException", "me')""",
        '404 NOT FOUND {"error":"There is nothing at /nowhere."',
        "True set()",
    ]


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST"])
def test_health_is_the_same_in_front_of_flask_and_behind(api: Api, app: Flask, method: str) -> None:
    """A GET is answered in front, the rest behind."""
    request = EnvironBuilder("/health", method=method, headers=[("Origin", "http://localhost:3000")]).get_environ()
    front = api.http.open(request)
    flask = app.behind()  # type: ignore[attr-defined]
    with flask.request_context(request):
        behind = flask.full_dispatch_request()
    assert front.status == behind.status
    assert method != "GET" or front.data == behind.data
    assert sorted(front.headers) == sorted(behind.headers)
