"""How far back a pool can be recovered, how often, and which pools can be."""

from __future__ import annotations

from typing import Any

import pytest

from storage.store import Store
from tests.api.imports.importer import ANA, Importer
from tests.api.recovery.recovering import DAY, HOUR, MINUTE, STRANGER, Recovering
from tests.api.signing_in import refusal
from tests.builders import Api, a_pool

POINT = "InvalidParameterException: Invalid RestoreTimestamp: the recovery point "
TOO_RECENT = f"{POINT}must be at least 15 minutes in the past."
BEFORE_CREATION = f"{POINT}cannot be earlier than the creation time of the user pool."
BEFORE_PLUS = f"{POINT}is earlier than the change of the user pool to the PLUS tier."
UNRECORDED = f"{POINT}is earlier than the recorded changes of the user pool."
NOT_IN_LITE = "FeatureUnavailableInTierException: Point-in-time recovery is not available in the LITE tier."
TIER_STAYS = (
    "TierChangeNotAllowedException: The tier of a user pool cannot be changed while a point-in-time recovery is in "
    "progress."
)
KEY = {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": "arn:aws:kms:us-east-1:000000000000:key/mrk-0123456789abcdef"}


def too_far(tier: str, days: int) -> str:
    return f"{POINT}can be at most {days} day{'s' if days > 1 else ''} in the past in the {tier} tier."


def reached(number: int, what: str) -> str:
    return f"LimitExceededException: You have reached the limit of {number} {what}."


def turn(place: Recovering, tier: str) -> None:
    """Change the tier of the pool."""
    place.api.idp("UpdateUserPool", UserPoolId=place.pool, UserPoolTier=tier)


def try_out(place: Recovering, ago: float = 15 * MINUTE) -> None:
    """Initiate a recovery, and cancel it."""
    place.ask("CancelPointInTimeRecovery", place.initiate(ago))


@pytest.mark.parametrize("ago", [15 * MINUTE - 1, 0, -1, -DAY])
def test_a_point_is_at_least_15_minutes_ago(api: Api, ago: float) -> None:
    place = Recovering.of(api)
    assert refusal(lambda: place.initiate(ago)) == TOO_RECENT
    assert not place.is_paused()
    try_out(place, 15 * MINUTE)


def test_a_point_is_not_before_the_pool(api: Api) -> None:
    place = Recovering.of(api, age=HOUR)
    assert refusal(lambda: place.initiate(HOUR + 0.001)) == BEFORE_CREATION
    assert refusal(lambda: place.initiate(place.now + DAY)) == BEFORE_CREATION
    try_out(place, HOUR)


@pytest.mark.parametrize(("tier", "days"), [("ESSENTIALS", 1), ("PLUS", 14)])
def test_a_point_is_within_the_period_of_the_tier(api: Api, tier: str, days: int) -> None:
    place = Recovering.of(api, tier, age=30 * DAY)
    assert refusal(lambda: place.initiate(days * DAY + 0.001)) == too_far(tier, days)
    try_out(place, days * DAY)


def test_a_pool_that_became_plus_goes_back_to_then_and_a_day_like_one_that_did_not(api: Api) -> None:
    place = Recovering.of(api, "ESSENTIALS", age=10 * DAY)
    turn(place, "PLUS")
    try_out(place, DAY)
    assert refusal(lambda: place.initiate(DAY + 1)) == BEFORE_PLUS
    api.world.clock.advance(days=6)
    assert refusal(lambda: place.initiate(6 * DAY + 1)) == BEFORE_PLUS
    try_out(place, 6 * DAY)
    turn(place, "PLUS")  # No change.
    try_out(place, 6 * DAY)


def test_the_time_in_the_lite_tier_is_a_hole(api: Api) -> None:
    place = Recovering.of(api, "PLUS", age=3 * DAY)
    turn(place, "LITE")
    assert refusal(place.initiate) == NOT_IN_LITE
    api.world.clock.advance(days=1)
    turn(place, "ESSENTIALS")
    api.world.clock.advance(hours=2)
    assert refusal(lambda: place.initiate(2 * HOUR + 0.001)) == UNRECORDED
    try_out(place, 2 * HOUR)


def test_a_pool_of_the_lite_tier_has_no_recovery(api: Api) -> None:
    place = Recovering.of(api, "LITE")
    assert refusal(place.initiate) == NOT_IN_LITE
    assert refusal(place.listed) == NOT_IN_LITE
    for operation in ("DescribePointInTimeRecovery", "StartPointInTimeRecovery", "CancelPointInTimeRecovery"):
        assert refusal(lambda operation=operation: place.ask(operation, STRANGER)) == NOT_IN_LITE  # type: ignore[misc]


def test_the_tier_stays_while_a_recovery_is_open(api: Api) -> None:
    place = Recovering.of(api, "PLUS")
    recovery = place.initiate()
    for tier in ("LITE", "ESSENTIALS"):
        assert refusal(lambda tier=tier: turn(place, tier)) == TIER_STAYS  # type: ignore[misc]
    turn(place, "PLUS")
    place.ask("CancelPointInTimeRecovery", recovery)
    turn(place, "LITE")


def test_a_pool_has_one_active_recovery(api: Api) -> None:
    place = Recovering.of(api)
    recovery = place.initiate()
    progress = f"A point-in-time recovery of user pool {place.pool} is in progress already."
    for _ in range(2):
        assert refusal(place.initiate) == f"LimitExceededException: {progress}"
        place.work()
    place.ask("StartPointInTimeRecovery", recovery)
    assert refusal(place.initiate) == f"LimitExceededException: {progress}"


def test_an_account_has_five_active_recoveries_in_all_regions(api: Api) -> None:
    here = [Recovering.of(api) for _ in range(4)]
    api.region = "eu-west-1"
    there = [Recovering.of(api) for _ in range(2)]
    open_one = there[0].initiate()
    api.region = "us-east-1"
    for place in here:
        place.initiate()
    api.region = "eu-west-1"
    assert refusal(there[1].initiate) == reached(5, "active recoveries in an account")
    there[0].ask("CancelPointInTimeRecovery", open_one)
    there[1].initiate()


def test_expired_previews_are_not_active(api: Api) -> None:
    for place in [Recovering.of(api) for _ in range(5)]:
        place.initiate()
    last = Recovering.of(api, age=HOUR)
    assert refusal(last.initiate) == reached(5, "active recoveries in an account")
    api.world.clock.advance(days=1)
    last.initiate()


def test_a_pool_is_recovered_once_in_24_hours(api: Api) -> None:
    place = Recovering.of(api)
    recovery = place.previewed()
    api.world.clock.advance(hours=12)
    place.ask("StartPointInTimeRecovery", recovery)
    place.work()
    api.world.clock.advance(seconds=DAY - 1)
    assert refusal(place.initiate) == reached(1, "completed recovery of a user pool in 24 hours")
    api.world.clock.advance(seconds=1)
    place.recover()


def test_a_pool_has_three_previews_in_24_hours(api: Api) -> None:
    place = Recovering.of(api)
    for _ in range(3):
        try_out(place)
        api.world.clock.advance(hours=1)
    assert refusal(place.initiate) == reached(3, "recovery previews of a user pool in 24 hours")
    api.world.clock.advance(hours=21)
    try_out(place)
    assert refusal(place.initiate) == reached(3, "recovery previews of a user pool in 24 hours")


def test_an_account_has_ten_previews_in_24_hours(api: Api) -> None:
    for place in [Recovering.of(api) for _ in range(5)]:
        try_out(place)
        try_out(place)
    last = Recovering.of(api, age=HOUR)
    assert refusal(last.initiate) == reached(10, "recovery previews in an account in 24 hours")
    api.world.clock.advance(days=1)
    try_out(last)


def test_a_pool_has_ten_previews_in_30_days(api: Api) -> None:
    place = Recovering.of(api)
    for _ in range(10):
        try_out(place)
        api.world.clock.advance(days=2)
    assert refusal(place.initiate) == reached(10, "recovery previews of a user pool in 30 days")
    api.world.clock.advance(days=9)
    assert refusal(place.initiate) == reached(10, "recovery previews of a user pool in 30 days")
    api.world.clock.advance(days=1)
    try_out(place)


def test_a_refused_initiation_counts_for_nothing(api: Api) -> None:
    place = Recovering.of(api)
    for _ in range(12):
        assert refusal(lambda: place.initiate(0)) == TOO_RECENT
    assert place.listed() == {"Restorations": []}
    try_out(place)


def test_no_recovery_is_initiated_while_users_are_imported(api: Api, store: Store) -> None:
    importer = Importer(api, store)
    api.world.clock.advance(hours=1)
    place = Recovering(api, importer.pool)
    job = importer.create()
    assert importer.put(job, importer.csv(ANA)).status_code == 200
    try_out(place)
    importer.ask("StartUserImportJob", job)
    assert refusal(place.initiate) == (
        f"ConcurrentModificationException: A user import job is in progress for user pool {place.pool}."
    )
    importer.ask("StopUserImportJob", job)
    try_out(place)


def test_recovery_is_of_the_primary_region_alone(api: Api) -> None:
    place = Recovering.of(api, KeyConfiguration=KEY)
    api.idp("CreateUserPoolReplica", UserPoolId=place.pool, RegionName="eu-west-1")
    api.idp("UpdateUserPoolReplica", UserPoolId=place.pool, RegionName="eu-west-1", Status="ACTIVE")
    recovery = place.initiate()
    api.region = "eu-west-1"
    calls: dict[str, Any] = {
        "InitiatePointInTimeRecovery": place.initiate,
        "ListPointInTimeRecoveries": place.listed,
        **{
            operation: lambda operation=operation: place.ask(operation, recovery)
            for operation in ("DescribePointInTimeRecovery", "StartPointInTimeRecovery", "CancelPointInTimeRecovery")
        },
    }
    for operation, call in calls.items():
        words = f"{operation} is not enabled in eu-west-1, which has a replica of the user pool."
        assert refusal(call) == f"OperationNotEnabledException: {words}"
    api.region = "us-east-1"
    assert place.ask("CancelPointInTimeRecovery", recovery)["RestoreStatus"] == "PREVIEW_CANCELLED"


def test_a_pool_of_another_region_is_not_found(api: Api) -> None:
    pool = a_pool(api)
    api.region = "eu-west-1"
    place = Recovering(api, pool)
    assert refusal(place.initiate) == f"ResourceNotFoundException: User pool {pool} does not exist."
