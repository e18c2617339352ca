"""Faults and claims of tests: given to one worker or server, carried out by any, as often as was said."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from emulator.outside.orders import Orders
from storage.store import Store
from tests.builders import Api, Refused, a_client, a_pool, a_user, claims, sign_in
from tests.shared.conftest import Serve

THROTTLED = "TooManyRequestsException"


def post(api: Api, path: str, **body: Any) -> None:
    assert api.http.post(f"/_emulator/{path}", json=body).get_json() == {}


def listed(api: Api, path: str) -> list[Any]:
    return list(api.http.get(f"/_emulator/{path}").get_json()[path])


def ends(api: Api, pool: str) -> str:
    try:
        api.idp("ListUsers", UserPoolId=pool)
    except Refused as refused:
        return refused.code
    return "ok"


def test_a_fault_is_met_wherever_the_next_call_comes(here: Api, there: Api) -> None:
    pool = a_pool(here)
    assert [ends(here, pool), ends(there, pool)] == ["ok", "ok"]
    post(here, "faults", operation="ListUsers", times=2, exception=THROTTLED)
    assert [ends(there, pool), ends(here, pool), ends(there, pool)] == [THROTTLED, THROTTLED, "ok"]
    assert listed(there, "faults") == []
    keys = f"/{pool}/.well-known/jwks.json"
    assert there.http.get(keys).status_code == 200
    post(here, "faults", operation="/.well-known/jwks.json", exception="server_error")
    assert [there.http.get(keys).status_code, here.http.get(keys).status_code] == [500, 200]


def test_what_one_worker_takes_back_no_other_meets(here: Api, there: Api) -> None:
    pool = a_pool(here)
    post(here, "faults", operation="ListUsers", exception=THROTTLED)
    assert there.http.delete("/_emulator/faults").get_json() == {}
    assert [ends(here, pool), ends(there, pool)] == ["ok", "ok"]
    post(here, "faults", operation="ListUsers", exception=THROTTLED)
    there.http.post("/_emulator/reset")
    pool = a_pool(here)
    assert [ends(here, pool), ends(there, pool)] == ["ok", "ok"]


def test_of_many_calls_at_once_as_many_fail_as_was_said(here: Api, there: Api) -> None:
    pool = a_pool(here)
    post(here, "faults", operation="ListUsers", times=7, exception=THROTTLED)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda number: ends((here, there)[number % 2], pool), range(24)))
    assert sorted(found) == sorted([THROTTLED] * 7 + ["ok"] * 17)
    assert listed(here, "faults") == []


def test_claims_are_added_by_any_worker(here: Api, there: Api) -> None:
    pool = a_pool(here)
    client = a_client(here, pool)
    a_user(here, pool)
    assert "tier" not in claims(sign_in(there, client)["IdToken"])
    post(here, "claims", pool=pool, user="ana", id={"tier": "gold"})
    assert claims(sign_in(there, client)["IdToken"])["tier"] == "gold"
    assert "tier" not in claims(sign_in(here, client)["IdToken"])
    assert listed(here, "claims") == []


def test_another_server_meets_them_too(here: Api, serve: Serve) -> None:
    pool = a_pool(here)
    post(here, "faults", operation="ListUsers", exception=THROTTLED)
    assert ends(serve(), pool) == THROTTLED


@pytest.mark.parametrize("kind", ["faults", "claims"])
def test_a_transaction_from_before_an_order_does_not_conclude_that_there_is_none(store: Store, kind: Any) -> None:
    orders = Orders()
    with store.unit(writes=False) as unit:
        unit.pools.get("us-east-1_x")
        orders.look_again()  # as when another thread sees what was committed meanwhile
        assert (orders.found(unit, kind), getattr(orders, kind)) == ({}, True)
    with store.unit(writes=False) as unit:
        assert (orders.found(unit, kind), getattr(orders, kind)) == ({}, False)
