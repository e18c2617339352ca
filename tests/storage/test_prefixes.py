"""Searches by prefix: the range of the index has exactly the values that begin with the prefix."""

from __future__ import annotations

from itertools import product

from storage.store import Store
from storage.unit import Unit
from tests.storage.rows import a_pool, a_user

EDGES = ("a", "b", "é", "\ud7ff", "\ue000", "\uffff", "\U00010000", "\U0010fffe", "\U0010ffff")
"""Characters next to the surrogates (which are no characters), at the end of the first plane, and the last one."""

NAMES = [
    "".join(letters)
    for length in (1, 2, 3)
    for letters in product(EDGES if length < 3 else (*EDGES[3:5], EDGES[-1]), repeat=length)
]


def beginning(unit: Unit, prefix: str, limit: int = 1000) -> list[str]:
    found, token = [], None
    while True:
        page = unit.users.page("us-east-1_a", limit, token, column="name", begins=prefix)
        found += [user.attributes["name"] for user in page.items]
        token = page.token
        if token is None:
            return found


def test_the_values_that_begin_so_and_no_others_come_in_order(store: Store) -> None:
    with store.unit(writes=True) as unit:
        pool = a_pool(unit)
        for name in reversed(NAMES):
            a_user(unit, pool, f"user {name!a}", name=name)
        a_user(unit, pool, "nameless")
        for prefix in ["", *NAMES, "\U0010ffff" * 4, "c"]:
            assert beginning(unit, prefix) == sorted(name for name in NAMES if name.startswith(prefix)), ascii(prefix)


def test_pages_go_on_across_characters_beyond_the_first_plane(store: Store) -> None:
    with store.unit(writes=True) as unit:
        pool = a_pool(unit)
        names = [name for name in NAMES if name.startswith("\U0010ffff")]
        for name in names:
            a_user(unit, pool, f"user {name!a}", name=name)
        assert beginning(unit, "\U0010ffff", 2) == sorted(names)


def test_a_prefix_is_no_pattern(unit: Unit) -> None:
    pool = a_pool(unit)
    for name in ("%", "%a", "_", "a", "A", "*", "[a]"):
        a_user(unit, pool, f"user {name}", name=name)
    assert beginning(unit, "%") == ["%", "%a"]
    assert beginning(unit, "_") == ["_"]
    assert beginning(unit, "a") == ["a"]
    assert beginning(unit, "[a") == ["[a]"]


def test_users_of_one_value_come_oldest_first(unit: Unit) -> None:
    pool = a_pool(unit)
    for number in range(5):
        a_user(unit, pool, f"user {9 - number}", name="Ana")
    page = unit.users.page(pool.id, 3, None, column="name", begins="An")
    rest = unit.users.page(pool.id, 3, page.token, column="name", begins="An")
    assert [user.username for user in page.items + rest.items] == [f"user {9 - number}" for number in range(5)]
