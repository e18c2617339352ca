"""GetDerivedToken with tokens of an OIDC provider: as those of an actor, and of users of the pool."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace

from emulator.outside.http import CannedHttp, HttpResponse, TooSlow
from emulator.outside.world import World
from keys import jwks
from keys.signing import KeyRing, SigningKey, generate
from storage.store import Store
from tests.api.exchange import ADMIN, acting, an_exchanger, derive
from tests.api.provider_calls import a_provider
from tests.api.signing_in import reasons, refusal
from tests.api.web import ENDPOINTS, ISSUER
from tests.builders import Api, a_client, a_pool, a_user, claims, sign_in
from tests.conftest import NOON
from tests.federated_users.arriving import Town

JWKS = ENDPOINTS["jwks_uri"]
CORP = {"SubjectTokenProviderName": "Corp"}
NOBODY = "UserNotFoundException: User does not exist."
GOOD = {"iss": ISSUER, "aud": "app", "sub": "42", "exp": NOON + 600}


@pytest.fixture(scope="module")
def key() -> SigningKey:
    return generate()


@pytest.fixture(scope="module")
def stranger() -> SigningKey:
    return generate()


@pytest.fixture
def pages(key: SigningKey) -> CannedHttp:
    web = CannedHttp()
    web.put(JWKS, jwks.jwk_set([key]))
    return web


@pytest.fixture
def world(world: World, pages: CannedHttp) -> World:
    return replace(world, http=pages)


class Place(Struct):
    """A pool with Ana, its OIDC provider Corp, and a client that exchanges tokens."""

    api: Api
    pool: str
    client: str
    key: SigningKey

    def token(self, **changes: Any) -> str:
        """A token of Corp's; a value of None leaves a claim out."""
        said = {name: value for name, value in (GOOD | changes).items() if value is not None}
        return KeyRing().sign(self.key, said)

    def link(self, value: str = "42", attribute: str = "Cognito_Subject") -> None:
        """Let Ana sign in with an identity at Corp."""
        ana = {"ProviderName": "Cognito", "ProviderAttributeValue": "ana"}
        corp = {"ProviderName": "Corp", "ProviderAttributeName": attribute, "ProviderAttributeValue": value}
        self.api.idp("AdminLinkProviderForUser", UserPoolId=self.pool, DestinationUser=ana, SourceUser=corp)

    def derive(self, token: str, kind: str = "ID_TOKEN", **more: Any) -> dict[str, Any]:
        """GetDerivedToken for a token of Corp's."""
        return derive(self.api, self.client, token, kind, **CORP, **more)


@pytest.fixture
def place(api: Api, key: SigningKey) -> Place:
    pool = a_pool(api)
    a_user(api, pool, "ana", email="ana@example.com")
    a_provider(api, pool, AttributeMapping={"email": "mail"})
    return Place(api, pool, an_exchanger(api, pool), key)


def test_an_identity_at_a_provider_gets_a_token_of_the_user_who_is_linked_to_it(place: Place) -> None:
    place.link()
    answer = place.derive(place.token(auth_time=NOON - 60))
    said = claims(answer["IssuedToken"])
    assert (answer["IssuedTokenType"], answer["Scopes"]) == ("ACCESS_TOKEN", [])
    assert (said["username"], said["client_id"], said["scope"]) == ("ana", place.client, "")
    assert said["auth_time"] == NOON - 60
    assert said["iss"].endswith(place.pool)
    identity = claims(place.derive(place.token(), RequestedTokenType="ID_TOKEN")["IssuedToken"])
    assert (identity["email"], identity["aud"], identity["sub"]) == ("ana@example.com", place.client, said["sub"])


def test_a_mapped_attribute_finds_the_linked_user_too(place: Place) -> None:
    place.link("ana@corp.example.com", "email")
    said = claims(place.derive(place.token(mail="ana@corp.example.com"))["IssuedToken"])
    assert said["username"] == "ana"
    assert refusal(lambda: place.derive(place.token(mail="bob@corp.example.com"))) == NOBODY
    assert refusal(lambda: place.derive(place.token(mail=["ana@corp.example.com"]))) == NOBODY


