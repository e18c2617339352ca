"""Who may sign in by their `sub`: nobody but those whose username it is."""

from __future__ import annotations

import pytest

from tests.api.signing_in import WRONG, a_place, begin, refusal
from tests.api.srp_client import SRP_A
from tests.builders import FLOWS, PASSWORD, Api, a_client, a_pool, a_user, sign_in


@pytest.mark.parametrize(
    ("mode", "told"), [("LEGACY", "UserNotFoundException: User does not exist."), ("ENABLED", WRONG)]
)
def test_a_sub_is_no_name_to_sign_in_by(api: Api, mode: str, told: str) -> None:
    flows = [*FLOWS, "ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH"]
    pool, client = a_place(api, PreventUserExistenceErrors=mode, ExplicitAuthFlows=flows)
    sub = a_user(api, pool)["Attributes"][0]["Value"]
    parameters = {"USERNAME": sub, "PASSWORD": PASSWORD}
    assert refusal(lambda: begin(api, client, **parameters)) == told
    assert refusal(lambda: begin(api, client, "ADMIN_USER_PASSWORD_AUTH", pool, **parameters)) == told
    preferred = {"PREFERRED_CHALLENGE": "PASSWORD"}
    assert refusal(lambda: begin(api, client, "USER_AUTH", **parameters, **preferred)) == told
    if mode == "LEGACY":
        assert refusal(lambda: begin(api, client, "USER_SRP_AUTH", USERNAME=sub, SRP_A=SRP_A)) == told
    else:
        seeming = begin(api, client, "USER_SRP_AUTH", USERNAME=sub, SRP_A=SRP_A)
        assert seeming["ChallengeParameters"]["USER_ID_FOR_SRP"] == sub
    assert api.idp("AdminGetUser", UserPoolId=pool, Username=sub)["Username"] == "ana"


def test_a_sub_that_is_the_username_is_a_name_to_sign_in_by(api: Api) -> None:
    pool = a_pool(api, UsernameAttributes=["email"])
    user = a_user(api, pool, "ana@example.com")
    assert user["Username"] == user["Attributes"][0]["Value"]
    assert sign_in(api, a_client(api, pool), user["Username"])["AccessToken"]
