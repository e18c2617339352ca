"""Passkeys: the pool's configuration, and the registration of a user's passkey (AWS: "Passkey sign-in")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator import refusals
from emulator.context import Context
from emulator.domain.accounts.principals import Principal
from emulator.domain.factors import levels
from emulator.domain.pools import client_settings, domains
from emulator.faults import (
    Fault,
    InvalidParameterException,
    LimitExceededException,
    WebAuthnChallengeNotFoundException,
    WebAuthnClientMismatchException,
    WebAuthnConfigurationMissingException,
    WebAuthnCredentialNotSupportedException,
    WebAuthnNotEnabledException,
    WebAuthnOriginNotAllowedException,
    WebAuthnRelyingPartyMismatchException,
)
from keys import opaque, passkeys
from keys.passkeys import Registered
from storage.records.factors import Passkey
from storage.records.pools import Pool
from storage.records.sign_ins import SignIn
from storage.records.users import User
from storage.violations import UniqueViolation

MOST = 20
"""The largest number of passkeys of one user."""
CHALLENGE_BYTES = 32
_WAITS = "WEB_AUTHN_REGISTRATION"
"""The challenge of a pending registration, stored like a sign-in. No sign-in has a challenge of that name."""
_NOT_FOUND = "The challenge of this passkey registration was not found, or it has expired."

_UNFIT = "Credential data is not valid"

_NAMES = {
    "08987058-cadc-4b81-b6e1-30de50dcbe96": "Windows Hello",
    "adce0002-35bc-c60a-648b-0b25f1f05503": "Chrome on Mac",
    "bada5566-a7aa-401f-bd96-45619a55120d": "1Password",
    "d548826e-79b4-db40-a3d8-11116f7e8349": "Bitwarden",
    "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4": "Google Password Manager",
    "fbfc3007-154e-4ecc-8c0b-6e020557d7bd": "iCloud Keychain",
}
"""AAGUID → the public name of the authenticator."""


def allowed(pool: Pool) -> bool:
    """Whether the pool allows passkeys as a first factor."""
    return "WEB_AUTHN" in pool.settings["Policies"].get("SignInPolicy", {}).get("AllowedFirstAuthFactors", [])


def relying_party(context: Context, pool: Pool) -> str:
    """The relying party ID of the pool: the configured one, else the pool's domain.

    Raises WebAuthnConfigurationMissingException if there is neither.
    """
    rp_id = _relying_party(context, pool)
    if not rp_id:
        raise WebAuthnConfigurationMissingException("The user pool has neither a relying party ID nor a domain.")
    return rp_id


def _relying_party(context: Context, pool: Pool) -> str | None:
    return _configured(pool).get("RelyingPartyId") or domains.relying_party(context, pool)


def user_verification(pool: Pool) -> str:
    """User verification by authenticators, as WebAuthn names it: "required" or "preferred"."""
    return str(_configured(pool).get("UserVerification") or "preferred")


def are_two_factors(pool: Pool) -> bool:
    """Whether a passkey with user verification counts as two factors."""
    return _configured(pool).get("FactorConfiguration") == "MULTI_FACTOR_WITH_USER_VERIFICATION"


def usable(context: Context, principal: Principal) -> list[Passkey]:
    """The user's passkeys for the pool's current relying party; none if the pool does not allow passkeys."""
    if not allowed(principal.pool):
        return []
    rp_id = _relying_party(context, principal.pool)
    return [
        passkey
        for passkey in context.unit.passkeys.of(principal.user.id)
        if passkey.settings["RelyingPartyId"] == rp_id
    ]


def relying_party_to_begin(context: Context, principal: Principal) -> str | None:
    """The relying party ID for which `begin` would register a passkey that the user can sign in with; None if none."""
    pool = principal.pool
    is_factor = pool.settings.get("MfaConfiguration", "OFF") != "ON" or are_two_factors(pool)
    has_room = context.unit.passkeys.count(principal.user.id) < MOST
    return _relying_party(context, pool) if allowed(pool) and is_factor and has_room else None


def begin(context: Context, principal: Principal) -> dict[str, Any]:
    """Begin a registration, and return CredentialCreationOptions with a new challenge.

    The challenge is stored for as long as a sign-in's session is valid. Raises WebAuthnNotEnabledException,
    WebAuthnConfigurationMissingException, and LimitExceededException for a user with MOST passkeys.
    """
    pool, user, client = principal.pool, principal.user, principal.app_client
    _check_allowed(pool)
    refusals.check_local(user)
    rp_id = relying_party(context, pool)
    _check_room(context, user)
    challenge = context.world.entropy.token_bytes(CHALLENGE_BYTES)
    # AWS unknown: how long after StartWebAuthnRegistration CompleteWebAuthnRegistration accepts the credential.
    expires = context.now + client_settings.session_seconds(client.settings)
    kept = SignIn(_digest(challenge), pool.id, client.id, user.id, _WAITS, {}, expires)
    context.unit.sign_ins.add(kept)
    present = [passkey.id for passkey in context.unit.passkeys.of(user.id)]
    handle = user.sub.encode()
    return passkeys.creation_options(challenge, rp_id, handle, user.username, present, user_verification(pool))


def complete(context: Context, principal: Principal, credential: Mapping[str, Any]) -> None:
    """Verify the credential that the browser made of `begin`'s options, spend the challenge, and store the passkey.

    Releases the connection while it verifies. Raises what `begin` raises, WebAuthnChallengeNotFoundException for a
    challenge that is unknown, another user's, spent or expired, WebAuthnClientMismatchException for another client's,
    and InvalidParameterException or another WebAuthn exception for an invalid credential.
    """
    # AWS unknown: the messages of CompleteWebAuthnRegistration, except for invalid credential data, and its answer for
    # a passkey that is registered already.
    pool, user = principal.pool, principal.user
    _check_allowed(pool)
    refusals.check_local(user)
    rp_id = relying_party(context, pool)
    challenge = passkeys.challenge_of(credential)
    if challenge is None:
        raise InvalidParameterException(_UNFIT, "it answers no challenge")
    started = context.unit.sign_ins.get(_digest(challenge))
    if started is None or started.challenge != _WAITS or started.user_id != user.id:
        raise WebAuthnChallengeNotFoundException(_NOT_FOUND, "there is no such registration of this user")
    if started.client_id != principal.app_client.id:
        raise WebAuthnClientMismatchException("The passkey registration was started by another app client.")
    if started.spent or started.expires <= context.now:
        raise WebAuthnChallengeNotFoundException(_NOT_FOUND, "it is spent" if started.spent else "it has expired")
    with context.unit.released():
        made = _verified(credential, challenge, rp_id, user_verification(pool) == "required")
    _check_room(context, user)
    if not context.unit.sign_ins.spend(started.digest):
        raise WebAuthnChallengeNotFoundException(_NOT_FOUND, "another call completed it")
    settings = _described(made, rp_id)
    try:
        context.unit.passkeys.add(
            Passkey(pool.id, made.id, user.id, made.public_key, made.sign_count, settings, context.now)
        )
    except UniqueViolation:
        raise InvalidParameterException("The passkey is registered already.") from None


def shown(passkey: Passkey) -> dict[str, Any]:
    """The passkey as WebAuthnCredentialDescription of ListWebAuthnCredentials."""
    return {"CredentialId": passkey.id, **passkey.settings, "CreatedAt": passkey.created}


def method(passkey: Passkey) -> str:
    """The `amr` method of a passkey: `swk` for a platform authenticator, `hwk` for a roaming one."""
    # AWS unknown: the `amr` of a sign-in with a passkey that was registered without authenticatorAttachment. Here it is
    # `hwk` if the passkey has transports and `internal` is not one of them, else `swk`.
    attachment = passkey.settings.get("AuthenticatorAttachment")
    if attachment is None:
        transports = passkey.settings["AuthenticatorTransports"]
        return levels.HARDWARE_KEY if transports and "internal" not in transports else levels.SOFTWARE_KEY
    return levels.HARDWARE_KEY if attachment == "cross-platform" else levels.SOFTWARE_KEY


def _described(made: Registered, rp_id: str) -> dict[str, Any]:
    """The members of WebAuthnCredentialDescription beyond id and date."""
    # AWS unknown: FriendlyCredentialName in ListWebAuthnCredentials. An example has "Roaming passkey"; here it is the
    # public name of the authenticator, else its kind.
    by_kind = "Roaming passkey" if made.attachment == "cross-platform" else "Platform passkey"
    described = {
        "FriendlyCredentialName": _NAMES.get(made.aaguid, by_kind),
        "RelyingPartyId": rp_id,
        "AuthenticatorTransports": made.transports,
    }
    return described | ({"AuthenticatorAttachment": made.attachment} if made.attachment else {})


def _verified(credential: Mapping[str, Any], challenge: bytes, rp_id: str, verified_user: bool) -> Registered:
    try:
        return passkeys.verify_registration(
            credential, challenge=challenge, rp_id=rp_id, require_user_verification=verified_user
        )
    except passkeys.Refused as refused:
        raise _fault(refused) from None


def _fault(refused: passkeys.Refused) -> Fault:
    reason = str(refused)
    if isinstance(refused, passkeys.OriginNotAllowed):
        return WebAuthnOriginNotAllowedException("The origin of the passkey is not allowed.", reason)
    if isinstance(refused, passkeys.RelyingPartyMismatch):
        return WebAuthnRelyingPartyMismatchException("The passkey belongs to another relying party.", reason)
    if isinstance(refused, passkeys.NotSupported):
        return WebAuthnCredentialNotSupportedException("The passkey is not of a supported kind.", reason)
    return InvalidParameterException(_UNFIT, reason)


def _check_allowed(pool: Pool) -> None:
    if not allowed(pool):
        raise WebAuthnNotEnabledException("Passkeys are not enabled for the user pool.")


def _check_room(context: Context, user: User) -> None:
    if context.unit.passkeys.count(user.id) >= MOST:
        raise LimitExceededException(f"A user cannot have more than {MOST} passkeys.")


def _configured(pool: Pool) -> dict[str, Any]:
    return dict(pool.further.get("WebAuthnConfiguration") or {})


def _digest(challenge: bytes) -> str:
    """The key of a pending registration among sign-ins. No session string has that digest."""
    return opaque.digest(f"{_WAITS} {challenge.hex()}")