def test_a_user_whom_the_pool_made_of_an_identity_is_found_and_one_of_its_own_is_not(
    place: Place, store: Store
) -> None:
    assert refusal(lambda: place.derive(place.token())) == NOBODY
    a_user(place.api, place.pool, "Corp_42")
    assert refusal(lambda: place.derive(place.token())) == NOBODY
    place.api.idp("AdminDeleteUser", UserPoolId=place.pool, Username="Corp_42")
    client = a_client(place.api, place.pool, SupportedIdentityProviders=["Corp"])
    Town(place.api, store, place.pool, client).arrive()
    assert claims(place.derive(place.token())["IssuedToken"])["username"] == "Corp_42"


@pytest.mark.parametrize(
    ("allowed", "asked", "granted"),
    [([], [], []), ([], [ADMIN], []), ([ADMIN], [], [ADMIN]), ([ADMIN], ["openid"], []), (["email"], [ADMIN], [])],
)
def test_a_provider_gives_no_scopes_that_the_client_is_not_allowed(
    place: Place, allowed: list[str], asked: list[str], granted: list[str]
) -> None:
    place.link()
    oauth = {
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": allowed,
        "CallbackURLs": ["https://app.example"],
    }
    client = an_exchanger(place.api, place.pool, **(oauth if allowed else {}))
    token = place.token(scope=f"{ADMIN} openid")
    assert derive(place.api, client, token, **CORP, Scopes=asked)["Scopes"] == granted


def test_a_derived_token_ends_when_the_user_is_signed_out(place: Place) -> None:
    place.link()
    issued = place.derive(place.token())["IssuedToken"]
    other = an_exchanger(place.api, place.pool)
    assert derive(place.api, other, issued)["IssuedToken"]
    place.api.idp("AdminUserGlobalSignOut", UserPoolId=place.pool, Username="ana")
    told = "NotAuthorizedException: SubjectToken has been revoked"
    assert refusal(lambda: derive(place.api, other, issued)) == told


def test_a_disabled_user_gets_none(place: Place) -> None:
    place.link()
    place.api.idp("AdminDisableUser", UserPoolId=place.pool, Username="ana")
    assert refusal(lambda: place.derive(place.token())) == "NotAuthorizedException: User is disabled."


def test_an_actor_from_elsewhere_need_not_be_a_user_and_is_named_with_its_issuer(place: Place) -> None:
    token = sign_in(place.api, a_client(place.api, place.pool))["AccessToken"]
    actor = acting(place.token(sub="robot")) | {"ActorTokenProviderName": "Corp"}
    said = claims(derive(place.api, place.client, token, **actor)["IssuedToken"])
    assert (said["username"], said["act"]) == ("ana", {"sub": "robot", "iss": ISSUER})
    assert claims(derive(place.api, place.client, token)["IssuedToken"]).get("act") is None


def forged(place: Place, **header: Any) -> str:
    """A good token under another header."""
    head = json.dumps({"kid": place.key.kid, "alg": "RS256"} | header).encode()
    _, body, signature = place.token().split(".")
    return f"{base64.urlsafe_b64encode(head).rstrip(b'=').decode()}.{body}.{signature}"


@pytest.mark.parametrize("role", ["Subject", "Actor"])
@pytest.mark.parametrize(
    "make",
    [
        lambda place: "x",
        lambda place: "=",
        lambda place: "a." * 60_000,
        lambda place: forged(place, alg="none"),
        lambda place: forged(place, alg="HS256"),
        lambda place: forged(place, alg="RS512"),
        lambda place: forged(place, kid="nobody"),
        lambda place: forged(place, kid=["x"]),
        lambda place: f"{place.token().rsplit('.', 1)[0]}.",
        lambda place: KeyRing().sign(generate(), GOOD),
        lambda place: place.token(iss="https://evil.example"),
        lambda place: place.token(iss=ISSUER + "/"),
        lambda place: place.token(iss=None),
        lambda place: place.token(aud="another"),
        lambda place: place.token(aud=None),
        lambda place: place.token(aud={"app": 1}),
        lambda place: place.token(sub=None),
        lambda place: place.token(sub=42),
        lambda place: place.token(sub=""),
        lambda place: place.token(exp=None),
        lambda place: place.token(exp=str(NOON + 600)),
        lambda place: place.token(exp=True),
        lambda place: place.token(exp=10**400),
        lambda place: place.token(nbf=NOON + 1),
        lambda place: place.token(nbf="soon"),
        lambda place: sign_in(place.api, a_client(place.api, place.pool))["IdToken"],
    ],
)
def test_a_token_that_the_provider_did_not_issue_for_the_pool_is_refused(
    place: Place, role: str, make: Callable[[Place], str]
) -> None:
    place.link()
    subject = sign_in(place.api, a_client(place.api, place.pool))["AccessToken"]
    asking = partial(derive, place.api, place.client, subject, **acting(make(place)), ActorTokenProviderName="Corp")
    asked = asking if role == "Actor" else partial(place.derive, make(place))
    assert refusal(asked) == f"NotAuthorizedException: Invalid {role}Token"


