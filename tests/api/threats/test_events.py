"""AdminListUserAuthEvents: every sign-in, sign-up and change of a password, and for how long they are told."""

from __future__ import annotations

import pytest

from emulator.app import create_app
from emulator.outside.world import World
from emulator.settings import Settings
from storage.store import Store
from tests.api.people import NOBODY, NOT_FOUND, confirm, refused, wrong
from tests.api.signing_in import refusal
from tests.api.threats.guarded import BLOCKED_ADDRESS, FIREFOX, HOME, Guarded
from tests.builders import PASSWORD, Api, a_client, a_pool, a_user, sign_in

NEW = "Another-Horse-1"


def test_a_sign_in_is_told_like_this(place: Guarded) -> None:
    place.enter(HOME, FIREFOX)
    [event] = place.events()
    assert len(event.pop("EventId")) == 36
    assert event == {
        "EventType": "SignIn",
        "CreationDate": place.api.world.clock.now(),
        "EventResponse": "Pass",
        "EventRisk": {"RiskDecision": "NoRisk", "CompromisedCredentialsDetected": False},
        "ChallengeResponses": [{"ChallengeName": "Password", "ChallengeResponse": "Success"}],
        "EventContextData": {"IpAddress": HOME, "DeviceName": "Firefox 128, Linux"},
    }


def test_a_sign_up_waits_for_its_confirmation(place: Guarded) -> None:
    place.sign_up()
    assert place.responses("bob") == [("SignUp", "InProgress")]
    code = place.api.code(user="bob")
    refusal(lambda: confirm(place.api, place.client, wrong(code), "bob"))
    assert place.responses("bob") == [("SignUp", "Fail")]
    confirm(place.api, place.client, code, "bob")
    assert place.responses("bob") == [("SignUp", "Pass")]


