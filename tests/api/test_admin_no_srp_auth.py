"""ADMIN_NO_SRP_AUTH: the oldest flow, which asks an administrator for the password."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.signing_in import WRONG, a_place, begin, refusal
from tests.builders import PASSWORD, Api, a_user, claims


def test_an_administrator_may_be_asked_for_the_password(api: Api) -> None:
    pool, client = a_place(api)
    a_user(api, pool)
    challenge = begin(api, client, "ADMIN_NO_SRP_AUTH", pool, USERNAME="ana")
    assert challenge["ChallengeName"] == "ADMIN_NO_SRP_AUTH"
    assert challenge["ChallengeParameters"] == {"USER_ID_FOR_SRP": "ana"}
    members: dict[str, Any] = {
        "ClientId": client,
        "ChallengeName": "ADMIN_NO_SRP_AUTH",
        "Session": challenge["Session"],
        "ChallengeResponses": {"USERNAME": "ana", "PASSWORD": PASSWORD},
    }
    told = "InvalidParameterException: ADMIN_NO_SRP_AUTH can only be answered by an administrator."
    assert refusal(lambda: api.idp("RespondToAuthChallenge", **members)) == told
    answer = api.idp("AdminRespondToAuthChallenge", UserPoolId=pool, **members)
    assert claims(answer["AuthenticationResult"]["AccessToken"])["username"] == "ana"


@pytest.mark.parametrize("users", ["LEGACY", "ENABLED"])
def test_an_administrator_asked_for_nobodys_password_learns_what_the_client_tells(api: Api, users: str) -> None:
    pool, client = a_place(api, PreventUserExistenceErrors=users)
    if users == "LEGACY":
        told = refusal(lambda: begin(api, client, "ADMIN_NO_SRP_AUTH", pool, USERNAME="zoe"))
        assert told == "UserNotFoundException: User does not exist."
        return
    challenge = begin(api, client, "ADMIN_NO_SRP_AUTH", pool, USERNAME="zoe")
    members: dict[str, Any] = {
        "ClientId": client,
        "UserPoolId": pool,
        "ChallengeName": "ADMIN_NO_SRP_AUTH",
        "Session": challenge["Session"],
        "ChallengeResponses": {"USERNAME": "zoe", "PASSWORD": PASSWORD},
    }
    assert refusal(lambda: api.idp("AdminRespondToAuthChallenge", **members)) == WRONG
