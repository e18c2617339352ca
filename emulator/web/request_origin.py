"""The origin of a request: its base URL, client address and signature, from the headers."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from msgspec.structs import replace

from emulator.context import RequestOrigin
from emulator.domain.pools import regions
from emulator.web import importing
from keys import signed_requests
from keys.signed_requests import SignedRequest

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from emulator.web.api_request import ApiRequest

    AnyRequest: TypeAlias = Request | ApiRequest

_SCOPE = r"(?P<key>[^\s/,=]{1,128})/[0-9]{8}/(?P<region>[\w-]{1,32})/[\w-]{1,32}/aws4_request"
"""A credential scope. Users invent access keys for an emulator, such as "local-dev", so any characters are accepted."""
_SIGNATURE = re.compile(
    rf"AWS4-HMAC-SHA256 Credential={_SCOPE}, ?SignedHeaders=[\w;-]+, ?Signature=[0-9a-f]{{64}}", re.ASCII
)
_PRESIGNED = re.compile(_SCOPE, re.ASCII)
_HOST = re.compile(r"([a-z0-9._-]{1,255}|\[[0-9a-f:.]{2,45}\])(?P<port>:[0-9]{1,5})?", re.IGNORECASE | re.ASCII)
"""The value of a Host header. DNS does not allow underscores, but Docker's service names have them."""
_LONGEST_HOST = 261  # 255 characters, a colon and five digits
_USUAL_PORT = {"http": ":80", "https": ":443"}


def read(request: AnyRequest, received: SignedRequest | None = None) -> RequestOrigin:
    """The origin of a request. Signatures are parsed, not verified: any access key is accepted.

    `received` is the whole request where its signature is going to be verified; the origin is then that signature's.
    Raises HTTPException with status 400 for an invalid Host header.
    """
    origin = RequestOrigin(
        _base_url(request), ip=request.remote_addr, user_agent=request.headers.get("User-Agent"), request=received
    )
    if received:
        return _verifiable(origin, received)
    signature = _SIGNATURE.fullmatch(request.headers.get("Authorization", ""))
    token = request.headers.get("X-Amz-Security-Token")
    if signature is None and "X-Amz-Credential" in request.args:
        signature = _PRESIGNED.fullmatch(request.args["X-Amz-Credential"])
        token = request.args.get("X-Amz-Security-Token")
    return _signed(origin, signature["region"], signature["key"], token) if signature else origin


def _verifiable(origin: RequestOrigin, received: SignedRequest) -> RequestOrigin:
    try:
        signature = signed_requests.find(received)
    except signed_requests.Incomplete:
        return origin
    return _signed(origin, signature.region, signature.access_key, signature.token) if signature else origin


def _signed(origin: RequestOrigin, region: str, access_key: str, token: str | None) -> RequestOrigin:
    known = region if regions.is_region(region) else None
    return replace(origin, region=known, access_key=access_key, session_token=token, signed=True)


def _base_url(request: AnyRequest) -> str:
    """The base URL by which the caller reached the server, for token issuers and links.

    Not Werkzeug's `host_url`, which refuses underscores and decodes punycode. An invalid Host is answered with 400
    (RFC 9112 section 3.2).
    """
    host, scheme = request.headers.get("Host", "").lower(), request.scheme
    if not host:
        server = request.environ
        host = f"{server['SERVER_NAME']}:{server['SERVER_PORT']}"
    found = _url_of(scheme, host) if len(host) <= _LONGEST_HOST else None
    if found is None:
        importing.werkzeug()
        from werkzeug.exceptions import abort

        abort(400, "The Host header is not the name of a host.")
    return found


@lru_cache(maxsize=128)
def _url_of(scheme: str, host: str) -> str | None:
    """The base URL of a Host header, None for an invalid one."""
    found = _HOST.fullmatch(host)
    return found and f"{scheme}://{found[1] if found['port'] == _USUAL_PORT.get(scheme) else host}"
