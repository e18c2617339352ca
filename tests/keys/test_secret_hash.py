"""The secret hash."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import secret_hash

# RFC 4231, test case 2: the message cut in two, as a username and a client id.
KEY, USERNAME, CLIENT_ID = "Jefe", "what do ya want ", "for nothing?"
HASH = base64.b64encode(bytes.fromhex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")).decode()


def test_it_is_hmac_sha256_of_username_and_client_id_under_the_secret() -> None:
    assert secret_hash.secret_hash(USERNAME, CLIENT_ID, KEY) == HASH


def test_any_live_secret_will_do() -> None:
    assert secret_hash.matches(HASH, USERNAME, CLIENT_ID, [KEY])
    assert secret_hash.matches(HASH, USERNAME, CLIENT_ID, ["other", KEY])
    assert secret_hash.matches(HASH, USERNAME, CLIENT_ID, iter([KEY, "other"]))


@pytest.mark.parametrize(
    ("given_hash", "username", "client_id", "secrets"),
    [
        (HASH, USERNAME, CLIENT_ID, []),
        (HASH, USERNAME, CLIENT_ID, ["other"]),
        (HASH, USERNAME.upper(), CLIENT_ID, [KEY]),
        (HASH, USERNAME, "other", [KEY]),
        (HASH[:-1], USERNAME, CLIENT_ID, [KEY]),
        (HASH + "=", USERNAME, CLIENT_ID, [KEY]),
        (HASH.lower(), USERNAME, CLIENT_ID, [KEY]),
        ("", USERNAME, CLIENT_ID, [KEY]),
        ("häsh", USERNAME, CLIENT_ID, [KEY]),
        ("\ud800", USERNAME, CLIENT_ID, [KEY]),
    ],
)
def test_anything_else_is_refused(given_hash: str, username: str, client_id: str, secrets: list[str]) -> None:
    assert not secret_hash.matches(given_hash, username, client_id, secrets)


@given(st.text(), st.text(), st.text(min_size=1))
def test_a_hash_matches_what_it_was_made_of(username: str, client_id: str, secret: str) -> None:
    assert secret_hash.matches(secret_hash.secret_hash(username, client_id, secret), username, client_id, [secret])


@given(st.text(), st.text())
def test_equal_means_equal(one: str, other: str) -> None:
    assert secret_hash.equal(one, one)
    assert secret_hash.equal(one, other) is (one == other)
