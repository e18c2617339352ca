"""POST /_emulator/reset at one process, while others work on the same database."""

from __future__ import annotations

from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text

from emulator import work
from emulator.context import Context
from emulator.domain.imports import import_rows, new_accounts
from emulator.domain.pools import request_rates
from emulator.settings import Settings
from storage.records.pools import ProvisionedLimit
from storage.store import Store
from tests.api.imports.importer import ANA, Importer
from tests.builders import Api, a_client, a_pool, a_user
from tests.postgresql.server import wait_until
from tests.shared.test_several import TestRates, get, post, sign_up

Reset = Callable[[str, Callable[[], object]], None]


def store_of(api: Api) -> Store:
    """The store of a process."""
    store: Store = api.world.clock._store  # type: ignore[attr-defined]
    return store


def held_up(store: Store) -> int:
    """How many transactions wait for a lock, of a row or an advisory one."""
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with store.unit(writes=False) as unit:
        return len(unit.read(text(waiting)).all())


@pytest.fixture
def reset(here: Api, monkeypatch: pytest.MonkeyPatch) -> Reset:
    """Resets here, and lets something happen right after the commit, before anything else is done."""

    def reset(query: str, act: Callable[[], object]) -> None:
        uploads = store_of(here).uploads
        sweep = uploads.sweep

        def act_and_sweep(gone: Collection[str]) -> None:
            act()
            sweep(gone)

        with monkeypatch.context() as patch:
            patch.setattr(uploads, "sweep", act_and_sweep)
            assert here.http.post(f"/_emulator/reset{query}").get_json() == {}

    return reset


@pytest.mark.parametrize("is_whole", [True, False])
def test_a_message_that_is_sent_right_after_the_reset_stays(
    here: Api, there: Api, reset: Reset, is_whole: bool
) -> None:
    pool = a_pool(here, AutoVerifiedAttributes=["email"])
    client = a_client(here, pool)
    sign_up(here, client)

    def act() -> None:
        nonlocal client
        if is_whole:
            client = a_client(there, a_pool(there, AutoVerifiedAttributes=["email"]))
        sign_up(there, client)

    reset("" if is_whole else f"?pool={pool}", act)
    [message] = get(here, "messages")["messages"]
    here.idp("ConfirmSignUp", ClientId=client, Username="ana", ConfirmationCode=message["code"])


def test_the_clock_and_the_limits_are_reset_with_the_commit(here: Api, there: Api, reset: Reset) -> None:
    """So that a server that is killed right after that leaves no half."""
    TestRates().provision(there, 15)
    post(there, "clock", advance="9d")

    def act() -> None:
        assert get(there, "clock")["offset_seconds"] == 0
        assert not there.world.rates
        TestRates().provision(there, 20)

    reset("", act)
    get(here, "clock")
    assert here.world.rates
    assert there.world.rates


def test_a_limit_that_a_reset_has_deleted_is_not_gone_by(here: Api, there: Api, settings: Settings) -> None:
    """Though the call that has stored it ends after the reset."""

    def act() -> None:
        assert here.http.post("/_emulator/reset").get_json() == {}
        get(there, "clock")

    def provision(context: Context) -> None:
        request_rates.provision(context, "UserPoolRead", 20)
        context.afterwards.insert(0, act)

    work.run_job(store_of(there), there.world, settings, provision)
    get(there, "clock")
    assert not there.world.rates


def test_a_file_that_is_uploaded_right_after_the_reset_stays(here: Api, there: Api, reset: Reset) -> None:
    importer = Importer(there, store_of(there))
    before = importer.create()
    importer.put(before, importer.csv(ANA))
    reset(f"?pool={importer.pool}", lambda: None)

    def act() -> None:
        job = importer.create()
        assert importer.put(job, importer.csv(ANA)).status_code == 200
        made.append(job)

    made: list[dict[str, str]] = []
    reset(f"?pool={importer.pool}", act)
    importer.ask("StartUserImportJob", made[0])
    importer.work()
    assert importer.ask("DescribeUserImportJob", made[0])["ImportedUsers"] == 1


@pytest.mark.parametrize("kind_of_database", ["sqlite"])
@pytest.mark.parametrize("is_whole", [True, False])
def test_a_reset_deletes_the_files_of_the_jobs_that_it_deletes(here: Api, is_whole: bool) -> None:
    importer = Importer(here, store_of(here))
    importer.put(importer.create(), importer.csv(ANA))
    uploads = importer.store.uploads
    assert len(uploads.job_ids()) == 1
    here.http.post("/_emulator/reset" if is_whole else f"/_emulator/reset?pool={importer.pool}")
    assert uploads.job_ids() == set()


@pytest.mark.parametrize("kind_of_database", ["postgresql"])  # with SQLite, units that write queue up
class TestBeside:
    def test_a_running_import_leaves_no_users_behind(self, here: Api, there: Api, settings: Settings) -> None:
        importer = Importer(here, store_of(here))
        a_user(here, importer.pool, "bea")
        job_id, columns = importer.create()["JobId"], importer.header
        with importer.store.unit(writes=False) as unit:
            [pool] = unit.pools.all()

        def add_batch(context: Context) -> None:
            job = context.unit.import_jobs.get(job_id)
            if job:
                user = import_rows.user(context, pool, {name: ANA.get(name, "") for name in columns}, None)
                assert new_accounts.add(context, pool, [user]) == [None]
                context.unit.import_jobs.change(job, progress={"offset": 1})

        def change(context: Context) -> None:
            assert context.unit.users.named(importer.pool, "bea")  # who cannot be deleted until the end of this
            running.append(threads.submit(there.http.post, f"/_emulator/reset?pool={importer.pool}"))
            wait_until(lambda: held_up(importer.store) == 1)
            running.append(threads.submit(work.run_job, importer.store, here.world, settings, add_batch))
            wait_until(lambda: running[1].done() or held_up(importer.store) == 2)

        with ThreadPoolExecutor(2) as threads:
            running: list[Future[Any]] = []
            work.run_job(importer.store, here.world, settings, change)
            answer, _ = [each.result() for each in running]
        assert answer.get_json() == {}
        assert importer.usernames() == []
        assert here.idp("ListUserImportJobs", UserPoolId=importer.pool, MaxResults=9)["UserImportJobs"] == []

    def test_a_reset_waits_for_calls_that_are_changing_something(
        self, here: Api, there: Api, settings: Settings
    ) -> None:
        post(here, "clock", advance="9d")

        def change(context: Context) -> None:
            context.unit.confirm()  # begins the transaction
            resetting.append(threads.submit(there.http.post, "/_emulator/reset"))
            wait_until(lambda: resetting[0].done() or held_up(store_of(here)) > 0)
            context.unit.provisioned_limits.put(ProvisionedLimit("us-east-1", "UserPoolRead", 20))
            context.unit.server_state.announce()

        with ThreadPoolExecutor(1) as threads:
            resetting: list[Future[Any]] = []
            work.run_job(store_of(here), here.world, settings, change)
            assert resetting[0].result().get_json() == {}
        for api in (here, there):
            assert get(api, "clock")["offset_seconds"] == 0
            assert not api.world.rates
