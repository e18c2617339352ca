from __future__ import annotations

import pytest
from botocore.loaders import Loader

from emulator.wire import model

SERVICES: tuple[model.Name, ...] = ("cognito-idp", "cognito-identity", "sts")

KINDS = {"structure", "list", "map", "string", "integer", "long", "boolean", "timestamp", "blob", "document"}
TRAITS = {
    "type",
    "members",
    "required",
    "member",
    "key",
    "value",
    "min",
    "max",
    "pattern",
    "enum",
    "sensitive",
    "document",
    "exception",
    "fault",
    "error",
    "box",
}


@pytest.mark.parametrize("service", SERVICES)
def test_a_model_is_read_once(service: model.Name) -> None:
    assert model.load(service) is model.load(service)
    assert model.load(service).name == service


def test_the_models_name_their_protocols_and_targets() -> None:
    known = {name: model.load(name) for name in SERVICES}
    assert [m.protocol for m in known.values()] == ["json", "json", "query"]
    assert known["cognito-idp"].target_prefix == "AWSCognitoIdentityProviderService"
    assert known["cognito-identity"].target_prefix == "AWSCognitoIdentityService"
    assert (known["sts"].target_prefix, known["sts"].version) == (None, "2011-06-15")
    assert known["sts"].xml_namespace == "https://sts.amazonaws.com/doc/2011-06-15/"


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_of_botocore_is_there_with_its_members_in_order(service: model.Name) -> None:
    source = Loader().load_service_model(service, "service-2")
    known = model.load(service)
    assert set(known.operations) == set(source["operations"])
    for name, operation in known.operations.items():
        spec = source["operations"][name]
        assert list(operation.input.members) == list(source["shapes"][spec["input"]["shape"]]["members"])
        assert (operation.output is not None) == ("output" in spec)


@pytest.mark.parametrize("service", SERVICES)
def test_the_models_use_nothing_that_we_do_not_understand(service: model.Name) -> None:
    for shape in model.load(service).shapes.values():
        assert shape.kind in KINDS, shape.name
        assert set(shape.spec) <= TRAITS, shape.name
        assert all(set(ref) <= {"shape", "box"} for ref in shape.spec.get("members", {}).values()), shape.name


@pytest.mark.parametrize("service", SERVICES)
def test_no_shape_holds_itself(service: model.Name) -> None:
    def descend(shape: model.Shape, above: tuple[str, ...]) -> None:
        assert shape.name not in above, "readers and writers are compiled with everything that they hold"
        inner = list(shape.members.values())
        inner += [shape.part(part) for part in ("member", "key", "value") if part in shape.spec]
        for member in inner:
            descend(member, (*above, shape.name))

    for operation in model.load(service).operations.values():
        descend(operation.input, ())
        if operation.output:
            descend(operation.output, ())


def test_the_open_operations_need_no_signature() -> None:
    unsigned = {
        service: {name for name, known in model.load(service).operations.items() if not known.signed}
        for service in SERVICES
    }
    assert unsigned["cognito-identity"] == {
        "GetId",
        "GetCredentialsForIdentity",
        "GetOpenIdToken",
        "UnlinkIdentity",
    }
    assert unsigned["sts"] == {"AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"}
    assert len(unsigned["cognito-idp"]) == 34
    assert {"SignUp", "InitiateAuth", "GetUser"} <= unsigned["cognito-idp"]
    assert not {"AdminGetUser", "CreateUserPool", "GetClientToken"} & unsigned["cognito-idp"]


def test_operations_without_output_are_those_of_the_api_reference() -> None:
    silent = {name for name, known in model.load("cognito-idp").operations.items() if known.output is None}
    assert silent == {
        "AdminAddUserToGroup",
        "AdminRemoveUserFromGroup",
        "AdminDeleteUser",
        "AdminForgetDevice",
        "ForgetDevice",
        "DeleteUser",
        "DeleteGroup",
        "DeleteIdentityProvider",
        "DeleteManagedLoginBranding",
        "DeleteResourceServer",
        "DeleteTerms",
        "DeleteUserPool",
        "DeleteUserPoolClient",
    }


def test_declared_errors_are_codes_as_they_go_over_the_wire() -> None:
    assert "UserNotFoundException" in model.load("cognito-idp").operations["AdminGetUser"].errors
    assert "InvalidIdentityToken" in model.load("sts").operations["AssumeRoleWithWebIdentity"].errors


def test_an_operation_without_input_takes_an_empty_structure() -> None:
    made_up = model.ServiceModel(
        "made-up",
        {
            "metadata": {"protocol": "json", "apiVersion": "1"},
            "operations": {"Ping": {"errors": []}},
            "shapes": {},
        },
    )
    assert dict(made_up.operations["Ping"].input.members) == {}
