"""SRP's two messages and the signed claim, for PASSWORD_VERIFIER and DEVICE_PASSWORD_VERIFIER.

The modular powers, about a millisecond each, are computed while the connection is released.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias

from msgspec import Struct

from emulator import refusals
from emulator.context import Context
from emulator.domain.credentials.verifiers import Verifier
from emulator.faults import InvalidParameterException
from keys import opaque, srp

Ephemeral: TypeAlias = tuple[bytes, bytes]
"""The server's secret b for one sign-in, and g^b."""

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TIMESTAMP = re.compile(
    rf"(?:{'|'.join(_DAYS)}) ({'|'.join(_MONTHS)}) ([0-9]{{1,2}}) "
    r"([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2}) UTC ([0-9]{4})"
)
_NOT_A_TIMESTAMP = "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english."
# AWS unknown: how far TIMESTAMP may be from the server's clock in RespondToAuthChallenge; AWS says "Incorrect username
# or password." beyond that. Here it is 15 minutes, as for AWS's request signatures.
_TOLERANCE = 900
"""By how many seconds the client's clock may differ from the server's."""


class Claim(Struct, frozen=True):
    """A client's proof that it knows the password: what it signed, and the signature."""

    signature: str
    block: str
    timestamp: str
    moment: datetime


def read_a(parameters: Mapping[str, str]) -> str:
    """SRP_A as it was sent. Raises InvalidParameterException if it is missing or not a valid number."""
    text = refusals.required(parameters, "SRP_A")
    try:
        srp.read_a(text)
    except srp.Refused as refused:
        # AWS unknown: the message of InitiateAuth and RespondToAuthChallenge for an SRP_A that is not a valid number.
        raise InvalidParameterException("Invalid SRP_A", str(refused)) from None
    return text


def draw(context: Context) -> Ephemeral:
    """Draw the server's secret, which does not depend on the user, while the connection is released."""
    with context.unit.released():
        return srp.ephemeral(context.world.entropy)


def offer(
    context: Context, verifier: Verifier, a: str, drawn: Ephemeral | None = None
) -> tuple[dict[str, str], dict[str, Any]]:
    """SALT, SRP_B and SECRET_BLOCK, and what `proves` needs to check the answer, with the server's secret encrypted.

    `a` is SRP_A, which `read_a` has checked. Draws a secret unless `drawn` is given.
    """
    secret, share = drawn or srp.ephemeral(context.world.entropy)
    public = srp.public(verifier.number, share)
    block = opaque.mint_secret_block(context.world.entropy)
    digest = opaque.digest(block)
    sealed = context.vault.seal(secret, _purpose(digest))
    parameters = {"SALT": srp.salt_hex(verifier.salt), "SECRET_BLOCK": block, "SRP_B": public}
    return parameters, {"a": a, "b": public, "secret": base64.b64encode(sealed).decode(), "block": digest}


def read_claim(responses: Mapping[str, str]) -> Claim:
    """The proof in an answer. Raises InvalidParameterException if a part is missing, or TIMESTAMP is malformed."""
    names = ("PASSWORD_CLAIM_SIGNATURE", "PASSWORD_CLAIM_SECRET_BLOCK", "TIMESTAMP")
    signature, block, timestamp = (refusals.required(responses, name) for name in names)
    return Claim(signature, block, timestamp, _moment(timestamp))


def is_timely(context: Context, claim: Claim) -> bool:
    """Whether the claim's TIMESTAMP is within 15 minutes of the server's clock."""
    # Unlike AWS: once the emulator's clock was moved, RespondToAuthChallenge accepts a TIMESTAMP of the real time too,
    # since the client's own clock was not moved.
    clocks = (context.now, context.now - context.world.clock.offset)
    return any(abs(claim.moment.timestamp() - clock) <= _TOLERANCE for clock in clocks)


def proves(context: Context, verifier: Verifier, kept: Mapping[str, Any], claim: Claim) -> bool:
    """Whether a claim answers the stored offer and proves the password. Releases the connection.

    A TIMESTAMP must be spelled as AWS spells it, since AWS computes the signature over its own spelling.
    """
    if opaque.digest(claim.block) != kept["block"] or claim.timestamp != _canonical(claim.moment):
        return False
    secret = context.vault.open(base64.b64decode(kept["secret"]), _purpose(kept["block"]))
    with context.unit.released():
        try:
            key = srp.session_key(srp.read_a(kept["a"]), secret, verifier.number, kept["b"])
        except srp.Refused:
            return False
        right = srp.signature(key, verifier.identity, base64.b64decode(claim.block), claim.timestamp)
        return srp.matches(claim.signature, right)


def _moment(timestamp: str) -> datetime:
    """The time of a TIMESTAMP; the day of the week is ignored. Raises InvalidParameterException."""
    found = _TIMESTAMP.fullmatch(timestamp)
    if found is None:
        raise InvalidParameterException(_NOT_A_TIMESTAMP)
    month = _MONTHS.index(found[1]) + 1
    day, hour, minute, second, year = (int(text) for text in found.groups()[1:])
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        raise InvalidParameterException(_NOT_A_TIMESTAMP) from None


def _canonical(moment: datetime) -> str:
    """A TIMESTAMP as AWS spells it: the day without a leading zero."""
    day, month = _DAYS[moment.weekday()], _MONTHS[moment.month - 1]
    return f"{day} {month} {moment.day} {moment:%H:%M:%S} UTC {moment.year:04}"


def _purpose(digest: str) -> str:
    return f"srp secret:{digest}"
