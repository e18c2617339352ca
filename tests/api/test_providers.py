"""Identity providers of user pools: made, changed, found, listed and deleted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from storage.store import Store
from tests.api.provider_calls import (
    APPLE,
    KNOWN,
    SOCIAL,
    a_provider,
    changed,
    described,
    refused,
)
from tests.api.test_at_rest import written
from tests.builders import Api, Refused, a_client, a_pool, refusal
from tests.conftest import NOON


@pytest.fixture
def pool(api: Api) -> str:
    return a_pool(api)


def test_a_provider_is_made_described_found_and_deleted(api: Api, pool: str) -> None:
    made = a_provider(api, pool, AttributeMapping={"email": "mail"}, IdpIdentifiers=["corp.example", "corp"])
    assert made == {
        "UserPoolId": pool,
        "ProviderName": "Corp",
        "ProviderType": "OIDC",
        "ProviderDetails": {**KNOWN, "attributes_url_add_attributes": "false"},
        "AttributeMapping": {"username": "sub", "email": "mail"},
        "IdpIdentifiers": ["corp.example", "corp"],
        "LastModifiedDate": NOON,
        "CreationDate": NOON,
    }
    assert described(api, pool) == made
    by_identifier = api.idp("GetIdentityProviderByIdentifier", UserPoolId=pool, IdpIdentifier="corp")
    assert by_identifier["IdentityProvider"] == made
    listed = api.idp("ListIdentityProviders", UserPoolId=pool)["Providers"]
    assert listed == [{"ProviderName": "Corp", "ProviderType": "OIDC", "LastModifiedDate": NOON, "CreationDate": NOON}]
    assert api.idp("DeleteIdentityProvider", UserPoolId=pool, ProviderName="Corp") == {}
    assert api.idp("ListIdentityProviders", UserPoolId=pool)["Providers"] == []


@pytest.mark.parametrize("operation", ["DescribeIdentityProvider", "UpdateIdentityProvider", "DeleteIdentityProvider"])
def test_a_provider_that_is_not_there_is_not_found(api: Api, pool: str, operation: str) -> None:
    a_provider(api, a_pool(api))
    told = ("ResourceNotFoundException", "Identity provider Corp does not exist.")
    assert refusal(api, operation, UserPoolId=pool, ProviderName="Corp") == told


def test_an_identifier_that_is_not_there_is_not_found_nor_is_a_name_one(api: Api, pool: str) -> None:
    a_provider(api, pool, IdpIdentifiers=["here"])
    a_provider(api, a_pool(api), IdpIdentifiers=["elsewhere"])
    for identifier in ("elsewhere", "Corp", "HERE"):
        code, _ = refusal(api, "GetIdentityProviderByIdentifier", UserPoolId=pool, IdpIdentifier=identifier)
        assert code == "ResourceNotFoundException"


def test_what_an_update_leaves_out_stays_and_what_it_has_replaces(api: Api, pool: str) -> None:
    made = a_provider(api, pool, AttributeMapping={"email": "mail", "name": "cn"}, IdpIdentifiers=["a", "b"])
    api.world.clock.advance(seconds=60)
    mapping: dict[str, Any] = {"AttributeMapping": {"username": "oid", "email": "e"}}
    assert changed(api, pool, **mapping) == made | mapping | {"LastModifiedDate": NOON + 60}
    assert changed(api, pool, IdpIdentifiers=["b", "c"])["IdpIdentifiers"] == ["b", "c"]
    other = changed(api, pool, ProviderDetails=KNOWN | {"client_id": "other"})
    assert other["ProviderDetails"] == made["ProviderDetails"] | {"client_id": "other"}
    assert (other["AttributeMapping"], other["IdpIdentifiers"]) == (mapping["AttributeMapping"], ["b", "c"])
    assert "IdpIdentifiers" not in changed(api, pool, IdpIdentifiers=[])
    a_provider(api, pool, "Other", IdpIdentifiers=["a", "b", "c"])


def test_details_are_replaced_whole_secret_included(api: Api, pool: str) -> None:
    a_provider(api, pool)
    without = {name: value for name, value in KNOWN.items() if name != "client_secret"}
    assert "client_secret" not in changed(api, pool, ProviderDetails=without)["ProviderDetails"]


def test_names_are_unique_in_their_pool_alone(api: Api, pool: str) -> None:
    a_provider(api, pool)
    assert refused(api, pool)[0] == "DuplicateProviderException"
    a_provider(api, a_pool(api))


def test_one_of_those_who_race_for_a_name_gets_it(api: Api, pool: str) -> None:
    def create(_: int) -> str:
        try:
            a_provider(Api(api.http.application.test_client(), api.world), pool)
        except Refused as no:
            return no.code
        return "made"

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(create, range(4))) == ["DuplicateProviderException"] * 3 + ["made"]


def test_an_identifier_that_another_provider_has_is_refused_and_nothing_is_kept(api: Api, pool: str) -> None:
    made = a_provider(api, pool, IdpIdentifiers=["a"])
    assert refused(api, pool, "Other", IdpIdentifiers=["b", "a"])[0] == "DuplicateProviderException"
    a_provider(api, pool, "Other", IdpIdentifiers=["b", "b"])
    clash = refusal(api, "UpdateIdentityProvider", UserPoolId=pool, ProviderName="Corp", IdpIdentifiers=["a", "b"])
    assert clash[0] == "InvalidParameterException"
    assert described(api, pool) == made


@pytest.mark.parametrize(
    ("name", "kind"), [("Corp", "Google"), ("Google", "OIDC"), ("Facebook", "Google"), ("google", "Google")]
)
def test_a_social_provider_has_the_name_of_its_type(api: Api, pool: str, name: str, kind: str) -> None:
    told = ("InvalidParameterException", f"Provider {name} cannot be of type {kind}.")
    assert refused(api, pool, name, kind, ProviderDetails=SOCIAL) == told


@pytest.mark.parametrize("name", ["COGNITO", "Cognito"])
def test_the_name_of_the_pools_own_users_is_reserved(api: Api, pool: str, name: str) -> None:
    assert refused(api, pool, name)[0] == "InvalidParameterException"


@pytest.mark.parametrize("name", ["🙂🙂🙂", "Ünï-Corp", "a:b/c"])
def test_names_are_of_any_letters(api: Api, pool: str, name: str) -> None:
    assert described(api, pool, name)["ProviderName"] == name if a_provider(api, pool, name) else False


@pytest.mark.parametrize("name", ["ab", "_Corp", "Co rp", "Corp_", " Co"])
def test_names_that_the_model_has_not_are_refused(api: Api, pool: str, name: str) -> None:
    code, message = refused(api, pool, name)
    assert (code, "providerName" in message) == ("InvalidParameterException", True)


def test_only_attributes_of_the_schema_are_mapped(api: Api) -> None:
    pool = a_pool(api, Schema=[{"Name": "plan", "AttributeDataType": "String"}])
    assert a_provider(api, pool, AttributeMapping={"custom:plan": "p"})["AttributeMapping"]["custom:plan"] == "p"
    for mapping, named in (
        ({"email": "e", "custom:zen": "z", "plan": "p"}, "custom:zen, plan"),
        ({"sub": "sub"}, "sub"),
        ({"identities": "i"}, "identities"),
    ):
        told = ("InvalidParameterException", f"AttributeMapping contains invalid mapping: [{named}]")
        assert refused(api, pool, "Other", AttributeMapping=mapping) == told
        members = {"UserPoolId": pool, "ProviderName": "Corp", "AttributeMapping": mapping}
        assert refusal(api, "UpdateIdentityProvider", **members) == told


def test_levels_of_authentication_are_mapped_for_oidc_alone(api: Api, pool: str) -> None:
    levels = {"Level1": "low", "Level2": "urn:high"}
    assert a_provider(api, pool, AcrMapping=levels)["AcrMapping"] == levels
    assert changed(api, pool, AcrMapping={"Level3": "x"})["AcrMapping"] == {"Level3": "x"}
    assert "AcrMapping" not in changed(api, pool, AcrMapping={})
    google = refused(api, pool, "Google", "Google", ProviderDetails=SOCIAL, AcrMapping=levels)
    assert google == ("InvalidParameterException", "AcrMapping is only supported for OIDC identity providers.")


def test_a_provider_has_a_group_for_its_users_which_stays(api: Api, pool: str) -> None:
    a_provider(api, pool)
    group = api.idp("GetGroup", UserPoolId=pool, GroupName=f"{pool}_Corp")["Group"]
    assert group["Description"] == "Autogenerated group for users who sign in using Corp"
    api.idp("DeleteIdentityProvider", UserPoolId=pool, ProviderName="Corp")
    assert api.idp("GetGroup", UserPoolId=pool, GroupName=f"{pool}_Corp")["Group"] == group
    a_provider(api, pool)


def test_clients_support_the_providers_of_their_pool_alone(api: Api, pool: str) -> None:
    a_provider(api, pool)
    a_provider(api, a_pool(api), "Elsewhere")
    names = ["COGNITO", "Corp"]
    members = {"UserPoolId": pool, "ClientName": "web", "SupportedIdentityProviders": names}
    made = api.idp("CreateUserPoolClient", **members)["UserPoolClient"]
    assert made["SupportedIdentityProviders"] == names
    members["SupportedIdentityProviders"] = ["Elsewhere"]
    told = ("InvalidParameterException", f"The provider Elsewhere does not exist for User Pool {pool}")
    assert refusal(api, "CreateUserPoolClient", **members) == told
    assert refusal(api, "UpdateUserPoolClient", **members, ClientId=made["ClientId"]) == told


def test_no_more_than_three_hundred(api: Api, pool: str, store: Store) -> None:
    a_provider(api, pool, "P000")
    with store.unit(writes=True) as unit:
        first = unit.providers.named(pool, "P000")
        assert first
        for number in range(1, 300):
            unit.providers.add(type(first)(pool, f"P{number:03}", first.settings, NOON, NOON))
    assert refused(api, pool)[0] == "LimitExceededException"
    api.idp("DeleteIdentityProvider", UserPoolId=pool, ProviderName="P007")
    a_provider(api, pool)


def test_no_secret_of_a_provider_stands_in_the_database(api: Api, pool: str, store: Store, tmp_path: Path) -> None:
    a_provider(api, pool)
    a_provider(api, pool, "SignInWithApple", "SignInWithApple", APPLE)
    before = written(tmp_path)
    store.close()
    everything = before + written(tmp_path)
    assert b"SignInWithApple" in everything
    assert [secret for secret in (b"hush-hush", b"hush-key") if secret in everything] == []


def test_a_provider_ends_with_its_pool(api: Api, pool: str) -> None:
    a_provider(api, pool)
    api.idp("DeleteUserPool", UserPoolId=pool)
    code, _ = refusal(api, "DescribeIdentityProvider", UserPoolId=pool, ProviderName="Corp")
    assert code == "ResourceNotFoundException"


def test_the_signing_certificate_is_the_same_for_a_year_and_stays_with_its_pool(api: Api, pool: str) -> None:
    def certificate(of: str) -> Any:
        return api.idp("GetSigningCertificate", UserPoolId=of)["Certificate"]

    first = certificate(pool)
    assert first.startswith("MII")
    assert certificate(a_pool(api)) != first
    api.world.clock.advance(seconds=360 * 86_400)
    assert certificate(pool) == first
    api.world.clock.advance(seconds=10 * 86_400)
    assert certificate(pool) != first
    assert refusal(api, "GetSigningCertificate", UserPoolId="us-east-1_none")[0] == "ResourceNotFoundException"


def test_a_client_lets_go_of_a_provider_that_is_gone(api: Api, pool: str) -> None:
    a_provider(api, pool)
    client = a_client(api, pool, SupportedIdentityProviders=["COGNITO", "Corp"])
    api.idp("DeleteIdentityProvider", UserPoolId=pool, ProviderName="Corp")
    named = {"UserPoolId": pool, "ClientId": client}
    assert refusal(api, "UpdateUserPoolClient", **named, SupportedIdentityProviders=["Corp"])[0]
    assert "SupportedIdentityProviders" not in api.idp("UpdateUserPoolClient", **named)["UserPoolClient"]
