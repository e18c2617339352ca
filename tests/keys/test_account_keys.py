"""AWS-shaped credentials."""

from __future__ import annotations

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import account_keys
from keys.account_keys import Forged
from keys.entropy import SeededEntropy

KEY = bytes(range(32))
ACCOUNTS = st.integers(0, 10**12 - 1).map("{:012}".format)
EXAMPLES = [
    ("000000000000", "ASIAQAAAAAAAAAAAAAAA"),
    ("123456789012", "ASIARZPUZDIKAAAAAAAA"),
    ("111122223333", "ASIARTX3GSDSQAAAAAAA"),
    ("999999999999", "ASIA6RVFFB77QAAAAAAA"),
]
PAYLOAD = {"akid": "ASIAQAAAAAAAAAAAAAAA", "amr": ["unauthenticated"], "tags": {"é": "\ud800"}, "exp": 3600}


class Zeros:
    """The entropy that the examples were made with."""

    def token_bytes(self, n: int) -> bytes:
        return b"\0" * n


@pytest.mark.parametrize(("account", "key_id"), EXAMPLES)
def test_the_examples_encode_and_decode(account: str, key_id: str) -> None:
    assert account_keys.mint_access_key(Zeros(), account) == key_id
    assert account_keys.account_of(key_id) == account


@given(ACCOUNTS, st.sampled_from(["ASIA", "AKIA", "LSIA"]), st.integers(0, 2**32))
def test_an_access_key_holds_its_account(account: str, prefix: str, seed: int) -> None:
    key_id = account_keys.mint_access_key(SeededEntropy(seed), account, prefix)
    assert re.fullmatch(prefix + "[A-Z2-7]{16}", key_id)
    assert account_keys.account_of(key_id) == account


@given(ACCOUNTS, st.integers(0, 2**32))
def test_the_other_known_way_to_read_the_account_agrees(account: str, seed: int) -> None:
    key_id = account_keys.mint_access_key(SeededEntropy(seed), account)
    read = (int.from_bytes(base64.b32decode(key_id[4:])[:6], "big") & 0x7FFFFFFFFF80) >> 7
    assert f"{read:012}" == account


def test_access_keys_of_one_account_differ() -> None:
    e = SeededEntropy(1)
    minted = [account_keys.mint_access_key(e, "111122223333") for _ in range(200)]
    assert len(set(minted)) == 200
    assert {key_id[12] for key_id in minted} == set(account_keys.ALPHABET[16:])


@pytest.mark.parametrize(
    "key_id",
    [
        "",
        "test",
        "123456789012",
        "AKIAIOSFODNN7EXAMPLE",  # the one in AWS's documentation: older than the scheme
        "ASIAQAAAAAAAAAAAAAA",
        "asiaqaaaaaaaaaaaaaaa",
        "ASIAQAAAAAAAAAAAAAA1",
        "ASIAQAAAAAAAAAAAAAA\n",
        "ASIAQAAAAAAAAAAAAAAA\n",
        "ASIA7777777777777777",  # beyond twelve digits
        "ASIAQÄAAAAAAAAAAAAAA",
    ],
)
def test_what_encodes_no_account_has_none(key_id: str) -> None:
    assert account_keys.account_of(key_id) is None


@pytest.mark.parametrize(
    "account", ["", "1234", "1234567890123", "12345678901a", "-12345678901", "１２３４５６７８９０１２"]
)
def test_an_account_has_12_digits(account: str) -> None:
    with pytest.raises(ValueError, match="12-digit"):
        account_keys.mint_access_key(Zeros(), account)
    with pytest.raises(ValueError, match="12-digit"):
        account_keys.role_id("arn", account)


