"""WEB_AUTHN: a passkey, as first factor, or as both."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from emulator.domain.factors import passkeys as rules
from emulator.domain.sign_in import refusals
from emulator.domain.sign_in.progress import Accept, Offer, Progress
from emulator.faults import InvalidParameterException
from keys import passkeys
from keys.passkeys import Asserted
from storage.records.factors import Passkey

NAME = "WEB_AUTHN"
_LONGEST = 65_536


def offer(progress: Progress) -> Offer:
    """The options with which a browser asks for one of the user's passkeys, as JSON in a string."""
    context, pool = progress.context, progress.pool
    rp_id = rules.relying_party(context, pool)
    challenge = context.world.entropy.token_bytes(rules.CHALLENGE_BYTES)
    mine = rules.usable(context, pool, progress.user) if progress.user else []
    allow = [(passkey.id, passkey.settings["AuthenticatorTransports"]) for passkey in mine]
    options = passkeys.request_options(challenge, rp_id, allow, rules.user_verification(pool))
    return Offer(
        {"CREDENTIAL_REQUEST_OPTIONS": json.dumps(options, separators=(",", ":"))},
        {"challenge": passkeys.encode(challenge)},
    )


def answer(progress: Progress, responses: Mapping[str, str]) -> Accept:
    """Check an assertion. A wrong one leaves the session good for another try.

    AWS unknown: the words of its refusal; they are those of a wrong password here.
    AWS unknown: whether a wrong answer to WEB_AUTHN counts towards the lock; it does not here, since nobody guesses a
    signature.
    """
    credential = _read(responses)
    passkey = _held(progress, credential)
    asserted = _asserted(progress, passkey, credential)

    def accept(progress: Progress) -> None:
        """Keep the counter; where the pool says so, the authenticator has seen to the second factor too."""
        if not progress.context.unit.passkeys.advance(passkey, asserted.sign_count):
            raise refusals.wrong_credentials("the passkey was used or deleted in the meantime")
        progress.state["first"] = NAME
        progress.state["passkey"] = rules.method(passkey)
        if asserted.user_verified and rules.are_two_factors(progress.pool):
            progress.state["second"] = NAME

    return accept


def _read(responses: Mapping[str, str]) -> dict[str, Any]:
    """CREDENTIAL, which is JSON in a string. AWS unknown: the words for one that is none."""
    text = responses.get("CREDENTIAL")
    if not text:
        raise InvalidParameterException("Missing required parameter CREDENTIAL")
    try:
        credential = json.loads(text) if len(text) <= _LONGEST else None
    except (ValueError, RecursionError):
        credential = None
    if not isinstance(credential, dict):
        raise InvalidParameterException("Invalid CREDENTIAL")
    return credential


def _held(progress: Progress, credential: Mapping[str, Any]) -> Passkey:
    """The passkey that an assertion says it comes from, where it is the user's and of the relying party."""
    named = passkeys.credential_id(credential)
    mine = rules.usable(progress.context, progress.pool, progress.user) if progress.user else []
    found = next((passkey for passkey in mine if passkey.id == named), None)
    if found is None:
        raise refusals.wrong_credentials("the user has no such passkey")
    return found


def _asserted(progress: Progress, passkey: Passkey, credential: Mapping[str, Any]) -> Asserted:
    """What the authenticator says, checked with the database let go of."""
    try:
        with progress.context.unit.released():
            asserted = passkeys.verify_assertion(
                credential,
                challenge=passkeys.decode(progress.waits["challenge"]),
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
