"""The keys of identity providers: kept for five minutes, and not those of everybody."""

from __future__ import annotations

from emulator.outside.key_sets import KeySets
from keys.foreign_tokens import PublicKeys

NONE: PublicKeys = {}


def test_keys_are_kept_for_five_minutes_and_no_longer() -> None:
    sets = KeySets()
    assert sets.get("u", 0) is None
    sets.put("u", NONE, 1000)
    assert sets.get("u", 1000) == (NONE, 0)
    assert sets.get("u", 1299) == (NONE, 299)
    assert sets.get("u", 1300) is None


def test_keys_from_before_the_clock_was_moved_back_are_no_good() -> None:
    sets = KeySets()
    sets.put("u", NONE, 1000)
    assert sets.get("u", 999) is None


def test_the_address_that_was_fetched_longest_ago_makes_room() -> None:
    sets = KeySets()
    for number in range(256):
        sets.put(str(number), NONE, 0)
    sets.put("0", NONE, 1)
    sets.put("new", NONE, 1)
    assert sets.get("1", 1) is None
    assert None not in [sets.get(url, 1) for url in ("0", "2", "new")]
