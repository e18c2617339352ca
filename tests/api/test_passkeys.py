"""Passkeys of the user who is signed in: registered, listed, deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from keys.passkeys import decode, encode
from tests.api.signing_in import refusal
from tests.builders import Api, a_client, a_pool, a_user, sign_in
from tests.conftest import NOON
from tests.keys.authenticator import Authenticator

FACTORS = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}
NOT_FOUND = (
    "WebAuthnChallengeNotFoundException: The challenge of this passkey registration was not found, or it has expired."
)


def a_passkey_pool(api: Api, **configuration: str) -> str:
    """A pool whose users may have passkeys of `localhost`."""
    pool = a_pool(api, Policies=FACTORS)
    api.idp(
        "SetUserPoolMfaConfig",
        UserPoolId=pool,
        MfaConfiguration="OFF",
        WebAuthnConfiguration={"RelyingPartyId": "localhost", **configuration},
    )
    return pool


@pytest.fixture
def pool(api: Api) -> str:
    return a_passkey_pool(api)


@pytest.fixture
def client(api: Api, pool: str) -> str:
    a_user(api, pool, "ana")
    return a_client(api, pool)


@pytest.fixture
def token(api: Api, client: str) -> str:
    return str(sign_in(api, client)["AccessToken"])


def start(api: Api, token: str) -> dict[str, Any]:
    """The options of a new registration."""
    return dict(api.idp("StartWebAuthnRegistration", AccessToken=token)["CredentialCreationOptions"])


def complete(api: Api, token: str, credential: Any) -> dict[str, Any]:
    """Complete a registration."""
    return api.idp("CompleteWebAuthnRegistration", AccessToken=token, Credential=credential)


def register(api: Api, token: str, authenticator: Authenticator | None = None) -> str:
    """Register a passkey; answers its id."""
    credential = (authenticator or Authenticator()).create(start(api, token))
    assert complete(api, token, credential) == {}
    return str(credential["id"])


def listed(api: Api, token: str) -> list[dict[str, Any]]:
    """The user's passkeys."""
    return list(api.idp("ListWebAuthnCredentials", AccessToken=token)["Credentials"])


def test_the_options_are_for_the_user_and_the_pool(api: Api, token: str) -> None:
    options = start(api, token)
    user = api.idp("GetUser", AccessToken=token)
    sub = next(pair["Value"] for pair in user["UserAttributes"] if pair["Name"] == "sub")
    assert options["rp"] == {"id": "localhost", "name": "localhost"}
    assert options["user"] == {"displayName": "ana", "id": encode(sub.encode()), "name": "ana"}
    assert options["authenticatorSelection"]["userVerification"] == "preferred"
    assert options["excludeCredentials"] == []
    assert len(decode(options["challenge"])) == 32
    assert start(api, token)["challenge"] != options["challenge"]


def test_a_registered_passkey_is_listed_and_excluded_from_the_next_registration(api: Api, token: str) -> None:
    made = register(api, token, Authenticator(attachment="cross-platform", transports=["usb", "telepathy"]))
    assert listed(api, token) == [
        {
            "CredentialId": made,
            "FriendlyCredentialName": "Roaming passkey",
            "RelyingPartyId": "localhost",
            "AuthenticatorAttachment": "cross-platform",
            "AuthenticatorTransports": ["usb"],
            "CreatedAt": NOON,
        }
    ]
    assert start(api, token)["excludeCredentials"] == [{"id": made, "type": "public-key"}]


def test_a_well_known_authenticator_has_its_name(api: Api, token: str) -> None:
    register(api, token, Authenticator(aaguid=bytes.fromhex("fbfc3007154e4ecc8c0b6e020557d7bd"), attachment=None))
    (passkey,) = listed(api, token)
    assert passkey["FriendlyCredentialName"] == "iCloud Keychain"
    assert "AuthenticatorAttachment" not in passkey


