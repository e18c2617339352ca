"""What a restore does to users, their passwords and their tokens."""

from __future__ import annotations

from typing import Any

import bcrypt
import pytest

from storage.store import Store
from tests.api.imports.importer import ANA, Importer
from tests.api.recovery.recovering import HOUR, MINUTE, Recovering
from tests.api.signing_in import WRONG, enter, refusal, renew
from tests.api.srp_client import SrpClient
from tests.builders import FLOWS, PASSWORD, Api, a_client, a_user, pairs, sign_in

NEW = "Another-Horse-2"


@pytest.fixture
def place(api: Api) -> Recovering:
    """A pool with Ana, an hour ago."""
    place = Recovering.of(api, "PLUS", age=0, AliasAttributes=["email"])
    place.client = a_client(api, place.pool, ExplicitAuthFlows=[*FLOWS, "ALLOW_USER_SRP_AUTH"])
    a_user(api, place.pool, email="ana@example.com", email_verified="true")
    api.world.clock.advance(seconds=HOUR)
    return place


def restore(place: Recovering) -> None:
    """Recover to half an hour ago."""
    place.api.world.clock.advance(minutes=30)
    place.recover(30 * MINUTE + 1)


def described(place: Recovering, name: str = "ana") -> dict[str, Any]:
    return place.api.idp("AdminGetUser", UserPoolId=place.pool, Username=name)


def drop(place: Recovering, name: str = "ana") -> None:
    place.api.idp("AdminDeleteUser", UserPoolId=place.pool, Username=name)


def test_a_deleted_user_is_back_and_signs_in_with_the_password_of_then(place: Recovering) -> None:
    before = described(place)
    drop(place)
    restore(place)
    assert described(place) == before
    assert sign_in(place.api, place.client)
    assert sign_in(place.api, place.client, "ana@example.com")
    web = SrpClient(place.api, place.pool, place.client)
    challenge = web.begin("ana")
    proof = {"ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": web.proof(challenge)}
    assert place.api.idp("RespondToAuthChallenge", ClientId=place.client, **proof)["AuthenticationResult"]
    pool = place.api.idp("DescribeUserPool", UserPoolId=place.pool)["UserPool"]
    assert pool["EstimatedNumberOfUsers"] == 1


def test_a_user_who_was_deleted_and_made_again_is_the_first_one_again(place: Recovering) -> None:
    before = described(place)
    drop(place)
    a_user(place.api, place.pool, password=NEW, email="ana@example.com", email_verified="true")
    assert described(place) != before
    tokens = sign_in(place.api, place.client, password=NEW)
    restore(place)
    assert described(place) == before
    assert sign_in(place.api, place.client)
    assert refusal(lambda: enter(place.api, place.client, password=NEW)) == WRONG
    assert refusal(lambda: renew(place.api, place.client, tokens["RefreshToken"])).startswith("NotAuthorizedException")


def test_who_changed_the_password_since_keeps_it_and_loses_other_changes(place: Recovering) -> None:
    token = sign_in(place.api, place.client)["AccessToken"]
    place.api.idp("ChangePassword", AccessToken=token, PreviousPassword=PASSWORD, ProposedPassword=NEW)
    place.api.idp("UpdateUserAttributes", AccessToken=token, UserAttributes=pairs({"name": "Ana"}))
    restore(place)
    assert sign_in(place.api, place.client, password=NEW)
    assert refusal(lambda: enter(place.api, place.client)) == WRONG
    assert "name" not in [each["Name"] for each in described(place)["UserAttributes"]]


def test_who_is_there_then_and_now_stays_signed_in(place: Recovering) -> None:
    tokens = sign_in(place.api, place.client)
    place.api.idp(
        "AdminUpdateUserAttributes", UserPoolId=place.pool, Username="ana", UserAttributes=pairs({"name": "Ana"})
    )
    restore(place)
    assert place.api.idp("GetUser", AccessToken=tokens["AccessToken"])["Username"] == "ana"
    assert renew(place.api, place.client, tokens["RefreshToken"])["AuthenticationResult"]


def test_tokens_and_sign_ins_of_who_came_since_are_dead(place: Recovering) -> None:
    a_user(place.api, place.pool, "eva")
    tokens = sign_in(place.api, place.client, "eva")
    restore(place)
    gone = "UserNotFoundException: User does not exist."
    assert refusal(lambda: place.api.idp("GetUser", AccessToken=tokens["AccessToken"])) == gone
    assert refusal(lambda: renew(place.api, place.client, tokens["RefreshToken"])).startswith("NotAuthorizedException")
    assert refusal(lambda: described(place, "eva")) == gone


def test_an_address_that_moved_to_another_user_is_back_with_the_first(place: Recovering) -> None:
    a_user(place.api, place.pool, "bob", email="bob@example.com", email_verified="true")
    place.api.world.clock.advance(minutes=1)
    swaps = [("ana", "x@example.com"), ("bob", "ana@example.com"), ("ana", "bob@example.com")]
    for name, address in swaps:
        attributes = pairs({"email": address, "email_verified": "true"})
        place.api.idp("AdminUpdateUserAttributes", UserPoolId=place.pool, Username=name, UserAttributes=attributes)
    assert described(place, "ana@example.com")["Username"] == "bob"
    restore(place)
    assert described(place, "ana@example.com")["Username"] == "ana"
    assert described(place, "bob@example.com")["Username"] == "bob"


