"""Compromised credentials: passwords that others know, at sign-in, sign-up and change."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from emulator.settings import Settings
from tests.api.people import confirm, status_of
from tests.api.second_factors import answer
from tests.api.signing_in import TEMPORARY, a_newcomer, refusal
from tests.api.srp_client import SrpClient
from tests.api.threats.guarded import BREACHED, TO_RESET, UNUSABLE, Guarded, a_guarded, compromised
from tests.builders import PASSWORD, Api, a_client, a_user, sign_in

OWN = "Correct-Horse-Battery-1"
EVERYWHERE = pytest.mark.parametrize("password", [BREACHED, OWN])


@pytest.fixture
def settings() -> Settings:
    """A server that was told of a password that others know."""
    return Settings(ephemeral=True, compromised_passwords=frozenset({OWN}))


def eva(place: Guarded, password: str = BREACHED) -> None:
    """Eva, whose password others know."""
    a_user(place.api, place.pool, "eva", password, email="eva@example.com", email_verified="true")


def found(place: Guarded, username: str = "eva") -> bool:
    """Whether the newest event tells of such a password."""
    return bool(place.events(username)[0]["EventRisk"]["CompromisedCredentialsDetected"])


@EVERYWHERE
def test_who_signs_in_with_one_has_to_reset_it(place: Guarded, password: str) -> None:
    place.configure(Compromised=compromised())
    eva(place, password)
    assert refusal(lambda: place.enter(username="eva", password=password)) == TO_RESET
    assert status_of(place.api, place.pool, "eva") == "RESET_REQUIRED"
    assert found(place)
    assert place.risks("eva") == [("Block", None)]
    assert place.responses("eva") == [("SignIn", "Fail")]
    members = {"ClientId": place.client, "Username": "eva"}
    place.api.idp("ForgotPassword", **members)
    code = place.api.code(user="eva")
    place.api.idp("ConfirmForgotPassword", ConfirmationCode=code, Password=PASSWORD, **members)
    assert place.enter(username="eva")["AuthenticationResult"]


def test_a_wrong_password_that_others_know_resets_nothing(place: Guarded) -> None:
    place.configure(Compromised=compromised())
    assert refusal(lambda: place.enter(password=BREACHED)) == "NotAuthorizedException: Incorrect username or password."
    assert status_of(place.api, place.pool) == "CONFIRMED"
    assert not found(place, "ana")


@pytest.mark.parametrize("mode", ["AUDIT", "ENFORCED"])
def test_no_action_and_audit_note_it_alone(api: Api, mode: str) -> None:
    place = a_guarded(api, mode)
    place.configure(Compromised=compromised("BLOCK" if mode == "AUDIT" else "NO_ACTION"))
    eva(place)
    assert place.enter(username="eva", password=BREACHED)["AuthenticationResult"]
    assert found(place)
    place.sign_up(password=BREACHED)
    assert found(place, "bob")
    assert status_of(api, place.pool, "eva") == "CONFIRMED"


def test_without_a_configuration_nobody_looks(place: Guarded) -> None:
    eva(place)
    assert place.enter(username="eva", password=BREACHED)["AuthenticationResult"]
    assert not found(place)


def test_srp_does_not_show_the_password(place: Guarded) -> None:
    place.configure(Compromised=compromised())
    eva(place)
    web = SrpClient(place.api, place.pool, a_client(place.api, place.pool, ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"]))
    assert web.sign_in("eva", BREACHED)
    assert not found(place)


@EVERYWHERE
def test_nobody_signs_up_with_one(place: Guarded, password: str) -> None:
    place.configure(Compromised=compromised())
    assert refusal(lambda: place.sign_up(password=password)) == UNUSABLE
    place.sign_up()
    confirm(place.api, place.client, place.api.code(user="bob"), "bob")


def test_nobody_changes_to_one(place: Guarded) -> None:
    place.configure(Compromised=compromised())
    token = sign_in(place.api, place.client)["AccessToken"]
    change = {"PreviousPassword": PASSWORD, "ProposedPassword": BREACHED}
    assert refusal(lambda: place.api.idp("ChangePassword", AccessToken=token, **change)) == UNUSABLE
    assert place.responses()[-1] == ("PasswordChange", "Fail")
    members = {"ClientId": place.client, "Username": "ana"}
    place.api.idp("ForgotPassword", **members)
    forgotten = {"ConfirmationCode": place.api.code(), "Password": BREACHED, **members}
    assert refusal(lambda: place.api.idp("ConfirmForgotPassword", **forgotten)) == UNUSABLE
    place.api.idp("ConfirmForgotPassword", **{**forgotten, "Password": "Another-Horse-1"})


def test_a_temporary_password_is_not_replaced_by_one(place: Guarded) -> None:
    place.configure(Compromised=compromised())
    a_newcomer(place.api, place.pool, "eva")
    challenge = place.enter(username="eva", password=TEMPORARY)
    name, session = challenge["ChallengeName"], challenge["Session"]
    told = refusal(lambda: answer(place.api, place.client, name, session, "eva", NEW_PASSWORD=BREACHED))
    assert told == UNUSABLE
    assert answer(place.api, place.client, name, session, "eva", NEW_PASSWORD=PASSWORD)["AuthenticationResult"]


@pytest.mark.parametrize("looked_at", ["SIGN_IN", "SIGN_UP", "PASSWORD_CHANGE"])
def test_only_the_events_of_the_filter_are_looked_at(place: Guarded, looked_at: str) -> None:
    place.configure(Compromised=compromised("BLOCK", looked_at))
    eva(place)
    token = sign_in(place.api, place.client)["AccessToken"]
    calls: dict[str, Callable[[], object]] = {
        "SIGN_UP": lambda: place.sign_up(password=BREACHED),
        "PASSWORD_CHANGE": lambda: place.api.idp(
            "ChangePassword", AccessToken=token, PreviousPassword=PASSWORD, ProposedPassword=BREACHED
        ),
        "SIGN_IN": lambda: place.enter(username="eva", password=BREACHED),
    }
    for event, call in calls.items():
        if event == looked_at:
            assert refusal(call) in (UNUSABLE, TO_RESET)
        else:
            call()
