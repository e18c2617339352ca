"""GetDerivedToken, asked with tokens, actors and secrets of every hostile kind; and who acted before stays named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from tests.api.exchange import EXCHANGE, a_service, acting, an_exchanger, derive, own_token
from tests.api.provider_calls import SOCIAL, a_provider
from tests.api.signing_in import a_secret_client, reasons, refusal
from tests.builders import Api, a_client, a_pool, a_user, claims, sign_in

INVALID = "NotAuthorizedException: Invalid {}Token"
TOGETHER = "InvalidParameterException: ActorToken and ActorTokenType must be set together."


@dataclass
class Place:
    """A pool with Ana and Bob, an app where they sign in, a client that exchanges tokens, and a service that acts."""

    api: Api
    pool: str
    app: str
    exchanger: str
    service: tuple[str, str]

    def tokens(self, username: str = "ana") -> dict[str, Any]:
        """A sign-in's."""
        return sign_in(self.api, self.app, username)

    def ask(self, role: str, token: str, kind: str = "ACCESS_TOKEN") -> str:
        """What an exchange is refused with, in which that token is the Subject's or the Actor's."""
        subject = token if role == "Subject" else self.tokens("bob")["AccessToken"]
        more = acting(token, kind) if role == "Actor" else {}
        kind = kind if role == "Subject" else "ACCESS_TOKEN"
        return refusal(partial(derive, self.api, self.exchanger, subject, kind, **more))


@pytest.fixture
def place(api: Api) -> Place:
    pool = a_pool(api)
    for username in ("ana", "bob"):
        a_user(api, pool, username, email=f"{username}@example.com", email_verified="true")
    return Place(api, pool, a_client(api, pool), an_exchanger(api, pool), a_service(api, pool))


def expired(place: Place) -> str:
    token = place.tokens()["AccessToken"]
    place.api.world.clock.advance(hours=1)
    return str(token)


def revoked(place: Place) -> str:
    tokens = place.tokens()
    place.api.idp("RevokeToken", ClientId=place.app, Token=tokens["RefreshToken"])
    return str(tokens["AccessToken"])


def disabled(place: Place) -> str:
    token = place.tokens()["AccessToken"]
    place.api.idp("AdminDisableUser", UserPoolId=place.pool, Username="ana")
    return str(token)


def disabled_and_enabled(place: Place) -> str:
    token = disabled(place)
    place.api.idp("AdminEnableUser", UserPoolId=place.pool, Username="ana")
    return token


def reset(place: Place) -> str:
    token = place.tokens()["AccessToken"]
    place.api.idp("AdminResetUserPassword", UserPoolId=place.pool, Username="ana")
    return str(token)


def gone(place: Place) -> str:
    token = place.tokens()["AccessToken"]
    place.api.idp("AdminDeleteUser", UserPoolId=place.pool, Username="ana")
    return str(token)


def clientless(place: Place) -> str:
    app = a_client(place.api, place.pool)
    token = sign_in(place.api, app)["AccessToken"]
    place.api.idp("DeleteUserPoolClient", UserPoolId=place.pool, ClientId=app)
    return str(token)


def a_closed_services(place: Place) -> str:
    token = own_token(place.api, place.service)
    place.api.idp("DeleteUserPoolClient", UserPoolId=place.pool, ClientId=place.service[0])
    return token


def foreign(place: Place) -> str:
    pool = a_pool(place.api)
    a_user(place.api, pool)
    return str(sign_in(place.api, a_client(place.api, pool))["AccessToken"])


def a_foreign_services(place: Place) -> str:
    return own_token(place.api, a_service(place.api, a_pool(place.api)))


def tampered(place: Place) -> str:
    mine, bobs = (place.tokens(username)["AccessToken"].split(".") for username in ("ana", "bob"))
    return f"{mine[0]}.{bobs[1]}.{mine[2]}"


def refreshing(place: Place) -> str:
    return str(place.tokens()["RefreshToken"])


def identity(place: Place) -> str:
    return str(place.tokens()["IdToken"])


