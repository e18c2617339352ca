"""Every List operation pages: small pages add up, writes in between lose nothing, a forged token is refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from emulator.wire import model
from storage.records.pools import ClientMetadataURL
from storage.records.recoveries import Recovery
from storage.store import Store
from storage.unit import Unit
from tests.builders import IDENTITY, IDP, Api, Refused, a_client, a_pool, a_user, sign_in
from tests.conftest import NOON
from tests.storage import configuration, rows

MANY = 7


@dataclass
class Place:
    """A pool with a client and a signed-in user, and an identity pool."""

    api: Api
    store: Store
    pool: str
    client: str
    identity_pool: str
    token: str = ""

    @classmethod
    def of(cls, api: Api, store: Store) -> Place:
        watched = {"AdvancedSecurityMode": "AUDIT"}
        asks = {"DeviceOnlyRememberedOnUserPrompt": True}
        pool = a_pool(api, DeviceConfiguration=asks, UserPoolAddOns=watched)
        client = a_client(api, pool)
        a_user(api, pool)
        api.idp("CreateGroup", UserPoolId=pool, GroupName="everybody")
        named = {"IdentityPoolName": "pool", "DeveloperProviderName": "backend"}
        made = api.identity("CreateIdentityPool", **named, AllowUnauthenticatedIdentities=True)
        return cls(api, store, pool, client, made["IdentityPoolId"], sign_in(api, client)["AccessToken"])

    def keep(self, add: Callable[[Unit, Any], object], *, of: str = "pool") -> None:
        """Add a row of the pool or of its user, as the storage keeps it."""
        with self.store.unit(writes=True) as unit:
            pool, user = unit.pools.get(self.pool), unit.users.named(self.pool, "ana")
            add(unit, {"pool": pool, "user": user, "client": unit.clients.get(self.client)}[of])

    def member(self, number: int) -> None:
        """Another user, who is in the group."""
        a_user(self.api, self.pool, f"user{number}")
        self.api.idp("AdminAddUserToGroup", UserPoolId=self.pool, Username=f"user{number}", GroupName="everybody")

    def group(self, number: int) -> None:
        """Another group, with the user in it."""
        self.api.idp("CreateGroup", UserPoolId=self.pool, GroupName=f"group{number}")
        self.api.idp("AdminAddUserToGroup", UserPoolId=self.pool, Username="ana", GroupName=f"group{number}")

    def developer_user(self, number: int) -> None:
        """Another developer user of the identity that `user 0` has."""
        pool = {"IdentityPoolId": self.identity_pool}
        for user in ("user 0", f"user {number + 1}"):
            self.api.identity("GetOpenIdTokenForDeveloperIdentity", **pool, Logins={"backend": user})
        merged = {"SourceUserIdentifier": f"user {number + 1}", "DestinationUserIdentifier": "user 0"}
        self.api.identity("MergeDeveloperIdentities", **pool, **merged, DeveloperProviderName="backend")

    def recovery(self, number: int) -> None:
        """A recovery of the pool, which was canceled."""
        recovery_id = str(UUID(bytes=hashlib.sha256(f"{self.pool} {number}".encode()).digest()[:16]))
        made = Recovery(recovery_id, self.pool, "PREVIEW_CANCELLED", NOON, NOON - number, 0)
        self.keep(lambda unit, _: unit.recoveries.add(made))

    def client_with_terms(self, number: int) -> None:
        """Another client, with a terms document."""
        self.client = a_client(self.api, self.pool)
        self.keep(lambda unit, client: configuration.some_terms(unit, client, f"{self.pool} {number}"), of="client")

    def policy(self) -> dict[str, Any]:
        """Another CIMD policy of the pool."""
        given = {"ClientId": self.client, "PolicyName": "tools", "URLPatterns": ["https://app.example.com/*"]}
        return dict(self.api.idp("CreateCIMDPolicy", UserPoolId=self.pool, **given)["CIMDPolicy"])

    def received(self, number: int) -> None:
        """Another URL that was received under the pool's policy."""
        policy = of_a_policy(self)["CIMDPolicyId"]
        with self.store.unit(writes=True) as unit:
            unit.client_metadata_urls.add(ClientMetadataURL(policy, f"https://app.example.com/{number}"))


