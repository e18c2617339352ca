"""SSO sessions in pools that track sessions: listed, ended, and silently used for as long as a client says."""

from __future__ import annotations

from typing import Any

import pytest

from storage.store import Store
from tests.builders import Api, sign_in
from tests.conftest import NOON
from tests.oauth.browser import Browser, an_oauth_client


@pytest.fixture
def browser(api: Api, store: Store) -> Browser:
    """A browser in which Ana is signed in, of a pool that tracks sessions."""
    browser = Browser.of(api, store)
    tracking = {"UserSessionTracking": "ENABLED", "TokenSession": {"MaxPerUser": 20}}
    api.idp("SetUserPoolSessionConfiguration", UserPoolId=browser.pool, **tracking)
    browser.sign_in()
    return browser


def sessions(browser: Browser) -> dict[str, dict[str, Any]]:
    """AdminListUserSessions, by type."""
    listed = browser.api.idp("AdminListUserSessions", UserPoolId=browser.pool, Username="ana")["Sessions"]
    return {session["SessionType"]: session for session in listed}


def revoke(browser: Browser, session: str, mode: str) -> None:
    members = {"UserPoolId": browser.pool, "Username": "ana", "SessionId": session}
    browser.api.idp("AdminRevokeUserSession", **members, RevokeAssociatedSessions=mode)


def is_signed_in(browser: Browser) -> bool:
    return "code=" in browser.authorize().headers["Location"]


def can_refresh(browser: Browser, token: str) -> bool:
    form = {"grant_type": "refresh_token", "client_id": browser.client, "refresh_token": token}
    return browser.token(None, **form).status_code == 200


def test_both_kinds_are_listed_and_a_token_session_names_its_origin(browser: Browser) -> None:
    browser.api.world.clock.advance(seconds=60)
    browser.tokens()
    found = sessions(browser)
    assert found.keys() == {"SSO", "TOKEN"}
    sso, token = found["SSO"], found["TOKEN"]
    assert token["OriginSessionId"] == sso["SessionId"]
    assert (sso["SessionId"][:3], len(sso["SessionId"])) == ("sso", 28)
    assert (sso["ClientId"], sso["CreateDate"], sso["LastActiveDate"]) == (browser.client, NOON, NOON + 60)
    assert (sso["IsCurrentSession"], "OriginSessionId" in sso) == (False, False)


def test_an_sso_session_is_listed_for_its_user_until_it_ends(browser: Browser) -> None:
    token = sign_in(browser.api, browser.client)["AccessToken"]
    listed = browser.api.idp("ListUserSessions", AccessToken=token)["Sessions"]
    assert {session["SessionType"] for session in listed} == {"SSO", "TOKEN"}
    browser.api.world.clock.advance(seconds=3600)
    assert sessions(browser).keys() == {"TOKEN"}


@pytest.mark.parametrize("mode", ["NONE", "LINKED"])
def test_an_sso_session_ends_alone_or_with_the_tokens_that_came_through_it(browser: Browser, mode: str) -> None:
    through, beside = browser.tokens()["refresh_token"], sign_in(browser.api, browser.client)["RefreshToken"]
    revoke(browser, sessions(browser)["SSO"]["SessionId"], mode)
    assert not is_signed_in(browser)
    assert can_refresh(browser, through) is (mode == "NONE")
    assert can_refresh(browser, beside)


@pytest.mark.parametrize("mode", ["NONE", "LINKED"])
def test_a_token_session_ends_alone_or_with_its_sso_session(browser: Browser, mode: str) -> None:
    first, second = browser.tokens()["refresh_token"], browser.tokens()["refresh_token"]
    listed = browser.api.idp("AdminListUserSessions", UserPoolId=browser.pool, Username="ana")["Sessions"]
    revoke(browser, next(each["SessionId"] for each in listed if each["SessionType"] == "TOKEN"), mode)
    assert sorted([can_refresh(browser, first), can_refresh(browser, second)]) == [False, True]
    assert is_signed_in(browser) is (mode == "NONE")


@pytest.mark.parametrize("mode", [None, "NONE", "LINKED"])
def test_revoke_token_ends_the_sso_session_if_it_is_asked_to(browser: Browser, mode: str | None) -> None:
    first, second = browser.tokens()["refresh_token"], browser.tokens()["refresh_token"]
    given = {"RevokeAssociatedSessions": mode} if mode else {}
    browser.api.idp("RevokeToken", ClientId=browser.client, Token=first, **given)
    assert is_signed_in(browser) is (mode != "LINKED")
    assert can_refresh(browser, second)


def test_linked_has_no_effect_without_tracking(api: Api, store: Store) -> None:
    browser = Browser.of(api, store)
    browser.sign_in()
    token = browser.tokens()["refresh_token"]
    api.idp("RevokeToken", ClientId=browser.client, Token=token, RevokeAssociatedSessions="LINKED")
    assert is_signed_in(browser)


def test_another_users_session_is_not_ended(browser: Browser) -> None:
    session = sessions(browser)["SSO"]["SessionId"]
    api, pool = browser.api, browser.pool
    api.idp("AdminCreateUser", UserPoolId=pool, Username="bob", MessageAction="SUPPRESS")
    with pytest.raises(Exception, match="Session does not exist"):
        api.idp("AdminRevokeUserSession", UserPoolId=pool, Username="bob", SessionId=session)
    assert is_signed_in(browser)


@pytest.mark.parametrize(
    ("minutes", "after", "silent"),
    [(0, 0, False), (5, 299, True), (5, 300, False), (60, 3599, True), (120, 7199, True), (120, 7200, False)],
)
def test_a_client_says_for_how_long_it_takes_a_session(
    api: Api, store: Store, minutes: int, after: int, silent: bool
) -> None:
    browser = Browser.of(api, store)
    tracking = {"UserSessionTracking": "ENABLED", "TokenSession": {"MaxPerUser": 20}}
    api.idp("SetUserPoolSessionConfiguration", UserPoolId=browser.pool, **tracking)
    named = {"UserPoolId": browser.pool, "ClientId": browser.client}
    api.idp("SetUserPoolClientSessionConfiguration", **named, SSOSession={"MaxValidityMinutes": minutes})
    browser.sign_in()
    api.world.clock.advance(seconds=after)
    assert is_signed_in(browser) is silent


def test_a_client_with_no_validity_leaves_the_session_to_others(browser: Browser) -> None:
    named = {"UserPoolId": browser.pool, "ClientId": browser.client}
    browser.api.idp("SetUserPoolClientSessionConfiguration", **named, SSOSession={"MaxValidityMinutes": 0})
    assert not is_signed_in(browser)
    other = an_oauth_client(browser.api, browser.pool)
    assert "code=" in browser.authorize(client_id=other).headers["Location"]


def test_the_database_has_a_digest_of_the_cookie_alone(api: Api, store: Store) -> None:
    browser = Browser.of(api, store)
    cookie = browser.sign_in()
    with store.unit(writes=False) as unit:
        user = unit.users.named(browser.pool, "ana")
        assert user
        [session] = unit.browser_sessions.of(user.id)
    assert cookie not in repr(session)
