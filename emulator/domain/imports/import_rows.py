"""One row of an import: what it must say for the pool, and the user whom it makes.

AWS unknown: the words of every refusal but that of a row without a verified attribute.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from emulator.context import Context
from emulator.domain.factors import mfa_methods
from emulator.domain.imports.import_files import MFA, PASSWORD_HASH, USERNAME
from emulator.domain.registration import registration
from emulator.faults import InvalidParameterException
from keys import imported_passwords, passwords
from storage.records.pools import Pool
from storage.records.users import User

UNVERIFIED = (
    "The User Record does not set any of the auto verified attributes to true. (Example: email_verified to true)."
)
_LONGEST_USERNAME = 128
_LONGEST_VALUE = 2048
_BOOLEANS = ("email_verified", "phone_number_verified")
_DATE = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
_SECONDS = re.compile(r"[0-9]{1,18}")


def user(context: Context, pool: Pool, values: Mapping[str, str], algorithm: str | None) -> User:
    """The user whom a row makes, not kept yet. Raises InvalidParameterException, which says what is wrong with the row.

    `values` are those of the columns; `algorithm` is the job's for password hashes. The user is to reset their
    password, unless the row has a hash of it or the pool lets them sign in by a code (AWS: "Requiring imported users
    to reset their passwords").
    """
    attributes = {name: value for name, value in values.items() if value and name not in (USERNAME, MFA, PASSWORD_HASH)}
    username = _username(values.get(USERNAME, ""))
    wants_mfa = _mfa(pool, values.get(MFA, ""))
    attributes |= _converted(attributes)
    _check_verified(pool, attributes)
    password = _password(values.get(PASSWORD_HASH, ""), algorithm)
    is_ready = password is not None or registration.can_do_without_password(pool, attributes)
    status = "CONFIRMED" if is_ready else "RESET_REQUIRED"
    made = registration.new_user(context, pool, username, attributes, status=status)
    if password:
        made = replace(made, password=password, password_set=context.now)
    return replace(made, settings=_second_factor(pool, made)) if wants_mfa else made


def _username(text: str) -> str:
    if not text:
        raise InvalidParameterException(f"{USERNAME} is required.")
    if len(text) > _LONGEST_USERNAME:
        raise InvalidParameterException(f"{USERNAME} is longer than {_LONGEST_USERNAME} characters.")
    if not all(unicodedata.category(character)[0] in "LMSNP" for character in text):
        raise InvalidParameterException(f"{USERNAME} has spaces, tabs or control characters.")
    return text


def _mfa(pool: Pool, text: str) -> bool:
    """Whether the user is to have MFA. AWS unknown: a blank where MFA is optional; none is asked of the user then."""
    mode, wanted = pool.settings.get("MfaConfiguration", "OFF"), _boolean(MFA, text) if text else None
    if wanted is not None and wanted != {"ON": True, "OFF": False}.get(mode, wanted):
        raise InvalidParameterException(f"{MFA} must be {str(not wanted).lower()} or blank: MFA is {mode} in the pool.")
    return wanted is True


def _boolean(name: str, text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise InvalidParameterException(f"{name} is neither true nor false.")
    return text.lower() == "true"


def _converted(attributes: Mapping[str, str]) -> dict[str, str]:
    """Those attributes that a file writes in a way of its own, as they are kept."""
    for name, value in attributes.items():
        if len(value) > _LONGEST_VALUE:
            raise InvalidParameterException(f"{name} is longer than {_LONGEST_VALUE} characters.")
    found = {name: str(_boolean(name, attributes[name])).lower() for name in _BOOLEANS if name in attributes}
    if "birthdate" in attributes:
        found["birthdate"] = _birthdate(attributes["birthdate"])
    if not _SECONDS.fullmatch(attributes.get("updated_at", "0")):
        raise InvalidParameterException("updated_at is not a time in epoch seconds.")
    return found


def _birthdate(text: str) -> str:
    """AWS unknown: how a birthdate is kept; as the API and the claim have it, YYYY-MM-DD, here."""
    found = _DATE.fullmatch(text)
    try:
        month, day, year = map(int, found.groups() if found else ())
        return date(year, month, day).isoformat()
    except ValueError:
        raise InvalidParameterException("birthdate is not of the form mm/dd/yyyy.") from None


def _check_verified(pool: Pool, attributes: Mapping[str, str]) -> None:
    """One of the addresses that the pool verifies must be verified, and what is verified must be there."""
    kinds = pool.settings.get("AutoVerifiedAttributes") or []
    if not any(attributes.get(f"{kind}_verified") == "true" for kind in kinds):
        raise InvalidParameterException(UNVERIFIED)
    for verified in _BOOLEANS:
        kind = verified.removesuffix("_verified")
        if attributes.get(verified) == "true" and not attributes.get(kind):
            raise InvalidParameterException(f"{kind} is required where {verified} is true.")


def _password(text: str, algorithm: str | None) -> str | None:
    """What to keep of a password hash.

    AWS unknown: a hash in a job without an algorithm; the row is refused here. Unlike AWS: what is imported is kept as
    it is, not hashed once more, until the user's first sign-in.
    """
    if not text:
        return None
    if algorithm is None:
        raise InvalidParameterException(f"{PASSWORD_HASH} is set, but the job has no password hashing algorithm.")
    problem = imported_passwords.problem(algorithm, text)
    if problem:
        raise InvalidParameterException(f"{PASSWORD_HASH} {problem}.")
    return passwords.imported(text)


def _second_factor(pool: Pool, user: User) -> dict[str, list[str]]:
    """The settings of a user who is to have MFA: by text message where they have a phone, else by e-mail.

    AWS unknown: which of the pool's methods an imported user has. Without an address for one they have none yet.
    """
    has = mfa_methods.of_pool(pool)
    usable = [method for method, kind in mfa_methods.ADDRESSES.items() if method in has and user.attributes.get(kind)]
    return {"UserMFASettingList": usable[:1]} if usable else {}
