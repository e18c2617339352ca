"""Where a request came from and how it was signed, read off its headers."""

from __future__ import annotations

import re

from flask import Request

from emulator.context import Origin

_SIGNATURE = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>\w{1,128})/\d{8}/(?P<region>[\w-]{1,32})/[\w-]{1,32}/aws4_request, ?"
    r"SignedHeaders=[\w;-]+, ?Signature=[0-9a-f]{64}"
)
_PRESIGNED = re.compile(r"(?P<key>\w{1,128})/\d{8}/(?P<region>[\w-]{1,32})/[\w-]{1,32}/aws4_request")
_REGION = re.compile(r"[a-z]{2,4}(-[a-z]+)+-\d")


def read(request: Request) -> Origin:
    """The origin of a request. Signatures are read, not checked: any access key will do."""
    signature = _SIGNATURE.fullmatch(request.headers.get("Authorization", ""))
    token = request.headers.get("X-Amz-Security-Token")
    if signature is None and "X-Amz-Credential" in request.args:
        signature = _PRESIGNED.fullmatch(request.args["X-Amz-Credential"])
        token = request.args.get("X-Amz-Security-Token")
    base_url = request.host_url.rstrip("/")
    if signature is None:
        return Origin(base_url)
    region = signature["region"] if _REGION.fullmatch(signature["region"]) else None
    return Origin(base_url, region, signature["key"], token, signed=True)