def test_passkeys_are_listed_page_by_page_and_others_are_not(api: Api, pool: str, client: str, token: str) -> None:
    mine = {register(api, token) for _ in range(5)}
    a_user(api, pool, "bob")
    theirs = register(api, sign_in(api, client, "bob")["AccessToken"])
    first = api.idp("ListWebAuthnCredentials", AccessToken=token, MaxResults=3)
    rest = api.idp("ListWebAuthnCredentials", AccessToken=token, MaxResults=3, NextToken=first["NextToken"])
    assert "NextToken" not in rest
    seen = [each["CredentialId"] for each in first["Credentials"] + rest["Credentials"]]
    assert len(seen) == 5
    assert set(seen) == mine
    assert theirs not in mine
    forged = refusal(lambda: api.idp("ListWebAuthnCredentials", AccessToken=token, NextToken="forged"))
    assert forged == "InvalidParameterException: Invalid pagination token given."


def test_a_deleted_passkey_is_gone_and_nobody_deletes_anothers(api: Api, pool: str, client: str, token: str) -> None:
    made = register(api, token)
    a_user(api, pool, "bob")
    theirs = sign_in(api, client, "bob")["AccessToken"]
    gone = "ResourceNotFoundException: The passkey does not exist."
    assert refusal(lambda: api.idp("DeleteWebAuthnCredential", AccessToken=theirs, CredentialId=made)) == gone
    assert api.idp("DeleteWebAuthnCredential", AccessToken=token, CredentialId=made) == {}
    assert listed(api, token) == []
    assert refusal(lambda: api.idp("DeleteWebAuthnCredential", AccessToken=token, CredentialId=made)) == gone


def test_a_user_has_at_most_twenty_passkeys(api: Api, token: str) -> None:
    options = start(api, token)
    for _ in range(20):
        register(api, token)
    too_many = "LimitExceededException: A user cannot have more than 20 passkeys."
    assert refusal(lambda: start(api, token)) == too_many
    assert refusal(lambda: complete(api, token, Authenticator().create(options))) == too_many
    assert len(listed(api, token)) == 20


def test_a_registration_is_completed_once(api: Api, token: str) -> None:
    credential = Authenticator().create(start(api, token))
    complete(api, token, credential)
    assert refusal(lambda: complete(api, token, credential)) == NOT_FOUND
    assert len(listed(api, token)) == 1


def test_the_id_that_counts_is_the_one_that_is_attested(api: Api, token: str) -> None:
    first = register(api, token)
    credential = Authenticator().create(start(api, token))
    told = refusal(lambda: complete(api, token, credential | {"id": first, "rawId": first}))
    assert told == "InvalidParameterException: Credential data is not valid"


def test_a_passkey_that_is_registered_already_is_refused(api: Api, pool: str, client: str, token: str) -> None:
    a_user(api, pool, "bob")
    theirs = sign_in(api, client, "bob")["AccessToken"]
    twins = [Authenticator(seed="same"), Authenticator(seed="same")]
    register(api, token, twins[0])
    credential = twins[1].create(start(api, theirs))
    told = "InvalidParameterException: The passkey is registered already."
    assert refusal(lambda: complete(api, theirs, credential)) == told
    assert listed(api, theirs) == []


def test_a_registration_expires_with_the_session_of_its_client(api: Api, token: str) -> None:
    credential = Authenticator().create(start(api, token))
    api.world.clock.advance(minutes=3)
    assert refusal(lambda: complete(api, token, credential)) == NOT_FOUND


def test_a_registration_of_another_user_is_not_found(api: Api, pool: str, client: str, token: str) -> None:
    a_user(api, pool, "bob")
    theirs = sign_in(api, client, "bob")["AccessToken"]
    credential = Authenticator().create(start(api, theirs))
    assert refusal(lambda: complete(api, token, credential)) == NOT_FOUND
    assert complete(api, theirs, credential) == {}


def test_a_registration_that_another_client_started_is_a_mismatch(api: Api, pool: str, token: str) -> None:
    other = sign_in(api, a_client(api, pool))["AccessToken"]
    credential = Authenticator().create(start(api, token))
    told = "WebAuthnClientMismatchException: The passkey registration was started by another app client."
    assert refusal(lambda: complete(api, other, credential)) == told
    assert complete(api, token, credential) == {}


