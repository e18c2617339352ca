"""The other lists of a seed: what is refused, what stays, and who goes by functions and roles."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from emulator.outside.functions import FollowingFunctions
from emulator.outside.iam import FollowingIam
from emulator.outside.lambdas import Functions
from emulator.outside.server_settings import ServerSettings
from emulator.outside.world import World
from emulator.policies import role_table
from tests.builders import Api, Refused
from tests.seed.documents import CLIENT, POOL, counts, one_pool, sow, wrong
from tests.seed.everything import GREET, ROLE, SECRET, export

CLIENTS = [{"ClientId": CLIENT, "ClientName": "web"}]
IDENTITY_POOL = "us-east-1:12345678-1234-1234-1234-123456789012"
TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}]}
CLOSED = json.loads(json.dumps(TRUST).replace("Allow", "Deny"))
FUNCTIONS = Functions({"greet": lambda event: event, "other": lambda event: event})


def in_pool(**lists: Any) -> dict[str, Any]:
    return one_pool(clients=CLIENTS, **lists)


def in_identity_pool(**members: Any) -> dict[str, Any]:
    known = {"IdentityPoolId": IDENTITY_POOL, "IdentityPoolName": "a", "AllowUnauthenticatedIdentities": True}
    return {"identity_pools": [known | members]}


STYLE = {"ClientId": CLIENT, "UseCognitoProvidedValues": True}
SOCIAL = {"ProviderName": "Google", "ProviderType": "Google", "ProviderDetails": {"client_id": "a"}}
RISK = {"RiskExceptionConfiguration": {"SkippedIPRangeList": ["10.0.0.0/8"]}}


@pytest.mark.parametrize(
    ("document", "told"),
    [
        (in_pool(brandings=[{}]), "brandings[0].ClientId: it is missing; ClientName may stand in its place"),
        (in_pool(brandings=[STYLE | {"ClientName": "web"}]), "brandings[0].ClientName: ClientId is there too"),
        (in_pool(brandings=[STYLE | {"ClientId": "x"}]), "brandings[0].ClientId: the pool has no such app client"),
        (in_pool(terms=[{"ClientName": "x"}]), "terms[0].TermsName: it is missing"),
        (in_pool(identity_providers=[SOCIAL]), "identity_providers[0]: client_id, client_secret and authorize_scopes"),
        (in_pool(risk_configurations=[RISK]), "risk_configurations[0]: Threat protection is not enabled"),
        (in_pool(session_configurations=[{"ClientId": CLIENT}]), "session_configurations[0].SSOSession: it is missing"),
        (
            in_pool(
                session_configurations=[{"UserSessionTracking": "ENABLED", "SSOSession": {"MaxValidityMinutes": 9}}]
            ),
            "session_configurations[0].SSOSession: it belongs to a client",
        ),
        (in_pool(replicas=[{"RegionName": "eu-west-1"}]), "replicas[0]: Multi-Region replication needs"),
        (in_pool(signing_keys=[{"Use": "x", "Kid": "k", "Key": "k"}]), "signing_keys[0].Use: it is none of id, access"),
        (in_pool(signing_keys=[{"Use": "id", "Kid": "k", "Key": "k"}]), "signing_keys[0].Key: it is no private key"),
        (in_pool(signing_keys=[{"Use": "id", "Kid": "k"}]), "signing_keys[0].Key: give one of Key and SealedKey"),
        (in_identity_pool(IdentityPoolId="x"), "identity_pools[0].IdentityPoolId: it is no identity pool id"),
        (in_identity_pool(identities=[{"IdentityId": "x"}]), "identities[0].IdentityId: it is no identity id"),
        (in_identity_pool(identities=[{"IdentityId": "eu-west-1:1"}]), "it begins with another region"),
        (in_identity_pool(RoleMappings={"x": {"Type": "Token"}}), "(x) is not a valid RoleMapping ProviderName"),
        ({"lambda_functions": {"a b": "http://x"}}, "lambda_functions.a b: it is no name or ARN of a function"),
        ({"lambda_functions": {"a": "ftp://x"}}, "lambda_functions.a: 'ftp://x' "),
        ({"lambda_functions": {"a": "sealed:!"}}, "lambda_functions.a: it is no base64"),
        ({"lambda_functions": {"a": "sealed:AAAA"}}, "lambda_functions.a: it was sealed with another data key"),
        ({"roles": [{"Arn": ROLE, "AssumeRolePolicyDocument": {}}]}, "roles[0].AssumeRolePolicyDocument.Statement: "),
        ({"roles": [{"Arn": "x", "AssumeRolePolicyDocument": TRUST}]}, "roles[0].Arn: 'x' is not the ARN of a role"),
        ({"oidc_providers": [{"Url": "ftp://x"}]}, "oidc_providers[0].Url: 'ftp://x' is no http(s) URL"),
        ({"saml_providers": [{"Arn": "x", "SAMLMetadataDocument": "x"}]}, "saml_providers[0].Arn: "),
        ({"people": [{"claims": {}}]}, "people[0].sub: a person needs a sub, or a claim email or name"),
        ({"people": [{"sub": "a", "provider": "Nobody"}]}, "people[0].provider: 'Nobody' is none of"),
        ({"signing_keys": [{"Use": "x", "Kid": "k", "Key": "k"}]}, "signing_keys[0].Use: it is none of identity"),
    ],
)
def test_a_mistake_is_told_with_its_place(api: Api, document: dict[str, Any], told: str) -> None:
    assert told in wrong(api, document)
    assert export(api).strip() in ("{}", "{\n}")


def test_secrets_are_not_quoted(api: Api) -> None:
    for document in (
        in_pool(signing_keys=[{"Use": "id", "Kid": "k", "Key": SECRET}]),
        {"lambda_functions": {"a": f"ftp://user:{SECRET}@x"}},
        in_pool(identity_providers=[SOCIAL | {"Secrets": {"client_secret": SECRET}}]),
    ):
        assert SECRET not in wrong(api, document)


def test_a_client_without_a_chosen_id_is_named_by_its_name(api: Api) -> None:
    document = one_pool(clients=[{"ClientName": "web"}], brandings=[{"ClientName": "web"}])
    assert sow(api, document) == counts(created=3)
    assert sow(api, document) == counts(unchanged=3)


def test_what_an_entry_leaves_out_stays(api: Api) -> None:
    add_on = {"UserPoolTier": "PLUS", "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}}
    compromised = {"CompromisedCredentialsRiskConfiguration": {"Actions": {"EventAction": "BLOCK"}}}
    sow(api, in_pool(**add_on, risk_configurations=[compromised]))
    sow(api, in_pool(**add_on, risk_configurations=[RISK]))
    found = api.idp("DescribeRiskConfiguration", UserPoolId=POOL)["RiskConfiguration"]
    assert found.keys() >= compromised.keys() | RISK.keys()
    sow(api, in_identity_pool(Roles={"authenticated": ROLE}, DeveloperProviderName="login.example"))
    sow(api, in_identity_pool(IdentityPoolName="b"))
    shown = api.identity("DescribeIdentityPool", IdentityPoolId=IDENTITY_POOL)
    assert (shown["IdentityPoolName"], shown["DeveloperProviderName"]) == ("b", "login.example")
    roles = api.identity("GetIdentityPoolRoles", IdentityPoolId=IDENTITY_POOL)
    assert roles["Roles"] == {"authenticated": ROLE}


def test_a_login_of_another_identity_is_refused(api: Api) -> None:
    login = {"Logins": [{"Provider": "p", "Subject": "s"}]}
    one, two = ({"IdentityId": f"us-east-1:{number}"} | login for number in (1, 2))
    assert "Logins[0]: the login leads to another identity" in wrong(api, in_identity_pool(identities=[one, two]))
    elsewhere = in_identity_pool(IdentityPoolId=IDENTITY_POOL[:-1] + "3", identities=[one])
    sow(api, in_identity_pool(identities=[one]))
    assert "the identity is in another pool" in wrong(api, elsewhere)


def test_people_of_a_seed_take_the_place_of_the_first_ones(api: Api) -> None:
    document = {"people": [{"claims": {"email": "ana@x.example"}}, {"sub": "bob", "provider": "Google"}]}
    assert sow(api, document) == counts(created=2)
    found = api.http.get("/_emulator/idp/people").get_json()["people"]
    assert [(each["provider"], each["claims"]) for each in found] == [("*", {"email": "ana@x.example"}), ("Google", {})]
    assert sow(api, document) == counts(unchanged=2)
    document["people"][0]["claims"]["name"] = "Ana"  # type: ignore[index]
    assert sow(api, document) == counts(updated=1, unchanged=1)
    assert len(api.http.get("/_emulator/idp/people").get_json()["people"]) == 2


class Targets:
    """Makes the functions of targets, in this process."""

    def __call__(self, targets: Any) -> Functions:
        return Functions({name: FUNCTIONS.functions[target] for name, target in targets.items()})


@pytest.fixture
def lambdas() -> FollowingFunctions:
    return FollowingFunctions(Targets(), {"kept": "greet"})


@pytest.fixture
def world(world: World, lambdas: FollowingFunctions) -> World:
    """A world that goes by the functions and roles of seeds."""
    iam = FollowingIam(None, "000000000000")
    settings = ServerSettings(lambda targets: lambdas.follow(dict.fromkeys(targets, "other")), iam.follow)
    return replace(world, lambdas=lambdas, iam=iam, server_settings=settings)


def assumes(api: Api, role: str = ROLE) -> bool:
    try:
        api.sts("AssumeRole", RoleArn=role, RoleSessionName="session")
    except Refused:
        return False
    return True


def test_roles_of_a_seed_are_gone_by_at_once_and_until_a_reset(api: Api) -> None:
    assert assumes(api)
    sow(api, {"oidc_providers": [{"Url": "https://x.example"}]})
    assert assumes(api)
    sow(
        api,
        {
            "roles": [
                {"Arn": ROLE, "AssumeRolePolicyDocument": CLOSED},
                {"Arn": f"{ROLE}2", "AssumeRolePolicyDocument": TRUST},
            ]
        },
    )
    assert (assumes(api), assumes(api, f"{ROLE}2"), assumes(api, f"{ROLE}3")) == (False, True, False)
    sow(api, {"roles": [{"Arn": ROLE, "AssumeRolePolicyDocument": TRUST}]})
    assert assumes(api)
    api.http.post("/_emulator/reset")
    assert assumes(api, f"{ROLE}3")


def test_the_file_of_roles_precedes_a_seed() -> None:
    table = role_table.of_document({"roles": [{"Arn": ROLE, "AssumeRolePolicyDocument": CLOSED}]})
    iam = FollowingIam(table, "000000000000")
    other = f"{ROLE}2"
    iam.follow({"roles": [{"Arn": arn, "AssumeRolePolicyDocument": TRUST} for arn in (ROLE, other)]})
    role = iam.role(ROLE)
    assert role == table.roles[ROLE]
    assert iam.role(other)
    iam.follow({})
    assert (iam.role(other), iam.knows_roles) == (None, True)


def test_functions_of_a_seed_are_called_at_once_and_settings_precede_them(
    api: Api, lambdas: FollowingFunctions
) -> None:
    sow(api, {"lambda_functions": {GREET: "http://localhost:9", "kept": "http://localhost:9"}})
    assert lambdas.invoke(GREET, {"a": 1}) == {"a": 1}
    assert lambdas._targets == {GREET: "other", "kept": "greet"}
    api.http.post("/_emulator/reset")
    assert lambdas._targets == {"kept": "greet"}
