"""First factors: those that a pool allows, and those that a user has."""

from __future__ import annotations

from emulator.context import Context
from emulator.domain.accounts.principals import Principal
from emulator.domain.factors import mfa_methods, passkeys
from storage.records.pools import Pool

PASSWORDS = ["PASSWORD_SRP", "PASSWORD"]
ANY = "any"
"""Placeholder for a password's digest, where only its presence matters."""
ADDRESSES = {"EMAIL_OTP": "email", "SMS_OTP": "phone_number"}
"""Factor → the attribute to which its codes are sent."""


def allowed(pool: Pool) -> list[str]:
    """The first factors of the pool: "PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"."""
    policy = pool.settings["Policies"].get("SignInPolicy", {})
    return list(policy.get("AllowedFirstAuthFactors") or ["PASSWORD"])


def configured(context: Context, principal: Principal) -> list[str]:
    """The first factors that a user has, as GetUserAuthFactors names them."""
    # AWS unknown: whether GetUserAuthFactors lists EMAIL_OTP and SMS_OTP for an address that is not verified. Here it
    # does, since the code verifies the address.
    # AWS unknown: whether GetUserAuthFactors lists anything for a user in EXTERNAL_PROVIDER, who cannot sign in by
    # InitiateAuth. Here it lists nothing.
    user, factors = principal.user, allowed(principal.pool)
    if user.status == "EXTERNAL_PROVIDER":
        return []
    found = ["PASSWORD"] if user.password and "PASSWORD" in factors else []
    found += [factor for factor, attribute in ADDRESSES.items() if factor in factors and user.attributes.get(attribute)]
    return found + (["WEB_AUTHN"] if passkeys.usable(context, principal) else [])


def available(context: Context, principal: Principal) -> list[str]:
    """AvailableChallenges: the challenges with which a user can begin a choice-based sign-in.

    One-time codes are not available if the user has a second factor or the pool requires MFA. Nor are passkeys, unless
    they count as two factors. A user in FORCE_CHANGE_PASSWORD has passwords only.
    """
    # AWS unknown: the AvailableChallenges of InitiateAuth with USER_AUTH for a user in FORCE_CHANGE_PASSWORD. Here they
    # are passwords only.
    # AWS unknown: whether a user in RESET_REQUIRED may sign in by InitiateAuth with USER_AUTH without a password. Here
    # they may.
    factors = configured(context, principal)
    found = [*PASSWORDS] if "PASSWORD" in factors else []
    if principal.user.status == "FORCE_CHANGE_PASSWORD":
        return found
    if not _has_second_factor(context, principal):
        found += [factor for factor in ("EMAIL_OTP", "SMS_OTP") if factor in factors]
    elif not passkeys.are_two_factors(principal.pool):
        return found
    return found + (["WEB_AUTHN"] if "WEB_AUTHN" in factors else [])


def _has_second_factor(context: Context, principal: Principal) -> bool:
    mode = principal.pool.settings.get("MfaConfiguration", "OFF")
    return mode == "ON" or (mode == "OPTIONAL" and bool(mfa_methods.active(context, principal)))