@pytest.mark.parametrize("role", ["Subject", "Actor"])
@pytest.mark.parametrize(
    ("make", "told"),
    [
        (expired, "NotAuthorizedException: {}Token has expired"),
        (revoked, "NotAuthorizedException: {}Token has been revoked"),
        (disabled, "NotAuthorizedException: {}Token has been revoked"),
        (disabled_and_enabled, "NotAuthorizedException: {}Token has been revoked"),
        (reset, "NotAuthorizedException: Password reset required for the user"),
        (gone, "UserNotFoundException: User does not exist."),
        (clientless, INVALID),
        (a_closed_services, INVALID),
        (foreign, INVALID),
        (a_foreign_services, INVALID),
        (tampered, INVALID),
        (refreshing, INVALID),
        (identity, INVALID),
        (lambda _: "=", INVALID),
        (lambda _: "a.b.c", INVALID),
        (lambda _: "a." * 60_000, INVALID),
    ],
)
def test_a_token_that_is_not_good_is_refused(place: Place, role: str, make: Callable[[Place], str], told: str) -> None:
    assert place.ask(role, make(place)) == told.format(role)


@pytest.mark.parametrize("role", ["Subject", "Actor"])
def test_an_access_token_is_no_id_token(place: Place, role: str) -> None:
    assert place.ask(role, place.tokens()["AccessToken"], "ID_TOKEN") == INVALID.format(role)
    assert reasons(place.api) == "token_use is 'access'"


@pytest.mark.parametrize("role", ["Subject", "Actor"])
@pytest.mark.parametrize(
    ("members", "told"),
    [
        (
            {"TokenProviderName": "Google", "TokenType": "ID_TOKEN"},
            "InvalidParameterException: Google is not an OIDC provider.",
        ),
        (
            {"TokenProviderName": "Google", "TokenType": "SAML2"},
            "InvalidParameterException: Google is not a SAML provider.",
        ),
        (
            {"TokenType": "SAML2"},
            "InvalidParameterException: {}TokenProviderName is required for a SAML assertion.",
        ),
        (
            {"TokenProviderName": "Nowhere", "TokenType": "SAML2"},
            "ResourceNotFoundException: Identity provider Nowhere does not exist.",
        ),
    ],
    ids=range(4),
)
def test_only_providers_of_a_tokens_kind_are_taken(place: Place, role: str, members: dict[str, str], told: str) -> None:
    a_provider(place.api, place.pool, "Google", "Google", SOCIAL)
    token = place.tokens()["AccessToken"]
    given = {"SubjectToken": token, "SubjectTokenType": "ACCESS_TOKEN"}
    given |= {"ActorToken": token} if role == "Actor" else {}
    given |= {f"{role}{name}": value for name, value in members.items()}
    asking = partial(place.api.idp, "GetDerivedToken", ClientId=place.exchanger, **given)
    assert refusal(asking) == told.format(role)


def test_a_clients_own_token_is_no_subject(place: Place) -> None:
    asking = partial(derive, place.api, place.exchanger, own_token(place.api, place.service))
    assert refusal(asking) == INVALID.format("Subject")
    assert reasons(place.api) == "it stands for no user"


@pytest.mark.parametrize("members", [{"ActorTokenType": "ACCESS_TOKEN"}, {"ActorTokenProviderName": "Google"}])
def test_what_is_said_of_an_actor_needs_one(place: Place, members: dict[str, str]) -> None:
    asking = partial(derive, place.api, place.exchanger, place.tokens()["AccessToken"], **members)
    assert refusal(asking) == TOGETHER


@pytest.mark.parametrize(
    ("signed", "given", "good"),
    [
        (True, "right", True),
        (True, "none", True),
        (True, "wrong", False),
        (False, "right", True),
        (False, "none", False),
        (False, "wrong", False),
    ],
)
def test_the_caller_signs_or_knows_the_secret(place: Place, signed: bool, given: str, good: bool) -> None:
    client, secret = a_secret_client(place.api, place.pool, ExplicitAuthFlows=EXCHANGE)
    token = place.tokens()["AccessToken"]
    members = {"right": {"ClientSecret": secret}, "none": {}, "wrong": {"ClientSecret": "x" * 30}}[given]
    if not signed:
        place.api.headers["Authorization"] = ""
    if good:
        assert derive(place.api, client, token, **members)["IssuedToken"]
    else:
        told = f"NotAuthorizedException: Unable to verify client secret for client {client}"
        assert refusal(lambda: derive(place.api, client, token, **members)) == told


