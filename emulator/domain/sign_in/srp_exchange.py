"""What PASSWORD_VERIFIER and DEVICE_PASSWORD_VERIFIER have in common: SRP's two messages, and the claim that is signed.

The powers, about a millisecond each, are computed with the database let go of.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from emulator.context import Context
from emulator.domain.credentials.verifiers import Verifier
from emulator.faults import InvalidParameterException
from keys import opaque, srp

Ephemeral: TypeAlias = tuple[bytes, bytes]
"""The server's secret for one sign-in, and its share g^b."""

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TIMESTAMP = re.compile(
    rf"(?:{'|'.join(_DAYS)}) ({'|'.join(_MONTHS)}) ([0-9]{{1,2}}) "
    r"([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2}) UTC ([0-9]{4})"
)
_NOT_A_TIMESTAMP = "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english."
_TOLERANCE = 900
"""Seconds. AWS unknown: how far the client's clock may be off; AWS says "Incorrect username or password." of one
that is too far off. Here it is what AWS's signatures allow at most.
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """A client's proof that it knows the password: what it signed, and the signature."""

    signature: str
    block: str
    timestamp: str
    moment: datetime


def read_a(parameters: Mapping[str, str]) -> str:
    """SRP_A as it was sent. Raises InvalidParameterException. AWS unknown: the words for one that is none."""
    text = parameters.get("SRP_A")
    if not text:
        raise InvalidParameterException("Missing required parameter SRP_A")
    try:
        srp.read_a(text)
    except srp.Refused as refused:
        raise InvalidParameterException("Invalid SRP_A", str(refused)) from None
    return text


def draw(context: Context) -> Ephemeral:
    """Draw the server's secret, which does not depend on whom it is for, with the database let go of."""
    with context.unit.released():
        return srp.ephemeral(context.world.entropy)


def offer(
    context: Context, verifier: Verifier, a: str, drawn: Ephemeral | None = None
) -> tuple[dict[str, str], dict[str, Any]]:
    """SALT, SRP_B and SECRET_BLOCK, and what their answer is checked with. Draws a secret where none was drawn."""
    secret, share = drawn or srp.ephemeral(context.world.entropy)
    public = srp.public(verifier.number, share)
    block = opaque.mint_secret_block(context.world.entropy)
    digest = opaque.digest(block)
    sealed = context.vault.seal(secret, _purpose(digest))
    parameters = {"SALT": srp.salt_hex(verifier.salt), "SECRET_BLOCK": block, "SRP_B": public}
    return parameters, {"a": a, "b": public, "secret": base64.b64encode(sealed).decode(), "block": digest}


def read_claim(responses: Mapping[str, str]) -> Claim:
    """The proof in an answer. Raises InvalidParameterException where a part is missing, or TIMESTAMP is none."""
    names = ("PASSWORD_CLAIM_SIGNATURE", "PASSWORD_CLAIM_SECRET_BLOCK", "TIMESTAMP")
    for name in names:
        if not responses.get(name):
            raise InvalidParameterException(f"Missing required parameter {name}")
    signature, block, timestamp = (responses[name] for name in names)
    return Claim(signature, block, timestamp, _moment(timestamp))


def is_timely(context: Context, claim: Claim) -> bool:
    """Whether the client's clock agrees with the server's.

    Unlike AWS: where the server's clock was moved, a client may go by the time before the move just as well, since
    its own clock was not moved.
    """
    clocks = (context.now, context.now - context.world.clock.offset)
    return any(abs(claim.moment.timestamp() - clock) <= _TOLERANCE for clock in clocks)


def proves(context: Context, verifier: Verifier, kept: Mapping[str, Any], claim: Claim) -> bool:
    """Whether a claim answers the offer that was `kept` and proves knowledge. Lets go of the database.

    A TIMESTAMP that AWS would write otherwise proves nothing, since AWS signs what it would write.
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
    """The moment that a TIMESTAMP says; the day of the week is not looked at."""
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
    """A TIMESTAMP as AWS writes it: the day without a leading zero."""
    day, month = _DAYS[moment.weekday()], _MONTHS[moment.month - 1]
    return f"{day} {month} {moment.day} {moment:%H:%M:%S} UTC {moment.year:04}"


def _purpose(digest: str) -> str:
    return f"srp secret:{digest}"