@pytest.mark.parametrize(
    ("authenticator", "told"),
    [
        (
            Authenticator(origin="https://evil.example"),
            "WebAuthnOriginNotAllowedException: The origin of the passkey is not allowed.",
        ),
        (
            Authenticator(rp_id="example.com"),
            "WebAuthnRelyingPartyMismatchException: The passkey belongs to another relying party.",
        ),
        (
            Authenticator(algorithm=-35),
            "WebAuthnCredentialNotSupportedException: The passkey is not of a supported kind.",
        ),
    ],
)
def test_what_the_pool_cannot_use_is_refused_and_may_be_tried_again(
    api: Api, token: str, authenticator: Authenticator, told: str
) -> None:
    options = start(api, token)
    assert refusal(lambda: complete(api, token, authenticator.create(options))) == told
    assert listed(api, token) == []
    assert complete(api, token, Authenticator().create(options)) == {}


def test_a_user_who_was_not_verified_is_refused_where_the_pool_requires_it(api: Api) -> None:
    pool = a_passkey_pool(api, UserVerification="required")
    a_user(api, pool)
    token = sign_in(api, a_client(api, pool))["AccessToken"]
    options = start(api, token)
    assert options["authenticatorSelection"]["userVerification"] == "required"
    unverified = Authenticator(verifies_user=False).create(options)
    assert (
        refusal(lambda: complete(api, token, unverified)) == "InvalidParameterException: Credential data is not valid"
    )
    assert complete(api, token, Authenticator().create(options)) == {}


@pytest.mark.parametrize("credential", [{}, {"id": "x"}, {"response": []}, {"response": {"clientDataJSON": "%"}}])
def test_a_credential_without_a_challenge_is_invalid(api: Api, token: str, credential: Any) -> None:
    start(api, token)
    told = "InvalidParameterException: Credential data is not valid"
    assert refusal(lambda: complete(api, token, credential)) == told


Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    "change",
    [
        lambda credential: credential.pop("id"),
        lambda credential: credential.update(type="password"),
        lambda credential: credential["response"].update(attestationObject="%"),
        lambda credential: credential["response"].update(attestationObject=None),
    ],
)
def test_a_broken_credential_is_invalid(api: Api, token: str, change: Change) -> None:
    credential = Authenticator().create(start(api, token))
    change(credential)
    assert (
        refusal(lambda: complete(api, token, credential)) == "InvalidParameterException: Credential data is not valid"
    )
    assert listed(api, token) == []


def test_a_pool_that_allows_no_passkeys_says_so(api: Api) -> None:
    pool = a_pool(api)
    a_user(api, pool)
    token = sign_in(api, a_client(api, pool))["AccessToken"]
    told = "WebAuthnNotEnabledException: Passkeys are not enabled for the user pool."
    assert refusal(lambda: start(api, token)) == told
    assert refusal(lambda: complete(api, token, {})) == told


def test_a_pool_without_a_relying_party_says_so(api: Api) -> None:
    pool = a_pool(api, Policies=FACTORS)
    a_user(api, pool)
    token = sign_in(api, a_client(api, pool))["AccessToken"]
    told = "WebAuthnConfigurationMissingException: The user pool has neither a relying party ID nor a domain."
    assert refusal(lambda: start(api, token)) == told


def test_the_challenge_of_a_registration_is_no_session_of_a_sign_in(api: Api, client: str, token: str) -> None:
    challenge = start(api, token)["challenge"]
    for session in (challenge, f"WEB_AUTHN_REGISTRATION {decode(challenge).hex()}"):
        answer = {"USERNAME": "ana", "CREDENTIAL": "{}"}
        members = {"ClientId": client, "ChallengeName": "WEB_AUTHN", "ChallengeResponses": answer}
        told = refusal(lambda: api.idp("RespondToAuthChallenge", Session=session, **members))  # noqa: B023
        assert told == "NotAuthorizedException: Invalid session for the user."
