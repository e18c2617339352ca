"""Passkeys at the pages, beyond a first one and its use."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.builders import PASSWORD, a_user, sign_in
from tests.keys.authenticator import Authenticator
from tests.login.test_managed_login import EVERY, RELYING_PARTY, options
from tests.login.visitor import Visitor

Managed = Callable[..., Visitor]


def ana(managed: Managed, **pool: object) -> Visitor:
    """A visitor of a pool with passkeys, and Ana in it."""
    visitor = managed(**{**EVERY, **pool})
    a_user(visitor.api, visitor.pool, email="ana@example.com", email_verified="true")
    visitor.api.idp("SetUserPoolMfaConfig", UserPoolId=visitor.pool, **RELYING_PARTY)
    return visitor


def register(visitor: Visitor, authenticator: Authenticator) -> None:
    """Add a passkey of Ana's by the operations."""
    token = {"AccessToken": sign_in(visitor.api, visitor.client)["AccessToken"]}
    asked = visitor.api.idp("StartWebAuthnRegistration", **token)["CredentialCreationOptions"]
    visitor.api.idp("CompleteWebAuthnRegistration", **token, Credential=authenticator.create(asked))


def test_as_many_passkeys_as_possible_with_the_longest_ids_can_be_chosen_from(managed: Managed) -> None:
    """Browsers drop cookies of more than 4096 bytes."""
    visitor, authenticator = ana(managed), Authenticator(id_bytes=1023)
    for _ in range(20):
        register(visitor, authenticator)
    visitor.open().fill(username="ana").fill(answer="WEB_AUTHN")
    asked = options(visitor)
    assert {each["id"] for each in asked["allowCredentials"]} == {*authenticator.credentials}
    assert len(asked["allowCredentials"]) == 20
    cookie = visitor.api.http.get_cookie("page-data")
    assert cookie
    assert len(cookie.value) < 3000
    last = list(authenticator.credentials)[-1]
    visitor.fill(credential=json.dumps(authenticator.get(asked, last)))
    assert visitor.who() == "ana"


def test_a_passkey_is_asked_for_with_the_same_challenge_after_a_wrong_answer(managed: Managed) -> None:
    visitor, authenticator = ana(managed), Authenticator()
    register(visitor, authenticator)
    visitor.open().fill(username="ana").fill(answer="WEB_AUTHN")
    asked = options(visitor)
    assert visitor.fill(credential="{}").html.alert == "Incorrect username or password."
    assert options(visitor) == asked


def test_a_sign_in_that_is_over_begins_anew(managed: Managed) -> None:
    visitor, authenticator = ana(managed), Authenticator()
    register(visitor, authenticator)
    visitor.open().fill(username="ana").fill(answer="WEB_AUTHN")
    visitor.api.world.clock.advance(seconds=181)
    assert visitor.open("/login/passkey").path == "/login"
    visitor.fill(username="ana").fill(answer="PASSWORD").fill(password=PASSWORD)
    assert visitor.who() == "ana"
