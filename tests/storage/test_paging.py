"""Pagination: every row once, whatever is written in between, and only with a token of the same query."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from keys.vault import Vault
from storage.paging import ForgedToken, Page
from storage.store import Store
from storage.unit import Unit
from tests.storage.rows import a_client, a_group, a_pool, a_user, an_identity_pool

Read = Callable[[Unit, int, str | None], Page[Any]]
POOL = "us-east-1_0"
GARBAGE = ("=", "a", "====", "é", "\U0001f600" * 8, "\ud800", "\0", "ａｂｃｄ", "%%%%", "null", "W10=", "A" * 9999)

USERS: Read = lambda unit, limit, token: unit.users.page(POOL, limit, token)  # noqa: E731
QUERIES: dict[str, Read] = {
    "pools": lambda unit, limit, token: unit.pools.page("us-east-1", limit, token),
    "pools of another region": lambda unit, limit, token: unit.pools.page("eu-west-1", limit, token),
    "clients": lambda unit, limit, token: unit.clients.page(POOL, limit, token),
    "groups": lambda unit, limit, token: unit.groups.page(POOL, limit, token),
    "groups of a user": lambda unit, limit, token: unit.groups.page_of(member(unit, "0"), limit, token),
    "groups of another user": lambda unit, limit, token: unit.groups.page_of(member(unit, "1"), limit, token),
    "users": USERS,
    "users of another pool": lambda unit, limit, token: unit.users.page("us-east-1_1", limit, token),
    "users in a group": lambda unit, limit, token: unit.users.page_in(group(unit, "0"), limit, token),
    "users in another group": lambda unit, limit, token: unit.users.page_in(group(unit, "1"), limit, token),
    "users by name": lambda unit, limit, token: unit.users.page(POOL, limit, token, column="name", equals="Ana"),
    "users by family": lambda unit, limit, token: unit.users.page(POOL, limit, token, column="family_name", equals="A"),
    "users by status": lambda unit, limit, token: unit.users.page(POOL, limit, token, column="status", equals="NEW"),
    "users by state": lambda unit, limit, token: unit.users.page(POOL, limit, token, column="enabled", equals=True),
    "users by e-mail": lambda unit, limit, token: unit.users.page(POOL, limit, token, column="email", begins="e"),
    "users by more": lambda unit, limit, token: unit.users.page(POOL, limit, token, column="email", begins="em"),
    "users by username": lambda unit, limit, token: unit.users.page(POOL, limit, token, column="username", begins="u"),
    "users by sub": lambda unit, limit, token: unit.users.page(POOL, limit, token, column="sub", begins="sub"),
    "identity pools": lambda unit, limit, token: unit.identity_pools.page("us-east-1", limit, token),
}


def member(unit: Unit, number: str) -> Any:
    return unit.users.named(POOL, f"user {number}")


def group(unit: Unit, number: str) -> Any:
    return unit.groups.named(POOL, f"group {number}")


@pytest.fixture
def full(store: Store) -> Store:
    """A store with seven rows of each kind."""
    with store.unit(writes=True) as unit:
        pools = [a_pool(unit, f"us-east-1_{number}") for number in range(7)]
        groups = [a_group(unit, pools[0], f"group {number}") for number in range(7)]
        for number in range(7):
            a_pool(unit, f"eu-west-1_{number}", region="eu-west-1")
            a_client(unit, pools[0], f"client {number}")
            an_identity_pool(unit, f"us-east-1:{number}")
            searched: dict[str, Any] = {"name": "Ana", "family_name": "A", "email": f"em{number % 3}@example.com"}
            user = a_user(unit, pools[0], f"user {number}", status="NEW", **searched)
            a_user(unit, pools[1], f"user {number}", status="NEW", **searched)
            for each in groups if number < 2 else groups[:2]:
                unit.groups.add_member(each, user)
    return store


def walk(unit: Unit, read: Read, limit: int) -> Iterator[list[Any]]:
    page = read(unit, limit, None)
    yield page.items
    while page.token is not None:
        page = read(unit, limit, page.token)
        yield page.items


def test_pages_of_any_size_make_the_whole(full: Store) -> None:
    with full.unit(writes=False) as unit:
        for name, read in QUERIES.items():
            (whole,) = walk(unit, read, 60)
            assert len(whole) == 7, name
            for limit in range(1, 9):
                pages = list(walk(unit, read, limit))
                assert [item for page in pages for item in page] == whole, name
                assert {len(page) for page in pages[:-1]} <= {limit}
                assert len(pages) == -(-7 // limit)


def test_a_token_serves_its_own_query_alone(full: Store) -> None:
    with full.unit(writes=False) as unit:
        tokens = {name: read(unit, 3, None).token for name, read in QUERIES.items()}
        for name, token in tokens.items():
            assert token is not None
            assert read_from(unit, name, token).items
            for other in QUERIES.keys() - {name}:
                with pytest.raises(ForgedToken):
                    read_from(unit, other, token)


def read_from(unit: Unit, name: str, token: str) -> Page[Any]:
    return QUERIES[name](unit, 3, token)


def test_a_token_is_the_same_in_another_unit_and_for_another_size(full: Store) -> None:
    with full.unit(writes=False) as unit:
        token = USERS(unit, 3, None).token
        whole = USERS(unit, 60, None).items
    with full.unit(writes=False) as unit:
        assert USERS(unit, 3, None).token == token
        assert USERS(unit, 2, token).items == whole[3:5]


def test_an_empty_query_has_one_empty_page(full: Store) -> None:
    with full.unit(writes=False) as unit:
        assert unit.users.page("us-east-1_6", 3, None) == Page([], None)
        assert unit.users.page(POOL, 3, None, column="email", equals="nobody") == Page([], None)


def test_writes_in_between_neither_skip_nor_repeat(full: Store) -> None:
    with full.unit(writes=False) as unit:
        before = USERS(unit, 60, None).items
        page = USERS(unit, 3, None)
    with full.unit(writes=True) as unit:
        unit.users.delete(before[2])  # the one that the token points at
        unit.users.delete(before[4])
        late = a_user(unit, unit.pools.get(POOL) or a_pool(unit, POOL), "late")
        unit.users.change(before[3], status="CHANGED")
    with full.unit(writes=False) as unit:
        rest = USERS(unit, 60, page.token).items
    assert [user.id for user in rest] == [before[3].id, before[5].id, before[6].id, late.id]


def test_writes_in_between_neither_skip_nor_repeat_in_the_order_of_a_value(full: Store) -> None:
    read = QUERIES["users by e-mail"]
    with full.unit(writes=False) as unit:
        before = read(unit, 60, None).items
        page = read(unit, 2, None)
    with full.unit(writes=True) as unit:
        unit.users.delete(before[1])
        unit.users.delete(before[2])
        early = a_user(unit, unit.pools.get(POOL) or a_pool(unit, POOL), "early", email="e")
        late = a_user(unit, unit.pools.get(POOL) or a_pool(unit, POOL), "late", email="em0@example.com")
    with full.unit(writes=False) as unit:
        rest = read(unit, 60, page.token).items
    assert [user.id for user in rest] == [late.id, *(user.id for user in before[3:])]
    assert early.id not in {user.id for user in rest}


def test_groups_that_come_and_go_neither_skip_nor_repeat(full: Store) -> None:
    read = QUERIES["groups"]
    with full.unit(writes=True) as unit:
        page = read(unit, 3, None)
        unit.groups.delete(page.items[-1])
        pool = unit.pools.get(POOL)
        assert pool is not None
        for name in ("a", "group 2", "group 2b", "z"):
            a_group(unit, pool, name)
        assert [group.name for group in read(unit, 60, page.token).items] == [
            "group 2b",
            *(f"group {number}" for number in range(3, 7)),
            "z",
        ]


def test_a_token_leads_on_when_everything_after_it_is_gone(full: Store) -> None:
    with full.unit(writes=True) as unit:
        page = USERS(unit, 3, None)
        unit.pool_contents.delete(unit.pools.get(POOL) or a_pool(unit, POOL))
        assert USERS(unit, 3, page.token) == Page([], None)


def refused(unit: Unit, token: str) -> bool:
    try:
        USERS(unit, 3, token)
    except ForgedToken:
        return True
    return False


@pytest.mark.parametrize("name", ["users", "users by e-mail"])
def test_a_token_with_any_bit_changed_is_refused(full: Store, name: str) -> None:
    with full.unit(writes=False) as unit:
        token = QUERIES[name](unit, 3, None).token
        assert token is not None
        raw = base64.urlsafe_b64decode(token)
        for bit in range(len(raw) * 8):
            changed = bytearray(raw)
            changed[bit // 8] ^= 1 << bit % 8
            assert refused(unit, base64.urlsafe_b64encode(changed).decode())


def test_a_token_cut_or_lengthened_anywhere_is_refused(full: Store) -> None:
    with full.unit(writes=False) as unit:
        token = USERS(unit, 3, None).token
        assert token is not None
        raw = base64.urlsafe_b64decode(token)
        cut = [raw[:length] for length in range(len(raw))] + [raw[length:] for length in range(1, len(raw))]
        longer = [raw + b"\0", b"\0" + raw, raw + b"0", raw + raw]
        assert all(refused(unit, base64.urlsafe_b64encode(each).decode()) for each in cut + longer)
        assert all(refused(unit, token[:length]) for length in range(len(token)))


def test_garbage_is_refused_alone_and_around_a_token(full: Store) -> None:
    with full.unit(writes=False) as unit:
        token = USERS(unit, 3, None).token or ""
        assert refused(unit, "")
        for garbage in GARBAGE:
            assert refused(unit, garbage), ascii(garbage)
            assert refused(unit, garbage + token), ascii(garbage)
            assert refused(unit, token + garbage), ascii(garbage)


def test_a_token_of_another_vault_is_refused(full: Store) -> None:
    with full.unit(writes=False) as unit:
        token = USERS(unit, 3, None).token
        full.vault = Vault(bytes(32))
        assert token is not None
        assert refused(unit, token)
