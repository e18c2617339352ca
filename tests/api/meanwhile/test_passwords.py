"""What happens while a password is hashed: to the user, to their names, to codes and to limits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jwt
import pytest

from tests.api.meanwhile.moments import Moments
from tests.api.people import attributes_of, sign_up, status_of
from tests.api.signing_in import TEMPORARY, WRONG, a_newcomer, begin, refusal, respond
from tests.api.srp_client import an_app, attempt
from tests.builders import PASSWORD, Api, Refused, a_client, a_pool, a_user, pairs, sign_in

NEW = "Another-Horse-2"
CHOSEN = "Chosen-Horse-3"
POOL = "us-east-1_Pinned"
CLIENT = "1example23456789"


@pytest.fixture(params=["sqlite", "postgresql"])
def kind_of_database(request: pytest.FixtureRequest) -> str:
    """Both, since units of work run side by side on PostgreSQL only."""
    return str(request.param)


def ended(call: Callable[[], object]) -> str:
    """How a call ends: "ok", or the exception."""
    try:
        call()
    except Refused as refusal:
        return refusal.code
    return "ok"


def test_the_pool_goes_while_somebody_signs_up(api: Api, moments: Moments) -> None:
    pool = a_pool(api)
    client = a_client(api, pool)
    with moments.acting(lambda: api.idp("DeleteUserPool", UserPoolId=pool)):
        end = ended(lambda: sign_up(api, client))
    assert end == "ResourceNotFoundException"


def test_the_pool_goes_while_a_user_is_made(api: Api, moments: Moments) -> None:
    pool = a_pool(api)
    with moments.acting(lambda: api.idp("DeleteUserPool", UserPoolId=pool)):
        end = ended(lambda: api.idp("AdminCreateUser", UserPoolId=pool, Username="ana"))
    assert end == "ResourceNotFoundException"


def test_the_pool_is_made_again_while_a_password_is_checked(api: Api, moments: Moments) -> None:
    """Under the same ids, as by a reset and a seed. The tokens are signed by its new keys."""

    def make() -> None:
        pool = a_pool(api, UserPoolTags={"cognito-emulator:id": POOL})
        a_client(api, pool, ClientName=f"_custom_id_:{CLIENT}")
        a_user(api, pool)

    def make_again() -> None:
        assert api.http.post("/_emulator/reset").status_code == 200
        make()

    make()
    sign_in(api, CLIENT)
    with moments.acting(make_again):
        tokens = sign_in(api, CLIENT)
    published = {key["kid"] for key in api.http.get(f"/{POOL}/.well-known/jwks.json").get_json()["keys"]}
    assert {jwt.get_unverified_header(tokens[name])["kid"] for name in ("AccessToken", "IdToken")} == published


def test_the_user_goes_while_their_password_is_set(api: Api, moments: Moments) -> None:
    pool = a_pool(api)
    a_user(api, pool)
    members = {"UserPoolId": pool, "Username": "ana"}
    with moments.acting(lambda: api.idp("AdminDeleteUser", **members)):
        end = ended(lambda: api.idp("AdminSetUserPassword", **members, Password=NEW, Permanent=True))
    assert end == "UserNotFoundException"


@pytest.mark.parametrize("at", [1, 2])
def test_the_user_goes_while_they_change_their_password(api: Api, moments: Moments, at: int) -> None:
    pool = a_pool(api)
    a_user(api, pool)
    token = sign_in(api, a_client(api, pool))["AccessToken"]
    with moments.acting(lambda: api.idp("AdminDeleteUser", UserPoolId=pool, Username="ana"), at):
        end = ended(lambda: change(api, token, PASSWORD, NEW))
    assert end == "UserNotFoundException"


def test_a_code_is_spent_while_it_is_used_to_set_a_password(api: Api, moments: Moments) -> None:
    pool = a_pool(api)
    client = a_client(api, pool)
    a_user(api, pool, email="ana@example.com", email_verified="true")
    api.idp("ForgotPassword", ClientId=client, Username="ana")
    members = {"ClientId": client, "Username": "ana", "ConfirmationCode": api.code()}
    with moments.acting(lambda: api.idp("ConfirmForgotPassword", **members, Password=CHOSEN)):
        end = ended(lambda: api.idp("ConfirmForgotPassword", **members, Password=NEW))
    assert end == "ExpiredCodeException"
    assert status_of(api, pool) == "CONFIRMED"
    assert sign_in(api, client, password=CHOSEN)


def test_the_address_that_names_a_user_moves_while_their_password_is_set(api: Api, moments: Moments) -> None:
    """The password goes to whom the address names then, and is theirs in both its forms."""
    web = an_app(api, a_pool(api, AliasAttributes=["email"]))
    verified = {"email": "ana@example.com", "email_verified": "true"}
    a_user(api, web.pool, **verified)
    a_user(api, web.pool, "bea")

    def move() -> None:
        other = pairs(verified | {"email": "other@example.com"})
        api.idp("AdminUpdateUserAttributes", UserPoolId=web.pool, Username="ana", UserAttributes=other)
        api.idp("AdminUpdateUserAttributes", UserPoolId=web.pool, Username="bea", UserAttributes=pairs(verified))

    members = {"UserPoolId": web.pool, "Username": "ana@example.com", "Password": NEW, "Permanent": True}
    with moments.acting(move):
        api.idp("AdminSetUserPassword", **members)
    assert attempt(web, "ana", NEW) == WRONG
    assert sign_in(api, web.client, "bea", NEW)
    assert "AuthenticationResult" in web.sign_in("bea", NEW)


def test_attributes_that_change_while_a_new_password_is_hashed_stay_changed(api: Api, moments: Moments) -> None:
    pool = a_pool(api, AliasAttributes=["email"])
    client = a_client(api, pool)
    a_newcomer(api, pool, email="old@example.com", email_verified="true")
    challenge = begin(api, client, USERNAME="ana", PASSWORD=TEMPORARY)
    changed = {"email": "new@example.com", "email_verified": "true", "name": "Ana"}
    members = {"UserPoolId": pool, "Username": "ana", "UserAttributes": pairs(changed)}
    with moments.acting(lambda: api.idp("AdminUpdateUserAttributes", **members)):
        tokens = respond(api, client, challenge["Session"], userAttributes__nickname="annie")
    assert "AuthenticationResult" in tokens
    assert attributes_of(api, pool) == changed | {"nickname": "annie"}
    assert sign_in(api, client, "new@example.com")
    assert refusal(lambda: sign_in(api, client, "old@example.com")).startswith("UserNotFoundException")


def test_an_attribute_that_is_given_while_a_new_password_is_hashed_is_not_overwritten(
    api: Api, moments: Moments
) -> None:
    required = [{"Name": "name", "AttributeDataType": "String", "Required": True, "Mutable": True}]
    pool = a_pool(api, Schema=required)
    client = a_client(api, pool)
    a_newcomer(api, pool)
    challenge = begin(api, client, USERNAME="ana", PASSWORD=TEMPORARY)
    members = {"UserPoolId": pool, "Username": "ana", "UserAttributes": pairs({"name": "Ana"})}
    with moments.acting(lambda: api.idp("AdminUpdateUserAttributes", **members)):
        told = refusal(lambda: respond(api, client, challenge["Session"], userAttributes__name="Eva"))
    assert told == "NotAuthorizedException: Cannot modify an already provided name"
    assert attributes_of(api, pool) == {"name": "Ana"}
    assert "AuthenticationResult" in respond(api, client, challenge["Session"])


@pytest.mark.parametrize("chooses", ["user", "administrator"])
def test_an_invitation_that_is_sent_again_does_not_overwrite_a_password_just_chosen(
    api: Api, moments: Moments, chooses: str
) -> None:
    pool = a_pool(api)
    client = a_client(api, pool)
    a_newcomer(api, pool, email="ana@example.com")
    named = {"UserPoolId": pool, "Username": "ana"}

    def choose() -> None:
        if chooses == "administrator":
            api.idp("AdminSetUserPassword", **named, Password=CHOSEN, Permanent=True)
        else:
            session = begin(api, client, USERNAME="ana", PASSWORD=TEMPORARY)["Session"]
            respond(api, client, session, NEW_PASSWORD=CHOSEN)

    with moments.acting(choose):
        told = refusal(lambda: api.idp("AdminCreateUser", **named, MessageAction="RESEND"))
    assert told == "UnsupportedUserStateException: Resend not possible. ana status is not FORCE_CHANGE_PASSWORD"
    assert api.world.mailbox.messages() == []
    assert sign_in(api, client, password=CHOSEN)


def change(api: Api, token: str, previous: str, proposed: str) -> dict[str, Any]:
    """ChangePassword."""
    return api.idp("ChangePassword", AccessToken=token, PreviousPassword=previous, ProposedPassword=proposed)


def test_calls_at_once_have_no_more_tries_at_the_present_password_than_one_after_another(
    api: Api, moments: Moments
) -> None:
    """Each call begins while the one before it checks its guess, so that all begin before a guess is counted."""
    pool = a_pool(api)
    a_user(api, pool)
    token = sign_in(api, a_client(api, pool))["AccessToken"]
    ends: list[str] = []

    def wrong(left: int) -> None:
        with moments.acting(lambda: wrong(left - 1) if left else None):
            ends.append(ended(lambda: change(api, token, "Wrong-Horse-1", NEW)))

    wrong(11)
    assert ends == ["NotAuthorizedException"] * 5 + ["LimitExceededException"] * 7


@pytest.mark.parametrize("at", [1, 2])
def test_the_right_password_is_no_good_once_others_used_up_the_tries_meanwhile(
    api: Api, moments: Moments, at: int
) -> None:
    pool = a_pool(api)
    a_user(api, pool)
    client = a_client(api, pool)
    token = sign_in(api, client)["AccessToken"]

    def guess() -> None:
        assert {ended(lambda: change(api, token, "Wrong-Horse-1", NEW)) for _ in range(5)} == {"NotAuthorizedException"}

    with moments.acting(guess, at):
        assert ended(lambda: change(api, token, PASSWORD, NEW)) == "LimitExceededException"
    assert sign_in(api, client)


@pytest.mark.parametrize("at", [1, 2])
@pytest.mark.parametrize(("meanwhile", "end"), [(PASSWORD, "ok"), (CHOSEN, "NotAuthorizedException")])
def test_the_present_password_is_the_one_that_is_present_at_the_end(
    api: Api, moments: Moments, at: int, meanwhile: str, end: str
) -> None:
    pool = a_pool(api)
    a_user(api, pool)
    client = a_client(api, pool)
    token = sign_in(api, client)["AccessToken"]
    members = {"UserPoolId": pool, "Username": "ana", "Password": meanwhile, "Permanent": True}
    with moments.acting(lambda: api.idp("AdminSetUserPassword", **members), at):
        assert ended(lambda: change(api, token, PASSWORD, NEW)) == end
    assert sign_in(api, client, password=NEW if end == "ok" else CHOSEN)


def test_two_calls_at_once_do_not_set_the_same_password_where_the_pool_remembers_passwords(
    api: Api, moments: Moments
) -> None:
    pool = a_pool(api, Policies={"PasswordPolicy": {"PasswordHistorySize": 3}})
    a_user(api, pool)
    members = {"UserPoolId": pool, "Username": "ana", "Password": NEW, "Permanent": True}
    with moments.acting(lambda: api.idp("AdminSetUserPassword", **members)):
        end = ended(lambda: api.idp("AdminSetUserPassword", **members))
    assert end == "PasswordHistoryPolicyViolationException"


def test_guesses_at_once_do_not_get_past_the_lock(api: Api, moments: Moments) -> None:
    pool = a_pool(api)
    a_user(api, pool)
    client = a_client(api, pool)
    ends: list[str] = []

    def guess(left: int) -> None:
        with moments.acting(lambda: guess(left - 1) if left else None):
            ends.append(refusal(lambda: sign_in(api, client, password="Wrong-Horse-1")))

    guess(11)
    assert ends == [WRONG] * 5 + ["NotAuthorizedException: Password attempts exceeded"] * 7
