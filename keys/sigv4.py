"""AWS Signature Version 4: the signature itself, and the headers of requests that we send, to Lambda or KMS of AWS."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from msgspec import Struct

ALGORITHM = "AWS4-HMAC-SHA256"


class Credentials(Struct, frozen=True):
    """An access key id, its secret access key, and a session token for temporary credentials."""

    access_key: str
    secret: str
    session_token: str | None = None


class Scope(Struct, frozen=True):
    """The credential scope of a signature. `stamp` is the time: `20150830T123600Z`."""

    stamp: str
    region: str
    service: str

    def __str__(self) -> str:
        return f"{self.stamp[:8]}/{self.region}/{self.service}/aws4_request"


def credentials(environment: Mapping[str, str]) -> Credentials | None:
    """The credentials in AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN; None if they are not set."""
    key, secret = (environment.get(f"AWS_{name}") for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"))
    return Credentials(key, secret, environment.get("AWS_SESSION_TOKEN") or None) if key and secret else None


def signed(
    method: str, url: str, headers: Mapping[str, str], body: bytes, credentials: Credentials, scope: Scope
) -> dict[str, str]:
    """The headers to send, with `Authorization` and the other signed headers.

    Supports only paths without `.` segments and at most one query parameter (AWS: "Create a signed AWS API request").
    """
    parts = urlsplit(url)
    token = {"X-Amz-Security-Token": credentials.session_token} if credentials.session_token else {}
    every = {**headers, "Host": parts.netloc, "X-Amz-Date": scope.stamp, **token}
    canonical = sorted((name.lower(), " ".join(value.split())) for name, value in every.items())
    names = ";".join(name for name, _ in canonical)
    request = "\n".join(
        [
            method,
            quote(parts.path or "/", safe="/-_.~"),
            parts.query,
            *(f"{name}:{value}" for name, value in canonical),
            "",
            names,
            hashlib.sha256(body).hexdigest(),
        ]
    )
    value = signature(request, credentials.secret, scope.stamp, str(scope))
    credential = f"Credential={credentials.access_key}/{scope}"
    proof = f"{ALGORITHM} {credential}, SignedHeaders={names}, Signature={value}"
    return {name: value for name, value in every.items() if name != "Host"} | {"Authorization": proof}


def signature(canonical: str, secret: str, stamp: str, scope: str) -> str:
    """The signature of a canonical request, in hexadecimal digits. `scope` is the credential scope as it is written."""
    text = "\n".join([ALGORITHM, stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), hashlib.sha256)
    return hmac.digest(key, text.encode(), hashlib.sha256).hex()
