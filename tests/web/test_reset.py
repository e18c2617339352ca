"""POST /_emulator/reset: everything, or one pool; also in the middle of other calls."""

from __future__ import annotations

import threading

import pytest
from flask import Flask

from emulator.outside.world import World
from tests.api.signing_in import refusal
from tests.builders import PASSWORD, Api, Refused, a_client, a_pool, a_user, sign_in

REFUSALS = {"ResourceNotFoundException", "UserNotFoundException", "NotAuthorizedException", "UsernameExistsException"}


def test_a_reset_forgets_everything(api: Api) -> None:
    pool = a_pool(api, AutoVerifiedAttributes=["email"])
    client = a_client(api, pool)
    api.idp("SignUp", ClientId=client, Username="ana", Password=PASSWORD, UserAttributes=[])
    api.identity("CreateIdentityPool", IdentityPoolName="pool", AllowUnauthenticatedIdentities=True)
    api.world.clock.advance(days=9)
    response = api.http.post("/_emulator/reset")
    assert (response.status_code, response.get_json()) == (200, {})
    assert api.world.clock.offset == 0
    assert api.world.events.last() == []
    assert api.world.mailbox.messages() == []
    assert api.idp("ListUserPools", MaxResults=60) == {"UserPools": []}
    assert api.identity("ListIdentityPools", MaxResults=60)["IdentityPools"] == []
    told = refusal(lambda: sign_in(api, client))
    assert told == f"ResourceNotFoundException: User pool client {client} does not exist."


def test_after_a_reset_everything_can_be_made_again(api: Api) -> None:
    for _ in range(3):
        pool = a_pool(api, UserPoolTags={"cognito-emulator:id": "us-east-1_pinned"})
        assert pool == "us-east-1_pinned"
        a_user(api, pool)
        assert sign_in(api, a_client(api, pool))
        assert api.http.post("/_emulator/reset").status_code == 200


def test_a_pools_reset_forgets_its_users_groups_and_messages_only(api: Api) -> None:
    pools = [a_pool(api, AutoVerifiedAttributes=["email"]) for _ in range(2)]
    clients = [a_client(api, pool) for pool in pools]
    for pool, client in zip(pools, clients, strict=True):
        a_user(api, pool)
        mail = [{"Name": "email", "Value": "bob@example.com"}]
        api.idp("SignUp", ClientId=client, Username="bob", Password=PASSWORD, UserAttributes=mail)
        api.idp("CreateGroup", UserPoolId=pool, GroupName="staff")
    tokens = sign_in(api, clients[0])
    keys = api.http.get(f"/{pools[0]}/.well-known/jwks.json").get_json()
    api.world.clock.advance(seconds=5)
    assert api.http.post(f"/_emulator/reset?pool={pools[0]}").get_json() == {}
    assert api.world.clock.offset == 5
    assert [message.pool for message in api.world.mailbox.messages()] == [pools[1]]
    assert [len(api.idp("ListUsers", UserPoolId=pool)["Users"]) for pool in pools] == [0, 2]
    assert [len(api.idp("ListGroups", UserPoolId=pool)["Groups"]) for pool in pools] == [0, 1]
    told = refusal(lambda: api.idp("GetUser", AccessToken=tokens["AccessToken"]))
    assert told == "UserNotFoundException: User does not exist."
    assert api.idp("DescribeUserPool", UserPoolId=pools[0])["UserPool"]["EstimatedNumberOfUsers"] == 0
    assert api.http.get(f"/{pools[0]}/.well-known/jwks.json").get_json() == keys
    a_user(api, pools[0])
    assert sign_in(api, clients[0])


def test_a_pools_reset_keeps_its_providers_and_the_groups_that_were_made_with_them(api: Api) -> None:
    pools = [a_pool(api) for _ in range(2)]
    details = {"client_id": "id", "client_secret": "secret", "authorize_scopes": "openid"}
    for pool in pools:
        provider = {"UserPoolId": pool, "ProviderName": "Google", "ProviderType": "Google"}
        api.idp("CreateIdentityProvider", **provider, ProviderDetails=details)
        for name in ("staff", "Google", f"{pool}_Facebook"):
            api.idp("CreateGroup", UserPoolId=pool, GroupName=name)
    before = api.idp("ListGroups", UserPoolId=pools[1])
    assert api.http.post(f"/_emulator/reset?pool={pools[0]}").get_json() == {}
    groups = api.idp("ListGroups", UserPoolId=pools[0])["Groups"]
    assert [group["GroupName"] for group in groups] == [f"{pools[0]}_Google"]
    assert api.idp("ListIdentityProviders", UserPoolId=pools[0])["Providers"][0]["ProviderName"] == "Google"
    assert api.idp("ListGroups", UserPoolId=pools[1]) == before


def test_an_identity_pools_reset_forgets_its_identities_only(api: Api) -> None:
    members = {"IdentityPoolName": "pool", "AllowUnauthenticatedIdentities": True}
    pool = api.identity("CreateIdentityPool", **members)["IdentityPoolId"]
    identity = api.identity("GetId", IdentityPoolId=pool)["IdentityId"]
    assert api.http.post(f"/_emulator/reset?pool={pool}").get_json() == {}
    told = refusal(lambda: api.identity("GetCredentialsForIdentity", IdentityId=identity))
    assert told.startswith("ResourceNotFoundException: ")
    assert api.identity("GetId", IdentityPoolId=pool)["IdentityId"] != identity


class Worker(threading.Thread):
    """Somebody who makes a pool, signs people up and in, and begins anew whenever that is refused."""

    def __init__(self, api: Api, number: int) -> None:
        super().__init__()
        self.api, self.username = api, f"u{number}"
        self.done = threading.Event()
        self.refusals = 0
        self.problems: list[str] = []
        self.pool = a_pool(api)

    def run(self) -> None:
        while not self.done.is_set():
            try:
                self._live()
            except Refused as refused:
                self.refusals += 1
                if refused.code not in REFUSALS:
                    self.problems.append(str(refused))

    def _live(self) -> None:
        self.pool = a_pool(self.api)
        client = a_client(self.api, self.pool)
        for number in range(20):
            username = f"{self.username}-{number}"
            self.api.idp("SignUp", ClientId=client, Username=username, Password=PASSWORD)
            self.api.idp("AdminConfirmSignUp", UserPoolId=self.pool, Username=username)
            a_user(self.api, self.pool, f"{username}-x")
            tokens = sign_in(self.api, client, username)
            self.api.idp("GetUser", AccessToken=tokens["AccessToken"])
            self.api.http.get(f"/{self.pool}/.well-known/jwks.json")


@pytest.mark.parametrize("one_pool", [False, True])
def test_a_reset_in_the_middle_of_calls_breaks_none_of_them(
    app: Flask, world: World, one_pool: bool, thorough: bool
) -> None:
    """Each call sees the world before or after; none fails in a way that AWS does not know."""
    here = Api(app.test_client(), world)
    workers = [Worker(Api(app.test_client(), world), number) for number in range(4)]
    for worker in workers:
        worker.start()
    for count in range(20 if thorough else 8):
        query = f"?pool={workers[count % 4].pool}" if one_pool else ""
        assert here.http.post(f"/_emulator/reset{query}").status_code in ({200, 404} if one_pool else {200})
    for worker in workers:
        worker.done.set()
        worker.join()
    assert [worker.problems for worker in workers] == [[]] * 4
    assert any(worker.refusals for worker in workers)
