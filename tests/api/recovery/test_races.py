"""A call that has begun before a recovery is initiated, and has released its connection, does not write after it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from storage.store import Store
from tests.api.meanwhile.moments import Moments
from tests.api.recovery.recovering import HOUR, REFUSED, Recovering
from tests.api.recovery.test_refused import seen
from tests.api.signing_in import TEMPORARY, a_newcomer, challenged, refusal, respond
from tests.builders import PASSWORD, Api, a_user, sign_in

NEW = "Another-Horse-2"
Ready = Callable[[Recovering], Callable[[], Any]]


@pytest.fixture(params=["sqlite", "postgresql"])
def kind_of_database(request: pytest.FixtureRequest) -> str:
    """Both, since units of work run side by side on PostgreSQL only."""
    return str(request.param)


def sets_a_password(place: Recovering) -> Callable[[], Any]:
    members = {"UserPoolId": place.pool, "Username": "ana", "Password": NEW, "Permanent": True}
    return lambda: place.api.idp("AdminSetUserPassword", **members)


def is_created(place: Recovering) -> Callable[[], Any]:
    members = {"UserPoolId": place.pool, "Username": "bob", "TemporaryPassword": NEW, "MessageAction": "SUPPRESS"}
    return lambda: place.api.idp("AdminCreateUser", **members)


def signs_up(place: Recovering) -> Callable[[], Any]:
    return lambda: place.api.idp("SignUp", ClientId=place.client, Username="bob", Password=NEW)


def changes_the_password(place: Recovering) -> Callable[[], Any]:
    token = sign_in(place.api, place.client)["AccessToken"]
    members = {"AccessToken": token, "PreviousPassword": PASSWORD, "ProposedPassword": NEW}
    return lambda: place.api.idp("ChangePassword", **members)


def replaces_a_temporary_password(place: Recovering) -> Callable[[], Any]:
    session = challenged(place.api, place.client, "eva", TEMPORARY)
    return lambda: respond(place.api, place.client, session, USERNAME="eva", NEW_PASSWORD=NEW)


@pytest.mark.parametrize(
    "ready", [sets_a_password, is_created, signs_up, changes_the_password, replaces_a_temporary_password]
)
def test_what_had_begun_before_does_not_write_after(api: Api, store: Store, ready: Ready) -> None:
    place = Recovering.of(api, age=0)
    a_user(api, place.pool)
    a_newcomer(api, place.pool, "eva")
    api.world.clock.advance(seconds=HOUR)
    call, before = ready(place), seen(api, place)
    recoveries: list[str] = []
    with Moments(store).acting(lambda: recoveries.append(place.initiate())):
        assert refusal(call) == REFUSED
    assert seen(api, place) == before
    place.work()
    assert set(place.preview(recoveries[0]).values()) == {(0, 0, 0)}
    place.ask("CancelPointInTimeRecovery", recoveries[0])
    call()
