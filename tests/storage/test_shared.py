"""The tables that the processes of one database share."""

from __future__ import annotations

from storage.records.shared import RateBucket, ServerState
from storage.store import Store
from storage.unit import Unit
from tests.storage.rows import a_message


def test_of_the_messages_the_newest_are_kept_and_no_decoy(unit: Unit) -> None:
    for number in range(10):
        unit.messages.add(a_message(str(number), user=b"odd" if number % 2 else b"even"))
        unit.messages.add_decoy(a_message("decoy"), -1 - number)
    assert [message.id for message in unit.messages.newest(3, 100)] == ["7", "8", "9"]
    assert [message.id for message in unit.messages.newest(3, 100, user_digest=b"odd")] == ["5", "7", "9"]
    assert [message.id for message in unit.messages.newest(100, 4)] == ["6", "7", "8", "9"]
    unit.messages.trim(4)
    assert [message.id for message in unit.messages.newest(100, 100)] == ["6", "7", "8", "9"]


def test_of_the_events_the_newest_are_kept_and_told_as_they_were_noted(unit: Unit) -> None:
    unit.events.add([(3.0, {"user": "c"}), (1.0, {"user": "a"})], 10)
    unit.events.add([(2.0, {"user": "b\0\ud800"})], 10)
    assert unit.events.newest(10) == [{"user": "a"}, {"user": "b\0\ud800"}, {"user": "c"}]
    assert unit.events.newest(1) == [{"user": "c"}]
    unit.events.add([(4.0, {"user": "d"}), (5.0, {"user": "e"})], 3)
    assert [event["user"][0] for event in unit.events.newest(10)] == ["b", "d", "e"]


def test_of_the_events_those_after_one_are_told_and_all_once_that_one_is_gone(unit: Unit) -> None:
    unit.events.add([(3.0, {"user": "a"}), (1.0, {"user": "b"}), (2.0, {"user": "c"})], 10)
    first, second, third = unit.events.after(None, 10)
    assert [each.event["user"] for each in (first, second, third)] == ["a", "b", "c"]
    assert unit.events.after((first.number, first.noted), 10) == [second, third]
    assert unit.events.after((first.number, first.noted), 1) == [second]
    assert unit.events.after((third.number, third.noted), 10) == []
    assert unit.events.after((second.number, second.noted + 1), 10) == [first, second, third]
    assert unit.events.after((third.number + 9, 0.0), 2) == [first, second]
    assert unit.events.stored_last(2) == [second, third]
    unit.events.delete()
    assert unit.events.after((third.number, third.noted), 10) == []
    unit.events.add([(4.0, {"user": "d"})], 10)
    assert [each.event["user"] for each in unit.events.after((third.number, third.noted), 10)] == ["d"]


def test_a_bucket_replaces_the_one_before(unit: Unit) -> None:
    assert unit.rate_buckets.get("reads") is None
    for tokens in (2.0, 0.5):
        unit.rate_buckets.put(RateBucket("reads", tokens, 7.0))
        assert unit.rate_buckets.get("reads") == RateBucket("reads", tokens, 7.0)


def test_whoever_begins_a_transaction_gets_the_state_first(store: Store) -> None:
    seen: list[ServerState] = []
    store.on_state = lambda _unit, state: seen.append(state)
    with store.unit(writes=True) as unit:
        unit.server_state.begin()
        unit.server_state.begin()
    assert seen == []
    with store.unit(writes=True) as unit:
        assert seen == [ServerState(1, 0.0)]
        unit.server_state.move_clock(60.0)
        unit.server_state.announce()
    with store.unit(writes=False) as unit, unit.released():
        assert seen[1:] == [ServerState(3, 60.0)]
    with store.unit(writes=True) as unit:
        unit.delete_everything()
    with store.unit(writes=False) as unit:
        state = unit.server_state.get()
        assert state is not None
        assert (state.version, state.clock_offset) == (3, 60.0)
        with unit.released():
            pass
        seen.clear()
        unit.pools.get("us-east-1_a")
        assert seen == [state]
    store.on_state = None
    with store.unit(writes=True) as unit:
        unit.server_state.move_clock(0.0)
