"""Access tokens, checked by every operation that takes one; here GetUser stands for all of them."""

from __future__ import annotations

import base64
import json
from typing import Any

import jwt
import pytest

from emulator.context import Context, RequestOrigin
from emulator.domain.access import signing_keys
from keys import signing
from storage.store import Store
from tests.api.signing_in import a_place, refusal
from tests.builders import Api, a_client, a_pool, a_user, claims, sign_in
from tests.conftest import NOON

INVALID = "NotAuthorizedException: Invalid Access Token"
FOREIGN = "NotAuthorizedException: Could not verify signature for Access Token"
ENDED = "NotAuthorizedException: Access Token has been revoked"


class Place:
    """A pool, a client, Ana, and her tokens; and what a forger who has the keys could do."""

    def __init__(self, api: Api, store: Store, **client: Any) -> None:
        self.api, self.store = api, store
        self.pool, self.client = a_place(api, **client)
        self.user = a_user(api, self.pool, email="ana@example.com", email_verified="true")
        self.tokens = sign_in(api, self.client)
        self.access = self.tokens["AccessToken"]
        self.claims = claims(self.access)
        self.kid = jwt.get_unverified_header(self.access)["kid"]

    def read(self, token: str) -> str:
        """Whom GetUser finds."""
        return str(self.api.idp("GetUser", AccessToken=token)["Username"])

    def refusal(self, token: str) -> str:
        """What GetUser says."""
        return refusal(lambda: self.read(token))

    def keys(self, pool: str | None = None) -> dict[str, signing.SigningKey]:
        """The signing keys of a pool, by use."""
        with self.store.unit(writes=False) as unit:
            return signing_keys.of(Context(unit, self.api.world, None, RequestOrigin()), pool or self.pool)  # type: ignore[arg-type]

    def signed(self, use: str = "access", pool: str | None = None, **changes: Any) -> str:
        """A token that a pool's own key signs, with other claims."""
        changed = {name: value for name, value in {**self.claims, **changes}.items() if value is not None}
        return self.api.world.key_ring.sign(self.keys(pool)[use], changed)


@pytest.fixture
def place(api: Api, store: Store) -> Place:
    return Place(api, store)


def encoded(part: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def test_a_good_token_names_its_user(place: Place) -> None:
    assert place.read(place.access) == "ana"
    assert place.read(place.signed()) == "ana"


def test_a_token_is_good_whichever_host_is_asked(place: Place) -> None:
    place.api.headers["Host"] = "cognito.internal:26464"
    assert place.read(place.access) == "ana"
    assert claims(sign_in(place.api, place.client)["AccessToken"])["iss"].startswith("http://cognito.internal:26464/")


def test_an_id_token_is_no_access_token(place: Place) -> None:
    assert place.refusal(place.tokens["IdToken"]) == INVALID
    assert place.api.world.events.last(1)[0].reason == "token_use is 'id'"


def test_a_refresh_token_is_no_access_token(place: Place) -> None:
    assert place.refusal(place.tokens["RefreshToken"]) == INVALID


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "HS256", "RS512", "ES256", ""])
def test_a_token_without_our_algorithm_is_invalid(place: Place, alg: str) -> None:
    payload = place.access.split(".")[1]
    for signature in ("", place.access.split(".")[2], "AAAA"):
        assert place.refusal(f"{encoded({'alg': alg, 'kid': place.kid})}.{payload}.{signature}") == INVALID


def test_a_token_signed_with_the_public_key_as_a_secret_is_invalid(place: Place) -> None:
    public = jwt.PyJWK(place.api.http.get(f"/{place.pool}/.well-known/jwks.json").get_json()["keys"][1])
    text = public.key.public_numbers().n.to_bytes(256, "big")
    forged = jwt.encode(place.claims, text, algorithm="HS256", headers={"kid": place.kid})
    assert place.refusal(forged) == INVALID