def of_user_0(place: Place) -> dict[str, Any]:
    """The identity of a developer user, which is made where there is none."""
    pool = {"IdentityPoolId": place.identity_pool}
    made = place.api.identity("GetOpenIdTokenForDeveloperIdentity", **pool, Logins={"backend": "user 0"})
    return {**pool, "IdentityId": made["IdentityId"]}


@dataclass(frozen=True)
class Row:
    """How a List operation is asked, and how there is one more of what it lists."""

    items: str
    add: Callable[[Place, int], object]
    more: Callable[[Place], dict[str, Any]] = lambda place: {"UserPoolId": place.pool}
    limit: str = "MaxResults"
    token: str = "NextToken"
    target: str = IDP
    many: int = MANY


def bearer(place: Place) -> dict[str, Any]:
    return {"AccessToken": place.token}


def of_ana(place: Place) -> dict[str, Any]:
    return {"UserPoolId": place.pool, "Username": "ana"}


def of_a_policy(place: Place) -> dict[str, Any]:
    """The first policy of the place's pool, which is made where it has none."""
    policies = place.api.idp("ListCIMDPolicies", UserPoolId=place.pool)["CIMDPolicies"] or [place.policy()]
    return {"UserPoolId": place.pool, "CIMDPolicyId": policies[0]["CIMDPolicyId"]}


def device(place: Place, number: int) -> None:
    place.keep(lambda unit, user: rows.a_device(unit, user, f"{place.pool} {number}"), of="user")


ROWS = {
    "AdminListDevices": Row("Devices", device, of_ana, "Limit", "PaginationToken"),
    "AdminListGroupsForUser": Row("Groups", Place.group, of_ana, "Limit"),
    "AdminListUserAuthEvents": Row(
        "AuthEvents",
        lambda place, n: place.keep(lambda unit, user: configuration.an_event(unit, user, f"event {n}"), of="user"),
        of_ana,
    ),
    "ListCIMDPolicies": Row("CIMDPolicies", lambda place, _: place.policy()),
    "ListClientMetadataURLs": Row("ClientMetadataURLs", Place.received, of_a_policy),
    "ListDevices": Row("Devices", device, bearer, "Limit", "PaginationToken"),
    "ListGroups": Row("Groups", Place.group, limit="Limit"),
    "ListIdentities": Row(
        "Identities",
        lambda place, _: place.api.identity("GetId", IdentityPoolId=place.identity_pool),
        lambda place: {"IdentityPoolId": place.identity_pool},
        target=IDENTITY,
    ),
    "ListIdentityPools": Row(
        "IdentityPools",
        lambda place, n: place.api.identity(
            "CreateIdentityPool", IdentityPoolName=f"pool{n}", AllowUnauthenticatedIdentities=True
        ),
        lambda _: {},
        target=IDENTITY,
    ),
    "ListIdentityProviders": Row(
        "Providers",
        lambda place, n: place.keep(lambda unit, pool: configuration.a_provider(unit, pool, f"Corp{n}", f"corp{n}")),
    ),
    "ListPointInTimeRecoveries": Row("Restorations", Place.recovery),
    "ListResourceServers": Row(
        "ResourceServers",
        lambda place, n: place.keep(lambda unit, pool: configuration.a_resource_server(unit, pool, f"https://api{n}")),
    ),
    "ListTerms": Row("Terms", Place.client_with_terms),
    "ListUserImportJobs": Row(
        "UserImportJobs",
        lambda place, n: place.keep(
            lambda unit, pool: configuration.an_import_job(unit, pool, f"import-{pool.id}-{n}")
        ),
        token="PaginationToken",
    ),
    "ListUserPoolClients": Row("UserPoolClients", lambda place, _: a_client(place.api, place.pool)),
    "ListUserPoolReplicas": Row(
        "UserPoolReplicas",
        lambda place, n: place.keep(lambda unit, pool: configuration.a_replica(unit, pool, f"eu-region-{n}")),
        limit="",
        many=65,
    ),
    "ListUserPools": Row("UserPools", lambda place, _: a_pool(place.api), lambda _: {}),
    "ListUsers": Row("Users", Place.member, limit="Limit", token="PaginationToken"),
    "ListUsersInGroup": Row(
        "Users", Place.member, lambda place: {"UserPoolId": place.pool, "GroupName": "everybody"}, "Limit"
    ),
    "LookupDeveloperIdentity": Row("DeveloperUserIdentifierList", Place.developer_user, of_user_0, target=IDENTITY),
    "ListWebAuthnCredentials": Row(
        "Credentials",
        lambda place, n: place.keep(lambda unit, user: rows.a_passkey(unit, user, f"credential {n}"), of="user"),
        bearer,
    ),
}

