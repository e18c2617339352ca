"""Create or update, never delete: what has changed in a document is applied, once, and all of it or nothing."""

from __future__ import annotations

from typing import Any

import pytest

from storage.store import Store
from tests.api.signing_in import refusal
from tests.builders import Api
from tests.seed.documents import CLIENT, EXAMPLE, POOL, counts, one_pool, rows, sow, wrong

SECRET = "a_secret_of_the_example_application"


def pool(api: Api, pool_id: str = POOL) -> dict[str, Any]:
    found: dict[str, Any] = api.idp("DescribeUserPool", UserPoolId=pool_id)["UserPool"]
    return found


def client(api: Api, client_id: str = CLIENT) -> dict[str, Any]:
    found: dict[str, Any] = api.idp("DescribeUserPoolClient", UserPoolId=POOL, ClientId=client_id)["UserPoolClient"]
    return found


def test_a_document_makes_what_it_describes(api: Api) -> None:
    assert sow(api, EXAMPLE) == counts(created=4)
    assert (pool(api)["Name"], pool(api)["AutoVerifiedAttributes"]) == ("example", ["email"])
    assert "UserPoolTags" not in pool(api) or not pool(api)["UserPoolTags"]
    assert client(api)["ClientName"] == "web"
    assert api.idp("GetGroup", UserPoolId=POOL, GroupName="admins")["Group"]["Precedence"] == 1


def test_what_has_not_changed_is_not_applied_again(api: Api, store: Store) -> None:
    sow(api, EXAMPLE)
    api.world.clock.advance(hours=1)
    before = rows(store)
    assert sow(api, EXAMPLE) == counts(unchanged=4)
    assert rows(store) == before


def test_what_users_did_meanwhile_outlives_the_same_document(api: Api) -> None:
    sow(api, EXAMPLE)
    api.idp("UpdateGroup", UserPoolId=POOL, GroupName="admins", Precedence=9)
    sow(api, EXAMPLE)
    assert api.idp("GetGroup", UserPoolId=POOL, GroupName="admins")["Group"]["Precedence"] == 9
    assert sow(api, EXAMPLE, "?reseed=true") == counts(updated=4)
    assert api.idp("GetGroup", UserPoolId=POOL, GroupName="admins")["Group"]["Precedence"] == 1


def test_what_is_applied_and_changes_nothing_keeps_its_dates(api: Api, store: Store) -> None:
    mfa = {"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": {"Enabled": True}}
    lists: dict[str, Any] = {"groups": [{"GroupName": "a"}], "domains": [{"Domain": "example"}]}
    document = one_pool(mfa=mfa, clients=[{"ClientName": "web"}], **lists)
    sow(api, document)
    before = rows(store)
    api.world.clock.advance(hours=1)
    assert sow(api, document, "?reseed=true") == counts(updated=4)
    assert rows(store) == before


def test_what_is_gone_is_made_again(api: Api) -> None:
    sow(api, EXAMPLE)
    api.idp("DeleteUserPoolClient", UserPoolId=POOL, ClientId=CLIENT)
    assert sow(api, EXAMPLE) == counts(created=1, unchanged=3)
    api.idp("DeleteUserPool", UserPoolId=POOL)
    assert sow(api, EXAMPLE) == counts(created=4)


def test_what_a_document_no_longer_names_stays(api: Api) -> None:
    sow(api, EXAMPLE)
    assert sow(api, one_pool(AutoVerifiedAttributes=["email"])) == counts(unchanged=1)
    assert client(api)["ClientName"] == "web"


def test_a_changed_entry_changes_what_it_names_alone(api: Api) -> None:
    policies = {"PasswordPolicy": {"MinimumLength": 12}}
    sow(api, one_pool(AutoVerifiedAttributes=["email"], Policies=policies, DeletionProtection="ACTIVE"))
    api.idp("UpdateUserPoolClient", UserPoolId=POOL, ClientId=new_client(api), RefreshTokenValidity=3)
    before = pool(api)
    api.world.clock.advance(hours=1)
    assert sow(api, one_pool(EmailVerificationMessage="Hello {####}")) == counts(updated=1)
    after = pool(api)
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {"EmailVerificationMessage", "VerificationMessageTemplate", "LastModifiedDate"}
    assert after["EmailVerificationMessage"] == after["VerificationMessageTemplate"]["EmailMessage"] == "Hello {####}"
    template = {"EmailMessage": "Bye {####}"}
    sow(api, one_pool(VerificationMessageTemplate=template))
    assert pool(api)["EmailVerificationMessage"] == "Bye {####}"


