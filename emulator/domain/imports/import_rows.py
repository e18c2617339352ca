"""One row of an import: its validation, and the user that it describes."""

# AWS unknown: why a row of an import failed, as the log of the job says it, except for a row without a verified
# attribute.

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date

from msgspec.structs import replace

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
    """The user that a row describes, not stored yet. Raises InvalidParameterException that says why the row is invalid.

    `values` are the row's values by column; `algorithm` is that of the job's password hashes. The user must reset the
    password, unless the row has its hash or the pool lets the user sign in with a code (AWS: "Requiring imported users
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
    """Whether the user is to have MFA. Raises InvalidParameterException if that contradicts the pool."""
    # AWS unknown: whether a user whose row has a blank `cognito:mfa_enabled` gets MFA in a pool where MFA is optional.
    # Here the user gets none.
    mode, wanted = pool.settings.get("MfaConfiguration", "OFF"), _boolean(MFA, text) if text else None
    if wanted is not None and wanted != {"ON": True, "OFF": False}.get(mode, wanted):
        raise InvalidParameterException(f"{MFA} must be {str(not wanted).lower()} or blank: MFA is {mode} in the pool.")
    return wanted is True


def _boolean(name: str, text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise InvalidParameterException(f"{name} is neither true nor false.")
    return text.lower() == "true"


def _converted(attributes: Mapping[str, str]) -> dict[str, str]:
    """The attributes whose format in a file differs from the stored one, converted."""
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
    """A birthdate, mm/dd/yyyy in the file, as YYYY-MM-DD. Raises InvalidParameterException."""
    # AWS unknown: in which format an import stores `birthdate`. Here it is that of the API and the claim, YYYY-MM-DD.
    found = _DATE.fullmatch(text)
    try:
        month, day, year = map(int, found.groups() if found else ())
        return date(year, month, day).isoformat()
    except ValueError:
        raise InvalidParameterException("birthdate is not of the form mm/dd/yyyy.") from None


def _check_verified(pool: Pool, attributes: Mapping[str, str]) -> None:
    """Raise unless an auto-verified attribute is verified, and each verified attribute has a value."""
    kinds = pool.settings.get("AutoVerifiedAttributes") or []
    if not any(attributes.get(f"{kind}_verified") == "true" for kind in kinds):
        raise InvalidParameterException(UNVERIFIED)
    for verified in _BOOLEANS:
        kind = verified.removesuffix("_verified")
        if attributes.get(verified) == "true" and not attributes.get(kind):
            raise InvalidParameterException(f"{kind} is required where {verified} is true.")


def _password(text: str, algorithm: str | None) -> str | None:
    """The stored form of a password hash; None without one. Raises InvalidParameterException."""
    if not text:
        return None
    if algorithm is None:
        # AWS unknown: what an import without a PasswordHashingAlgorithm does with a row that has a password_hash. Here
        # the row fails.
        raise InvalidParameterException(f"{PASSWORD_HASH} is set, but the job has no password hashing algorithm.")
    problem = imported_passwords.problem(algorithm, text)
    if problem:
        raise InvalidParameterException(f"{PASSWORD_HASH} {problem}.")
    # Unlike AWS: an imported password hash is stored unchanged until the user's first sign-in. AWS hashes it again.
    return passwords.imported(text)


def _second_factor(pool: Pool, user: User) -> dict[str, list[str]]:
    """The settings of a user with MFA: by SMS if the user has a phone number, else by e-mail."""
    # AWS unknown: which of the pool's MFA methods a user with `cognito:mfa_enabled` gets. Here it is SMS, or else
    # e-mail; a user without an address for either has none yet.
    has = mfa_methods.of_pool(pool)
    usable = [method for method, kind in mfa_methods.ADDRESSES.items() if method in has and user.attributes.get(kind)]
    return {"UserMFASettingList": usable[:1]} if usable else {}