def test_tampered_claims_are_noticed(place: Place) -> None:
    header, _, signature = place.access.split(".")
    for changes in ({"username": "bob"}, {"exp": 9_999_999_999}, {"sub": "0" * 8}, {"scope": "all"}):
        assert place.refusal(f"{header}.{encoded(place.claims | changes)}.{signature}") == FOREIGN


def test_a_signature_of_another_token_is_noticed(place: Place) -> None:
    other = sign_in(place.api, place.client)["AccessToken"]
    assert place.refusal(".".join([*place.access.split(".")[:2], other.split(".")[2]])) == FOREIGN


def test_another_pools_key_signs_nothing_here(place: Place) -> None:
    other = a_pool(place.api)
    a_user(place.api, other)
    sign_in(place.api, a_client(place.api, other))
    assert place.refusal(place.signed(pool=other)) == FOREIGN
    elsewhere = place.signed(pool=other, iss=f"http://localhost/{other}")
    assert place.refusal(elsewhere) == INVALID
    assert place.api.world.events.last(1)[0].reason == "its pool or client is gone"


def test_a_key_of_nobodys_signs_nothing(place: Place) -> None:
    stranger = signing.generate()
    for key in (stranger, signing.SigningKey(place.kid, stranger.pem)):
        assert place.refusal(place.api.world.key_ring.sign(key, place.claims)) == FOREIGN


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"token_use": "id"}, INVALID),
        ({"token_use": None}, INVALID),
        ({"exp": int(NOON)}, "NotAuthorizedException: Access Token has expired"),
        ({"client_id": "nobody"}, INVALID),
        ({"sub": "00000000-0000-4000-8000-000000000000"}, "UserNotFoundException: User does not exist."),
        ({"origin_jti": "made-up"}, ENDED),
        ({"username": None}, "NotAuthorizedException: Access Token does not have required scopes"),
        ({"scope": None}, "NotAuthorizedException: Access Token does not have required scopes"),
        ({"scope": "openid email"}, "NotAuthorizedException: Access Token does not have required scopes"),
        (
            {"scope": "aws.cognito.signin.user.adminx"},
            "NotAuthorizedException: Access Token does not have required scopes",
        ),
        ({"iss": "http://localhost/us-east-1_gone"}, FOREIGN),
        ({"iss": None}, FOREIGN),
    ],
)
def test_what_a_token_says_is_judged(place: Place, changes: dict[str, Any], expected: str) -> None:
    assert place.refusal(place.signed(**changes)) == expected


@pytest.mark.parametrize(
    "token",
    ["x", "a.b", "a.b.c", "....", "=", "a.b.c.d.e", "x" * 100_000, f"{encoded([1])}.{encoded({})}.AAAA"],
)
def test_what_is_no_token_is_invalid(place: Place, token: str) -> None:
    assert place.refusal(token) == INVALID


@pytest.mark.parametrize("odd", [{"kid": 7, "alg": "RS256"}, {"kid": ["a"], "alg": "RS256"}, {"alg": ["RS256"]}, {}])
def test_a_header_of_any_form_is_refused(place: Place, odd: dict[str, Any]) -> None:
    assert place.refusal(f"{encoded(odd)}.{place.access.split('.')[1]}.AAAA") in {INVALID, FOREIGN}


@pytest.mark.parametrize("iss", [None, 7, [], {}, "", "/", "💥", "a" * 10_000, "\0", "' OR 1=1"])
def test_an_issuer_of_any_form_is_refused(place: Place, iss: Any) -> None:
    forged = f"{encoded({'alg': 'RS256', 'kid': place.kid})}.{encoded({'iss': iss})}.AAAA"
    assert place.refusal(forged) == FOREIGN


def test_what_the_model_forbids_is_said_without_the_token(api: Api) -> None:
    pattern = "Member must satisfy regular expression pattern: [A-Za-z0-9-_=.]+"
    told = refusal(lambda: api.idp("GetUser", AccessToken="not a token"))
    assert told == (
        "InvalidParameterException: 1 validation error detected: "
        f"Value at 'accessToken' failed to satisfy constraint: {pattern}"
    )


