"""The signatures of calls, verified with the setting `strict-signatures`.

Our own credentials are verified in full. Of others nobody here knows the secret access key: their signatures are only
checked for their form, their time and their scope.
"""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import Struct

from emulator import faults
from emulator.domain.pools import regions
from emulator.faults import Fault
from emulator.wire.model import Operation
from keys import account_keys, signed_requests
from keys.signed_requests import Incomplete, Signature, SignedRequest

SKEW = 900
"""How far the time of a signature may be from this server's clock, in seconds."""
_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key"
    " and signing method. Consult the service documentation for details."
)


class _Faults(Struct, frozen=True):
    missing: Fault
    incomplete: type[Fault]
    mismatch: type[Fault]
    unknown: type[Fault]
    expired: type[Fault]


def _faults_of(service: str) -> _Faults:
    """The exceptions of a service: STS and the JSON services have different ones."""
    if service == "sts":
        return _Faults(
            faults.MissingAuthenticationToken("Request is missing Authentication Token"),
            faults.IncompleteSignature,
            faults.SignatureDoesNotMatch,
            faults.InvalidClientTokenId,
            faults.ExpiredToken,
        )
    return _Faults(
        faults.MissingAuthenticationTokenException("Missing Authentication Token"),
        faults.IncompleteSignatureException,
        faults.InvalidSignatureException,
        faults.UnrecognizedClientException,
        faults.ExpiredTokenException,
    )


def check(operation: Operation, request: SignedRequest | None, server_key: bytes, now: float) -> None:
    """Raise the service's exception for a call that is not signed, or not well."""
    known = _faults_of(operation.service)
    try:
        signature = signed_requests.find(request) if request else None
    except Incomplete as problem:
        raise known.incomplete(str(problem)) from None
    if request is None or signature is None:
        raise known.missing
    wrong = _problem(operation, signature, now)
    if wrong:
        raise known.mismatch(wrong)
    if signature.access_key.startswith("ASIA"):
        secret = _secret(signature, server_key, now, known)
        if not signed_requests.is_by(request, signature, secret):
            raise known.mismatch(_MISMATCH)


def _problem(operation: Operation, signature: Signature, now: float) -> str | None:
    """What is wrong with the scope or the time of a signature, in AWS's words."""
    if signature.service != operation.service:
        return f"Credential should be scoped to correct service: '{operation.service}'. "
    if not regions.is_region(signature.region):
        return "Credential should be scoped to a valid region. "
    if signature.day != signature.stamp[:8]:
        return (
            f"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP:"
            f" '{signature.day}' != '{signature.stamp[:8]}', from '{signature.stamp}'."
        )
    try:
        signed = datetime.strptime(signature.stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return f"Date is not a date: '{signature.stamp}'."
    if signed > now + SKEW:
        return (
            f"Signature not yet current: {signature.stamp} is still later than {_stamp(now + SKEW)}"
            f" ({_stamp(now)} + 15 min.)"
        )
    if signature.expires is not None:
        ends = signed + signature.expires
        return f"Signature expired: {_stamp(ends)} is now earlier than {_stamp(now)}" if now > ends else None
    if signed < now - SKEW:
        return (
            f"Signature expired: {signature.stamp} is now earlier than {_stamp(now - SKEW)} ({_stamp(now)} - 15 min.)"
        )
    return None


def _secret(signature: Signature, server_key: bytes, now: float, known: _Faults) -> str:
    """The secret access key of our own temporary credentials."""
    try:
        payload = account_keys.payload_of(server_key, signature.access_key, signature.token or "")
    except account_keys.Forged as problem:
        raise known.unknown("The security token included in the request is invalid.", str(problem)) from None
    if now >= payload["exp"]:
        raise known.expired("The security token included in the request is expired")
    return account_keys.secret_access_key(server_key, signature.access_key, payload["exp"])


def _stamp(moment: float) -> str:
    return datetime.fromtimestamp(int(moment), UTC).strftime("%Y%m%dT%H%M%SZ")
