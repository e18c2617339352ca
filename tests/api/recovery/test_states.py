"""The states of a recovery: how it comes from one to the next, what is told of it, and when its pool is paused."""

from __future__ import annotations

import math

import pytest
from msgspec.structs import replace

from emulator.app import create_app
from emulator.outside.background import Queue
from emulator.outside.world import World
from emulator.settings import Settings
from storage.repositories.history import HistoryRepository
from storage.store import Store
from tests.api.recovery.recovering import DAY, HOUR, MINUTE, STRANGER, Recovering
from tests.api.signing_in import refusal
from tests.builders import Api, a_pool

ZEROS = dict.fromkeys(("Users", "Groups", "User MFAs", "Passkeys"), (0, 0, 0))


def wrong(recovery: str, what: str, status: str) -> str:
    words = f"The point-in-time recovery {recovery} cannot be {what}: its status is {status}."
    return f"InvalidParameterException: {words}"


def test_a_recovery_is_initiated_previewed_started_and_completed(api: Api) -> None:
    place = Recovering.of(api)
    asked = place.now - 20 * MINUTE
    told = place.initiated(20 * MINUTE)
    recovery = told.pop("RestoreId")
    trigger = {"RestoreTimestamp": asked, "TriggerTimestamp": place.now}
    assert told == {"RestoreStatus": "PREVIEW_GENERATING", **trigger}
    assert place.is_paused()
    place.work()
    shown = place.ask("DescribePointInTimeRecovery", recovery)
    zeros = {"CreateCount": 0, "UpdateCount": 0, "DeleteCount": 0}
    preview = [{"Entity": entity, **zeros} for entity in ("Users", "Groups", "User MFAs", "Passkeys")]
    expected = {"RestoreId": recovery, "RestoreStatus": "PREVIEW_GENERATED", "RestorePreview": preview, **trigger}
    assert shown == expected
    assert place.is_paused()
    assert place.ask("StartPointInTimeRecovery", recovery) == expected | {"RestoreStatus": "RESTORING"}
    assert place.is_paused()
    place.work()
    assert place.ask("DescribePointInTimeRecovery", recovery) == expected | {"RestoreStatus": "RESTORE_COMPLETED"}
    assert not place.is_paused()


@pytest.mark.parametrize("generated", [False, True])
def test_a_preview_is_canceled_and_writes_work_again(api: Api, *, generated: bool) -> None:
    place = Recovering.of(api)
    recovery = place.initiate()
    if generated:
        place.work()
    assert place.ask("CancelPointInTimeRecovery", recovery)["RestoreStatus"] == "PREVIEW_CANCELLED"
    assert not place.is_paused()
    place.work()
    assert place.status(recovery) == "PREVIEW_CANCELLED"
    assert not place.is_paused()
    for operation, what in (("CancelPointInTimeRecovery", "canceled"), ("StartPointInTimeRecovery", "started")):
        assert refusal(lambda operation=operation: place.ask(operation, recovery)) == wrong(  # type: ignore[misc]
            recovery, what, "PREVIEW_CANCELLED"
        )


def test_a_recovery_starts_once_its_preview_is_there_and_then_cannot_be_canceled(api: Api) -> None:
    place = Recovering.of(api)
    recovery = place.initiate()
    assert refusal(lambda: place.ask("StartPointInTimeRecovery", recovery)) == wrong(
        recovery, "started", "PREVIEW_GENERATING"
    )
    place.work()
    place.ask("StartPointInTimeRecovery", recovery)
    assert refusal(lambda: place.ask("StartPointInTimeRecovery", recovery)) == wrong(recovery, "started", "RESTORING")
    assert refusal(lambda: place.ask("CancelPointInTimeRecovery", recovery)) == wrong(recovery, "canceled", "RESTORING")
    place.work()
    assert refusal(lambda: place.ask("StartPointInTimeRecovery", recovery)) == wrong(
        recovery, "started", "RESTORE_COMPLETED"
    )
    assert refusal(lambda: place.ask("CancelPointInTimeRecovery", recovery)) == wrong(
        recovery, "canceled", "RESTORE_COMPLETED"
    )


