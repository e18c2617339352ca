"""NEW_PASSWORD_REQUIRED: a user with a temporary password chooses another one."""

from __future__ import annotations

import json
from collections.abc import Mapping

from emulator import refusals
from emulator.domain.accounts import accounts, attributes
from emulator.domain.accounts.principals import Principal
from emulator.domain.credentials import credentials
from emulator.domain.pools import client_settings
from emulator.domain.registration import profile
from emulator.domain.sign_in.progress import Accept, Offer, Progress
from emulator.faults import InvalidParameterException, NotAuthorizedException

NAME = "NEW_PASSWORD_REQUIRED"
_PREFIX = "userAttributes."
_LONGEST_VALUE = 2048
"""The service model's limit for attribute values. The model does not describe the members of ChallengeResponses."""


def offer(progress: Progress) -> Offer:
    """Say which attributes the user has, and which required ones are missing. Lists and maps are JSON in strings."""
    user = progress.known
    missing = _missing(progress.principal)
    shown = {**dict.fromkeys(missing, ""), **user.attributes}
    parameters = {
        "USER_ID_FOR_SRP": user.username,
        "requiredAttributes": json.dumps([_PREFIX + name for name in missing], separators=(",", ":")),
        "userAttributes": json.dumps(shown, separators=(",", ":"), ensure_ascii=False),
    }
    return Offer(parameters)


def answer(progress: Progress, responses: Mapping[str, str]) -> Accept:
    """Check NEW_PASSWORD and attributes; the returned function stores them and confirms the user.

    The password is hashed while the connection is released. Raises what `credentials.prepare` raises,
    InvalidParameterException for invalid or missing attributes, and NotAuthorizedException for those that the client
    may not write.
    """
    # AWS unknown: whether RespondToAuthChallenge sends a code to a new address in userAttributes; it does not here. The
    # address is unverified, as after UpdateUserAttributes.
    chosen = refusals.required(responses, "NEW_PASSWORD")
    given = {name.removeprefix(_PREFIX): value for name, value in responses.items() if name.startswith(_PREFIX)}
    _changed(progress, given)
    credential = credentials.prepare(progress.context, progress.principal, chosen)

    def accept(progress: Progress) -> None:
        """Store the new password and attributes; the user is confirmed."""
        context, principal = progress.context, progress.principal
        changed = _changed(progress, given)  # Again: another call may have changed attributes.
        changed_user = accounts.change(context, principal, changed, status="CONFIRMED")
        progress.state["new_password"] = True
        progress.user = credentials.keep(context, principal.with_user(changed_user), credential)

    return accept


def _changed(progress: Progress, given: Mapping[str, str]) -> dict[str, str]:
    """All attributes of the user with the given ones, a new address unverified. Raises if a given one is invalid."""
    pool, user = progress.pool, progress.known
    _check_attributes(progress.principal, given)
    changed = attributes.check_change(pool.settings["SchemaAttributes"], user.attributes, given, initial=True)
    return changed | {f"{kind}_verified": "false" for kind in profile.ADDRESSES if profile.is_new(kind, user, changed)}


def _missing(principal: Principal) -> list[str]:
    """The pool's required attributes that the user has no value for."""
    schema = principal.pool.settings["SchemaAttributes"]
    return [
        entry["Name"]
        for entry in schema
        if entry["Required"] and entry["Name"] != "sub" and not principal.user.attributes.get(entry["Name"])
    ]


def _check_attributes(principal: Principal, given: Mapping[str, str]) -> None:
    schema, user = principal.pool.settings["SchemaAttributes"], principal.user
    required = {entry["Name"] for entry in schema if entry["Required"]}
    for name, value in given.items():
        if len(value) > _LONGEST_VALUE:
            # AWS unknown: how RespondToAuthChallenge refuses an attribute of NEW_PASSWORD_REQUIRED that is too long.
            raise InvalidParameterException(f"Invalid attributes given, {name} is too long")
        if name in required and user.attributes.get(name):
            raise NotAuthorizedException(f"Cannot modify an already provided {name}")
    writable = client_settings.writable(principal.app_client.settings, schema)
    if not given.keys() <= writable:
        raise NotAuthorizedException(profile.UNWRITABLE)
    for name in _missing(principal):
        if not given.get(name):
            raise InvalidParameterException(f"Invalid attributes given, {name} is missing")
