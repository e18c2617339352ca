"""A scenario: calls every method of the repositories of what processes share."""

from __future__ import annotations

from storage.records.shared import RateBucket
from storage.unit import Unit
from tests.storage.rows import NOON, a_message


def share(unit: Unit) -> None:
    """Call every method of these repositories."""
    unit.messages.add(a_message("new"))
    unit.messages.add_decoy(a_message("decoy"), -7)
    unit.messages.newest(10, 100)
    unit.messages.newest(10, 100, pool_digest=b"pool")
    unit.messages.newest(10, 100, user_digest=b"user", recipient_digest=b"to")
    unit.messages.trim(1)
    unit.messages.delete(b"pool")
    unit.messages.delete()
    unit.events.add([(NOON, {"operation": "SignUp"})], 1)
    unit.events.newest(10)
    unit.events.after((1, 0.0), 10)
    unit.events.stored_last(10)
    unit.events.delete()
    unit.rate_buckets.put(RateBucket("new", 1.0, NOON))
    unit.rate_buckets.get("new")
    unit.rate_buckets.delete()
    unit.server_state.begin()
    unit.server_state.get()
    unit.server_state.move_clock(60.0)
    unit.server_state.announce()
    unit.server_state.announce_configuration()
    unit.server_state.hear(lambda _state: None)
