"""Principal tags: which claims of a login are in tokens and credentials as session tags."""

from __future__ import annotations

from typing import Any

import pytest

from keys import account_keys
from storage.store import Store
from tests.api.identity_app import DEVELOPER, App, an_app, refused
from tests.builders import Api, a_client, a_pool, a_user, claims, sign_in
from tests.conftest import NOON

TAGS = "https://aws.amazon.com/tags"


@pytest.fixture
def mine(api: Api) -> App:
    return an_app(api)


def set_map(mine: App, provider: str, **members: Any) -> dict[str, Any]:
    pool = {"IdentityPoolId": mine.identity_pool, "IdentityProviderName": provider}
    return mine.api.identity("SetPrincipalTagAttributeMap", **pool, **members)


def get_map(mine: App, provider: str) -> dict[str, Any]:
    pool = {"IdentityPoolId": mine.identity_pool, "IdentityProviderName": provider}
    return mine.api.identity("GetPrincipalTagAttributeMap", **pool)


def tags(mine: App, identity: str, logins: dict[str, str] | None = None) -> dict[str, Any] | None:
    """The tags in the token of an identity."""
    held = mine.opened(mine.token(identity, logins)["Token"]).get(TAGS)
    return None if held is None else dict(held["principal_tags"])


def test_a_map_is_shown_as_it_was_set(mine: App) -> None:
    named = {"IdentityPoolId": mine.identity_pool, "IdentityProviderName": mine.provider}
    assert get_map(mine, mine.provider) == {**named, "UseDefaults": False, "PrincipalTags": {}}
    custom = {"UseDefaults": False, "PrincipalTags": {"team": "custom:team"}}
    assert set_map(mine, mine.provider, **custom) == get_map(mine, mine.provider) == {**named, **custom}
    defaults = {"UseDefaults": True, "PrincipalTags": {"client": "aud", "username": "sub"}}
    assert set_map(mine, mine.provider, UseDefaults=True) == get_map(mine, mine.provider) == {**named, **defaults}
    assert set_map(mine, mine.provider, PrincipalTags={})["UseDefaults"] is False
    assert tags(mine, mine.get_id(), None) is None


def test_a_user_pool_is_one_provider_with_and_without_its_client(mine: App) -> None:
    set_map(mine, f"{mine.provider}:{mine.client}", PrincipalTags={"a": "b"})
    for name in (mine.provider, f"{mine.provider}:{mine.client}", f"localhost:26464/{mine.user_pool}"):
        assert get_map(mine, name)["PrincipalTags"] == {"a": "b"}


@pytest.mark.parametrize("name", ["graph.facebook.com", "cognito-idp.us-east-1.amazonaws.com/us-east-1_abc", "x"])
def test_a_provider_that_is_not_configured_has_no_map(mine: App, name: str) -> None:
    told = ("InvalidParameterException", f"{name} is not a configured provider of this identity pool.")
    assert refused(get_map, mine, name) == told
    assert refused(set_map, mine, name, UseDefaults=True) == told


def test_by_default_the_tags_are_the_client_and_the_user(mine: App) -> None:
    ana = mine.a_user()
    identity = mine.get_id(ana)
    assert tags(mine, identity, ana) is None
    set_map(mine, mine.provider, UseDefaults=True)
    assert tags(mine, identity, ana) == {"client": [mine.client], "username": [claims(ana[mine.provider])["sub"]]}


def test_custom_tags_are_claims_as_text_and_absent_ones_are_left_out(mine: App) -> None:
    a_user(mine.api, mine.user_pool, email="ana@example.com", email_verified="true")
    mine.api.idp("CreateGroup", UserPoolId=mine.user_pool, GroupName="staff")
    mine.api.idp("AdminAddUserToGroup", UserPoolId=mine.user_pool, Username="ana", GroupName="staff")
    ana = mine.logins()
    wanted = {"mail": "email", "sure": "email_verified", "at": "auth_time", "gone": "nickname", "all": "cognito:groups"}
    set_map(mine, mine.provider, PrincipalTags=wanted)
    told = {"mail": ["ana@example.com"], "sure": ["true"], "at": [f"{NOON:.0f}"]}
    assert tags(mine, mine.get_id(ana), ana) == told


