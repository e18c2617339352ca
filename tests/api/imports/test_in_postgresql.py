"""Imports where the database is PostgreSQL: any server can run a job whose file another one received."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Thread

import pytest

from emulator.app import create_app
from emulator.outside.background import Queue
from emulator.outside.clock import MovableClock
from emulator.outside.key_reserve import SharedReserve
from emulator.outside.world import World
from emulator.settings import Settings
from keys.signing import SigningKey
from storage.store import Store
from tests.api.imports.importer import ANA, Importer, counts
from tests.builders import Api
from tests.conftest import NOON


@pytest.fixture
def kind_of_database() -> str:
    return "postgresql"


@pytest.fixture
def elsewhere(store: Store, settings: Settings, signing_keys: list[SigningKey]) -> Iterator[Callable[[], Api]]:
    """Starts another server on the same database."""
    second = Store(store.place, store.vault)

    def start() -> Api:
        world = World(clock=MovableClock(stopped=NOON), key_reserve=SharedReserve(signing_keys), background=Queue())
        return Api(create_app(settings, world, second).test_client(), world)

    yield start
    second.close()


def test_a_file_that_one_server_received_is_imported_by_another(
    importer: Importer, elsewhere: Callable[[], Api]
) -> None:
    job = importer.create()
    assert importer.put(job, importer.csv(ANA)).status_code == 200
    importer.api = elsewhere()
    importer.ask("StartUserImportJob", job)
    importer.work()
    job = importer.ask("DescribeUserImportJob", job)
    assert (job["Status"], counts(job)) == ("Succeeded", (1, 0, 0))
    assert importer.log(job) == ["[SUCCEEDED] Line Number 2 - The import succeeded."]
    with importer.store.unit(writes=False) as unit:
        assert unit.import_blocks.numbers(job["JobId"], "csv") == []


def test_a_second_upload_replaces_the_first(importer: Importer) -> None:
    job = importer.create()
    importer.put(job, importer.csv(*[ANA | {"cognito:username": f"u{n}", "email": f"u{n}@b.c"} for n in range(9)]))
    importer.put(job, importer.csv(ANA))
    importer.ask("StartUserImportJob", job)
    importer.work()
    assert importer.usernames() == ["ana"]


def test_a_file_of_several_blocks_is_imported_whole(importer: Importer) -> None:
    rows = [ANA | {"cognito:username": f"u{n}", "email": f"{'x' * 60}{n}@{'y' * 60}.example"} for n in range(9_000)]
    data = importer.csv(*rows)
    assert len(data) > 1 << 20
    job = importer.create()
    importer.put(job, data)
    with importer.store.unit(writes=False) as unit:
        assert len(unit.import_blocks.numbers(job["JobId"], "csv")) == 1 + (len(data) >> 20)
    importer.ask("StartUserImportJob", job)
    importer.work()
    assert counts(importer.ask("DescribeUserImportJob", job)) == (9_000, 0, 0)


def test_two_servers_on_one_database_import_a_job_once(importer: Importer, elsewhere: Callable[[], Api]) -> None:
    """Each is at the batch of the other sooner or later."""
    rows = [ANA | {"cognito:username": f"u{number}", "email": f"u{number}@b.c"} for number in range(1_000)]
    job = importer.create()
    importer.put(job, importer.csv(*rows))
    importer.ask("StartUserImportJob", job)
    queues = [importer.api.world.background, elsewhere().world.background]
    working = [Thread(target=queue.work) for queue in queues]  # type: ignore[attr-defined]
    for thread in working:
        thread.start()
    for thread in working:
        thread.join()
    job = importer.ask("DescribeUserImportJob", job)
    assert (job["Status"], counts(job)) == ("Succeeded", (1_000, 0, 0))
    pool = importer.api.idp("DescribeUserPool", UserPoolId=importer.pool)["UserPool"]
    assert pool["EstimatedNumberOfUsers"] == 1_000
    assert len(importer.log(job)) == 1_000
