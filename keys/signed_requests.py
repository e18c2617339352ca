"""Verification of AWS Signature Version 4: requests that callers have signed, in a header or in the URL (presigned).

AWS: "Create a signed AWS API request". Nothing is decoded more than once, and paths are not normalised as S3 wants.
"""

from __future__ import annotations

import hashlib
import hmac
import posixpath
import re
from collections.abc import Mapping
from urllib.parse import quote, unquote

from msgspec import Struct

from keys import sigv4
from keys.sigv4 import ALGORITHM

LONGEST_SECONDS = 604_800
"""The longest time for which a URL may be presigned."""
_SCOPE = re.compile(
    r"(?P<key>[^\s/,=]{1,128})/(?P<day>[0-9]{8})/(?P<region>[\w-]{1,32})/(?P<service>[\w-]{1,32})/aws4_request",
    re.ASCII,
)
_STAMP = re.compile(r"[0-9]{8}T[0-9]{6}Z")
_SIGNATURE = re.compile(r"[0-9a-f]{64}")
_HEADERS = re.compile(r"[\w-]+(;[\w-]+)*", re.ASCII)


class Incomplete(ValueError):
    """A signature that lacks something, or is malformed. The text is for the caller."""


class SignedRequest(Struct, frozen=True):
    """A request as it was received: the raw path and query string, the header fields by their lower-case names."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        """Without what may hold a secret."""
        return f"SignedRequest({self.method!r})"


class Signature(Struct, frozen=True):
    """The signature of a request. `expires` is how many seconds a presigned URL is valid, None for a header."""

    access_key: str
    stamp: str
    """The time: `20150830T123600Z`."""
    day: str
    region: str
    service: str
    headers: tuple[str, ...]
    value: str
    token: str | None = None
    expires: int | None = None


def find(request: SignedRequest) -> Signature | None:
    """The signature of a request; None for an unsigned one. Raises `Incomplete`."""
    header = request.headers.get("authorization", "")
    if header.startswith("AWS4-"):
        return _of_header(request, header)
    parameters = dict(_parameters(request.query))
    return _of_url(parameters) if "X-Amz-Signature" in parameters or "X-Amz-Credential" in parameters else None


def is_by(request: SignedRequest, signature: Signature, secret: str) -> bool:
    """Whether the holder of a secret access key signed the request."""
    scope = f"{signature.day}/{signature.region}/{signature.service}/aws4_request"
    expected = sigv4.signature(canonical(request, signature.headers), secret, signature.stamp, scope)
    return hmac.compare_digest(expected, signature.value)


def _of_header(request: SignedRequest, header: str) -> Signature:
    algorithm, _, rest = header.partition(" ")
    if algorithm != ALGORITHM:
        raise Incomplete(f"Unsupported AWS 'algorithm': '{algorithm}'.")
    pairs = [part.strip().partition("=") for part in rest.split(",")]
    given = {name: value for name, _, value in pairs}
    missing = [name for name in ("Credential", "Signature", "SignedHeaders") if not given.get(name)]
    if missing or len(pairs) != len(given):
        raise Incomplete(" ".join(f"Authorization header requires '{name}' parameter." for name in missing) or rest)
    stamp = request.headers.get("x-amz-date", "")
    if not _STAMP.fullmatch(stamp):
        raise Incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
    token = request.headers.get("x-amz-security-token")
    return _read(given["Credential"], given["SignedHeaders"], given["Signature"], stamp, token)


def _of_url(parameters: Mapping[str, str]) -> Signature:
    names = ("Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature")
    missing = [f"X-Amz-{name}" for name in names if not parameters.get(f"X-Amz-{name}")]
    if missing:
        raise Incomplete(f"AWS query-string parameters must include {', '.join(missing)}.")
    _, credential, stamp, seconds, headers, value = (parameters[f"X-Amz-{name}"] for name in names)
    if parameters["X-Amz-Algorithm"] != ALGORITHM:
        raise Incomplete(f"Unsupported AWS 'algorithm': '{parameters['X-Amz-Algorithm']}'.")
    if not _STAMP.fullmatch(stamp):
        raise Incomplete(f"X-Amz-Date must be in ISO-8601 'basic format'. Got '{stamp}'.")
    if not re.fullmatch("[0-9]{1,7}", seconds) or not 1 <= int(seconds) <= LONGEST_SECONDS:
        raise Incomplete(f"X-Amz-Expires must be a number from 1 to {LONGEST_SECONDS}.")
    return _read(credential, headers, value, stamp, parameters.get("X-Amz-Security-Token"), int(seconds))


def _read(
    credential: str, headers: str, value: str, stamp: str, token: str | None, expires: int | None = None
) -> Signature:
    scope = _SCOPE.fullmatch(credential)
    if scope is None:
        raise Incomplete(
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got"
            f" '{credential}'"
        )
    if not _HEADERS.fullmatch(headers) or not _SIGNATURE.fullmatch(value):
        raise Incomplete("SignedHeaders or Signature is malformed.")
    named = tuple(headers.split(";"))
    if "host" not in named:
        raise Incomplete("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
    return Signature(scope["key"], stamp, scope["day"], scope["region"], scope["service"], named, value, token, expires)


def canonical(request: SignedRequest, signed_headers: tuple[str, ...]) -> str:
    """The canonical request, over these headers."""
    pairs = sorted(
        (_encoded(name), _encoded(value)) for name, value in _parameters(request.query) if name != "X-Amz-Signature"
    )
    return "\n".join(
        [
            request.method,
            quote(_normalised(request.path), safe="/-_.~"),
            "&".join(f"{name}={value}" for name, value in pairs),
            *(f"{name}:{' '.join(request.headers.get(name, '').split())}" for name in signed_headers),
            "",
            ";".join(signed_headers),
            hashlib.sha256(request.body).hexdigest(),
        ]
    )


def _normalised(path: str) -> str:
    """The path without `.` and `..` and doubled slashes; a slash at its end stays."""
    shortened = posixpath.normpath(f"/{path.lstrip('/')}")
    return shortened + "/" if path.endswith(("/", "/.", "/..")) and shortened != "/" else shortened


def _parameters(query: str) -> list[tuple[str, str]]:
    pairs = (part.partition("=") for part in query.split("&") if part)
    return [(unquote(name), unquote(value)) for name, _, value in pairs]


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~")
