"""The tokens of a sign-in that needs a password alone are signed while the password is checked."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

import jwt
import pytest

from emulator.outside import turns
from emulator.outside.turns import Turns
from emulator.settings import Settings
from keys.signing import KeyRing, generate
from storage.store import Store
from tests.api.meanwhile.moments import Moments
from tests.api.recorded_functions import ARN
from tests.api.signing_in import WRONG, enter, refusal
from tests.builders import Api, a_client, a_pool, a_user, claims, pairs

USES = {"access": "AccessToken", "id": "IdToken"}
Signed = list[tuple[str, bool]]
SECONDS = 10


def helper_is_done() -> None:
    """Wait for the thread that signs what may be dropped."""
    with turns._helpers:
        pass


class Place:
    """A pool with Ana, whose client hides who exists, and what is signed there."""

    def __init__(self, api: Api, signed: Signed, **pool: Any) -> None:
        self.api, self.signed = api, signed
        self.pool = a_pool(api, **pool)
        self.client = a_client(api, self.pool, PreventUserExistenceErrors="ENABLED")
        a_user(api, self.pool, email="ana@example.com")
        self.named = {"UserPoolId": self.pool, "Username": "ana"}
        enter(api, self.client)  # the keys and the verifier are made
        helper_is_done()
        signed.clear()

    def enter(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Sign in. Returns the claims of the access and the ID token."""
        result = enter(self.api, self.client)["AuthenticationResult"]
        return claims(result["AccessToken"]), claims(result["IdToken"])


