"""The first sign-in of an identity: the user that the pool creates, and what is refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from emulator.domain.federated.identity import Identity
from keys.signing import generate
from storage.store import Store
from tests.api import web
from tests.api.provider_calls import a_provider
from tests.builders import Api, a_client, a_user
from tests.conftest import NOON
from tests.federated_users.arriving import ANA, Town, required

ISSUED = {"userId": "42", "providerName": "Corp", "providerType": "OIDC", "issuer": None}
PRIMARY = ISSUED | {"primary": True, "dateCreated": int(NOON * 1000)}
TAKEN = "Already found an entry for username Corp_42"


def test_the_pool_creates_a_user_named_after_provider_and_subject(town: Town) -> None:
    arrived = town.arrive()
    seen = town.seen("Corp_42")
    assert (seen["UserStatus"], seen["Enabled"]) == ("EXTERNAL_PROVIDER", True)
    assert town.attributes("Corp_42") == {"email": "ana@corp.example", "email_verified": "false", "name": "Ana"}
    assert town.identities("Corp_42") == [PRIMARY]
    assert town.groups("Corp_42") == [f"{town.pool}_Corp"]
    assert arrived.user.username == "Corp_42"
    assert arrived.user.sub == next(a["Value"] for a in seen["UserAttributes"] if a["Name"] == "sub")
    assert arrived.details == {"Amr": ["fed"]}


def test_who_comes_again_is_the_same_user(town: Town) -> None:
    first = town.arrive().user
    town.api.world.clock.advance(seconds=60)
    second = town.arrive().user
    assert (second.id, second.sub) == (first.id, first.sub)
    assert town.usernames() == ["Corp_42"]
    assert town.identities("Corp_42") == [PRIMARY]
    assert town.seen("Corp_42")["UserLastModifiedDate"] == NOON, "nothing changed, so nothing was written"


def test_those_who_come_at_once_with_one_identity_are_one_user(town: Town) -> None:
    ready = Barrier(8)

    def arrive(_: int) -> int:
        ready.wait()
        return town.arrive().user.id

    with ThreadPoolExecutor(8) as threads:
        arrived = list(threads.map(arrive, range(8)))
    assert len(set(arrived)) == 1
    assert town.usernames() == ["Corp_42"]


def test_one_subject_at_two_providers_is_two_users(town: Town) -> None:
    assert town.arrive().user.id != town.arrive("Google").user.id
    assert town.usernames() == ["Corp_42", "Google_42"]


def test_who_was_deleted_is_somebody_else_afterwards(town: Town) -> None:
    before = town.arrive().user
    town.api.idp("AdminDeleteUser", UserPoolId=town.pool, Username="Corp_42")
    after = town.arrive().user
    assert (after.username, after.sub == before.sub) == ("Corp_42", False)


def test_a_pool_that_ignores_case_has_the_name_in_lower_case_and_the_subject_as_it_is(api: Api, store: Store) -> None:
    town = Town.of(api, store, UsernameConfiguration={"CaseSensitive": False})
    town.arrive(sub="Ab")
    assert town.usernames() == ["corp_ab"]
    assert town.identities("corp_ab")[0]["userId"] == "Ab"
    assert town.arrive(sub="Ab").user.username == "corp_ab"
    assert town.refusal(sub="aB") == "Already found an entry for username corp_ab"


def test_a_pool_that_minds_case_has_two_users(town: Town) -> None:
    assert town.arrive(sub="Ab").user.id != town.arrive(sub="aB").user.id


def test_a_pool_whose_usernames_are_addresses_still_names_them_after_the_provider(api: Api, store: Store) -> None:
    town = Town.of(api, store, UsernameAttributes=["email"])
    a_user(api, town.pool, "ana@corp.example")
    assert town.arrive().user.username == "Corp_42"


def test_only_administrators_create_users_but_those_of_providers_come(api: Api, store: Store) -> None:
    town = Town.of(api, store, AdminCreateUserConfig={"AllowAdminCreateUserOnly": True})
    assert town.arrive().user.username == "Corp_42"


def test_a_verified_address_is_verified_if_the_claim_is_mapped(api: Api, store: Store) -> None:
    town = Town.of(api, store, {"email": "mail", "email_verified": "email_verified"})
    town.arrive()
    assert town.attributes("Corp_42") == {"email": "ana@corp.example", "email_verified": "true"}
    town.arrive(sub="43", email_verified=None)
    assert town.attributes("Corp_43")["email_verified"] == "false"


def test_users_of_providers_are_not_found_by_their_address(api: Api, store: Store) -> None:
    verified = {"email": "mail", "email_verified": "email_verified"}
    town = Town.of(api, store, verified, AliasAttributes=["email"])
    a_user(api, town.pool, "bob", email="ana@corp.example", email_verified="true")
    town.arrive()
    assert town.seen("ana@corp.example")["Username"] == "bob"
    password = {"Username": "Corp_42", "Password": "Correct-Horse-1", "Permanent": True}
    api.idp("AdminSetUserPassword", UserPoolId=town.pool, **password)
    assert town.seen("ana@corp.example")["Username"] == "bob"


def test_the_identity_of_a_saml_provider_has_its_issuer_and_the_name_id(town: Town) -> None:
    a_provider(town.api, town.pool, "Saml", "SAML", {"MetadataFile": web.metadata(web.certificate(generate()))})
    client = town.api.idp("DescribeUserPoolClient", UserPoolId=town.pool, ClientId=town.client)["UserPoolClient"]
    names = {"SupportedIdentityProviders": ["Saml"]}
    kept = {name: client[name] for name in ("AllowedOAuthFlows", "AllowedOAuthScopes", "CallbackURLs")}
    enabled = {"AllowedOAuthFlowsUserPoolClient": True, **names, **kept}
    town.api.idp("UpdateUserPoolClient", UserPoolId=town.pool, ClientId=town.client, **enabled)
    town.sign_in(Identity({"mail": ["a", "b"]}, subject="Ana@Corp"), "Saml")
    found = town.identities("Saml_Ana@Corp")[0]
    assert (found["userId"], found["providerType"], found["issuer"]) == ("Ana@Corp", "SAML", web.SAML_ISSUER)


class TestRefusals:
    @pytest.mark.parametrize("subject", [None, "", True, [], ["42"], {"a": 1}])
    def test_an_identity_without_a_subject(self, town: Town, subject: Any) -> None:
        words = "The identity provider's answer has no value for the attribute username."
        assert town.refusal(sub=subject) == words
        assert town.usernames() == []

    @pytest.mark.parametrize("subject", ["a b", "a\u200b", "a\n", "x" * 124])
    def test_a_subject_that_makes_no_username(self, town: Town, subject: str) -> None:
        assert (
            town.refusal(sub=subject) == "The identity provider's value for the attribute username makes no username."
        )

    def test_a_subject_as_long_as_a_username_may_be(self, town: Town) -> None:
        assert len(town.arrive(sub="x" * 123).user.username) == 128

    @pytest.mark.parametrize("bad", ["\U0001f642", "\0", "\ud800"])
    def test_characters_that_are_not_stored(self, town: Town, bad: str) -> None:
        assert town.refusal(name=bad) == "Invalid characters in the value of the attribute name."
        assert town.refusal(sub=f"4{bad}") == "Invalid characters in the value of the attribute username."
        assert town.arrive(nickname=bad).user.username == "Corp_42", "a claim that nothing is made of may have them"

    def test_attributes_that_are_required(self, api: Api, store: Store) -> None:
        town = Town.of(api, store, Schema=[required("email"), required("given_name")])
        assert town.refusal() == "attributes required: [given_name]"
        assert town.refusal(mail="") == "attributes required: [given_name, email]"
        assert town.usernames() == []

    def test_a_value_that_the_schema_refuses(self, api: Api, store: Store) -> None:
        custom = {"Name": "level", "AttributeDataType": "Number", "NumberAttributeConstraints": {"MaxValue": "9"}}
        town = Town.of(api, store, {"custom:level": "level", "name": "name"}, Schema=[custom])
        words = "Attributes did not conform to the schema: custom:level: "
        assert town.refusal(level=10) == f"{words}Number must be less than or equal to 9"
        assert town.refusal(level="x").startswith(words)
        assert town.refusal(name="x" * 2049).endswith("name: String must be no longer than 2048 characters")
        town.arrive(level=9)
        assert town.attributes("Corp_42")["custom:level"] == "9"

    def test_a_malformed_address(self, town: Town) -> None:
        assert town.refusal(mail="nowhere") == "Invalid email address format."

    def test_a_username_that_a_local_user_has(self, town: Town) -> None:
        a_user(town.api, town.pool, "Corp_42")
        assert town.refusal() == TAKEN
        assert town.identities("Corp_42") == []

    def test_a_provider_that_the_client_does_not_support(self, town: Town) -> None:
        other = a_client(town.api, town.pool)
        assert town.refusal(client=other) == "Login option is not available. Please try another one."


def test_a_client_that_may_not_write_an_attribute_leaves_it_out(town: Town) -> None:
    names = {"SupportedIdentityProviders": ["Corp"], "WriteAttributes": ["name"]}
    client = a_client(town.api, town.pool, **names)
    town.arrive(client=client)
    assert town.attributes("Corp_42") == {"email_verified": "false", "name": "Ana"}
    town.arrive()
    town.arrive(client=client, mail="other@corp.example", name="Anna")
    assert town.attributes("Corp_42") == {"email": "ana@corp.example", "email_verified": "false", "name": "Anna"}


def test_a_group_that_is_gone_is_not_joined(town: Town) -> None:
    town.api.idp("DeleteGroup", UserPoolId=town.pool, GroupName=f"{town.pool}_Corp")
    town.arrive()
    assert town.groups("Corp_42") == []


def test_the_tokens_of_a_provider_can_be_mapped(api: Api, store: Store) -> None:
    custom = {"Name": "token", "AttributeDataType": "String"}
    town = Town.of(api, store, {"custom:token": "access_token"}, Schema=[custom])
    town.sign_in(Identity(ANA, responses={"tokenResponse": {"access_token": "abc", "expires_in": 7}}))
    assert town.attributes("Corp_42") == {"custom:token": "abc", "email_verified": "false"}