def test_guests_have_no_tags(mine: App) -> None:
    set_map(mine, mine.provider, UseDefaults=True)
    assert tags(mine, mine.get_id()) is None


def test_credentials_carry_the_same_tags(mine: App, store: Store) -> None:
    ana = mine.a_user()
    set_map(mine, mine.provider, UseDefaults=True)
    identity = mine.get_id(ana)
    made = mine.credentials(identity, ana)["Credentials"]
    assert session_tags(store, made) == {"client": mine.client, "username": claims(ana[mine.provider])["sub"]}


def session_tags(store: Store, credentials: dict[str, Any]) -> dict[str, str]:
    """The tags in a session token."""
    return dict(account_keys.open_session_token(store.vault.credential_key, credentials["SessionToken"])["tags"])


def test_of_several_logins_the_first_provider_that_has_a_claim_gives_its_tag(mine: App) -> None:
    pool = a_pool(mine.api)
    client = a_client(mine.api, pool)
    a_user(mine.api, pool, "bob", nickname="bobby")
    other = mine.also(pool, client)
    logins = {other: sign_in(mine.api, client, "bob")["IdToken"]} | mine.a_user()
    set_map(mine, mine.provider, PrincipalTags={"app": "aud", "nick": "nickname"})
    set_map(mine, other, PrincipalTags={"app": "aud", "nick": "nickname"})
    assert tags(mine, mine.get_id(logins), logins) == {"app": [mine.client], "nick": ["bobby"]}


def test_a_backend_gives_its_users_tags_itself(mine: App, store: Store) -> None:
    mine.update(DeveloperProviderName=DEVELOPER)
    given = mine.vouch("ana", PrincipalTags={"tenant": "acme"})
    assert mine.opened(given["Token"])[TAGS] == {"principal_tags": {"tenant": ["acme"]}}
    logins = {"cognito-identity.amazonaws.com": given["Token"]}
    made = mine.credentials(given["IdentityId"], logins)["Credentials"]
    assert session_tags(store, made) == {"tenant": "acme"}
    assert TAGS not in mine.opened(mine.vouch("ana")["Token"])


@pytest.mark.parametrize("given", [{"aws:team": "a"}, {"Team": "a", "team": "b"}, {"team": "a\x01"}])
def test_tags_that_sts_does_not_take_make_no_credentials(mine: App, given: dict[str, str]) -> None:
    mine.update(DeveloperProviderName=DEVELOPER)
    vouched = mine.vouch("ana", PrincipalTags=given)
    logins = {"cognito-identity.amazonaws.com": vouched["Token"]}
    assert refused(mine.credentials, vouched["IdentityId"], logins) == (
        "InvalidIdentityPoolConfigurationException",
        "Invalid identity pool configuration. Check assigned IAM roles for this pool.",
    )


def test_a_claim_that_is_longer_than_a_tag_makes_none(mine: App) -> None:
    a_user(mine.api, mine.user_pool, nickname="x" * 257, name="y" * 256)
    ana = mine.logins()
    set_map(mine, mine.provider, PrincipalTags={"long": "nickname", "fits": "name"})
    assert tags(mine, mine.get_id(ana), ana) == {"fits": ["y" * 256]}


def test_the_maps_are_deleted_with_the_pool_and_kept_by_its_updates(mine: App) -> None:
    set_map(mine, mine.provider, UseDefaults=True)
    mine.update()
    assert get_map(mine, mine.provider)["UseDefaults"] is True
    mine.api.identity("DeleteIdentityPool", IdentityPoolId=mine.identity_pool)
    told = ("ResourceNotFoundException", f"IdentityPool '{mine.identity_pool}' not found.")
    assert refused(get_map, mine, mine.provider) == told
