"""The fields that forms share: by what a user is named, which attributes are asked for, a password given twice."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from emulator import refusals
from emulator.login.outcomes import WrongForm
from storage.records.pools import Pool

_ATTRIBUTE = re.compile(r"requiredAttributes\[(?P<name>.{1,50})\]", re.DOTALL)
_INPUTS = {"email": "email", "phone_number": "tel", "birthdate": "date", "website": "url", "picture": "url"}
_FILLED_BY = {
    "email": "email",
    "phone_number": "tel",
    "name": "name",
    "given_name": "given-name",
    "family_name": "family-name",
    "middle_name": "additional-name",
    "nickname": "nickname",
    "birthdate": "bday",
    "address": "street-address",
    "website": "url",
}


def identifier(pool: Pool) -> str:
    """What the field `username` takes: `email`, `phone_number`, `email_or_phone`, or `username`.

    Aliases beside the username are told by `username_or_…`.
    """
    kinds = frozenset(pool.settings.get("UsernameAttributes") or [])
    if kinds:
        return "email_or_phone" if len(kinds) > 1 else next(iter(kinds))
    aliases = frozenset(pool.settings.get("AliasAttributes") or []) & {"email", "phone_number"}
    if aliases:
        return "username_or_email_or_phone" if len(aliases) > 1 else f"username_or_{next(iter(aliases))}"
    return "username"


def described(pool: Pool, name: str, *, required: bool, value: str = "") -> dict[str, Any]:
    """An attribute's field, as a template shows it."""
    entry = next(entry for entry in pool.settings["SchemaAttributes"] if entry["Name"] == name)
    is_number = entry["AttributeDataType"] == "Number"
    return {
        "name": name,
        "type": _INPUTS.get(name, "number" if is_number else "text"),
        "autocomplete": _FILLED_BY.get(name, "off"),
        "required": required,
        "value": value,
    }


def attributes(form: Mapping[str, str]) -> dict[str, str]:
    """The attributes that a form has in `requiredAttributes[NAME]`, without those that were left empty."""
    found = {}
    for name, value in form.items():
        named = _ATTRIBUTE.fullmatch(name)
        if named and value:
            found[named["name"]] = value
    return found


def new_password(form: Mapping[str, str]) -> str:
    """The password that a form has twice. Raises WrongForm if the two differ."""
    chosen = refusals.required(form, "password")
    if chosen != form.get("confirm_password", ""):
        raise WrongForm("password.differ", "password and confirm_password differ")
    return chosen
