"""Identities that are linked to users: who signs in then, and what becomes of the link."""

from __future__ import annotations

from typing import Any

from storage.store import Store
from tests.api.provider_calls import a_provider
from tests.builders import Api, a_user, refusal
from tests.conftest import NOON
from tests.federated_users.arriving import MAPPING, Town, source

MERGING = "Merging is not currently supported, provide a SourceUser that has not been signed up in order to link"
LINK, UNLINK = "AdminLinkProviderForUser", "AdminDisableProviderForUser"
INVALID = "InvalidParameterException"
NOBODY = ("UserNotFoundException", "User does not exist.")
LINKED = {"providerName": "Corp", "providerType": "OIDC", "issuer": None, "primary": False}
LINKED_AT_NOON = LINKED | {"dateCreated": int(NOON * 1000)}


def test_a_linked_identity_signs_in_the_user_it_is_linked_to(town: Town) -> None:
    user = a_user(town.api, town.pool, "ana", nickname="an")
    town.link("ana")
    town.api.world.clock.advance(seconds=5)
    arrived = town.arrive().user
    sub = next(pair["Value"] for pair in user["Attributes"] if pair["Name"] == "sub")
    assert (arrived.username, arrived.sub, arrived.status) == ("ana", sub, "CONFIRMED")
    refreshed = {"email": "ana@corp.example", "email_verified": "false", "name": "Ana", "nickname": "an"}
    assert town.attributes("ana") == refreshed
    assert town.identities("ana") == [{"userId": "42", **LINKED_AT_NOON}]
    assert town.groups("ana") == []
    assert town.usernames() == ["ana"]


def test_a_link_by_an_attribute_becomes_one_by_the_subject_at_the_first_sign_in(town: Town) -> None:
    a_user(town.api, town.pool, "ana")
    town.link("ana", "ana@corp.example", "email")
    assert town.identities("ana") == [{"userId": "ana@corp.example", **LINKED_AT_NOON}]
    town.api.world.clock.advance(seconds=5)
    assert town.arrive().user.username == "ana"
    assert town.identities("ana") == [{"userId": "42", **LINKED_AT_NOON}]
    assert town.arrive(mail="new@corp.example").user.username == "ana", "the subject is hers"
    assert town.arrive(sub="43").user.username == "Corp_43", "the address alone is hers no more"
    by_attribute = source("ana@corp.example", "email")
    assert refusal(town.api, UNLINK, UserPoolId=town.pool, User=by_attribute) == NOBODY
    town.api.idp(UNLINK, UserPoolId=town.pool, User=source())
    assert town.identities("ana") == []


def test_an_attribute_that_the_client_may_not_write_finds_the_user_all_the_same(town: Town) -> None:
    a_user(town.api, town.pool, "ana")
    town.link("ana", "ana@corp.example", "email")
    named: dict[str, Any] = {"UserPoolId": town.pool, "ClientId": town.client}
    client = town.api.idp("DescribeUserPoolClient", **named)["UserPoolClient"]
    members = {name: value for name, value in client.items() if name not in ("CreationDate", "LastModifiedDate")}
    town.api.idp("UpdateUserPoolClient", **{**members, "WriteAttributes": ["nickname"]})
    assert town.arrive().user.username == "ana"
    assert town.attributes("ana") == {}


def test_the_subject_takes_precedence_over_a_linked_attribute(town: Town) -> None:
    town.arrive()
    a_user(town.api, town.pool, "bob")
    town.link("bob", "ana@corp.example", "email")
    assert town.arrive().user.username == "Corp_42"


def test_who_has_signed_in_is_not_linked_and_who_was_deleted_is(town: Town) -> None:
    town.arrive()
    a_user(town.api, town.pool, "ana")
    to = {"ProviderName": "Cognito", "ProviderAttributeValue": "ana"}
    asked = {"UserPoolId": town.pool, "DestinationUser": to, "SourceUser": source()}
    assert refusal(town.api, LINK, **asked) == (INVALID, MERGING)
    town.api.idp("AdminDeleteUser", UserPoolId=town.pool, Username="Corp_42")
    town.link("ana")
    assert town.arrive().user.username == "ana"


def test_who_is_unlinked_is_created_and_may_be_linked_again_after_that_is_deleted(town: Town) -> None:
    a_user(town.api, town.pool, "ana")
    town.link("ana")
    town.arrive()
    town.api.idp(UNLINK, UserPoolId=town.pool, User=source())
    assert town.identities("ana") == []
    assert town.arrive().user.username == "Corp_42"
    town.api.idp("AdminDeleteUser", UserPoolId=town.pool, Username="Corp_42")
    town.api.world.clock.advance(seconds=5)
    town.link("ana")
    assert town.arrive().user.username == "ana"
    assert town.identities("ana") == [{"userId": "42", **LINKED, "dateCreated": int(NOON * 1000) + 5000}]


def test_the_identity_that_a_user_was_created_for_is_not_taken_away(town: Town) -> None:
    town.arrive()
    refused = refusal(town.api, UNLINK, UserPoolId=town.pool, User=source())
    assert refused == (INVALID, "Account isn't linked to anyone else, verify that the account has been linked")
    assert town.arrive().user.username == "Corp_42"


def test_a_user_of_a_provider_has_five_more_identities(api: Api, store: Store) -> None:
    town = Town.of(api, store, MAPPING, UsernameConfiguration={"CaseSensitive": False})
    town.arrive(sub="Ab")
    a_provider(api, town.pool, "Five")
    to = {"ProviderName": "Corp", "ProviderAttributeValue": "Ab"}
    for number in range(5):
        named = source(str(number), provider="Five")
        api.idp(LINK, UserPoolId=town.pool, DestinationUser=to, SourceUser=named)
    asked = {"UserPoolId": town.pool, "DestinationUser": to, "SourceUser": source("5", provider="Five")}
    assert refusal(api, LINK, **asked)[0] == "LimitExceededException"
    found = town.identities("corp_ab")
    assert [each["userId"] for each in found if each["primary"]] == ["Ab"]
    assert [each["userId"] for each in found if not each["primary"]] == list("01234")


def test_whoever_has_two_identities_is_one_user_by_either(town: Town) -> None:
    town.arrive()
    to = {"ProviderName": "Corp", "ProviderAttributeValue": "42"}
    linked = {"DestinationUser": to, "SourceUser": source("7", provider="Google")}
    town.api.idp(LINK, UserPoolId=town.pool, **linked)
    assert town.arrive("Google", sub="7", email="g@mail.example").user.username == "Corp_42"
    assert town.attributes("Corp_42")["email"] == "g@mail.example"
    assert town.groups("Corp_42") == [f"{town.pool}_Corp"]


def test_a_linked_user_who_is_disabled_is_refused(town: Town) -> None:
    a_user(town.api, town.pool, "ana")
    town.link("ana")
    town.api.idp("AdminDisableUser", UserPoolId=town.pool, Username="ana")
    assert town.refusal() == "User is disabled."


def test_links_of_a_deleted_provider_stay(town: Town) -> None:
    a_user(town.api, town.pool, "ana")
    town.link("ana")
    town.api.idp("DeleteIdentityProvider", UserPoolId=town.pool, ProviderName="Corp")
    assert town.identities("ana") == [{"userId": "42", **LINKED_AT_NOON}]
