"""What identity providers are asked for when they are configured: endpoints of OIDC ones, metadata of SAML ones."""

from __future__ import annotations

from typing import Any

from emulator.context import Context
from emulator.domain.pools.urls import is_web_address
from emulator.domain.providers.provider_details import ENDPOINTS, Details
from emulator.faults import InvalidParameterException
from emulator.outside.http import Answer, Unreachable

_SECONDS = 5
_NO_CONTACT = "Unable to contact well-known endpoint"


def discovered(context: Context, details: Details) -> dict[str, str]:
    """The endpoints that an OIDC provider left to discovery (OpenID Connect Discovery 1.0, section 4).

    Nobody is asked where all of them are given. Raises InvalidParameterException where the issuer does not say.
    """
    missing = [key for key in ENDPOINTS if not details.get(key)]
    if not missing:
        return {}
    url = details["oidc_issuer"].rstrip("/") + "/.well-known/openid-configuration"
    said = _asked(context, url)
    found = {key: said.get(ENDPOINTS[key]) for key in missing}
    for key, value in found.items():
        if not (isinstance(value, str) and is_web_address(value)):
            raise InvalidParameterException(_NO_CONTACT, f"{url} has no {ENDPOINTS[key]}")
    return {key: str(value) for key, value in found.items()}


def metadata(context: Context, details: Details) -> str:
    """The metadata document of a SAML provider: as given, else from its address.

    AWS unknown: the message of CreateIdentityProvider where nobody answers at a MetadataURL. It is one message for
    every reason, which the log says, so that callers do not learn which ports of this network are open.
    """
    if details.get("MetadataFile"):
        return details["MetadataFile"]
    url = details["MetadataURL"]
    try:
        answer = _fetched(context, url)
    except Unreachable as problem:
        raise InvalidParameterException(f"Unable to retrieve metadata from {url}", str(problem)) from None
    if answer.status != 200:
        raise InvalidParameterException(
            f"Non-ok status code {answer.status} returned from remote metadata source {url}"
        )
    try:
        return answer.body.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise InvalidParameterException("Unable to unmarshall metadata", str(problem)) from None


def _asked(context: Context, url: str) -> dict[str, Any]:
    try:
        answer = _fetched(context, url)
    except Unreachable as problem:
        raise InvalidParameterException(_NO_CONTACT, str(problem)) from None
    if answer.status != 200:
        raise InvalidParameterException(_NO_CONTACT, f"{url} answered {answer.status}")
    said = answer.json()
    if not isinstance(said, dict):
        raise InvalidParameterException(_NO_CONTACT, f"{url} holds no JSON object")
    return said


def _fetched(context: Context, url: str) -> Answer:
    """What an address holds. The database is let go of meanwhile, since it may be another call to this server."""
    with context.unit.released():
        return context.world.http.request("GET", url, seconds=_SECONDS)
