"""What has expired goes as time goes by, and no table grows for ever."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from emulator.app import create_app, create_front
from emulator.jobs import sweeping
from emulator.jobs.interval import EVERY
from emulator.jobs.sweeping import Sweeper
from emulator.outside.background import Queue
from emulator.outside.world import World
from emulator.settings import Settings
from storage.store import Store
from storage.tables.auth_events import auth_events
from storage.tables.schema import all_tables
from storage.tables.sign_ins import sign_ins
from storage.tables.tokens import refresh_tokens, token_families
from tests.api.imports.importer import Importer
from tests.api.signing_in import TEMPORARY, a_newcomer, begin, refusal
from tests.builders import PASSWORD, Api, a_client, a_pool, a_user, sign_in


def rows(store: Store) -> dict[str, int]:
    """How many rows each table has that grows by itself."""
    with store.unit(writes=False) as unit:
        counted = {
            table.name: int(unit.read(select(func.count()).select_from(table)).scalar_one())
            for table in all_tables()
            if table in (sign_ins, token_families, refresh_tokens, auth_events)
        }
    return {name: count for name, count in counted.items() if count}


def do_background_work(world: World) -> None:
    assert isinstance(world.background, Queue)
    world.background.work()


def pass_time(api: Api, **time: float) -> None:
    """Let time pass, and a call come, after which the background gets its turn."""
    api.world.clock.advance(**time)
    api.idp("ListUserPools", MaxResults=1)
    do_background_work(api.world)


@pytest.fixture
def client(api: Api) -> str:
    """A client of a pool with Ana, and with Eva, who was invited."""
    policy = {"PasswordPolicy": {"TemporaryPasswordValidityDays": 365}}
    pool = a_pool(api, UserPoolTier="PLUS", UserPoolAddOns={"AdvancedSecurityMode": "AUDIT"}, Policies=policy)
    a_user(api, pool)
    a_newcomer(api, pool, "eva")
    flows = ["ALLOW_USER_PASSWORD_AUTH"]
    rotation = {"Feature": "ENABLED"}
    return a_client(api, pool, ExplicitAuthFlows=flows, RefreshTokenRotation=rotation, RefreshTokenValidity=2)


def begin_both(api: Api, client: str) -> None:
    """A sign-in that comes to tokens, which are refreshed, and one that waits for its answer."""
    tokens = sign_in(api, client)
    api.idp("GetTokensFromRefreshToken", ClientId=client, RefreshToken=tokens["RefreshToken"])
    begin(api, client, USERNAME="eva", PASSWORD=TEMPORARY)


def test_tables_do_not_grow_for_ever(api: Api, client: str, store: Store) -> None:
    sizes = []
    for _ in range(12):
        begin_both(api, client)
        pass_time(api, days=1)
        sizes.append(rows(store))
    assert sizes[5]["sign_ins"] <= 2
    assert sizes[5]["token_families"] <= 4
    events = [size.pop("auth_events") for size in sizes]
    assert sizes[5:] == [sizes[5]] * 7
    assert events == [2 * day for day in range(1, 13)]
    pass_time(api, days=732)
    assert rows(store) == {}


def test_what_has_just_expired_is_kept_for_a_day_since_its_refusal_says_more(
    api: Api, client: str, store: Store
) -> None:
    refresh_token = sign_in(api, client)["RefreshToken"]
    session = begin(api, client, USERNAME="eva", PASSWORD=TEMPORARY)["Session"]
    answers = {"USERNAME": "eva", "NEW_PASSWORD": PASSWORD}
    members = {"ClientId": client, "ChallengeName": "NEW_PASSWORD_REQUIRED", "ChallengeResponses": answers}
    told = "NotAuthorizedException: Invalid session for the user"
    pass_time(api, hours=24)
    assert (
        refusal(lambda: api.idp("RespondToAuthChallenge", Session=session, **members)) == f"{told}, session is expired."
    )
    pass_time(api, hours=1)
    assert refusal(lambda: api.idp("RespondToAuthChallenge", Session=session, **members)) == f"{told}."
    pass_time(api, hours=24)
    renewed = {"ClientId": client, "RefreshToken": refresh_token}
    told = refusal(lambda: api.idp("GetTokensFromRefreshToken", **renewed))
    assert told == "NotAuthorizedException: Refresh Token has expired"
    pass_time(api, hours=48)
    told = refusal(lambda: api.idp("GetTokensFromRefreshToken", **renewed))
    assert told == "NotAuthorizedException: Invalid Refresh Token."
    assert rows(store).keys() == {"auth_events"}


def test_a_sweep_is_due_after_a_while_and_where_the_clock_was_set_back(store: Store, world: World) -> None:
    sweeper, begun = Sweeper(store, world, Settings(ephemeral=True)), []
    background = world.background
    assert isinstance(background, Queue)
    for seconds in (0, EVERY - 1, 1, 1, EVERY, -1, 0):
        world.clock.advance(seconds=seconds)
        sweeper.look(world.clock.now())
        begun.append(background.waiting)
        background.work()
    assert begun == [0, 0, 1, 0, 1, 1, 0]


def test_a_call_does_not_sweep_itself(api: Api, client: str, store: Store) -> None:
    begin_both(api, client)
    before = rows(store)
    api.world.clock.advance(days=800)
    api.idp("ListUserPools", MaxResults=1)
    assert rows(store) == before
    do_background_work(api.world)
    assert rows(store) == {}


def test_a_sweep_goes_in_short_transactions_and_leaves_off_when_the_server_stops(
    api: Api, client: str, store: Store
) -> None:
    for _ in range(5):
        begin(api, client, USERNAME="eva", PASSWORD=TEMPORARY)
    api.world.clock.advance(days=2)
    sweeper = Sweeper(store, api.world, Settings(ephemeral=True), batch=2)
    api.world.background.stopping.set()
    sweeper.sweep()
    assert rows(store)["sign_ins"] == 3
    api.world.background.stopping.clear()
    sweeper.sweep()
    assert "sign_ins" not in rows(store)


def test_the_start_of_a_server_sweeps_too(api: Api, client: str, store: Store) -> None:
    begin_both(api, client)
    api.world.clock.advance(days=800)
    create_app(Settings(ephemeral=True), api.world, store)
    assert rows(store) == {}


def test_a_server_answers_before_it_sweeps(
    api: Api, client: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "_AFTER_START", 0)
    begin_both(api, client)
    api.world.clock.advance(days=800)
    kept = rows(store)
    create_front(Settings(ephemeral=True), api.world, store)
    assert rows(store) == kept != {}
    do_background_work(api.world)
    assert rows(store) == {}


def test_what_was_uploaded_for_a_job_that_nobody_started_goes_and_what_is_coming_in_stays(
    api: Api, store: Store
) -> None:
    importer = Importer(api, store)
    job = importer.create()
    assert importer.put(job, importer.csv()).status_code == 200
    late = importer.create()
    with store.unit(writes=False) as unit:
        old, coming = (unit.import_jobs.get(each["JobId"]) for each in (job, late))
    assert old is not None
    assert coming is not None
    with store.uploads.receiving(coming) as file:
        assert importer.has_csv(old)
        pass_time(api, hours=25)
        assert not importer.has_csv(old)
        with store.unit(writes=True) as unit:
            store.uploads.keep(unit, file, coming)
    assert importer.has_csv(coming)
    assert importer.ask("DescribeUserImportJob", job)["Status"] == "Expired"
