"""Documents fetched while an identity provider is configured: OIDC discovery documents and SAML metadata."""

from __future__ import annotations

from typing import Any

from emulator.context import Context
from emulator.domain.pools.urls import is_web_address
from emulator.domain.providers import saml_metadata
from emulator.domain.providers.provider_details import ENDPOINTS, Details
from emulator.faults import InvalidParameterException
from emulator.outside.http import HttpResponse, Unreachable

_SECONDS = 5
_NO_CONTACT = "Unable to contact well-known endpoint"


def discovered(context: Context, details: Details) -> dict[str, str]:
    """The endpoints that an OIDC provider's details lack, by key (OpenID Connect Discovery 1.0, section 4).

    Nothing is fetched if no endpoint is missing; the result is then empty. Otherwise releases the database connection,
    and raises InvalidParameterException if the issuer cannot be reached, or its discovery document lacks an endpoint.
    """
    missing = [key for key in ENDPOINTS if not details.get(key)]
    if not missing:
        return {}
    url = details["oidc_issuer"].rstrip("/") + "/.well-known/openid-configuration"
    document = _discovery_document(context, url)
    found = {key: document.get(ENDPOINTS[key]) for key in missing}
    for key, value in found.items():
        if not (isinstance(value, str) and is_web_address(value)):
            raise InvalidParameterException(_NO_CONTACT, f"{url} has no {ENDPOINTS[key]}")
    return {key: str(value) for key, value in found.items()}


def metadata(context: Context, details: Details) -> str:
    """The metadata document of a SAML provider: MetadataFile, else what MetadataURL holds.

    Releases the database connection if it fetches the document. Raises InvalidParameterException if there is none to
    read.
    """
    if details.get("MetadataFile"):
        return details["MetadataFile"]
    url = details["MetadataURL"]
    try:
        answer = _fetched(context, url)
    except Unreachable as problem:
        # AWS unknown: the message of CreateIdentityProvider where no server answers at MetadataURL. Here there is one
        # message for every reason, so that callers cannot tell a closed port from an open one that speaks no HTTP; the
        # log has the reason. A server that answers by HTTP is told by AWS's messages about its answer.
        raise InvalidParameterException(f"Unable to retrieve metadata from {url}", str(problem)) from None
    if answer.status != 200:
        raise InvalidParameterException(
            f"Non-ok status code {answer.status} returned from remote metadata source {url}"
        )
    try:
        return answer.body.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise InvalidParameterException(saml_metadata.UNREADABLE, str(problem)) from None


def _discovery_document(context: Context, url: str) -> dict[str, Any]:
    try:
        answer = _fetched(context, url)
    except Unreachable as problem:
        raise InvalidParameterException(_NO_CONTACT, str(problem)) from None
    if answer.status != 200:
        raise InvalidParameterException(_NO_CONTACT, f"{url} answered {answer.status}")
    document = answer.json()
    if not isinstance(document, dict):
        raise InvalidParameterException(_NO_CONTACT, f"{url} holds no JSON object")
    return document


def _fetched(context: Context, url: str) -> HttpResponse:
    """GET a URL, of this same server too. The database connection is released meanwhile."""
    with context.unit.released():
        return context.http.request("GET", url, seconds=_SECONDS)
