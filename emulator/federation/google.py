"""The connector for Google: OpenID Connect, with attributes from the People API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.context import Context
from emulator.federation import user_info
from emulator.federation.oidc import OidcConnector
from emulator.federation.registration import Registration

_PERSON = "people/"
_FIELDS = {
    "addresses": "formattedValue",
    "ageRanges": "ageRange",
    "biographies": "value",
    "birthdays": "text",
    "coverPhotos": "url",
    "emailAddresses": "value",
    "events": "type",
    "externalIds": "value",
    "genders": "value",
    "interests": "value",
    "locales": "value",
    "locations": "value",
    "names": "displayName",
    "nicknames": "value",
    "occupations": "value",
    "organizations": "name",
    "phoneNumbers": "value",
    "photos": "url",
    "relations": "person",
    "sipAddresses": "value",
    "skills": "value",
    "urls": "value",
}
"""The fields of a person in the People API that have a text, and the member that has it."""


class GoogleConnector(OidcConnector):
    """Google issues ID tokens, and its People API refuses names that it does not know."""

    takes_hints = False

    def _user_info(self, context: Context, at: Registration, access_token: str) -> dict[str, Any] | None:
        # AWS unknown: what sign-in with Google asks the People API for, and which text of a field it takes. Here it
        # asks for the mapped names that the API knows, if there are any, and takes the primary value of each.
        url = at.endpoints.user_info or ""
        if not url.endswith("="):
            return user_info.fetched(context, at, url, access_token)
        names = tuple(name for name in at.names if name in _FIELDS)
        if not names:
            return None
        return _claims(user_info.fetched(context, at, user_info.with_names(url, names), access_token))


def _claims(person: Mapping[str, Any]) -> dict[str, Any]:
    """The claims in a person of the People API."""
    claims = {name: text for name in _FIELDS if (text := _text(person.get(name), _FIELDS[name]))}
    resource = person.get("resourceName")
    if isinstance(resource, str) and resource.startswith(_PERSON):
        claims["sub"] = resource.removeprefix(_PERSON)
    return claims


def _text(values: Any, member: str) -> str | None:
    """The text of a field's primary value; of the first one, if none is primary."""
    listed = [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []
    listed.sort(key=lambda value: not _is_primary(value))
    text = listed[0].get(member) if listed else None
    return text if isinstance(text, str) else None


def _is_primary(value: Mapping[str, Any]) -> bool:
    metadata = value.get("metadata")
    return isinstance(metadata, dict) and metadata.get("primary") is True


GOOGLE = GoogleConnector()
