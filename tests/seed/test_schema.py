"""The JSON Schema of seed files: it takes what the reader takes, and finds the mistakes that it can find."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
import yaml

from emulator import cli, registry
from emulator.seed import schema
from storage.store import Store
from tests.builders import Api
from tests.seed.documents import EXAMPLE, one_pool, sow
from tests.seed.test_exporting import EVERYTHING, exported

registry.load()


@pytest.fixture(scope="module")
def validator() -> Any:
    document = schema.document()
    jsonschema.Draft202012Validator.check_schema(document)
    return jsonschema.Draft202012Validator(document)


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == schema.document()
    assert cli.main(["schema", "user_pools"]) == 2
    assert capsys.readouterr().err == "cognito-emulator schema: user_pools: this command takes no arguments\n"


@pytest.mark.parametrize(
    "document",
    [
        EVERYTHING,
        yaml.safe_load(EXAMPLE),
        {},
        {"user_pools": [{"UserPool": {"Name": "a"}, "clients": [{"UserPoolClient": {"ClientName": "b"}}]}]},
        {"user_pools": [{"Name": "a", "Arn": "arn", "EstimatedNumberOfUsers": 5, "ResponseMetadata": {}}]},
    ],
    ids=["everything", "example", "empty", "envelopes", "shown"],
)
def test_what_goes_in_is_valid(document: dict[str, Any], validator: Any) -> None:
    validator.validate(document)


def test_exports_are_valid(api: Api, store: Store, validator: Any) -> None:
    sow(api, EVERYTHING)
    for portable in (True, False):
        validator.validate(json.loads(exported(api, store, portable=portable)))


@pytest.mark.parametrize(
    "document",
    [
        [],
        {"users": []},
        {"user_pools": {}},
        {"user_pools": [{}]},
        one_pool(PoolNames="a"),
        one_pool(MfaConfiguration="MAYBE"),
        one_pool(MfaConfiguration=True),
        one_pool(mfa={"SoftwareTokenMfaConfiguration": {"Enabled": "no"}}),
        one_pool(Policies={"PasswordPolicy": {"MinimumLength": 5}}),
        one_pool(UserPoolTags={"a": None}),
        one_pool(clients=[{"ClientId": "x"}]),
        one_pool(clients=[{"ClientName": "x", "ClientId": "a b"}]),
        one_pool(clients=[{"ClientName": "x", "CallbackURLs": "https://a.example"}]),
        one_pool(groups=[{"GroupName": "a", "Precedence": "first"}]),
    ],
    ids=lambda value: str(value)[-40:],
)
def test_mistakes_are_found(document: Any, validator: Any) -> None:
    assert not validator.is_valid(document)
