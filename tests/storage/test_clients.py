"""Secrets of clients, and which of them are published."""

from __future__ import annotations

from storage.unit import Unit
from tests.storage.configuration import a_published_secret
from tests.storage.rows import NOON, a_client, a_pool, a_secret


def test_the_secrets_of_a_client_are_in_the_order_of_the_numbers_in_their_ids(unit: Unit) -> None:
    client = a_client(unit, a_pool(unit, "us-east-1_a"), "web")
    ids = [f"web--{number}" for number in (999, 1_000, 1_800_000_000_000, 10_413_792_000_000)]
    for secret_id in reversed(ids):
        a_secret(unit, client, secret_id)
    assert [secret.id for secret in unit.clients.secrets(client.id)] == ids


def test_published_secrets_are_read_in_batches_by_their_last_rotation(unit: Unit) -> None:
    pool = a_pool(unit, "us-east-1_a")
    for name, rotated in (("d", NOON + 1), ("c", NOON), ("b", NOON), ("a", NOON), ("e", NOON - 1)):
        a_published_secret(unit, a_client(unit, pool, name), rotated)
    batch, read = unit.published_secrets.rotated_until(NOON, 2), []
    while batch:
        read.append([each.client_id for each in batch])
        batch = unit.published_secrets.rotated_until(NOON, 2, batch[-1])
    assert read == [["e", "a"], ["b", "c"]]


def test_rotations_in_the_future_are_set_back_and_others_stay(unit: Unit) -> None:
    pool = a_pool(unit, "us-east-1_a")
    for name, rotated in (("a", NOON - 1), ("b", NOON + 1)):
        a_published_secret(unit, a_client(unit, pool, name), rotated)
    unit.published_secrets.set_back(NOON)
    assert {each.client_id: each.rotated for each in unit.published_secrets.all()} == {"a": NOON - 1, "b": NOON}


def test_the_published_secrets_of_a_pool_are_those_of_its_clients(unit: Unit) -> None:
    for pool in ("us-east-1_a", "us-east-1_b"):
        a_published_secret(unit, a_client(unit, a_pool(unit, pool), f"client of {pool}"))
    assert [each.client_id for each in unit.published_secrets.of_pool("us-east-1_a")] == ["client of us-east-1_a"]
