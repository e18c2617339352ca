from __future__ import annotations

import inspect

import pytest

from emulator import faults
from emulator.faults import Fault
from emulator.wire import model

FAULTS = {name: item for name, item in inspect.getmembers(faults, inspect.isclass) if issubclass(item, Fault)}
SERVICES: tuple[model.Name, ...] = ("cognito-idp", "cognito-identity", "sts")


@pytest.mark.parametrize("service", SERVICES)
def test_every_error_shape_has_its_class_with_its_code_and_status(service: model.Name) -> None:
    modelled = model.load(service).errors.values()
    written = {
        (name, FAULTS[name].code, FAULTS[name].status) for name in {error.name for error in modelled} & FAULTS.keys()
    }
    assert written == {(error.name, error.code, error.status) for error in modelled}


def test_what_is_in_no_model_is_of_the_framework_or_of_s3() -> None:
    modelled = {error.name for service in SERVICES for error in model.load(service).errors.values()}
    assert FAULTS.keys() - modelled - {"Fault"} == {
        "SerializationException",
        "UnknownOperationException",
        "MissingAuthenticationTokenException",
        "ThrottlingException",
        "UnrecognizedClientException",
        "InvalidSignatureException",
        "IncompleteSignatureException",
        "ValidationException",
        "RequestEntityTooLargeException",
        "InternalFailure",
        "ServiceUnavailable",
        "NotBuilt",
        "NotSetUp",
        "AccessDenied",
        "AccessDeniedToPage",
        "EntityTooLarge",
        "IncompleteBody",
        "MissingContentLength",
        "ExpiredToken",
        "IncompleteSignature",
        "InvalidAction",
        "InvalidClientTokenId",
        "InvalidParameterValue",
        "MalformedInput",
        "MissingAction",
        "MissingAuthenticationToken",
        "SignatureDoesNotMatch",
        "Throttling",
        "ValidationError",
    }


def test_sts_refuses_callers_with_403_and_mistakes_with_400() -> None:
    assert {name: FAULTS[name].status for name in ("AccessDenied", "ExpiredToken", "InvalidClientTokenId")} == {
        "AccessDenied": 403,
        "ExpiredToken": 403,
        "InvalidClientTokenId": 403,
    }
    assert [FAULTS[name].status for name in ("InvalidAction", "ValidationError")] == [400, 400]


def test_a_fault_commits_only_when_it_is_told_to() -> None:
    fault = faults.CodeMismatchException("Invalid verification code provided, please try again.")
    assert not fault.keeps
    assert fault.keeping() is fault
    assert fault.keeps


def test_the_reason_of_a_fault_is_not_in_its_text() -> None:
    fault = faults.NotAuthorizedException("Incorrect username or password.", reason="no such user")
    assert str(fault) == fault.message == "Incorrect username or password."
    assert fault.reason == "no such user"
    assert str(faults.SerializationException()) == "SerializationException"


def test_the_framework_writes_message_with_a_capital() -> None:
    assert faults.SerializationException.message_key == "Message"
    assert faults.InvalidParameterException.message_key == "message"


def test_what_is_not_built_says_so_with_501() -> None:
    fault = faults.NotBuilt("CreateTerms")
    assert (fault.code, fault.status) == ("NotImplementedException", 501)
    assert str(fault) == "CreateTerms is not implemented by cognito-emulator."
