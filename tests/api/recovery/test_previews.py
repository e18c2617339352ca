"""What a preview counts: each entity once, as it was then against what it is now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bcrypt
import pytest
from msgspec.structs import replace

from emulator.outside.lambdas import Functions
from emulator.outside.world import World
from storage.store import Store
from tests.api.hostile_places import with_passkeys
from tests.api.hostile_rows import ROWS, Row
from tests.api.imports.importer import ANA, Importer
from tests.api.recovery.recovering import HOUR, MINUTE, Recovering
from tests.api.signing_in import enter, refusal, renew
from tests.builders import PASSWORD, Api, a_client, a_user, pairs, sign_in

SMS = {"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "x"}}
NOTHING = (0, 0, 0)
QUIET = {"Users": NOTHING, "Groups": NOTHING, "User MFAs": NOTHING, "Passkeys": NOTHING}
Counts = dict[str, tuple[int, int, int]]


@pytest.fixture
def world(world: World) -> World:
    """A world that runs functions."""
    return replace(world, lambdas=Functions())


@pytest.fixture
def place(api: Api) -> Recovering:
    """A pool with Ana, Bob and two groups, of which Ana is in the first."""
    place = Recovering.of(api, age=0)
    for name in ("ana", "bob"):
        a_user(api, place.pool, name, email=f"{name}@example.com")
    for group in ("staff", "guests"):
        api.idp("CreateGroup", UserPoolId=place.pool, GroupName=group)
    api.idp("AdminAddUserToGroup", UserPoolId=place.pool, Username="ana", GroupName="staff")
    methods = {"SoftwareTokenMfaConfiguration": {"Enabled": True}, "SmsMfaConfiguration": SMS}
    api.idp("SetUserPoolMfaConfig", UserPoolId=place.pool, MfaConfiguration="OPTIONAL", **methods)
    api.world.clock.advance(seconds=HOUR)
    return place


def counted(place: Recovering, act: Callable[[], Any]) -> Counts:
    """The preview of a recovery to just before an act; the pool then takes writes again."""
    act()
    place.api.world.clock.advance(seconds=15 * MINUTE)
    recovery = place.previewed(15 * MINUTE + 1)
    preview = place.preview(recovery)
    place.ask("CancelPointInTimeRecovery", recovery)
    return preview


def calls(place: Recovering, *rows: tuple[str, dict[str, Any]]) -> Callable[[], Any]:
    """These calls, with the pool's id."""
    return lambda: [place.api.idp(name, UserPoolId=place.pool, **members) for name, members in rows]


OF_ANA = {"Username": "ana"}
RENAMED = ("AdminUpdateUserAttributes", {**OF_ANA, "UserAttributes": pairs({"name": "Ana"})})
UNNAMED = ("AdminDeleteUserAttributes", {**OF_ANA, "UserAttributeNames": ["name"]})
MADE = ("AdminCreateUser", {"Username": "eva", "MessageAction": "SUPPRESS"})
GONE = ("AdminDeleteUser", {"Username": "eva"})
NO_ANA = ("AdminDeleteUser", OF_ANA)
ANA_AGAIN = ("AdminCreateUser", {**OF_ANA, "MessageAction": "SUPPRESS"})
LEAVES = ("AdminRemoveUserFromGroup", {**OF_ANA, "GroupName": "staff"})
COMES = ("AdminAddUserToGroup", {**OF_ANA, "GroupName": "staff"})
OFF, ON = ("AdminDisableUser", OF_ANA), ("AdminEnableUser", OF_ANA)
PHONE = ("AdminUpdateUserAttributes", {**OF_ANA, "UserAttributes": pairs({"phone_number": "+15555550101"})})
TEXTS = ("AdminSetUserMFAPreference", {**OF_ANA, "SMSMfaSettings": {"Enabled": True}})


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([MADE], {"Users": (0, 0, 1)}, id="a user was created"),
        pytest.param([NO_ANA], {"Users": (1, 0, 0)}, id="a user was deleted, with a membership"),
        pytest.param([RENAMED], {"Users": (0, 1, 0)}, id="a user was changed"),
        pytest.param([RENAMED, OFF, LEAVES, RENAMED], {"Users": (0, 1, 0)}, id="a user was changed many times"),
        pytest.param([MADE, GONE], {}, id="a user was created and deleted"),
        pytest.param([RENAMED, UNNAMED, OFF, ON, LEAVES, COMES], {}, id="a user was changed and changed back"),
        pytest.param([NO_ANA, ANA_AGAIN], {"Users": (0, 1, 0)}, id="a user was deleted and created again"),
        pytest.param([LEAVES], {"Users": (0, 1, 0)}, id="a user left a group"),
        pytest.param([("CreateGroup", {"GroupName": "new"})], {"Groups": (0, 0, 1)}, id="a group was created"),
        pytest.param([("DeleteGroup", {"GroupName": "staff"})], {"Groups": (1, 0, 0)}, id="a group was deleted"),
        pytest.param(
            [("UpdateGroup", {"GroupName": "guests", "Precedence": 1})], {"Groups": (0, 1, 0)}, id="a group was changed"
        ),
        pytest.param([PHONE, TEXTS], {"Users": (0, 1, 0), "User MFAs": (0, 0, 1)}, id="a user chose a second factor"),
    ],
)
def test_an_entity_counts_once(place: Recovering, rows: list[Any], expected: Counts) -> None:
    assert counted(place, calls(place, *rows)) == QUIET | expected


