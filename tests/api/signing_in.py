"""Words that the tests of sign-in, challenges and tokens share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from keys.secret_hash import secret_hash
from tests.builders import PASSWORD, Api, Refused, a_client, a_pool

WRONG = "NotAuthorizedException: Incorrect username or password."
TEMPORARY = "Temporary-Horse-1"


def refusal(call: Callable[[], object]) -> str:
    """What a call is refused with: "Code: message". It must be refused."""
    with pytest.raises(Refused) as refused:
        call()
    assert refused.value.status == 400
    return str(refused.value)


def begin(api: Api, client: str, flow: str = "USER_PASSWORD_AUTH", pool: str = "", **parameters: str) -> dict[str, Any]:
    """InitiateAuth, or AdminInitiateAuth where a pool is named."""
    members = {"ClientId": client, "AuthFlow": flow, "AuthParameters": parameters}
    return api.idp("AdminInitiateAuth", UserPoolId=pool, **members) if pool else api.idp("InitiateAuth", **members)


def enter(api: Api, client: str, username: str = "ana", password: str = PASSWORD, **more: str) -> dict[str, Any]:
    """Sign in with a password, whatever comes next."""
    return begin(api, client, USERNAME=username, PASSWORD=password, **more)


def renew(api: Api, client: str, refresh_token: str, **more: str) -> dict[str, Any]:
    """Refresh tokens."""
    return begin(api, client, "REFRESH_TOKEN_AUTH", REFRESH_TOKEN=refresh_token, **more)


def respond(api: Api, client: str, session: str | None, pool: str = "", **responses: str | None) -> dict[str, Any]:
    """Answer NEW_PASSWORD_REQUIRED, as an administrator where a pool is named. Dots in names are written `__`."""
    named = {name.replace("__", "."): value for name, value in responses.items()}
    answer: dict[str, str | None] = {"USERNAME": "ana", "NEW_PASSWORD": PASSWORD, **named}
    members: dict[str, Any] = {
        "ClientId": client,
        "ChallengeName": "NEW_PASSWORD_REQUIRED",
        "ChallengeResponses": {name: value for name, value in answer.items() if value is not None},
    }
    members |= {"Session": session} if session else {}
    members |= {"UserPoolId": pool} if pool else {}
    return api.idp("AdminRespondToAuthChallenge" if pool else "RespondToAuthChallenge", **members)


def a_newcomer(api: Api, pool: str, username: str = "ana", **attributes: str) -> None:
    """A user with a temporary password."""
    api.idp(
        "AdminCreateUser",
        UserPoolId=pool,
        Username=username,
        TemporaryPassword=TEMPORARY,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": name, "Value": value} for name, value in attributes.items()],
    )


def challenged(api: Api, client: str, username: str = "ana", password: str = TEMPORARY) -> str:
    """The session of a user who must choose a password."""
    challenge = enter(api, client, username, password)
    assert challenge["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    return str(challenge["Session"])


def a_place(api: Api, **client: Any) -> tuple[str, str]:
    """A pool and a client of it."""
    pool = a_pool(api)
    return pool, a_client(api, pool, **client)


def a_secret_client(api: Api, pool: str, **members: Any) -> tuple[str, str]:
    """A client with a secret: its id and its secret."""
    client = a_client(api, pool, GenerateSecret=True, **members)
    told = api.idp("DescribeUserPoolClient", UserPoolId=pool, ClientId=client)
    return client, str(told["UserPoolClient"]["ClientSecret"])


def proof(username: str, client: str, secret: str) -> str:
    """The secret hash."""
    return secret_hash(username, client, secret)


def reasons(api: Api) -> str | None:
    """Why the last call was refused, as the events have it."""
    return api.world.events.last(1)[0].reason
