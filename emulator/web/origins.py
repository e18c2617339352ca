"""Where a request came from and how it was signed, read off its headers."""

from __future__ import annotations

import re

from werkzeug.exceptions import abort
from werkzeug.wrappers import Request

from emulator.context import Origin
from emulator.domain.pools import regions

_SCOPE = r"(?P<key>[^\s/,=]{1,128})/[0-9]{8}/(?P<region>[\w-]{1,32})/[\w-]{1,32}/aws4_request"
"""A credential scope. People invent keys for a server of their own, "local-dev", so any characters will do."""
_SIGNATURE = re.compile(
    rf"AWS4-HMAC-SHA256 Credential={_SCOPE}, ?SignedHeaders=[\w;-]+, ?Signature=[0-9a-f]{{64}}", re.ASCII
)
_PRESIGNED = re.compile(_SCOPE, re.ASCII)
_HOST = re.compile(r"([a-z0-9._-]{1,255}|\[[0-9a-f:.]{2,45}\])(?P<port>:[0-9]{1,5})?", re.IGNORECASE | re.ASCII)
"""A host as a Host header has it. Underscores are no good in DNS, but Docker's service names have them."""
_USUAL_PORT = {"http": ":80", "https": ":443"}


def read(request: Request) -> Origin:
    """The origin of a request. Signatures are read, not checked: any access key will do."""
    signature = _SIGNATURE.fullmatch(request.headers.get("Authorization", ""))
    token = request.headers.get("X-Amz-Security-Token")
    if signature is None and "X-Amz-Credential" in request.args:
        signature = _PRESIGNED.fullmatch(request.args["X-Amz-Credential"])
        token = request.args.get("X-Amz-Security-Token")
    base_url, agent = _base_url(request), request.headers.get("User-Agent")
    if signature is None:
        return Origin(base_url, ip=request.remote_addr, user_agent=agent)
    region = signature["region"] if regions.is_region(signature["region"]) else None
    return Origin(base_url, region, signature["key"], token, signed=True, ip=request.remote_addr, user_agent=agent)


def _base_url(request: Request) -> str:
    """The server as the caller knows it; the token issuer and the discovery document begin with it.

    Not Werkzeug's `host_url`, which refuses underscores and turns punycode into letters. A Host that is none
    is answered 400 (RFC 9112 section 3.2).
    """
    host, scheme = request.headers.get("Host", "").lower(), request.scheme
    if not host:
        server = request.environ
        host = f"{server['SERVER_NAME']}:{server['SERVER_PORT']}"
    found = _HOST.fullmatch(host)
    if found is None:
        abort(400, "The Host header is not the name of a host.")
    return f"{scheme}://{found[1] if found['port'] == _USUAL_PORT.get(scheme) else host}"
