"""`/_emulator/claims`: claims that a test adds to the next tokens of a user."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.signing_in import refusal, renew
from tests.builders import Api, a_client, a_pool, a_user, claims, sign_in


@pytest.fixture
def pool(api: Api) -> str:
    pool = a_pool(api)
    a_user(api, pool)
    return pool


@pytest.fixture
def client(api: Api, pool: str) -> str:
    return a_client(api, pool)


def add(api: Api, pool: str, **members: Any) -> tuple[int, dict[str, Any]]:
    answer = api.http.post("/_emulator/claims", json={"pool": pool, "user": "ana", **members})
    return answer.status_code, dict(answer.get_json())


def waiting(api: Api) -> list[dict[str, Any]]:
    return list(api.http.get("/_emulator/claims").get_json()["claims"])


def tiers(result: dict[str, Any]) -> tuple[Any, Any]:
    """The claim `tier` of both tokens."""
    return claims(result["IdToken"]).get("tier"), claims(result["AccessToken"]).get("tier")


def test_both_tokens_of_the_next_sign_in_have_them_and_those_after_not(api: Api, pool: str, client: str) -> None:
    assert add(api, pool, id={"tier": "gold"}, access={"tier": {"seats": [3, None]}}) == (200, {})
    assert waiting(api) == [
        {"pool": pool, "user": "ana", "id": {"tier": "gold"}, "access": {"tier": {"seats": [3, None]}}, "times": 1}
    ]
    assert tiers(sign_in(api, client)) == ("gold", {"seats": [3, None]})
    event = api.world.events.last(1)[0]
    assert (event.operation, event.reason) == ("InitiateAuth", "claims: /_emulator/claims added some")
    assert waiting(api) == []
    assert tiers(sign_in(api, client)) == (None, None)
    assert api.world.events.last(1)[0].reason is None


def test_they_are_counted_by_sign_ins_and_refreshes(api: Api, pool: str, client: str) -> None:
    add(api, pool, id={"tier": "gold"}, times=3)
    first = sign_in(api, client)
    asked = {"pool": pool, "client": client, "user": "ana"}
    minted = api.http.post("/_emulator/tokens", json=asked).get_json()
    assert waiting(api)[0]["times"] == 1
    assert (tiers(first), claims(minted["id_token"])["tier"]) == (("gold", None), "gold")
    assert tiers(renew(api, client, first["RefreshToken"])["AuthenticationResult"]) == ("gold", None)
    assert tiers(renew(api, client, first["RefreshToken"])["AuthenticationResult"]) == (None, None)


def test_of_two_orders_for_a_claim_the_later_counts(api: Api, pool: str, client: str) -> None:
    add(api, pool, id={"tier": "gold", "a": 1}, times=2)
    add(api, pool, id={"tier": "iron"}, access={"tier": "iron"})
    told = claims(sign_in(api, client)["IdToken"])
    assert (told["tier"], told["a"]) == ("iron", 1)
    assert tiers(sign_in(api, client)) == ("gold", None)


def test_others_get_none(api: Api, pool: str, client: str) -> None:
    a_user(api, pool, "bob")
    add(api, pool, id={"tier": "gold"})
    assert tiers(sign_in(api, client, "bob")) == (None, None)
    assert len(waiting(api)) == 1


def test_a_sign_in_that_fails_uses_none_up(api: Api, pool: str, client: str) -> None:
    add(api, pool, id={"tier": "gold"})
    refusal(lambda: sign_in(api, client, password="wrong"))
    assert len(waiting(api)) == 1


def test_they_are_taken_back_by_user_by_pool_and_with_a_reset(api: Api, pool: str) -> None:
    other = a_pool(api)
    a_user(api, other)
    a_user(api, pool, "bob")

    def order() -> None:
        for where, user in ((pool, "ana"), (pool, "bob"), (other, "ana")):
            add(api, where, user=user, id={"tier": "gold"})

    def users() -> list[tuple[str, str]]:
        return [(each["pool"], each["user"]) for each in waiting(api)]

    order()
    assert api.http.delete(f"/_emulator/claims?pool={pool}&user=bob").get_json() == {}
    assert users() == [(pool, "ana"), (other, "ana")]
    api.http.post(f"/_emulator/reset?pool={pool}")
    assert users() == [(other, "ana")]
    api.http.delete("/_emulator/claims")
    assert users() == []


def test_a_reset_forgets_them(api: Api, pool: str) -> None:
    add(api, pool, id={"tier": "gold"})
    api.http.post("/_emulator/reset")
    assert waiting(api) == []


@pytest.mark.parametrize(
    ("members", "status", "words"),
    [
        ({}, 400, "id and access are missing: there are no claims to add"),
        ({"id": {}}, 400, "id and access are missing"),
        ({"id": ["tier"]}, 400, "id: ['tier'] is not an object of claims"),
        *[({"id": {name: "x"}}, 400, f"id: {name} cannot be set in an ID token") for name in ("sub", "iss", "exp")],
        *[({"id": {name: "x"}}, 400, f"id: {name} cannot") for name in ("token_use", "aud", "cognito:username")],
        ({"id": {"address": {}}}, 400, "id: address cannot be set in an ID token to an object or a list"),
        *[({"access": {name: "x"}}, 400, f"access: {name} cannot be") for name in ("scope", "client_id", "username")],
        ({"access": {"cognito:roles": ["x"]}}, 400, "access: cognito:roles cannot be set in an access token"),
        ({"id": {"a": 1}, "times": 0}, 400, "times: 0 is not a whole number from 1 to 1000000"),
        ({"id": {"a": 1}, "times": True}, 400, "times: True is not"),
        ({"id": {"a": 1}, "times": "1"}, 400, "times: '1' is not"),
        ({"id": {"a": 1}, "user": "nobody"}, 404, "user: pool"),
        ({"id": {"a": 1}, "pool": "us-east-1_No"}, 404, "pool: there is no pool us-east-1_No"),
        ({"ID": {"a": 1}}, 400, "unknown member ID; known are pool, user, id, access, times"),
    ],
)
def test_what_cannot_be_added_is_refused_in_words(
    api: Api, pool: str, members: dict[str, Any], status: int, words: str
) -> None:
    got, body = add(api, **{"pool": pool, **members})
    assert (got, body["error"].startswith(words)) == (status, True), body
    assert waiting(api) == []


def test_a_user_of_no_pool_is_not_taken_back(api: Api) -> None:
    answer = api.http.delete("/_emulator/claims?user=ana")
    assert (answer.status_code, answer.get_json()["error"]) == (400, "pool is missing: usernames are those of a pool")
    assert api.http.delete("/_emulator/claims?pool=").status_code == 400
