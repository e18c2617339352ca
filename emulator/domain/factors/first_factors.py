"""First factors: what a pool lets users begin a sign-in with, and which of it a user has."""

from __future__ import annotations

from emulator.context import Context
from emulator.domain.factors import mfa_methods, passkeys
from storage.records.pools import Pool
from storage.records.users import User

PASSWORDS = ["PASSWORD_SRP", "PASSWORD"]
ANY = "any"
"""Stands for the digest of a password where it only matters that there is one."""
ADDRESSES = {"EMAIL_OTP": "email", "SMS_OTP": "phone_number"}
"""Factor → the attribute that its codes go to."""


def allowed(pool: Pool) -> list[str]:
    """The first factors of the pool: "PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"."""
    policy = pool.settings["Policies"].get("SignInPolicy", {})
    return list(policy.get("AllowedFirstAuthFactors") or ["PASSWORD"])


def configured(context: Context, pool: Pool, user: User) -> list[str]:
    """The first factors that a user has, as GetUserAuthFactors names them.

    AWS unknown: whether an address must be verified for its codes to count; it need not be here, since the code
    verifies it.
    """
    factors = allowed(pool)
    found = ["PASSWORD"] if user.password and "PASSWORD" in factors else []
    found += [factor for factor, attribute in ADDRESSES.items() if factor in factors and user.attributes.get(attribute)]
    return found + (["WEB_AUTHN"] if passkeys.usable(context, pool, user) else [])


def available(context: Context, pool: Pool, user: User) -> list[str]:
    """AvailableChallenges: the challenges with which a user can begin a choice-based sign-in.

    Factors without a password are not for users who have a second factor to give, nor where MFA is required; a
    passkey that stands for two factors is.

    AWS unknown: what is available to a user who has to choose a password of their own; passwords only here. AWS
    unknown: whether a user whose password is to be reset may begin without it; they may here.
    """
    factors = configured(context, pool, user)
    found = [*PASSWORDS] if "PASSWORD" in factors else []
    if user.status == "FORCE_CHANGE_PASSWORD":
        return found
    if not _has_second_factor(context, pool, user):
        found += [factor for factor in ("EMAIL_OTP", "SMS_OTP") if factor in factors]
    elif not passkeys.are_two_factors(pool):
        return found
    return found + (["WEB_AUTHN"] if "WEB_AUTHN" in factors else [])


def _has_second_factor(context: Context, pool: Pool, user: User) -> bool:
    mode = pool.settings.get("MfaConfiguration", "OFF")
    return mode == "ON" or (mode == "OPTIONAL" and bool(mfa_methods.active(context, pool, user)))