ONE_PAGE = {
    "AdminListUserSessions": "a user has at most a hundred sessions, and a page takes as many",
    "ListUserSessions": "a user has at most a hundred sessions, and a page takes as many",
    "ListUserPoolClientSecrets": "a client has at most two secrets",
}


@pytest.fixture
def place(api: Api, store: Store) -> Place:
    return Place.of(api, store)


def ask(place: Place, operation: str, token: str | None = None) -> tuple[list[str], str | None]:
    """A page of three: its items, and the token of the next one."""
    row = ROWS[operation]
    members = row.more(place) | ({row.limit: 3} if row.limit else {}) | ({row.token: token} if token else {})
    page = place.api.json(row.target, operation, members)
    items = [json.dumps(item, sort_keys=True) for item in page[row.items]]
    assert not row.limit or len(items) <= 3
    return items, page.get(row.token)


def rest(place: Place, operation: str, token: str | None) -> list[str]:
    """What stands on the pages from that of a token on."""
    found: list[str] = []
    while token is not None:
        items, token = ask(place, operation, token)
        found += items
    return found


def test_every_operation_with_a_token_is_here() -> None:
    paged = {
        name
        for service in ("cognito-idp", "cognito-identity")
        for name, operation in model.load(service).operations.items()
        if {"NextToken", "PaginationToken"} & operation.input.members.keys()
    }
    assert paged == ROWS.keys() | ONE_PAGE.keys()


@pytest.mark.parametrize("operation", ROWS)
class TestPages:
    def test_small_pages_add_up(self, place: Place, operation: str) -> None:
        row = ROWS[operation]
        before, token = ask(place, operation)
        before += rest(place, operation, token)
        for number in range(row.many):
            row.add(place, number)
        first, token = ask(place, operation)
        assert token
        found = first + rest(place, operation, token)
        assert len(found) == len(set(found)) == len(before) + row.many

    def test_what_is_written_in_between_neither_repeats_nor_loses_anything(self, place: Place, operation: str) -> None:
        row = ROWS[operation]
        for number in range(row.many):
            row.add(place, number)
        first, token = ask(place, operation)
        everything = first + rest(place, operation, token)
        for number in (900, 901):
            row.add(place, number)
        found = first + rest(place, operation, token)
        assert len(found) == len(set(found))
        assert set(everything) <= set(found)

    def test_a_token_that_is_not_of_this_list_is_refused(self, place: Place, operation: str) -> None:
        row = ROWS[operation]
        for number in range(row.many):
            row.add(place, number)
        token = ask(place, operation)[1]
        assert token
        flipped = "A" if token[-3] != "A" else "B"
        for forged in (token[:-3] + flipped + token[-2:], "e30", "AAAA" * 10, token + token):
            with pytest.raises(Refused, match="InvalidParameterException"):
                ask(place, operation, forged)

    def test_a_token_of_anothers_list_is_refused(self, place: Place, operation: str) -> None:
        row = ROWS[operation]
        for number in range(row.many):
            row.add(place, number)
        token = ask(place, operation)[1]
        place.api.region = "eu-west-1"
        other = Place.of(place.api, place.store)
        with pytest.raises(Refused, match="InvalidParameterException"):
            ask(other, operation, token)