@pytest.mark.parametrize("generated", [False, True])
def test_a_preview_expires_by_itself_a_day_after_its_initiation(api: Api, *, generated: bool) -> None:
    place = Recovering.of(api)
    recovery = place.initiate()
    if generated:
        place.work()
    api.world.clock.advance(seconds=DAY - 1)
    assert place.status(recovery) in {"PREVIEW_GENERATING", "PREVIEW_GENERATED"}
    assert place.is_paused()
    api.world.clock.advance(seconds=1)
    assert not place.is_paused()
    assert place.status(recovery) == "PREVIEW_EXPIRED"
    assert [each["RestoreStatus"] for each in place.listed()["Restorations"]] == ["PREVIEW_EXPIRED"]
    assert refusal(lambda: place.ask("StartPointInTimeRecovery", recovery)) == wrong(
        recovery, "started", "PREVIEW_EXPIRED"
    )
    assert refusal(lambda: place.ask("CancelPointInTimeRecovery", recovery)) == wrong(
        recovery, "canceled", "PREVIEW_EXPIRED"
    )
    place.work()
    assert place.status(recovery) == "PREVIEW_EXPIRED"
    assert not place.is_paused()


def test_an_expired_preview_does_not_end_the_recovery_after_it(api: Api) -> None:
    place = Recovering.of(api)
    place.previewed()
    api.world.clock.advance(seconds=DAY)
    recovery = place.initiate()
    place.work()
    assert place.status(recovery) == "PREVIEW_GENERATED"
    assert place.is_paused()


def test_an_expired_preview_stays_so_when_the_clock_is_set_back(api: Api) -> None:
    place = Recovering.of(api)
    recovery = place.previewed()
    api.world.clock.advance(seconds=DAY)
    assert api.http.post("/_emulator/clock", json={"reset": True}).status_code == 200
    assert place.status(recovery) == "PREVIEW_EXPIRED"
    assert not place.is_paused()


def test_an_expired_preview_stays_so_when_a_server_starts_with_the_real_time(
    api: Api, settings: Settings, world: World, store: Store
) -> None:
    place = Recovering.of(api)
    recovery = place.previewed()
    api.world.clock.advance(seconds=DAY)
    api.idp("ListUserPools", MaxResults=1)
    place.work()
    world.clock.reset()
    create_app(settings, world, store)
    assert place.status(recovery) == "PREVIEW_EXPIRED"
    assert not place.is_paused()


def test_a_restore_pauses_the_pool_for_as_long_as_it_takes(api: Api) -> None:
    place = Recovering.of(api)
    recovery = place.previewed()
    place.ask("StartPointInTimeRecovery", recovery)
    api.world.clock.advance(days=400)
    assert place.status(recovery) == "RESTORING"
    assert place.is_paused()
    place.work()
    assert not place.is_paused()


@pytest.mark.parametrize("started", [False, True])
def test_an_interrupted_job_is_resumed_when_a_server_starts(
    api: Api, settings: Settings, world: World, store: Store, *, started: bool
) -> None:
    place = Recovering.of(api)
    recovery = place.previewed() if started else place.initiate()
    if started:
        place.ask("StartPointInTimeRecovery", recovery)
    later = Queue()
    create_app(settings, replace(world, background=later), store)
    assert place.is_paused()
    later.work()
    assert place.status(recovery) == ("RESTORE_COMPLETED" if started else "PREVIEW_GENERATED")


def fails(*_: object) -> None:
    raise RuntimeError("a mistake")


