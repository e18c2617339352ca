"""The model is the door: what it takes is answered or refused as declared, what breaks it is refused at once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.parsers import create_parser
from flask import Flask
from hypothesis import HealthCheck, given, settings

from emulator import registry
from emulator.wire import model
from emulator.wire.model import Operation
from tests.builders import declared
from tests.shapes import broken_requests, valid_requests

registry.load()
SERVICES = ("cognito-idp", "cognito-identity")
JSON = [operation for service in SERVICES for operation in model.load(service).operations.values()]
BOTOCORE = {service: ServiceModel(Loader().load_service_model(service, "service-2"), service) for service in SERVICES}
FEW = settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
THE_MODELS = {"InvalidParameterException", "ValidationException", "SerializationException"}
"""What a request that breaks the model is refused with."""


def named(operation: Operation) -> str:
    return f"{operation.service}-{operation.name}"


def asked(app: Flask, operation: Operation, body: Any) -> tuple[int, dict[str, str], bytes]:
    target = f"{operation.model.target_prefix}.{operation.name}"
    response = app.test_client().post("/", data=json.dumps(body), headers={"X-Amz-Target": target})
    return response.status_code, dict(response.headers), response.data


@pytest.mark.parametrize("operation", JSON, ids=named)
def test_what_breaks_the_model_is_refused_by_it_and_what_fits_is_answered_or_refused_as_it_declares(
    app: Flask, operation: Operation, known: dict[str, list[str]]
) -> None:
    """Answers are read as botocore reads them. What is refused at the door changes nothing, so it comes first."""
    parser = create_parser("json")
    output = BOTOCORE[operation.service].operation_model(operation.name).output_shape
    built = (operation.service, operation.name) in registry.OPERATIONS

    @FEW
    @given(broken_requests(operation.input, known))
    def check_broken(request: dict[str, Any]) -> None:
        status, _, body = asked(app, operation, request)
        told = json.loads(body)
        assert (status, told["__type"] in THE_MODELS) == (400, True), told
        if told["__type"] != "SerializationException":
            assert "validation error" in told["message"]

    @FEW
    @given(valid_requests(operation.input, known))
    def check_valid(request: dict[str, Any]) -> None:
        status, headers, body = asked(app, operation, request)
        parsed = parser.parse({"status_code": status, "headers": headers, "body": body, "context": {}}, output)
        if status == 200:
            told = json.loads(body or b"{}")
            assert parsed.keys() - {"ResponseMetadata"} == {name for name, value in told.items() if value is not None}
            return
        code = parsed["Error"]["Code"]
        assert (status, code) == ((400, code) if built else (501, "NotImplementedException"))
        assert code in declared(operation.model.target_prefix or "", operation.name)

    if operation.input.members:
        check_broken()
    check_valid()
