"""Import jobs whose disk fills up, and that two work on."""

from __future__ import annotations

import logging
from threading import Thread
from typing import Any

import pytest

from emulator.app import create_app
from emulator.outside.background import Queue
from emulator.outside.clock import MovableClock
from emulator.outside.key_reserve import SharedReserve
from emulator.outside.world import World
from emulator.settings import Settings
from keys.signing import SigningKey
from storage.remembered.shared import Shared
from storage.store import Store
from tests.api.imports.importer import ANA, Importer, counts, files_of
from tests.conftest import NOON
from tests.storage.rows import fill_up, make_room


def started(importer: Importer, rows: list[dict[str, str]]) -> dict[str, Any]:
    job = importer.create()
    importer.put(job, importer.csv(*rows))
    return importer.ask("StartUserImportJob", job)


def test_a_job_rests_while_the_disk_is_full_and_goes_on_after_a_restart(
    importer: Importer, store: Store, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    rows = [ANA | {"cognito:username": f"u{number}", "email": f"u{number}@b.c"} for number in range(300)]
    files_of(store)
    job = started(importer, rows)
    logger = logging.getLogger("cognito_emulator")
    logger.addHandler(caplog.handler)
    fill_up(store)
    importer.work()
    logger.removeHandler(caplog.handler)
    told = {(record.getMessage(), record.exc_info) for record in caplog.records if record.levelno == logging.ERROR}
    words = "rests until the server is started again: the disk is full"
    assert told == {(f"import {job['JobId']} {words}", None)}
    make_room(store)
    assert importer.ask("DescribeUserImportJob", job)["Status"] in {"Pending", "InProgress"}
    create_app(settings, importer.api.world, store)
    importer.work()
    job = importer.ask("DescribeUserImportJob", job)
    assert (job["Status"], counts(job)) == ("Succeeded", (300, 0, 0))


def test_two_stores_on_one_database_import_a_job_once(
    importer: Importer, store: Store, settings: Settings, signing_keys: list[SigningKey]
) -> None:
    """As two processes would; each is at the batch of the other sooner or later."""
    store.remembered = Shared()  # as where several processes write
    rows = [ANA | {"cognito:username": f"u{number}", "email": f"u{number}@b.c"} for number in range(2_000)]
    job = started(importer, rows)
    second = Store(store.place, store.vault, several=True)
    other = World(clock=MovableClock(stopped=NOON), key_reserve=SharedReserve(signing_keys), background=Queue())
    create_app(settings, other, second)
    working = [Thread(target=queue.work) for queue in (importer.api.world.background, other.background)]  # type: ignore[attr-defined]
    for thread in working:
        thread.start()
    for thread in working:
        thread.join()
    second.close()
    job = importer.ask("DescribeUserImportJob", job)
    assert (job["Status"], counts(job)) == ("Succeeded", (2_000, 0, 0))
    pool = importer.api.idp("DescribeUserPool", UserPoolId=importer.pool)["UserPool"]
    assert pool["EstimatedNumberOfUsers"] == 2_000
    assert len(importer.log(job)) == 2_000