def test_a_preview_that_fails_resumes_writes(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Recovering.of(api)
    monkeypatch.setattr(HistoryRepository, "preview", fails)
    recovery = place.initiate()
    place.work()
    assert place.status(recovery) == "PREVIEW_GENERATION_FAILED"
    assert not place.is_paused()
    monkeypatch.undo()
    assert place.previewed()


def test_a_restore_that_fails_keeps_writes_paused_and_is_tried_again_at_the_next_start(
    api: Api, settings: Settings, world: World, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Recovering.of(api)
    recovery = place.previewed()
    monkeypatch.setattr(HistoryRepository, "restore", fails)
    place.ask("StartPointInTimeRecovery", recovery)
    place.work()
    broken = "TEMPORARY_INTERNAL_ERROR_SEE_SUPPORT_CASE"
    assert place.status(recovery) == broken
    assert place.is_paused()
    assert refusal(lambda: place.ask("CancelPointInTimeRecovery", recovery)) == wrong(recovery, "canceled", broken)
    monkeypatch.undo()
    create_app(settings, world, store)
    place.work()
    assert place.status(recovery) == "RESTORE_COMPLETED"
    assert not place.is_paused()


@pytest.mark.parametrize("everything", [False, True])
@pytest.mark.parametrize("started", [False, True])
def test_a_reset_ends_an_open_recovery(api: Api, *, started: bool, everything: bool) -> None:
    place = Recovering.of(api)
    recovery = place.previewed()
    if started:
        place.ask("StartPointInTimeRecovery", recovery)
    path = "/_emulator/reset" if everything else f"/_emulator/reset?pool={place.pool}"
    assert api.http.post(path).status_code == 200
    if everything:
        place = Recovering(api, a_pool(api))
    place.work()
    assert not place.is_paused()
    assert place.listed() == {"Restorations": []}
    assert refusal(lambda: place.ask("DescribePointInTimeRecovery", recovery)).startswith("ResourceNotFoundException: ")


def test_what_is_no_recovery_of_the_pool_is_not_found(api: Api) -> None:
    place, other = Recovering.of(api), Recovering.of(api)
    foreign = other.previewed()
    for recovery in (STRANGER, foreign):
        for operation in ("DescribePointInTimeRecovery", "StartPointInTimeRecovery", "CancelPointInTimeRecovery"):
            assert refusal(lambda operation=operation, recovery=recovery: place.ask(operation, recovery)) == (  # type: ignore[misc]
                f"ResourceNotFoundException: Point-in-time recovery {recovery} does not exist."
            )
    assert other.status(foreign) == "PREVIEW_GENERATED"


def test_recoveries_are_listed_from_the_newest_page_by_page_without_their_previews(api: Api) -> None:
    place, other = Recovering.of(api), Recovering.of(api)
    made, points = [], []
    for _ in range(3):
        recovery = place.previewed()
        made.append(recovery)
        points.append(place.now - 15 * MINUTE)
        place.ask("CancelPointInTimeRecovery", recovery)
        api.world.clock.advance(seconds=1)
    other.previewed()
    told = [
        {"RestoreId": recovery, "RestoreStatus": "PREVIEW_CANCELLED", "RestoreTimestamp": point}
        for recovery, point in zip(reversed(made), reversed(points), strict=True)
    ]
    assert place.listed() == {"Restorations": told}
    page = place.listed(MaxResults=2)
    assert page["Restorations"] == told[:2]
    assert place.listed(MaxResults=2, NextToken=page["NextToken"]) == {"Restorations": told[2:]}
    forged = "InvalidParameterException: Invalid pagination token given."
    assert refusal(lambda: other.listed(NextToken=page["NextToken"])) == forged


def test_the_end_of_a_pause_can_be_never(api: Api, store: Store) -> None:
    place = Recovering.of(api, age=HOUR)
    place.ask("StartPointInTimeRecovery", place.previewed())
    with store.unit(writes=False) as unit:
        pool = unit.pools.get(place.pool)
    assert pool is not None
    assert pool.paused_until == math.inf
