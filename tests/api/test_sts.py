"""STS: who signed a call, whose an access key is."""

from __future__ import annotations

import base64

import pytest
from msgspec.structs import replace

from emulator.settings import Settings
from keys import account_keys
from keys.vault import Vault
from storage.store import Store
from tests.api.identity_app import App, an_app
from tests.builders import Api, Refused

INVALID = (403, "InvalidClientTokenId", "The security token included in the request is invalid.")


@pytest.fixture
def mine(api: Api) -> App:
    return an_app(api)


def who(api: Api, access_key: str, session_token: str = "") -> dict[str, str]:
    told = api.sts("GetCallerIdentity", access_key=access_key, session_token=session_token)
    return {name: told[name] for name in ("Arn", "UserId", "Account")}


def refused(api: Api, access_key: str, session_token: str) -> tuple[int, str, str]:
    with pytest.raises(Refused) as refusal:
        who(api, access_key, session_token)
    return refusal.value.status, refusal.value.code, refusal.value.message


def root(account: str) -> dict[str, str]:
    return {"Arn": f"arn:aws:iam::{account}:root", "UserId": account, "Account": account}


def test_an_identitys_credentials_are_a_session_of_its_role(mine: App) -> None:
    logins = mine.a_user()
    given = mine.credentials(mine.get_id(logins), logins)["Credentials"]
    told = who(mine.api, given["AccessKeyId"], given["SessionToken"])
    assert told["Arn"] == "arn:aws:sts::000000000000:assumed-role/user/CognitoIdentityCredentials"
    assert told["Account"] == "000000000000"
    role, _, name = told["UserId"].partition(":")
    assert name == "CognitoIdentityCredentials"
    assert role.startswith("AROA")
    assert len(role) == 21
    again = mine.credentials(mine.get_id(logins), logins)["Credentials"]
    assert who(mine.api, again["AccessKeyId"], again["SessionToken"])["UserId"] == told["UserId"]


@pytest.mark.parametrize(
    ("role", "arn"),
    [
        ("arn:aws:iam::123456789012:role/a/b/Guest", "arn:aws:sts::123456789012:assumed-role/Guest"),
        ("arn:aws-cn:iam::123456789012:role/Guest", "arn:aws-cn:sts::123456789012:assumed-role/Guest"),
    ],
)
def test_a_session_is_of_the_roles_account_and_has_no_path(mine: App, role: str, arn: str) -> None:
    mine.roles(Roles={"unauthenticated": role})
    given = mine.credentials(mine.get_id())["Credentials"]
    told = who(mine.api, given["AccessKeyId"], given["SessionToken"])
    assert told["Arn"] == f"{arn}/CognitoIdentityCredentials"
    assert told["Account"] == "123456789012"


def test_credentials_expire_after_an_hour(mine: App) -> None:
    given = mine.credentials(mine.get_id())["Credentials"]
    mine.api.world.clock.advance(seconds=3599)
    assert who(mine.api, given["AccessKeyId"], given["SessionToken"])
    mine.api.world.clock.advance(seconds=1)
    assert refused(mine.api, given["AccessKeyId"], given["SessionToken"]) == (
        403,
        "ExpiredToken",
        "The security token included in the request is expired",
    )


def test_credentials_outlive_their_identity_pool(mine: App) -> None:
    given = mine.credentials(mine.get_id())["Credentials"]
    mine.api.identity("DeleteIdentityPool", IdentityPoolId=mine.identity_pool)
    assert who(mine.api, given["AccessKeyId"], given["SessionToken"])["Account"] == "000000000000"


def test_a_session_token_is_refused_unless_ours_and_of_that_key(mine: App, store: Store) -> None:
    given, other = (mine.credentials(mine.get_id())["Credentials"] for _ in range(2))
    key, token = given["AccessKeyId"], given["SessionToken"]
    held = account_keys.open_session_token(store.vault.credential_key, token)
    raw = bytearray(base64.b64decode(token))
    raw[-3] ^= 1
    for forged in (
        "x",
        "IQoJb3JpZ2luX2VjEJv//////////wEaCXVzLWVhc3QtMSJHMEUCIQ==",
        other["SessionToken"],
        base64.b64encode(raw).decode(),
        account_keys.session_token(Vault(bytes(32)).credential_key, held),
    ):
        assert refused(mine.api, key, forged) == INVALID
    assert refused(mine.api, other["AccessKeyId"], token) == INVALID
    assert who(mine.api, key, token)


@pytest.mark.parametrize(
    ("key", "account"),
    [
        ("123456789012", "123456789012"),
        ("AKIARZPUZDIKAAAAAAAA", "123456789012"),
        ("ASIARTX3GSDSQAAAAAAA", "111122223333"),
        ("AKIAQAAAAAAAAAAAAAAA", "000000000000"),
        ("test", "000000000000"),
        ("LSIARZPUZDIKAAAAAAAA", "000000000000"),
        ("1234567890123", "000000000000"),
    ],
)
def test_any_other_key_is_the_root_of_its_account(api: Api, key: str, account: str) -> None:
    assert who(api, key) == root(account)


def test_a_session_token_beside_a_permanent_key_is_not_looked_at(api: Api) -> None:
    assert who(api, "AKIARZPUZDIKAAAAAAAA", "whatever") == root("123456789012")


def test_a_call_without_a_signature_is_the_configured_accounts(api: Api) -> None:
    form = {"Action": "GetCallerIdentity", "Version": "2011-06-15"}
    answer = api.http.post("/", data=form)
    assert answer.status_code == 200
    assert b"<Arn>arn:aws:iam::000000000000:root</Arn>" in answer.data


class TestInAnotherAccount:
    """The account id is a setting."""

    @pytest.fixture
    def settings(self) -> Settings:
        return replace(Settings(ephemeral=True), account_id="999999999999")

    def test_a_key_that_says_no_account_is_the_configured_ones(self, api: Api) -> None:
        assert who(api, "test") == root("999999999999")
        assert who(api, "123456789012") == root("123456789012")


def test_an_access_key_says_its_account(api: Api) -> None:
    assert api.sts("GetAccessKeyInfo", AccessKeyId="ASIARZPUZDIKAAAAAAAA")["Account"] == "123456789012"
    for key in ("LKIAQAAAAAAAAAAAAAAA", "AKIA000000000000"):
        with pytest.raises(Refused) as refusal:
            api.sts("GetAccessKeyInfo", AccessKeyId=key)
        assert (refusal.value.status, refusal.value.code) == (400, "ValidationError")
