"""Claims among several processes on one database: each test's second store is another process."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from emulator.app import create_app
from emulator.jobs.sweeping import Sweeper
from emulator.jobs.watch import Watch
from emulator.outside.background import Queue
from emulator.outside.claims import SWEEP, Claim, ClaimLost, of_import, of_recovery
from emulator.outside.shared.claims import SharedClaims
from emulator.outside.world import World
from emulator.settings import Settings
from keys.entropy import SystemEntropy
from storage.server import Server
from storage.store import Store
from tests.api.imports.importer import ANA, Importer, counts
from tests.api.recovery.recovering import Recovering
from tests.api.signing_in import TEMPORARY, a_newcomer, begin
from tests.api.test_sweeping import rows
from tests.builders import Api, a_client, a_pool, a_user


@pytest.fixture(params=["sqlite", "postgresql"])
def kind_of_database(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def settings(store: Store) -> Settings:
    """Those of one of several processes."""
    return Settings(workers=2, password_cost=4, database=store.place if isinstance(store.place, Server) else None)


@pytest.fixture
def world(world: World, store: Store) -> World:
    return replace(world, claims=SharedClaims(store, SystemEntropy()))


@pytest.fixture
def other(store: Store) -> Iterator[Store]:
    """The database as another process has it."""
    second = Store(store.place, store.vault)
    yield second
    second.close()


@pytest.fixture
def others(other: Store) -> SharedClaims:
    """The claims of the other process."""
    return SharedClaims(other, SystemEntropy())


@pytest.fixture
def elsewhere(world: World, other: Store, others: SharedClaims, settings: Settings) -> World:
    """The world of the other process."""
    there = replace(world, claims=others, background=Queue())
    create_app(settings, there, other)
    work(there)
    return there


def run_out(store: Store) -> None:
    """Let the time of all claims run out, as if their processes had died a while ago."""
    with store.unit(writes=True) as unit:
        unit.write(text("UPDATE claims SET until = 0"))


def work(world: World) -> None:
    assert isinstance(world.background, Queue)
    world.background.work()


def has(claims: Any, name: str) -> bool:
    with claims.held(name) as claim:
        return claim is not None


def test_what_one_process_has_claimed_no_other_gets(world: World, others: SharedClaims) -> None:
    with world.claims.held("job") as claim:
        assert claim
        assert not has(others, "job")
        assert not has(world.claims, "job")
        assert has(others, "another")
    assert has(others, "job")


def test_a_claim_of_a_process_that_died_is_taken_over(world: World, others: SharedClaims, store: Store) -> None:
    with world.claims.held("job"):
        run_out(store)
        with others.held("job") as claim:
            assert claim
            assert not has(world.claims, "job")


def test_a_claim_is_extended_while_it_is_held(world: World, others: SharedClaims, store: Store) -> None:
    with world.claims.held("job"):
        run_out(store)
        world.claims.renew()  # type: ignore[attr-defined]
        assert not has(others, "job")


def test_what_is_written_under_a_claim_that_was_lost_is_rolled_back(
    api: Api, world: World, others: SharedClaims, store: Store
) -> None:
    pool = Recovering.of(api).pool
    with world.claims.held("job") as claim:
        assert claim
        with store.unit(writes=True) as unit:
            claim.protect(unit)
            unit.write(text("UPDATE user_pools SET name = 'kept'"))
        run_out(store)
        with others.held("job") as theirs:
            assert theirs
            with pytest.raises(ClaimLost, match="another process has taken over: job"), store.unit(writes=True) as unit:
                claim.protect(unit)
                unit.write(text("UPDATE user_pools SET name = 'lost'"))
    with store.unit(writes=False) as unit:
        found = unit.pools.get(pool)
        assert found
        assert found.name == "kept"


@pytest.fixture
def importer(api: Api, store: Store) -> Importer:
    """Imports into a pool."""
    return Importer(api, store)


def started(importer: Importer, users: int = 300) -> dict[str, Any]:
    """A job that was started and waits for its turn."""
    rows = [ANA | {"cognito:username": f"u{number}", "email": f"u{number}@b.c"} for number in range(users)]
    job = importer.create()
    importer.put(job, importer.csv(*rows))
    return importer.ask("StartUserImportJob", job)


def look(world: World, store: Store, settings: Settings) -> int:
    """How many jobs a process takes over."""
    assert isinstance(world.background, Queue)
    Watch(store, world, settings).look()
    return world.background.waiting


def test_a_job_whose_process_died_goes_on_in_another(
    importer: Importer, world: World, elsewhere: World, store: Store, other: Store, settings: Settings
) -> None:
    job = started(importer)
    with world.claims.held(of_import(job["JobId"])):
        assert look(elsewhere, other, settings) == 0
        run_out(store)
        assert look(elsewhere, other, settings) == 1
        work(elsewhere)
        job = importer.ask("DescribeUserImportJob", job)
        assert (job["Status"], counts(job)) == ("Succeeded", (300, 0, 0))
    assert look(elsewhere, other, settings) == 0


def test_a_start_does_not_begin_a_job_that_another_process_works_on(
    importer: Importer, world: World, store: Store, others: SharedClaims, settings: Settings
) -> None:
    job = started(importer)
    with others.held(of_import(job["JobId"])):
        create_app(settings, world, store)
        importer.work()
        assert importer.ask("DescribeUserImportJob", job)["Status"] == "Pending"


class Stolen:
    """Claims that another process takes over as soon as they are held."""

    def __init__(self, claims: SharedClaims, others: SharedClaims, store: Store) -> None:
        self._claims = claims
        self._others = others
        self._store = store

    @contextmanager
    def held(self, name: str) -> Iterator[Claim | None]:
        with self._claims.held(name) as claim:
            run_out(self._store)
            with self._others.held(name):
                yield claim


def test_a_run_whose_claim_was_lost_imports_nothing_more(
    importer: Importer,
    world: World,
    store: Store,
    others: SharedClaims,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    job = started(importer)
    assert isinstance(world.claims, SharedClaims)
    stolen = replace(world, claims=Stolen(world.claims, others, store), background=Queue())
    logger = logging.getLogger("cognito_emulator")
    logger.addHandler(caplog.handler)
    logger.setLevel(logging.INFO)
    assert look(stolen, store, settings) == 1
    work(stolen)
    assert f"import {job['JobId']} is gone, or in other hands" in caplog.messages
    assert importer.ask("DescribeUserImportJob", job)["Status"] == "Pending"
    assert importer.usernames() == []


def test_a_recovery_whose_process_died_goes_on_in_another(
    api: Api, world: World, elsewhere: World, store: Store, other: Store, settings: Settings
) -> None:
    place = Recovering.of(api)
    a_user(api, place.pool)
    recovery = place.initiate()
    with world.claims.held(of_recovery(recovery)):
        assert look(elsewhere, other, settings) == 0
        run_out(store)
        assert look(elsewhere, other, settings) == 1
        work(elsewhere)
        assert place.status(recovery) == "PREVIEW_GENERATED"
    place.ask("StartPointInTimeRecovery", recovery)
    assert look(elsewhere, other, settings) == 1
    work(elsewhere)
    assert place.status(recovery) == "RESTORE_COMPLETED"
    assert api.idp("ListUsers", UserPoolId=place.pool)["Users"] == []


def test_one_process_at_a_time_sweeps(
    api: Api, world: World, store: Store, others: SharedClaims, settings: Settings
) -> None:
    pool = a_pool(api)
    client = a_client(api, pool)
    a_newcomer(api, pool, "eva")
    begin(api, client, USERNAME="eva", PASSWORD=TEMPORARY)
    world.clock.advance(days=3)
    sweeper = Sweeper(store, world, settings)
    with others.held(SWEEP):
        sweeper.sweep()
        assert rows(store) == {"sign_ins": 1}
    sweeper.sweep()
    assert rows(store) == {}