def test_a_pool_in_which_nothing_happened_has_a_preview_of_zeros(place: Recovering) -> None:
    assert counted(place, lambda: None) == QUIET


def test_passkeys_go_with_their_user(api: Api) -> None:
    town = with_passkeys(api)
    api.world.clock.advance(seconds=HOUR)
    place = Recovering(api, town.pool, town.client)
    deleted = counted(place, calls(place, ("AdminDeleteUser", {"Username": "ana"})))
    assert deleted["Users"] == deleted["Passkeys"] == (1, 0, 0)


@pytest.mark.parametrize(
    "row", [row for row in ROWS if "NEW_PASSWORD" not in row.name and "SETUP" not in row.name], ids=lambda row: row.name
)
def test_a_sign_in_is_no_change(api: Api, row: Row) -> None:
    town = row.settle(api)
    api.world.clock.advance(seconds=HOUR)
    place = Recovering(api, town.pool, town.client)

    def signs_in() -> None:
        challenge = row.reach(town, "ana")
        town.answer(row.challenge, challenge.get("Session"), row.right(town, "ana", challenge))

    assert counted(place, signs_in) == QUIET


def test_wrong_passwords_refresh_and_signing_out_are_no_change(place: Recovering) -> None:
    api = place.api

    def goes_in_and_out() -> None:
        for _ in range(3):
            assert refusal(lambda: enter(api, place.client, password="Wrong-Horse-1"))
        tokens = sign_in(api, place.client)
        renew(api, place.client, tokens["RefreshToken"])
        api.idp("GlobalSignOut", AccessToken=tokens["AccessToken"])
        api.idp("AdminUserGlobalSignOut", UserPoolId=place.pool, Username="bob")

    assert counted(place, goes_in_and_out) == QUIET


def test_an_import_is_history_and_the_first_sign_in_of_the_imported_is_not(api: Api, store: Store) -> None:
    importer = Importer(api, store)
    place = Recovering(api, importer.pool, a_client(api, importer.pool))
    row = ANA | {"password_hash": bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()}
    columns = [*importer.header, "password_hash"]
    api.world.clock.advance(seconds=HOUR)

    def is_imported() -> None:
        job = importer.run(importer.csv(row, header=columns), PasswordHashingAlgorithm="BCRYPT")
        assert job["ImportedUsers"] == 1

    assert counted(place, is_imported) == QUIET | {"Users": (0, 0, 1)}
    assert counted(place, lambda: sign_in(api, place.client)) == QUIET
    place.recover(40 * MINUTE)
    assert api.idp("ListUsers", UserPoolId=place.pool)["Users"] == []
