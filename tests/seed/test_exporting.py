"""What comes out goes in again, and comes out the same."""

from __future__ import annotations

import base64
import json
from typing import Any

from emulator.context import Context, RequestOrigin
from emulator.seed import exporting, reading
from emulator.settings import Settings
from storage.store import Store
from tests.builders import Api
from tests.seed.documents import counts, sow, wrong

SECRET = "a_secret_of_the_example_application"
EVERYTHING: dict[str, Any] = {
    "user_pools": [
        {
            "Id": "us-east-1_Example01",
            "PoolName": "example",
            "AutoVerifiedAttributes": ["email"],
            "AliasAttributes": ["email"],
            "UsernameConfiguration": {"CaseSensitive": False},
            "Schema": [
                {"Name": "email", "AttributeDataType": "String", "Required": True},
                {"Name": "tier", "AttributeDataType": "Number", "DeveloperOnlyAttribute": True},
            ],
            "Policies": {"PasswordPolicy": {"MinimumLength": 12, "TemporaryPasswordValidityDays": 3}},
            "EmailVerificationMessage": "Hello {####}",
            "LambdaConfig": {"PreTokenGeneration": "arn:aws:lambda:us-east-1:000000000000:function:a"},
            "SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "id"},
            "UserPoolTags": {"stage": "test"},
            "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"},
            "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": True},
            "mfa": {"MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": {"Enabled": True}},
            "clients": [
                {"ClientName": "web", "ClientId": "1web", "ClientSecrets": [SECRET, f"{SECRET}_2"]},
                {
                    "ClientName": "app",
                    "AllowedOAuthFlows": ["code"],
                    "AllowedOAuthScopes": ["openid", "api/read"],
                    "AllowedOAuthFlowsUserPoolClient": True,
                    "CallbackURLs": ["https://a.example"],
                },
            ],
            "groups": [{"GroupName": "admins", "Precedence": 0, "Description": "no"}, {"GroupName": "b"}],
            "resource_servers": [
                {"Identifier": "api", "Name": "API", "Scopes": [{"ScopeName": "read", "ScopeDescription": "r"}]},
                {"Identifier": "b", "Name": "B"},
            ],
            "domains": [{"Domain": "example", "ManagedLoginVersion": 2}],
        },
        {"PoolName": "second", "MfaConfiguration": "OFF"},
    ]
}


def exported(api: Api, store: Store, *, portable: bool = False) -> str:
    with store.unit(writes=False) as unit:
        context = Context(unit, api.world, Settings(ephemeral=True), RequestOrigin())
        document = exporting.document(context, portable)
    return json.dumps(document, default=lambda content: base64.b64encode(content).decode())


def test_an_export_goes_in_again_and_comes_out_the_same(api: Api, store: Store) -> None:
    assert sow(api, EVERYTHING) == counts(created=9)
    sealed, portable = exported(api, store), exported(api, store, portable=True)
    assert SECRET not in sealed
    assert portable.count(SECRET) == 2
    for document in (sealed, portable):
        assert sow(api, json.loads(document))["created"] == 0
        assert exported(api, store) == sealed
        api.http.post("/_emulator/reset")
        assert sow(api, json.loads(document)) == counts(created=entries(document))
        assert (exported(api, store), exported(api, store, portable=True)) == (sealed, portable)


def entries(document: str) -> int:
    return reading.count(reading.read(document.encode(), ""))


def test_a_portable_export_says_so_first(api: Api, store: Store) -> None:
    sow(api, EVERYTHING)
    assert exported(api, store, portable=True).startswith('{"_portable": "This export holds secrets in clear text.')


def test_what_another_key_has_sealed_is_told(api: Api, store: Store) -> None:
    sow(api, EVERYTHING)
    document = json.loads(exported(api, store))
    document["user_pools"][0]["clients"][0]["SealedClientSecrets"] = [base64.b64encode(b"\1" * 60).decode()]
    told = wrong(api, document)
    assert ".SealedClientSecrets: it was sealed with another data key, or for something else" in told