def new_client(api: Api) -> str:
    made = api.idp("CreateUserPoolClient", UserPoolId=POOL, ClientName="other")
    return str(made["UserPoolClient"]["ClientId"])


def test_a_clients_entry_changes_what_it_names_alone(api: Api) -> None:
    web = {"ClientName": "web", "ClientId": CLIENT}
    sow(api, one_pool(clients=[{**web, "CallbackURLs": ["https://a.example"], "RefreshTokenValidity": 3}]))
    sow(api, one_pool(clients=[{**web, "RefreshTokenValidity": 4}]))
    assert (client(api)["CallbackURLs"], client(api)["RefreshTokenValidity"]) == (["https://a.example"], 4)


def test_a_late_mistake_leaves_nothing(api: Api, store: Store) -> None:
    before = rows(store)
    document = one_pool(clients=[{"ClientName": "web"}], domains=[{"Domain": "aws"}])
    told = wrong(api, document)
    assert told == "user_pools[0].domains[0].Domain: Domain cannot contain reserved word: aws"
    assert rows(store) == before


@pytest.mark.parametrize(
    ("members", "path"),
    [
        ({"UsernameAttributes": ["phone_number"]}, "UsernameAttributes"),
        ({"AliasAttributes": ["email"]}, "AliasAttributes"),
        ({"UsernameConfiguration": {"CaseSensitive": True}}, "UsernameConfiguration"),
        ({"Schema": [{"Name": "tier", "AttributeDataType": "Number"}]}, "Schema[0]"),
        ({"Schema": [{"Name": "email", "AttributeDataType": "String", "Required": False}]}, "Schema[0]"),
        ({"SchemaAttributes": [{"Name": "custom:tier", "AttributeDataType": "Boolean"}]}, "SchemaAttributes[0]"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_aws_cannot_change_is_refused(api: Api, members: dict[str, Any], path: str) -> None:
    schema = [
        {"Name": "tier", "AttributeDataType": "String"},
        {"Name": "email", "AttributeDataType": "String", "Required": True},
    ]
    fixed = {"UsernameAttributes": ["email"], "UsernameConfiguration": {"CaseSensitive": False}}
    sow(api, one_pool(Schema=schema, **fixed))
    assert sow(api, one_pool(Schema=[schema[1]], **fixed)) == counts(updated=1)
    assert wrong(api, one_pool(**members)).startswith(f"user_pools[0].{path}: ")


def test_what_an_attribute_does_not_name_may_differ(api: Api) -> None:
    sow(api, one_pool(Schema=[{"Name": "email", "AttributeDataType": "String", "Mutable": False}]))
    assert sow(api, one_pool(Schema=[{"Name": "email", "AttributeDataType": "String"}])) == counts(updated=1)


def test_new_custom_attributes_are_added(api: Api) -> None:
    sow(api, one_pool())
    more = [{"Name": f"a{number}", "AttributeDataType": "Number"} for number in range(30)]
    assert sow(api, one_pool(Schema=more)) == counts(updated=1)
    assert [each["Name"] for each in pool(api)["SchemaAttributes"]][-30:] == [f"custom:{each['Name']}" for each in more]


def test_mfa_is_set_with_the_pool(api: Api) -> None:
    mfa = {"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": {"Enabled": True}}
    sow(api, one_pool(mfa=mfa))
    assert api.idp("GetUserPoolMfaConfig", UserPoolId=POOL) == mfa
    sow(api, one_pool(AutoVerifiedAttributes=["email"]))
    assert api.idp("GetUserPoolMfaConfig", UserPoolId=POOL) == mfa
    sow(api, one_pool(mfa={"MfaConfiguration": "OFF"}))
    assert api.idp("GetUserPoolMfaConfig", UserPoolId=POOL) == {"MfaConfiguration": "OFF"}


def test_sms_mfa_that_was_removed_stays_removed(api: Api) -> None:
    sms = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "id"}
    mfa = {"MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": {"Enabled": True}}
    sow(api, one_pool(SmsConfiguration=sms, mfa=mfa))
    sow(api, one_pool(AutoVerifiedAttributes=["email"]))
    assert "SmsMfaConfiguration" not in api.idp("GetUserPoolMfaConfig", UserPoolId=POOL)


def test_mfa_without_a_method_is_told(api: Api) -> None:
    told = wrong(api, one_pool(MfaConfiguration="ON"))
    assert told.startswith("user_pools[0].MfaConfiguration: MFA needs a method: give mfa")


def test_what_describe_prints_goes_in(api: Api) -> None:
    """With the ids of the same pool and client, and as a new pool."""
    schema = [{"Name": "tier", "AttributeDataType": "String"}]
    made = api.idp("CreateUserPool", PoolName="mine", Schema=schema, AliasAttributes=["email"])["UserPool"]
    secret = api.idp("CreateUserPoolClient", UserPoolId=made["Id"], ClientName="web", GenerateSecret=True)
    described = api.idp("DescribeUserPool", UserPoolId=made["Id"])
    described_client = api.idp(
        "DescribeUserPoolClient", UserPoolId=made["Id"], ClientId=secret["UserPoolClient"]["ClientId"]
    )
    api.world.clock.advance(hours=1)
    document = {"user_pools": [{**described, "clients": [described_client]}]}
    assert sow(api, document) == counts(updated=2)
    assert api.idp("DescribeUserPool", UserPoolId=made["Id"]) == described
    api.idp("DeleteUserPool", UserPoolId=made["Id"])
    assert sow(api, document) == counts(created=2)
    now = api.idp("DescribeUserPool", UserPoolId=made["Id"])["UserPool"]
    dates = {"CreationDate", "LastModifiedDate"}
    assert {name: value for name, value in now.items() if name not in dates} == {
        name: value for name, value in described["UserPool"].items() if name not in dates
    }
    client_id = described_client["UserPoolClient"]["ClientId"]
    again = api.idp("DescribeUserPoolClient", UserPoolId=made["Id"], ClientId=client_id)["UserPoolClient"]
    assert again["ClientSecret"] == described_client["UserPoolClient"]["ClientSecret"]


def test_the_attribute_that_aws_shows_for_providers_is_passed_over(api: Api) -> None:
    sow(api, one_pool())
    shown = [*pool(api)["SchemaAttributes"], {"Name": "identities", "AttributeDataType": "String"}]
    assert sow(api, one_pool(SchemaAttributes=shown)) == counts(updated=1)
    assert len(pool(api)["SchemaAttributes"]) == 20


def test_pools_without_an_id_are_found_by_their_name(api: Api) -> None:
    document: dict[str, Any] = {
        "user_pools": [{"PoolName": "a", "clients": [{"ClientName": "web"}]}, {"PoolName": "b"}]
    }
    assert sow(api, document) == counts(created=3)
    document["user_pools"][0]["AutoVerifiedAttributes"] = ["email"]
    document["user_pools"][0]["clients"][0]["RefreshTokenValidity"] = 3
    assert sow(api, document) == counts(updated=2, unchanged=1)
    pools = api.idp("ListUserPools", MaxResults=10)["UserPools"]
    assert sorted(each["Name"] for each in pools) == ["a", "b"]
    [other] = [each["Id"] for each in pools if each["Name"] == "a"]
    assert len(api.idp("ListUserPoolClients", UserPoolId=other)["UserPoolClients"]) == 1
    api.idp("UpdateUserPool", UserPoolId=other, PoolName="renamed")
    assert sow(api, document) == counts(unchanged=3)


def test_pools_are_in_the_region_of_their_id(api: Api) -> None:
    sow(api, {"user_pools": [{"Id": "eu-west-1_abc", "PoolName": "a", "domains": [{"Domain": "prefix"}]}]})
    assert Api(api.http, api.world, "eu-west-1").idp("DescribeUserPoolDomain", Domain="prefix")["DomainDescription"]
    assert refusal(lambda: pool(api, "eu-west-1_abc")).startswith("ResourceNotFoundException")


def test_a_clients_secrets_are_pinned(api: Api) -> None:
    web = {"ClientName": "web", "ClientId": CLIENT}
    sow(api, one_pool(clients=[{**web, "ClientSecret": SECRET}]))
    assert client(api)["ClientSecret"] == SECRET
    sow(api, one_pool(clients=[{**web, "ClientSecrets": [SECRET, "another_" + SECRET]}]))
    assert len(api.idp("ListUserPoolClientSecrets", UserPoolId=POOL, ClientId=CLIENT)["ClientSecrets"]) == 2
    sow(api, one_pool(clients=[{**web, "ClientSecret": "third_" + SECRET}]))
    assert client(api)["ClientSecret"] == "third_" + SECRET
    sow(api, one_pool(clients=[web]))
    assert client(api)["ClientSecret"] == "third_" + SECRET


def test_a_generated_secret_stays(api: Api) -> None:
    web: dict[str, Any] = {"ClientName": "web", "ClientId": CLIENT, "GenerateSecret": True}
    sow(api, one_pool(clients=[web]))
    secret = client(api)["ClientSecret"]
    sow(api, one_pool(clients=[web | {"RefreshTokenValidity": 3}]))
    assert client(api)["ClientSecret"] == secret


def test_a_client_without_a_secret_cannot_get_one(api: Api) -> None:
    sow(api, EXAMPLE)
    told = wrong(api, one_pool(clients=[{"ClientName": "web", "ClientId": CLIENT, "ClientSecret": SECRET}]))
    expected = "user_pools[0].clients[0].ClientSecret: a client that was made without a secret cannot get one"
    assert told == expected


def test_a_client_is_in_one_pool(api: Api) -> None:
    sow(api, EXAMPLE)
    other = {"Id": "us-east-1_other", "PoolName": "b", "clients": [{"ClientName": "web", "ClientId": CLIENT}]}
    told = wrong(api, {"user_pools": [other]})
    assert told == f"user_pools[0].clients[0].ClientId: the client is in another pool, {POOL}"


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"CallbackURLs": ["http://a.example"]}, "CallbackURLs: http://a.example cannot use the HTTP protocol."),
        ({"AllowedOAuthScopes": ["openid", "api/read"]}, "AllowedOAuthScopes: Invalid scope requested: api/read"),
        ({"ReadAttributes": ["custom:none"]}, "Invalid read attributes specified while creating a client"),
    ],
)
def test_what_awss_rules_refuse_is_told_with_the_member_if_it_is_known(
    api: Api, members: dict[str, Any], told: str
) -> None:
    where = "user_pools[0].clients[0]"
    given = wrong(api, one_pool(clients=[{"ClientName": "web", **members}]))
    assert given == (f"{where}.{told}" if told.startswith(("Call", "Allowed")) else f"{where}: {told}")


def test_resource_servers_come_before_the_clients_that_name_their_scopes(api: Api) -> None:
    scopes = [{"ScopeName": "read", "ScopeDescription": "to read"}]
    servers = [{"Identifier": "api", "Name": "API", "Scopes": scopes}]
    web = {"ClientName": "web", "ClientId": CLIENT, "AllowedOAuthScopes": ["api/read"]}
    assert sow(api, one_pool(clients=[web], resource_servers=servers)) == counts(created=3)
    sow(api, one_pool(resource_servers=[{"Identifier": "api", "Name": "My API"}]))
    described = api.idp("DescribeResourceServer", UserPoolId=POOL, Identifier="api")["ResourceServer"]
    assert (described["Name"], described["Scopes"]) == ("My API", scopes)


def test_no_function_is_called_and_nothing_is_sent(api: Api) -> None:
    functions = {"PreSignUp": "arn:aws:lambda:us-east-1:000000000000:function:none"}
    sow(api, one_pool(LambdaConfig=functions, clients=[{"ClientName": "web"}]))
    assert pool(api)["LambdaConfig"] == functions
    assert api.world.mailbox.messages() == []
