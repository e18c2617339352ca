"""UnlinkIdentity and DeleteIdentities: which logins lead where afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.identity_app import DEVELOPER, NO_MATCH, App, an_app, forbidden, logins_elsewhere, refused
from tests.builders import Api


@pytest.fixture
def mine(api: Api) -> App:
    return an_app(api)


@pytest.fixture
def second(mine: App) -> dict[str, str]:
    return logins_elsewhere(mine)


def unlink(mine: App, identity: str, logins: dict[str, str], *names: str) -> dict[str, Any]:
    return mine.api.identity("UnlinkIdentity", IdentityId=identity, Logins=logins, LoginsToRemove=list(names))


def delete(mine: App, *identities: str) -> dict[str, Any]:
    return mine.api.identity("DeleteIdentities", IdentityIdsToDelete=list(identities))


def test_an_unlinked_login_is_a_new_identity(mine: App, second: dict[str, str]) -> None:
    ana = mine.a_user()
    identity = mine.get_id(ana | second)
    mine.api.world.clock.advance(minutes=1)
    assert unlink(mine, identity, ana, *second) == {}
    described = mine.described(identity)
    assert described["Logins"] == [mine.provider]
    assert described["LastModifiedDate"] == described["CreationDate"] + 60
    assert mine.get_id(second) != identity
    assert mine.credentials(identity, ana)["IdentityId"] == identity


def test_a_login_may_be_named_as_the_callers_server_calls_it(mine: App, second: dict[str, str]) -> None:
    ana = mine.a_user()
    identity = mine.get_id(ana | second)
    local = f"localhost:26464/{mine.user_pool}"
    unlink(mine, identity, {local: ana[mine.provider]}, local)
    assert mine.described(identity)["Logins"] == list(second)


def test_an_identity_without_logins_is_closed_and_still_listed(mine: App) -> None:
    ana = mine.a_user()
    identity = mine.get_id(ana)
    unlink(mine, identity, ana, mine.provider)
    assert mine.described(identity)["Logins"] == []
    assert refused(mine.credentials, identity) == forbidden(identity)
    assert refused(mine.credentials, identity, ana) == forbidden(identity)
    assert refused(unlink, mine, identity, ana, mine.provider) == forbidden(identity)
    assert mine.get_id(ana) != identity
    pool = {"IdentityPoolId": mine.identity_pool, "MaxResults": 60}
    assert identity in [each["IdentityId"] for each in mine.api.identity("ListIdentities", **pool)["Identities"]]


def test_nobody_unlinks_logins_of_others(mine: App, second: dict[str, str]) -> None:
    ana, eve = mine.a_user("ana"), mine.a_user("eve")
    identity = mine.get_id(ana)
    assert refused(unlink, mine, identity, eve, mine.provider) == NO_MATCH
    assert refused(unlink, mine, identity, second, mine.provider) == NO_MATCH
    assert refused(unlink, mine, identity, {}, mine.provider) == NO_MATCH
    assert refused(unlink, mine, mine.get_id(), ana, mine.provider) == NO_MATCH
    assert refused(unlink, mine, identity, {mine.provider: "x"}, mine.provider)[0] == "NotAuthorizedException"
    assert mine.described(identity)["Logins"] == [mine.provider]
    assert mine.get_id(ana) == identity


def test_what_is_not_linked_is_not_missed(mine: App) -> None:
    ana = mine.a_user()
    identity = mine.get_id(ana)
    assert unlink(mine, identity, ana, "graph.facebook.com") == {}
    assert mine.described(identity)["Logins"] == [mine.provider]


def test_a_developers_user_is_not_unlinked_by_the_public(mine: App) -> None:
    mine.update(
        CognitoIdentityProviders=[{"ProviderName": mine.provider, "ClientId": mine.client}],
        DeveloperProviderName=DEVELOPER,
    )
    ana = mine.a_user()
    identity = mine.vouch("ana", Logins=ana)["IdentityId"]
    told = ("InvalidParameterException", "Please provide a valid public provider.")
    assert refused(unlink, mine, identity, ana, DEVELOPER) == told
    assert mine.vouch("ana")["IdentityId"] == identity


def test_an_unknown_identity_is_not_found(mine: App) -> None:
    gone = "us-east-1:11111111-2222-3333-4444-555555555555"
    told = ("ResourceNotFoundException", f"Identity '{gone}' not found.")
    assert refused(unlink, mine, gone, mine.a_user(), mine.provider) == told


def test_a_deleted_identity_is_gone_and_its_user_is_somebody_new(mine: App) -> None:
    ana = mine.a_user()
    user, guest, other = mine.get_id(ana), mine.get_id(), mine.get_id()
    assert delete(mine, user, guest) == {"UnprocessedIdentityIds": []}
    for identity in (user, guest):
        told = ("ResourceNotFoundException", f"Identity '{identity}' not found.")
        assert refused(mine.described, identity) == told
        assert refused(mine.credentials, identity, ana) == told
    assert mine.get_id(ana) != user
    assert mine.credentials(other)["IdentityId"] == other


def test_deleting_what_is_not_there_is_no_error(mine: App) -> None:
    guest = mine.get_id()
    gone = "us-east-1:11111111-2222-3333-4444-555555555555"
    assert delete(mine, gone, guest, guest) == {"UnprocessedIdentityIds": []}
    assert refused(mine.described, guest)[0] == "ResourceNotFoundException"


def test_another_regions_identities_stay(mine: App) -> None:
    guest = mine.get_id()
    mine.api.region = "eu-west-1"
    assert delete(mine, guest) == {"UnprocessedIdentityIds": []}
    mine.api.region = "us-east-1"
    assert mine.described(guest)["IdentityId"] == guest


@pytest.mark.parametrize("count", [0, 61])
def test_one_to_sixty_identities_are_deleted_at_once(mine: App, count: int) -> None:
    assert refused(delete, mine, *[mine.get_id()] * count)[0] == "ValidationException"
    assert delete(mine, *(mine.get_id() for _ in range(60)))
