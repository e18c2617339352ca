"""Second factors: those of a pool, those that a user can use, and a user's preference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from emulator import refusals
from emulator.context import Context
from emulator.domain.accounts.principals import Principal
from emulator.faults import InvalidParameterException
from storage.records.pools import Pool
from storage.records.users import User

SMS, SOFTWARE_TOKEN, EMAIL = "SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"
PASSKEY = "WEB_AUTHN"
UNVERIFIED_TOKEN = "User has not verified software token mfa"  # noqa: S105 - a message, no token
NO_DELIVERY = "User does not have delivery config set to turn on {method}"
ADDRESSES = {SMS: "phone_number", EMAIL: "email"}
"""Method → the attribute to which its codes are sent."""
_MEMBERS = {
    "SMSMfaSettings": SMS,
    "SoftwareTokenMfaSettings": SOFTWARE_TOKEN,
    "EmailMfaSettings": EMAIL,
    "WebAuthnMfaSettings": PASSKEY,
}


class Choice(Struct, frozen=True):
    """The methods that a user has activated, and the preferred one."""

    active: list[str]
    preferred: str | None

    @property
    def shown(self) -> dict[str, Any]:
        """UserMFASettingList and PreferredMfaSetting, without those that are empty."""
        active = {"UserMFASettingList": self.active} if self.active else {}
        return active | ({"PreferredMfaSetting": self.preferred} if self.preferred else {})


def of_pool(pool: Pool) -> list[str]:
    """The second factors that a pool has configured, passkeys not among them, whether MFA is on or not.

    A pool with an SmsConfiguration has SMS until SetUserPoolMfaConfig removes it.
    """
    further, sms = pool.further, pool.settings.get("SmsConfiguration") or {}
    has_sms = bool(sms.get("SnsCallerArn") or sms.get("EumsSms"))
    return [
        method
        for method, has in (
            (SMS, has_sms and further.get("SmsMfaConfiguration", {}) is not None),
            (SOFTWARE_TOKEN, bool((further.get("SoftwareTokenMfaConfiguration") or {}).get("Enabled"))),
            (EMAIL, further.get("EmailMfaConfiguration") is not None),
        )
        if has
    ]


def usable(context: Context, principal: Principal) -> list[str]:
    """The pool's second factors for which the user has an address or a verified software token."""
    return [method for method in of_pool(principal.pool) if _has(context, principal.user, method)]


def chosen(user: User) -> Choice:
    """The user's preference, whether the methods are usable or not."""
    return Choice(list(user.settings.get("UserMFASettingList", [])), user.settings.get("PreferredMfaSetting"))


def active(context: Context, principal: Principal) -> list[str]:
    """The methods that a user has activated and can use in the pool as it is now."""
    # AWS unknown: which second factor InitiateAuth asks for, if the user has deleted the address of the activated one
    # or the pool no longer has the method. Here the method does not count until address and method are back.
    mine = chosen(principal.user).active
    return [method for method in usable(context, principal) if method in mine]


def busy(context: Context, principal: Principal) -> set[str]:
    """The attributes to which codes of the user's second factors are sent. They do not serve account recovery.

    Empty in a pool whose MfaConfiguration is OFF.
    """
    if principal.pool.settings.get("MfaConfiguration", "OFF") == "OFF":
        return set()
    return {ADDRESSES[method] for method in active(context, principal) if method in ADDRESSES}


def choose(context: Context, principal: Principal, request: Mapping[str, Any]) -> User:
    """Store a user's preference by a request of SetUserMFAPreference, and return the changed user.

    Methods that the request omits stay. Raises InvalidParameterException for a method that the pool or the user does
    not have, and for settings that contradict each other; NotAuthorizedException for a user of an identity provider.
    """
    refusals.check_local(principal.user)
    now = chosen(principal.user)
    methods, preferred = set(now.active), now.preferred
    for member, method in _MEMBERS.items():
        requested = request.get(member)
        if requested is None:
            continue
        wanted, best = requested.get("Enabled", False), requested.get("PreferredMfa", False)
        if best and not wanted:
            # AWS unknown: whether SetUserMFAPreference refuses a method that is preferred and not enabled.
            raise InvalidParameterException(f"{method} cannot be the preferred MFA method unless it is enabled")
        if wanted:
            _check_usable(context, principal, method)
        methods = methods | {method} if wanted else methods - {method}
        if best:
            preferred = method
        elif preferred == method:
            preferred = None
    if methods == {PASSKEY}:
        raise InvalidParameterException("Passkey MFA needs another MFA method to be enabled too")
    if sum(bool((request.get(member) or {}).get("PreferredMfa")) for member in _MEMBERS) > 1:
        raise InvalidParameterException("Only one MFA method can be preferred")
    return keep(context, principal.user, methods, preferred)


def activate(context: Context, user: User, method: str) -> User:
    """Add a method that a user has just set up to the stored preference, and return the changed user.

    Whether the user can use the method is not checked. The preferred method stays.
    """
    now = chosen(user)
    return keep(context, user, {*now.active, method}, now.preferred)


def deactivate(context: Context, user: User, method: str) -> User:
    """Remove a method that a user no longer has from the stored preference, and return the changed user."""
    now = chosen(user)
    return keep(context, user, set(now.active) - {method}, None if now.preferred == method else now.preferred)


def keep(context: Context, user: User, methods: set[str], preferred: str | None) -> User:
    """Store a user's activated methods and preferred method in place of the previous ones; return the changed user.

    MFAOptions, of SetUserSettings, are removed unless SMS_MFA is active. Nothing is checked.
    """
    others = ("UserMFASettingList", "PreferredMfaSetting", *(() if SMS in methods else ("MFAOptions",)))
    settings = {name: value for name, value in user.settings.items() if name not in others}
    settings |= Choice([method for method in _MEMBERS.values() if method in methods], preferred).shown
    return context.unit.users.change(user, settings=settings, modified=context.now)


def _has(context: Context, user: User, method: str) -> bool:
    if method in ADDRESSES:
        return bool(user.attributes.get(ADDRESSES[method]))
    token = context.unit.software_tokens.get(user.id)
    return token is not None and token.sealed is not None


def _check_usable(context: Context, principal: Principal, method: str) -> None:
    """Raise InvalidParameterException if a user cannot activate a method."""
    pool, user = principal.pool, principal.user
    # AWS unknown: the message of SetUserMFAPreference for a method that the pool does not have.
    # AWS unknown: which of two known messages SetUserMFAPreference has for SOFTWARE_TOKEN_MFA. Here it is "User has not
    # verified software token mfa" if a token is associated, else "User does not have delivery config set to turn on …".
    if method == PASSKEY:
        web_authn = pool.further.get("WebAuthnConfiguration") or {}
        if web_authn.get("FactorConfiguration") != "MULTI_FACTOR_WITH_USER_VERIFICATION":
            raise InvalidParameterException("Passkey MFA is not enabled for the user pool")
        return
    if not _has(context, user, method):
        if method == SOFTWARE_TOKEN and context.unit.software_tokens.get(user.id):
            raise InvalidParameterException(UNVERIFIED_TOKEN)
        raise InvalidParameterException(NO_DELIVERY.format(method=method))
    if method not in of_pool(pool):
        raise InvalidParameterException(f"{method} is not enabled for the user pool")
