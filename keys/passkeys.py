"""WebAuthn ceremonies: the options for the browser, and the verification of its responses (by py_webauthn).

Credentials are in the form of the browser's `toJSON()`: `{"id", "rawId", "type", "response": {…}, …}` with base64url.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

ES256, RS256 = -7, -257
ALGORITHMS = (ES256, RS256)
"""The COSE numbers (RFC 8152, RFC 8812) of the algorithms that Cognito offers."""
_REGISTRATION_TIMEOUT = 60_000
_SIGN_IN_TIMEOUT = 180_000
_LONGEST = 65_536
"""The greatest length of clientDataJSON, in characters."""
_RSA_BITS = range(2048, 4096 + 1)
_ORIGIN = re.compile(r"(https?)://([a-zA-Z0-9_-]+(?:\.[a-zA-Z0-9_-]+)*)(?::([0-9]{1,5}))?")
"""An origin as browsers serialise it (RFC 6454 section 6.2): scheme, host, and possibly a port."""


class Refused(ValueError):
    """A response that failed verification."""


class Malformed(Refused):
    """The response is not a credential in JSON."""


class OriginNotAllowed(Refused):
    """The response is from a page that may not use the passkeys of the relying party."""


class RelyingPartyMismatch(Refused):
    """The response is for another relying party."""


class NotSupported(Refused):
    """The key has an algorithm that was not offered, or the attestation an unknown format."""


class Registered(Struct, frozen=True):
    """A new credential. `id` is base64url, `public_key` COSE."""

    id: str
    public_key: bytes
    sign_count: int
    aaguid: str
    attachment: str | None
    transports: list[str]
    user_verified: bool


class Asserted(Struct, frozen=True):
    """A verified assertion of a credential, and whether the authenticator verified the user."""

    sign_count: int
    user_verified: bool
    user_handle: bytes | None


def creation_options(
    challenge: bytes, rp_id: str, user_id: bytes, username: str, exclude: Iterable[str], user_verification: str
) -> dict[str, Any]:
    """CredentialCreationOptions of StartWebAuthnRegistration. `exclude` are ids of credentials that the user has."""
    return {
        "authenticatorSelection": {
            "requireResidentKey": True,
            "residentKey": "required",
            "userVerification": user_verification,
        },
        "challenge": encode(challenge),
        "excludeCredentials": [{"id": each, "type": "public-key"} for each in exclude],
        "pubKeyCredParams": [{"alg": algorithm, "type": "public-key"} for algorithm in ALGORITHMS],
        "rp": {"id": rp_id, "name": rp_id},
        "timeout": _REGISTRATION_TIMEOUT,
        "user": {"displayName": username, "id": encode(user_id), "name": username},
    }


def request_options(
    challenge: bytes, rp_id: str, allow: Iterable[tuple[str, list[str]]], user_verification: str
) -> dict[str, Any]:
    """CREDENTIAL_REQUEST_OPTIONS of the challenge WEB_AUTHN. `allow` are credential ids and their transports."""
    return {
        "challenge": encode(challenge),
        "timeout": _SIGN_IN_TIMEOUT,
        "rpId": rp_id,
        "allowCredentials": [{"type": "public-key", "id": key, "transports": transports} for key, transports in allow],
        "userVerification": user_verification,
    }


def challenge_of(credential: Any) -> bytes | None:
    """The challenge in a response, unverified, to look up the ceremony. None if the response has none."""
    try:
        return decode(str(_client_data(credential)["challenge"]))
    except (Malformed, KeyError):
        return None


def credential_id(credential: Any) -> str | None:
    """The credential id in a response, unverified. None if the response has none."""
    named = credential.get("id") if isinstance(credential, Mapping) else None
    return named if isinstance(named, str) else None


def allows(rp_id: str, origin: str) -> bool:
    """Whether pages of an origin may use the passkeys of a relying party (WebAuthn level 2, section 5.1.3, step 7).

    The host has to be the relying party's domain or a subdomain, and the scheme https unless the host is local.
    """
    # Unlike AWS: CompleteWebAuthnRegistration and RespondToAuthChallenge (WEB_AUTHN) refuse passkeys of native Android
    # apps, whose origin is the hash of their signing key (`android:apk-key-hash:…`), since no setting says which apps
    # belong to a relying party.
    found = _ORIGIN.fullmatch(origin)
    if found is None or int(found[3] or 0) > 65_535:
        return False
    host, wanted = found[2].lower(), rp_id.lower()
    is_address = host.rpartition(".")[2].isdigit()  # an IP address has no subdomains
    belongs = host == wanted or (host.endswith(f".{wanted}") and not is_address)
    return belongs and (found[1] == "https" or _is_local(host))


def verify_registration(
    credential: Any, *, challenge: bytes, rp_id: str, require_user_verification: bool
) -> Registered:
    """Verify the browser's response to `creation_options`. Raises Refused.

    Attestation is not required: browsers replace most attestations by `none`. The signature of a signed attestation is
    verified, but a `packed` attestation may be signed by any certificate.
    """
    from webauthn import verify_registration_response
    from webauthn.helpers import parse_attestation_object
    from webauthn.helpers.cose import COSEAlgorithmIdentifier
    from webauthn.helpers.exceptions import UnsupportedAlgorithm, UnsupportedPublicKey, UnsupportedPublicKeyType
    from webauthn.helpers.structs import AttestationFormat

    origin = _checked_origin(credential, rp_id)
    response = credential["response"] if isinstance(credential.get("response"), Mapping) else {}
    try:
        attestation = parse_attestation_object(decode(str(response.get("attestationObject", ""))))
        _check_relying_party(attestation.auth_data.rp_id_hash, rp_id)
        if attestation.fmt not in list(AttestationFormat):
            raise NotSupported(f"attestation {attestation.fmt!r} is not known"[:300])
        attested = attestation.auth_data.attested_credential_data
        _check_key(attested.credential_public_key if attested else b"")
        verified = verify_registration_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=rp_id,
            expected_origin=origin,
            require_user_verification=require_user_verification,
            supported_pub_key_algs=[COSEAlgorithmIdentifier(algorithm) for algorithm in ALGORITHMS],
        )
        if encode(verified.credential_id) != credential["id"]:
            raise Malformed("the id is not the one that is attested")
    except Refused:
        raise
    except (UnsupportedAlgorithm, UnsupportedPublicKey, UnsupportedPublicKeyType) as error:
        raise NotSupported(str(error)) from None
    except Exception as error:  # noqa: BLE001 - the parsers raise many kinds of exceptions for malformed input
        raise Malformed(f"{type(error).__name__}: {error}") from None
    transports = response.get("transports")
    attachment = credential.get("authenticatorAttachment")
    return Registered(
        id=encode(verified.credential_id),
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        aaguid=verified.aaguid,
        attachment=attachment if attachment in ("platform", "cross-platform") else None,
        transports=[each for each in transports if isinstance(each, str) and each in _TRANSPORTS]
        if isinstance(transports, list)
        else [],
        user_verified=verified.user_verified,
    )


def verify_assertion(
    credential: Any,
    *,
    challenge: bytes,
    rp_id: str,
    public_key: bytes,
    sign_count: int,
    require_user_verification: bool,
) -> Asserted:
    """Verify the browser's response to `request_options`, with the stored key and signature counter. Raises Refused.

    The counter has to increase (WebAuthn level 2, section 7.2, step 21), unless both are 0, since the authenticator has
    no counter.
    """
    from webauthn import verify_authentication_response

    origin = _checked_origin(credential, rp_id)
    response = credential["response"] if isinstance(credential.get("response"), Mapping) else {}
    try:
        _check_relying_party(decode(str(response.get("authenticatorData", "")))[:32], rp_id)
        verified = verify_authentication_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=rp_id,
            expected_origin=origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=require_user_verification,
        )
        handle = response.get("userHandle")
        user_handle = decode(handle) if isinstance(handle, str) and handle else None
    except Refused:
        raise
    except Exception as error:  # noqa: BLE001 - as above
        raise Malformed(f"{type(error).__name__}: {error}") from None
    return Asserted(verified.new_sign_count, verified.user_verified, user_handle)


def encode(octets: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Decode base64url, with or without padding. Raises Malformed."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("not base64url") from None


_TRANSPORTS = frozenset({"ble", "hybrid", "internal", "nfc", "smart-card", "usb"})


def _client_data(credential: Any) -> dict[str, Any]:
    response = credential.get("response") if isinstance(credential, Mapping) else None
    text = response.get("clientDataJSON") if isinstance(response, Mapping) else None
    if not isinstance(text, str) or len(text) > _LONGEST:
        raise Malformed("no clientDataJSON")
    try:
        data = json.loads(decode(text))
    except (ValueError, RecursionError):
        raise Malformed("clientDataJSON is not JSON") from None
    if not isinstance(data, dict):
        raise Malformed("clientDataJSON is not an object")
    return data


def _checked_origin(credential: Any, rp_id: str) -> str:
    """The origin of a response. Raises OriginNotAllowed if it may not use the passkeys of the relying party."""
    data = _client_data(credential)
    origin = data.get("origin")
    # AWS unknown: whether CompleteWebAuthnRegistration and RespondToAuthChallenge (WEB_AUTHN) accept a response from a
    # page in a frame of another site (`crossOrigin`); refused here.
    if not isinstance(origin, str) or not allows(rp_id, origin) or data.get("crossOrigin") is True:
        raise OriginNotAllowed(f"{origin!r} may not use the passkeys of {rp_id}"[:300])
    return origin


def _check_relying_party(rp_id_hash: bytes, rp_id: str) -> None:
    if rp_id_hash != hashlib.sha256(rp_id.encode()).digest():
        raise RelyingPartyMismatch(f"not made for {rp_id}")


def _check_key(public_key: bytes) -> None:
    """Raise NotSupported for a key whose signatures could not be verified at sign-in."""
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from webauthn.helpers import decode_credential_public_key, decoded_public_key_to_cryptography

    decoded = decode_credential_public_key(public_key)
    if decoded.alg not in ALGORITHMS:
        raise NotSupported(f"algorithm {decoded.alg!r} was not offered"[:300])
    key = decoded_public_key_to_cryptography(decoded)
    if isinstance(key, EllipticCurvePublicKey):
        fits = decoded.alg == ES256 and isinstance(key.curve, SECP256R1)
    else:
        # AWS unknown: which lengths of RSA keys CompleteWebAuthnRegistration accepts; 2,048 to 4,096 bits here.
        fits = decoded.alg == RS256 and isinstance(key, RSAPublicKey) and key.key_size in _RSA_BITS
    if not fits:
        raise NotSupported(f"not a key of algorithm {decoded.alg}")


def _is_local(host: str) -> bool:
    """Whether browsers treat a host as secure without TLS (W3C Secure Contexts, section 3.1)."""
    return host == "localhost" or host.endswith(".localhost") or host == "127.0.0.1"