def test_a_client_of_another_pool_exchanges_nothing(place: Place) -> None:
    stranger = an_exchanger(place.api, a_pool(place.api))
    token = place.tokens()["AccessToken"]
    assert refusal(lambda: derive(place.api, stranger, token)) == INVALID.format("Subject")
    told = "ResourceNotFoundException: User pool client nobody does not exist."
    assert refusal(lambda: derive(place.api, "nobody", token)) == told


def test_who_acted_before_is_still_named_where_nobody_acts(place: Place) -> None:
    api, token = place.api, place.tokens()["AccessToken"]
    delegated = derive(api, place.exchanger, token, **acting(own_token(api, place.service)))["IssuedToken"]
    again = derive(api, place.exchanger, delegated)["IssuedToken"]
    assert claims(again)["act"] == {"sub": place.service[0], "client_id": place.service[0]}
    identified = derive(api, place.exchanger, delegated, RequestedTokenType="ID_TOKEN")["IssuedToken"]
    assert claims(identified)["act"] == claims(again)["act"]


def test_a_user_may_act_too(place: Place) -> None:
    bob, token = place.tokens("bob"), place.tokens()["AccessToken"]
    said = claims(derive(place.api, place.exchanger, token, **acting(bob["AccessToken"]))["IssuedToken"])
    assert said["username"] == "ana"
    assert said["act"] == {"sub": claims(bob["IdToken"])["sub"], "client_id": place.app}
    said = claims(derive(place.api, place.exchanger, token, **acting(bob["IdToken"], "ID_TOKEN"))["IssuedToken"])
    assert said["act"] == {"sub": claims(bob["IdToken"])["sub"]}


def test_a_token_without_the_scope_does_not_call_the_users_operations(place: Place) -> None:
    told = "NotAuthorizedException: Access Token does not have required scopes"
    from_id = derive(place.api, place.exchanger, place.tokens()["IdToken"], "ID_TOKEN")
    narrowed = derive(place.api, place.exchanger, place.tokens()["AccessToken"], Scopes=["openid"])
    for answer in (from_id, narrowed):
        assert answer["Scopes"] == []
        assert refusal(partial(place.api.idp, "GetUser", AccessToken=answer["IssuedToken"])) == told


def test_a_derived_id_token_has_no_scopes_and_is_no_access_token(place: Place) -> None:
    answer = derive(place.api, place.exchanger, place.tokens()["AccessToken"], RequestedTokenType="ID_TOKEN")
    assert answer["Scopes"] == []
    assert "scope" not in claims(answer["IssuedToken"])
    told = refusal(lambda: place.api.idp("GetUser", AccessToken=answer["IssuedToken"]))
    assert told == "NotAuthorizedException: Invalid Access Token"


def test_a_derived_id_token_does_not_pass_for_another_clients(place: Place) -> None:
    token = place.tokens()["AccessToken"]
    told = "InvalidParameterException: An ID token cannot be for another app client."
    asked: dict[str, Any] = {"RequestedTokenType": "ID_TOKEN", "Audiences": [place.app]}
    assert refusal(lambda: derive(place.api, place.exchanger, token, **asked)) == told
    for audience in (place.exchanger, "https://orders.example"):
        issued = derive(place.api, place.exchanger, token, RequestedTokenType="ID_TOKEN", Audiences=[audience])
        assert claims(issued["IssuedToken"])["aud"] == audience


def test_a_derived_token_ends_with_the_client_that_asked_for_it(place: Place) -> None:
    issued = derive(place.api, place.exchanger, place.tokens()["AccessToken"])["IssuedToken"]
    place.api.idp("DeleteUserPoolClient", UserPoolId=place.pool, ClientId=place.exchanger)
    told = refusal(lambda: place.api.idp("GetUser", AccessToken=issued))
    assert told == "NotAuthorizedException: Invalid Access Token"
    other = an_exchanger(place.api, place.pool)
    assert refusal(lambda: derive(place.api, other, issued)) == INVALID.format("Subject")