@pytest.fixture
def signed(monkeypatch: pytest.MonkeyPatch) -> Signed:
    """Which tokens were signed, by `token_use`, and whether in another thread than the call's. One thread helps."""
    monkeypatch.setattr(turns, "_helpers", threading.Semaphore(1))
    found: Signed = []
    sign = KeyRing.sign

    def noted(self: KeyRing, key: Any, claims: Any, *rest: Any) -> str:
        found.append((claims["token_use"], threading.current_thread().name.startswith("beside")))
        return sign(self, key, claims, *rest)

    monkeypatch.setattr(KeyRing, "sign", noted)
    return found


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What another thread was asked for ahead."""
    found: list[object] = []
    alongside = turns.alongside

    def noted(work: Callable[[], Any]) -> Any:
        found.append(work)
        return alongside(work)

    monkeypatch.setattr(turns, "alongside", noted)
    return found


def test_both_tokens_are_signed_once_and_ahead(api: Api, signed: Signed) -> None:
    place = Place(api, signed)
    access, identity = place.enter()
    assert signed == [("access", True), ("id", True)]
    assert access["origin_jti"] == identity["origin_jti"]
    assert (access["username"], identity["email"]) == ("ana", "ana@example.com")
    assert access["auth_time"] == identity["iat"] == int(api.world.clock.now())
    again, _ = place.enter()
    assert len({access["jti"], identity["jti"], again["jti"]}) == 3
    assert access["origin_jti"] != again["origin_jti"]


def test_tokens_that_were_signed_ahead_are_those_of_the_family(api: Api, signed: Signed) -> None:
    place = Place(api, signed)
    result = enter(api, place.client)["AuthenticationResult"]
    assert api.idp("GetUser", AccessToken=result["AccessToken"])["Username"] == "ana"
    renewed = api.idp("GetTokensFromRefreshToken", ClientId=place.client, RefreshToken=result["RefreshToken"])
    kept = ("origin_jti", "event_id", "auth_time")
    before, after = (claims(each["AccessToken"]) for each in (result, renewed["AuthenticationResult"]))
    assert [before[name] for name in kept] == [after[name] for name in kept]
    api.idp("RevokeToken", ClientId=place.client, Token=result["RefreshToken"])
    assert refusal(lambda: api.idp("GetUser", AccessToken=result["AccessToken"])).startswith("NotAuthorizedException")


CHANGES: dict[str, tuple[Callable[[Place], object], Callable[[dict[str, Any], dict[str, Any]], object], object]] = {
    "an attribute": (
        lambda place: place.api.idp(
            "AdminUpdateUserAttributes", **place.named, UserAttributes=pairs({"email": "new@example.com"})
        ),
        lambda _access, identity: identity["email"],
        "new@example.com",
    ),
    "a group": (
        lambda place: place.api.idp("AdminAddUserToGroup", **place.named, GroupName="admins"),
        lambda access, identity: (access["cognito:groups"], identity["cognito:groups"]),
        (["admins"], ["admins"]),
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_while_the_password_is_checked_is_in_the_tokens(
    api: Api, store: Store, signed: Signed, change: str
) -> None:
    """Those that were signed ahead are dropped."""
    place = Place(api, signed)
    api.idp("CreateGroup", UserPoolId=place.pool, GroupName="admins")
    act, found, expected = CHANGES[change]
    with Moments(store).acting(lambda: act(place)):
        assert found(*place.enter()) == expected
    helper_is_done()
    assert [use for use, _ in signed].count("id") == 2


def test_tokens_that_former_keys_have_signed_ahead_are_dropped(api: Api, store: Store, signed: Signed) -> None:
    place = Place(api, signed)
    made = {use: generate() for use in ("access", "id")}
    keys = [{"Use": use, "Kid": key.kid, "Key": key.pem.decode()} for use, key in made.items()]
    seed = {"user_pools": [{"Id": place.pool, "PoolName": "pool", "signing_keys": keys}]}

    def act() -> None:
        answer = api.http.post("/_emulator/seed", json=seed)
        assert answer.status_code == 200, answer.get_json()

    with Moments(store).acting(act):
        result = enter(api, place.client)["AuthenticationResult"]
    kids = {use: jwt.get_unverified_header(result[name])["kid"] for use, name in USES.items()}
    assert kids == {use: key.kid for use, key in made.items()}
    assert api.idp("GetUser", AccessToken=result["AccessToken"])["Username"] == "ana"


def test_a_claim_that_a_test_orders_is_in_the_tokens(api: Api, signed: Signed) -> None:
    place = Place(api, signed)
    order = {"pool": place.pool, "user": "ana", "id": {"tenant": "x"}, "access": {}}
    assert api.http.post("/_emulator/claims", json=order).status_code == 200
    assert [identity.get("tenant") for _, identity in (place.enter(), place.enter())] == ["x", None]


def test_a_wrong_password_gets_no_tokens_and_an_unknown_user_as_much_work(
    api: Api, signed: Signed, asked: list[object]
) -> None:
    place = Place(api, signed)
    asked.clear()
    assert refusal(lambda: enter(api, place.client, password="wrong")) == WRONG
    assert len(asked) == 1
    assert refusal(lambda: enter(api, place.client, "nobody")) == WRONG
    assert len(asked) == 2


@pytest.mark.parametrize(
    "pool",
    [
        {"MfaConfiguration": "OPTIONAL", "SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::000000000000:role/sns"}},
        {"DeviceConfiguration": {"ChallengeRequiredOnNewDevice": True}},
        {"UserSessionTracking": "ENABLED", "TokenSession": {"MaxPerUser": 1}},
        {"LambdaConfig": {"VerifyAuthChallengeResponse": f"{ARN}verify"}},
    ],
    ids=lambda pool: next(iter(pool)),
)
def test_nothing_is_signed_ahead_where_more_than_a_password_may_count(
    api: Api, signed: Signed, asked: list[object], pool: dict[str, Any]
) -> None:
    if "UserSessionTracking" in pool:
        place = Place(api, signed)
        api.idp("SetUserPoolSessionConfiguration", UserPoolId=place.pool, **pool)
        asked.clear()
    else:
        place = Place(api, signed, **pool)
    place.enter()
    assert asked == []


class TestBesideOthers:
    @pytest.fixture
    def settings(self) -> Settings:
        """A hash takes so long that the call gives its turn back meanwhile."""
        return Settings(ephemeral=True, password_cost=8)

    @pytest.mark.parametrize("others", [0, 1])
    def test_nothing_is_signed_ahead_where_other_calls_run(self, api: Api, signed: Signed, others: int) -> None:
        place, running, let_go = Place(api, signed), Turns(2), threading.Event()
        done: SimpleQueue[object] = SimpleQueue()

        def other() -> None:
            let_go.wait(SECONDS)

        for _ in range(others):
            running.begin(other)
        running.begin(lambda: done.put(place.enter()))
        done.get(timeout=SECONDS)
        let_go.set()
        assert ("access", not others) in signed


def test_tokens_are_signed_in_time_where_no_processor_is_free(
    api: Api, signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place(api, signed)
    monkeypatch.setattr(turns, "_helpers", threading.Semaphore(0))
    access, _ = place.enter()
    assert access["username"] == "ana"
    assert signed == [("access", False), ("id", False)]
