"""Users who are exported and go in again: every way to sign in goes on, and the next export is the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import bcrypt
import pytest

from emulator.app import create_app
from emulator.context import Context, RequestOrigin
from emulator.seed import exporting
from emulator.settings import Settings
from keys.vault import Vault
from storage.store import Store
from tests.api.device_client import a_device
from tests.api.device_client import a_place as a_tracking_place
from tests.api.second_factors import TOTP, USED, a_place, an_enrolled, answer, challenged, code_of
from tests.api.signing_in import refusal
from tests.api.srp_client import SrpClient, an_app
from tests.api.test_passkey_sign_in import Place
from tests.builders import PASSWORD, Api, a_user, sign_in
from tests.seed.documents import POOL, sow
from tests.seed.seeded_users import Json, ana, exported, moved, named, shown, users

Moves = Callable[[], None]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.thorough)])
def kind_of_database(request: pytest.FixtureRequest) -> str:
    """Both; CI has one test on PostgreSQL."""
    return str(request.param)


@pytest.fixture
def moves(api: Api, store: Store) -> Moves:
    return lambda: moved(api, store)


def test_a_password_signs_in_after_a_move(api: Api, moves: Moves) -> None:
    web = an_app(api)
    a_user(api, web.pool, email="ana@example.com")
    moves()
    assert sign_in(api, web.client)["AccessToken"]
    assert refusal(lambda: sign_in(api, web.client, password="Wrong-Horse-1")).startswith("NotAuthorizedException")


def test_srp_signs_in_after_a_move(api: Api, moves: Moves) -> None:
    web = an_app(api)
    a_user(api, web.pool)
    moves()
    assert web.sign_in()["AuthenticationResult"]["AccessToken"]


def test_an_authenticator_app_shows_right_codes_after_a_move(api: Api, moves: Moves) -> None:
    pool, client = a_place(api, "OPTIONAL", TOTP)
    secret = an_enrolled(api, pool, client)
    moves()
    session = challenged(api, client, "SOFTWARE_TOKEN_MFA")["Session"]
    code = code_of(api, secret)
    assert answer(api, client, "SOFTWARE_TOKEN_MFA", session, SOFTWARE_TOKEN_MFA_CODE=code)["AuthenticationResult"]


def test_a_remembered_device_is_known_after_a_move(api: Api, moves: Moves) -> None:
    device = a_device(a_tracking_place(api), DeviceName="laptop")
    device.remember()
    moves()
    assert device.sign_in()["AccessToken"]
    listed = api.idp("AdminListDevices", UserPoolId=device.web.pool, Username="ana")["Devices"]
    names = {pair["Name"]: pair["Value"] for pair in listed[0]["DeviceAttributes"]}
    assert (listed[0]["DeviceKey"], names["device_name"]) == (device.key, "laptop")


def test_a_passkey_signs_in_after_a_move(api: Api, moves: Moves) -> None:
    place = Place(api)
    moves()
    challenge = place.ask()
    assert place.answer(challenge, place.proof(challenge))["AuthenticationResult"]["AccessToken"]


def test_a_user_is_the_same_after_a_move(api: Api, moves: Moves) -> None:
    web = an_app(api)
    created = a_user(api, web.pool, email="ana@example.com", email_verified="true", name="Ana")
    api.idp("CreateGroup", UserPoolId=web.pool, GroupName="admins")
    api.idp("AdminAddUserToGroup", UserPoolId=web.pool, Username="ana", GroupName="admins")
    api.idp("AdminDisableUser", UserPoolId=web.pool, Username="ana")
    moves()
    found = api.idp("AdminGetUser", UserPoolId=web.pool, Username="ana")
    assert found["UserAttributes"] == created["Attributes"]
    assert (found["Enabled"], found["UserStatus"]) == (False, "CONFIRMED")
    assert api.idp("AdminListGroupsForUser", UserPoolId=web.pool, Username="ana")["Groups"][0]["GroupName"] == "admins"


def test_a_temporary_password_is_still_temporary_after_a_move(api: Api, moves: Moves) -> None:
    web = an_app(api)
    api.idp("AdminCreateUser", UserPoolId=web.pool, Username="ana", TemporaryPassword=PASSWORD)
    moves()
    assert web.sign_in()["ChallengeName"] == "NEW_PASSWORD_REQUIRED"


def test_former_passwords_stay_former_after_a_move(api: Api, moves: Moves) -> None:
    web = an_app(api)
    policy = {"PasswordPolicy": {"MinimumLength": 8, "PasswordHistorySize": 3}}
    api.idp("UpdateUserPool", UserPoolId=web.pool, Policies=policy)
    a_user(api, web.pool, password="First-Horse-1")
    for password in ("Second-Horse-1", PASSWORD):
        api.idp("AdminSetUserPassword", UserPoolId=web.pool, Username="ana", Password=password, Permanent=True)
    moves()
    token = sign_in(api, web.client)["AccessToken"]
    for former in ("First-Horse-1", "Second-Horse-1", PASSWORD):
        refused = refusal(
            lambda former=former: api.idp(  # type: ignore[misc]
                "ChangePassword", AccessToken=token, PreviousPassword=PASSWORD, ProposedPassword=former
            )
        )
        assert refused.startswith("PasswordHistoryPolicyViolationException")


def test_a_username_that_is_a_sub_stays_after_a_move(api: Api, moves: Moves) -> None:
    document = users({"Username": "ana@example.com", "Password": PASSWORD}, UsernameAttributes=["email"])
    sow(api, document)
    before = shown(api, "ana@example.com")
    moves()
    assert shown(api, "ana@example.com")["Username"] == before["Username"]
    web = SrpClient(api, POOL, "1example23456789")
    assert web.sign_in("ana@example.com")["AuthenticationResult"]


def test_identities_are_linked_in_the_same_way_after_a_move(api: Api, store: Store) -> None:
    identity = {
        "userId": "42",
        "providerName": "Corp",
        "providerType": "OIDC",
        "issuer": None,
        "primary": False,
        "dateCreated": 1_700_000_000_123,
    }
    both = json.dumps([identity, identity | {"userId": "ana@corp.example", "dateCreated": 1_700_000_001_007}])
    named_by = {"ProviderName": "Corp", "ProviderAttributeName": "email", "ProviderAttributeValue": "ana@corp.example"}
    sow(api, users(ana(UserAttributes=named(identities=both), LinkedProviders=[named_by])))
    moved(api, store)
    assert json.loads(shown(api)["UserAttributes"]["identities"]) == json.loads(both)
    with store.unit(writes=False) as unit:
        assert unit.links.get(POOL, "Corp", "email", "ana@corp.example")
        assert unit.links.get(POOL, "Corp", "Cognito_Subject", "42")


@pytest.mark.parametrize("kind_of_database", ["sqlite", "postgresql"], indirect=True)
def test_everything_of_a_user_moves_with_it_in_clear_to_another_data_key(
    api: Api, store: Store, tmp_path: Path
) -> None:
    secret = "JBSWY3DPEHPK3PXP"
    sow(api, users(ana(SecretCode=secret, UserMFASettingList=["SOFTWARE_TOKEN_MFA"]), mfa=OPTIONAL_TOTP))
    device = a_device(a_tracking_place(api))
    portable = exported(api, store, portable=True)
    other = Store(tmp_path / "other.sqlite3", Vault(bytes(32)))
    there = Api(create_app(Settings(ephemeral=True), api.world, other, is_new=True).test_client(), api.world)
    assert "error" not in sow(there, portable)
    assert exported(there, other, portable=True) == portable
    device.web.api = there
    assert device.sign_in()["AccessToken"]
    session = SrpClient(there, POOL, "1example23456789").sign_in()["Session"]
    code = code_of(there, secret)
    assert answer(there, "1example23456789", "SOFTWARE_TOKEN_MFA", session, SOFTWARE_TOKEN_MFA_CODE=code)
    sealed = exported(api, store)
    assert "it was sealed with another data key" in str(sow(there, sealed)["error"])
    other.close()


OPTIONAL_TOTP: Json = {"MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": {"Enabled": True}}


def test_an_export_holds_no_password_and_without_portable_no_secret(api: Api, store: Store) -> None:
    secret = "JBSWY3DPEHPK3PXP"
    sow(api, users(ana(SecretCode=secret)))
    sealed, clear = json.dumps(exported(api, store)), json.dumps(exported(api, store, portable=True))
    assert PASSWORD not in sealed + clear
    assert secret not in sealed
    assert secret in clear
    assert '"Verifier"' not in sealed
    entry = exported(api, store)["user_pools"][0]["users"][0]
    assert entry["PasswordHash"].startswith("bcrypt-sha384:$2b$04$")


def test_a_sealed_member_opens_for_no_other_user(api: Api, store: Store) -> None:
    sow(api, users(ana(SecretCode="JBSWY3DPEHPK3PXP"), {"Username": "bob", "Password": PASSWORD}))
    document = exported(api, store)
    first, second = document["user_pools"][0]["users"]
    second["SealedSecretCode"] = first["SealedSecretCode"]
    path = "user_pools[0].users[1].SealedSecretCode"
    assert str(sow(api, document)["error"]).startswith(f"{path}: it was sealed with another data key")


def test_an_export_that_is_applied_where_it_was_made_changes_no_sign_in(api: Api, store: Store) -> None:
    pool, client = a_place(api, "OPTIONAL", TOTP)
    secret = an_enrolled(api, pool, client)
    session = challenged(api, client, "SOFTWARE_TOKEN_MFA")["Session"]
    code = code_of(api, secret)
    answer(api, client, "SOFTWARE_TOKEN_MFA", session, SOFTWARE_TOKEN_MFA_CODE=code)
    before = exported(api, store)
    assert "error" not in sow(api, before)
    assert exported(api, store) == before
    session = challenged(api, client, "SOFTWARE_TOKEN_MFA")["Session"]
    again = refusal(lambda: answer(api, client, "SOFTWARE_TOKEN_MFA", session, SOFTWARE_TOKEN_MFA_CODE=code))
    assert again == USED


def test_users_are_exported_page_by_page_in_the_order_in_which_they_came(api: Api, store: Store) -> None:
    many = [{"Username": f"user{number}", "UserStatus": "CONFIRMED", "groups": ["admins"]} for number in range(1_001)]
    sow(api, users(*many))
    found = exported(api, store)["user_pools"][0]["users"]
    assert [user["Username"] for user in found] == [user["Username"] for user in many]
    assert {tuple(user["groups"]) for user in found} == {("admins",)}


def test_the_hash_of_another_system_is_exported_as_it_is(api: Api, store: Store) -> None:
    text = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4, b"2a")).decode()
    sow(api, users(ana(PasswordHash=text)))
    assert exported(api, store)["user_pools"][0]["users"][0]["PasswordHash"] == text
    moved(api, store)
    assert sign_in(api, "1example23456789")["AccessToken"]


def test_an_export_is_written_page_by_page(api: Api, store: Store) -> None:
    """Users who are deleted after the first page are not in the rest of it."""
    sow(api, users(*({"Username": f"user{number}", "UserStatus": "CONFIRMED"} for number in range(501))))
    settings = Settings(ephemeral=True)
    with store.unit(writes=True) as unit:
        pieces = exporting.json_texts(Context(unit, api.world, settings, RequestOrigin()), portable=False)
        taken: list[str] = []
        while '"user0"' not in (taken or [""])[-1]:
            taken.append(next(pieces))
        pool = unit.pools.get(POOL)
        assert pool
        unit.pool_contents.delete(pool)
        taken += pieces
    assert max(piece.count('"Username"') for piece in taken) == 1
    assert len(json.loads("".join(taken))["user_pools"][0]["users"]) == 500


def test_an_export_in_pieces_is_the_document(api: Api, store: Store) -> None:
    sow(api, users(ana(groups=["admins"], UserAttributes=named(name="Äna 🦊")), ana(Username="bob")))
    sow(api, {"user_pools": [{"Id": "us-east-1_Empty", "PoolName": "empty"}]})
    for portable in (False, True):
        with store.unit(writes=False) as unit:
            context = Context(unit, api.world, Settings(ephemeral=True), RequestOrigin())
            text = "".join(exporting.json_texts(context, portable))
        assert json.loads(text) == exported(api, store, portable=portable)


def test_an_export_of_nothing_is_empty(api: Api, store: Store) -> None:
    with store.unit(writes=False) as unit:
        context = Context(unit, api.world, Settings(ephemeral=True), RequestOrigin())
        assert json.loads("".join(exporting.json_texts(context, portable=False))) == {}
