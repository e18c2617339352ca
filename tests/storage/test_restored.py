"""What a recovery leaves as it is, what it counts, and who is who after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from msgspec.structs import replace

from storage.records.factors import SoftwareToken
from storage.records.recoveries import Counts
from storage.records.users import User
from storage.store import Store
from storage.unit import Unit
from tests.storage.configuration import a_link
from tests.storage.rows import (
    NOON,
    Filled,
    a_code,
    a_family,
    a_group,
    a_passkey,
    a_software_token,
    a_user,
    fill,
    issue,
)

Write = Callable[[Unit, Filled], object]


@dataclass
class Past:
    """A pool with a row in every table, and a recovery of it to noon."""

    store: Store
    filled: Filled
    now: float = NOON

    def write(self, write: Write) -> Any:
        """A transaction, a minute after the last one."""
        self.now += 60
        with self.store.unit(writes=True) as unit:
            unit.now = self.now
            return write(unit, self.filled)

    def read(self, read: Write) -> Any:
        with self.store.unit(writes=False) as unit:
            return read(unit, self.filled)

    def preview(self) -> dict[str, Counts]:
        """The counts that are not all zero."""
        counts: dict[str, Counts] = self.read(lambda unit, a: unit.history.preview(a.pool.id, NOON))
        return {name: each for name, each in counts.items() if each != Counts()}

    def restore(self) -> None:
        self.write(lambda unit, a: unit.history.restore(a.pool.id, NOON))

    def user(self) -> User:
        found: User = self.read(lambda unit, a: unit.users.get(a.user.id))
        return found


@pytest.fixture
def past(store: Store) -> Past:
    with store.unit(writes=True) as unit:
        filled = fill(unit)
        unit.now = NOON
        pool = unit.history.begin(filled.pool)
        user = unit.users.get(filled.user.id)
        assert user is not None
    return Past(store, replace(filled, pool=pool, user=user))


def test_a_preview_names_all_four_kinds_in_their_order(past: Past) -> None:
    counts = past.read(lambda unit, a: unit.history.preview(a.pool.id, NOON))
    assert list(counts.items()) == [(name, Counts()) for name in ("Users", "Groups", "User MFAs", "Passkeys")]


CHANGED: dict[str, Any] = {"password": "new", "password_set": NOON + 60, "verifier": b"new", "status": "RESET_REQUIRED"}


def test_a_changed_password_stays_with_its_status_and_the_rest_goes_back(past: Past) -> None:
    def change(unit: Unit, a: Filled) -> None:
        unit.users.remember_password(a.user, 3)
        unit.users.change(a.user, **CHANGED, attributes={}, searched={}, enabled=False)

    past.write(change)
    assert past.preview() == {"Users": Counts(update=1)}
    past.restore()
    assert past.user() == replace(past.filled.user, **CHANGED)
    assert past.read(lambda unit, a: unit.users.past_passwords(a.user, 9)) == ["digest", "digest"]


def test_a_password_that_alone_was_changed_is_no_update(past: Past) -> None:
    past.write(lambda unit, a: unit.users.change(a.user, password="new", verifier=None, modified=NOON + 60))
    assert past.preview() == {}


def test_a_removed_password_comes_back(past: Past) -> None:
    past.write(lambda unit, a: unit.users.change(a.user, verifier=b"sealed"))
    past.write(lambda unit, a: unit.users.change(a.user, password=None, verifier=None, modified=past.now))
    assert past.preview() == {"Users": Counts(update=1)}
    past.restore()
    assert past.user() == replace(past.filled.user, verifier=b"sealed")


def test_a_status_goes_back_with_a_password_that_has_not_changed(past: Past) -> None:
    past.write(lambda unit, a: unit.users.change(a.user, status="RESET_REQUIRED"))
    past.restore()
    assert past.user() == past.filled.user


def test_a_verifier_that_was_computed_since_stays(past: Past) -> None:
    past.write(lambda unit, a: unit.users.change(a.user, enabled=False))
    past.write(lambda unit, a: unit.users.change(a.user, verifier=b"computed"))
    past.restore()
    assert past.user() == replace(past.filled.user, verifier=b"computed")


def test_no_code_and_no_assertion_is_accepted_twice_after_a_recovery(past: Past) -> None:
    def change(unit: Unit, a: Filled) -> None:
        unit.users.change(a.user, settings={"PreferredMfaSetting": "SMS_MFA"})
        unit.passkeys.change(unit.passkeys.of(a.user.id)[0], settings={})

    def sign_in(unit: Unit, a: Filled) -> None:
        unit.software_tokens.advance(a.user.id, 7)
        unit.passkeys.advance(unit.passkeys.of(a.user.id)[0], 8)

    past.write(change)
    past.write(sign_in)
    assert past.preview() == {"User MFAs": Counts(update=1), "Passkeys": Counts(update=1)}
    past.restore()
    assert past.read(lambda unit, a: unit.software_tokens.get(a.user.id).last_step) == 7  # type: ignore[union-attr]
    [passkey] = past.read(lambda unit, a: unit.passkeys.of(a.user.id))
    assert (passkey.sign_count, passkey.settings["FriendlyCredentialName"]) == (8, "key")


def test_who_is_there_then_and_now_keeps_tokens_devices_and_codes(past: Past) -> None:
    past.write(lambda unit, a: unit.users.change(a.user, attributes={}, searched={}, enabled=False))
    past.restore()

    def kept(unit: Unit, a: Filled) -> list[object]:
        code, token = unit.codes.get(a.user.id, "SIGN_UP"), unit.tokens.get("jti a")
        return [code, token and token.revoked, unit.devices.get(a.user.id, "device a") is not None]

    assert past.read(kept) == [a_code(past.filled.user), False, True]


def test_a_deleted_user_comes_back_with_all_but_tokens_devices_and_events(past: Past) -> None:
    past.write(lambda unit, a: unit.users.delete(a.user))
    assert past.preview() == {kind: Counts(create=1) for kind in ("Users", "User MFAs", "Passkeys")}
    past.restore()

    def back(unit: Unit, a: Filled) -> list[object]:
        groups, passkeys = unit.groups.of(a.user), unit.passkeys.of(a.user.id)
        token, links = unit.software_tokens.get(a.user.id), unit.links.of(a.user.id)
        return [
            token,
            groups,
            len(links),
            len(passkeys),
            unit.users.aliases(a.user),
            unit.users.past_passwords(a.user, 9),
        ]

    def gone(unit: Unit, a: Filled) -> list[object]:
        return [
            unit.tokens.get("jti a"),
            unit.devices.get(a.user.id, "device a"),
            unit.auth_events.get(a.user.id, "event"),
        ]

    token = SoftwareToken(past.filled.user.id, b"sealed", None, "phone", 1)
    assert past.user() == past.filled.user
    assert past.read(back) == [token, [past.filled.group], 1, 1, {"email": "a@example.com"}, ["digest"]]
    assert past.read(gone) == [None] * 3


def test_a_user_who_was_made_again_is_the_first_again_and_the_tokens_of_the_second_are_dead(past: Past) -> None:
    def again(unit: Unit, a: Filled) -> None:
        unit.users.delete(a.user)
        second = a_user(unit, a.pool, "ana a", sub="second", password="second", email="a@example.com")
        unit.users.add_alias(second, "email", "a@example.com")
        issue(unit, a_family(a.client, second, "second", "second"), "second")
        a_passkey(unit, second)

    past.write(again)
    preview = {"Users": Counts(update=1), "User MFAs": Counts(create=1), "Passkeys": Counts(update=1)}
    assert past.preview() == preview
    past.restore()
    assert past.read(lambda unit, a: unit.users.named(a.pool.id, "ana a")) == past.filled.user
    assert past.read(lambda unit, a: unit.users.aliased(a.pool.id, "email", "a@example.com")) == past.filled.user
    assert past.read(lambda unit, _: unit.tokens.get("second")) is None
    assert past.read(lambda unit, a: unit.users.with_sub(a.pool.id, "second")) is None
    assert past.read(lambda unit, a: unit.users.count(a.pool.id)) == 1


def test_what_was_made_and_deleted_since_is_nothing(past: Past) -> None:
    made = past.write(lambda unit, a: (a_user(unit, a.pool, "new"), a_group(unit, a.pool, "new")))

    def delete(unit: Unit, a: Filled) -> None:
        unit.groups.add_member(made[1], a.user)
        unit.users.delete(made[0])
        unit.groups.delete(made[1])

    past.write(delete)
    assert past.preview() == {}
    past.restore()
    assert past.read(lambda unit, a: [unit.groups.count(a.pool.id), unit.users.named(a.pool.id, "new")]) == [1, None]


def test_a_user_who_was_changed_in_many_ways_is_one_update(past: Past) -> None:
    def change(unit: Unit, a: Filled) -> None:
        unit.users.change(a.user, enabled=False)
        unit.users.remove_alias(a.user, "email")
        a_link(unit, a.user, "new")
        unit.groups.remove_member(a.group, a.user)

    past.write(change)
    past.write(lambda unit, a: unit.groups.add_member(a_group(unit, a.pool, "new"), a.user))
    assert past.preview() == {"Users": Counts(update=1), "Groups": Counts(delete=1)}


def test_a_membership_is_an_update_of_the_user(past: Past) -> None:
    past.write(lambda unit, a: unit.groups.remove_member(a.group, a.user))
    assert past.preview() == {"Users": Counts(update=1)}
    past.restore()
    assert past.read(lambda unit, a: unit.users.page_in(a.group, 9, None).items) == [past.filled.user]


def test_a_deleted_group_changes_no_user_and_comes_back_with_its_members(past: Past) -> None:
    past.write(lambda unit, a: unit.groups.delete(a.group))
    assert past.preview() == {"Groups": Counts(create=1)}
    past.restore()
    assert past.read(lambda unit, a: unit.groups.of(a.user)) == [past.filled.group]


def test_a_group_that_was_made_again_is_one_update_of_it_and_of_the_members_that_it_lost(past: Past) -> None:
    def again(unit: Unit, a: Filled) -> None:
        unit.groups.delete(a.group)
        unit.groups.add(a.pool.id, a.group.name, {}, NOON + 60, key="admins")

    past.write(again)
    assert past.preview() == {"Groups": Counts(update=1), "Users": Counts(update=1)}
    past.restore()
    assert past.read(lambda unit, a: unit.groups.of(a.user)) == [past.filled.group]


def test_mfa_settings_are_created_updated_and_deleted(past: Past) -> None:
    bob = past.write(lambda unit, a: a_user(unit, a.pool, "bob"))
    past.write(lambda unit, _: unit.users.change(bob, settings={"UserMFASettingList": ["SMS_MFA"]}))
    past.write(lambda unit, a: a_software_token(unit, a.user, b"another"))
    assert past.preview() == {"Users": Counts(delete=1), "User MFAs": Counts(update=1, delete=1)}
    past.write(lambda unit, a: unit.software_tokens.delete(a.user.id))
    assert past.preview() == {"Users": Counts(delete=1), "User MFAs": Counts(create=1, delete=1)}
    past.restore()
    assert past.read(lambda unit, a: unit.software_tokens.get(a.user.id).sealed) == b"sealed"  # type: ignore[union-attr]


def test_a_pending_association_stays_with_a_token_that_has_not_changed(past: Past) -> None:
    past.write(lambda unit, a: unit.software_tokens.associate(a.user.id, b"pending"))
    past.write(lambda unit, a: unit.users.change(a.user, enabled=False))
    past.restore()
    assert past.read(lambda unit, a: unit.software_tokens.get(a.user.id).pending) == b"pending"  # type: ignore[union-attr]


def test_aliases_that_users_have_exchanged_are_exchanged_back(past: Past) -> None:
    def exchange(unit: Unit, a: Filled) -> None:
        unit.users.remove_alias(a.user, "email")
        bob = a_user(unit, a.pool, "bob")
        unit.users.add_alias(bob, "email", "a@example.com")
        unit.users.add_alias(a.user, "email", "b@example.com")

    past.write(exchange)
    past.restore()
    assert past.read(lambda unit, a: unit.users.aliased(a.pool.id, "email", "a@example.com")) == past.filled.user
    assert past.read(lambda unit, a: unit.users.aliased(a.pool.id, "email", "b@example.com")) is None


def test_a_recovery_is_history_for_the_next_one(past: Past) -> None:
    past.write(lambda unit, a: unit.users.delete(a.user))
    deleted = past.now
    past.restore()
    undo = past.read(lambda unit, a: unit.history.preview(a.pool.id, deleted))
    assert undo["Users"] == Counts(delete=1)
    past.write(lambda unit, a: unit.history.restore(a.pool.id, deleted))
    assert past.read(lambda unit, a: [unit.users.get(a.user.id), unit.passkeys.of(a.user.id)]) == [None, []]


def test_a_recovery_works_in_a_paused_pool_and_the_pool_stays_paused(past: Past) -> None:
    past.write(lambda unit, a: unit.users.change(a.user, enabled=False))
    past.write(lambda unit, a: unit.pools.pause(a.pool, past.now + 9_999))
    past.restore()
    assert past.user() == past.filled.user
    assert past.read(lambda unit, a: unit.pools.get(a.pool.id).paused_until) == past.now - 60 + 9_999  # type: ignore[union-attr]