@given(ACCOUNTS, st.text(min_size=1))
def test_a_role_id_is_stable_and_holds_its_account(account: str, name: str) -> None:
    arn = f"arn:aws:iam::{account}:role/{name}"
    role_id = account_keys.role_id(arn, account)
    assert re.fullmatch("AROA[A-Z2-7]{17}", role_id)
    assert role_id == account_keys.role_id(arn, account) != account_keys.role_id(arn + "x", account)
    assert account_keys.account_of(role_id) == account


def test_a_secret_belongs_to_one_key_id_one_expiry_and_one_server() -> None:
    made = [
        account_keys.secret_access_key(KEY, "ASIAQAAAAAAAAAAAAAAA", 3600),
        account_keys.secret_access_key(KEY, "ASIAQAAAAAAAAAAAAAAB", 3600),
        account_keys.secret_access_key(KEY, "ASIAQAAAAAAAAAAAAAAA", 3601),
        account_keys.secret_access_key(bytes(32), "ASIAQAAAAAAAAAAAAAAA", 3600),
    ]
    assert len(set(made)) == 4
    assert all(re.fullmatch(r"[A-Za-z0-9+/]{40}", secret) for secret in made)
    assert account_keys.secret_access_key(KEY, "ASIAQAAAAAAAAAAAAAAA", 3600) == made[0]


def test_a_session_token_looks_like_aws_s_and_brings_back_its_payload() -> None:
    token = account_keys.session_token(KEY, PAYLOAD)
    assert re.fullmatch(r"IQoJb3JpZ2luX2Vj[A-Za-z0-9+/]+=*", token)
    assert len(token) < 4096
    assert account_keys.open_session_token(KEY, token) == PAYLOAD


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.none() | st.lists(st.text())))
def test_any_payload_comes_back(payload: dict[str, object]) -> None:
    assert account_keys.open_session_token(KEY, account_keys.session_token(KEY, payload)) == payload


@pytest.mark.parametrize("filler", ["", "x", "xx"])
def test_a_change_in_any_character_is_noticed(filler: str) -> None:
    """The fillers make the last character carry six bits, four or two."""
    token = account_keys.session_token(KEY, PAYLOAD | {"filler": filler})
    for place, letter in enumerate(token):
        for other in set("AQz9+=" + account_keys.ALPHABET * (place > len(token) - 4)) - {letter}:
            with pytest.raises(Forged):
                account_keys.open_session_token(KEY, token[:place] + other + token[place + 1 :])


def test_the_payload_of_one_token_does_not_go_with_the_proof_of_another() -> None:
    one, other = (base64.b64decode(account_keys.session_token(KEY, {"exp": expires})) for expires in (1000, 9000))
    with pytest.raises(Forged):
        account_keys.open_session_token(KEY, base64.b64encode(one[:44] + other[44:]).decode())


def test_a_token_of_another_server_is_refused() -> None:
    with pytest.raises(Forged):
        account_keys.open_session_token(KEY, account_keys.session_token(bytes(32), PAYLOAD))


@pytest.mark.parametrize("token", ["", "IQoJb3JpZ2luX2Vj", "IQoJb3JpZ2luX2VjAAAA", "x", "é", "\ud800", "a b\n", "===="])
def test_anything_made_up_is_refused(token: str) -> None:
    with pytest.raises(Forged):
        account_keys.open_session_token(KEY, token)


def test_credentials_of_the_first_version_stay_good() -> None:
    token = "IQoJb3JpZ2luX2Vjm1vqoNg6do5lJ7cuIUT8hljWjQmC5K9ZvkD5SzPEzKV7ImV4cCI6MzYwMH0="
    assert account_keys.open_session_token(KEY, token) == {"exp": 3600}
    secret = "FYtwu3F9dejsvTJGU2pbO3YXZRHATtFhtOpMZdqt"
    assert account_keys.secret_access_key(KEY, "ASIAQAAAAAAAAAAAAAAA", 3600) == secret
    role = "AROARZPUZDIKKJIXVYWC6"
    assert account_keys.role_id("arn:aws:iam::123456789012:role/R", "123456789012") == role
