"""No input of any shape gets a 500: every operation, with requests made up from its model."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator import registry
from emulator.outside.world import World
from emulator.wire import model
from emulator.wire.model import Operation
from tests.builders import Api, declared
from tests.shapes import ANYTHING, requests

registry.load()
JSON = [
    operation
    for service in ("cognito-idp", "cognito-identity")
    for operation in model.load(service).operations.values()
]
QUERY = list(model.load("sts").operations.values())
SLOW = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


def named(operation: Operation) -> str:
    return f"{operation.service}-{operation.name}"


def status_of(app: Flask, operation: Operation, body: Any) -> int:
    """The status of one call, whose answer must be AWS's kind of answer."""
    response = app.test_client().post(
        "/",
        data=json.dumps(body),
        headers={"X-Amz-Target": f"{operation.model.target_prefix}.{operation.name}"},
    )
    told = json.loads(response.data or b"{}")
    if response.status_code != 200:
        assert told["__type"] in declared(operation.model.target_prefix or "", operation.name)
        assert response.headers["x-amzn-ErrorType"] == told["__type"] + ":"
    return response.status_code


@pytest.mark.parametrize("operation", JSON, ids=named)
def test_a_request_of_any_shape_is_answered_or_refused(
    app: Flask, operation: Operation, known: dict[str, list[str]]
) -> None:
    """JSON of any shape first, nearly all of which is refused, and then what is made up from the model."""
    built = (operation.service, operation.name) in registry.OPERATIONS
    members = st.sampled_from(sorted(operation.input.members) or ["x"])
    expected = {200, 400, 501} if built else {400, 501}

    @SLOW
    @given(ANYTHING | st.dictionaries(members, ANYTHING, max_size=4))
    def check_any(body: Any) -> None:
        assert status_of(app, operation, body) in expected

    @SLOW
    @given(requests(operation.input, known))
    def check_made_up(request: dict[str, Any]) -> None:
        assert status_of(app, operation, request) in expected

    check_any()
    check_made_up()


@pytest.mark.parametrize("operation", QUERY, ids=named)
def test_a_made_up_query_is_answered_or_refused(app: Flask, operation: Operation) -> None:
    members = st.sampled_from(sorted(operation.input.members) or ["x"])

    @SLOW
    @given(st.dictionaries(members | st.text(max_size=12), st.text(max_size=40), max_size=4))
    def check(parameters: dict[str, str]) -> None:
        form = {**parameters, "Action": operation.name, "Version": "2011-06-15"}
        response = app.test_client().post("/", data=form)
        assert response.status_code in {200, 400, 403, 501}
        assert response.data.startswith(b"<")

    check()


def test_an_operation_that_is_not_built_says_so_by_name(api: Api, world: World) -> None:
    for operation in JSON:
        if (operation.service, operation.name) in registry.OPERATIONS or operation.input.required:
            continue
        response = api.http.post(
            "/", data=b"{}", headers={"X-Amz-Target": f"{operation.model.target_prefix}.{operation.name}"}
        )
        assert response.status_code == 501
        assert operation.name in response.get_json(force=True)["message"]
        assert world.events.last(1)[0].outcome == "NotImplementedException"
