"""Tests of the application: pip install cognito-emulator pytest boto3; pytest."""

from __future__ import annotations

import pytest
from accounts import Accounts

from cognito_emulator.testing import CognitoEmulator, Pool, User

PASSWORD = "Correct-horse-7"


@pytest.fixture(autouse=True)
def environment(cognito: CognitoEmulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the application's SDK find the emulator."""
    for name, value in cognito.environment.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def cognito_pool(cognito: CognitoEmulator) -> Pool:
    """A pool that verifies e-mail addresses, in the place of the usual one."""
    return cognito.create_pool(AutoVerifiedAttributes=["email"])


@pytest.fixture
def accounts(cognito_pool: Pool) -> Accounts:
    return Accounts(cognito_pool.client_id)


def test_somebody_signs_up_and_confirms_with_the_code(accounts: Accounts, cognito_pool: Pool) -> None:
    accounts.sign_up("bob", "bob@example.com", PASSWORD)
    assert accounts.confirm("bob", cognito_pool.messages.last("bob")["code"])
    user = cognito_pool.sign_in("bob", PASSWORD)
    assert accounts.attributes(user.access_token)["email"] == "bob@example.com"


def test_a_code_expires_after_a_day(accounts: Accounts, cognito_pool: Pool, cognito: CognitoEmulator) -> None:
    accounts.sign_up("bob", "bob@example.com", PASSWORD)
    code = cognito_pool.messages.last("bob")["code"]
    with cognito.clock.advance("25h"):
        assert not accounts.confirm("bob", code)


def test_a_signed_in_user_is_known_by_the_token(accounts: Accounts, cognito_user: User) -> None:
    assert accounts.attributes(cognito_user.access_token)["sub"] == cognito_user.sub
