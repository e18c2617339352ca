"""What ends the tokens of Ana, who is signed in at a browser. Each returns the token that was given."""

from __future__ import annotations

from tests.oauth.browser import Browser


def signed_out(browser: Browser, token: str) -> str:
    """By an administrator, everywhere."""
    browser.api.idp("AdminUserGlobalSignOut", UserPoolId=browser.pool, Username="ana")
    return token


def disabled(browser: Browser, token: str) -> str:
    """By an administrator."""
    browser.api.idp("AdminDisableUser", UserPoolId=browser.pool, Username="ana")
    return token


def deleted(browser: Browser, token: str) -> str:
    """By an administrator."""
    browser.api.idp("AdminDeleteUser", UserPoolId=browser.pool, Username="ana")
    return token
