"""WEB_AUTHN: a passkey, as first factor, or as both factors at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from emulator import refusals
from emulator.domain.factors import passkeys as rules
from emulator.domain.sign_in.progress import Accept, Offer, Progress
from emulator.faults import InvalidParameterException
from keys import passkeys
from keys.passkeys import Asserted
from storage.records.factors import Passkey

NAME = "WEB_AUTHN"
_LONGEST = 65_536


def offer(progress: Progress) -> Offer:
    """Make the options by which a browser asks for one of the user's passkeys: CREDENTIAL_REQUEST_OPTIONS, JSON.

    An unknown user has no passkeys. Raises WebAuthnConfigurationMissingException if the pool has no relying party.
    """
    challenge = progress.context.world.entropy.token_bytes(rules.CHALLENGE_BYTES)
    return Offer(
        {"CREDENTIAL_REQUEST_OPTIONS": json.dumps(_options(progress, challenge), separators=(",", ":"))},
        {"challenge": passkeys.encode(challenge)},
    )


def options(progress: Progress) -> dict[str, Any]:
    """The options of a challenge that was offered, made anew for a caller who did not keep them. Raises as `offer`."""
    return _options(progress, passkeys.decode(progress.kept["challenge"]))


def answer(progress: Progress, responses: Mapping[str, str]) -> Accept:
    """Check the assertion in CREDENTIAL; if it is right, the first factor is passed.

    The connection is released while the signature is checked. After a wrong one the session stays valid. Raises
    InvalidParameterException if CREDENTIAL is no JSON object, NotAuthorizedException for a wrong assertion.
    """
    # AWS unknown: the message of RespondToAuthChallenge for a wrong answer to WEB_AUTHN; here that of a wrong password.
    # AWS unknown: whether a wrong answer to WEB_AUTHN counts towards the lockout; it does not here, since nobody
    # guesses a signature.
    credential = _read(responses)
    passkey = _find(progress, credential)
    asserted = _asserted(progress, passkey, credential)

    def accept(progress: Progress) -> None:
        """Store the signature counter. If the pool says so, user verification passes the second factor too."""
        if not progress.context.unit.passkeys.advance(passkey, asserted.sign_count):
            raise refusals.wrong_credentials("the passkey was used or deleted in the meantime")
        progress.state["first"] = NAME
        progress.state["passkey"] = rules.method(passkey)
        if asserted.user_verified and rules.are_two_factors(progress.pool):
            progress.state["second"] = NAME

    return accept


def _options(progress: Progress, challenge: bytes) -> dict[str, Any]:
    context, pool = progress.context, progress.pool
    rp_id = rules.relying_party(context, pool)
    mine = rules.usable(context, progress.principal) if progress.user else []
    allow = [(passkey.id, passkey.settings["AuthenticatorTransports"]) for passkey in mine]
    return passkeys.request_options(challenge, rp_id, allow, rules.user_verification(pool))


def _read(responses: Mapping[str, str]) -> dict[str, Any]:
    """CREDENTIAL, parsed from its JSON. Raises InvalidParameterException."""
    text = refusals.required(responses, "CREDENTIAL")
    try:
        credential = json.loads(text) if len(text) <= _LONGEST else None
    except (ValueError, RecursionError):
        credential = None
    if not isinstance(credential, dict):
        # AWS unknown: the message of RespondToAuthChallenge for a CREDENTIAL that is not a JSON object.
        raise InvalidParameterException("Invalid CREDENTIAL")
    return credential


def _find(progress: Progress, credential: Mapping[str, Any]) -> Passkey:
    """The passkey that an assertion names. Raises NotAuthorizedException unless it is one of the user's."""
    named = passkeys.credential_id(credential)
    mine = rules.usable(progress.context, progress.principal) if progress.user else []
    found = next((passkey for passkey in mine if passkey.id == named), None)
    if found is None:
        raise refusals.wrong_credentials("the user has no such passkey")
    return found


def _asserted(progress: Progress, passkey: Passkey, credential: Mapping[str, Any]) -> Asserted:
    """The verified assertion. The signature is checked while the connection is released."""
    try:
        with progress.context.unit.released():
            asserted = passkeys.verify_assertion(
                credential,
                challenge=passkeys.decode(progress.kept["challenge"]),
                rp_id=passkey.settings["RelyingPartyId"],
                public_key=passkey.public_key,
                sign_count=passkey.sign_count,
                require_user_verification=rules.user_verification(progress.pool) == "required",
            )
    except passkeys.Refused as refused:
        raise refusals.wrong_credentials(str(refused)) from None
    if asserted.user_handle is not None and asserted.user_handle != progress.known.sub.encode():
        raise refusals.wrong_credentials("the passkey's user handle is another's")
    return asserted
