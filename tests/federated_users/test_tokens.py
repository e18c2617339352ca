"""The tokens of users from identity providers."""

from __future__ import annotations

from storage.store import Store
from tests.builders import Api, a_user, claims
from tests.conftest import NOON
from tests.federated_users.arriving import MAPPING, Town

IDENTITY = {"userId": "42", "providerName": "Corp", "providerType": "OIDC", "issuer": None}
AT_NOON = {"dateCreated": str(int(NOON * 1000))}


def test_the_tokens_of_a_user_of_a_provider(town: Town) -> None:
    arrived = town.arrive()
    tokens = town.tokens(arrived)
    said = claims(tokens["id_token"])
    assert said["identities"] == [IDENTITY | {"primary": "true"} | AT_NOON]
    assert (said["cognito:username"], said["cognito:groups"]) == ("Corp_42", [f"{town.pool}_Corp"])
    assert (said["email"], said["email_verified"], said["name"]) == ("ana@corp.example", False, "Ana")
    assert (said["sub"], said["amr"]) == (arrived.user.sub, ["fed"])
    access = claims(tokens["access_token"])
    assert (access["username"], access["cognito:groups"]) == ("Corp_42", [f"{town.pool}_Corp"])
    assert "identities" not in access


def test_the_tokens_of_a_linked_user_are_the_users_own(town: Town) -> None:
    a_user(town.api, town.pool, "ana")
    town.link("ana")
    said = claims(town.tokens(town.arrive())["id_token"])
    assert said["identities"] == [IDENTITY | {"primary": "false"} | AT_NOON]
    assert (said["cognito:username"], said["email"]) == ("ana", "ana@corp.example")
    assert "cognito:groups" not in said


def test_methods_and_levels_of_the_provider_are_those_of_the_tokens(api: Api, store: Store) -> None:
    town = Town.of(api, store, MAPPING)
    mapping = {"Level1": "low", "Level3": "high"}
    arrived = town.arrive(amr=["pwd", "otp", "fido"])
    assert arrived.details == {"Amr": ["pwd", "otp"]}
    api.idp("UpdateIdentityProvider", UserPoolId=town.pool, ProviderName="Corp", AcrMapping=mapping)
    assert town.arrive(acr="high").details == {"Amr": ["fed"], "Acr": "urn:cognito:loa:3"}


def test_a_user_reads_the_own_profile_and_leaves(town: Town) -> None:
    token = town.tokens(town.arrive())["access_token"]
    assert town.api.idp("GetUser", AccessToken=token)["Username"] == "Corp_42"
    town.api.idp("DeleteUser", AccessToken=token)
    assert town.usernames() == []
