"""The cost of identities: the same calls to an identity pool of a thousand identities and to one of many, in turn.

Half of the identities are guests, the others have a login each. They are inserted into the database directly, before a
server serves it.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from bench.calls import Caller, Site, initiate_auth
from bench.crowd import Compared, add, batches, compared, grown
from bench.oauth import PASSWORD, Refused
from storage.tables.identities import identities, identity_logins, identity_pools
from storage.unit import Unit

SIGNED_IN = 20
"""How many users are signed in. They have identities beside those that are inserted."""
_SERVICE = "cognito-identity"
_ROLE = "arn:aws:iam::000000000000:role/bench"


@dataclass
class Crowd:
    """A server with an identity pool of `size` identities, and who is signed in: their identities and logins."""

    caller: Caller
    pool: str
    size: int
    users: Sequence[tuple[str, dict[str, str]]]

    def ask(self, operation: str, body: dict[str, Any]) -> dict[str, Any]:
        """Call an operation of identity pools."""
        return self.caller.ask(operation, body, _SERVICE)


def identity(number: int) -> str:
    """The id of an inserted identity; those with even numbers are guests."""
    return f"us-east-1:{uuid.uuid5(uuid.NAMESPACE_OID, str(number))}"


def _id_of_a_user(crowd: Crowd) -> None:
    known, logins = random.choice(crowd.users)
    found = crowd.ask("GetId", {"IdentityPoolId": crowd.pool, "Logins": logins})["IdentityId"]
    if found != known:
        raise Refused(f"GetId answered {found} for {known}")


def _id_of_a_guest(crowd: Crowd) -> None:
    crowd.ask("GetId", {"IdentityPoolId": crowd.pool})


def _credentials_of_a_user(crowd: Crowd) -> None:
    known, logins = random.choice(crowd.users)
    crowd.ask("GetCredentialsForIdentity", {"IdentityId": known, "Logins": logins})


def _credentials_of_a_guest(crowd: Crowd) -> None:
    known = identity(2 * random.randrange(crowd.size // 2))
    crowd.ask("GetCredentialsForIdentity", {"IdentityId": known})


CALLS: dict[str, Callable[[Crowd], object]] = {
    "GetId of a user": _id_of_a_user,
    "GetId of a new guest": _id_of_a_guest,
    "GetCredentialsForIdentity of a user": _credentials_of_a_user,
    "GetCredentialsForIdentity of a guest": _credentials_of_a_guest,
}


def compare(size: int, seconds: float, databases: Sequence[str | None] = (None, None)) -> Iterator[Compared]:
    """As `crowd.compare`, with identities instead of users."""
    return compared(CALLS, _crowd, size, seconds, databases)


def _crowd(stack: ExitStack, size: int, url: str | None) -> Crowd:
    """Start a server with `size` identities, and sign users in."""
    server, site = grown(stack, url, _prepared, lambda unit, site: _fill(unit, site, size))
    caller = Caller(server.url)
    signed_in = []
    for number in range(SIGNED_IN):
        tokens = initiate_auth(caller, site, "", f"user{number}")["AuthenticationResult"]
        logins = {site.provider: tokens["IdToken"]}
        found = caller.ask("GetId", {"IdentityPoolId": site.identity_pool, "Logins": logins}, _SERVICE)
        signed_in.append((found["IdentityId"], logins))
    return Crowd(caller, site.identity_pool, size, signed_in)


def _prepared(caller: Caller) -> Site:
    """A user pool with users, and an identity pool for them and for guests."""
    pool = caller.ask("CreateUserPool", {"PoolName": "crowd"})["UserPool"]["Id"]
    flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    client = caller.ask("CreateUserPoolClient", {"UserPoolId": pool, "ClientName": "web", "ExplicitAuthFlows": flows})
    site = Site("", pool=pool, client=client["UserPoolClient"]["ClientId"])
    site.provider = f"cognito-idp.us-east-1.amazonaws.com/{pool}"
    for number in range(SIGNED_IN):
        user = {"UserPoolId": pool, "Username": f"user{number}"}
        caller.ask("AdminCreateUser", user | {"MessageAction": "SUPPRESS"})
        caller.ask("AdminSetUserPassword", user | {"Password": PASSWORD, "Permanent": True})
    members = {
        "IdentityPoolName": "crowd",
        "AllowUnauthenticatedIdentities": True,
        "CognitoIdentityProviders": [{"ProviderName": site.provider, "ClientId": site.client}],
    }
    site.identity_pool = caller.ask("CreateIdentityPool", members, _SERVICE)["IdentityPoolId"]
    roles = {"authenticated": _ROLE, "unauthenticated": _ROLE}
    caller.ask("SetIdentityPoolRoles", {"IdentityPoolId": site.identity_pool, "Roles": roles}, _SERVICE)
    return site


def _fill(unit: Unit, site: Site, size: int) -> None:
    pool = {"pool_id": site.identity_pool}
    for numbers in batches(size):
        dates = {"created": 1_800_000_000.0, "modified": 1_800_000_000.0}
        add(unit, identities, [{"id": identity(number), **pool, "enabled": True, **dates} for number in numbers])
        logins = [
            {**pool, "provider": site.provider, "subject": str(uuid.uuid4()), "identity_id": identity(number)}
            for number in numbers
            if number % 2
        ]
        add(unit, identity_logins, logins)
    unit.write(identity_pools.update().where(identity_pools.c.id == site.identity_pool), {"modified": 1_800_000_000.0})