def test_a_sign_up_is_confirmed_by_its_link_too(place: Guarded) -> None:
    by_link = {"DefaultEmailOption": "CONFIRM_WITH_LINK"}
    on = {"UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}, "AutoVerifiedAttributes": ["email"]}
    place.api.idp("UpdateUserPool", UserPoolId=place.pool, VerificationMessageTemplate=by_link, **on)
    place.sign_up()
    link = place.api.message(user="bob").link or ""
    assert place.api.http.get(link.replace(place.api.code(user="bob"), "000000")).status_code == 400
    assert place.responses("bob") == [("SignUp", "Fail")]
    assert place.api.http.get(link).status_code == 200
    assert place.responses("bob") == [("SignUp", "Pass")]
    place.configure(Exceptions={"BlockedIPRangeList": ["127.0.0.0/8"]})
    assert "Request not allowed due to security reasons." in place.api.http.get(link).text


def test_a_code_that_is_sent_again_is_an_event_of_its_own(place: Guarded) -> None:
    place.sign_up()
    place.api.idp("ResendConfirmationCode", ClientId=place.client, Username="bob")
    confirm(place.api, place.client, place.api.code(user="bob"), "bob")
    assert refusal(lambda: place.api.idp("ResendConfirmationCode", ClientId=place.client, Username="bob"))
    assert place.responses("bob") == [("SignUp", "Pass"), ("ResendCode", "Pass")]


def test_a_sign_up_that_is_refused_is_nobodys(place: Guarded) -> None:
    assert refusal(lambda: place.sign_up("ana")).startswith("UsernameExistsException")
    assert place.events() == []


def test_a_sign_up_by_e_mail_address_is_noted_too(api: Api) -> None:
    on = {"AdvancedSecurityMode": "AUDIT"}
    pool = a_pool(api, UserPoolAddOns=on, UsernameAttributes=["email"])
    place = Guarded(api, pool, a_client(api, pool))
    api.idp("SignUp", ClientId=place.client, Username="eva@example.com", Password=PASSWORD)
    assert place.responses("eva@example.com") == [("SignUp", "InProgress")]


def test_a_forgotten_password_waits_for_its_code(place: Guarded) -> None:
    members = {"ClientId": place.client, "Username": "ana"}
    place.api.idp("ForgotPassword", **members)
    assert place.responses() == [("ForgotPassword", "InProgress")]
    code = place.api.code()
    for given, response in ((wrong(code), "Fail"), (code, "Pass")):
        try:
            place.api.idp("ConfirmForgotPassword", ConfirmationCode=given, Password=NEW, **members)
        except Exception:  # noqa: BLE001 - the first is to be refused
            assert given != code
        assert place.responses() == [("ForgotPassword", response)]
    place.api.idp("ForgotPassword", **members)
    assert place.responses() == [("ForgotPassword", "Pass"), ("ForgotPassword", "InProgress")]


def test_a_change_of_password_passes_or_fails(place: Guarded) -> None:
    token = sign_in(place.api, place.client)["AccessToken"]
    for present in ("wrong", PASSWORD):
        members = {"PreviousPassword": present, "ProposedPassword": NEW}
        try:
            place.api.idp("ChangePassword", AccessToken=token, **members)
        except Exception:  # noqa: BLE001 - the first is to be refused
            assert present == "wrong"
    assert place.responses() == [("SignIn", "Pass"), ("PasswordChange", "Fail"), ("PasswordChange", "Pass")]


def test_what_watches_a_refusal_keeps_what_the_refusal_keeps(place: Guarded) -> None:
    for _ in range(5):
        refusal(lambda: place.enter(password="wrong"))
    assert refusal(place.enter) == "NotAuthorizedException: Password attempts exceeded"
    assert place.responses() == [("SignIn", "Fail")] * 6


@pytest.mark.parametrize("operation", ["SignUp", "ForgotPassword", "ResendConfirmationCode", "ConfirmSignUp"])
def test_a_blocked_address_is_refused_whatever_it_wants(place: Guarded, operation: str) -> None:
    place.configure(Exceptions={"BlockedIPRangeList": ["127.0.0.1/32"]})
    members = {"SignUp": {"Password": PASSWORD}, "ConfirmSignUp": {"ConfirmationCode": "123456"}}.get(operation, {})
    told = refusal(lambda: place.api.idp(operation, ClientId=place.client, Username="ana", **members))
    assert told == BLOCKED_ADDRESS
    assert place.api.world.mailbox.messages() == []
    assert len(place.events()) == (0 if operation == "SignUp" else 1)


def test_who_hides_who_exists_hides_it_still(place: Guarded) -> None:
    with refused(*NOT_FOUND):
        place.api.idp("ResendConfirmationCode", ClientId=place.client, Username="nobody")
    settings = {"UserPoolId": place.pool, "ClientId": place.client, "PreventUserExistenceErrors": "ENABLED"}
    place.api.idp("UpdateUserPoolClient", **settings)
    told = place.api.idp("ForgotPassword", ClientId=place.client, Username="nobody")
    assert told["CodeDeliveryDetails"]["DeliveryMedium"] == "EMAIL"


# Lists


def test_the_newest_come_first_and_a_list_stays_whole_while_events_come(place: Guarded) -> None:
    for number in range(5):
        place.enter(f"192.0.2.{number}")
    members = {"UserPoolId": place.pool, "Username": "ana", "MaxResults": 2}
    seen: list[str] = []
    token: dict[str, str] = {}
    while True:
        page = place.api.idp("AdminListUserAuthEvents", **members, **token)
        seen += [event["EventContextData"]["IpAddress"] for event in page["AuthEvents"]]
        place.enter("192.0.2.200")
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    assert seen == [f"192.0.2.{number}" for number in (4, 3, 2, 1, 0)]
    assert len(place.events(MaxResults=0)) == 8


def test_a_token_is_good_for_one_users_list(place: Guarded) -> None:
    a_user(place.api, place.pool, "eva")
    place.enter()
    place.enter()
    members = {"UserPoolId": place.pool, "MaxResults": 1}
    token = place.api.idp("AdminListUserAuthEvents", Username="ana", **members)["NextToken"]
    for username, given in (("eva", token), ("ana", token[:-2] + "xx"), ("ana", "x")):
        told = refusal(
            lambda: place.api.idp("AdminListUserAuthEvents", Username=username, NextToken=given, **members)  # noqa: B023
        )
        assert told == "InvalidParameterException: Invalid pagination token given."


def test_nobody_has_no_events(place: Guarded) -> None:
    with refused(*NOBODY):
        place.events("nobody")


def test_events_go_with_their_user(place: Guarded) -> None:
    place.enter()
    place.api.idp("AdminDeleteUser", UserPoolId=place.pool, Username="ana")
    a_user(place.api, place.pool)
    assert place.events() == []


def test_events_are_kept_for_two_years(place: Guarded, settings: Settings, world: World, store: Store) -> None:
    place.enter()
    world.clock.advance(seconds=400 * 86_400)
    place.enter()
    world.clock.advance(seconds=400 * 86_400)
    create_app(settings, world, store)
    assert len(place.events()) == 1
