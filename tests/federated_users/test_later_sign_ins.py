"""Later sign-ins of an identity: attributes are refreshed, and what may go wrong then."""

from __future__ import annotations

from typing import Any

import pytest

from storage.store import Store
from tests.api.provider_calls import a_provider, changed
from tests.api.recovery.recovering import HOUR, MINUTE, Recovering
from tests.builders import Api, a_user
from tests.federated_users.arriving import MAPPING, Town, required

EVERYTHING = {"email": "ana@corp.example", "email_verified": "false", "name": "Ana"}
VERIFIED = {"email": "mail", "email_verified": "email_verified"}


def test_attributes_are_those_of_the_newest_claims(town: Town) -> None:
    town.arrive()
    town.arrive(name="Anna", mail="anna@corp.example")
    assert town.attributes("Corp_42") == EVERYTHING | {"name": "Anna", "email": "anna@corp.example"}


def test_what_was_edited_by_hand_is_overwritten_if_it_is_mapped(town: Town) -> None:
    town.arrive()
    town.update("Corp_42", name="Mine", nickname="an")
    town.arrive()
    assert town.attributes("Corp_42") == EVERYTHING | {"nickname": "an"}


def test_a_claim_that_vanished_leaves_its_attribute(town: Town) -> None:
    town.arrive()
    town.arrive(name=None)
    assert town.attributes("Corp_42") == EVERYTHING


def test_a_blank_claim_removes_its_attribute_and_its_verification(api: Api, store: Store) -> None:
    town = Town.of(api, store, VERIFIED | {"name": "name"})
    town.arrive()
    changed(api, town.pool, AttributeMapping=MAPPING)
    town.arrive(name="", mail="")
    assert town.attributes("Corp_42") == {}


def test_an_address_is_not_verified_any_more_unless_the_claim_says_so(api: Api, store: Store) -> None:
    town = Town.of(api, store, MAPPING)
    town.arrive()
    town.update("Corp_42", email_verified="true")
    town.arrive()
    assert town.attributes("Corp_42")["email_verified"] == "false"
    changed(api, town.pool, AttributeMapping=VERIFIED)
    town.arrive()
    assert town.attributes("Corp_42")["email_verified"] == "true"
    town.arrive(mail=None, email_verified=None)
    assert town.attributes("Corp_42")["email_verified"] == "true", "no claim, no change"


def test_a_changed_mapping_counts_from_the_next_sign_in(town: Town) -> None:
    town.arrive()
    changed(town.api, town.pool, AttributeMapping={"nickname": "name"})
    town.arrive(name="Anna")
    assert town.attributes("Corp_42") == EVERYTHING | {"nickname": "Anna"}


def test_an_immutable_attribute_is_set_once_and_then_refuses_the_sign_in(api: Api, store: Store) -> None:
    custom = {"Name": "staff", "AttributeDataType": "String", "Mutable": False}
    town = Town.of(api, store, {"custom:staff": "number"}, Schema=[custom])
    town.arrive(number="7")
    assert town.refusal(number="7") == "user.custom:staff: Attribute cannot be updated."
    assert town.refusal(number="8") == "user.custom:staff: Attribute cannot be updated."
    town.arrive()
    assert town.attributes("Corp_42")["custom:staff"] == "7"


def test_a_required_attribute_is_not_removed(api: Api, store: Store) -> None:
    town = Town.of(api, store, Schema=[required("email")])
    town.arrive()
    assert town.refusal(mail="") == "Invalid user attributes: email: Required attribute cannot be deleted."
    town.arrive(mail=None)
    assert town.attributes("Corp_42") == EVERYTHING


def test_who_is_disabled_is_refused(town: Town) -> None:
    town.arrive()
    named = {"UserPoolId": town.pool, "Username": "Corp_42"}
    town.api.idp("AdminDisableUser", **named)
    assert town.refusal(name="Anna") == "User is disabled."
    assert town.attributes("Corp_42") == EVERYTHING
    town.api.idp("AdminEnableUser", **named)
    town.arrive()


def test_who_got_a_password_stays_confirmed_and_comes_from_the_provider_still(town: Town) -> None:
    before = town.arrive().user
    password: dict[str, Any] = {"Username": "Corp_42", "Password": "Correct-Horse-1", "Permanent": True}
    town.api.idp("AdminSetUserPassword", UserPoolId=town.pool, **password)
    assert town.arrive(name="Anna").user.id == before.id
    assert town.seen("Corp_42")["UserStatus"] == "CONFIRMED"
    assert town.attributes("Corp_42")["name"] == "Anna"


def test_a_deleted_provider_lets_nobody_in_and_its_users_stay(town: Town) -> None:
    town.arrive()
    with town.store.unit(writes=False) as unit:
        provider = unit.providers.named(town.pool, "Corp")
    assert provider
    town.api.idp("DeleteIdentityProvider", UserPoolId=town.pool, ProviderName="Corp")
    gone = "Login option is not available. Please try another one."
    assert town.refusal(known=provider) == gone
    assert (town.usernames(), town.groups("Corp_42")) == (["Corp_42"], [f"{town.pool}_Corp"])
    client = town.api.idp("DescribeUserPoolClient", UserPoolId=town.pool, ClientId=town.client)
    assert "Corp" in client["UserPoolClient"]["SupportedIdentityProviders"]
    town.api.world.clock.advance(seconds=1)
    a_provider(town.api, town.pool)
    assert town.refusal(known=provider) == gone, "a provider of that name is not the provider that verified the user"
    town.arrive()
    assert town.usernames() == ["Corp_42"]


def test_a_user_of_another_pool_is_somebody_else(api: Api, store: Store) -> None:
    here, there = Town.of(api, store), Town.of(api, store)
    assert here.arrive().user.id != there.arrive().user.id


def test_an_address_that_waits_for_its_code_does_not_replace_the_one_of_the_provider(api: Api, store: Store) -> None:
    before_update = {"AttributesRequireVerificationBeforeUpdate": ["email"]}
    town = Town.of(api, store, AutoVerifiedAttributes=["email"], UserAttributeUpdateSettings=before_update)
    user = town.arrive().user
    town.update("Corp_42", email="other@corp.example")
    town.arrive(mail="new@corp.example")
    with store.unit(writes=False) as unit:
        assert unit.codes.get(user.id, "attribute:email") is None
    assert town.attributes("Corp_42")["email"] == "new@corp.example"


@pytest.mark.parametrize("mail", ["bob@corp.example"])
def test_a_linked_user_does_not_get_the_address_of_another(api: Api, store: Store, mail: str) -> None:
    town = Town.of(api, store, VERIFIED, AliasAttributes=["email"])
    a_user(api, town.pool, "ana", email="ana@corp.example", email_verified="true")
    a_user(api, town.pool, "bob", email=mail, email_verified="true")
    town.link("ana")
    assert town.refusal(mail=mail) == "An account with the given email already exists."
    assert town.seen(mail)["Username"] == "bob"


def test_a_user_who_is_recovered_has_the_identity_again(api: Api, store: Store) -> None:
    town = Town.of(api, store)
    before = town.arrive().user
    api.world.clock.advance(seconds=HOUR)
    api.idp("AdminDeleteUser", UserPoolId=town.pool, Username="Corp_42")
    api.world.clock.advance(seconds=20 * MINUTE)
    Recovering(api, town.pool, town.client).recover(ago=30 * MINUTE)
    assert town.arrive().user.sub == before.sub
    assert town.identities("Corp_42")[0]["primary"] is True
