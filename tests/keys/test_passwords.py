"""Passwords at rest."""

from __future__ import annotations

import bcrypt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys import passwords

COST = 4


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=256), st.text(max_size=256))
def test_a_password_matches_its_own_digest_and_no_other(password: str, other: str) -> None:
    kept = passwords.digest(password, COST)
    assert passwords.matches(password, kept, COST)
    assert passwords.matches(other, kept, COST) is (other == password)


@pytest.mark.parametrize(
    ("password", "other"),
    [
        ("🔑" * 255 + "a", "🔑" * 255 + "b"),
        ("a" * 72 + "b", "a" * 72 + "c"),
        ("a" * 72, "a" * 73),
        ("before\0after", "before\0other"),
        ("before\0after", "before"),
        ("Password1!", "password1!"),
        ("Password1!", " Password1!"),
        ("é", "e\u0301"),
        ("\ud800", "\ud801"),
        ("\ud800", "?"),
    ],
)
def test_every_character_counts(password: str, other: str) -> None:
    kept = passwords.digest(password, COST)
    assert passwords.matches(password, kept, COST)
    assert not passwords.matches(other, kept, COST)


def test_the_same_password_is_kept_differently_each_time() -> None:
    assert passwords.digest("Password1!", COST) != passwords.digest("Password1!", COST)


@pytest.mark.parametrize("cost", [4, 5, 6])
def test_a_digest_has_the_cost_that_was_asked_for(cost: int) -> None:
    assert passwords.digest("Password1!", cost).startswith(f"$2b${cost:02}$")


def test_a_digest_made_under_another_cost_still_matches() -> None:
    assert passwords.matches("Password1!", passwords.digest("Password1!", 5), COST)


@pytest.mark.parametrize("cost", [3, 32])
def test_a_cost_that_bcrypt_lacks_is_refused(cost: int) -> None:
    with pytest.raises(ValueError):
        passwords.digest("Password1!", cost)


@pytest.mark.parametrize("password", ["", "Password1!", "x" * 256])
def test_nothing_matches_where_no_password_is_kept(password: str) -> None:
    assert passwords.matches(password, None, COST) is False
    assert passwords.matches(password, "", COST) is False


@pytest.mark.parametrize("cost", [4, 10, 12])
def test_where_none_is_kept_the_work_is_a_digest_of_the_same_cost(cost: int) -> None:
    kept, dummy = passwords.digest("Password1!", 4), passwords.dummy(cost)
    assert dummy.startswith(f"$2b${cost:02}$")
    assert len(dummy) == len(kept) == 60


def test_the_dummy_is_a_digest_that_bcrypt_really_works_on() -> None:
    worked = bcrypt.hashpw(b"any", passwords.dummy(COST).encode())
    assert worked[:29] == passwords.dummy(COST).encode()[:29]
    assert worked != passwords.dummy(COST).encode()
    assert not bcrypt.checkpw(b"any", passwords.dummy(COST).encode())


def test_where_none_is_kept_an_impossible_cost_is_refused_as_everywhere() -> None:
    with pytest.raises(ValueError):
        passwords.matches("Password1!", None, 3)
