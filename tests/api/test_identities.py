"""The life of an identity: guests, logins, links, merges."""

from __future__ import annotations

import json
import re
import threading
from typing import Any

import pytest
from flask import Flask

from tests.api.identity_app import NO_MATCH, App, an_app, forbidden, logins_elsewhere, refused
from tests.builders import IDENTITY, Api, a_client

NO_GUESTS = ("NotAuthorizedException", "Unauthenticated access is not supported for this identity pool.")


@pytest.fixture
def mine(api: Api) -> App:
    return an_app(api)


@pytest.fixture
def second(mine: App) -> dict[str, str]:
    return logins_elsewhere(mine)


@pytest.mark.parametrize("logins", [None, {}])
def test_every_guest_is_a_new_identity(mine: App, logins: dict[str, str] | None) -> None:
    first, again = mine.get_id(logins), mine.get_id(logins)
    assert first != again
    assert re.fullmatch(r"us-east-1:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", first)
    assert first != mine.identity_pool


def test_guests_are_refused_where_the_pool_has_none(mine: App) -> None:
    guest = mine.get_id()
    mine.update(AllowUnauthenticatedIdentities=False)
    assert refused(mine.get_id) == NO_GUESTS
    assert refused(mine.get_id, {}) == NO_GUESTS
    assert refused(mine.credentials, guest) == NO_GUESTS


def test_the_same_user_is_the_same_identity_always(mine: App) -> None:
    identity = mine.get_id(mine.a_user())
    mine.api.world.clock.advance(days=400)
    assert mine.get_id(mine.logins()) == identity


def test_two_users_are_two_identities(mine: App) -> None:
    assert mine.get_id(mine.a_user("ana")) != mine.get_id(mine.a_user("bob"))


def test_two_clients_of_a_pool_lead_to_one_identity(mine: App) -> None:
    other = a_client(mine.api, mine.user_pool)
    clients = (mine.client, other)
    mine.update(CognitoIdentityProviders=[{"ProviderName": mine.provider, "ClientId": client} for client in clients])
    assert mine.get_id(mine.a_user()) == mine.get_id(mine.logins(client=other))


def test_another_identity_pool_gives_another_identity(mine: App) -> None:
    logins = mine.a_user()
    identity = mine.get_id(logins)
    settings = {"IdentityPoolName": "b", "AllowUnauthenticatedIdentities": False}
    entry = {"ProviderName": mine.provider, "ClientId": mine.client}
    pool = mine.api.identity("CreateIdentityPool", **settings, CognitoIdentityProviders=[entry])
    assert mine.api.identity("GetId", IdentityPoolId=pool["IdentityPoolId"], Logins=logins)["IdentityId"] != identity


def test_a_user_who_was_deleted_and_came_back_is_somebody_else(mine: App) -> None:
    identity = mine.get_id(mine.a_user())
    mine.api.idp("AdminDeleteUser", UserPoolId=mine.user_pool, Username="ana")
    assert mine.get_id(mine.a_user()) != identity


def test_an_identity_is_described_without_its_tokens(mine: App) -> None:
    began = mine.api.world.clock.now()
    guest, user = mine.get_id(), mine.get_id(mine.a_user())
    times = {"CreationDate": began, "LastModifiedDate": began}
    assert mine.described(guest) == {"IdentityId": guest, "Logins": [], **times}
    assert mine.described(user) == {"IdentityId": user, "Logins": [mine.provider], **times}


def test_an_unknown_identity_is_not_found(mine: App) -> None:
    unknown = "us-east-1:11111111-2222-3333-4444-555555555555"
    told = ("ResourceNotFoundException", f"Identity '{unknown}' not found.")
    assert refused(mine.described, unknown) == told
    assert refused(mine.credentials, unknown) == told
    assert refused(mine.credentials, unknown, mine.a_user()) == told


def test_a_guest_who_signs_in_keeps_the_id(mine: App) -> None:
    guest = mine.get_id()
    mine.api.world.clock.advance(minutes=5)
    logins = mine.a_user()
    assert mine.credentials(guest, logins)["IdentityId"] == guest
    described = mine.described(guest)
    assert described["Logins"] == [mine.provider]
    assert described["LastModifiedDate"] == described["CreationDate"] + 300
    assert mine.get_id(logins) == guest
    assert refused(mine.credentials, guest) == forbidden(guest)


def test_a_guest_who_signs_in_as_somebody_known_is_merged_away(mine: App) -> None:
    logins = mine.a_user()
    user, guest = mine.get_id(logins), mine.get_id()
    assert mine.credentials(guest, logins)["IdentityId"] == user
    assert refused(mine.credentials, guest) == forbidden(guest)
    assert refused(mine.credentials, guest, logins) == forbidden(guest)
    assert mine.described(guest)["Logins"] == []
    assert mine.get_id(logins) == user


def test_an_authenticated_identity_needs_one_of_its_logins(mine: App, second: dict[str, str]) -> None:
    logins, others = mine.a_user("ana"), mine.a_user("eve")
    user, other = mine.get_id(logins), mine.get_id(others)
    assert refused(mine.credentials, user) == forbidden(user)
    assert refused(mine.credentials, user, {}) == forbidden(user)
    assert refused(mine.credentials, user, others) == NO_MATCH
    assert refused(mine.credentials, user, second) == NO_MATCH
    assert mine.described(user)["Logins"] == [mine.provider]
    assert mine.get_id(logins) == user
    assert mine.get_id(others) == other