def test_a_recovery_is_undone_by_the_next_one(place: Recovering) -> None:
    drop(place)
    restored = place.now
    restore(place)
    assert described(place)
    place.api.world.clock.advance(hours=24)
    place.recover(place.now - restored - MINUTE)
    assert refusal(lambda: described(place)) == "UserNotFoundException: User does not exist."


def test_the_configuration_stays(place: Recovering) -> None:
    api, named = place.api, {"UserPoolId": place.pool}
    api.idp("AddCustomAttributes", **named, CustomAttributes=[{"Name": "plan", "AttributeDataType": "String"}])
    client = a_client(api, place.pool)
    api.idp("UpdateUserPool", **named, PoolName="renamed")
    given = pairs({"custom:plan": "gold"})
    api.idp("AdminUpdateUserAttributes", **named, Username="ana", UserAttributes=given)
    restore(place)
    pool = api.idp("DescribeUserPool", **named)["UserPool"]
    assert pool["Name"] == "renamed"
    assert "custom:plan" in [each["Name"] for each in pool["SchemaAttributes"]]
    assert "custom:plan" not in [each["Name"] for each in described(place)["UserAttributes"]]
    assert sign_in(api, client)


@pytest.mark.parametrize("started", [False, True])
def test_a_recovery_goes_to_its_point_though_the_clock_jumps_back(place: Recovering, *, started: bool) -> None:
    """To before the recovery point, so that the time of the point comes again."""
    drop(place)
    place.api.world.clock.advance(minutes=30)
    recovery = place.initiate(30 * MINUTE + 1)
    if started:
        place.work()
        place.ask("StartPointInTimeRecovery", recovery)
    assert place.api.http.post("/_emulator/clock", json={"reset": True}).status_code == 200
    place.work()
    if not started:
        assert place.preview(recovery)["Users"] == (1, 0, 0)
        place.ask("StartPointInTimeRecovery", recovery)
        place.work()
    assert place.status(recovery) == "RESTORE_COMPLETED"
    assert described(place)


def test_who_was_unconfirmed_then_is_so_again_with_the_password_of_now(place: Recovering) -> None:
    api = place.api
    api.idp("SignUp", ClientId=place.client, Username="eva", Password=PASSWORD)
    api.world.clock.advance(seconds=HOUR)
    api.idp("AdminConfirmSignUp", UserPoolId=place.pool, Username="eva")
    api.idp("AdminSetUserPassword", UserPoolId=place.pool, Username="eva", Password=NEW, Permanent=True)
    restore(place)
    assert described(place, "eva")["UserStatus"] == "UNCONFIRMED"
    api.idp("AdminConfirmSignUp", UserPoolId=place.pool, Username="eva")
    assert sign_in(api, place.client, "eva", NEW)


def test_a_reset_since_is_undone_though_a_sign_in_replaced_the_imported_hash(api: Api, store: Store) -> None:
    importer = Importer(api, store, UserPoolTier="PLUS")
    place = Recovering(api, importer.pool, a_client(api, importer.pool))
    row = ANA | {"password_hash": bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()}
    importer.run(importer.csv(row, header=[*importer.header, "password_hash"]), PasswordHashingAlgorithm="BCRYPT")
    before = described(place)
    api.world.clock.advance(seconds=HOUR)
    api.idp("AdminDisableUser", UserPoolId=place.pool, Username="ana")
    api.idp("AdminEnableUser", UserPoolId=place.pool, Username="ana")
    assert sign_in(api, place.client)
    api.idp("AdminResetUserPassword", UserPoolId=place.pool, Username="ana")
    restore(place)
    assert described(place) == before
    assert sign_in(api, place.client)


def test_the_group_of_an_identity_provider_made_since_stays_with_it(place: Recovering) -> None:
    place.api.idp("CreateGroup", UserPoolId=place.pool, GroupName="new")
    place.api.idp(
        "CreateIdentityProvider",
        UserPoolId=place.pool,
        ProviderName="Google",
        ProviderType="Google",
        ProviderDetails={"client_id": "id", "client_secret": "secret", "authorize_scopes": "email"},
    )
    a_user(place.api, place.pool, "eve")
    for name in ("ana", "eve"):
        place.api.idp("AdminAddUserToGroup", UserPoolId=place.pool, Username=name, GroupName=f"{place.pool}_Google")
    place.api.world.clock.advance(minutes=30)
    assert place.recover(30 * MINUTE + 1)["Groups"] == (0, 0, 1)
    groups = place.api.idp("ListGroups", UserPoolId=place.pool)["Groups"]
    assert [group["GroupName"] for group in groups] == [f"{place.pool}_Google"]
    assert place.api.idp("AdminListGroupsForUser", UserPoolId=place.pool, Username="ana")["Groups"] == []
