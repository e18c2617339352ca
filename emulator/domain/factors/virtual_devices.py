"""The devices of users who exist in tests alone: an authenticator app, and a device with passkeys.

A test gets from them what a person would read off a telephone, and gives it to the operations and pages as usual.
"""

from __future__ import annotations

import binascii
from collections.abc import Mapping
from typing import Any

from msgspec.structs import asdict

from emulator.context import Context
from emulator.domain.accounts.principals import Principal
from emulator.domain.factors import software_tokens
from emulator.faults import Fault
from keys import authenticator, totp
from keys.authenticator import Key, Unanswerable
from storage.records.stand_in import StandInRecord

_KIND = "passkeys of the virtual device"
"""The kind of the records, in the table of the stand-in provider, that hold the keys of passkeys, encrypted."""
_LONGEST_SECRET = 128
_SHORTEST_BYTES = 10


class Unfit(Fault, code="Unfit"):
    """What a device is asked for makes no sense. The message says why."""


class Foreign(Fault, code="NotFound", status=404):
    """The options allow no passkey of the device."""


def enrol(context: Context, principal: Principal, secret: str | None) -> tuple[str, str]:
    """Enrol an authenticator app for a user, as AssociateSoftwareToken and VerifySoftwareToken do.

    Returns its secret in Base32, and the present code, which will be accepted: if it was used before, it may be used
    once more. Without a `secret`, that of the user's app stays, or a new one is made. Raises Unfit for a secret that is
    none, and what `software_tokens.associate` raises.
    """
    step = totp.step(context.now)
    chosen = (
        _checked(secret)
        if secret is not None
        else software_tokens.secret(context, principal.user, software_tokens.verified(context, principal.user))
        or totp.mint_secret(context.world.entropy)
    )
    software_tokens.enrol(context, principal, chosen, step)
    return chosen, totp.code(chosen, step)


def answer(context: Context, options: Mapping[str, Any]) -> dict[str, Any]:
    """The credential that a device answers to CredentialCreationOptions or CREDENTIAL_REQUEST_OPTIONS.

    A new passkey is kept, so that the device can answer later requests with it. Raises Unfit and Foreign.
    """
    try:
        if authenticator.is_creation(options):
            key, credential = authenticator.create(options, context.world.entropy)
        else:
            request = authenticator.read_request(options)
            key, credential = authenticator.prove(request, _allowed(context, request))
    except Unanswerable as problem:
        raise Unfit(f"options: {problem}") from None
    sealed = context.vault.seal_json(asdict(key), _bound(key.id))
    context.unit.stand_in.put(StandInRecord(_KIND, key.id, sealed, None))
    return credential


def _allowed(context: Context, request: authenticator.Request) -> Key:
    """The first passkey of the device that a request allows; any of the relying party's if the request names none."""
    context.unit.lock(_KIND)
    if request.allowed:
        records = [context.unit.stand_in.get(_KIND, each) for each in request.allowed]
    else:
        records = list(context.unit.stand_in.all(_KIND))
    keys = [_opened(context, record) for record in records if record]
    fits = [key for key in keys if key.rp_id == request.rp_id]
    if not fits:
        raise Foreign(f"options: none of the passkeys that were made here is allowed for {request.rp_id}")
    return fits[0]


def _opened(context: Context, record: StandInRecord) -> Key:
    return Key(**context.vault.open_json(record.sealed, _bound(record.key)))


def _bound(id: str) -> str:
    return f"passkey {id} of the virtual device"


def _checked(secret: str) -> str:
    """A secret in Base32, without the blanks in which people write it, and without padding. Raises Unfit."""
    text = "".join(secret.split()).upper().rstrip("=")
    try:
        octets = totp.secret_bytes(text)
    except (binascii.Error, ValueError):
        octets = b""
    if len(octets) < _SHORTEST_BYTES or len(text) > _LONGEST_SECRET:
        raise Unfit(f"secret: it is not Base32 of at least {_SHORTEST_BYTES} bytes")
    return text