def test_a_new_login_beside_a_known_one_is_linked(mine: App, second: dict[str, str]) -> None:
    logins = mine.a_user()
    user = mine.get_id(logins)
    assert mine.credentials(user, logins | second)["IdentityId"] == user
    assert mine.described(user)["Logins"] == sorted([mine.provider, *second])
    assert mine.get_id(second) == user
    assert mine.credentials(user, second)["IdentityId"] == user


def test_two_new_logins_at_once_are_one_identity(mine: App, second: dict[str, str]) -> None:
    logins = mine.a_user()
    both = mine.get_id(logins | second)
    assert mine.get_id(logins) == mine.get_id(second) == both


def test_two_identities_become_one_when_both_logins_are_shown(mine: App, second: dict[str, str]) -> None:
    logins = mine.a_user()
    first, other = mine.get_id(logins), mine.get_id(second)
    assert first != other
    assert mine.credentials(first, logins | second)["IdentityId"] == other
    assert mine.get_id(logins) == mine.get_id(second) == other
    assert mine.described(first)["Logins"] == []
    assert refused(mine.credentials, first, logins) == forbidden(first)


def test_get_id_merges_two_identities_into_that_of_the_first_provider(mine: App, second: dict[str, str]) -> None:
    logins = mine.a_user()
    other, first = mine.get_id(second), mine.get_id(logins)
    assert mine.get_id(second | logins) == first
    assert mine.get_id(second) == first
    assert refused(mine.credentials, other, second) == forbidden(other)


def test_an_identity_has_one_user_of_a_provider(mine: App, second: dict[str, str]) -> None:
    ana, eve = mine.a_user("ana"), mine.a_user("eve")
    mine.get_id(ana | second)
    told = refused(mine.get_id, eve | second)
    assert told == ("ResourceConflictException", f"Another login of {mine.provider} is linked to this identity.")
    assert mine.get_id(ana) == mine.get_id(second)
    assert mine.get_id(eve) != mine.get_id(ana)
    assert refused(mine.get_id, eve | second)[0] == "ResourceConflictException"


def test_two_users_of_a_provider_under_two_names_are_a_conflict(mine: App) -> None:
    ana, eve = mine.a_user("ana"), mine.a_user("eve")
    both = ana | {f"localhost/{mine.user_pool}": eve[mine.provider]}
    assert refused(mine.get_id, both)[0] == "ResourceConflictException"
    same = ana | {f"localhost/{mine.user_pool}": ana[mine.provider]}
    assert mine.described(mine.get_id(same))["Logins"] == [mine.provider]


def test_one_bad_token_fails_the_whole_call(mine: App, second: dict[str, str]) -> None:
    logins = mine.a_user()
    user = mine.get_id(logins)
    assert refused(mine.credentials, user, logins | dict.fromkeys(second, "x"))[0] == "NotAuthorizedException"
    assert mine.described(user)["Logins"] == [mine.provider]


def listed(mine: App, **members: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    token: dict[str, str] = {}
    while True:
        page = mine.api.identity("ListIdentities", **{"IdentityPoolId": mine.identity_pool, **members}, **token)
        assert page["IdentityPoolId"] == mine.identity_pool
        assert len(page["Identities"]) <= members["MaxResults"]
        found += page["Identities"]
        if "NextToken" not in page:
            return found
        token = {"NextToken": page["NextToken"]}


def test_identities_are_listed_page_by_page(mine: App) -> None:
    logins = mine.a_user()
    user = mine.get_id(logins)
    guests = [mine.get_id() for _ in range(4)]
    found = listed(mine, MaxResults=2)
    assert sorted(entry["IdentityId"] for entry in found) == sorted([user, *guests])
    assert found == [mine.described(entry["IdentityId"]) for entry in found]
    mine.credentials(guests[0], logins)
    assert len(listed(mine, MaxResults=60)) == 5
    enabled = listed(mine, MaxResults=2, HideDisabled=True)
    assert sorted(entry["IdentityId"] for entry in enabled) == sorted([user, *guests[1:]])


def test_a_page_token_belongs_to_its_list(mine: App) -> None:
    for _ in range(2):
        mine.get_id()
    pool = {"IdentityPoolId": mine.identity_pool, "MaxResults": 1}
    token = mine.api.identity("ListIdentities", **pool)["NextToken"]
    told = refused(mine.api.identity, "ListIdentities", **pool, NextToken=token, HideDisabled=True)
    assert told == ("InvalidParameterException", "Invalid pagination token given.")


def test_the_same_login_at_the_same_moment_is_one_identity(mine: App, app: Flask) -> None:
    body = json.dumps({"IdentityPoolId": mine.identity_pool, "Logins": mine.a_user()})
    ready = threading.Barrier(8)
    found: list[str] = []

    def ask() -> None:
        ready.wait()
        answer = app.test_client().post("/", data=body, headers={"X-Amz-Target": f"{IDENTITY}.GetId"})
        found.append(answer.get_json(force=True)["IdentityId"])

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert len(listed(mine, MaxResults=60)) == 1