def test_a_token_expires_by_the_clock_to_the_second(place: Place) -> None:
    place.api.world.clock.advance(hours=1, seconds=-0.001)
    assert place.read(place.access) == "ana"
    place.api.world.clock.advance(seconds=0.001)
    assert place.refusal(place.access) == "NotAuthorizedException: Access Token has expired"


def test_a_disabled_users_token_is_revoked_for_good(place: Place) -> None:
    place.api.idp("AdminDisableUser", UserPoolId=place.pool, Username="ana")
    assert place.refusal(place.access) == ENDED
    place.api.idp("AdminEnableUser", UserPoolId=place.pool, Username="ana")
    assert place.refusal(place.access) == ENDED


def test_a_deleted_users_token_is_nobodys_even_if_there_is_a_namesake(place: Place) -> None:
    place.api.idp("AdminDeleteUser", UserPoolId=place.pool, Username="ana")
    assert place.refusal(place.access) == "UserNotFoundException: User does not exist."
    a_user(place.api, place.pool)
    assert place.refusal(place.access) == "UserNotFoundException: User does not exist."


def test_a_deleted_clients_token_is_invalid(place: Place) -> None:
    place.api.idp("DeleteUserPoolClient", UserPoolId=place.pool, ClientId=place.client)
    assert place.refusal(place.access) == INVALID


def test_a_deleted_pools_token_is_of_nobodys_key(place: Place) -> None:
    place.api.idp("DeleteUserPool", UserPoolId=place.pool)
    assert place.refusal(place.access) == FOREIGN


def test_a_user_whose_password_was_reset_must_choose_another_first(place: Place) -> None:
    place.api.idp("AdminResetUserPassword", UserPoolId=place.pool, Username="ana")
    assert place.refusal(place.access) == "PasswordResetRequiredException: Password reset required for the user"


def test_another_users_family_is_of_no_use(place: Place) -> None:
    a_user(place.api, place.pool, "bob")
    bobs = claims(sign_in(place.api, place.client, "bob")["AccessToken"])
    assert place.refusal(place.signed(origin_jti=bobs["origin_jti"])) == ENDED


def test_after_a_reset_nobody_signs_with_an_old_key(place: Place) -> None:
    """The ring keeps parsed keys, but takes them by what they are: a kid stands for no other key."""
    before = place.keys()
    place.api.http.post("/_emulator/reset")
    assert place.refusal(place.access) == FOREIGN
    again = Place(place.api, place.store)
    assert not {key.kid for key in before.values()} & {key.kid for key in again.keys().values()}
    forged = place.api.world.key_ring.sign(before["access"], again.claims)
    assert again.refusal(forged) == FOREIGN
    renamed = signing.SigningKey(again.kid, before["access"].pem)
    assert again.refusal(place.api.world.key_ring.sign(renamed, again.claims)) == FOREIGN
    assert again.read(again.access) == "ana"


@pytest.mark.parametrize("operation", ["GlobalSignOut", "ListWebAuthnCredentials", "AssociateSoftwareToken"])
def test_operations_that_do_not_know_of_missing_users_refuse_them_in_the_same_words(
    place: Place, operation: str
) -> None:
    place.api.idp("AdminDeleteUser", UserPoolId=place.pool, Username="ana")
    told = refusal(lambda: place.api.idp(operation, AccessToken=place.access))
    assert told == "NotAuthorizedException: User does not exist."


def test_an_operation_that_does_not_know_of_resets_refuses_in_the_same_words(place: Place) -> None:
    place.api.idp("AdminResetUserPassword", UserPoolId=place.pool, Username="ana")
    told = refusal(lambda: place.api.idp("AssociateSoftwareToken", AccessToken=place.access))
    assert told == "NotAuthorizedException: Password reset required for the user"
