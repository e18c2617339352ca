"""What the stand-in says of a person: in ID tokens and at userinfo endpoints, in each provider's names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from emulator.stand_in import apple
from emulator.stand_in.addresses import PREFIX
from emulator.stand_in.answers import Json
from emulator.stand_in.people import Person

_NAMES = ("name", "family_name", "given_name", "middle_name", "nickname", "preferred_username")
_ABOUT = ("profile", "picture", "website", "gender", "birthdate", "zoneinfo", "locale", "updated_at")
_OF_SCOPE = {
    "profile": [*_NAMES, *_ABOUT],
    "email": ["email", "email_verified"],
    "phone": ["phone_number", "phone_number_verified"],
    "address": ["address"],
}
"""OpenID Connect Core, section 5.4. Claims that are in none of these are told in any case."""
_SELF = ("id", "name", "first_name", "last_name", "middle_name", "short_name", "name_format", "username", "email")
_MORE = ("birthday", "age_range", "gender", "link", "website", "locale", "timezone", "hometown", "location", "verified")
_FACEBOOK_FIELDS = frozenset([*_SELF, *_MORE, "picture"])
"""The fields of Facebook's users, which a person may lack. Other fields are errors."""


def standard(person: Person, scopes: Iterable[str]) -> dict[str, Any]:
    """The claims that these scopes give, without the subject."""
    withheld = {name for scope, names in _OF_SCOPE.items() if scope not in scopes for name in names}
    return {name: value for name, value in person.claims.items() if name not in withheld}


def google(person: Person, scopes: Iterable[str], base: str) -> dict[str, Any]:
    """Google's claims: a picture, the Workspace domain `hd`, and whether the address is verified."""
    email = person.email or ""
    domain = email.rpartition("@")[2].lower()
    made: dict[str, Any] = {"picture": f"{base}{PREFIX}/static/person.svg"}
    if email:
        made["email_verified"] = False
    if domain not in ("", "gmail.com", "googlemail.com"):
        made["hd"] = domain
    told = Person(person.provider, person.sub, made | person.claims)
    scopes = {scope.rpartition("/userinfo.")[2] for scope in scopes}  # …/auth/userinfo.email is email
    found = standard(told, scopes)
    if "email" not in scopes:
        found.pop("hd", None)
    return found


def apples(person: Person, granted: Iterable[str]) -> dict[str, Any]:
    """Apple's claims: booleans are strings, and there is no name."""
    found: dict[str, Any] = {"nonce_supported": True}
    if "email" not in granted or not person.email:
        return found
    verified, private = person.claims.get("email_verified", True), person.claims.get("is_private_email")
    private = apple.is_private(person.email) if private is None else private
    return found | {"email": person.email, "email_verified": _text(verified), "is_private_email": _text(private)}


def amazon(person: Person, subject: str, scopes: Iterable[str]) -> dict[str, Any]:
    """Amazon's profile."""
    found: dict[str, Any] = {"user_id": subject}
    if "profile" in scopes:
        hidden = {"given_name", "family_name", "email_verified", "postal_code", "user_id"}
        found |= {name: value for name, value in person.claims.items() if name not in hidden}
    if "postal_code" in scopes and "postal_code" in person.claims:
        found["postal_code"] = person.claims["postal_code"]
    return found


def facebook(person: Person, subject: str, scopes: Iterable[str], fields: str | None) -> Json:
    """Facebook's Graph: the fields that are asked for, as far as the person has them."""
    held = _facebook_fields(person, subject)
    if "email" not in scopes:
        held.pop("email", None)
    wanted = [name.strip().partition("{")[0].partition(".")[0] for name in (fields or "id,name").split(",")]
    for name in filter(None, wanted):
        if name not in held and name not in _FACEBOOK_FIELDS:
            return facebook_error(f"(#100) Tried accessing nonexisting field ({name[:64]})", 100)
    return Json({name: held[name] for name in dict.fromkeys([*filter(None, wanted), "id"]) if name in held})


def facebook_error(message: str, code: int) -> Json:
    """An error in Facebook's form."""
    return Json({"error": {"message": message, "type": "OAuthException", "code": code}}, 400)


def _facebook_fields(person: Person, subject: str) -> dict[str, Any]:
    held = {
        "id": subject,
        "name": person.name,
        "first_name": person.given_name,
        "last_name": person.family_name,
    }
    picture = person.claims.get("picture")
    hidden = {"given_name", "family_name", "email_verified", "picture", "id"}
    held |= {name: value for name, value in person.claims.items() if name not in hidden}
    if isinstance(picture, str):
        data = {"height": 50, "is_silhouette": False, "url": picture, "width": 50}
        return held | {"picture": {"data": data}}
    return {name: value for name, value in held.items() if value != ""}


def _text(value: Any) -> str:
    return "true" if value in (True, "true") else "false"


def without_protocol(claims: Mapping[str, Any]) -> dict[str, Any]:
    """The claims of a person that may be in an ID token: those of the protocol are the provider's."""
    ours = {"iss", "aud", "exp", "iat", "nonce", "at_hash", "azp", "auth_time", "nbf", "jti", "sub"}
    return {name: value for name, value in claims.items() if name not in ours}