def test_an_expired_token_is_refused_to_the_second(place: Place) -> None:
    place.link()
    token = place.token()
    place.api.world.clock.advance(seconds=599)
    assert place.derive(token)["IssuedToken"]
    place.api.world.clock.advance(seconds=1)
    assert refusal(lambda: place.derive(token)) == "NotAuthorizedException: SubjectToken has expired"


def test_a_provider_of_another_pool_or_none_is_refused(place: Place) -> None:
    elsewhere = a_pool(place.api)
    stranger = an_exchanger(place.api, elsewhere)
    told = "ResourceNotFoundException: Identity provider Corp does not exist."
    assert refusal(lambda: derive(place.api, stranger, place.token(), "ID_TOKEN", **CORP)) == told


def too_slow(url: str, seconds: float) -> HttpResponse:
    assert seconds <= 5
    raise TooSlow(url)


@pytest.mark.parametrize("body", ["", "{}", "[]", '{"keys": 5}', "[" * 100_000, " " * 300_000])
def test_keys_that_cannot_be_read_are_a_refusal(place: Place, pages: CannedHttp, body: str) -> None:
    pages.put(JWKS, body)
    assert refusal(lambda: place.derive(place.token())) == "NotAuthorizedException: Invalid SubjectToken"
    assert f"no keys at {JWKS}" in str(reasons(place.api))


def test_keys_that_do_not_come_are_a_refusal_and_are_asked_for_again(
    place: Place, pages: CannedHttp, key: SigningKey
) -> None:
    place.link()
    found = pages.answers.pop(JWKS)
    assert refusal(lambda: place.derive(place.token())) == "NotAuthorizedException: Invalid SubjectToken"
    pages.meanwhile = partial(too_slow, JWKS, 5)
    assert refusal(lambda: place.derive(place.token())) == "NotAuthorizedException: Invalid SubjectToken"
    pages.answers[JWKS], pages.meanwhile = found, lambda: None
    assert place.derive(place.token())["IssuedToken"]


def test_keys_are_fetched_once_and_anew_for_a_new_key_but_not_at_once(
    place: Place, pages: CannedHttp, stranger: SigningKey
) -> None:
    place.link()
    for _ in range(3):
        place.derive(place.token())
    assert pages.urls == [JWKS]
    pages.put(JWKS, jwks.jwk_set([stranger]))
    rotated = replace(place, key=stranger)
    assert refusal(lambda: rotated.derive(rotated.token())) == "NotAuthorizedException: Invalid SubjectToken"
    assert pages.urls == [JWKS]
    place.api.world.clock.advance(seconds=30)
    assert rotated.derive(rotated.token())["IssuedToken"]
    assert refusal(lambda: place.derive(place.token())) == "NotAuthorizedException: Invalid SubjectToken"
    place.api.world.clock.advance(seconds=300)
    rotated.derive(rotated.token())
    assert pages.urls == [JWKS] * 3


def test_nothing_is_fetched_for_a_client_that_may_not_exchange(place: Place, pages: CannedHttp) -> None:
    plain = a_client(place.api, place.pool)
    told = "InvalidParameterException: ALLOW_TOKEN_EXCHANGE_IMPERSONATION is not enabled for the client."
    assert refusal(lambda: derive(place.api, plain, place.token(), "ID_TOKEN", **CORP)) == told
    assert pages.urls == []


def test_what_changes_while_keys_are_fetched_counts(place: Place, pages: CannedHttp) -> None:
    place.link()
    gone = partial(place.api.idp, "DeleteUserPoolClient", UserPoolId=place.pool, ClientId=place.client)
    pages.meanwhile = gone
    told = f"ResourceNotFoundException: User pool client {place.client} does not exist."
    assert refusal(lambda: place.derive(place.token())) == told
